# SPDX-License-Identifier: Apache-2.0
"""Spans put below the spans that they belong to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from demo.spans import Span


@dataclass(frozen=True, slots=True)
class Node:
    """A span with the spans below it, in the order in which they began."""

    span: Span
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Span]:
        """Yield this span and all below it, top down."""
        yield self.span
        for child in self.children:
            yield from child.walk()


def grow(spans: Iterable[Span]) -> list[Node]:
    """Return one tree for each span whose parent is not among them, in order of their beginnings.

    An exporter may send a span twice, after an answer that it did not get: it stands here once.
    """
    known = {(span.trace_id, span.span_id): span for span in spans}
    below: dict[tuple[str, str] | None, list[Span]] = defaultdict(list)
    for span in sorted(known.values(), key=lambda span: span.start):
        parent = (span.trace_id, span.parent_id) if span.parent_id else None
        below[parent if parent in known else None].append(span)

    def node(span: Span) -> Node:
        children = below[span.trace_id, span.span_id]
        return Node(span, tuple(node(child) for child in children))

    return [node(span) for span in below[None]]
