# SPDX-License-Identifier: Apache-2.0
"""What spans show of messages and URLs, through the real libraries: fields by their names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from support.documents import SHIPS_DOCUMENTS
from support.wild_cases import Endpoints, Said, WildCase, run, serving


@pytest.fixture(scope="module")
def endpoints() -> Iterator[Endpoints]:
    with serving() as one:
        yield one


def _said(
    endpoints: Endpoints, method: str, kwargs: Mapping[str, Any], message: str, status: int = 400
) -> Said:
    error = {"error": {"code": status, "message": message, "errors": [{"reason": "x"}]}}
    columns = {
        "kind": "answer",
        "credentials": "user",
        "method": method,
        "kwargs": kwargs,
        "status": status,
        "headers": {},
        "body": json.dumps(error),
    }
    return run(WildCase(columns), endpoints)


@pytest.mark.parametrize(
    ("method", "kwargs", "message"),
    [
        *(
            [
                (
                    "gmail.users.messages.modify",
                    {"userId": "me", "id": "18c2f0a1", "body": {"labels": ["SENT"]}},
                    "Unknown name \"labelIds\" at 'modify_message_request': Cannot find field.",
                ),
                (
                    "sheets.spreadsheets.values.get",
                    {"spreadsheetId": "1AxzqfXfYSE", "range": "Payroll!A1"},
                    "'valueRenderOption' is not known",
                ),
                ("admin.directory.users.get", {"userKey": "nora"}, "Resource Not Found: userKey"),
                (
                    "youtube.playlists.list",
                    {"part": "id"},
                    "No filter selected. Expected one of: mine, id, channelId",
                ),
            ]
            # Their names are found in the documents that the library ships, and nowhere else.
            if SHIPS_DOCUMENTS
            else []
        ),
    ],
)
def test_a_message_keeps_the_names_of_the_api(
    endpoints: Endpoints, method: str, kwargs: Mapping[str, Any], message: str
) -> None:
    """The application holds no more than its request: the document is gone."""
    assert _said(endpoints, method, kwargs, message).description == message


@pytest.mark.parametrize(
    ("method", "kwargs", "path"),
    [
        (
            "sheets.spreadsheets.values.get",
            {"spreadsheetId": "1AxzqfXfYSE", "range": "Payroll 2026!A1:B2"},
            "/v4/spreadsheets/1AxzqfXfYSE/values/REDACTED?alt=json",
        ),
        (
            "people.people.get",
            {"resourceName": "people/c8471234567890", "personFields": "names"},
            "/v1/REDACTED?personFields=REDACTED&alt=json",
        ),
        (
            "admin.directory.groups.get",
            {"groupKey": "payroll"},
            "/admin/directory/v1/groups/REDACTED?alt=json",
        ),
        (
            "calendar.events.get",
            {"calendarId": "nora.hale@harborfield.example", "eventId": "0a1b2c"},
            "/calendar/v3/calendars/REDACTED/events/0a1b2c?alt=json",
        ),
        (
            "gmail.users.labels.get",
            {"userId": "me", "id": "Payroll"},
            "/gmail/v1/users/me/labels/REDACTED?alt=json",
        ),
        (
            "gmail.users.messages.get",
            {"userId": "me", "id": "18c2f0a1b2c3d4e5"},
            "/gmail/v1/users/me/messages/18c2f0a1b2c3d4e5?alt=json",
        ),
    ],
)
def test_a_url_shows_ids_of_things_and_nobody(
    endpoints: Endpoints, method: str, kwargs: Mapping[str, Any], path: str
) -> None:
    said = _said(endpoints, method, kwargs, "Requested entity was not found.", 404)

    assert f"{endpoints.url.rstrip('/')}{path}" in said.texts["spans as OTLP"]
    for secret in ("Payroll", "c8471234567890", "nora", "harborfield"):
        assert secret.lower() not in "".join(said.texts.values()).lower()
