# SPDX-License-Identifier: Apache-2.0
"""What only one API knows, loaded when that API is called first.

To teach another API: write a module here that offers a ``SERVICE`` and name it in ``_MODULES``
under the API's discovery name.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from .service import Service

__all__ = ["Service", "service_named"]

_MODULES: Final = {"drive": "drive", "gmail": "gmail"}
_UNKNOWN: Final = Service()


@cache
def service_named(name: str | None) -> Service:
    """What is known of the API with this discovery name; nothing special for most."""
    module = _MODULES.get(name) if name else None
    if module is None:
        return _UNKNOWN
    return import_module(f".{module}", __name__).SERVICE
