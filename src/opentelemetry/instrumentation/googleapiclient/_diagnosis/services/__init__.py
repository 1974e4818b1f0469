# SPDX-License-Identifier: Apache-2.0
"""What only one API knows, loaded when a call of that API fails first.

To teach another API: write a module here that offers a ``SERVICE`` and enter it under the API's
discovery name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from .service import Service

__all__ = ["SERVICES", "Service", "service_named"]

_DOCUMENTS: Final = ("docs", "driveactivity", "drivelabels", "forms", "slides")
_WORKSPACE: Final = (
    "alertcenter", "chat", "classroom", "cloudidentity", "groupsmigration", "groupssettings",
    "keep", "licensing", "meet", "reseller", "script", "tasks", "vault", "workspaceevents",
)  # fmt: skip
SERVICES: Final[Mapping[str, str]] = {
    **dict.fromkeys(_DOCUMENTS, "docs_forms_slides"),
    **dict.fromkeys(_WORKSPACE, "workspace"),
    "admin": "admin",
    "calendar": "calendar",
    "drive": "drive",
    "gmail": "gmail",
    "people": "people",
    "sheets": "sheets",
    "youtube": "youtube",
}
"""Discovery name of an API to the module here that knows it."""
_UNKNOWN: Final = Service()


@cache
def service_named(name: str | None) -> Service:
    """What is known of the API with this discovery name; nothing special for most."""
    module = SERVICES.get(name or "")
    return import_module(f".{module}", __name__).SERVICE if module else _UNKNOWN
