# SPDX-License-Identifier: Apache-2.0
"""What arrived, beside what the instrumentation wrote down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from backends.arrived import Arrived

_CAUSE: Final = "googleapiclient.error.cause"
_REMEDY: Final = "googleapiclient.error.remedy"
_METHOD: Final = "rpc.method"
_URL: Final = "url.full"
_ESSENTIAL: Final = frozenset({_METHOD, _URL, _CAUSE, _REMEDY})
_VARYING: Final = frozenset(
    {
        "googleapiclient.retry.wait",
        "network.peer.port",
        "server.port",
        "httplib2.connection.reused",
    }
)
"""Whose values differ from run to run."""
_NAME_COUNTS: Final = 3
_SHORTENED: Final = 200
"""Characters that have to be left of a text for it to count as shortened, not as lost."""


@dataclass(slots=True)
class Verdict:
    """What was lost on the way. ``missing`` are spans; the others name what of a span."""

    missing: list[str] = field(default_factory=list[str])
    lost: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    changed: dict[str, dict[str, str]] = field(default_factory=dict[str, "dict[str, str]"])
    shortened: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    extra: list[str] = field(default_factory=list[str])

    @property
    def is_complete(self) -> bool:
        """Every span is there, with the method, the URL, cause and remedy where it had them."""
        affected = [name for names in self.lost.values() for name in names]
        affected += [name for names in self.changed.values() for name in names]
        return not self.missing and not _ESSENTIAL.intersection(affected)

    def brief(self) -> str:
        lost = Counter(name for names in self.lost.values() for name in names)
        changed = {name: text for names in self.changed.values() for name, text in names.items()}
        return "\n".join(
            f"   {title}: {what}"
            for title, what in (
                ("missing", self.missing),
                ("lost", dict(lost)),
                ("changed", changed),
                ("shortened", self.shortened),
                ("extra", self.extra),
            )
            if what
        )


def judge(written: Sequence[Arrived], arrived: Sequence[Arrived]) -> Verdict:
    """Compare what was written down in a run of the program with what a backend received."""
    verdict = Verdict()
    scores = sorted(
        (
            (_likeness(span, one), -index, -place)
            for index, span in enumerate(written)
            for place, one in enumerate(arrived)
        ),
        reverse=True,
    )
    partners: dict[str, Arrived] = {}
    pairs: dict[int, int] = {}
    for likeness, index, place in scores:
        if likeness and -index not in pairs and -place not in pairs.values():
            pairs[-index] = -place
            partners[written[-index].span_id] = arrived[-place]
    verdict.missing = [_label(span) for index, span in enumerate(written) if index not in pairs]
    verdict.extra = [one.name for place, one in enumerate(arrived) if place not in pairs.values()]
    for index, place in sorted(pairs.items()):
        _compare(written[index], arrived[place], partners, verdict)
    return verdict


def _compare(
    span: Arrived, found: Arrived, partners: Mapping[str, Arrived], verdict: Verdict
) -> None:
    lost: list[str] = []
    shortened: list[str] = []
    changed: dict[str, str] = {}
    for name, value in span.attributes.items():
        got = _found(found.attributes, name)
        if got is None:
            # Some formats drop it, and have it as the name.
            lost.append("(rpc.method)" if name == _METHOD and value == found.name else name)
        elif _is_shortened(value, got):
            shortened.append(name)
        elif name not in _VARYING and not _same(value, got):
            changed[name] = f"{value} -> {got}"
    if found.failed is not None and found.failed != span.failed:
        changed["status"] = f"failed: {span.failed} -> {found.failed}"
    if found.events is None:
        lost += [f"event {name}" for name in span.events or ()]
    else:
        lost += [f"event {name}" for name in (Counter(span.events) - Counter(found.events))]
    parent = partners.get(span.parent_id)
    if parent is not None and parent.span_id != found.parent_id:
        lost.append("parent")
    if span.name != found.name:
        changed["name"] = f"{span.name} -> {found.name}"
    if shortened:
        verdict.shortened[_label(span)] = sorted(shortened)
    if lost:
        verdict.lost[_label(span)] = sorted(lost)
    if changed:
        verdict.changed[_label(span)] = changed


def _found(attributes: Mapping[str, object], name: str) -> object | None:
    """The value of an attribute; of a list that is spread over names with numbers, the list."""
    if name in attributes:
        return attributes[name]
    spread = [f"{name}.{index}" for index in range(len(attributes))]
    values = [attributes[one] for one in spread if one in attributes]
    return values or None


def _same(value: object, got: object) -> bool:
    """Whether it says the same: formats have numbers as text, lists as JSON."""
    return _plain(value) == _plain(got)


def _is_shortened(value: object, got: object) -> bool:
    value, got = _plain(value), _plain(got).removesuffix("...")
    return _SHORTENED <= len(got) < len(value) and value.startswith(got)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, str):
        return value.lower() if value.lower() in {"true", "false"} else value
    if isinstance(value, Iterable):
        return ",".join(_plain(one) for one in value)
    return str(value)


def _likeness(span: Arrived, found: Arrived) -> int:
    """How many attributes are the same; a name counts as several, for some formats drop many."""
    equal = sum(
        name not in _VARYING and _same(value, found.attributes.get(name))
        for name, value in span.attributes.items()
    )
    return equal + _NAME_COUNTS * (span.name in found.name)


def _label(span: Arrived) -> str:
    if "http.request.method" in span.attributes:
        count = span.attributes.get("http.request.resend_count")
        resend = f", resend {count}" if count else ""
        return f"attempt {span.attributes['http.request.method']} {_last(span)}{resend}"
    operation = span.attributes.get("googleapiclient.operation")
    return f"{operation} {span.name}"


def _last(span: Arrived) -> str:
    return str(span.attributes.get(_URL, "")).rpartition("/")[2]
