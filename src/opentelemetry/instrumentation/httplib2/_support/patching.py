# SPDX-License-Identifier: Apache-2.0
"""Puts replacements into modules when they are imported, and takes them back.

Nothing is imported for it: a program may have to configure or replace a library before its own
import of it, and one that never uses it must not pay for it.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from functools import wraps
from inspect import signature
from logging import getLogger
from types import FunctionType, ModuleType
from typing import Any, Final, cast

import wrapt

from .guard import guarded, warn_once
from .references import leads_to

_logger = getLogger(__name__)

ABSENT: Final[Any] = object()
"""Stands for an attribute that is not there."""


class Patch:
    """One attribute to be replaced.

    Args:
        module: where it is.
        attribute: its dotted name in there.
        factory: makes the replacement from the original (from ``ABSENT`` where there is none and
            one is added), or returns None to leave that alone.
        lost: what is not seen where it is left alone, for the warning.
    """

    def __init__(
        self, module: str, attribute: str, factory: Callable[[Any], Any], *, lost: str
    ) -> None:
        self.module = module
        self.attribute = attribute
        self.factory = factory
        self.lost = lost


class _Target:
    """One patch, and where it stands.

    A module that is loaded anew makes new classes, and the old ones may still be in use: an
    attribute can have several owners.
    """

    def __init__(self, patch: Patch, *, adds: bool) -> None:
        self.patch = patch
        self._adds = adds
        self._is_known = False
        """Whether it was put on before: what then stands in its place is the application's."""
        path, _, self._name = patch.attribute.rpartition(".")
        self._path = path.split(".") if path else []
        self._owners: weakref.WeakSet[Any] = weakref.WeakSet()
        self._originals: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
        """What was there, by the replacement that was made of it."""

    def put_into(self, module: ModuleType) -> None:
        """Replace the attribute in this module, and wherever it was replaced before."""
        owner: Any = module
        for name in self._path:
            owner = getattr(owner, name, None)
        known = [one for one in self._owners if one is not owner]
        if owner is not None and self._put_on(owner):
            self._is_known = True
        elif not self._is_known:
            self._warn_of_loss()
        for one in known:
            self._put_on(one)

    def take_back(self) -> None:
        """Put back what was there, wherever ours is on top."""
        for owner in self._owners:
            current = cast("dict[str, object]", vars(owner)).get(self._name)
            if self._is_ours(current):
                original = self._originals[current]
                if original is ABSENT:
                    delattr(owner, self._name)
                else:
                    setattr(owner, self._name, original)

    def _put_on(self, owner: Any) -> bool:
        """Whether ours stands there now."""
        try:
            _, _, current = wrapt.resolve_path(owner, self._name)
        except AttributeError:
            current = ABSENT
        if (current is ABSENT) is not self._adds and not self._is_ours(current):
            return False
        # Ours may be left from before, inside of what others have put around it.
        if not self._originals or not leads_to(current, self._is_ours):
            # What is no descriptor in a class (a mock) is not given the instance: ours would be.
            is_usable = current is ABSENT or (
                hasattr(current, "__get__") if isinstance(owner, type) else callable(current)
            )
            original = _as_function(current) if isinstance(owner, type) else current
            replacement = self.patch.factory(original) if is_usable else None
            if replacement is None:
                return False
            self._originals[replacement] = vars(owner).get(self._name, ABSENT)
            self._owners.add(owner)
            setattr(owner, self._name, replacement)
        self._owners.add(owner)
        return True

    def _is_ours(self, value: object) -> bool:
        return any(value is one for one in self._originals)

    def _warn_of_loss(self) -> None:
        patch = self.patch
        warn_once(
            _logger,
            f"{patch.module}.{patch.attribute}",
            "%s.%s is not what this instrumentation knows; not seen with this version: %s.",
            patch.module,
            patch.attribute,
            patch.lost,
        )


class Patches:
    """A set of patches that is switched on and off as one.

    Args:
        patches: of attributes that the library has.
        added: of attributes that it does not have.

    Post-import hooks can't be unregistered and one that raises would break the application's
    import: each is registered once, does nothing while the set is off, and never raises.
    """

    def __init__(self, *patches: Patch, added: tuple[Patch, ...] = ()) -> None:
        self._patches = patches
        self._added = added
        self._targets: dict[Patch, _Target] = {}
        self._on = False
        self._hooked: set[str] = set()

    def switch_on(self) -> None:
        """Patch what is imported now, and the rest when it is imported."""
        self._on = True
        for name in dict.fromkeys(patch.module for patch in (*self._patches, *self._added)):
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
        for target in self._targets.values():
            guarded(target.take_back)()

    def _on_import(self, module: ModuleType) -> None:
        self._hooked.discard(module.__name__)
        if self._on:
            self._patch(module, module.__name__)

    def _patch(self, module: ModuleType, name: str) -> None:
        for patch in (*self._patches, *self._added):
            if patch.module == name:
                target = self._targets.get(patch)
                if target is None:
                    target = self._targets[patch] = _Target(patch, adds=patch in self._added)
                guarded(target.put_into)(module)


def _as_function(method: Any) -> Any:
    """A method as the function that its replacement calls.

    What others have put there (Elastic APM, New Relic) may be no function but one of wrapt's
    proxies, which is told its instance when it is bound.
    """
    # By its type: the class that a proxy gives as its own is that of what is inside.
    if method is ABSENT or type(method) is FunctionType:
        return method

    @wraps(method)
    def function(instance: Any, *args: Any, **kwargs: Any) -> Any:
        return method.__get__(instance, type(instance))(*args, **kwargs)

    return function


def parameters_of(function: object) -> tuple[str, ...]:
    """The names of a function's parameters, none where it is no function or does not say."""
    try:
        return tuple(signature(cast("Callable[..., Any]", function)).parameters)
    except (TypeError, ValueError):
        return ()
