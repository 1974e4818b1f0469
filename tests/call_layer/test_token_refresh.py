# SPDX-License-Identifier: Apache-2.0
"""Tokens that could not be renewed: every way in which the libraries say so, run for real."""

from __future__ import annotations

import gc
import json
import pickle
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import google_auth_httplib2
import httplib2
import pytest
from google.auth import credentials as google_credentials
from google.auth import external_account_authorized_user, identity_pool, jwt
from google.auth.compute_engine import _metadata as metadata_server
from google.auth.compute_engine import credentials as compute_credentials
from google.auth.exceptions import OAuthError, RefreshError, TransportError
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account
from googleapiclient.http import BatchHttpRequest, HttpRequest
from oauth2client import client as old_client
from opentelemetry.instrumentation.googleapiclient._calls.token_refresh import token_refresh_of
from opentelemetry.instrumentation.httplib2._support.exceptions import text_of

from support.recording import Recording, attributes_of
from support.wild_cases import Endpoints, impersonated, robot, serving, signer, user, workload

JSON = {"content-type": "application/json"}
PAGE = (
    "<!DOCTYPE html>\n<html lang=en>\n<title>Error {0} (X)!!1</title>\n<style>p{{}}</style>"
    "<p><b>{0}.</b> <ins>That\u2019s an error.</ins>"
)
SECRET = "ya29.c.secret-of-the-response"
IAM_DENIED = {
    "error": {
        "code": 403,
        "message": "Permission 'iam.serviceAccounts.getAccessToken' denied on resource.",
        "status": "PERMISSION_DENIED",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "IAM_PERMISSION_DENIED",
                "domain": "iam.googleapis.com",
            }
        ],
    }
}


@pytest.fixture(scope="module")
def endpoints() -> Iterator[Endpoints]:
    with serving() as one:
        yield one


class Said(NamedTuple):
    error: BaseException
    attributes: Mapping[str, object]
    description: str


@pytest.fixture
def call(
    endpoints: Endpoints, instrumented: Recording, http: httplib2.Http
) -> Callable[[Any], Said]:
    """Call an API with these credentials, and see how that fails."""

    def call_with(credentials: Any) -> Said:
        url = f"{endpoints.url}gmail/v1/users/me/profile"
        authorized = google_auth_httplib2.AuthorizedHttp(credentials, http)
        request = HttpRequest(authorized, lambda *_: None, url, methodId="gmail.users.getProfile")
        with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is a part of the case
            request.execute()
        span = instrumented.only_span
        return Said(raised.value, attributes_of(span), span.status.description or "")

    return call_with


def _gce(_: Endpoints) -> Any:
    return compute_credentials.Credentials(universe_domain="googleapis.com")


def _expired(at: Endpoints) -> Any:
    return user(at, token=None)


def _workforce(at: Endpoints) -> Any:
    return external_account_authorized_user.Credentials(
        refresh_token="r", token_url=f"{at.url}sts/v1/oauthtoken", client_id="c", client_secret="s"
    )


def _federated_and_impersonating(at: Endpoints) -> Any:
    return workload(at, service_account_impersonation_url=f"{at.url}iam/x@y.z:generateAccessToken")


def _id_token(at: Endpoints) -> Any:
    return service_account.IDTokenCredentials(signer(), "r@x", f"{at.url}token", "audience")


def _reauthenticating(at: Endpoints) -> Any:
    return user(at, token=None, enable_reauth_refresh=True)


def _body(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


# credentials, where, status, body -> endpoint, status, error.type, reason, description
CASES: list[tuple[str, Callable[[Endpoints], Any], str, int, object, tuple[Any, ...]]] = [
    # The token endpoint: google.oauth2._client and google.oauth2.reauth.
    ("user, OAuth error", _expired, "/token", 400,
     {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
     ("token", None, "invalid_grant", "invalid_grant", "Token has been expired or revoked.")),
    ("user, no description", _expired, "/token", 401, {"error": "unauthorized_client"},
     ("token", None, "unauthorized_client", "unauthorized_client", "unauthorized_client")),
    ("user, reauthentication", _expired, "/token", 400,
     {"error": "invalid_grant", "error_subtype": "invalid_rapt", "error_description": "reauth"},
     ("token", None, "invalid_grant", "invalid_grant", "Reauthentication is needed")),
    ("gcloud, reauthentication", _reauthenticating, "/token", 400,
     {"error": "invalid_grant", "error_subtype": "rapt_required", "error_description": "reauth"},
     ("token", None, "invalid_grant", "invalid_grant", "reauth")),
    ("user, google.rpc error", _expired, "/token", 403,
     {"error": {"code": 403, "message": "Denied.", "status": "PERMISSION_DENIED"}},
     ("token", 403, "PERMISSION_DENIED", None, "Denied.")),
    ("user, page", _expired, "/token", 403, PAGE.format(403),
     ("token", 403, "google.auth.exceptions.RefreshError", None, "403 Forbidden")),
    ("user, page of a proxy", _expired, "/token", 502,
     "<html><head><title>502 Bad Gateway</title></head></html>",
     ("token", 502, "google.auth.exceptions.RefreshError", None, "502 Bad Gateway")),
    ("user, page without a status", _expired, "/token", 403,
     "<html><title>Sorry...</title><body>Your computer may be sending automated queries.</body>",
     ("token", None, "google.auth.exceptions.RefreshError", None,
      "an HTML page instead of a token")),
    ("user, text", _expired, "/token", 404, "Not Found",
     ("token", None, "google.auth.exceptions.RefreshError", None, "Not Found")),
    ("user, nothing", _expired, "/token", 500, "",
     ("token", None, "google.auth.exceptions.RefreshError", None, "")),
    ("user, no access token", _expired, "/token", 200, {"id_token": SECRET},
     ("token", None, "google.auth.exceptions.RefreshError", None, "No access token in response.")),
    ("service account, OAuth error", robot, "/token", 400,
     {"error": "invalid_grant", "error_description": "Invalid JWT Signature."},
     ("token", None, "invalid_grant", "invalid_grant", "Invalid JWT Signature.")),
    ("service account, page", robot, "/token", 503, PAGE.format(503),
     ("token", 503, "google.auth.exceptions.RefreshError", None, "503 Service Unavailable")),
    ("service account, no access token", robot, "/token", 200, {"id_token": SECRET},
     ("token", None, "google.auth.exceptions.RefreshError", None, "No access token in response.")),
    ("id token", _id_token, "/token", 200, {"access_token": SECRET},
     ("token", None, "google.auth.exceptions.RefreshError", None, "No ID token in response.")),
    # IAM Credentials: google.auth.impersonated_credentials.
    ("impersonated, denied", impersonated, "/iam/", 403, IAM_DENIED,
     ("iam", 403, "IAM_PERMISSION_DENIED", None, "denied on resource.")),
    ("impersonated, not found", impersonated, "/iam/", 404,
     {"error": {"code": 404, "message": "Not found; Gaia id not found", "status": "NOT_FOUND"}},
     ("iam", 404, "NOT_FOUND", None, "Not found; Gaia id not found")),
    ("impersonated, page", impersonated, "/iam/", 502, PAGE.format(502),
     ("iam", 502, "google.auth.exceptions.RefreshError", None, "502 Bad Gateway")),
    ("impersonated, nothing", impersonated, "/iam/", 503, "",
     ("iam", 503, "google.auth.exceptions.RefreshError", None,
      "Unable to acquire impersonated credentials")),
    ("impersonated, no access token", impersonated, "/iam/", 200, {"expireTime": SECRET},
     ("iam", None, "google.auth.exceptions.RefreshError", None,
      "No access token or invalid expiration in response.")),
    ("impersonated, source refused", impersonated, "/token", 400,
     {"error": "invalid_grant", "error_description": "Invalid JWT Signature."},
     ("token", None, "invalid_grant", "invalid_grant", "Invalid JWT Signature.")),
    # The Security Token Service: google.oauth2.sts.
    ("workload, OAuth error", workload, "/sts/", 400,
     {"error": "invalid_grant", "error_description": "ID Token issued at 1 is stale to sign-in."},
     ("sts", 400, "invalid_grant", "invalid_grant", "stale to sign-in.")),
    ("workload, target", workload, "/sts/", 400,
     {"error": "invalid_target", "error_description": "The target service is disabled.",
      "error_uri": "https://example.com/x"},
     ("sts", 400, "invalid_target", "invalid_target", "The target service is disabled.")),
    ("workload, google.rpc error", workload, "/sts/", 403,
     {"error": {"code": 403, "message": "Denied.", "status": "PERMISSION_DENIED"}},
     ("sts", 403, "PERMISSION_DENIED", None, "Denied.")),
    ("workload, page", workload, "/sts/", 404, PAGE.format(404),
     ("sts", 404, "google.auth.exceptions.OAuthError", None, "404 Not Found")),
    ("workload that impersonates, denied", _federated_and_impersonating, "/iam/", 403, IAM_DENIED,
     ("iam", 403, "IAM_PERMISSION_DENIED", None, "denied on resource.")),
    ("workload that impersonates, stale", _federated_and_impersonating, "/sts/", 400,
     {"error": "invalid_grant", "error_description": "The ID token is stale."},
     ("sts", 400, "invalid_grant", "invalid_grant", "The ID token is stale.")),
    ("workforce user", _workforce, "/sts/", 400,
     {"error": "invalid_grant", "error_description": "Bad Request"},
     ("sts", 400, "invalid_grant", "invalid_grant", "Bad Request")),
    # The metadata server: google.auth.compute_engine._metadata.
    ("machine, no service account", _gce, "/computeMetadata/", 404, "",
     ("metadata", 404, "google.auth.exceptions.RefreshError", None, "Status: 404")),
    ("machine, forbidden", _gce, "/computeMetadata/", 403, SECRET,
     ("metadata", 403, "google.auth.exceptions.RefreshError", None, "Status: 403")),
    ("machine, fault", _gce, "/computeMetadata/", 500, SECRET,
     ("metadata", 500, "google.auth.exceptions.RefreshError", None, "Response status: 500")),
    ("machine, no JSON", _gce, "/computeMetadata/", 200, SECRET,
     ("metadata", None, "google.auth.exceptions.RefreshError", None, "Received invalid JSON")),
    ("machine, no address", _gce, "/computeMetadata/", 200, {"scopes": [SECRET]},
     ("metadata", None, "google.auth.exceptions.RefreshError", None, "missing")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "where", "status", "body", "expected"),
    [row[1:] for row in CASES],
    ids=[row[0] for row in CASES],
)
def test_what_an_endpoint_says_when_it_refuses(
    make: Callable[[Endpoints], Any],
    where: str,
    status: int,
    body: object,
    expected: tuple[Any, ...],
    endpoints: Endpoints,
    call: Callable[[Any], Said],
) -> None:
    endpoints.responses = {where: (status, JSON, _body(body).encode())}

    said = call(make(endpoints))

    refresh = token_refresh_of(said.error)
    assert refresh is not None
    assert (
        refresh.endpoint,
        said.attributes.get("http.response.status_code"),
        said.attributes["error.type"],
        said.attributes.get("googleapiclient.error.reason"),
    ) == expected[:4]
    assert expected[4] in said.description
    # This server is none of Google's: nobody needs to know its name.
    assert refresh.host is None
    assert SECRET not in f"{said.description}{said.attributes}"
    assert "('" not in said.description


@pytest.mark.parametrize(
    ("make", "where", "status", "body"), [row[1:5] for row in CASES], ids=[row[0] for row in CASES]
)
@pytest.mark.usefixtures("wire")
def test_what_was_seen_on_the_wire_tells_the_status_that_the_exception_lacks(
    make: Callable[[Endpoints], Any],
    where: str,
    status: int,
    body: object,
    endpoints: Endpoints,
    instrumented: Recording,
    http: httplib2.Http,
) -> None:
    endpoints.responses = {where: (status, JSON, _body(body).encode())}
    authorized = google_auth_httplib2.AuthorizedHttp(make(endpoints), http)
    with pytest.raises(Exception):  # noqa: B017, PT011 - another test says which one it is
        HttpRequest(
            authorized, lambda *_: None, f"{endpoints.url}x", methodId="gmail.users.getProfile"
        ).execute()

    said = attributes_of(instrumented.last_span)
    assert said["googleapiclient.operation"] == "execute"
    assert said.get("http.response.status_code") == (status if status >= 400 else None)


@pytest.mark.parametrize("where", ["instance/service-accounts/default/token"])
def test_a_metadata_server_that_gives_no_token(
    where: str, endpoints: Endpoints, call: Callable[[Any], Said]
) -> None:
    endpoints.responses = {f"/computeMetadata/v1/{where}": (200, JSON, b"{}")}

    said = call(_gce(endpoints))

    assert isinstance(said.error, KeyError)
    refresh = token_refresh_of(said.error)
    assert refresh is not None
    assert refresh.endpoint == "metadata"


# What never reaches an endpoint


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda _: user_credentials.Credentials(None), "do not contain the necessary fields"),
        (lambda at: identity_pool.Credentials(
            "//iam.googleapis.com/x", "jwt", f"{at.url}sts/", {"file": "/var/run/nowhere"}),
         "was not found."),
        (lambda at: identity_pool.Credentials(
            "//iam.googleapis.com/x", "jwt", f"{at.url}sts/",
            {"file": at.token_file, "format": {"type": "json", "subject_token_field_name": "t"}}),
         "Unable to parse subject_token from JSON file"),
        (lambda at: identity_pool.Credentials(
            "//iam.googleapis.com/x", "jwt", f"{at.url}sts/", {"url": f"{at.url}missing"}),
         "Unable to retrieve Identity Pool subject token"),
        (lambda _: user_credentials.Credentials(
            None, refresh_handler=lambda *_, **__: (7, None)), "is not a string"),
    ],
    ids=["no refresh token", "no file", "no token in the file", "no token at a URL", "handler"],
)  # fmt: skip
def test_credentials_that_have_nothing_to_renew_with(
    make: Callable[[Endpoints], Any],
    text: str,
    endpoints: Endpoints,
    call: Callable[[Any], Said],
) -> None:
    endpoints.responses = {"/missing": (404, {}, b"nothing here")}

    said = call(make(endpoints))

    refresh = token_refresh_of(said.error)
    assert refresh is not None
    assert (refresh.endpoint, refresh.host) == (None, None)
    assert text in said.description
    assert said.attributes["error.type"] == "google.auth.exceptions.RefreshError"
    assert "http.response.status_code" not in said.attributes


def test_an_empty_file_of_a_workload(
    tmp_path: Path, endpoints: Endpoints, call: Callable[[Any], Said]
) -> None:
    empty = tmp_path / "token"
    empty.touch()

    said = call(
        identity_pool.Credentials(
            "//iam.googleapis.com/x", "jwt", f"{endpoints.url}sts/", {"file": str(empty)}
        )
    )

    assert said.description == "Missing subject_token in the credential_source file"
    assert said.attributes["googleapiclient.credentials.kind"] == "workload_identity"


UNAUTHORIZED = {
    "error": {
        "code": 401,
        "message": "Unauthorized",
        "errors": [{"reason": "youtubeSignupRequired", "domain": "youtube.header"}],
    }
}


@pytest.mark.parametrize(
    "make",
    [
        lambda _: user_credentials.Credentials("token"),
        lambda _: jwt.OnDemandCredentials(signer(), "r@x", "r@x"),
        lambda _: google_credentials.AnonymousCredentials(),
    ],
    ids=["no refresh token", "jwt on demand", "anonymous"],
)
def test_where_nothing_could_be_renewed_the_apis_own_401_is_what_failed(
    make: Callable[[Endpoints], Any], endpoints: Endpoints, call: Callable[[Any], Said]
) -> None:
    endpoints.responses = {"/": (401, JSON, json.dumps(UNAUTHORIZED).encode())}

    said = call(make(endpoints))

    assert said.attributes["http.response.status_code"] == 401
    assert said.attributes["error.type"] == "youtubeSignupRequired"
    assert said.attributes["googleapiclient.error.domain"] == "youtube.header"
    assert said.description == "Unauthorized"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_so_it_is_with_oauth2client(
    endpoints: Endpoints, instrumented: Recording, http: httplib2.Http
) -> None:
    endpoints.responses = {"/": (401, JSON, json.dumps(UNAUTHORIZED).encode())}
    authorized = old_client.AccessTokenCredentials("t", "agent").authorize(http)
    request = HttpRequest(authorized, lambda *_: None, f"{endpoints.url}x", methodId="gmail.x.y")

    with pytest.raises(old_client.AccessTokenCredentialsError):
        request.execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["error.type"] == "youtubeSignupRequired"
    assert attributes["http.response.status_code"] == 401


# Endpoints that don't respond


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


@pytest.mark.parametrize(
    ("make", "endpoint"),
    [
        (_expired, "token"),
        (robot, "token"),
        (impersonated, "token"),
        (lambda at: impersonated(at, user(at)), "iam"),
        (workload, "sts"),
    ],
    ids=["user", "service account", "source", "impersonated", "workload"],
)
def test_an_endpoint_that_cannot_be_reached(
    make: Callable[[Endpoints], Any],
    endpoint: str,
    closed_port: int,
    call: Callable[[Any], Said],
    endpoints: Endpoints,
) -> None:
    nowhere = Endpoints(url=f"http://127.0.0.1:{closed_port}/", token_file=endpoints.token_file)

    said = call(make(nowhere))

    refresh = token_refresh_of(said.error)
    assert refresh is not None
    assert refresh.endpoint == endpoint
    assert said.attributes["error.type"] == "ConnectionRefusedError"
    assert said.attributes["googleapiclient.error.cause"] == "connection_failed"


def test_a_metadata_server_that_cannot_be_reached(
    endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing:
        """A transport that says so as google-auth's own do."""

        def request(self, *_: Any, **__: Any) -> Any:
            raise httplib2.ServerNotFoundError("Unable to find the server at metadata")

    monkeypatch.setattr(metadata_server, "_GCE_METADATA_HOST", "metadata.google.internal")
    authorized = google_auth_httplib2.AuthorizedHttp(_gce(endpoints), Refusing())
    with pytest.raises(RefreshError) as raised:
        authorized.request("http://x/")

    refresh = token_refresh_of(raised.value)
    assert refresh is not None
    assert (refresh.endpoint, refresh.host) == ("metadata", "metadata.google.internal")
    assert refresh.error.http_status is None
    assert str(refresh.error.message).startswith("Failed to retrieve")


@pytest.mark.parametrize(
    ("uri", "host", "endpoint"),
    [
        ("https://oauth2.googleapis.com/token", "oauth2.googleapis.com", "token"),
        ("https://accounts.google.com/o/oauth2/token", "accounts.google.com", "token"),
        ("https://sts.googleapis.com/v1/token", "sts.googleapis.com", "sts"),
        ("https://token-proxy.example.com/token", None, "token"),
    ],
)
def test_the_host_of_an_endpoint(uri: str, host: str | None, endpoint: str) -> None:
    class Refusing:
        def request(self, *_: Any, **__: Any) -> Any:
            return httplib2.Response({"status": "400"}), b'{"error": "invalid_grant"}'

    made = user_credentials.Credentials(
        None, refresh_token="r", token_uri=uri, client_id="c", client_secret="s"
    )
    with pytest.raises(RefreshError) as raised:
        google_auth_httplib2.AuthorizedHttp(made, Refusing()).request("http://x/")

    refresh = token_refresh_of(raised.value)
    assert refresh is not None
    assert (refresh.host, refresh.endpoint) == (host, endpoint)


def test_a_response_to_an_earlier_request_is_not_taken_for_that_of_the_failed_one() -> None:
    """The token endpoint said 503, was asked again and then broke the connection."""
    responses = [(httplib2.Response({"status": "503"}), b'{"error": "internal_failure"}')]

    class Breaking:
        def request(self, *_: Any, **__: Any) -> Any:
            if responses:
                return responses.pop()
            raise httplib2.ServerNotFoundError("Unable to find the server")

    made = user_credentials.Credentials(
        None, refresh_token="r", token_uri="https://x/", client_id="c", client_secret="s"
    )
    with serving(), pytest.raises(TransportError) as raised:
        google_auth_httplib2.AuthorizedHttp(made, Breaking()).request("http://x/")

    refresh = token_refresh_of(raised.value)
    assert refresh is not None
    assert (refresh.endpoint, refresh.error.http_status, refresh.error.reason) == (
        "token", None, None
    )  # fmt: skip


# Exceptions that have lost their frames


@pytest.mark.parametrize(
    ("error", "endpoint", "status", "reason", "message"),
    [
        (RefreshError("Unable to acquire impersonated credentials", json.dumps(IAM_DENIED)),
         "iam", 403, None, IAM_DENIED["error"]["message"]),
        (RefreshError("Unable to acquire impersonated credentials", PAGE.format(502)),
         "iam", 502, None, None),
        (OAuthError("Error code invalid_target: Disabled", '{"error": "invalid_target"}'),
         "sts", None, "invalid_target", "Error code invalid_target: Disabled"),
        (OAuthError(PAGE.format(403), PAGE.format(403)), "sts", 403, None, None),
        (RefreshError("invalid_grant: Bad Request"), "token", None, "invalid_grant", "Bad Request"),
        (RefreshError("invalid_grant: None", {"error": "invalid_grant"}),
         "token", None, "invalid_grant", "invalid_grant: None"),
        (RefreshError(TransportError("Failed to retrieve http://metadata.google.internal/x from "
                                     "the Google Compute Engine metadata service. Status: 404 "
                                     "Response:\nb'secret'", object())),
         "metadata", 404, None,
         ("Failed to retrieve http://metadata.google.internal/x from the "
          "Google Compute Engine metadata service. Status: 404")),
        (RefreshError(TransportError("Failed to retrieve http://x from the Google Compute Engine "
                                     "metadata service. Compute Engine Metadata server "
                                     "unavailable. Response status: 500\nResponse details:\nx")),
         "metadata", 500, None,
         ("Failed to retrieve http://x from the Google Compute Engine metadata service. "
          "Compute Engine Metadata server unavailable. Response status: 500")),
        (old_client.HttpAccessTokenRefreshError("invalid_grant: Expired", status=400),
         "token", 400, "invalid_grant", "Expired"),
        (old_client.HttpAccessTokenRefreshError("Invalid response 502.", status=502),
         None, 502, None, "Invalid response 502."),
        (RefreshError("Something else"), None, None, None, "Something else"),
        (RefreshError(), None, None, None, None),
    ],
)  # fmt: skip
def test_what_an_exception_says_by_itself(
    error: BaseException,
    endpoint: str | None,
    status: int | None,
    reason: str | None,
    message: str | None,
) -> None:
    refresh = token_refresh_of(error)

    assert refresh is not None
    said = refresh.error
    assert (refresh.endpoint, said.http_status, said.reason, said.message) == (
        endpoint, status, reason, message,
    )  # fmt: skip


def test_an_exception_from_another_process(
    endpoints: Endpoints, call: Callable[[Any], Said]
) -> None:
    endpoints.responses = {"/iam/": (403, JSON, json.dumps(IAM_DENIED).encode())}
    error = pickle.loads(pickle.dumps(call(impersonated(endpoints)).error))

    refresh = token_refresh_of(error)

    assert refresh is not None
    assert (refresh.endpoint, refresh.error.http_status) == ("iam", 403)
    assert refresh.error.error_info is not None


@pytest.mark.parametrize(
    "error",
    [ValueError("x"), OSError(111, "refused"), TransportError("x"), BaseException(), KeyError()],
)
def test_what_is_no_failed_refresh(error: BaseException) -> None:
    assert token_refresh_of(error) is None


# What an exception says


class _Tuple(Exception):
    pass


class _Own(Exception):
    def __str__(self) -> str:
        return "own words"


class _Silent(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (_Tuple(), ""),
        (_Tuple("a"), "a"),
        (_Tuple("a", {"b": "c"}), "a"),
        (_Tuple("a", "b"), "a"),
        (_Tuple(404, "Not Found", "x"), "404: Not Found"),
        (_Tuple(b"x", "Not Found"), "Not Found"),
        (_Tuple({}, []), ""),
        (_Tuple(7), "7"),
        (_Tuple(_Tuple("inner", 1)), "inner"),
        (_Tuple(_Tuple(_Tuple(_Tuple(_Tuple("deep", 1))))), "deep"),
        (_Tuple(_Tuple(_Tuple(_Tuple(_Tuple(_Tuple("too deep", 1)))))), ""),
        (_Own("a", "b"), "own words"),
        (_Tuple(_Own()), "own words"),
        (_Silent("a", "b"), ""),
        (OSError(111, "refused"), "[Errno 111] refused"),
        (KeyError("k"), "'k'"),
    ],
)
def test_an_exception_is_described_by_what_it_says(error: BaseException, text: str) -> None:
    assert text_of(error) == text


# Batches


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_batch_whose_token_cannot_be_renewed(
    endpoints: Endpoints, instrumented: Recording, http: httplib2.Http
) -> None:
    endpoints.responses = {"/iam/": (403, JSON, json.dumps(IAM_DENIED).encode())}
    authorized = google_auth_httplib2.AuthorizedHttp(impersonated(endpoints), http)
    batch = BatchHttpRequest(batch_uri=f"{endpoints.url}batch")
    batch.add(HttpRequest(authorized, lambda *_: None, f"{endpoints.url}x", methodId="gmail.x.y"))

    with pytest.raises(RefreshError):
        batch.execute()
    # The library renews with an http object of its own, which it does not close.
    del batch, authorized
    gc.collect()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["googleapiclient.credentials.kind"] == "impersonated"
    assert attributes["http.response.status_code"] == 403
    assert attributes["error.type"] == "IAM_PERMISSION_DENIED"


def test_a_refusal_is_measured_with_its_status(
    endpoints: Endpoints,
    instrument: Callable[..., None],
    recording: Recording,
    http: httplib2.Http,
) -> None:
    instrument(meter_provider=recording.meter_provider)
    endpoints.responses = {"/iam/": (403, JSON, json.dumps(IAM_DENIED).encode())}
    authorized = google_auth_httplib2.AuthorizedHttp(impersonated(endpoints), http)
    with pytest.raises(RefreshError):
        HttpRequest(
            authorized, lambda *_: None, f"{endpoints.url}x", methodId="gmail.users.getProfile"
        ).execute()

    (point,) = recording.points("googleapiclient.call.duration")
    assert point.attributes["http.response.status_code"] == 403
