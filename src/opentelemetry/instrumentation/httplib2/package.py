# SPDX-License-Identifier: Apache-2.0
"""What OpenTelemetry's tools read of this instrumentation."""

from __future__ import annotations

from typing import Final

_instruments: Final[tuple[str, ...]] = ("httplib2 >= 0.19, < 1",)
"""The supported releases of the instrumented library."""

_supports_metrics: Final = True

_semconv_status: Final = "stable"
"""Of the HTTP conventions that its spans and metrics follow."""
