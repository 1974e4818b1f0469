# SPDX-License-Identifier: Apache-2.0
"""The token endpoint, and which access tokens are good."""

from __future__ import annotations

import itertools
import threading
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from local_gmail.failures import documented
from local_gmail.google_errors import oauth_error
from local_gmail.responses import Response

if TYPE_CHECKING:
    from local_gmail.record import Received

LIFETIME = 3599
"""Seconds."""
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# What has to come with each grant.
_GRANTS = {"refresh_token": ("client_id", "refresh_token"), _JWT_BEARER: ("assertion",)}


class Tokens:
    """Issues access tokens to whoever asks properly."""

    def __init__(self) -> None:
        self.accepted: set[str] = set()
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def serve(self, received: Received) -> Response:
        """Ordinary service of the token endpoint."""
        form = dict(parse_qsl(received.body.decode("latin-1")))
        grant = form.get("grant_type", "")
        if grant not in _GRANTS:
            return oauth_error(400, "unsupported_grant_type", f"Invalid grant_type: {grant}")
        for name in _GRANTS[grant]:
            if not form.get(name):
                return oauth_error(400, "invalid_request", f"Missing required parameter: {name}")
        return Response(
            200,
            {
                "access_token": self._issue(),
                "expires_in": LIFETIME,
                "scope": form.get("scope", "https://mail.google.com/"),
                "token_type": "Bearer",
            },
        )

    def refusal(self, received: Received) -> Response | None:
        """Return what a request with missing or bad credentials gets; None if they are good."""
        scheme, _, token = received.authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return documented("credentialsMissing")
        return None if token.strip() in self.accepted else documented("authError")

    def _issue(self) -> str:
        with self._lock:
            # One length for all, as Google's have: nobody's requests grow with those before them.
            token = f"ya29.local-{next(self._numbers):08}"
            self.accepted.add(token)
            return token
