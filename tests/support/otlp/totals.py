# SPDX-License-Identifier: Apache-2.0
"""What the metrics say of all calls together, by method, by cause, and on the wire.

As in ``story``, the names are written out as a dashboard would have them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentelemetry.instrumentation.googleapiclient._terminal.attributes import Attributes

    from support.otlp.measurements import Measurement

_WIRE_LAYER = "opentelemetry.instrumentation.httplib2"
_NOT_TOLD = "-"


@dataclass(slots=True)
class Calls:
    """How many there were, and how many of them failed."""

    made: int = 0
    failed: int = 0

    def add(self, count: int, attributes: Attributes) -> None:
        """Count some more, all with the same end."""
        self.made += count
        if "error.type" in attributes:
            self.failed += count


@dataclass(slots=True)
class Method:
    """What one method of an API was asked for, and what that cost."""

    name: str
    calls: dict[str, Calls] = field(default_factory=dict[str, Calls])
    """By operation: an ordinary call, a part of a batch, a chunk of an upload."""
    waited: float = 0.0
    units: int = 0


@dataclass(slots=True)
class Cause:
    """What one cause did to all calls."""

    name: str
    failed: int = 0
    repeats: int = 0
    waited: float = 0.0
    owner: str | None = None


@dataclass(slots=True)
class Totals:
    """All calls of an application, counted."""

    methods: dict[str, Method] = field(default_factory=dict[str, Method])
    causes: dict[str, Cause] = field(default_factory=dict[str, Cause])
    requests: int = 0
    """All that went over the wire."""
    resends: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    """Requests that repeat another, by HTTP method and cause."""

    @classmethod
    def of(cls, measurements: Iterable[Measurement]) -> Totals:
        """Add up what was measured."""
        totals = cls()
        for each in measurements:
            totals._add(each)
        return totals

    @property
    def calls(self) -> Calls:
        """Calls of all methods."""
        counts = [calls for method in self.methods.values() for calls in method.calls.values()]
        return Calls(sum(each.made for each in counts), sum(each.failed for each in counts))

    @property
    def waited(self) -> float:
        """Seconds that all repeats were waited for."""
        return sum(method.waited for method in self.methods.values())

    @property
    def units(self) -> int:
        """Quota units of all methods."""
        return sum(method.units for method in self.methods.values())

    def _add(self, measured: Measurement) -> None:
        attributes = measured.attributes
        match measured.name:
            case "googleapiclient.call.duration":
                operation = attributes.text("googleapiclient.operation") or "execute"
                self._count(measured.count, attributes, operation)
            case "googleapiclient.batch.parts":
                self._count(round(measured.total), attributes, "batch_part")
            case "googleapiclient.retry.wait.duration":
                self._method(attributes).waited += measured.total
                reason = self._cause(attributes)
                reason.repeats += measured.count
                reason.waited += measured.total
            case "googleapiclient.quota.usage":
                self._method(attributes).units += round(measured.total)
            case "http.client.request.duration" if measured.scope == _WIRE_LAYER:
                self.requests += measured.count
            case "httplib2.resends":
                names = ("http.request.method", "httplib2.resend.cause")
                method, cause = (attributes.text(name) or _NOT_TOLD for name in names)
                self.resends[method, cause] += round(measured.total)
            case _:
                pass

    def _count(self, count: int, attributes: Attributes, operation: str) -> None:
        calls = self._method(attributes, operation).calls
        calls.setdefault(operation, Calls()).add(count, attributes)
        if "error.type" in attributes:
            cause = self._cause(attributes)
            cause.failed += count
            cause.owner = attributes.text("googleapiclient.error.owner") or cause.owner

    def _method(self, attributes: Attributes, operation: str = "execute") -> Method:
        service = attributes.text("gcp.client.service")
        # A batch is of no method: gmail.batch, as its span is called.
        name = attributes.text("rpc.method") or ".".join(filter(None, (service, operation)))
        return self.methods.setdefault(name, Method(name))

    def _cause(self, attributes: Attributes) -> Cause:
        name = attributes.text("googleapiclient.error.cause") or _NOT_TOLD
        return self.causes.setdefault(name, Cause(name))
