# SPDX-License-Identifier: Apache-2.0
"""What only one API knows, loaded when that API is called first.

To teach another API: write a module here that offers ``RULES`` and name it in ``_MODULES`` under
the API's discovery name.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ..diagnosis import Rule

_MODULES = {"gmail": "gmail"}


@cache
def rules_of(service: str | None) -> tuple[Rule, ...]:
    """Rows of the diagnosis table that only this API needs, empty for APIs without any."""
    name = _MODULES.get(service) if service else None
    if name is None:
        return ()
    return cast("tuple[Rule, ...]", import_module(f".{name}", __name__).RULES)
