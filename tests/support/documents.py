# SPDX-License-Identifier: Apache-2.0
"""Whether google-api-python-client ships discovery documents: old releases do not."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from googleapiclient import discovery_cache

SHIPS_DOCUMENTS: Final = (Path(discovery_cache.__file__).parent / "documents").is_dir()
