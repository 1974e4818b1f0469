# SPDX-License-Identifier: Apache-2.0
"""The dashboard that compares the use of Gmail's quota with its limits."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders import common, dashboard, stat, timeseries
from grafana_foundation_sdk.models.common import (
    BigValueGraphMode,
    ScaleDistribution,
    TimeZoneBrowser,
)
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from . import diagnosis, limits, promql, variables
from .colors import OF_CAUSES, fixed_color
from .links import QUOTA, TAG, to_the_others
from .panels import (
    LATELY,
    RANGE,
    STEP,
    bars,
    colored,
    help_text,
    limit_line,
    lines,
    moment,
    query,
    stacked,
    thresholds,
    tile,
)
from .promql import added_up, happened, series, total
from .variables import CHOSEN

_PAGE: Final = "Gmail API, 'Usage limits'"
_GMAIL: Final = f'{promql.API}="gmail"'
_CHOSEN: Final = series(promql.QUOTA, _GMAIL, *CHOSEN)
_PROJECT: Final = series(promql.QUOTA, _GMAIL)
"""Of all services: they share the limit of the project whatever is chosen."""

_LIMITS: Final = (*diagnosis.RATE_LIMITS, *diagnosis.LONG_LIMITS)
_REFUSED: Final = series(
    (f"{promql.CALLS}_count", f"{promql.WAITS}_count", promql.PARTS),
    f'{promql.CAUSE}=~"{diagnosis.any_of(_LIMITS)}"',
    *CHOSEN,
)
_MINUTES: Final = LATELY.removesuffix("m")
"""What a rate is the mean of: five exports at the usual interval of a minute."""
_LIMIT: Final = "limit of the project"
_USER_LIMIT: Final = "limit of one user"
_ALL: Final = "all services"


def build() -> dashboard.Dashboard:
    """The dashboard."""
    board = (
        dashboard.Dashboard("Gmail quota")
        .uid(QUOTA)
        .description(
            "Quota units that calls cost, by the published table, beside the published limits. "
            "Counted by the services that report here: others in the project are not seen."
        )
        .tags([TAG])
        .timezone(TimeZoneBrowser)
        .time("now-1h", "now")
        .refresh("1m")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .links([to_the_others()])
        .variables(
            [
                variables.service(),
                variables.api(),
                variables.method(),
                *_limits(),
                variables.metrics(),
            ]
        )
    )
    for panel in (*_tiles(), _by_method(), _against_limit(), _refused(), _by_service()):
        board.with_panel(panel)
    of_user = dashboard.Row("Limit per user: only for processes that serve one mailbox")
    board.with_row(of_user.collapsed(True).with_panel(_against_user()))
    return board


def _limits() -> tuple[dashboard.CustomVariable, ...]:
    source = f"{_PAGE}, since 2026-05-01; the project's own limit is in its Google Cloud console."
    return (
        variables.limit(
            "project_limit",
            "Units/min, project",
            source,
            limits.PROJECT_UNITS_PER_MINUTE,
        ),
        variables.limit(
            "user_limit",
            "Units/min, user",
            f"{source} Projects from before then may still have the larger one.",
            limits.USER_UNITS_PER_MINUTE,
            limits.USER_UNITS_PER_MINUTE_BEFORE,
        ),
        variables.limit(
            "day_limit",
            "Units/day, project",
            f"{source} Beyond it a project is to be billed.",
            limits.PROJECT_UNITS_PER_DAY,
        ),
    )


def _tiles() -> tuple[stat.Panel, ...]:
    peak = f"max_over_time((\n{_per_minute(_PROJECT)} / $project_limit\n)[{RANGE}:{STEP}])"
    day = f"{total(_PROJECT, '1d')} / $day_limit"
    near = thresholds({limits.NEAR / 2: "orange", limits.NEAR: "red"})
    return (
        tile(
            "Units per minute",
            help_text(
                f"All services together, over {LATELY}.",
                "it grows",
                "see below which method costs most.",
            ),
            query(f"{_per_minute(_PROJECT)} or vector(0)"),
            unit="short",
        )
        .decimals(1)
        .thresholds(thresholds({}, base="blue"))
        .span(5),
        tile(
            "Limit of the project, per minute",
            help_text(
                "What can be chosen at the top: the published limit.",
                "your project has another",
                "type it in at the top; its Google Cloud console has it under 'Quotas'.",
            ),
            moment("vector($project_limit)"),
            unit="short",
        )
        .thresholds(thresholds({}, base="#8e8e99"))
        .graph_mode(BigValueGraphMode.NONE)
        .span(5),
        tile(
            "Peak, of that limit",
            help_text(
                "The busiest five minutes in the time of the dashboard, all services together, "
                "as a share of the units per minute that the project has.",
                "it is red (80 % or more)",
                "spread the work over time, or ask for more quota in the Google Cloud console "
                "before calls are refused. The graph below says which method costs most.",
            ),
            moment(f"{peak} or vector(0)"),
            unit="percentunit",
        )
        .decimals(1)
        .thresholds(near)
        .graph_mode(BigValueGraphMode.NONE)
        .span(5),
        tile(
            "Last 24 hours, of the day's units",
            help_text(
                "All services together, as a share of the units per day from which on a project "
                "is to be billed.",
                "it is red (80 % or more)",
                "find the method that costs most below; history.list instead of messages.list, "
                "fewer messages.get (batches don't make them cheaper), nothing fetched twice.",
            ),
            moment(f"{day} or vector(0)"),
            unit="percentunit",
        )
        .decimals(1)
        .thresholds(near)
        .graph_mode(BigValueGraphMode.NONE)
        .span(5),
        tile(
            "Refused for a limit",
            help_text(
                "Tries and parts of batches that were refused for a rate, daily, sending or "
                "bandwidth limit, in the time of the dashboard; retries made some of them good.",
                "it is amber",
                "see 'Refused for a limit, by cause' for which: each is somebody else's to fix.",
            ),
            moment(f"{added_up(total(_REFUSED, STEP), RANGE, STEP)} or vector(0)"),
            unit="short",
        )
        .decimals(0)
        .thresholds(thresholds({0.5: "orange"}))
        .graph_mode(BigValueGraphMode.NONE)
        .span(4),
    )


def _by_method() -> timeseries.Panel:
    return (
        stacked(
            "Units per minute by method",
            help_text(
                f"Means over {LATELY}, of the services that are chosen; bursts within a minute are "
                "higher. The scale is that of the use; the limit is beside.",
                "the stack grows",
                "begin with the broadest color. messages.get costs 20 units and threads.get 40 "
                "(2026-05): fetch less often, or list changes with history.list (2 units).",
            ),
            query(f"{_per_minute(_CHOSEN, promql.METHOD)} > 0", f"{{{{{promql.METHOD}}}}}"),
        )
        .height(9)
        .span(14)
    )


def _against_limit() -> timeseries.Panel:
    return (
        limit_line(
            lines(
                "Units per minute, against the limit of the project",
                help_text(
                    f"All services together, means over {LATELY}. The scale is logarithmic, so "
                    "that both can be read: from one line to the next it is ten times as much.",
                    "the line nears the dashed one",
                    "spread the work over time, or ask for more quota in the Google Cloud console.",
                ),
                query(f"{_per_minute(_PROJECT)} > 0", _ALL),
                query("vector($project_limit)", _LIMIT, ref="B"),
                unit="short",
            ),
            _LIMIT,
        )
        .override_by_name(_ALL, [fixed_color("blue")])
        .scale_distribution(common.ScaleDistributionConfig().type(ScaleDistribution.LOG).log(10))
        .min(1)
        .height(9)
        .span(10)
    )


def _refused() -> timeseries.Panel:
    panel = bars(
        "Refused for a limit, by cause",
        help_text(
            "Tries, retried or not, and parts of batches.",
            "bars appear",
            "rate_limit_per_user and concurrent_requests: fewer calls at once for one mailbox. "
            "rate_limit_per_project: more quota or less work. Sending, bandwidth and daily "
            "limits: stop for hours. quota_exceeded: the console's quota page says which.",
        ),
        query(happened(_REFUSED, STEP, promql.CAUSE), f"{{{{{promql.CAUSE}}}}}"),
    )
    return colored(panel, {cause.name: OF_CAUSES[cause.name] for cause in _LIMITS}).height(8)


def _by_service() -> timeseries.Panel:
    return (
        stacked(
            "Units per minute by service",
            help_text(
                f"Means over {LATELY}, of the services that are chosen.",
                "one of them grows",
                "it takes from the limit that all services of the project share.",
            ),
            query(f"{_per_minute(_CHOSEN, promql.SERVICE)} > 0", f"{{{{{promql.SERVICE}}}}}"),
        )
        .height(8)
        .span(12)
    )


def _against_user() -> timeseries.Panel:
    return limit_line(
        lines(
            "Units per minute by service, against the limit of one user",
            help_text(
                "Only for processes that serve one mailbox: the limit holds for each user alone, "
                f"and metrics don't say whose units they are. Means over {LATELY}.",
                "a line nears the dashed one, and its service serves one mailbox",
                "slow that service down: the limit can't be raised. Where it serves many "
                "mailboxes this row says nothing; look at rate_limit_per_user above instead.",
            ),
            query(_per_minute(_CHOSEN, promql.SERVICE), f"{{{{{promql.SERVICE}}}}}"),
            query("vector($user_limit)", _USER_LIMIT, ref="B"),
            unit="short",
        )
        .height(7)
        .span(24),
        _USER_LIMIT,
    )


def _per_minute(selector: str, *by: str) -> str:
    return f"{total(selector, LATELY, *by)} / {_MINUTES}"
