# SPDX-License-Identifier: Apache-2.0
"""Discovery documents are served too, for clients that don't bring their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError, UnknownApiNameOrVersion

from local_gmail import LocalGmail, Response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.ask import Ask


@pytest.fixture
def http() -> Iterator[httplib2.Http]:
    made = httplib2.Http()
    yield made
    made.close()


def discovered(gmail: LocalGmail, http: httplib2.Http, api: str, version: str, **more: Any) -> Any:
    return build(
        api,
        version,
        http=http,
        discoveryServiceUrl=gmail.discovery_url,
        static_discovery=False,
        cache_discovery=False,
        **more,
    )


def test_a_service_is_built_from_what_the_server_says(
    gmail: LocalGmail, http: httplib2.Http
) -> None:
    service = discovered(gmail, http, "gmail", "v1")
    service.users().getProfile(userId="me").execute()
    assert [(r.api_method, r.responded) for r in gmail.requests] == [
        ("discovery", 200),
        ("gmail.users.getProfile", 200),
    ]


def test_the_methods_of_what_was_served_are_known(gmail: LocalGmail, http: httplib2.Http) -> None:
    drive = discovered(gmail, http, "drive", "v3")
    gmail.files["report"] = b"content"
    gmail.script("drive.files.list", Response(200, {"files": []}))
    assert drive.files().list().execute() == {"files": []}
    assert drive.files().get_media(fileId="report").execute() == b"content"


def test_discovery_can_fail(gmail: LocalGmail, http: httplib2.Http) -> None:
    gmail.script("discovery", Response(503), Response(503))
    with pytest.raises(HttpError, match="503"):
        discovered(gmail, http, "gmail", "v1", num_retries=0)
    with pytest.raises(HttpError, match="503"):
        discovered(gmail, http, "gmail", "v1", num_retries=0)
    discovered(gmail, http, "gmail", "v1", num_retries=0)


def test_an_unknown_api_is_not_found(gmail: LocalGmail, http: httplib2.Http) -> None:
    with pytest.raises(UnknownApiNameOrVersion):
        discovered(gmail, http, "nosuch", "v9")


def test_the_newer_address_is_served_for_gmail(gmail: LocalGmail, ask: Ask) -> None:
    assert ask("GET", "/$discovery/rest?version=v1").json() == gmail.discovery_document()
    assert ask("GET", "/$discovery/rest").status == 200
    assert ask("GET", "/$discovery/rest?version=v9").status == 404
    assert ask("GET", "/discovery/v1/apis/..%2Fgmail/v1/rest").status == 404


def test_discovery_needs_no_credentials(http: httplib2.Http) -> None:
    with LocalGmail(require_auth=True) as gmail:
        discovered(gmail, http, "gmail", "v1")
