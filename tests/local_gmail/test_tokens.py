# SPDX-License-Identifier: Apache-2.0
"""The token endpoint serves google-auth, and tokens open the mailbox where they are required."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import google_auth_httplib2
import httplib2
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from local_gmail import LocalGmail, documented

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.ask import Ask


@pytest.fixture
def gmail() -> Iterator[LocalGmail]:
    with LocalGmail(require_auth=True) as running:
        yield running


@pytest.fixture
def signed_in(gmail: LocalGmail) -> Iterator[Any]:
    credentials = Credentials(
        None,
        refresh_token="1//refresh",
        token_uri=gmail.token_uri,
        client_id="client",
        client_secret="secret",
    )
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=httplib2.Http())
    with build_from_document(gmail.discovery_document(), http=http) as service:
        yield service


def test_google_auth_gets_a_token_and_is_let_in(gmail: LocalGmail, signed_in: Any) -> None:
    signed_in.users().getProfile(userId="me").execute()
    assert [received.api_method for received in gmail.requests] == [
        "token",
        "gmail.users.getProfile",
    ]
    [token] = gmail.accepted_tokens
    assert gmail.requests[1].headers["authorization"] == f"Bearer {token}"


def test_every_token_is_of_one_length(ask: Ask) -> None:
    """A batch holds the token once for each part: its length must not tell how many came before."""
    form = {"grant_type": "refresh_token", "client_id": "client", "refresh_token": "1//refresh"}
    tokens = {ask("POST", "/token", urlencode(form)).json()["access_token"] for _ in range(11)}
    assert len(tokens) == 11
    assert len({len(token) for token in tokens}) == 1


def test_google_auth_refreshes_a_token_that_has_become_bad(
    gmail: LocalGmail, signed_in: Any
) -> None:
    signed_in.users().getProfile(userId="me").execute()
    gmail.accepted_tokens.clear()
    signed_in.users().getProfile(userId="me").execute()
    assert [received.responded for received in gmail.requests] == [200, 200, 401, 200, 200]


def test_a_failed_refresh_reaches_the_caller(gmail: LocalGmail, signed_in: Any) -> None:
    gmail.script("token", documented("invalidGrant"))
    with pytest.raises(RefreshError, match="expired or revoked"):
        signed_in.users().getProfile(userId="me").execute()


@pytest.mark.parametrize(
    ("authorization", "reason"),
    [
        (None, "required"),
        ("Basic YTpi", "required"),
        ("Bearer ", "required"),
        ("Bearer stranger", "authError"),
    ],
)
def test_bad_credentials_are_refused(ask: Ask, authorization: str | None, reason: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    reply = ask("GET", "/gmail/v1/users/me/profile", headers=headers)
    assert (reply.status, reply.json()["error"]["errors"][0]["reason"]) == (401, reason)
    assert "www-authenticate" in reply.headers


def test_a_refusal_is_an_http_error_of_the_real_client(gmail: LocalGmail) -> None:
    with (
        build_from_document(gmail.discovery_document(), http=httplib2.Http()) as service,
        pytest.raises(HttpError, match="missing required authentication"),
    ):
        service.users().getProfile(userId="me").execute()


def test_a_token_may_be_accepted_by_hand(gmail: LocalGmail, ask: Ask) -> None:
    gmail.accepted_tokens.add("mine")
    headers = {"Authorization": "Bearer mine"}
    assert ask("GET", "/gmail/v1/users/me/profile", headers=headers).status == 200


@pytest.mark.parametrize(
    ("form", "status", "has"),
    [
        ({"grant_type": "refresh_token", "client_id": "c", "refresh_token": "r"}, 200, None),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "j"},
            200,
            None,
        ),
        ({"grant_type": "refresh_token", "client_id": "c"}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, 400, "unsupported_grant_type"),
    ],
)
def test_grants(ask: Ask, form: dict[str, str], status: int, has: str | None) -> None:
    reply = ask("POST", "/token", urlencode(form))
    assert (reply.status, reply.json().get("error")) == (status, has)
    if has is None:
        assert reply.json()["expires_in"] == 3599
        assert reply.json()["token_type"] == "Bearer"
