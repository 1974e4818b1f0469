# SPDX-License-Identifier: Apache-2.0
"""Ended spans put below the spans that they belong to, as soon as these have ended, too.

A span ends before the one above it. So what stands below a call is kept until the call ends, and no
longer; what is kept of all traces together is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from .contents import is_attempt, is_batch_part, is_call
from .spans import Span
from .tree import Node

_MAX_KEPT: Final = 4_096
"""Spans, of all open traces."""
_MAX_SIBLINGS: Final = 128
"""Spans below one other: the parts of a batch that have a span, and its requests."""
_MAX_DEPTH: Final = 16
_MAX_ROOTS: Final = 256

Key: TypeAlias = tuple[str, str]
"""Trace id and span id."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A call with all that is below it, which is a trace or a part of one."""

    node: Node
    root: str | None = None
    """Name of the span at the top, where it is another one and has ended."""


@dataclass(slots=True)
class _Siblings:
    """Spans below the same span, in the order of their ends: the first and the last of them."""

    spans: list[Span] = field(default_factory=list[Span])
    left_out: int = 0

    def add(self, span: Span) -> Span | None:
        """Add a span; return the one that has to go for it, if there are too many."""
        self.spans.append(span)
        if len(self.spans) <= _MAX_SIBLINGS:
            return None
        self.left_out += 1
        return self.spans.pop(_MAX_SIBLINGS // 2)


class OpenTraces:
    """Takes spans in the order of their ends, and gives back what is complete."""

    def __init__(self) -> None:
        self._below: OrderedDict[Key, _Siblings] = OrderedDict()
        """By the span that they are below of. Where a span came last stands last."""
        self._parents: dict[Key, Key] = {}
        """Of each span that is kept: the span above it."""
        self._roots: OrderedDict[Key, str] = OrderedDict()
        """Names of the latest spans that have none above them in this process."""

    def __len__(self) -> int:
        """The number of spans that are kept."""
        return len(self._parents)

    def add(self, spans: Sequence[Span]) -> Iterator[Trace]:
        """Yield the calls that these spans complete, and requests that belong to no call.

        Args:
            spans: all that was exported together. A span that stands above others comes after
                them, so where a call belongs to is looked up in all of them first.
        """
        for span in spans:
            if span.is_local_root:
                self._remember(span)
        parents = {span.key: span.parent_key for span in spans if not span.is_local_root}
        for span in spans:
            for node in self._add(span):
                yield Trace(node, self._root_of(node.span, parents))

    def close(self) -> Iterator[Trace]:
        """Yield what waited for a span that did not come."""
        while self._below:
            for node in self._give_up(next(iter(self._below))):
                yield Trace(node, self._root_of(node.span, {}))

    def _add(self, span: Span) -> Iterator[Node]:
        if is_call(span) and not (is_batch_part(span) and span.parent_id):
            yield self._take(span)
        elif span.is_local_root:
            yield from _ours(self._take(span))
        elif span.key not in self._parents:
            self._keep(span)
            while len(self._parents) > _MAX_KEPT:
                yield from self._give_up(next(iter(self._below)))

    def _keep(self, span: Span) -> None:
        above = span.parent_key
        siblings = self._below.setdefault(above, _Siblings())
        self._below.move_to_end(above)
        self._parents[span.key] = above
        if (left_out := siblings.add(span)) is not None:
            del self._parents[left_out.key]
            self._take(left_out)

    def _take(self, span: Span, depth: int = 0) -> Node:
        """Remove all that is kept below a span, and return it below the span."""
        siblings = self._below.pop(span.key, None)
        if siblings is None:
            return Node(span)
        for child in siblings.spans:
            del self._parents[child.key]
        if depth == _MAX_DEPTH:
            left_out = len(siblings.spans) + siblings.left_out
            self._forget(siblings.spans)
            return Node(span, left_out=left_out)
        children = (self._take(child, depth + 1) for child in siblings.spans)
        return Node(
            span,
            tuple(sorted(children, key=lambda node: node.span.start)),
            left_out=siblings.left_out,
        )

    def _forget(self, spans: list[Span]) -> None:
        """Remove all that is kept below these spans, however deep."""
        while spans:
            siblings = self._below.pop(spans.pop().key, None)
            if siblings is not None:
                for child in siblings.spans:
                    del self._parents[child.key]
                spans.extend(siblings.spans)

    def _give_up(self, above: Key) -> Iterator[Node]:
        """Wait no longer for the span above some."""
        siblings = self._below.pop(above)
        for span in siblings.spans:
            del self._parents[span.key]
        for span in siblings.spans:
            yield from _ours(self._take(span))

    def _remember(self, root: Span) -> None:
        self._roots[root.key] = root.name
        if root.parent_id is None:
            # All of the trace is below it.
            self._roots[root.trace_id, ""] = root.name
        while len(self._roots) > _MAX_ROOTS:
            self._roots.popitem(last=False)

    def _root_of(self, span: Span, parents: Mapping[Key, Key]) -> str | None:
        """The name of the span at the top, where it is known without doubt.

        Above spans that have not ended, only a span without parent is: a trace that came from
        another process may have entered this one more than once.
        """
        if span.is_local_root:
            return None
        above: Key | None = span.parent_key
        for _ in range(_MAX_DEPTH):
            if above is None:
                break
            if above in self._roots:
                return self._roots[above]
            above = parents.get(above) or self._parents.get(above)
        return self._roots.get((span.trace_id, ""))


def _ours(node: Node) -> Iterator[Node]:
    """Yield the topmost requests and parts of batches in a tree of which no span is a call."""
    if is_attempt(node.span) or is_call(node.span):
        yield node
        return
    for child in node.children:
        yield from _ours(child)
