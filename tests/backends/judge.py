# SPDX-License-Identifier: Apache-2.0
"""What arrived, beside what the instrumentation wrote down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from backends.arrived import Arrived

_METHOD: Final = "rpc.method"
_URL: Final = "url.full"
_ESSENTIAL: Final = frozenset(
    {_METHOD, _URL, "googleapiclient.error.cause", "googleapiclient.error.remedy"}
)
_VARYING: Final = frozenset(
    {
        "googleapiclient.retry.wait",
        "httplib2.connection.reused",
        "network.peer.port",
        "server.port",
    }
)
"""Attributes whose values differ from run to run."""
_NAME_COUNTS: Final = 3
_SHORTENED: Final = 200
"""Characters that have to be left of a text for it to count as shortened, not as lost."""
_MARKS: Final = str.maketrans("", "", "()[]'\" ")
"""What text of a list has around its values."""

PerSpan = dict[str, list[str]]


@dataclass(slots=True)
class Verdict:
    """What was lost on the way.

    ``missing`` are spans that did not arrive, ``extra`` those of others. The rest names, for each
    span, its attributes that were ``lost``, ``changed`` or ``shortened``. An ``(rpc.method)`` is
    one that the span has for a name.
    """

    missing: list[str] = field(default_factory=list[str])
    extra: list[str] = field(default_factory=list[str])
    lost: PerSpan = field(default_factory=PerSpan)
    changed: PerSpan = field(default_factory=PerSpan)
    shortened: PerSpan = field(default_factory=PerSpan)

    @property
    def is_complete(self) -> bool:
        """Every span is there, with the method, the URL, cause and remedy where it had them."""
        affected = {
            name
            for found in (self.lost, self.changed)
            for names in found.values()
            for name in names
        }
        return not self.missing and not affected & _ESSENTIAL

    def lines(self) -> Iterator[str]:
        for title, spans in (("missing", self.missing), ("spans of others", self.extra)):
            if spans:
                yield f"{title}: {', '.join(spans)}"
        for title, per_span in (
            ("lost", self.lost),
            ("changed", self.changed),
            ("shortened", self.shortened),
        ):
            names = Counter(name for names in per_span.values() for name in names)
            if names:
                yield f"{title}: {', '.join(f'{name} ({n})' for name, n in sorted(names.items()))}"


def judge(written: Sequence[Arrived], arrived: Sequence[Arrived]) -> Verdict:
    """Compare what was written down in a run of the program with what a backend received."""
    pairs = _paired(written, arrived)
    partners = {written[index].span_id: arrived[place] for index, place in pairs.items()}
    verdict = Verdict(
        missing=[_label(span) for index, span in enumerate(written) if index not in pairs],
        extra=[one.name for place, one in enumerate(arrived) if place not in pairs.values()],
    )
    for index, place in pairs.items():
        _compare(written[index], arrived[place], partners, verdict)
    return verdict


def _paired(written: Sequence[Arrived], arrived: Sequence[Arrived]) -> dict[int, int]:
    """Which of those that arrived is which: the most alike first, by their places."""
    likeness = {
        (index, place): _likeness(span, found)
        for index, span in enumerate(written)
        for place, found in enumerate(arrived)
    }
    pairs: dict[int, int] = {}
    for (index, place), alike in sorted(likeness.items(), key=lambda one: (-one[1], one[0])):
        if alike and index not in pairs and place not in pairs.values():
            pairs[index] = place
    return dict(sorted(pairs.items()))


def _likeness(span: Arrived, found: Arrived) -> int:
    """How many attributes are the same; a name counts as several, for some formats drop many."""
    equal = sum(
        name not in _VARYING and _is_same(value, found.attributes.get(name))
        for name, value in span.attributes.items()
    )
    return equal + _NAME_COUNTS * (span.name in found.name)


def _compare(
    span: Arrived, found: Arrived, partners: Mapping[str, Arrived], verdict: Verdict
) -> None:
    lost: list[str] = []
    changed: list[str] = []
    shortened: list[str] = []
    for name, value in span.attributes.items():
        got = _found(found.attributes, name)
        if got is None:
            lost.append(f"({name})" if name == _METHOD and value == found.name else name)
        elif _is_shortened(value, got):
            shortened.append(name)
        elif name not in _VARYING and not _is_same(value, got):
            changed.append(name)
    lost += (Counter(span.events) - Counter(found.events)).keys()
    if found.failed != span.failed:
        changed.append("status")
    parent = partners.get(span.parent_id)
    if parent is not None and parent.span_id != found.parent_id:
        changed.append("parent")
    if span.name != found.name:
        changed.append("name")
    for names, per_span in (
        (lost, verdict.lost),
        (changed, verdict.changed),
        (shortened, verdict.shortened),
    ):
        if names:
            per_span[_label(span)] = names


def _found(attributes: Mapping[str, object], name: str) -> object | None:
    """The value of an attribute; of a list that is spread over names with numbers, the list."""
    if name in attributes:
        return attributes[name]
    spread = (f"{name}.{index}" for index in range(len(attributes)))
    return [attributes[one] for one in spread if one in attributes] or None


def _is_same(value: object, got: object) -> bool:
    """Whether it says the same: formats have numbers as text, and lists too."""
    return _plain(value) == _plain(got)


def _is_shortened(value: object, got: object) -> bool:
    whole, left = _plain(value), _plain(got)
    return _SHORTENED <= len(left) < len(whole) and whole.startswith(left)


def _plain(value: object) -> str:
    """As text that is the same for a number, a truth value or a list, and for its text."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(_plain(one) for one in value)
    return str(value).translate(_MARKS).lower()


def _label(span: Arrived) -> str:
    method = span.attributes.get("http.request.method")
    if method is None:
        return f"{span.attributes.get('googleapiclient.operation')} {span.name}"
    path = str(span.attributes.get(_URL, "")).rpartition("/")[2].partition("?")[0]
    resent = span.attributes.get("http.request.resend_count")
    return f"attempt {method} {path}" + (f", resend {resent}" if resent else "")
