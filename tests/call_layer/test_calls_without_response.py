# SPDX-License-Identifier: Apache-2.0
"""Calls that end without a readable response: transport, credentials, the library itself."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any

import gevent
import gevent.exceptions
import google_auth_httplib2
import greenlet
import httplib2
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from google.auth.crypt._cryptography_rsa import RSASigner
from google.auth.exceptions import RefreshError, TransportError
from google.oauth2 import service_account
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest
from oauth2client.client import HttpAccessTokenRefreshError, OAuth2Credentials
from opentelemetry.trace import StatusCode

from local_gmail import Fault, LocalGmail, Response, documented, redirect_to_itself
from support import deadlines
from support.contract import CANCELLED_CALL, SUCCESSFUL_CALL, UNANSWERED_CALL
from support.deadlines import HANDLERS, handled_by, strike
from support.recording import Recording, attributes_of

LIST = "gmail.users.messages.list"


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def _profile(http: Any, url: str) -> Any:
    return HttpRequest(http, lambda *_: None, url, methodId="gmail.users.getProfile")


@pytest.mark.parametrize(
    ("fault", "exception", "error_type", "cause"),
    [
        (Fault.RESET, ConnectionResetError, "ConnectionResetError", "connection_failed"),
        (Fault.hang(1.0), TimeoutError, "TimeoutError", "timeout"),
        (Fault.TRUNCATE, Exception, "http.client.IncompleteRead", "response_unreadable"),
        (Fault.BAD_GZIP, httplib2.FailedToDecompressContent,
         "httplib2.error.FailedToDecompressContent", "response_unreadable"),
        (Fault.NOT_HTTP, Exception, "http.client.BadStatusLine", "connection_failed"),
    ],
    ids=lambda value: getattr(getattr(value, "kind", None), "name", None),
)  # fmt: skip
def test_a_transport_that_fails(
    fault: Fault,
    exception: type[Exception],
    error_type: str,
    cause: str,
    instrumented: Recording,
    build: Callable[..., Any],
    gmail: LocalGmail,
) -> None:
    gmail.script(LIST, fault, times=3)
    http = httplib2.Http(timeout=0.3 if exception is TimeoutError else 10)

    with pytest.raises(exception):
        build(http).users().messages().list(userId="me").execute()

    http.close()
    span = instrumented.only_span
    UNANSWERED_CALL.check(span)
    assert attributes_of(span)["error.type"] == error_type
    assert attributes_of(span)["googleapiclient.error.cause"] == cause


@pytest.mark.parametrize("retries", [0, 2])
@pytest.mark.parametrize(
    ("script", "exception", "status"),
    [
        pytest.param(Response(302), "RedirectMissingLocation", 302, id="302 without Location"),
        pytest.param(Response(301), "RedirectMissingLocation", 301, id="301 without Location"),
        pytest.param(Response(308), "RedirectMissingLocation", 308, id="308 without Location"),
        pytest.param(redirect_to_itself, "RedirectLimit", 302, id="a circle"),
    ],
)
def test_a_redirect_that_leads_nowhere(
    script: Any,
    exception: str,
    status: int,
    retries: int,
    instrumented: Recording,
    build: Callable[..., Any],
    http: httplib2.Http,
    gmail: LocalGmail,
) -> None:
    if script.__class__ is Response and script.status not in http.redirect_codes:
        pytest.skip("no redirect to this release")
    gmail.script(LIST, script, times=None)

    with pytest.raises(getattr(httplib2, exception)):
        build(http).users().messages().list(userId="me").execute(num_retries=retries)

    span = instrumented.only_span
    attributes = attributes_of(span)
    assert span.status.status_code is StatusCode.ERROR
    assert attributes["http.response.status_code"] == status
    assert attributes["error.type"] == str(status)
    assert attributes["googleapiclient.error.cause"] == "client_error"
    assert "redirects lead nowhere" in str(attributes["googleapiclient.error.remedy"])


def test_a_refused_connection(instrumented: Recording, http: httplib2.Http, free_port: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        _profile(http, f"http://127.0.0.1:{free_port}/").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["error.type"] == "ConnectionRefusedError"
    assert attributes["googleapiclient.error.cause"] == "connection_failed"


def test_a_name_that_does_not_resolve(instrumented: Recording, http: httplib2.Http) -> None:
    with pytest.raises(httplib2.ServerNotFoundError):
        _profile(http, "http://gmail.invalid/").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["error.type"] == "httplib2.error.ServerNotFoundError"
    assert attributes["googleapiclient.error.cause"] == "connection_failed"
    assert attributes["server.address"] == "gmail.invalid"
    assert attributes["server.port"] == 80


def test_a_certificate_that_nobody_trusts(instrumented: Recording, http: httplib2.Http) -> None:
    with LocalGmail(tls=True) as gmail, pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        _profile(http, gmail.url).execute()

    span = instrumented.only_span
    assert attributes_of(span)["error.type"] == "ssl.SSLCertVerificationError"
    assert attributes_of(span)["googleapiclient.error.cause"] == "tls_failed"


# Credentials


@pytest.fixture
def credentials(gmail: LocalGmail) -> Credentials:
    """A user's credentials whose access token has to be fetched first."""
    return Credentials(
        token=None,
        refresh_token="1//refresh-token-of-the-user",
        token_uri=gmail.token_uri,
        client_id="client",
        client_secret="GOCSPX-secret",
    )


@pytest.fixture
def authorized(
    credentials: Credentials, http: httplib2.Http
) -> google_auth_httplib2.AuthorizedHttp:
    return google_auth_httplib2.AuthorizedHttp(credentials, http)


@pytest.mark.parametrize(
    ("response", "code", "cause"),
    [
        (documented("invalidGrant"), "invalid_grant", "token_revoked"),
        (documented("invalidRapt"), "invalid_grant", "reauthentication_required"),
        (documented("unauthorizedClient"), "unauthorized_client", "oauth_client_invalid"),
        (documented("invalidClient"), "invalid_client", "oauth_client_invalid"),
        (documented("adminPolicyEnforced"), "admin_policy_enforced", "domain_policy"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_token_refresh_that_is_refused(
    response: Response,
    code: str,
    cause: str,
    instrumented: Recording,
    build: Callable[..., Any],
    authorized: google_auth_httplib2.AuthorizedHttp,
    gmail: LocalGmail,
) -> None:
    gmail.script("token", response)

    with pytest.raises(RefreshError):
        build(authorized).users().messages().list(userId="me").execute()

    span = instrumented.only_span
    UNANSWERED_CALL.check(span)
    attributes = attributes_of(span)
    assert attributes["error.type"] == code
    assert attributes["googleapiclient.error.reason"] == code
    assert attributes["googleapiclient.error.cause"] == cause
    assert span.status.description


def test_a_page_instead_of_a_token(
    instrumented: Recording,
    build: Callable[..., Any],
    authorized: google_auth_httplib2.AuthorizedHttp,
    gmail: LocalGmail,
) -> None:
    gmail.script("token", documented("badGateway"))

    with pytest.raises(RefreshError):
        build(authorized).users().messages().list(userId="me").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["error.type"] == "google.auth.exceptions.RefreshError"
    assert attributes["googleapiclient.error.cause"] == "backend_unavailable"


def test_credentials_that_cannot_be_refreshed(
    instrumented: Recording, build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail
) -> None:
    gmail.script(LIST, documented("authError"))
    authorized = google_auth_httplib2.AuthorizedHttp(Credentials("token"), http)

    with pytest.raises(RefreshError):
        build(authorized).users().messages().list(userId="me").execute()

    assert attributes_of(instrumented.only_span)["googleapiclient.error.cause"] == "token_expired"


def test_a_token_endpoint_that_does_not_response(
    instrumented: Recording,
    build: Callable[..., Any],
    authorized: google_auth_httplib2.AuthorizedHttp,
    gmail: LocalGmail,
) -> None:
    gmail.script("token", Fault.NOT_HTTP, times=None)

    with pytest.raises(TransportError):
        build(authorized).users().messages().list(userId="me").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["error.type"] == "google.auth.exceptions.TransportError"
    assert attributes["googleapiclient.error.cause"] == "connection_failed"


def test_a_401_that_a_refresh_cures_is_a_call_that_succeeded(
    instrumented: Recording,
    build: Callable[..., Any],
    authorized: google_auth_httplib2.AuthorizedHttp,
    gmail: LocalGmail,
) -> None:
    gmail.script(LIST, documented("authError"))

    build(authorized).users().messages().list(userId="me").execute()

    SUCCESSFUL_CALL.check(instrumented.only_span)


def test_oauth2client_is_understood_too(
    instrumented: Recording, build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail
) -> None:
    gmail.script("token", documented("invalidGrant"))
    old = OAuth2Credentials(None, "client", "secret", "refresh", None, gmail.token_uri, "agent")

    with pytest.raises(HttpAccessTokenRefreshError):
        build(old.authorize(http)).users().messages().list(userId="me").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["error.type"] == "invalid_grant"
    assert attributes["googleapiclient.error.cause"] == "token_revoked"


@pytest.mark.parametrize(
    ("subject", "cause"),
    [(None, "service_account_without_subject"), ("alice@example.com", "precondition_failed")],
)
def test_a_service_account_without_subject_is_told_from_one_with(
    subject: str | None,
    cause: str,
    instrumented: Recording,
    build: Callable[..., Any],
    http: httplib2.Http,
    gmail: LocalGmail,
    signer: Any,
) -> None:
    gmail.script(LIST, documented("failedPrecondition"))
    acting = service_account.Credentials(
        signer, "robot@project.iam.gserviceaccount.com", gmail.token_uri, scopes=["s"]
    )
    acting = acting.with_subject(subject) if subject else acting
    authorized = google_auth_httplib2.AuthorizedHttp(acting, http)

    with pytest.raises(HttpError):
        build(authorized).users().messages().list(userId="me").execute()

    assert attributes_of(instrumented.only_span)["googleapiclient.error.cause"] == cause


@pytest.fixture(scope="session")
def signer() -> Any:
    return RSASigner(generate_private_key(public_exponent=65537, key_size=2048))


# The library and the application


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        (b'[{"error":{"errors":[{"reason":"forbidden"}]}}]', TypeError),
        (b"[]", IndexError),
        (b'{"error":null}', TypeError),
        (b"5", TypeError),
    ],
)
def test_odd_403_bodies_that_break_the_library_keep_their_status(
    body: bytes,
    exception: type[Exception],
    instrumented: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    gmail.script(LIST, Response(403, body))

    with pytest.raises(exception):
        messages().list(userId="me").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["http.response.status_code"] == 403
    assert attributes["error.type"] in ("forbidden", "403")
    assert attributes["googleapiclient.error.cause"] == "forbidden"


def test_a_response_that_the_post_processor_cannot_decode(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script(LIST, Response(200, b"\xff\xfe\xff"))

    with pytest.raises(UnicodeDecodeError):
        messages().list(userId="me").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["http.response.status_code"] == 200
    assert attributes["error.type"] == "UnicodeDecodeError"
    assert attributes["googleapiclient.error.cause"] == "response_unreadable"


def test_an_exception_of_the_applications_own_is_named_and_nothing_more(
    instrumented: Recording, messages: Callable[[], Any]
) -> None:
    class NoSuchCustomer(Exception):
        pass

    request = messages().list(userId="me")

    def refuse(_: object) -> None:
        raise NoSuchCustomer("customer of alice@example.com")

    request.add_response_callback(refuse)
    with pytest.raises(NoSuchCustomer):
        request.execute()

    span = instrumented.only_span
    attributes = attributes_of(span)
    assert str(attributes["error.type"]).endswith("NoSuchCustomer")
    assert attributes["googleapiclient.error.cause"] == "unknown"
    assert span.status.description == "customer of [redacted]"


def test_a_request_without_http_fails_as_ever(instrumented: Recording, gmail: LocalGmail) -> None:
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'request'"):
        _profile(None, gmail.url).execute()

    assert attributes_of(instrumented.only_span)["error.type"] == "AttributeError"


@pytest.mark.parametrize(
    "end",
    [
        KeyboardInterrupt,
        SystemExit,
        GeneratorExit,
        asyncio.CancelledError,
        CancelledError,
        greenlet.GreenletExit,
        type("Cancelled", (BaseException,), {"__module__": "trio"}),
    ],
)
def test_a_call_that_is_cancelled_is_no_failure(
    end: type[BaseException], instrumented: Recording, build: Callable[..., Any]
) -> None:
    class Cancelled:
        def request(self, *_: Any, **__: Any) -> Any:
            raise end

    with pytest.raises(end):
        build(Cancelled()).users().messages().list(userId="me").execute()

    CANCELLED_CALL.check(instrumented.only_span)


class JobTimeout(BaseException):
    """As applications define one that no ``except Exception`` is to catch."""


@pytest.mark.parametrize(
    ("end", "error_type"),
    [
        (gevent.Timeout(10), "gevent.timeout.Timeout"),
        (type("Timeout", (BaseException,), {"__module__": "eventlet.timeout"})(),
         "eventlet.timeout.Timeout"),
        (JobTimeout(), f"{__name__}.JobTimeout"),
    ],
    ids=str,
)  # fmt: skip
def test_a_call_that_something_else_has_ended_is_a_failure(
    end: BaseException, error_type: str, instrumented: Recording, build: Callable[..., Any]
) -> None:
    class Stopped:
        def request(self, *_: Any, **__: Any) -> Any:
            raise end

    with pytest.raises(type(end)):
        build(Stopped()).users().messages().list(userId="me").execute()

    UNANSWERED_CALL.check(instrumented.only_span)
    assert attributes_of(instrumented.only_span)["error.type"] == error_type


@pytest.mark.parametrize(
    "error",
    [
        gevent.exceptions.ConcurrentObjectUseError("This socket is already used by another ..."),
        RuntimeError("Second simultaneous read on fileno 7 detected.  Unless you really know"),
    ],
    ids=["gevent", "eventlet"],
)
def test_a_connection_that_two_greenlets_share(
    error: Exception, instrumented: Recording, build: Callable[..., Any]
) -> None:
    class Shared:
        def request(self, *_: Any, **__: Any) -> Any:
            raise error

    with pytest.raises(type(error)):
        build(Shared()).users().messages().list(userId="me").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["googleapiclient.error.cause"] == "connection_failed"
    assert "one httplib2.Http per thread" in str(attributes["googleapiclient.error.remedy"])


def test_a_deadline_that_strikes_in_a_wait_is_what_has_ended_the_call(
    instrumented: Recording, build: Callable[..., Any], http: httplib2.Http, gmail: LocalGmail
) -> None:
    gmail.script(LIST, documented("backendError"))
    request = build(http).users().messages().list(userId="me")
    request._sleep = lambda _: strike()
    with handled_by(HANDLERS["function"]), pytest.raises(deadlines.JobTimeout):
        request.execute(num_retries=3)

    attributes = attributes_of(instrumented.only_span)
    assert attributes["error.type"] == "support.deadlines.JobTimeout"
    assert attributes["http.response.status_code"] == 500


def test_a_transport_that_is_not_httplib2_is_seen_as_well(
    instrumented: Recording, gmail: LocalGmail
) -> None:
    class Canned:
        def request(self, *_: Any, **__: Any) -> tuple[Any, bytes]:
            return httplib2.Response({"status": "404"}), b""

    service = build_from_document(gmail.discovery_document(), http=Canned())
    with pytest.raises(HttpError):
        service.users().messages().list(userId="me").execute()

    assert attributes_of(instrumented.only_span)["http.response.status_code"] == 404
