# SPDX-License-Identifier: Apache-2.0
"""Which distributions are tried, and how each is set up.

docs/backends.md has a section for each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

PROGRAMS: Final = Path(__file__).with_name("programs")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to set a distribution up.

    Args:
        title: what the page calls it.
        command: what runs the program; its first word is found in the environment.
        settings: variables that a user sets; values are made up.
        loopback: variables that keep it on this machine: endpoints, and what else it would reach.
            ``{url}`` and the like stand for where the receiver listens.
        setting: what the page names as needed, beyond endpoint and key.
        loses: what does not arrive, as the page says it; None where all does.
    """

    title: str
    command: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    loopback: Mapping[str, str] = field(default_factory=dict[str, str])
    setting: str = ""
    loses: str | None = None

    @property
    def program(self) -> str:
        """The file that is run."""
        return self.command[-1]


@dataclass(frozen=True, slots=True)
class Backend:
    """A distribution and the ways to set it up.

    Args:
        package: its name on the package index.
        title: of its section on the page.
        requirements: what is installed beside this package.
        ways: how it is set up.
        unresolved: what is installed without its dependencies, where pip finds no releases that
            suit each other.
    """

    package: str
    title: str
    requirements: tuple[str, ...]
    ways: tuple[Way, ...]
    unresolved: tuple[str, ...] = ()


_AUTO: Final = ("opentelemetry-instrument", "python", "application.py")
_OTLP: Final = {"OTEL_EXPORTER_OTLP_ENDPOINT": "{url}"}
_GRPC: Final = {"OTEL_EXPORTER_OTLP_ENDPOINT": "{grpc}"}
_AWS: Final = {
    "OTEL_PYTHON_DISTRO": "aws_distro",
    "OTEL_PYTHON_CONFIGURATOR": "aws_configurator",
}
_AZURE: Final = {
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey="
    "00000000-0000-0000-0000-000000000001;IngestionEndpoint={url}/",
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
    "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true",
}
_NEW_RELIC: Final = {
    "NEW_RELIC_HOST": "127.0.0.1",
    "NEW_RELIC_PORT": "{tls_port}",
    "NEW_RELIC_CA_BUNDLE_PATH": "{ca_certs}",
    "NEW_RELIC_UTILIZATION_DETECT_AWS": "false",
    "NEW_RELIC_UTILIZATION_DETECT_AZURE": "false",
    "NEW_RELIC_UTILIZATION_DETECT_AZUREFUNCTION": "false",
    "NEW_RELIC_UTILIZATION_DETECT_GCP": "false",
    "NEW_RELIC_UTILIZATION_DETECT_PCF": "false",
}

BACKENDS: Final = (
    Backend(
        "opentelemetry-distro",
        "Any OTLP backend",
        ("opentelemetry-distro", "opentelemetry-exporter-otlp"),
        (Way("auto-loaded", _AUTO, loopback=_GRPC),),
    ),
    Backend(
        "logfire",
        "Pydantic Logfire",
        ("logfire",),
        (
            Way(
                "in code, as its guide says",
                ("python", "with_logfire_scrubbing.py"),
                {"LOGFIRE_TOKEN": "pylf_v1_us_abc"},
                {"LOGFIRE_BASE_URL": "{url}", "LOGFIRE_CONSOLE": "false"},
                loses="remedies, help URLs and scopes that contain “auth” or “token”",
            ),
            Way(
                "in code, with a callback",
                ("python", "with_logfire.py"),
                {"LOGFIRE_TOKEN": "pylf_v1_us_abc"},
                {"LOGFIRE_BASE_URL": "{url}", "LOGFIRE_CONSOLE": "false"},
                setting="`ScrubbingOptions(callback=...)`",
            ),
        ),
    ),
    Backend(
        "elastic-opentelemetry",
        "Elastic",
        ("elastic-opentelemetry",),
        (Way("auto-loaded", _AUTO, loopback=_GRPC),),
    ),
    Backend(
        "splunk-opentelemetry",
        "Splunk Observability Cloud",
        ("splunk-opentelemetry",),
        (Way("auto-loaded", _AUTO, loopback=_GRPC),),
    ),
    Backend(
        "azure-monitor-opentelemetry",
        "Azure Monitor",
        ("azure-monitor-opentelemetry",),
        (
            Way(
                "in code",
                ("python", "with_azure_monitor.py"),
                {
                    "OTEL_TRACES_SAMPLER": "microsoft.fixed_percentage",
                    "OTEL_TRACES_SAMPLER_ARG": "1.0",
                },
                _AZURE,
                setting="a sampler: the default keeps 5 traces per second",
            ),
            Way(
                "auto-loaded",
                _AUTO,
                loopback=_AZURE,
            ),
        ),
    ),
    Backend(
        "aws-opentelemetry-distro",
        "AWS X-Ray and CloudWatch",
        ("aws-opentelemetry-distro",),
        (
            Way("auto-loaded", _AUTO, _AWS, _OTLP),
            Way(
                "auto-loaded, with Application Signals",
                _AUTO,
                {**_AWS, "OTEL_AWS_APPLICATION_SIGNALS_ENABLED": "true"},
                {
                    **_OTLP,
                    "OTEL_AWS_APPLICATION_SIGNALS_EXPORTER_ENDPOINT": "{url}/v1/metrics",
                },
            ),
        ),
    ),
    Backend(
        "hyperdx-opentelemetry",
        "HyperDX",
        ("hyperdx-opentelemetry",),
        (
            Way(
                "auto-loaded",
                _AUTO,
                {"HYPERDX_API_KEY": "abc"},
                _OTLP,
            ),
        ),
    ),
    Backend(
        "solarwinds-apm",
        "SolarWinds Observability",
        ("solarwinds-apm",),
        (
            Way(
                "auto-loaded",
                ("opentelemetry-instrument", "python", "with_solarwinds.py"),
                {"SW_APM_SERVICE_KEY": "a" * 71 + ":mail"},
                {
                    **_OTLP,
                    "SW_APM_COLLECTOR": "{tls_url}",
                    "REQUESTS_CA_BUNDLE": "{ca_certs}",
                },
            ),
        ),
    ),
    Backend(
        "uptrace",
        "Uptrace",
        ("uptrace",),
        (
            Way(
                "auto-loaded",
                _AUTO,
                loopback={"UPTRACE_DSN": "http://abc@127.0.0.1:{port}?grpc={grpc_port}"},
            ),
        ),
    ),
    Backend(
        "dash0-opentelemetry",
        "Dash0",
        ("dash0-opentelemetry",),
        (Way("auto-loaded", _AUTO, loopback={"DASH0_OTEL_COLLECTOR_BASE_URL": "{url}"}),),
    ),
    Backend(
        "ddtrace",
        "Datadog",
        ("ddtrace",),
        (
            Way(
                "in code",
                ("python", "with_ddtrace.py"),
                {"DD_TRACE_OTEL_ENABLED": "true"},
                setting="`DD_TRACE_OTEL_ENABLED=true`",
                loopback={
                    "DD_TRACE_AGENT_URL": "{url}",
                    "DD_TRACE_API_VERSION": "v0.4",
                    "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
                    "DD_REMOTE_CONFIGURATION_ENABLED": "false",
                    "DD_CRASHTRACKING_ENABLED": "false",
                },
            ),
        ),
    ),
    Backend(
        "sentry-sdk",
        "Sentry",
        ("sentry-sdk[opentelemetry-otlp]",),
        (
            Way(
                "in code",
                ("python", "with_sentry.py"),
                loopback={"SENTRY_DSN": "http://abc@127.0.0.1:{port}/1"},
            ),
            Way(
                "in code, with the deprecated span processor",
                ("python", "with_sentry_span_processor.py"),
                loopback={"SENTRY_DSN": "http://abc@127.0.0.1:{port}/1"},
            ),
        ),
    ),
    Backend(
        "traceloop-sdk",
        "Traceloop (OpenLLMetry)",
        ("traceloop-sdk", "httpx"),
        (
            Way(
                "in code",
                ("python", "with_traceloop.py"),
                {"TRACELOOP_API_KEY": "abc"},
                {"TRACELOOP_BASE_URL": "{url}", "TRACELOOP_TELEMETRY": "false"},
            ),
        ),
    ),
    Backend(
        "arize-phoenix-otel",
        "Arize Phoenix",
        ("arize-phoenix-otel",),
        (
            Way(
                "in code",
                ("python", "with_phoenix.py"),
                loopback={
                    "PHOENIX_COLLECTOR_ENDPOINT": "{url}",
                    "PHOENIX_GRPC_PORT": "{grpc_port}",
                },
            ),
        ),
    ),
    Backend(
        "langfuse",
        "Langfuse",
        ("langfuse",),
        (
            Way(
                "in code, as its guide says",
                ("python", "with_langfuse_filter.py"),
                {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk"},
                {"LANGFUSE_BASE_URL": "{url}"},
                loses="the spans of this package: only those of LLM libraries are exported",
            ),
            Way(
                "in code, with a filter",
                ("python", "with_langfuse.py"),
                {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk"},
                {"LANGFUSE_BASE_URL": "{url}"},
                setting="`Langfuse(should_export_span=...)`",
            ),
        ),
    ),
    Backend(
        "newrelic",
        "New Relic",
        ("newrelic",),
        (
            Way(
                "in code",
                ("python", "with_new_relic.py"),
                {
                    "NEW_RELIC_LICENSE_KEY": "a" * 40,
                    "NEW_RELIC_APP_NAME": "mail",
                    "NEW_RELIC_OPENTELEMETRY_ENABLED": "true",
                },
                _NEW_RELIC,
                loses="attempts, which New Relic's own hook for httplib2 hides",
            ),
            Way(
                "in code, without its own hook for httplib2",
                ("python", "with_new_relic.py"),
                {"NEW_RELIC_LICENSE_KEY": "a" * 40, "NEW_RELIC_CONFIG_FILE": "newrelic.ini"},
                _NEW_RELIC,
                setting="`[import-hook:httplib2] enabled = false`",
            ),
        ),
    ),
    Backend(
        "opentelemetry-exporter-gcp-trace",
        "Google Cloud Trace",
        ("opentelemetry-exporter-gcp-trace",),
        (
            Way(
                "in code",
                ("python", "-m", "fake_cloud_trace", "with_cloud_trace.py"),
                {"OTEL_EXPORTER_GCP_TRACE_PROJECT_ID": "my-project"},
                {"RECEIVER": "{url}"},
            ),
        ),
    ),
    Backend(
        "honeycomb-opentelemetry",
        "Honeycomb",
        (
            "opentelemetry-sdk",
            "opentelemetry-exporter-otlp",
            "opentelemetry-processor-baggage",
            "setuptools < 81",
        ),
        (
            Way(
                "in code, its sampler",
                ("python", "with_honeycomb_sampler.py"),
                loopback=_OTLP,
            ),
        ),
        unresolved=("honeycomb-opentelemetry",),
    ),
)
