# SPDX-License-Identifier: Apache-2.0
"""A span with the spans below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .spans import Span


@dataclass(frozen=True, slots=True)
class Node:
    """A span with the spans below it, in the order in which they began."""

    span: Span
    children: tuple[Node, ...] = ()
    left_out: int = 0
    """Spans that were directly below it and were not kept, because there were too many."""

    def walk(self) -> Iterator[Span]:
        """Yield this span and all below it, top down."""
        yield self.span
        for child in self.children:
            yield from child.walk()
