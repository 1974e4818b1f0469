# SPDX-License-Identifier: Apache-2.0
"""The dashboard that says what fails, why, and what to do about it."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, table, tempo, timeseries
from grafana_foundation_sdk.models.common import TimeZoneBrowser
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DataTransformerConfig,
    DynamicConfigValue,
    ValueMap,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.tempo import SearchTableType, TempoQueryType
from opentelemetry.instrumentation.googleapiclient.causes import CAUSES
from opentelemetry.instrumentation.httplib2.semconv import ResendCause

from . import diagnosis, promql, traceql, variables
from .links import TAG, to_the_others
from .panels import (
    RANGE,
    TRACES,
    WINDOW,
    bars,
    help_text,
    lines,
    number,
    query,
    red_above,
    rows_of,
)
from .promql import series, total
from .variables import CHOSEN, OF_SERVICE

UID: Final = "googleapiclient-failures"

_FAILED: Final = f'{promql.FAILED}!=""'
_CALLS: Final = f"{promql.CALLS}_count"
# Parts of batches fail inside of a call that doesn't.
_FAILURES: Final = series((_CALLS, promql.PARTS), _FAILED, *CHOSEN)
_FAILED_CALLS: Final = series(_CALLS, _FAILED, *CHOSEN)
_FAILED_PARTS: Final = series(promql.PARTS, _FAILED, *CHOSEN)
_EXHAUSTED: Final = series(_CALLS, f'{promql.EXHAUSTED}="true"', *CHOSEN)
_WAITED: Final = series(f"{promql.WAITS}_sum", *CHOSEN)
_REPEATS: Final = series(f"{promql.WAITS}_count", *CHOSEN)
_RESENDS: Final = series(promql.RESENDS, OF_SERVICE)
_RESENT_POSTS: Final = series(
    promql.RESENDS,
    OF_SERVICE,
    f'{promql.HTTP_METHOD}="POST"',
    f'{promql.RESEND_CAUSE}="{ResendCause.NO_RESPONSE}"',
)
_REFRESH: Final = series(
    _CALLS, f'{promql.CAUSE}=~"{diagnosis.any_of(diagnosis.TOKEN_REFRESH)}"', *CHOSEN
)

_SLOW: Final = 10.0
"""Seconds from which on a user notices that something is wrong."""


def build() -> dashboard.Dashboard:
    """The dashboard."""
    board = (
        dashboard.Dashboard("Google API calls: what fails and why")
        .uid(UID)
        .description("Calls through google-api-python-client, by what made them fail.")
        .tags([TAG])
        .timezone(TimeZoneBrowser)
        .time("now-6h", "now")
        .refresh("1m")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .links([to_the_others()])
        .variables(
            [
                variables.service(),
                variables.api(),
                variables.method(),
                *variables.data_sources(),
            ]
        )
    )
    for panel in (*_numbers(), _by_cause(), _what_to_do(), _latest_failures()):
        board.with_panel(panel)
    board.with_row(dashboard.Row("Where it fails"))
    for panel in (_by_owner(), _by_method(), _parts(), _token_refresh()):
        board.with_panel(panel)
    board.with_row(dashboard.Row("What is sent again, and what that costs"))
    for panel in (_waits(), _repeats(), _in_vain(), _resends(), _sent_twice()):
        board.with_panel(panel)
    board.with_row(dashboard.Row("How long it takes"))
    for panel in (_latency(), _latency_by_method()):
        board.with_panel(panel)
    return board


def _numbers() -> tuple[stat.Panel, ...]:
    return (
        number(
            "Failed calls",
            help_text(
                "Calls that ended in an exception, after all of the library's repeats.",
                "it is red",
                "read the table of causes below: it says for each who can fix it, and how.",
            ),
            total(_FAILED_CALLS, RANGE),
        ),
        number(
            "Batch parts failed inside a 200",
            help_text(
                "Parts of batches that were refused. The batch itself succeeded, so nothing "
                "raises: only the callback learns of it.",
                "it is red",
                "see 'Failed batch parts by method' for the causes, and make the callback handle "
                "its exception argument.",
            ),
            total(_FAILED_PARTS, RANGE),
        ),
        number(
            "Seconds lost to waits",
            help_text(
                "Time that calls stood still between the library's repeats.",
                "it is red (more than a minute)",
                "see 'Seconds lost to waits by cause'; waiting is right for rate limits and server "
                "faults, but slowing down earlier costs less.",
            ),
            total(_WAITED, RANGE),
            unit="s",
            red_from=60,
        ),
        number(
            "Failed although repeated",
            help_text(
                "Calls that used up num_retries and failed all the same.",
                "it is red",
                "see 'Failed although repeated by method' for the cause: limits that last hours "
                "and requests that are wrong are not cured by repeats.",
            ),
            total(_EXHAUSTED, RANGE),
        ),
        number(
            "POST maybe done twice",
            help_text(
                "POST requests that httplib2 sent again by itself, because the connection closed "
                "without an answer. All servers that httplib2 talks to.",
                "it is red",
                "open the traces in 'Requests sent again without an answer': if the first attempt "
                "failed in the phase wait or read, a mail may have gone out twice.",
            ),
            total(_RESENT_POSTS, RANGE),
        ),
        number(
            "Token refresh failures",
            help_text(
                "Calls that failed since no access token could be had.",
                "it is red",
                "see 'Token refresh failures by cause': it is one user (consent revoked) or "
                "everybody (client, clock, delegation).",
            ),
            total(_REFRESH, RANGE),
        ),
    )


def _by_cause() -> timeseries.Panel:
    return bars(
        "Failures by cause",
        help_text(
            "Failed calls and failed parts of batches; each bar is what came since the last one.",
            "bars appear",
            "find the cause in the table beside. A cause that is new since a deployment is the "
            "deployment's; rate limits in bursts are a loop that is too fast.",
        ),
        query(total(_FAILURES, WINDOW, promql.CAUSE), f"{{{{{promql.CAUSE}}}}}"),
    ).span(10)


def _what_to_do() -> table.Panel:
    """One row for each cause, with the diagnosis' own remedy."""
    by_cause = total(_FAILURES, RANGE, promql.CAUSE, promql.OWNER)
    remedy = "remedy"
    # Prometheus knows the cause only: a second column of it is shown as its remedy.
    expression = f'sort_desc(label_replace({by_cause}, "{remedy}", "$1", "{promql.CAUSE}", "(.+)"))'
    remedies = ValueMap(
        options={
            cause.name: ValueMappingResult(text=diagnosis.remedy(cause), index=index)
            for index, cause in enumerate(CAUSES.values())
        }
    )
    return (
        rows_of(
            "Causes, who can fix them, and how",
            help_text(
                "What failed in the time of the dashboard, calls and parts of batches together. "
                "The spans of 'Latest failures' say it with the method, scope or limit concerned.",
                "rows appear",
                "do what the last column says, or hand it to whom 'Who can fix it' names.",
            ),
            expression,
        )
        .transformations(
            [
                DataTransformerConfig(
                    id_val="organize",
                    options={
                        "excludeByName": {"Time": True},
                        "indexByName": {
                            "Value": 0,
                            promql.CAUSE: 1,
                            promql.OWNER: 2,
                            remedy: 3,
                        },
                        "renameByName": {
                            "Value": "Failed",
                            promql.CAUSE: "Cause",
                            promql.OWNER: "Who can fix it",
                            remedy: "What to do",
                        },
                    },
                )
            ]
        )
        .override_by_name("Failed", [_width(70), DynamicConfigValue("decimals", 0)])
        .override_by_name("Cause", [_width(170)])
        .override_by_name("Who can fix it", [_width(110)])
        .override_by_name(
            "What to do",
            [DynamicConfigValue("mappings", [remedies]), *_wrapped()],
        )
        .height(7)
        .span(14)
    )


def _latest_failures() -> table.Panel:
    return (
        _spans(
            "Latest failures, with remedy",
            help_text(
                "The newest failed calls and parts of batches that were sampled; their first "
                "column opens the trace.",
                "rows appear",
                "open the trace: it shows each request, each wait, and what the server said. "
                "'What to do' is for this failure; 'Read on' opens the page about it.",
            ),
            traceql.LATEST_FAILURES,
        )
        .transformations([_columns(traceql.SHOWN)])
        .override_by_name("Method", [_width(230)])
        .override_by_name("Cause", [_width(170)])
        .override_by_name("Who can fix it", [_width(110)])
        .override_by_name("What to do", _wrapped())
        .override_by_name(
            "Read on",
            [
                _width(90),
                DynamicConfigValue(
                    "links",
                    [{"title": "Read on", "url": "${__value.raw}", "targetBlank": True}],
                ),
            ],
        )
        .height(8)
        .span(24)
    )


def _by_owner() -> timeseries.Panel:
    return bars(
        "Failures by who can fix them",
        help_text(
            "The same failures by owner: developer, end user, domain administrator, project "
            "owner, Google, or nobody (only waiting helps).",
            "bars appear",
            "send end_user and domain_admin to support, project_owner to whoever runs the Google "
            "Cloud project, developer to the team; for google and nobody wait, with backoff.",
        ),
        query(total(_FAILURES, WINDOW, promql.OWNER), f"{{{{{promql.OWNER}}}}}"),
    )


def _by_method() -> timeseries.Panel:
    by_method = total(_FAILURES, WINDOW, promql.METHOD)
    return bars(
        "Failures by method",
        help_text(
            "The same failures by API method; a failed batch as such has none and is called batch.",
            "bars appear",
            "choose the method at the top, and see which causes remain. One method alone points "
            "to its arguments or scopes; all at once to credentials, quota or network.",
        ),
        query(
            f'label_replace({by_method}, "{promql.METHOD}", "none", "{promql.METHOD}", "")',
            f"{{{{{promql.METHOD}}}}}",
        ),
    )


def _parts() -> timeseries.Panel:
    legend = f"{{{{{promql.METHOD}}}}} {{{{{promql.CAUSE}}}}}"
    return bars(
        "Failed batch parts by method",
        help_text(
            "By method and cause. The POST of the batch was answered 200, so no exception and no "
            "red request shows them.",
            "bars appear",
            "for rate limits make batches smaller (10 to 25 parts) and repeat only the failed "
            "parts; for other causes do what the table of causes says.",
        ),
        query(total(_FAILED_PARTS, WINDOW, promql.METHOD, promql.CAUSE), legend),
    )


def _token_refresh() -> timeseries.Panel:
    return bars(
        "Token refresh failures by cause",
        help_text(
            "Calls without an access token, by cause and by who can fix it.",
            "bars appear",
            "token_revoked and reauthentication_required: that user has to authorize again. "
            "oauth_client_invalid, clock_skew, delegation_not_granted: every user is affected; "
            "begin there.",
        ),
        query(
            total(_REFRESH, WINDOW, promql.CAUSE, promql.OWNER),
            f"{{{{{promql.CAUSE}}}}} ({{{{{promql.OWNER}}}}})",
        ),
    )


def _waits() -> timeseries.Panel:
    return bars(
        "Seconds lost to waits by cause",
        help_text(
            "Time spent inside the library's waits, by the failure that led to them.",
            "bars appear",
            "rate limits: send less at once, so that nothing has to wait. Server faults: nothing, "
            "unless users wait as well; then lower num_retries for them.",
        ),
        query(total(_WAITED, WINDOW, promql.CAUSE), f"{{{{{promql.CAUSE}}}}}"),
        unit="s",
    )


def _repeats() -> timeseries.Panel:
    return bars(
        "Retries",
        help_text(
            "Repeats by the library's own loop (num_retries), by method and the failure that led "
            "to them.",
            "bars appear",
            "few are normal. A method that is always repeated is too fast for its limit, or its "
            "request is wrong: see the causes.",
        ),
        query(
            total(_REPEATS, WINDOW, promql.METHOD, promql.CAUSE),
            f"{{{{{promql.METHOD}}}}} {{{{{promql.CAUSE}}}}}",
        ),
    )


def _in_vain() -> timeseries.Panel:
    return bars(
        "Failed although repeated by method",
        help_text(
            "Calls that used up all of their repeats.",
            "bars appear",
            "bandwidth, sending and daily limits last hours: stop and come back later. Rate "
            "limits: back off for longer (more num_retries), and send less at once. "
            "backend_unavailable: Google has an incident, see its status page.",
        ),
        query(
            total(_EXHAUSTED, WINDOW, promql.METHOD, promql.CAUSE),
            f"{{{{{promql.METHOD}}}}} {{{{{promql.CAUSE}}}}}",
        ),
    )


def _resends() -> timeseries.Panel:
    return bars(
        "Requests sent again, by cause",
        help_text(
            "On the wire, by HTTP method: the library's retries, new tokens (auth_refresh), "
            "redirects, and no_response, which httplib2 does by itself. All servers that httplib2 "
            "talks to; API and method are not known here.",
            "POST no_response appears",
            "the server may have carried out the request before: look for duplicates. Many "
            "auth_refresh: tokens are used to their last second, or are refused.",
        ),
        query(
            total(_RESENDS, WINDOW, promql.HTTP_METHOD, promql.RESEND_CAUSE),
            f"{{{{{promql.HTTP_METHOD}}}}} {{{{{promql.RESEND_CAUSE}}}}}",
        ),
    )


def _sent_twice() -> table.Panel:
    return (
        _spans(
            "Requests sent again without an answer",
            help_text(
                "POST requests after a connection that closed without an answer; the first column "
                "opens the trace.",
                "rows appear",
                "in the trace look at httplib2.failed_phase of the attempt before. connect or "
                "send: nothing arrived whole. wait or read: the server may have done it twice.",
            ),
            traceql.SENT_TWICE,
        )
        .transformations([_columns({})])
        .height(7)
        .span(24)
    )


def _latency() -> timeseries.Panel:
    return red_above(
        lines(
            "Calls against requests: what retries cost",
            help_text(
                "How long a call takes with its repeats and waits, and how long one request takes. "
                "Points are examples: a click opens the trace. Requests are all that this "
                "service's HTTP clients send.",
                "the lines of calls leave those of requests, or are in the red",
                "the difference is waits, repeats and token refreshes: see 'Seconds lost to waits "
                "by cause'. If both rise together the API itself is slow: ask for less (fields, "
                "format, maxResults).",
            ),
            _duration("A", 0.95, promql.CALLS, "calls, 95 %", CHOSEN, exemplars=True),
            _duration("B", 0.95, promql.REQUESTS, "requests, 95 %", (OF_SERVICE,), exemplars=True),
            _duration("C", 0.5, promql.CALLS, "calls, half", CHOSEN),
            _duration("D", 0.5, promql.REQUESTS, "requests, half", (OF_SERVICE,)),
        ),
        _SLOW,
    ).height(8)


def _latency_by_method() -> timeseries.Panel:
    buckets = series(f"{promql.CALLS}_bucket", *CHOSEN)
    expression = f"histogram_quantile(0.95, {total(buckets, WINDOW, 'le', promql.METHOD)})"
    return red_above(
        lines(
            "Duration of calls by method, 95 %",
            help_text(
                "Nineteen of twenty calls take less. Points are examples: a click opens the trace.",
                "it is in the red",
                "open an example: the trace shows whether the time went to waits, to repeats or "
                "to the server. Timeouts and long downloads belong to one method; all methods at "
                "once point to the network.",
            ),
            query(expression, f"{{{{{promql.METHOD}}}}}").exemplar(True),
        ),
        _SLOW,
    ).height(8)


def _duration(
    ref: str,
    share: float,
    histogram: str,
    legend: str,
    matchers: tuple[str, ...],
    *,
    exemplars: bool = False,
) -> prometheus.Dataquery:
    expression = promql.quantile(share, histogram, WINDOW, *matchers)
    return query(expression, legend, ref=ref).exemplar(exemplars)


def _spans(title: str, description: str, traceql_query: str) -> table.Panel:
    target = (
        tempo.Dataquery()
        .ref_id("A")
        .query_type(TempoQueryType.TRACEQL)
        .query(traceql_query)
        .table_type(SearchTableType.SPANS)
        .limit(50)
        .spss(10)
    )
    return (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(TRACES)
        .with_target(target)
        .override_by_name("Trace", [_width(150)])
        .override_by_name("Began", [_width(160)])
    )


def _columns(shown: dict[str, str]) -> DataTransformerConfig:
    """The columns of a table of spans: Tempo's own, whose span id is a link, then attributes."""
    titles = {"spanID": "Trace", "time": "Began", "traceService": "Service", **shown}
    return DataTransformerConfig(
        id_val="organize",
        options={
            "excludeByName": {"traceName": True, "name": bool(shown)},
            "indexByName": {name: index for index, name in enumerate(titles)},
            "renameByName": titles,
        },
    )


def _width(pixels: int) -> DynamicConfigValue:
    return DynamicConfigValue("custom.width", pixels)


def _wrapped() -> list[DynamicConfigValue]:
    return [DynamicConfigValue("custom.cellOptions", {"type": "auto", "wrapText": True})]
