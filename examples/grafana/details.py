# SPDX-License-Identifier: Apache-2.0
"""What is below the first screen, in rows that are opened when they are needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from grafana_foundation_sdk.builders import prometheus, table, timeseries
from opentelemetry.instrumentation.googleapiclient import semconv

from . import diagnosis, promql, traceql
from .colors import OF_CAUSES, OWNERS
from .first_screen import FAILURES, VERY_SLOW, spans
from .panels import (
    LATELY,
    STEP,
    bars,
    colored,
    help_text,
    lines,
    query,
    red_above,
    width,
)
from .promql import happened, quantile, series
from .variables import CHOSEN, CHOSEN_FAILURES, OF_CAUSE, OF_METHOD, OF_SERVICE

_FAILED_PARTS: Final = series(promql.PARTS, *CHOSEN_FAILURES)
_EXHAUSTED: Final = series(f"{promql.CALLS}_count", f'{promql.EXHAUSTED}="true"', *CHOSEN_FAILURES)
_WAITED: Final = series(f"{promql.WAITS}_sum", *CHOSEN, OF_CAUSE)
_RETRIES: Final = series(f"{promql.WAITS}_count", *CHOSEN, OF_CAUSE)
_RESENDS: Final = series(promql.RESENDS, OF_SERVICE)
_RESENT: Final = series(promql.RESENDS, OF_SERVICE, OF_METHOD, f'{promql.PREVIOUS_PHASE}!=""')
_REFRESH: Final = series(
    f"{promql.CALLS}_count",
    f'{promql.CAUSE}=~"{diagnosis.any_of(diagnosis.TOKEN_REFRESH)}"',
    *CHOSEN_FAILURES,
)

_METHOD: Final = f"{{{{{promql.METHOD}}}}}"
_CAUSE: Final = f"{{{{{promql.CAUSE}}}}}"
_OWNER: Final = f"{{{{{promql.OWNER}}}}}"

Panel = timeseries.Panel | table.Panel


def rows() -> Mapping[str, tuple[Panel, ...]]:
    """The panels of each row, by the row's title."""
    return {
        "Who can fix it, and where it fails": (
            _by_owner(),
            _by_method(),
            _parts(),
            _token_refresh(),
        ),
        "Retries and resends: what they cost, and what may have been done twice": (
            _waits(),
            _retries(),
            _in_vain(),
            _resends(),
            _previous(),
            _sent_twice(),
        ),
        "Durations": (_duration_of_calls(), _duration_by_method()),
    }


def _by_owner() -> Panel:
    panel = bars(
        "Failures by who can fix them",
        help_text(
            "Failed calls and parts of batches by owner: developer, end user, domain "
            "administrator, project owner, Google, or nobody (only waiting helps).",
            "bars appear",
            "send end_user and domain_admin to support, project_owner to whoever runs the Google "
            "Cloud project, developer to the team; for google and nobody wait, with backoff.",
        ),
        query(happened(FAILURES, STEP, promql.OWNER), _OWNER),
    )
    return colored(panel, OWNERS)


def _by_method() -> Panel:
    by_method = happened(FAILURES, STEP, promql.METHOD)
    return bars(
        "Failures by method",
        help_text(
            "The same failures by API method; a failed batch as such has none and is called batch.",
            "bars appear",
            "choose the method at the top, and see which causes remain.",
        ),
        query(
            f'label_replace({by_method}, "{promql.METHOD}", "batch", "{promql.METHOD}", "")',
            _METHOD,
        ),
    )


def _parts() -> Panel:
    return bars(
        "Failed parts of batches",
        help_text(
            "By method and cause. The POST of the batch was answered 200, so no exception and no "
            "red request shows them.",
            "bars appear",
            "for rate limits make batches smaller (10 to 25 parts) and send only the failed parts "
            "again; for other causes do what the table of causes says. Let the batch's callback "
            "look at its exception.",
        ),
        query(happened(_FAILED_PARTS, STEP, promql.METHOD, promql.CAUSE), f"{_METHOD} {_CAUSE}"),
    )


def _token_refresh() -> Panel:
    panel = bars(
        "Calls without an access token",
        help_text(
            "Calls that failed since no access token could be had, by cause and owner.",
            "bars appear",
            "token_revoked and reauthentication_required: that user has to authorize again. "
            "oauth_client_invalid, clock_skew, delegation_not_granted: every user is affected; "
            "begin there.",
        ),
        query(happened(_REFRESH, STEP, promql.CAUSE, promql.OWNER), f"{_CAUSE} ({_OWNER})"),
    )
    colors = {
        f"{cause.name} ({cause.owner})": OF_CAUSES[cause.name] for cause in diagnosis.TOKEN_REFRESH
    }
    return colored(panel, colors)


def _waits() -> Panel:
    panel = bars(
        "Seconds waited, by cause",
        help_text(
            "Time that calls spent in the waits between the library's retries, by the failure that "
            "led to them.",
            "bars appear",
            "rate limits: send less at once, so that nothing has to wait. Server faults: nothing, "
            "unless users wait as well; then lower num_retries for them.",
        ),
        query(happened(_WAITED, STEP, promql.CAUSE), _CAUSE),
    )
    return colored(panel, OF_CAUSES).axis_label("seconds")


def _retries() -> Panel:
    return bars(
        "Retries",
        help_text(
            "By the library's own loop (num_retries), by method and the failure that led to them.",
            "bars appear",
            "few are normal. A method that is always retried is too fast for its limit, or its "
            "request is wrong: see the causes.",
        ),
        query(happened(_RETRIES, STEP, promql.METHOD, promql.CAUSE), f"{_METHOD} {_CAUSE}"),
    )


def _in_vain() -> Panel:
    return bars(
        "Failed in spite of all retries",
        help_text(
            "Calls that used up num_retries and failed all the same.",
            "bars appear",
            "bandwidth, sending and daily limits last hours: stop and come back later. Rate "
            "limits: back off for longer (more num_retries), and send less at once. "
            "backend_unavailable: Google has an incident, see its status page.",
        ),
        query(happened(_EXHAUSTED, STEP, promql.METHOD, promql.CAUSE), f"{_METHOD} {_CAUSE}"),
    )


def _resends() -> Panel:
    return bars(
        "Resends by cause",
        help_text(
            "Requests that went over the wire again: the library's retries, renewed tokens "
            "(auth_refresh), redirects, and no_response, which httplib2 does by itself. All "
            "servers that httplib2 talks to.",
            "POST no_response appears",
            "see beside whether the request may have arrived before. Many auth_refresh: tokens are "
            "used to their last second, or are refused.",
        ),
        query(
            happened(_RESENDS, STEP, promql.HTTP_METHOD, promql.RESEND_CAUSE),
            f"{{{{{promql.HTTP_METHOD}}}}} {{{{{promql.RESEND_CAUSE}}}}}",
        ),
    )


def _previous() -> Panel:
    by = (promql.METHOD, promql.HTTP_METHOD, promql.PREVIOUS_PHASE, promql.PREVIOUS_REUSED)
    resent = happened(_RESENT, STEP, *by)
    kind = "connection"
    stale = f'label_replace({resent}, "{kind}", "kept open", "{promql.PREVIOUS_REUSED}", "true")'
    return bars(
        "Resends by what broke before",
        help_text(
            "The phase in which the attempt before failed, and whether its connection was fresh or "
            "had been kept open.",
            "POST wait or read, fresh, appears",
            "the server may have carried out the request twice: look for duplicates. On a "
            "connection that was kept open it had most often been closed before.",
        ),
        query(
            f'label_replace({stale}, "{kind}", "fresh", "{promql.PREVIOUS_REUSED}", "false")',
            f"{{{{{promql.HTTP_METHOD}}}}} {{{{{promql.PREVIOUS_PHASE}}}}}, {{{{{kind}}}}}"
            f" {_METHOD}",
        ),
    )


def _sent_twice() -> Panel:
    return (
        spans(
            "Calls that may have been carried out twice",
            help_text(
                "A POST or PATCH was resent after an attempt whose response never came. A "
                "click on the first column opens the trace.",
                "rows appear",
                "look for a second mail or event; don't give num_retries to methods that must not "
                "run twice.",
            ),
            traceql.SENT_TWICE,
            {semconv.RPC_METHOD: "Method"},
        )
        .override_by_name("Method", [width(300)])
        .height(7)
        .span(12)
    )


def _duration_of_calls() -> Panel:
    return red_above(
        lines(
            "Calls against requests: what retries cost",
            help_text(
                "How long a call takes with its retries and waits, and how long one request takes. "
                "Points are examples: a click opens the trace. Requests are all that this "
                "service's HTTP clients send.",
                "the lines of calls leave those of requests, or are in the red",
                "the difference is waits, retries and token refreshes: see 'Seconds waited'. If "
                "both rise together the API itself is slow: ask for less (fields, format, "
                "maxResults).",
            ),
            _duration("A", 0.95, promql.CALLS, "calls, 95 %", CHOSEN, exemplars=True),
            _duration("B", 0.95, promql.REQUESTS, "requests, 95 %", (OF_SERVICE,), exemplars=True),
            _duration("C", 0.5, promql.CALLS, "calls, half", CHOSEN),
            _duration("D", 0.5, promql.REQUESTS, "requests, half", (OF_SERVICE,)),
        ),
        VERY_SLOW,
    ).height(9)


def _duration_by_method() -> Panel:
    of_methods = quantile(0.95, promql.CALLS, LATELY, *CHOSEN, by=promql.METHOD)
    return red_above(
        lines(
            "Duration of calls by method, 95 %",
            help_text(
                "Nineteen of twenty calls take less. Points are examples: a click opens the trace.",
                "it is in the red",
                "open an example: the trace shows whether the time went to waits, to retries or "
                "to the server. Timeouts and long downloads belong to one method; all methods at "
                "once point to the network.",
            ),
            query(
                f'label_replace({of_methods}, "{promql.METHOD}", "batch", "{promql.METHOD}", "")',
                _METHOD,
            ).exemplar(True),
        ),
        VERY_SLOW,
    ).height(9)


def _duration(
    ref: str,
    share: float,
    histogram: str,
    legend: str,
    matchers: tuple[str, ...],
    *,
    exemplars: bool = False,
) -> prometheus.Dataquery:
    expression = quantile(share, histogram, LATELY, *matchers)
    return query(expression, legend, ref=ref).exemplar(exemplars)
