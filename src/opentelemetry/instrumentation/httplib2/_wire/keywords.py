# SPDX-License-Identifier: Apache-2.0
"""The keyword arguments of ``instrument()`` and their types.

For type checkers alone: nothing loads this module when a program runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias, TypedDict

from opentelemetry.metrics import MeterProvider
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.trace import Span, TracerProvider

from .info import RequestInfo, ResponseInfo

RequestHook: TypeAlias = Callable[[Span, RequestInfo], None]
"""``(span, request)``: called when an attempt has begun and is about to be sent."""
ResponseHook: TypeAlias = Callable[[Span, RequestInfo, "ResponseInfo | None"], None]
"""``(span, request, response)``: called before an attempt's span ends; None without a response."""


class CommonKeywords(TypedDict, total=False):
    """Keyword arguments of ``instrument()`` that every instrumentor takes."""

    tracer_provider: TracerProvider | None
    meter_provider: MeterProvider | None
    skip_dep_check: bool
    raise_exception_on_conflict: bool


class Keywords(CommonKeywords, total=False):
    """Keyword arguments of ``Httplib2Instrumentor.instrument()``."""

    propagator: TextMapPropagator | None
    excluded_urls: str | Iterable[str] | None
    capture_url_template: bool | None
    request_hook: RequestHook | None
    response_hook: ResponseHook | None
