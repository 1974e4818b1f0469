# SPDX-License-Identifier: Apache-2.0
"""What can be known of one API beyond what holds for all; the APIs are beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Service:
    """One API."""

    rules: tuple[Rule, ...] = ()
    """Rows of the diagnosis table that only this API needs; they come before the general ones."""
    last_rules: tuple[Rule, ...] = ()
    """Rows that come after the general ones, before what the status alone supports."""
    host: str | None = None
    """The name under which it is enabled, where that is not the discovery name's."""
    help_urls: Mapping[str, str] = field(default_factory=dict[str, str])
    """Where this API's own pages are better help: name of a cause to a URL."""
