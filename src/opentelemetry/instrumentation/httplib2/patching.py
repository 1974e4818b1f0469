# SPDX-License-Identifier: Apache-2.0
"""Puts replacements into modules when they are imported, and takes them back.

Nothing is imported for it: a program may have to configure or replace a library before its own
import of it, and one that never uses it must not pay for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from logging import getLogger
from types import ModuleType
from typing import Any, cast

import wrapt

from .guard import guarded, warn_once

_logger = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patch:
    """One attribute to be replaced.

    ``factory`` makes the replacement from the original, or returns None to leave it alone.
    """

    module: str
    attribute: str
    factory: Callable[[Any], Any]
    lost: str
    """What is not seen where the attribute is missing, for the warning."""


@dataclass(frozen=True, slots=True)
class _Applied:
    owner: Any
    name: str
    original: Any
    replacement: Any

    def on_top(self) -> bool:
        return self._current() is self.replacement

    def take_back(self) -> None:
        setattr(self.owner, self.name, self.original)

    def _current(self) -> object:
        return cast("Mapping[str, object]", vars(self.owner)).get(self.name)


class Patches:
    """A set of patches that is switched on and off as one.

    Post-import hooks can't be unregistered and one that raises would break the application's
    import: each is registered once, does nothing while the set is off, and never raises.
    """

    def __init__(self, *patches: Patch) -> None:
        self._patches = patches
        self._on = False
        self._hooked: set[str] = set()
        self._applied: list[_Applied] = []

    def switch_on(self) -> None:
        """Patch what is imported now, and the rest when it is imported."""
        self._on = True
        for name in dict.fromkeys(patch.module for patch in self._patches):
            module = sys.modules.get(name)
            if module is not None:
                self._patch(module, name)
            elif name not in self._hooked:
                self._hooked.add(name)
                wrapt.register_post_import_hook(self._on_import, name)

    def switch_off(self) -> None:
        """Put back the original objects wherever ours is on top.

        Elsewhere ours stays inside what others have put around it, and passes calls on.
        """
        self._on = False
        on_top = [applied for applied in self._applied if applied.on_top()]
        for applied in reversed(on_top):
            applied.take_back()
        self._applied = [applied for applied in self._applied if applied not in on_top]

    def _on_import(self, module: ModuleType) -> None:
        self._hooked.discard(module.__name__)
        if self._on:
            self._patch(module, module.__name__)

    @guarded
    def _patch(self, module: ModuleType, name: str) -> None:
        for patch in self._patches:
            if patch.module == name:
                self._apply(patch, module)

    @guarded
    def _apply(self, patch: Patch, module: ModuleType) -> None:
        try:
            owner, name, original = wrapt.resolve_path(module, patch.attribute)
        except AttributeError:
            self._warn_of_loss(patch)
            return
        # Ours may be left from before, inside of what others have put around it.
        if any(
            applied.owner is owner and applied.name == name and original is not applied.original
            for applied in self._applied
        ):
            return
        # What is no function in a class (a mock) is not given the instance: ours would be.
        usable = hasattr(original, "__get__") or not isinstance(owner, type)
        replacement = patch.factory(original) if usable else None
        if replacement is None:
            self._warn_of_loss(patch)
            return
        wrapt.apply_patch(owner, name, replacement)
        # What was left inside of others has gone with them: the original is back without us.
        others = [one for one in self._applied if one.owner is not owner or one.name != name]
        self._applied = [*others, _Applied(owner, name, original, replacement)]

    @staticmethod
    def _warn_of_loss(patch: Patch) -> None:
        warn_once(
            _logger,
            f"{patch.module}.{patch.attribute}",
            "%s.%s is not what this instrumentation knows; not seen with this version: %s.",
            patch.module,
            patch.attribute,
            patch.lost,
        )
