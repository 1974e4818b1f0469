# SPDX-License-Identifier: Apache-2.0
"""What was planted in requests and answers is in no exported byte and in no log record of ours."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any
from urllib.parse import parse_qs, quote

import google_auth_httplib2
import httplib2
import pytest
from google.auth.exceptions import GoogleAuthError
from google.oauth2.credentials import Credentials
from googleapiclient.errors import Error
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans

from local_gmail import Answer, Fault, LocalGmail, Received, documented
from support.recording import Recording

API_KEY = "AIzaSyPlantedPlantedPlantedPlanted0123"
TOKEN = "ya29.planted-bearer-token"
REFRESH_TOKEN = "1//0planted-refresh-token"
SECRET = "GOCSPX-planted-client-secret"
SEARCH = "plantedsearch surgery"
ADDRESS = "planted.person@example.com"
LABEL = "Plantedlabel"
PROJECT = "977449744253"

PLANTED = [
    API_KEY,
    TOKEN,
    REFRESH_TOKEN,
    SECRET,
    SEARCH,
    "plantedsearch",
    quote(SEARCH),
    ADDRESS,
    "planted.person",
    quote(ADDRESS),
    LABEL,
    PROJECT,
]


def _echo(message: str) -> Answer:
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "R",
            "domain": ADDRESS,
            "metadata": {
                "consumer": f"projects/{PROJECT}",
                "service": ADDRESS,
                "quota_limit": f"limit of {ADDRESS} per user",
                "method": f"key={API_KEY}",
            },
        }
    ]
    first = {"reason": TOKEN, "domain": ADDRESS, "location": API_KEY, "locationType": ADDRESS}
    error = {"message": message, "status": ADDRESS, "errors": [first], "details": details}
    return Answer(403, {"error": error})


def _echo_of_request(received: Received) -> Answer:
    """Repeat, in the middle of a sentence, what this request carried."""
    sent = parse_qs(received.query) | parse_qs(received.body.decode())
    words = [*sent.get("q", []), *received.path.split("/"), received.body.decode()[:200]]
    if received.body.startswith(b"{"):
        words += [word for value in received.json().values() for word in _flat(value)]
    return _echo("There is no " + " nor ".join(words) + " here")


def _flat(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


OUTCOMES: dict[str, tuple[Any, ...]] = {
    "success": (),
    "guide": (documented("userRateLimitExceeded"),),
    "delegation": (documented("delegationDenied", message=f"Delegation denied for {ADDRESS}"),),
    "label": (documented("badRequest", message=f"Invalid label: {LABEL}"),),
    "what was sent": (_echo_of_request,),
    "project": (documented("accessNotConfigured", message=f"not used in project {PROJECT} yet"),),
    "everything": (_echo(f"{ADDRESS} {API_KEY} {TOKEN} '{LABEL}' '{SEARCH}' projects/{PROJECT}"),),
    "url": (_echo(f"see https://x.test/{ADDRESS}?key={API_KEY}&q={quote(SEARCH)}"),),
    "encoded": (_echo(f"no {quote(ADDRESS)} nor {quote(quote(ADDRESS))}"),),
    "not json": (Answer(403, f"<html>{ADDRESS} {API_KEY}</html>"),),
    "reason phrase": (Answer(500, b"", reason_phrase=f"{ADDRESS}"),),
    "retried": (documented("serviceUnavailable", message=f"for {ADDRESS}"), Fault.RESET),
    "token refused": (documented("authError"),),
    "unreadable": (Fault.TRUNCATE,),
    "library error": (Answer(403, b"[]"),),
}


@pytest.fixture
def service(build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail) -> Any:
    credentials = Credentials(
        token=TOKEN,
        refresh_token=REFRESH_TOKEN,
        token_uri=gmail.token_uri,
        client_id="client",
        client_secret=SECRET,
    )
    authorized = google_auth_httplib2.AuthorizedHttp(credentials, http)
    return build(authorized, developerKey=API_KEY)


def _calls(service: Any) -> Iterator[Any]:
    messages = service.users().messages()
    yield messages.list(userId=ADDRESS, q=SEARCH)
    yield messages.list(userId="me", q=SEARCH + "x" * 2048)
    yield service.users().labels().create(userId=ADDRESS, body={"name": LABEL})
    yield messages.modify(userId="me", id="1", body={"addLabelIds": [LABEL, SEARCH]})


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)
def test_nothing_planted_is_exported(
    outcome: tuple[Any, ...],
    instrumented: Recording,
    service: Any,
    gmail: LocalGmail,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "opentelemetry")
    for request in _calls(service):
        gmail.clear()
        if outcome:
            gmail.script("gmail.users.messages.list", *outcome)
            gmail.script("gmail.users.messages.modify", *outcome)
            gmail.script("gmail.users.labels.create", *outcome)
            gmail.script("token", documented("invalidGrant", message=f"{ADDRESS} {SECRET}"))
        request._sleep = lambda _: None
        with contextlib.suppress(
            Error, GoogleAuthError, OSError, HTTPException, httplib2.HttpLib2Error, LookupError
        ):
            request.execute(num_retries=1)

    assert len(instrumented.spans) == 4
    exported = encode_spans(instrumented.spans).SerializeToString().decode("latin-1")
    logged = "\n".join(
        one.getMessage() for one in caplog.records if one.name.startswith("opentelemetry")
    )
    for planted in PLANTED:
        assert planted.lower() not in exported.lower()
        assert planted not in logged


def test_the_search_for_leaks_would_find_one(
    instrument: Callable[..., None], recording: Recording, service: Any, gmail: LocalGmail
) -> None:
    instrument(capture_personal_data=True)
    gmail.script("*", documented("delegationDenied", message=f"Delegation denied for {ADDRESS}"))

    with pytest.raises(Error):
        service.users().messages().list(userId=ADDRESS).execute()

    exported = encode_spans(recording.spans).SerializeToString().decode("latin-1")
    assert ADDRESS in exported
    assert API_KEY not in exported
