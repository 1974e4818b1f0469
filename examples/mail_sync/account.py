# SPDX-License-Identifier: Apache-2.0
"""The accounts that are synchronised, each in a JSON file of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from google.oauth2.credentials import Credentials

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox and the consent that its owner gave."""

    address: str
    client_id: str
    client_secret: str
    refresh_token: str
    token_uri: str
    scopes: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Account:
        """Read an account from the JSON file that the consent page of the team wrote."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        stored["scopes"] = tuple(stored["scopes"])
        return cls(**stored)

    def credentials(self) -> Credentials:
        """Credentials that fetch an access token when the first request needs one."""
        return Credentials(
            token=None,
            refresh_token=self.refresh_token,
            token_uri=self.token_uri,
            client_id=self.client_id,
            client_secret=self.client_secret,
            scopes=list(self.scopes),
        )
