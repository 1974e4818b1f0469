# SPDX-License-Identifier: Apache-2.0
"""What somebody sees first: is something wrong, what, whose is it, since when, what is to be done.

All of it fits on 1440 by 900 pixels.
"""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders import common, stat, table, tempo, timeseries
from grafana_foundation_sdk.models.common import BigValueGraphMode, BigValueTextMode
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue
from grafana_foundation_sdk.models.tempo import SearchTableType, TempoQueryType
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES

from . import diagnosis, links, promql, traceql
from .colors import OF_CAUSES, owner_cells
from .panels import (
    CLOCK,
    LATELY,
    RANGE,
    STEP,
    TRACES,
    bars,
    colored,
    columns,
    help_text,
    link,
    merged,
    moment,
    query,
    rows_of,
    thresholds,
    tile,
    unit,
    width,
    wrapped,
)
from .promql import added_up, happened, quantile, series, total
from .variables import CHOSEN, CHOSEN_FAILURES

FAILURES: Final = series(promql.DONE, *CHOSEN_FAILURES)
ALL: Final = series(promql.DONE, *CHOSEN)

AMBER, RED = 0.01, 0.05
"""Shares of failed calls from which on something is wrong."""
SLOW, VERY_SLOW = 2.0, 10.0
"""Seconds from which on a user notices it, and gives up."""

_SERVICE_AND_METHOD: Final = f"{{{{{promql.SERVICE}}}}}: {{{{{promql.METHOD}}}}}"
_A_FEW: Final = 3
"""How many calls of a method have to fail within minutes to be more than chance."""
_REMEDY: Final = "remedy"
_NOT_SHOWN: Final = ("Trace Name", "Name", "Duration", *traceql.COMPARED)


def tiles() -> tuple[stat.Panel, ...]:
    """Five numbers."""
    return (_calls(), _failed(), _duration(), _worst_method(), _since_when())


def by_cause() -> timeseries.Panel:
    """Failures over time."""
    panel = bars(
        "Failures by cause",
        help_text(
            "Failed calls and failed parts of batches. The bars of a cause add up to its number in "
            "the table beside.",
            "bars appear",
            "find the cause in the table. One that is new since a deployment is the deployment's; "
            "rate limits in bursts are a loop that is too fast.",
        ),
        query(happened(FAILURES, STEP, promql.CAUSE), f"{{{{{promql.CAUSE}}}}}"),
    )
    return colored(panel, OF_CAUSES)


def causes() -> table.Panel:
    """One row for each cause, with the remedy of the diagnosis."""
    by = (promql.CAUSE, promql.OWNER)
    step = happened(FAILURES, STEP, *by)
    when = f"timestamp(\n{step}\n)"
    return (
        rows_of(
            "Causes, who can fix them, and how",
            help_text(
                "What failed in the time of the dashboard, calls and parts of batches together. A "
                "click on a cause shows it alone. The spans of 'Latest failures' name the method, "
                "scope or limit concerned.",
                "rows appear",
                "do what the last column says, or pass it on to whom 'Who can fix it' names. "
                "'Last' is some time ago: it is over.",
            ),
            _with_remedy(added_up(step, RANGE, STEP)),
            f"min_over_time({when}[{RANGE}:{STEP}]) * 1000",
            f"max_over_time({when}[{RANGE}:{STEP}]) * 1000",
        )
        .transformations(
            [
                merged(),
                columns(
                    {
                        "Value #A": "Failed",
                        promql.CAUSE: "Cause",
                        "Value #B": "First",
                        "Value #C": "Last",
                        promql.OWNER: "Who can fix it",
                        _REMEDY: "What to do",
                    },
                    "Time",
                ),
            ]
        )
        .sort_by([common.TableSortByFieldState().display_name("Failed").desc(True)])
        .override_by_name("Failed", [width(70), unit("locale")])
        .override_by_name("Cause", [width(165), _only_this_cause()])
        .override_by_name("First", [width(80), unit(CLOCK)])
        .override_by_name("Last", [width(80), unit(CLOCK)])
        .override_by_name("Who can fix it", [width(115), *owner_cells()])
        .override_by_name("What to do", [wrapped()])
    )


def latest_failures() -> table.Panel:
    """The newest spans that failed."""
    return (
        spans(
            "Latest failures, with the remedy of each",
            help_text(
                "The newest failed calls and parts of batches that were sampled. A click on the "
                "first column opens the trace.",
                "rows appear",
                "open the trace: it shows each request, each wait, and what the server said. 'What "
                "to do' is for this very failure.",
            ),
            traceql.LATEST_FAILURES,
            traceql.SHOWN,
        )
        .override_by_name("Method", [width(275)])
        .override_by_name("Cause", [width(165), _only_this_cause()])
        .override_by_name("Who can fix it", [width(115), *owner_cells()])
        .override_by_name("What to do", [wrapped()])
        .override_by_name(
            "Docs",
            [
                width(50),
                DynamicConfigValue("custom.cellOptions", {"type": "data-links"}),
                link("docs", "${__value.raw}", elsewhere=True),
            ],
        )
    )


def by_method() -> table.Panel:
    """Calls, failures and durations of each method."""
    calls = _of_methods(added_up(total(ALL, STEP, promql.METHOD), RANGE, STEP))
    failed = _of_methods(added_up(total(FAILURES, STEP, promql.METHOD), RANGE, STEP))
    failed = f"({failed} > 0)"  # an empty cell says sooner that nothing failed than a zero does
    return (
        rows_of(
            "Methods",
            help_text(
                "Calls and parts of batches in the time of the dashboard, and how long half and "
                "nineteen of twenty calls take at most.",
                "a share is red",
                "click on the method and see which causes remain. One method alone points to its "
                "arguments or scopes; all at once to credentials, quota or network.",
            ),
            f"{calls} > 0",
            failed,
            f"{failed} / ({calls} > 0)",
            _of_methods(quantile(0.5, promql.CALLS, RANGE, *CHOSEN, by=promql.METHOD)),
            _of_methods(quantile(0.95, promql.CALLS, RANGE, *CHOSEN, by=promql.METHOD)),
        )
        .transformations(
            [
                merged(),
                columns(
                    {
                        promql.METHOD: "Method",
                        "Value #A": "Calls",
                        "Value #B": "Failed",
                        "Value #C": "Failed %",
                        "Value #D": "p50",
                        "Value #E": "p95",
                    },
                    "Time",
                ),
            ]
        )
        .sort_by([common.TableSortByFieldState().display_name("Failed").desc(True)])
        .decimals(0)
        .unit("locale")
        .override_by_name(
            "Method",
            [width(330), link("Only this method", links.filtered(method="${__value.raw}"))],
        )
        .override_by_name(
            "Failed %",
            [
                unit("percentunit"),
                DynamicConfigValue("decimals", 1),
                DynamicConfigValue("custom.cellOptions", {"type": "color-text"}),
                DynamicConfigValue(
                    "thresholds", thresholds({AMBER: "orange", RED: "red"}, base="text").build()
                ),
            ],
        )
        .override_by_name("p50", [unit("s"), DynamicConfigValue("decimals", 1)])
        .override_by_name("p95", [unit("s"), DynamicConfigValue("decimals", 1)])
    )


def spans(title: str, description: str, traceql_query: str, shown: dict[str, str]) -> table.Panel:
    """A table of spans, whose first column opens the trace."""
    target = (
        tempo.Dataquery()
        .ref_id("A")
        .query_type(TempoQueryType.TRACEQL)
        .query(traceql_query)
        .table_type(SearchTableType.SPANS)
        .limit(50)
        .spss(10)
    )
    titles = {"Span ID": "Trace", "Start time": "Began", "Trace Service": "Service", **shown}
    return (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(TRACES)
        .with_target(target)
        .transformations([columns(titles, *_NOT_SHOWN)])
        .override_by_name("Trace", [width(85)])
        .override_by_name("Began", [width(80), unit("time:HH:mm:ss")])
        .override_by_name("Service", [width(90)])
    )


def _calls() -> stat.Panel:
    return (
        tile(
            "Calls/s",
            help_text(
                f"Calls and parts of batches per second, over {LATELY}.",
                "it falls to nothing",
                "the application has stopped calling, or its telemetry does not arrive.",
            ),
            query(f"{total(ALL, LATELY)} / 300 or vector(0)"),
            unit="short",
        )
        .decimals(2)
        .thresholds(thresholds({}, base="blue"))
        .span(3)
    )


def _failed() -> stat.Panel:
    return (
        tile(
            "Failed calls",
            help_text(
                f"Failed calls and parts of batches, as a share of all, over {LATELY}; behind it "
                "the time of the dashboard.",
                "it is red (5 %) or amber (1 %)",
                "read the table of causes below: it says for each who can fix it, and how.",
            ),
            query(f"({total(FAILURES, LATELY)} or vector(0)) / ({total(ALL, LATELY)} > 0)"),
            unit="percentunit",
        )
        .decimals(1)
        .thresholds(thresholds({AMBER: "orange", RED: "red"}))
        .span(3)
    )


def _duration() -> stat.Panel:
    return (
        tile(
            "p95 duration",
            help_text(
                f"Nineteen of twenty calls take less, retries and waits included, over {LATELY}.",
                "it is amber (2 s) or red (10 s)",
                "see the row about durations below: is it waits, retries or the server?",
            ),
            query(quantile(0.95, promql.CALLS, LATELY, *CHOSEN)),
            unit="s",
        )
        .thresholds(thresholds({SLOW: "orange", VERY_SLOW: "red"}))
        .span(3)
    )


def _worst_method() -> stat.Panel:
    return (
        tile(
            "Worst method",
            help_text(
                "The method of a service that fails most, by number and share, and the share of "
                f"its calls that fail: over {LATELY}, or in the dashboard's time where nothing has "
                "failed lately.",
                "it is red",
                "see below how its calls fail, or choose it at the top.",
            ),
            moment(f"{_worst(LATELY)}\nor on ()\n{_worst(RANGE)}", _SERVICE_AND_METHOD),
            unit="percentunit",
        )
        .decimals(0)
        .thresholds(thresholds({AMBER: "orange", RED: "red"}))
        .graph_mode(BigValueGraphMode.NONE)
        .text_mode(BigValueTextMode.VALUE_AND_NAME)
        .no_value("none fails")
        .span(9)
    )


def _since_when() -> stat.Panel:
    bad = _badness()
    healthy = f"max_over_time(timestamp(\n({bad}) < {RED}\n)[{RANGE}:{STEP}])"
    since = f"({healthy} or vector(time() - $__range_s)) and on () ({bad}) >= {RED}"
    return (
        tile(
            "Failing since",
            help_text(
                f"Since when 5 % of all calls, or of those of one method ({_A_FEW} or more within "
                f"{LATELY}), fail without a break, and for how long. Where that is longer than the "
                "dashboard's time, its beginning.",
                "there is a time",
                "what was deployed, switched off or expired at that time?",
            ),
            moment(f"({since}) * 1000", "at"),
            moment(f"time() - ({since})", "for", ref="B"),
            unit=CLOCK,
        )
        .thresholds(thresholds({0: "red"}))
        .graph_mode(BigValueGraphMode.NONE)
        .override_by_query("B", [unit("s"), DynamicConfigValue("decimals", 0)])
        .text(common.VizTextDisplayOptions().value_size(22))
        .no_value("not now")
        .span(6)
    )


def _worst(window: str) -> str:
    by = (promql.SERVICE, promql.METHOD)
    failed, whole = (_of_methods(total(each, window, *by)) for each in (FAILURES, ALL))
    return f"(({failed} > 0) / {whole}\nand topk(1, {failed} * {failed} / {whole}))"


def _badness() -> str:
    """The largest share that fails, of all calls or of those of one method."""
    failed, whole = (total(each, LATELY, promql.METHOD) for each in (FAILURES, ALL))
    of_one = f"{failed} / {whole} and {failed} >= {_A_FEW}"
    of_all = f"{total(FAILURES, LATELY)} / ({total(ALL, LATELY)} > 0)"
    return f"max({of_one} or {of_all}) or vector(0)"


def _of_methods(expression: str) -> str:
    """A batch as such is of no method."""
    return f'label_replace({expression}, "{promql.METHOD}", "batch", "{promql.METHOD}", "")'


def _with_remedy(expression: str) -> str:
    """Say the remedy of each cause in a label: a row of a table is as high as what is in it."""
    for cause in CAUSES.values():
        remedy = diagnosis.remedy(cause).replace("\\", "\\\\").replace('"', '\\"')
        source = f'"{promql.CAUSE}", "{cause.name}"'
        expression = f'label_replace({expression}, "{_REMEDY}", "{remedy}", {source})'
    return expression


def _only_this_cause() -> DynamicConfigValue:
    return link("Only this cause", links.filtered(cause="${__value.raw}"))
