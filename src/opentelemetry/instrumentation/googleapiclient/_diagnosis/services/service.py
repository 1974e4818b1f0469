# SPDX-License-Identifier: Apache-2.0
"""What can be known of one API beyond what holds for all; the APIs are beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..rules import Rule

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Service:
    """One API.

    Args:
        rules: rows of the diagnosis table that only this API needs; they come before the general
            ones.
        last_rules: rows that come after the general ones, before what the status alone supports.
        host: the name under which it is enabled, where that is not the discovery name's.
        help_urls: where this API's own pages are better help: name of a cause to a URL.
    """

    __slots__ = ("help_urls", "host", "last_rules", "rules")

    def __init__(
        self,
        *,
        rules: tuple[Rule, ...] = (),
        last_rules: tuple[Rule, ...] = (),
        host: str | None = None,
        help_urls: Mapping[str, str] = _NONE,
    ) -> None:
        self.rules = rules
        self.last_rules = last_rules
        self.host = host
        self.help_urls = help_urls
