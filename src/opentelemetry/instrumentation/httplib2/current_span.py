# SPDX-License-Identifier: Apache-2.0
"""A context in which a span is the current one.

OpenTelemetry's ``set_span_in_context`` does the same by way of two more functions, which can be
measured in a call that has two spans.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import INVALID_SPAN, Span, set_span_in_context


def _find_key() -> str | None:
    """Where a span stands in a context; its name is not public, so it is found by looking."""
    added = list(set_span_in_context(INVALID_SPAN, Context()).items())
    return added[0][0] if len(added) == 1 and added[0][1] is INVALID_SPAN else None


def _make(key: str | None) -> Callable[[Span, Context], Context]:
    if key is None:
        return set_span_in_context

    def with_span(span: Span, context: Context) -> Context:
        values = context.copy()
        values[key] = span
        return Context(values)

    return with_span


with_span: Final = _make(_find_key())
"""A copy of a context in which this span is the current one."""
