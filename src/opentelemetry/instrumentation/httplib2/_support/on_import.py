# SPDX-License-Identifier: Apache-2.0
"""Sets the instrumentation up when the library is imported, and not before.

A program that never uses the library pays for this module and for the options, nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

from wrapt import register_post_import_hook

from .guard import guarded


class OnImport:
    """Does something once, when a module is imported; at once if it has been.

    Post-import hooks can't be unregistered and one that raises would break the application's
    import: each is registered once, does what was asked for last if anything, and never raises.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._hooked = False
        self._wanted: Callable[[], None] | None = None

    def do(self, wanted: Callable[[], None]) -> None:
        """Do it when the module is imported, in place of what was to be done until now."""
        if self._module in sys.modules:
            guarded(wanted)()
            return
        self._wanted = wanted
        if not self._hooked:
            self._hooked = True
            register_post_import_hook(self._on_import, self._module)

    def forget(self) -> None:
        """Do nothing when the module is imported."""
        self._wanted = None

    def _on_import(self, _: ModuleType) -> None:
        self._hooked = False
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            guarded(wanted)()
