# SPDX-License-Identifier: Apache-2.0
"""The Collector's configurations: sound, documented, and about attributes that really are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.instrumentation.googleapiclient._terminal.contents import is_call
from opentelemetry.instrumentation.httplib2.semconv import ResendCause
from ruamel.yaml import YAML

import telemetry_page
from demo.application import EXAMPLES
from support.attributes import ATTRIBUTE_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.instrumentation.googleapiclient._terminal.spans import Span

# All in one process of pytest-xdist: they share one run of the demo.
pytestmark = pytest.mark.xdist_group("morning")

FOLDER = EXAMPLES / "collector"
FILES = {
    name: (FOLDER / f"{name}.yaml").read_text("utf-8") for name in ("collector", "loadbalancer")
}
CONFIGS: dict[str, Any] = {name: YAML(typ="safe").load(text) for name, text in FILES.items()}
DOCUMENTED: dict[str, Any] = YAML(typ="safe").load(
    Path(__file__).with_name("collector_options.yaml").read_text("utf-8")
)
KINDS = ("receivers", "processors", "connectors", "exporters")
VERSION = "v0.160.0"

COMPONENTS = [
    (name, kind, component)
    for name, config in CONFIGS.items()
    for kind in KINDS
    for component in config.get(kind, {})
]
PIPELINES = [
    (name, pipeline, parts)
    for name, config in CONFIGS.items()
    for pipeline, parts in config["service"]["pipelines"].items()
]
TAIL_SAMPLING = CONFIGS["collector"]["processors"]["tail_sampling"]
POLICIES: dict[str, Any] = {policy["name"]: policy for policy in TAIL_SAMPLING["policies"]}
DIMENSIONS = [
    dimension["name"]
    for dimension in CONFIGS["collector"]["connectors"]["span_metrics"]["dimensions"]
]


def test_only_known_sections_are_there() -> None:
    for config in CONFIGS.values():
        assert config.keys() <= {*KINDS, "service"}
        assert config["service"].keys() == {"pipelines"}


@pytest.mark.parametrize(("name", "pipeline", "parts"), PIPELINES)
def test_the_components_of_a_pipeline_are_defined(
    name: str, pipeline: str, parts: dict[str, list[str]]
) -> None:
    config = CONFIGS[name]
    connectors = config.get("connectors", {}).keys()
    assert set(parts["receivers"]) <= config["receivers"].keys() | connectors
    assert set(parts["processors"]) <= config["processors"].keys()
    assert set(parts["exporters"]) <= config["exporters"].keys() | connectors
    assert pipeline.partition("/")[0] in {"traces", "metrics"}


@pytest.mark.parametrize(("name", "kind", "component"), COMPONENTS)
def test_a_defined_component_is_in_a_pipeline(name: str, kind: str, component: str) -> None:
    pipelines = CONFIGS[name]["service"]["pipelines"]
    as_receiver = [p for p, parts in pipelines.items() if component in parts["receivers"]]
    as_exporter = [p for p, parts in pipelines.items() if component in parts["exporters"]]
    if kind == "connectors":  # spans in, metrics out
        assert {pipeline.partition("/")[0] for pipeline in as_exporter} == {"traces"}
        assert {pipeline.partition("/")[0] for pipeline in as_receiver} == {"metrics"}
    else:
        assert any(component in parts[kind] for parts in pipelines.values())


@pytest.mark.parametrize(("name", "kind", "component"), COMPONENTS)
def test_every_option_is_one_that_the_components_documentation_names(
    name: str, kind: str, component: str
) -> None:
    documented = allowed(kind, component)
    used = list(leaves(CONFIGS[name][kind][component]))
    assert used
    for path, value in used:
        assert path in documented, f"{kind}/{component} documents no {path}"
        assert is_of_type(value, documented[path]), f"{path}: {value!r} is no {documented[path]}"


@pytest.mark.parametrize(("name", "kind", "component"), COMPONENTS)
def test_the_documentation_is_cited_above_the_block(name: str, kind: str, component: str) -> None:
    repository, _, path = DOCUMENTED[entry(kind, component)]["readme"].partition(" ")
    url = f"https://github.com/open-telemetry/{repository}/blob/{VERSION}/{path}/README.md"
    assert re.search(rf"# {re.escape(url)}\n  {re.escape(component)}:\n", FILES[name])


def test_the_version_is_the_one_that_runs() -> None:
    image = f"otel/opentelemetry-collector-contrib:{VERSION.removeprefix('v')}"
    for file in ("compose.yaml", "README.md"):
        assert image in (FOLDER / file).read_text("utf-8")


def test_memory_is_limited_before_anything_else() -> None:
    for _, pipeline, parts in PIPELINES:
        assert parts["processors"][0] == "memory_limiter", pipeline


def test_exporters_make_the_batches() -> None:
    """The batch processor is deprecated."""
    assert not [pipeline for _, pipeline, parts in PIPELINES if "batch" in parts["processors"]]


def test_spans_are_counted_before_the_sampling() -> None:
    pipelines = CONFIGS["collector"]["service"]["pipelines"]
    counting = [parts for parts in pipelines.values() if "span_metrics" in parts["exporters"]]
    assert counting
    for parts in counting:
        assert parts["receivers"] == ["otlp"]
        assert "tail_sampling" not in parts["processors"]


def test_traces_leave_in_batches() -> None:
    traces = [
        CONFIGS["collector"]["exporters"]["otlp_grpc"],
        CONFIGS["loadbalancer"]["exporters"]["load_balancing/traces"],
    ]
    for exporter in traces:
        queue = exporter["sending_queue"]
        assert 0 < queue["batch"]["min_size"] <= queue["batch"]["max_size"] <= queue["queue_size"]


@pytest.mark.parametrize("exporter", ["load_balancing/traces", "load_balancing/metrics"])
def test_what_a_lost_collector_did_not_take_goes_to_another(exporter: str) -> None:
    """A queue or retry of the exporter below would stay with the collector that is gone."""
    settings = CONFIGS["loadbalancer"]["exporters"][exporter]
    for kept in ("retry_on_failure", "sending_queue"):
        assert settings[kept]["enabled"] is True
        assert settings["protocol"]["otlp"][kept]["enabled"] is False


def test_an_outage_does_not_flood_the_backend() -> None:
    policy = POLICIES["failed"]
    assert policy["type"] == "and"
    failed, ceiling = policy["and"]["and_sub_policy"]
    # In this order: only what has failed counts.
    assert failed["status_code"] == {"status_codes": ["ERROR"]}
    assert ceiling["rate_limiting"]["spans_per_second"] >= 100


def test_series_end_and_do_not_change_with_the_collector() -> None:
    span_metrics = CONFIGS["collector"]["connectors"]["span_metrics"]
    assert span_metrics["exclude_dimensions"] == ["collector.instance.id"]
    assert span_metrics["metrics_expiration"]


@pytest.mark.parametrize("page", ["collector/README.md", "grafana/README.md"])
def test_prometheus_keeps_the_names_of_services(page: str) -> None:
    text = (EXAMPLES / page).read_text("utf-8")
    (block,) = re.findall(r"^```yaml\n(scrape_configs:.+?)^```", text, re.MULTILINE | re.DOTALL)
    (scraped,) = YAML(typ="safe").load(block)["scrape_configs"]
    assert scraped["honor_labels"] is True
    port = CONFIGS["collector"]["exporters"]["prometheus"]["endpoint"].rpartition(":")[2]
    assert scraped["static_configs"] == [{"targets": [f"localhost:{port}"]}]


def test_all_spans_of_a_trace_reach_the_same_collector() -> None:
    assert CONFIGS["loadbalancer"]["exporters"]["load_balancing/traces"]["routing_key"] == "traceID"
    assert "traceID" not in str(CONFIGS["loadbalancer"]["exporters"]["load_balancing/metrics"])


def test_the_caches_remember_longer_than_the_traces_are_held() -> None:
    for size in TAIL_SAMPLING["decision_cache"].values():
        assert size >= 10 * TAIL_SAMPLING["num_traces"]


TYPE_OF_POLICY = {
    "numeric_attribute": "int",
    "string_attribute": "string",
    "boolean_attribute": "bool",
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
def test_a_policy_asks_for_an_attribute_of_the_contract_by_its_type(policy: Any) -> None:
    settings = policy[policy["type"]]
    if policy["type"] == "and":
        for each in settings["and_sub_policy"]:
            test_a_policy_asks_for_an_attribute_of_the_contract_by_its_type(each)
    elif policy["type"] in TYPE_OF_POLICY:
        assert ATTRIBUTE_TYPES[settings["key"]] == TYPE_OF_POLICY[policy["type"]]
    else:
        assert "key" not in settings
    if settings.get("key") == "httplib2.resend.cause":
        causes = {value for name, value in vars(ResendCause).items() if name.isupper()}
        assert set(settings["values"]) == causes - {"redirect"}


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_dimension_is_an_attribute_that_our_metrics_have_too(dimension: str) -> None:
    """What stands on metrics is bounded by contract."""
    assert dimension in {name for names in telemetry_page.METRICS.values() for name in names}
    assert dimension != "error.type"  # up to 200 values
    assert ATTRIBUTE_TYPES[dimension] in {"string", "int", "bool"}


def test_the_page_explains_every_policy_and_dimension() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    for name in (*POLICIES, *DIMENSIONS):
        assert any(f"`{name}`" in row for row in rows), name
    named = set(re.findall(r"`((?:googleapiclient|httplib2)\.[\w.]+)`", page))
    assert named <= ATTRIBUTE_TYPES.keys() | telemetry_page.METRICS.keys()


# What the processor's documentation says of each type of policy.


def keeps(policy: Any, trace: list[Span]) -> bool:
    settings = policy[policy["type"]]
    match policy["type"]:
        case "and":
            return all(keeps(each, trace) for each in settings["and_sub_policy"])
        case "rate_limiting" | "probabilistic":
            # Of a morning, no trace exceeds the rate; which ones chance keeps is not certain.
            return policy["type"] == "rate_limiting"
        case "status_code":
            return settings["status_codes"] == ["ERROR"] and any(span.failed for span in trace)
        case "latency":
            seconds = max(span.end for span in trace) - min(span.start for span in trace)
            return seconds * 1000 >= settings["threshold_ms"]
        case "numeric_attribute":
            values = [span.attributes.whole(settings["key"]) for span in trace]
            return any(value is not None and value >= settings["min_value"] for value in values)
        case "string_attribute":
            values = [span.attributes.text(settings["key"]) for span in trace]
            return any(value in settings["values"] for value in values)
        case unknown:
            raise AssertionError(f"this test does not know policies of type {unknown}")


@pytest.fixture(name="kept", scope="module")
def _kept(morning: list[Span]) -> dict[str, set[str]]:
    """Policy to the ids of the traces of the demo that it keeps."""
    traces = by_trace(morning)
    return {
        name: {id_ for id_, trace in traces.items() if keeps(policy, trace)}
        for name, policy in POLICIES.items()
    }


def by_trace(spans: list[Span]) -> dict[str, list[Span]]:
    traces: dict[str, list[Span]] = {}
    for span in spans:
        traces.setdefault(span.trace_id, []).append(span)
    return traces


CERTAIN = [name for name, policy in POLICIES.items() if policy["type"] != "probabilistic"]


@pytest.mark.parametrize("name", CERTAIN)
def test_each_policy_finds_something_in_the_demo(kept: dict[str, set[str]], name: str) -> None:
    assert kept[name]


def test_every_failed_repeated_or_slow_call_of_the_demo_is_kept(
    morning: list[Span], kept: dict[str, set[str]]
) -> None:
    wanted = {
        span.trace_id
        for span in filter(is_call, morning)
        if span.failed
        or span.seconds >= 2
        or "googleapiclient.retry.wait" in span.attributes
        or any(event.name == "googleapiclient.retry" for event in span.events)
    }
    assert len(wanted) > 10
    assert wanted <= set[str]().union(*kept.values())


def test_mail_that_was_sent_twice_is_kept_for_that_alone(
    morning: list[Span], kept: dict[str, set[str]]
) -> None:
    (twice,) = {
        span.trace_id
        for span in morning
        if span.attributes.text("httplib2.resend.cause") == "no_response"
    }
    assert twice in kept["sent-again"]


def test_a_call_without_trouble_is_left_to_chance(
    morning: list[Span], kept: dict[str, set[str]]
) -> None:
    assert by_trace(morning).keys() - set[str]().union(*kept.values())


def entry(kind: str, component: str) -> str:
    """The key in the table of a component, whose name may have an addition after a slash."""
    return f"{kind}/{component.partition('/')[0]}"


def allowed(kind: str, component: str) -> dict[str, str]:
    """Every documented option of a component, by its path."""
    documented = DOCUMENTED[entry(kind, component)]
    nested = {
        f"protocol.otlp.{path}": type_
        for path, type_ in documented.get("protocol.otlp", {}).items()
    }
    return documented["options"] | nested


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each single value of a configuration, with the path that leads to it."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for below in value:
            yield from leaves(below, f"{path}[]")
    else:
        yield path, value


DURATION = re.compile(r"(\d+(\.\d+)?(ns|us|ms|s|m|h))+")


def is_of_type(value: Any, type_: str) -> bool:
    if isinstance(value, bool):
        return type_ == "boolean"
    match type_:
        case "duration":
            return isinstance(value, str) and bool(DURATION.fullmatch(value))
        case "integer":
            return isinstance(value, int)
        case "number":
            return isinstance(value, int | float)
        case "string":
            return isinstance(value, str)
        case _:
            return False
