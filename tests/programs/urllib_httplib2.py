# SPDX-License-Identifier: Apache-2.0
"""Stands in for httplib2 as a whole: what google-api-python-client uses of it, over urllib."""

from __future__ import annotations

import sys
import types
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import Any

DEFAULT_MAX_REDIRECTS = 5
RETRIES = 2
sent: list[str] = []
"""The methods of the requests so far."""


class HttpLib2Error(Exception):
    pass


class ServerNotFoundError(HttpLib2Error):
    pass


class Response(dict[str, str]):
    def __init__(self, headers: Mapping[str, Any] | Message, status: int = 200) -> None:
        super().__init__({name.lower(): str(value) for name, value in headers.items()})
        self.status = int(self.get("status", status))
        self.reason = ""
        self["status"] = str(self.status)


class Http:
    def __init__(self, timeout: float | None = None, **_: Any) -> None:
        self.timeout = timeout
        self.redirect_codes = frozenset({301, 302, 303, 307, 308})

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> tuple[Response, bytes]:
        sent.append(method)
        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(uri, data, dict(headers or {}), method=method)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                return Response(response.headers, response.status), response.read()
        except urllib.error.HTTPError as error:
            with error:
                return Response(error.headers, error.code), error.read()

    def close(self) -> None:
        pass


def install() -> None:
    """Take httplib2's place for all that is imported from now on."""
    if "httplib2" in sys.modules:
        sys.exit("httplib2 was imported before it could be replaced.")
    stand_in = types.ModuleType("httplib2")
    for name in (
        "DEFAULT_MAX_REDIRECTS", "RETRIES", "Http", "HttpLib2Error", "Response",
        "ServerNotFoundError",
    ):  # fmt: skip
        setattr(stand_in, name, globals()[name])
    sys.modules["httplib2"] = stand_in
