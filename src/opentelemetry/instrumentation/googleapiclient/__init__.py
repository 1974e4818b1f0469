# SPDX-License-Identifier: Apache-2.0
"""Instrumentation of `google-api-python-client`_: one span per API call.

The span of a failed call to Gmail, Drive, Calendar or any other Google API says why it failed, who
can fix it and how, how often it was retried and how long it waited.

.. _google-api-python-client: https://github.com/googleapis/google-api-python-client

Usage
-----

Without changing the program::

    opentelemetry-instrument python app.py

or in code::

    from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor

    GoogleApiClientInstrumentor().instrument()

You can call it before or after you import googleapiclient or build a service.

Options
-------

Keyword arguments of ``instrument()``, which take precedence over environment variables.

=========================  =======================================================================
``tracer_provider``        instead of the global one
``meter_provider``         instead of the global one
``logger_provider``        instead of the global one
``retry_events``           ``"span"`` (default), ``"log"`` or ``"none"``;
                           ``OTEL_PYTHON_GOOGLEAPICLIENT_RETRY_EVENTS``
``batch_part_spans``       ``"errors"`` (default), ``"all"`` or ``"none"``;
                           ``OTEL_PYTHON_GOOGLEAPICLIENT_BATCH_PART_SPANS``
``capture_personal_data``  record email addresses and search text, default ``False``;
                           ``OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA``
``user_hash_key``          a secret; adds ``user.hash``, which identifies a mailbox only to you;
                           ``OTEL_PYTHON_GOOGLEAPICLIENT_USER_HASH_KEY``
``gmail_quota_table``      ``"2026-05"`` (default) or ``"legacy"``;
                           ``OTEL_PYTHON_GOOGLEAPICLIENT_GMAIL_QUOTA_TABLE``
``excluded_methods``       ``fnmatch`` patterns of method IDs without a call span;
                           ``OTEL_PYTHON_GOOGLEAPICLIENT_EXCLUDED_METHODS``
``request_hook``           ``(span, request)``, after the span starts
``response_hook``          ``(span, request, response, exception)``, before the span ends: the last
                           ``httplib2.Response`` or None, the exception or None
=========================  =======================================================================

A hook that raises is logged once; the call continues.

API
---
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from opentelemetry.instrumentation.httplib2._support.guard import guarded
from opentelemetry.instrumentation.httplib2._support.on_import import OnImport
from opentelemetry.instrumentation.httplib2._wire.options import warn_of_unknown
from opentelemetry.instrumentation.httplib2.version import __version__
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

from ._calls.options import OPTION_NAMES, read_options
from .package import _instruments  # pyright: ignore[reportPrivateUsage] - its name for OpenTelemetry

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._calls.keywords import Keywords
    from ._explanation.explanation import Explanation
    from ._terminal.exporter import TerminalSpanExporter

__all__ = [
    "Explanation",
    "GoogleApiClientInstrumentor",
    "TerminalSpanExporter",
    "__version__",
    "explain",
]

# One for the process, like what is patched: the instrumentor's __init__ runs again and again.
_library = OnImport("googleapiclient")


class GoogleApiClientInstrumentor(BaseInstrumentor):
    """Switches the tracing of googleapiclient calls on and off."""

    def instrumentation_dependencies(self) -> Collection[str]:
        """The releases of google-api-python-client that are supported."""
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
            from ._calls.patch import instrumentation  # noqa: PLC0415 - not before it is needed
            from ._calls.telemetry import Telemetry  # noqa: PLC0415

            telemetry = Telemetry(
                options,
                instrumentation.methods,
                tracer_provider=kwargs.get("tracer_provider"),
                meter_provider=kwargs.get("meter_provider"),
                logger_provider=kwargs.get("logger_provider"),
            )
            instrumentation.switch_on(telemetry)

        _library.do(switch_on)

    @guarded
    def _uninstrument(self, **kwargs: Any) -> None:  # noqa: ARG002 - the base class's signature
        _library.forget()
        # Not imported for it: what was never switched on need not be switched off.
        patch = sys.modules.get(f"{__name__}._calls.patch")
        if patch is not None:
            patch.instrumentation.switch_off()


def explain(error: object, request: object = None) -> Explanation:
    """Say what an error means: what caused it, whether a retry could help, who can fix it and how.

    It says what the span of the failed call says, without tracing being switched on::

        try:
            gmail.users().messages().send(userId="me", body=mail).execute()
        except HttpError as error:
            log.error("%s", explain(error))

    Args:
        error: what the application caught: an ``HttpError``, that of a callback of a batch, an
            error of google-auth, of httplib2 or of the network. Anything else is ``unknown``.
        request: the request object that failed, if the error has lost its traceback: with it goes
            what was sent, with which credentials. Without either, the explanation may be less
            specific.

    Returns:
        The explanation. It never raises, and everything in it is redacted as on spans.
    """
    from ._explanation.explain import explain as explained  # noqa: PLC0415 - when it is needed

    return explained(error, request)


def __getattr__(name: str) -> Any:
    """Load what few programs use when it is asked for."""
    if name == "TerminalSpanExporter":
        from ._terminal.exporter import TerminalSpanExporter  # noqa: PLC0415 - needs the SDK

        return TerminalSpanExporter
    if name == "Explanation":
        from ._explanation.explanation import Explanation  # noqa: PLC0415 - loads the causes

        return Explanation
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
