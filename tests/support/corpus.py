# SPDX-License-Identifier: Apache-2.0
"""The corpus of error responses (tests/corpus/README.md) as values."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent.parent / "corpus" / "error_corpus.jsonl"


@dataclass(frozen=True)
class Row:
    """One error response with what a correct parser finds in it."""

    columns: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.columns[column]

    @property
    def status(self) -> int:
        return self.columns["http_status"]

    @property
    def body(self) -> bytes:
        encoded = self.columns.get("body_b64")
        return base64.b64decode(encoded) if encoded else self.columns["body"].encode()


ROWS = [Row(json.loads(line)) for line in _FILE.read_text("utf-8").splitlines()]
IDS = [row["id"] for row in ROWS]
BY_ID = {row["id"]: row for row in ROWS}
