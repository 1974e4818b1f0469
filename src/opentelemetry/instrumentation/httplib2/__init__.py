# SPDX-License-Identifier: Apache-2.0
"""Instrumentation of `httplib2`_: one CLIENT span per HTTP request on the wire.

This includes failed connects, redirects, responses to authentication challenges, and the silent
resend of httplib2 when a connection closes without a response, even of a POST. Below calls of
googleapiclient, it includes retries and resends after a token was refreshed.

.. _httplib2: https://github.com/httplib2/httplib2

Usage
-----

Without changing the program::

    opentelemetry-instrument python app.py

or in code::

    from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor

    Httplib2Instrumentor().instrument()

Options
-------

Keyword arguments of ``instrument()``:

========================  ========================================================================
``tracer_provider``       instead of the global one
``meter_provider``        instead of the global one
``propagator``            instead of the global one
``excluded_urls``         regular expressions, comma-separated or as a sequence; matching URLs get
                          no span and no trace headers. Default:
                          ``OTEL_PYTHON_HTTPLIB2_EXCLUDED_URLS``, else
                          ``OTEL_PYTHON_EXCLUDED_URLS``
``capture_url_template``  adds the API's template to ``url.template`` and to the span's name.
                          Default: ``OTEL_PYTHON_HTTPLIB2_CAPTURE_URL_TEMPLATE``, else ``False``
``request_hook``          ``(span, RequestInfo)``, before a request is sent
``response_hook``         ``(span, RequestInfo, ResponseInfo | None)``, before its span ends
========================  ========================================================================

Environment variables record headers: see ``environment_variables``.

API
---
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

from ._support.guard import guarded
from ._support.on_import import OnImport
from ._wire.options import OPTION_NAMES, read_options, warn_of_unknown
from .package import _instruments  # pyright: ignore[reportPrivateUsage] - its name for OpenTelemetry
from .version import __version__

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._wire.info import RequestInfo, ResponseInfo
    from ._wire.keywords import Keywords

__all__ = ["Httplib2Instrumentor", "RequestInfo", "ResponseInfo", "__version__"]

# One for the process, like what is patched: the instrumentor's __init__ runs again and again.
_library = OnImport("httplib2")


class Httplib2Instrumentor(BaseInstrumentor):
    """Switches the tracing of httplib2's requests on and off."""

    def instrumentation_dependencies(self) -> Collection[str]:
        """The releases of httplib2 that are supported."""
        return _instruments

    def instrument(self, **kwargs: Unpack[Keywords]) -> None:
        """Switch it on.

        Args:
            kwargs: the options, see above. What is invalid is one warning.
        """
        super().instrument(**kwargs)

    @guarded
    def _instrument(self, **kwargs: Any) -> None:
        warn_of_unknown(kwargs, OPTION_NAMES)
        options = read_options(kwargs)

        def switch_on() -> None:
            from ._wire.patch import instrumentation  # noqa: PLC0415 - not before it is needed
            from ._wire.telemetry import Telemetry  # noqa: PLC0415

            telemetry = Telemetry(
                options,
                tracer_provider=kwargs.get("tracer_provider"),
                meter_provider=kwargs.get("meter_provider"),
                propagator=kwargs.get("propagator"),
            )
            instrumentation.switch_on(telemetry)

        _library.do(switch_on)

    @guarded
    def _uninstrument(self, **kwargs: Any) -> None:  # noqa: ARG002 - the base class's signature
        _library.forget()
        # Not imported for it: what was never switched on need not be switched off.
        patch = sys.modules.get(f"{__name__}._wire.patch")
        if patch is not None:
            patch.instrumentation.switch_off()


def __getattr__(name: str) -> Any:
    """Load what few programs use when it is asked for."""
    if name in {"RequestInfo", "ResponseInfo"}:
        from ._wire import info  # noqa: PLC0415 - for hooks

        return getattr(info, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
