# SPDX-License-Identifier: Apache-2.0
"""Plants secrets in the ways of an application, and finds them again in what leaves the process.

Every planted value has a core of its own, made from the name of the place where it was planted, so
that a leak names its place. A core has letters only and no known shape: what recognizes secrets by
their look gets no help beyond what the plant's shape gives.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from urllib.parse import quote, quote_plus, unquote_plus

_LETTERS = "bcdfghjkmnpqrstvwxz"
_CORE_LENGTH = 12
_MAX_DECODINGS = 3
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Plant:
    """A value that must not leave the process."""

    place: str
    value: str
    core: str
    """The part of the value that stands in nothing else."""
    is_credential: bool
    """Credentials stay out always, personal data unless it is asked for."""


def credential(place: str, shape: str = "{}") -> Plant:
    """A credential for this place; ``shape`` is a format string around its core."""
    return _plant(place, shape, is_credential=True)


def personal(place: str, shape: str = "{}") -> Plant:
    """Personal data for this place, a word if ``shape`` (``"{}@example.com"``) makes it no more."""
    return _plant(place, shape, is_credential=False)


def _plant(place: str, shape: str, *, is_credential: bool) -> Plant:
    digest = hashlib.sha256(place.encode()).digest()
    core = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_CORE_LENGTH])
    return Plant(place, shape.format(core), core, is_credential)


ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "raw": lambda text: text,
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "every byte percent-encoded": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "form-encoded": quote_plus,
    "JSON-escaped": lambda text: json.dumps(text)[1:-1],
    "every character JSON-escaped": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "HTML-escaped": html.escape,
    "every character HTML-escaped": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "upper case": str.upper,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
}
"""The ways in which a value may be written."""


@cache
def _needles(core: str) -> tuple[tuple[str, str, bool], ...]:
    """Name of the form, what to look for, and whether upper and lower case are one."""
    return tuple(_forms(core))


def _forms(core: str) -> Iterator[tuple[str, str, bool]]:
    for name, encode in ENCODINGS.items():
        if not name.startswith("base64"):
            yield name, encode(core).lower(), True
    for shift in range(3):
        # Wherever it begins within what was encoded, less the characters shared with neighbours.
        encoded = base64.b64encode(b"\0" * shift + core.encode()).decode()
        inner = encoded[0 if shift == 0 else 4 : len(encoded) // 4 * 4 - 4]
        yield f"base64, shifted by {shift}", inner, False


class Leak(NamedTuple):
    """A planted value that was found where it must not be."""

    place: str
    form: str
    where: str


class Search(NamedTuple):
    """What a search looked for, and found."""

    searched: int
    """How many pairs of a planted value in one of its forms and a text were compared."""
    leaks: list[Leak]


def search(plants: Iterable[Plant], texts: Mapping[str, str]) -> Search:
    """Look for each planted value in every form in these texts, named by where they stand.

    The texts are also searched as what they decode to, so that a form which is not in the list is
    found if decoding percent-encoding, HTML or JSON escapes (up to three times) shows the value.
    """
    searched = 0
    leaks: list[Leak] = []
    needles = {plant: _needles(plant.core) for plant in plants}
    for where, text in texts.items():
        folded = text.lower()
        decoded = "\n".join(decodings(text)).lower()
        for plant, forms in needles.items():
            searched += len(forms) + 1
            found = [name for name, needle, fold in forms if needle in (folded if fold else text)]
            if not found and plant.core in decoded:
                found = ["decoded"]
            leaks.extend(Leak(plant.place, name, where) for name in found[:1])
    return Search(searched, leaks)


def decodings(text: str) -> Iterator[str]:
    """What a text becomes when its escapes are taken away, again and again."""
    for _ in range(_MAX_DECODINGS):
        plain = _unescape_json(html.unescape(unquote_plus(text)))
        if plain == text:
            return
        text = plain
        yield text


def _unescape_json(text: str) -> str:
    return _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
