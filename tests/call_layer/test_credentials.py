# SPDX-License-Identifier: Apache-2.0
"""Whose credentials a failed call was sent with: by their kind, however they are wrapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import google_auth_httplib2
import httplib2
import pytest
from google.auth import (
    api_key,
    downscoped,
    external_account_authorized_user,
    jwt,
)
from google.auth import credentials as google_credentials
from google.auth.compute_engine import credentials as compute_credentials
from google.oauth2 import credentials as user_credentials
from google.oauth2 import gdch_credentials, service_account
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest, HttpMockSequence, HttpRequest, set_user_agent
from oauth2client import client as old_client
from oauth2client import service_account as old_service_account
from oauth2client.contrib import gce as old_gce
from opentelemetry.instrumentation.googleapiclient._calls.credentials import Identity

from support.recording import Recording, attributes_of
from support.wild_cases import (
    SCOPES,
    Endpoints,
    impersonated,
    robot,
    serving,
    signer,
    user,
    workload,
)

KIND = "googleapiclient.credentials.kind"
FORBIDDEN = (403, {"content-type": "application/json"}, b'{"error": {"code": 403}}')
USER = "nora.hale@harborfield.example"


@pytest.fixture(scope="module")
def endpoints() -> Iterator[Endpoints]:
    with serving() as one:
        one.responses = {"/": FORBIDDEN}
        yield one


def _renewed(credentials: Any) -> Any:
    """As if their token had been obtained already."""
    credentials.token = "ya29.obtained"
    credentials.expiry = datetime(2100, 1, 1)  # noqa: DTZ001 - google-auth's times have no zone
    return credentials


def _old_robot(**claims: Any) -> Any:
    made = old_service_account.ServiceAccountCredentials(
        "robot@x.iam.gserviceaccount.com", signer(), scopes="s", **claims
    )
    made.access_token = "ya29.old"
    return made


class _OfAnApplication(google_credentials.Credentials):
    def refresh(self, request: Any) -> None:
        self.token = "x"


def _source(at: Endpoints) -> Any:
    return downscoped.Credentials(robot(at), downscoped.CredentialAccessBoundary(rules=[]))


GOOGLE: list[tuple[str, Callable[[Endpoints], Any], str | None]] = [
    ("user", user, "user"),
    ("user, token only", lambda _: user_credentials.Credentials("t"), "user_without_refresh_token"),
    ("workforce user", lambda at: _renewed(external_account_authorized_user.Credentials(
        refresh_token="r", token_url=at.url, client_id="c", client_secret="s")), "user"),
    ("service account", robot, "service_account"),
    ("with_subject", lambda at: robot(at).with_subject(USER), "service_account_with_subject"),
    ("claim sub", lambda at: robot(at).with_claims({"sub": USER}), "service_account_with_subject"),
    ("always_use_jwt_access", lambda at: robot(at, always_use_jwt_access=True), "self_signed_jwt"),
    ("always_use_jwt_access and subject",
     lambda at: robot(at, always_use_jwt_access=True, subject=USER),
     "service_account_with_subject"),
    ("id token", lambda at: _renewed(service_account.IDTokenCredentials(
        signer(), "r@x", at.url, "audience")), "service_account"),
    ("distributed cloud", lambda at: _renewed(gdch_credentials.ServiceAccountCredentials(
        signer(), "n", "p", at.url, None, None)), "service_account"),
    ("jwt", lambda _: jwt.Credentials(signer(), "r@x", "r@x", "audience"), "self_signed_jwt"),
    ("jwt on demand", lambda _: jwt.OnDemandCredentials(signer(), "r@x", "r@x"), "self_signed_jwt"),
    ("impersonated", impersonated, "impersonated"),
    ("impersonated with subject", lambda at: _renewed(impersonated(at, subject=USER)),
     "impersonated"),
    ("workload", workload, "workload_identity"),
    ("compute", lambda _: compute_credentials.Credentials(universe_domain="googleapis.com"),
     "compute"),
    ("downscoped", lambda at: _renewed(_source(at)), "service_account"),
    ("api key", lambda _: api_key.Credentials("AIzaSyD3m0k3y7QxZ2vB9nL5tR8wE1uI4oP6aS0"),
     "api_key"),
    ("anonymous", lambda _: google_credentials.AnonymousCredentials(), "none"),
    ("an application's own", lambda _: _renewed(_OfAnApplication()), None),
]  # fmt: skip

OLD: list[tuple[str, Callable[[], Any], str | None]] = [
    ("user", lambda: old_client.OAuth2Credentials("t", "c", "s", "r", None, "http://x/", "a"),
     "user"),
    ("token only", lambda: old_client.AccessTokenCredentials("t", "agent"),
     "user_without_refresh_token"),
    ("service account", _old_robot, "service_account"),
    ("claim sub", lambda: _old_robot(sub=USER), "service_account_with_subject"),
    ("an application's own assertion", lambda: old_client.AssertionCredentials("grant"), None),
]  # fmt: skip


def _kind(http: Any, at: Endpoints, recording: Recording, **request: Any) -> object:
    made = HttpRequest(
        http,
        lambda *_: None,
        request.pop("uri", f"{at.url}gmail/v1/users/me/profile"),
        methodId="gmail.users.getProfile",
        **request,
    )
    with pytest.raises(HttpError):
        made.execute()
    return attributes_of(recording.only_span).get(KIND)


@pytest.mark.parametrize(
    ("make", "kind"), [row[1:] for row in GOOGLE], ids=[row[0] for row in GOOGLE]
)
def test_the_kind_of_google_auths_credentials(
    make: Callable[[Endpoints], Any],
    kind: str | None,
    endpoints: Endpoints,
    instrumented: Recording,
    http: httplib2.Http,
) -> None:
    authorized = google_auth_httplib2.AuthorizedHttp(make(endpoints), http)

    assert _kind(authorized, endpoints, instrumented) == kind


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(("make", "kind"), [row[1:] for row in OLD], ids=[row[0] for row in OLD])
def test_the_kind_of_oauth2clients_credentials(
    make: Callable[[], Any],
    kind: str | None,
    endpoints: Endpoints,
    instrumented: Recording,
    http: httplib2.Http,
) -> None:
    credentials = make()
    credentials.access_token = "ya29.old"
    authorized = credentials.authorize(http)

    assert _kind(authorized, endpoints, instrumented) == kind


def test_oauth2client_on_a_machine_of_google() -> None:
    class Http:
        credentials = old_gce.AppAssertionCredentials()

    assert Identity(Http()).kind == "compute"


# Around the http object


class _Subclass(google_auth_httplib2.AuthorizedHttp):
    pass


class _Logging:
    """Passes on to the http object that it was given."""

    def __init__(self, wrapped: Any) -> None:
        self._whatever_it_is_called = wrapped

    def request(self, *args: Any, **kwargs: Any) -> Any:
        return self._whatever_it_is_called.request(*args, **kwargs)


class _Passing(_Logging):
    def __getattr__(self, name: str) -> Any:
        return getattr(self._whatever_it_is_called, name)


class _Refusing(_Logging):
    @property
    def credentials(self) -> Any:
        raise RuntimeError("not now")


def _closed_over(wrapped: Any) -> Any:
    class Http:
        pass

    def request(*args: Any, **kwargs: Any) -> Any:
        return wrapped.request(*args, **kwargs)

    made: Any = Http()
    made.request = request
    return made


def _partial(wrapped: Any) -> Any:
    class Http:
        pass

    made: Any = Http()
    made.request = partial(wrapped.request)
    return made


def _agent(wrapped: Any) -> Any:
    return set_user_agent(wrapped, "agent")


@pytest.mark.parametrize(
    "wrap",
    [_Logging, _Passing, _Refusing, _closed_over, _partial, _agent,
     lambda one: _Logging(_Logging(one)), lambda one: _closed_over(_partial(one))],
    ids=["attribute", "passing", "raising", "closure", "partial", "user agent", "twice", "mixed"],
)  # fmt: skip
@pytest.mark.parametrize("made", ["google-auth", "subclass", "oauth2client"])
def test_credentials_are_found_through_what_an_application_puts_around_them(
    wrap: Callable[[Any], Any],
    made: str,
    endpoints: Endpoints,
    instrumented: Recording,
    http: httplib2.Http,
) -> None:
    if made == "oauth2client":
        authorized = _old_robot().authorize(http)
    else:
        kind = _Subclass if made == "subclass" else google_auth_httplib2.AuthorizedHttp
        authorized = kind(robot(endpoints), http)

    assert _kind(wrap(authorized), endpoints, instrumented) == "service_account"


def test_of_several_credentials_that_differ_none_is_chosen(
    endpoints: Endpoints, instrumented: Recording, http: httplib2.Http
) -> None:
    wrapped = _Logging(google_auth_httplib2.AuthorizedHttp(robot(endpoints), http))
    wrapped.other = google_auth_httplib2.AuthorizedHttp(user(endpoints), http)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

    assert _kind(wrapped, endpoints, instrumented) is None


def test_a_transport_of_its_own_is_unknown(endpoints: Endpoints, instrumented: Recording) -> None:
    class Transport:
        def request(self, *_: Any, **__: Any) -> Any:
            return httplib2.Response({"status": "403"}), b""

    uri = f"{endpoints.url}gmail/v1/users/me/profile?key=AIza"
    assert _kind(Transport(), endpoints, instrumented, uri=uri) is None


def test_the_http_object_that_execute_is_given_counts(
    endpoints: Endpoints, instrumented: Recording, http: httplib2.Http
) -> None:
    request = HttpRequest(
        None, lambda *_: None, f"{endpoints.url}gmail/v1/users/me/profile", methodId="gmail.x.y"
    )
    with pytest.raises(HttpError):
        request.execute(http=google_auth_httplib2.AuthorizedHttp(user(endpoints), http))

    assert attributes_of(instrumented.only_span)[KIND] == "user"


# Without credentials


@pytest.mark.parametrize(
    ("uri", "headers", "kind"),
    [
        ("", {}, "none"),
        ("?key=AIza", {}, "api_key"),
        ("?alt=json&key=AIza", {}, "api_key"),
        ("", {"X-Goog-Api-Key": "AIza"}, "api_key"),
        ("", {"authorization": "Bearer ya29.x"}, None),
        ("?key=AIza", {"Authorization": "Bearer ya29.x"}, None),
        ("?access_token=ya29.x", {}, None),
        ("?keys=1", {}, "none"),
    ],
)
@pytest.mark.parametrize("agent", [False, True])
def test_a_request_without_credentials(
    agent: bool,
    uri: str,
    headers: dict[str, str],
    kind: str | None,
    endpoints: Endpoints,
    instrumented: Recording,
    http: httplib2.Http,
) -> None:
    sends = set_user_agent(http, "agent") if agent else http
    uri = f"{endpoints.url}gmail/v1/users/me/profile{uri}"

    assert _kind(sends, endpoints, instrumented, uri=uri, headers=headers) == kind


def test_passwords_of_httplib2_are_no_credentials(
    endpoints: Endpoints, instrumented: Recording, http: httplib2.Http
) -> None:
    http.add_credentials("alice", "secret")

    assert _kind(http, endpoints, instrumented) == "none"


def test_a_mocked_transport_sends_none(endpoints: Endpoints, instrumented: Recording) -> None:
    assert _kind(HttpMockSequence([({"status": "403"}, b"{}")]), endpoints, instrumented) == "none"


def test_a_call_that_succeeds_says_nothing_of_credentials(
    endpoints: Endpoints, instrumented: Recording, http: httplib2.Http
) -> None:
    HttpRequest(
        google_auth_httplib2.AuthorizedHttp(user(endpoints), http),
        lambda *_: None,
        f"{endpoints.url}token",
        methodId="gmail.x.y",
    ).execute()

    assert KIND not in attributes_of(instrumented.only_span)


# Batches


class _Batch:
    """A server for batches: each part is forbidden."""

    def __init__(self, credentials: Any = None) -> None:
        self.credentials = credentials

    def request(self, uri: str, *, body: str, **_: Any) -> Any:
        ids = [
            line.split("<", 1)[1].rstrip(">") for line in body.splitlines() if "Content-ID" in line
        ]
        parts = "".join(
            f"--b\r\nContent-Type: application/http\r\nContent-ID: <response-{one}>\r\n\r\n"
            "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n\r\n{}\r\n"
            for one in ids
        )
        headers = {"status": "200", "content-type": "multipart/mixed; boundary=b"}
        return httplib2.Response(headers), f"{parts}--b--".encode()


def test_parts_of_a_batch_say_their_own_and_else_the_batchs(
    endpoints: Endpoints, instrumented: Recording
) -> None:
    of_batch = _Batch(_renewed(robot(endpoints)))
    of_part = _Batch(_renewed(user(endpoints)))
    batch = BatchHttpRequest(batch_uri=f"{endpoints.url}batch")
    for http in (None, of_part):
        batch.add(
            HttpRequest(
                http, lambda *_: None, f"{endpoints.url}x", methodId="gmail.users.getProfile"
            )
        )
    batch.execute(http=of_batch)

    kinds = [attributes_of(span).get(KIND) for span in instrumented.spans]
    assert kinds == ["service_account", "user", None]


def test_without_http_of_its_own_a_batch_is_sent_as_its_first_part(
    endpoints: Endpoints, instrumented: Recording
) -> None:
    batch = BatchHttpRequest(batch_uri=f"{endpoints.url}batch")
    for http in (_Batch(_renewed(user(endpoints))), None):
        batch.add(
            HttpRequest(
                http, lambda *_: None, f"{endpoints.url}x", methodId="gmail.users.getProfile"
            )
        )
    batch.execute()

    kinds = [attributes_of(span).get(KIND) for span in instrumented.spans]
    assert kinds == ["user", "user", None]


# What else is evidence


def test_what_is_known_of_an_identity(endpoints: Endpoints, http: httplib2.Http) -> None:
    def identity(credentials: Any) -> Identity:
        return Identity(google_auth_httplib2.AuthorizedHttp(credentials, http))

    assert identity(impersonated(endpoints)).source_kind == "service_account"
    assert identity(impersonated(endpoints, user(endpoints))).source_kind == "user"
    assert identity(impersonated(endpoints)).acts_as_itself
    assert not identity(impersonated(endpoints, subject=USER)).acts_as_itself
    assert not identity(user(endpoints)).acts_as_itself
    assert not identity(robot(endpoints, subject=USER)).acts_as_itself
    assert identity(jwt.Credentials(signer(), "r@x", "r@x", "a")).acts_as_itself
    assert identity(user(endpoints).with_quota_project("p")).has_quota_project
    assert not identity(user(endpoints)).has_quota_project
    assert identity(impersonated(endpoints)).scopes.requested == SCOPES
    assert identity(robot(endpoints, scopes=None)).scopes.requested == ()
    assert identity(user(endpoints, scopes=None)).scopes.requested is None
    assert identity(robot(endpoints, scopes=None, default_scopes=["d"])).scopes.requested == ("d",)
    assert USER in identity(robot(endpoints, subject=USER)).names
    assert "1//0wild-refresh-token" in identity(impersonated(endpoints, user(endpoints))).secrets
    assert identity(compute_credentials.Credentials(universe_domain="x")).names == ()


@pytest.mark.parametrize("http", [None, 7, "text", object(), type, {}, lambda: None])
def test_anything_may_stand_for_an_http_object(http: Any) -> None:
    identity = Identity(http, http, None)

    assert identity.kind is None
    assert identity.source_kind is None
    assert identity.secrets == identity.names == ()
    assert not identity.acts_as_itself


def test_the_search_for_credentials_is_bounded() -> None:
    class Node:
        pass

    root: Any = Node()
    node: Any = root
    for _ in range(100):
        inner: Any = Node()
        node.next, node.back, node.many = inner, root, [Node() for _ in range(10)]
        for index in range(100):
            setattr(node, f"n{index}", Node())
        node = inner

    assert Identity(root).kind is None
