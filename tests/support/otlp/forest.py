# SPDX-License-Identifier: Apache-2.0
"""Spans put below the spans that they belong to, once all of them are there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from opentelemetry.instrumentation.googleapiclient._terminal.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentelemetry.instrumentation.googleapiclient._terminal.spans import Span


def grow(spans: Iterable[Span]) -> list[Node]:
    """Return one tree for each span whose parent is not among them, in order of their beginnings.

    An exporter may send a span twice, after a response that it did not get: it is here once.
    """
    known = {span.key: span for span in spans}
    below: dict[tuple[str, str] | None, list[Span]] = defaultdict(list)
    for span in sorted(known.values(), key=lambda span: span.start):
        below[span.parent_key if span.parent_key in known else None].append(span)

    def node(span: Span) -> Node:
        return Node(span, tuple(node(child) for child in below[span.key]))

    return [node(span) for span in below[None]]
