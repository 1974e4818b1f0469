# SPDX-License-Identifier: Apache-2.0
"""The kinds of panels that the dashboards are made of."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    BigValueGraphMode,
    DataSourceRef,
    GraphDrawStyle,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

METRICS: Final = DataSourceRef(type_val="prometheus", uid="${metrics}")
TRACES: Final = DataSourceRef(type_val="tempo", uid="${traces}")

WINDOW: Final = "$__rate_interval"
RANGE: Final = "$__range"
"""What Grafana puts in: the time that one point of a graph stands for; the dashboard's time."""

_BAR: Final = "5m"
"""The least time that a bar stands for: several exports, so that no bar falls between two."""


def help_text(shows: str, when: str, todo: str) -> str:
    """A panel's description."""
    return f"{shows}\n\n**When {when}:** {todo}"


def query(expression: str, legend: str = "__auto", *, ref: str = "A") -> prometheus.Dataquery:
    """A query whose result is drawn over time."""
    return prometheus.Dataquery().ref_id(ref).expr(expression).legend_format(legend).range()


def number(
    title: str, description: str, expression: str, *, unit: str = "short", red_from: float = 0.5
) -> stat.Panel:
    """One number for the whole time of the dashboard: green at 0, red from ``red_from`` on."""
    target = prometheus.Dataquery().ref_id("A").expr(f"{expression} or vector(0)").instant()
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(METRICS)
        .with_target(target)
        .unit(unit)
        .decimals(0)
        .thresholds(red_from_on(red_from))
        .color_mode(BigValueColorMode.BACKGROUND)
        .graph_mode(BigValueGraphMode.NONE)
        .height(3)
        .span(4)
    )


def bars(
    title: str, description: str, *targets: prometheus.Dataquery, unit: str = "short"
) -> timeseries.Panel:
    """Things that happen, counted, one above the other."""
    return (
        _over_time(title, description, targets, unit)
        .draw_style(GraphDrawStyle.BARS)
        .fill_opacity(80)
        .line_width(0)
        .stacking(common.StackingConfig().mode(StackingMode.NORMAL))
        .interval(_BAR)
        .decimals(0)
    )


def lines(
    title: str, description: str, *targets: prometheus.Dataquery, unit: str = "s"
) -> timeseries.Panel:
    """Things that are always there, beside each other."""
    return (
        _over_time(title, description, targets, unit)
        .draw_style(GraphDrawStyle.LINE)
        .fill_opacity(5)
        .line_width(2)
        .interval(_BAR)
    )


def limit_line(panel: timeseries.Panel, legend: str) -> timeseries.Panel:
    """Show the series with this legend as a limit: red, dashed, not stacked."""
    return panel.override_by_name(
        legend,
        [
            DynamicConfigValue("custom.drawStyle", "line"),
            DynamicConfigValue("custom.lineStyle", {"fill": "dash", "dash": [10, 10]}),
            DynamicConfigValue("custom.lineWidth", 2),
            DynamicConfigValue("custom.fillOpacity", 0),
            DynamicConfigValue("custom.stacking", {"mode": "none", "group": "limit"}),
            DynamicConfigValue("color", {"mode": "fixed", "fixedColor": "red"}),
        ],
    )


def red_above(panel: timeseries.Panel, value: float) -> timeseries.Panel:
    """Tint what lies above a value."""
    return panel.thresholds(red_from_on(value, base="transparent")).thresholds_style(
        common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED_AND_AREA)
    )


def rows_of(title: str, description: str, expression: str) -> table.Panel:
    """A table of the series that a query returns for the whole time of the dashboard."""
    target = (
        prometheus.Dataquery().ref_id("A").expr(expression).instant().format(PromQueryFormat.TABLE)
    )
    return (
        table.Panel().title(title).description(description).datasource(METRICS).with_target(target)
    )


def red_from_on(value: float, base: str = "green") -> dashboard.ThresholdsConfig:
    """Thresholds: the base colour, and red from a value on."""
    return (
        dashboard.ThresholdsConfig()
        .mode(ThresholdsMode.ABSOLUTE)
        .steps([Threshold(value=None, color=base), Threshold(value=value, color="red")])
    )


def _over_time(
    title: str, description: str, targets: tuple[prometheus.Dataquery, ...], unit: str
) -> timeseries.Panel:
    return (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(METRICS)
        .targets(list(targets))
        .unit(unit)
        .min(0)
        .color_scheme(dashboard.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
        .legend(
            common.VizLegendOptions()
            .show_legend(True)
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
        )
        .tooltip(
            common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
        )
        .height(7)
        .span(12)
    )
