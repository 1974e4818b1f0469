# SPDX-License-Identifier: Apache-2.0
"""What all calls share: where they are written down, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from opentelemetry.instrumentation.httplib2._support.sdk import Sdk
from opentelemetry.instrumentation.httplib2._urls.redaction import UrlPolicy
from opentelemetry.trace import Tracer

from .identity_map import IdentityMap
from .metrics import Metrics
from .options import Options
from .re_executions import PastFailures

if TYPE_CHECKING:
    from .retry_log import RetryLog


class CallSetup(NamedTuple):
    """Where calls are written down, and how."""

    tracer: Tracer
    options: Options
    metrics: Metrics
    metering: Sdk
    """Behind the metrics."""
    has_hooks: bool
    """Whether the user wants to be shown the spans."""
    retry_log: RetryLog | None
    url_policy: UrlPolicy
    past_failures: IdentityMap[PastFailures]
    """Of requests that may be executed again."""
