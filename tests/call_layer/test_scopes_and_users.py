# SPDX-License-Identifier: Apache-2.0
"""What the process knows beside the response: scopes, whose mailbox it is, that it is too early."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.errors import HttpError

from local_gmail import LocalGmail, documented
from support.recording import Recording, attributes_of

AUTH = "https://www.googleapis.com/auth/"
SEND = "gmail.users.messages.send"
LIST = "gmail.users.messages.list"
MAIL = {"raw": "VG86IGFAZXhhbXBsZS5jb20NCg0KaGk="}


class Granted(Credentials):
    """Credentials whose token was obtained in this process, so that its scopes are known."""

    @property
    def granted_scopes(self) -> list[str]:
        return [f"{AUTH}gmail.readonly"]


def _refused(build: Callable[..., Any], http: Any, gmail: LocalGmail) -> None:
    gmail.script(SEND, documented("insufficientPermissions"))
    with pytest.raises(HttpError):
        build(http).users().messages().send(userId="me", body=MAIL).execute()


def test_a_missing_scope_is_named_where_it_is_known_to_be_missing(
    instrumented: Recording, build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail
) -> None:
    credentials = Granted("token", scopes=[f"{AUTH}gmail.readonly", f"{AUTH}gmail.send"])

    _refused(build, google_auth_httplib2.AuthorizedHttp(credentials, http), gmail)

    attributes = attributes_of(instrumented.only_span)
    assert attributes["googleapiclient.error.cause"] == "scope_insufficient"
    assert attributes["googleapiclient.error.scopes.required_any_of"] == (
        "https://mail.google.com/",
        f"{AUTH}gmail.addons.current.action.compose",
        f"{AUTH}gmail.compose",
        f"{AUTH}gmail.modify",
        f"{AUTH}gmail.send",
    )
    assert attributes["googleapiclient.error.scopes.requested"] == (
        f"{AUTH}gmail.readonly",
        f"{AUTH}gmail.send",
    )
    assert attributes["googleapiclient.error.scopes.granted"] == (f"{AUTH}gmail.readonly",)
    remedy = str(attributes["googleapiclient.error.remedy"])
    assert "gmail.modify or gmail.send" in remedy
    assert "this token has gmail.readonly only" in remedy


def test_what_was_requested_is_not_taken_for_what_was_granted(
    instrumented: Recording, build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail
) -> None:
    credentials = Credentials("token", scopes=[f"{AUTH}gmail.send"])

    _refused(build, google_auth_httplib2.AuthorizedHttp(credentials, http), gmail)

    attributes = attributes_of(instrumented.only_span)
    assert attributes["googleapiclient.error.scopes.requested"] == (f"{AUTH}gmail.send",)
    assert "googleapiclient.error.scopes.granted" not in attributes
    assert "this token has" not in str(attributes["googleapiclient.error.remedy"])


def test_without_credentials_only_what_is_required_is_said(
    instrumented: Recording, build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail
) -> None:
    _refused(build, http, gmail)

    names = [name for name in attributes_of(instrumented.only_span) if ".scopes." in name]
    assert names == ["googleapiclient.error.scopes.required_any_of"]


def test_other_failures_say_nothing_of_scopes(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, documented("domainPolicy"))
    with pytest.raises(HttpError):
        messages().list(userId="me").execute()

    assert not [name for name in attributes_of(instrumented.only_span) if ".scopes." in name]


# user.hash


def _hash(owner: str) -> str:
    return hmac.new(b"my key", owner.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("alice@example.com", "alice@example.com"),
        ("Alice@Example.com", "alice@example.com"),
        ("alice+x@example.com", "alice+x@example.com"),
    ],
)
def test_a_mailbox_is_told_by_its_hash(
    user: str,
    expected: str,
    instrument: Callable[..., None],
    recording: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    instrument(user_hash_key="my key")
    gmail.script(LIST, documented("notFound"))
    with pytest.raises(HttpError):
        messages().list(userId=user).execute()

    assert attributes_of(recording.only_span)["user.hash"] == _hash(expected)


def test_the_owner_of_me_is_who_the_credentials_are(
    instrument: Callable[..., None],
    recording: Recording,
    build: Callable[..., Any],
    http: httplib2.Http,
) -> None:
    instrument(user_hash_key="my key")
    for account in ("alice@example.com", ""):
        credentials = Credentials("token", account=account)
        authorized = google_auth_httplib2.AuthorizedHttp(credentials, http)
        build(authorized).users().getProfile(userId="me").execute()

    known, unknown = recording.spans
    assert attributes_of(known)["user.hash"] == _hash("alice@example.com")
    assert "user.hash" not in attributes_of(unknown)


def test_without_a_key_there_is_no_hash(
    instrumented: Recording, messages: Callable[[], Any]
) -> None:
    messages().list(userId="me").execute()

    assert "user.hash" not in attributes_of(instrumented.only_span)


# An application that repeats too early


def test_a_call_that_the_application_repeats_too_early_says_so(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, documented("concurrentRequests", retry_after=30))
    request = messages().list(userId="me")
    with pytest.raises(HttpError):
        request.execute()
    request.execute()

    first, second = map(attributes_of, instrumented.spans)
    assert "googleapiclient.retry.too_early" not in first
    assert second["googleapiclient.retry.too_early"] is True
    assert second["googleapiclient.reexecution.count"] == 1


def test_a_repeat_in_time_is_not_too_early(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, documented("concurrentRequests", retry_after=0), documented("backendError"))
    request = messages().list(userId="me")
    for _ in range(2):
        with pytest.raises(HttpError):
            request.execute()
    request.execute()

    names = {name for span in instrumented.spans for name in attributes_of(span)}
    assert "googleapiclient.retry.too_early" not in names
