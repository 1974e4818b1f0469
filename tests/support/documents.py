# SPDX-License-Identifier: Apache-2.0
"""Discovery documents: releases of google-api-python-client before 2.0 ship none."""

from __future__ import annotations

from inspect import signature
from pathlib import Path
from typing import Any, Final

from googleapiclient import discovery_cache
from googleapiclient.discovery import build

SHIPS_DOCUMENTS: Final = (Path(discovery_cache.__file__).parent / "documents").is_dir()

FROM_SERVER: Final[dict[str, Any]] = (
    {"static_discovery": False} if "static_discovery" in signature(build).parameters else {}
)
"""What makes ``build`` ask a server; releases that ship no documents do nothing else."""
