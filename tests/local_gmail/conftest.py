# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httplib2
import pytest
from googleapiclient.discovery import build_from_document

from local_gmail import LocalGmail
from support.ask import Ask, Reply


@pytest.fixture
def gmail() -> Iterator[LocalGmail]:
    with LocalGmail() as running:
        yield running


@pytest.fixture
def connection(gmail: LocalGmail) -> Iterator[http.client.HTTPConnection]:
    """A connection that is kept alive."""
    made = http.client.HTTPConnection(urlsplit(gmail.url).netloc, timeout=5)
    yield made
    made.close()


@pytest.fixture
def ask(connection: http.client.HTTPConnection) -> Ask:
    """Send one request by the plainest of clients: `ask("GET", "/path", json, headers)`."""

    def send(
        method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        content = json.dumps(body) if isinstance(body, dict) else body
        connection.request(method, path, content, dict(headers or {}))  # pyright: ignore[reportArgumentType]
        response = connection.getresponse()
        return Reply(response.status, response.reason, response.headers, response.read())

    return send


@pytest.fixture
def service(gmail: LocalGmail) -> Iterator[Any]:
    """The real googleapiclient on a connection of its own."""
    with build_from_document(gmail.discovery_document(), http=httplib2.Http()) as built:
        yield built
