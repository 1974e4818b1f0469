# SPDX-License-Identifier: Apache-2.0
"""What OpenTelemetry's tools read of this instrumentation."""

from __future__ import annotations

from typing import Final

_instruments: Final[tuple[str, ...]] = ("google-api-python-client >= 1.12, < 3",)
"""The supported releases of the instrumented library."""

_supports_metrics: Final = True

_semconv_status: Final = "development"
"""No convention for calls of Google's APIs is stable yet."""
