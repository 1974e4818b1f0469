# SPDX-License-Identifier: Apache-2.0
"""What the programs of this folder know of the Gmail that they use. It imports no library."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

DOCUMENT: dict[str, Any] = json.loads(Path(os.environ["GMAIL_DOCUMENT"]).read_text("utf-8"))
URL: str = DOCUMENT["rootUrl"]
TOKEN_URI = f"{URL}token"
