# SPDX-License-Identifier: Apache-2.0
"""Puts a context into the headers of a request, by the propagator that the user has chosen."""

from __future__ import annotations

from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.propagate import get_global_textmap
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.textmap import TextMapPropagator, default_setter

from .scope import RequestScope


class Injection:
    """What a context is put into headers with.

    Args:
        given: the propagator that the user named, None for the global one.
    """

    __slots__ = ("_given", "_known")

    def __init__(self, given: TextMapPropagator | None) -> None:
        self._given = given
        propagator = get_global_textmap() if given is None else given
        self._known = propagator, _for_no_baggage(propagator)
        """The one that was used last, and what does the same where there is no baggage."""

    def inject(self, headers: dict[str, str], context: Context, scope: RequestScope) -> None:
        """Put the context of a span into headers.

        Args:
            headers: are changed.
            context: has that span in it.
            scope: what it is sent for, which tells whether baggage goes with it.

        Raises:
            Exception: whatever the propagator raises.
        """
        propagator = get_global_textmap() if self._given is None else self._given
        # Most contexts hold a span and nothing else.
        if len(context) == 1:
            known, shorter = self._known
            if known is not propagator:
                shorter = _for_no_baggage(propagator)
                self._known = propagator, shorter
            propagator = shorter
        elif not scope.propagates_baggage and baggage.get_all(context):
            context = baggage.clear(context)
        propagator.inject(headers, context, default_setter)


def _for_no_baggage(propagator: TextMapPropagator) -> TextMapPropagator:
    """The same but for W3C baggage, which most programs have switched on and do not use."""
    if type(propagator) is not CompositePropagator:
        return propagator
    parts = getattr(propagator, "_propagators", None)
    if not parts:
        return propagator
    others = [part for part in parts if type(part) is not W3CBaggagePropagator]
    return others[0] if len(others) == 1 else CompositePropagator(others)
