# SPDX-License-Identifier: Apache-2.0
"""The kinds of panels that the dashboards are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    BigValueGraphMode,
    BigValueTextMode,
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
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from .colors import fixed_color

METRICS: Final = DataSourceRef(type_val="prometheus", uid="${metrics}")
TRACES: Final = DataSourceRef(type_val="tempo", uid="${traces}")

STEP: Final = "$__interval"
RANGE: Final = "$__range"
"""What Grafana puts in: the time from one point of a graph to the next; the dashboard's time."""
LATELY: Final = "5m"
"""What shares and percentiles are of: one minute of little traffic says nothing."""

CLOCK: Final = "time:ddd HH:mm"
"""A moment; with the day, since a dashboard may show more than one."""

MINUTE: Final = "1m"
"""The least time that a bar stands for: one export, so that what happens shows within a minute."""


def help_text(shows: str, when: str, todo: str) -> str:
    """A panel's description."""
    return f"{shows}\n\n**When {when}:** {todo}"


def query(expression: str, legend: str = "__auto", *, ref: str = "A") -> prometheus.Dataquery:
    """A query whose result is drawn over time."""
    return prometheus.Dataquery().ref_id(ref).expr(expression).legend_format(legend).range()


def moment(expression: str, legend: str = "__auto", *, ref: str = "A") -> prometheus.Dataquery:
    """A query whose result is of the end of the dashboard's time."""
    return prometheus.Dataquery().ref_id(ref).expr(expression).legend_format(legend).instant()


def tile(title: str, description: str, *targets: prometheus.Dataquery, unit: str) -> stat.Panel:
    """One number; over time, it has the curve that it comes from."""
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(METRICS)
        .targets(list(targets))
        .unit(unit)
        .interval(MINUTE)
        .color_mode(BigValueColorMode.BACKGROUND)
        .graph_mode(BigValueGraphMode.AREA)
        .text_mode(BigValueTextMode.VALUE)
        .text(common.VizTextDisplayOptions().title_size(17).value_size(28))
        .height(3)
    )


def bars(title: str, description: str, *targets: prometheus.Dataquery) -> timeseries.Panel:
    """Things that happen, counted, one above the other."""
    return stacked(title, description, *targets).decimals(0)


def stacked(title: str, description: str, *targets: prometheus.Dataquery) -> timeseries.Panel:
    """Parts of a sum, one above the other."""
    return (
        _over_time(title, description, targets, "short")
        .draw_style(GraphDrawStyle.BARS)
        .fill_opacity(80)
        .line_width(0)
        .bar_max_width(20)  # what happened once is no block of a quarter of an hour
        .stacking(common.StackingConfig().mode(StackingMode.NORMAL))
    )


def colored(panel: timeseries.Panel, colors: Mapping[str, str]) -> timeseries.Panel:
    """Give the series with these legends their colors."""
    for legend, color in colors.items():
        panel = panel.override_by_name(legend, [fixed_color(color)])
    return panel


def lines(
    title: str, description: str, *targets: prometheus.Dataquery, unit: str = "s"
) -> timeseries.Panel:
    """Things that are always there, beside each other."""
    return (
        _over_time(title, description, targets, unit)
        .draw_style(GraphDrawStyle.LINE)
        .fill_opacity(5)
        .line_width(2)
    )


def limit_line(panel: timeseries.Panel, legend: str) -> timeseries.Panel:
    """Show the series with this legend as a limit: dashed, in a color that no series has."""
    return panel.override_by_name(
        legend,
        [
            DynamicConfigValue("custom.drawStyle", "line"),
            DynamicConfigValue("custom.lineStyle", {"fill": "dash", "dash": [10, 10]}),
            DynamicConfigValue("custom.lineWidth", 2),
            DynamicConfigValue("custom.fillOpacity", 0),
            DynamicConfigValue("custom.stacking", {"mode": "none", "group": "limit"}),
            fixed_color("text"),
        ],
    )


def red_above(panel: timeseries.Panel, value: float) -> timeseries.Panel:
    """Tint what lies above a value."""
    return panel.thresholds(thresholds({value: "red"}, base="transparent")).thresholds_style(
        common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED_AND_AREA)
    )


def rows_of(title: str, description: str, *expressions: str) -> table.Panel:
    """A table of the series that queries return; rows with the same labels are one row."""
    targets = (
        moment(expression, ref=ref).format(PromQueryFormat.TABLE)
        for ref, expression in zip("ABCDEF", expressions, strict=False)
    )
    return (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(METRICS)
        .targets(list(targets))
        .interval(MINUTE)
    )


def merged() -> DataTransformerConfig:
    """Make one table of several."""
    return DataTransformerConfig(id_val="merge", options={})


def columns(titles: dict[str, str], *hidden: str) -> DataTransformerConfig:
    """Order and rename the columns of a table; Grafana knows them by the names that it shows."""
    return DataTransformerConfig(
        id_val="organize",
        options={
            "excludeByName": dict.fromkeys(hidden, True),
            "indexByName": {name: index for index, name in enumerate(titles)},
            "renameByName": titles,
        },
    )


def width(pixels: int) -> DynamicConfigValue:
    """The width of a column."""
    return DynamicConfigValue("custom.width", pixels)


def wrapped() -> DynamicConfigValue:
    """Show all of a text: the row is as high as it needs."""
    return DynamicConfigValue("custom.cellOptions", {"type": "auto", "wrapText": True})


def unit(name: str) -> DynamicConfigValue:
    """A unit, or a format."""
    return DynamicConfigValue("unit", name)


def link(title: str, address: str, *, elsewhere: bool = False) -> DynamicConfigValue:
    """Where a click on a value leads to."""
    return DynamicConfigValue("links", [{"title": title, "url": address, "targetBlank": elsewhere}])


def thresholds(steps: dict[float, str], base: str = "green") -> dashboard.ThresholdsConfig:
    """Colors from values on."""
    first = Threshold(value=None, color=base)
    others = [Threshold(value=value, color=color) for value, color in steps.items()]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps([first, *others])


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
        .interval(MINUTE)
        # By their order: no two series of a panel are of one color.
        .color_scheme(dashboard.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC))
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
