# SPDX-License-Identifier: Apache-2.0
"""What only one API knows, loaded when that API is called first.

To teach another API: write a module here that offers what the functions below look for, and name
it in ``_MODULES`` under the API's discovery name.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ..rules import Rule

_MODULES = {"gmail": "gmail"}


def rules_of(service: str | None) -> tuple[Rule, ...]:
    """Rows of the diagnosis table that only this API needs, empty for APIs without any."""
    return cast("tuple[Rule, ...]", getattr(_module_of(service), "RULES", ()))


def advised_batch_size_of(service: str | None) -> int | None:
    """How many parts of a batch this API advises at most, None where it says nothing."""
    return cast("int | None", getattr(_module_of(service), "ADVISED_BATCH_SIZE", None))


@cache
def _module_of(service: str | None) -> ModuleType | None:
    name = _MODULES.get(service) if service else None
    return import_module(f".{name}", __name__) if name else None
