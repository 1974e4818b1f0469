# SPDX-License-Identifier: Apache-2.0
"""The dashboard that compares the use of Gmail's quota with its limits."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders import dashboard, stat, timeseries
from grafana_foundation_sdk.models.common import TimeZoneBrowser
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from . import diagnosis, limits, promql, variables
from .links import TAG, to_the_others
from .panels import RANGE, WINDOW, bars, help_text, limit_line, lines, number, query
from .promql import series, total
from .variables import CHOSEN

UID: Final = "googleapiclient-gmail-quota"

_PAGE: Final = "Gmail API, 'Usage limits'"
_GMAIL: Final = f'{promql.API}="gmail"'
_CHOSEN: Final = series(promql.QUOTA, _GMAIL, *CHOSEN)
_PROJECT: Final = series(promql.QUOTA, _GMAIL)
"""Of all services: they share the limit of the project whatever is chosen."""

_REFUSED: Final = series(
    (f"{promql.CALLS}_count", f"{promql.WAITS}_count", promql.PARTS),
    f'{promql.CAUSE}=~"{diagnosis.any_of((*diagnosis.RATE_LIMITS, *diagnosis.LONG_LIMITS))}"',
    *CHOSEN,
)
_MINUTES: Final = "5m"
"""What a rate is the mean of: five exports at the usual interval of a minute."""


def build() -> dashboard.Dashboard:
    """The dashboard."""
    board = (
        dashboard.Dashboard("Gmail quota")
        .uid(UID)
        .description(
            "Quota units that calls cost, by the published table, beside the published limits. "
            "Counted by the services that report here: others in the project are not seen."
        )
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
                *_limits(),
                *variables.data_sources(),
            ]
        )
    )
    for panel in (*_numbers(), _against_project(), _refused()):
        board.with_panel(panel)
    board.with_row(dashboard.Row("Limit per user: only for processes that serve one mailbox"))
    board.with_panel(_against_user())
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


def _numbers() -> tuple[stat.Panel, ...]:
    peak = f"max_over_time(({_per_minute(_PROJECT)} / $project_limit)[{RANGE}:$__interval])"
    day = f"{total(_PROJECT, '1d')} / $day_limit"
    return (
        number(
            "Peak of the project's limit",
            help_text(
                "The busiest five minutes in the time of the dashboard, all services together, "
                "as a share of the units per minute that the project has.",
                "it is red (80 % or more)",
                "spread the work over time, or ask for more quota in the Google Cloud console "
                "before calls are refused. The graph below says which method costs most.",
            ),
            peak,
            unit="percentunit",
            red_from=limits.NEAR,
        )
        .span(8)
        .decimals(1),
        number(
            "Last 24 hours, of the day's units",
            help_text(
                "All services together, as a share of the units per day from which on a project "
                "is to be billed.",
                "it is red (80 % or more)",
                "find the method that costs most below; history.list instead of messages.list, "
                "fewer messages.get (batches don't make them cheaper), nothing fetched twice.",
            ),
            day,
            unit="percentunit",
            red_from=limits.NEAR,
        )
        .span(8)
        .decimals(1),
        number(
            "Refused for a limit",
            help_text(
                "Tries and parts of batches that were refused for a rate, daily, sending or "
                "bandwidth limit.",
                "it is red",
                "see 'Refused for a limit, by cause' for which: each is somebody else's to fix.",
            ),
            total(_REFUSED, RANGE),
        ).span(8),
    )


def _against_project() -> timeseries.Panel:
    legend = "limit of the project"
    return limit_line(
        bars(
            "Units per minute by method, against the project's limit",
            help_text(
                f"Means over {_MINUTES}, of the services that are chosen; bursts within a minute "
                "are higher. The limit holds for all services and users of the project together.",
                "the stack nears the red line",
                "begin with the broadest colour. messages.get costs 20 units and threads.get 40 "
                "(2026-05): fetch less often, or list changes with history.list (2 units).",
            ),
            query(_per_minute(_CHOSEN, promql.METHOD), f"{{{{{promql.METHOD}}}}}"),
            query("vector($project_limit)", legend, ref="B"),
        )
        .height(9)
        .span(14),
        legend,
    )


def _refused() -> timeseries.Panel:
    return (
        bars(
            "Refused for a limit, by cause",
            help_text(
                "Tries, repeated or not, and parts of batches.",
                "bars appear",
                "rate_limit_per_user and concurrent_requests: fewer calls at once for one mailbox. "
                "rate_limit_per_project: more quota or less work. Sending, bandwidth and daily "
                "limits: stop for hours. quota_exceeded: the console's quota page says which.",
            ),
            query(total(_REFUSED, WINDOW, promql.CAUSE), f"{{{{{promql.CAUSE}}}}}"),
        )
        .height(9)
        .span(10)
    )


def _against_user() -> timeseries.Panel:
    legend = "limit of one user"
    return limit_line(
        lines(
            "Units per minute by service, against the limit of one user",
            help_text(
                "Only for processes that serve one mailbox: the limit holds for each user alone, "
                f"and metrics don't say whose units they are. Means over {_MINUTES}.",
                "a line nears the red one, and its service serves one mailbox",
                "slow that service down: the limit can't be raised. Where it serves many "
                "mailboxes this row says nothing; look at rate_limit_per_user above instead.",
            ),
            query(_per_minute(_CHOSEN, promql.SERVICE), f"{{{{{promql.SERVICE}}}}}"),
            query("vector($user_limit)", legend, ref="B"),
            unit="short",
        )
        .height(7)
        .span(24),
        legend,
    )


def _per_minute(selector: str, *by: str) -> str:
    return f"{total(selector, _MINUTES, *by)} / {_MINUTES.removesuffix('m')}"
