# SPDX-License-Identifier: Apache-2.0
"""The `fields` parameter of Google APIs, such as `messages(id,threadId),nextPageToken`."""

from __future__ import annotations

import re
from typing import Any, cast

Mask = dict[str, "Mask"]
"""Which fields to keep; an empty mask keeps everything below it."""

_TOKEN = re.compile(r"[\w*-]+|[(),/]")


def parse(text: str) -> Mask:
    """Return the mask of a `fields` value; ValueError where it isn't one."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text:
        raise ValueError(text)
    tokens.reverse()
    mask = _fields(tokens)
    if tokens:
        raise ValueError(text)
    return mask


def apply(mask: Mask, value: Any) -> Any:
    """Return what the mask leaves of a JSON value."""
    if not mask:
        return value
    if isinstance(value, list):
        return [apply(mask, each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {
            name: apply(mask.get(name, mask.get("*", {})), each)
            for name, each in cast("dict[str, Any]", value).items()
            if name in mask or "*" in mask
        }
    return value


def _fields(tokens: list[str]) -> Mask:
    mask: Mask = {}
    while True:
        _field(tokens, mask)
        if not tokens or tokens[-1] != ",":
            return mask
        tokens.pop()


def _field(tokens: list[str], mask: Mask) -> None:
    if not tokens or tokens[-1] in "(),/":
        raise ValueError("a name is missing")
    below = mask.setdefault(tokens.pop(), {})
    if tokens and tokens[-1] == "/":
        tokens.pop()
        _field(tokens, below)
    elif tokens and tokens[-1] == "(":
        tokens.pop()
        below.update(_fields(tokens))
        if not tokens or tokens.pop() != ")":
            raise ValueError("a bracket is missing")
