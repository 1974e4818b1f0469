# SPDX-License-Identifier: Apache-2.0
"""Puts a context into the headers of a request, by the propagator that the user has chosen."""

from __future__ import annotations

from opentelemetry import baggage
from opentelemetry.context import Context
from opentelemetry.propagate import get_global_textmap
from opentelemetry.propagators.textmap import TextMapPropagator, default_setter

from .scope import RequestScope


class Injection:
    """What a context is put into headers with.

    Args:
        given: the propagator that the user named, None for the global one.
    """

    __slots__ = ("_given",)

    def __init__(self, given: TextMapPropagator | None) -> None:
        self._given = given

    def inject(self, headers: dict[str, str], context: Context, scope: RequestScope) -> None:
        """Put the context of a span into headers.

        Args:
            headers: are changed.
            context: has that span in it.
            scope: what it is sent for, which tells whether baggage goes with it.

        Raises:
            Exception: whatever the propagator raises.
        """
        if not scope.propagates_baggage and baggage.get_all(context):
            context = baggage.clear(context)
        propagator = get_global_textmap() if self._given is None else self._given
        propagator.inject(headers, context, default_setter)
