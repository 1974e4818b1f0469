# SPDX-License-Identifier: Apache-2.0
"""Whether the application wants no instrumentation: ``suppress_instrumentation()`` and its like.

OpenTelemetry's own functions look up each key in the current context anew, a dozen function calls
in all. The keys have no public names, so they are found by looking at what is set.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from opentelemetry.context import Context, get_current
from opentelemetry.instrumentation.utils import (
    suppress_http_instrumentation,
    suppress_instrumentation,
)


def is_suppressed(context: Context) -> bool:
    """Whether all instrumentation is suppressed in this context."""
    return not _ALL.isdisjoint(context) and any(context.get(key) for key in _ALL)


def is_http_suppressed(context: Context) -> bool:
    """Whether instrumentation of HTTP is suppressed in this context."""
    return not _HTTP.isdisjoint(context) and any(context.get(key) for key in _HTTP)


def _keys_of(suppress: Callable[[], AbstractContextManager[None]]) -> frozenset[str]:
    with suppress():
        return frozenset(get_current())


# In an empty context: what is set there now was set by them.
_ALL: Final = contextvars.Context().run(_keys_of, suppress_instrumentation)
_HTTP: Final = _ALL | contextvars.Context().run(_keys_of, suppress_http_instrumentation)
