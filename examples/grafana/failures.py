# SPDX-License-Identifier: Apache-2.0
"""The dashboard that says what fails, why, and what to do about it."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.common import TimeZoneBrowser
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from . import details, first_screen, variables
from .links import FAILURES, TAG, to_the_others


def build() -> dashboard.Dashboard:
    """The dashboard."""
    board = (
        dashboard.Dashboard("Google API calls: what fails and why")
        .uid(FAILURES)
        .description("Calls through google-api-python-client, by what made them fail.")
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
                variables.cause(),
                variables.owner(),
                variables.metrics(),
                variables.traces(),
            ]
        )
    )
    for tile in first_screen.tiles():
        board.with_panel(tile)
    board.with_panel(first_screen.by_cause().height(9).span(9))
    board.with_panel(first_screen.causes().height(9).span(15))
    board.with_panel(first_screen.latest_failures().height(8).span(24))
    board.with_panel(first_screen.by_method().height(8).span(24))
    for title, panels in details.rows().items():
        row = dashboard.Row(title).collapsed(True)
        for panel in panels:
            row.with_panel(panel)
        board.with_row(row)
    return board
