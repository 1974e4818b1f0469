# SPDX-License-Identifier: Apache-2.0
"""What only one API knows, loaded when that API is called first.

To teach another API: write a module here that offers a ``SERVICE`` and name it after the API's
discovery name.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Final

from .service import Service

__all__ = ["SERVICES", "Service", "service_named"]

SERVICES: Final = ("drive", "gmail")
"""Discovery names of the APIs that have a module here."""
_UNKNOWN: Final = Service()


@cache
def service_named(name: str | None) -> Service:
    """What is known of the API with this discovery name; nothing special for most."""
    return import_module(f".{name}", __name__).SERVICE if name in SERVICES else _UNKNOWN
