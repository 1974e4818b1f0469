# SPDX-License-Identifier: Apache-2.0
"""What all calls share: where they are written down, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry.instrumentation.httplib2._urls.redaction import UrlPolicy
from opentelemetry.instrumentation.httplib2._wire.telemetry import SCHEMA_URL
from opentelemetry.instrumentation.httplib2.version import __version__
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import TracerProvider, get_tracer

from .identity_map import IdentityMap
from .metrics import Metrics
from .options import Options
from .re_executions import PastFailures

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider

    from .retry_log import RetryLog

_SCOPE: Final = "opentelemetry.instrumentation.googleapiclient"


class CallSetup:
    """Where calls are written down, and how.

    Args:
        options: what the user has set.
        tracer_provider: the one that the user named, None for the global one.
        meter_provider: the same.
        logger_provider: the same.
    """

    retry_log: RetryLog | None = None
    """Where the user wants to have retries logged."""

    def __init__(
        self,
        options: Options,
        tracer_provider: TracerProvider | None,
        meter_provider: MeterProvider | None,
        logger_provider: LoggerProvider | None,
    ) -> None:
        self.options = options
        self.tracer = get_tracer(_SCOPE, __version__, tracer_provider, SCHEMA_URL)
        self.metrics = Metrics(_SCOPE, __version__, SCHEMA_URL, meter_provider)
        self.has_hooks = options.request_hook is not None or options.response_hook is not None
        """Whether the user wants to be shown the spans."""
        self.url_policy = UrlPolicy(
            google=True, capture_personal_data=options.capture_personal_data
        )
        """Of whatever calls send."""
        self.past_failures = IdentityMap[PastFailures]()
        """Of requests that may be executed again."""
        if options.retry_events == "log":
            from .retry_log import RetryLog  # noqa: PLC0415 - an option that few use

            self.retry_log = RetryLog(_SCOPE, __version__, SCHEMA_URL, logger_provider)
