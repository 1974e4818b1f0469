# SPDX-License-Identifier: Apache-2.0
"""Failures that users reported in public, run through the real libraries.

Each row of ``tests/corpus/wild_cases.jsonl`` says what an endpoint responded, to whom, and what a
right diagnosis says. A server on the loopback stands for all of the endpoints: the API, the token
endpoint, IAM Credentials, the Security Token Service and the metadata server.
``python -m support.wild_cases [FILE] [ID ...]`` (in ``tests``) prints what is said of each row.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import urlsplit

import google_auth_httplib2
import httplib2
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from google.auth import _exponential_backoff as google_backoff
from google.auth import identity_pool, impersonated_credentials, jwt
from google.auth.compute_engine import _metadata as metadata_server
from google.auth.compute_engine import credentials as compute_credentials
from google.auth.crypt._cryptography_rsa import RSASigner
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account
from googleapiclient.discovery import build_from_document
from opentelemetry.instrumentation.googleapiclient import GoogleApiClientInstrumentor
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from local_gmail import discovery
from support.leaving import Exported

FILE: Final = Path(__file__).parent.parent / "corpus" / "wild_cases.jsonl"
SERVICE_ACCOUNT: Final = "mailer@harbor-mail-204711.iam.gserviceaccount.com"
USER: Final = "nora.hale@harborfield.example"
SCOPES: Final = ("https://www.googleapis.com/auth/gmail.readonly",)

_VERSIONS: Final = {"calendar": "v3", "drive": "v3", "gmail": "v1", "sheets": "v4"}
"""Of the APIs that have several."""
_TOKEN: Final = {
    "access_token": "ya29.wild-access-token",
    "expires_in": 3600,
    "token_type": "Bearer",
}
_ENDPOINTS: Final = ("/computeMetadata/", "/iam/", "/sts/", "/token")


@dataclass(frozen=True)
class WildCase:
    """One report: what was sent to whom, and what a right diagnosis says of it."""

    columns: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.columns[column]


def read(file: Path = FILE) -> list[WildCase]:
    """All rows of a file."""
    return [WildCase(json.loads(line)) for line in file.read_text("utf-8").splitlines() if line]


@dataclass(frozen=True)
class Said:
    """What left the process about a call."""

    span: ReadableSpan
    """Of the call."""
    texts: Mapping[str, str]
    """All that left the process, by where it stands."""
    error: BaseException | None
    """What the application saw."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        return self.span.attributes or {}

    def of_error(self, name: str) -> Any:
        """One of the attributes ``googleapiclient.error.*``."""
        return self.attributes.get(f"googleapiclient.error.{name}")

    @property
    def description(self) -> str:
        return self.span.status.description or ""


def complaints(case: WildCase, said: Said) -> list[str]:
    """What is wrong with that, by what the row expects; nothing where it is right."""
    expect, remedy = case["expect"], str(said.of_error("remedy"))
    found: list[str] = []
    cause, owner = said.of_error("cause"), said.of_error("owner")
    if expect["causes"] and cause not in expect["causes"]:
        found.append(f"cause {cause}, not {' or '.join(expect['causes'])}")
    if expect["owners"] and owner not in expect["owners"]:
        found.append(f"owner {owner}, not {' or '.join(expect['owners'])}")
    retryable = said.of_error("retryable")
    if expect["retryable"] is not None and retryable is not expect["retryable"]:
        found.append(f"retryable {retryable}")
    wanted, unwanted = expect["remedy_or_description_says"], expect["remedy_does_not_say"]
    if wanted and not re.search(wanted, f"{remedy}\n{said.description}", re.IGNORECASE):
        found.append(f"neither remedy nor description says {wanted}")
    if unwanted and re.search(unwanted, remedy, re.IGNORECASE):
        found.append(f"the remedy says {unwanted}")
    for secret in case["must_not_leave"]:
        places = [place for place, text in said.texts.items() if secret.lower() in text.lower()]
        if places:
            found.append(f"{secret} leaves in {', '.join(places)}")
    return found


@dataclass
class Endpoints:
    """All endpoints in one server, which sends what it is told to."""

    responses: dict[str, tuple[int, Mapping[str, str], bytes]] = field(
        default_factory=dict[str, tuple[int, Mapping[str, str], bytes]]
    )
    """By the beginning of the path; the longest that fits. The others give what works."""
    url: str = ""
    token_file: str = ""
    """Where a workload finds its own token."""

    def response(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        """What a request for this path gets."""
        for start in sorted(self.responses, key=len, reverse=True):
            if path.startswith(start) and (start != "/" or not path.startswith(_ENDPOINTS)):
                return self.responses[start]
        return 200, {"content-type": "application/json"}, json.dumps(_works(path)).encode()


def _works(path: str) -> Mapping[str, Any]:
    if path.startswith("/iam/"):
        return {"accessToken": _TOKEN["access_token"], "expireTime": "2100-01-01T00:00:00Z"}
    if path.startswith("/computeMetadata/") and "token" not in path:
        return {"email": SERVICE_ACCOUNT, "scopes": list(SCOPES), "aliases": ["default"]}
    if path.startswith("/sts/"):
        return {**_TOKEN, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
    return _TOKEN if path.startswith(_ENDPOINTS) else {}


@contextmanager
def serving() -> Generator[Endpoints]:
    """Run the endpoints, with the metadata server's address set to them and no waits."""
    endpoints = Endpoints()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _response(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            status, headers, body = endpoints.response(urlsplit(self.path).path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _response  # noqa: N815 - their names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    endpoints.url = f"http://{host}/"
    # As GCE_METADATA_HOST, which google-auth reads when it is imported.
    address = patch.object(metadata_server, "_GCE_METADATA_HOST", host)
    no_waits = patch.object(google_backoff, "time", SimpleNamespace(sleep=lambda _: None))
    try:
        with address, no_waits, tempfile.TemporaryDirectory() as directory:
            token = Path(directory, "token.jwt")
            token.write_text("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3aWxkIn0.wild-signature", "utf-8")
            endpoints.token_file = str(token)
            yield endpoints
    finally:
        server.shutdown()
        server.server_close()


@cache
def signer() -> Any:
    """The key of a service account."""
    return RSASigner(generate_private_key(public_exponent=65537, key_size=2048), key_id="1f2e3d")


def user(at: Endpoints, **more: Any) -> Any:
    """A user's credentials, with all that is needed to renew them."""
    values: dict[str, Any] = {
        "token": "ya29.wild-user-token",
        "refresh_token": "1//0wild-refresh-token",
        "token_uri": f"{at.url}token",
        "client_id": "204711903355-wild.apps.googleusercontent.com",
        "client_secret": "GOCSPX-wild-secret",
        "scopes": list(SCOPES),
        **more,
    }
    return user_credentials.Credentials(**values)


def robot(at: Endpoints, **more: Any) -> Any:
    """A service account's key."""
    values: dict[str, Any] = {"scopes": list(SCOPES), **more}
    return service_account.Credentials(signer(), SERVICE_ACCOUNT, f"{at.url}token", **values)


def impersonated(at: Endpoints, source: Any = None, **more: Any) -> Any:
    """A service account that other credentials, a key's where none are given, act as."""
    return impersonated_credentials.Credentials(
        source or robot(at),
        SERVICE_ACCOUNT,
        list(SCOPES),
        iam_endpoint_override=f"{at.url}iam/{SERVICE_ACCOUNT}:generateAccessToken",
        **more,
    )


def workload(at: Endpoints, **more: Any) -> Any:
    """A workload with a token of another provider's."""
    return identity_pool.Credentials(
        audience="//iam.googleapis.com/projects/204711903355/locations/global/"
        "workloadIdentityPools/pool/providers/provider",
        subject_token_type="urn:ietf:params:oauth:token-type:jwt",
        token_url=f"{at.url}sts/v1/token",
        credential_source={"file": at.token_file},
        scopes=list(SCOPES),
        **more,
    )


CREDENTIALS: Final[Mapping[str, Callable[[Endpoints], Any]]] = {
    "user": lambda at: user(at, refresh_token=None),
    "user-renewable": user,
    "user-refresh": lambda at: user(at, token=None),
    "user-noclient": lambda at: user(at, token=None, client_id=""),
    "delegated": lambda at: robot(at, subject=USER),
    "service": robot,
    "service-refresh": robot,
    "service-noscope": lambda at: robot(at, scopes=None),
    "impersonated": impersonated,
    "gce": lambda _: compute_credentials.Credentials(universe_domain="googleapis.com"),
    "wif": workload,
    "jwt": lambda _: jwt.Credentials(signer(), SERVICE_ACCOUNT, SERVICE_ACCOUNT, "https://x/"),
}
"""Makes each kind of credentials, renewed by these endpoints."""
KEY: Final = "AIzaSyD3m0k3y7QxZ2vB9nL5tR8wE1uI4oP6aS0"

REFUSING: Final[Mapping[str, str]] = {
    "gce": "/computeMetadata/",
    "impersonated": "/iam/",
    "wif": "/sts/",
}
"""Which endpoint a kind of credentials is renewed at; the others at the token endpoint."""


@cache
def _version(service: str) -> str:
    if service in _VERSIONS:
        return _VERSIONS[service]
    names = discovery._documents().glob(f"{service}.*.json")
    # Stable ones first: v1 before v1beta.
    return min((name.name.split(".")[1] for name in names), key=len)


@cache
def _document(service: str, version: str) -> Any:
    return discovery.load(service, version)


def prepared(case: WildCase, at: Endpoints, http: httplib2.Http) -> Any:
    """The request of a row, as its application made it."""
    service, *path = str(case["method"]).split(".")
    version = f"{path.pop(0)}_v1" if service == "admin" else _version(service)
    kind = case["credentials"]
    credentials = CREDENTIALS[kind](at) if kind in CREDENTIALS else None
    authorized = google_auth_httplib2.AuthorizedHttp(credentials, http) if credentials else http
    key: dict[str, Any] = {"developerKey": KEY} if kind == "key" else {}
    document = discovery.pointed_at(_document(service, version), at.url)
    resource = build_from_document(document, http=authorized, **key)
    *collections, method = path
    for name in collections:
        resource = getattr(resource, name)()
    return getattr(resource, method)(**case["kwargs"])


@contextmanager
def instrumented() -> Generator[tuple[Exported, InMemorySpanExporter]]:
    """Both layers, and all that leaves the process."""
    exported, spans = Exported(), InMemorySpanExporter()
    exported.tracer_provider.add_span_processor(SimpleSpanProcessor(spans))
    calls, wire = GoogleApiClientInstrumentor(), Httplib2Instrumentor()
    calls.instrument(**exported.providers)
    wire.instrument(**exported.providers)
    try:
        yield exported, spans
    finally:
        wire.uninstrument()
        calls.uninstrument()
        exported.shutdown()


def run(case: WildCase, endpoints: Endpoints) -> Said:
    """Let the row happen, and keep all that is said of it."""
    kind = case["credentials"]
    where = REFUSING.get(kind, "/token") if case["kind"] == "refresh" else "/"
    headers = case["headers"] or {"content-type": "application/json; charset=UTF-8"}
    endpoints.responses = {where: (case["status"], headers, str(case["body"]).encode())}
    with instrumented() as (exported, spans), exported.listening():
        http = httplib2.Http(timeout=10)
        request = prepared(case, endpoints, http)
        error = None
        try:
            request.execute()
        except Exception as raised:  # noqa: BLE001 - whatever the library makes of it
            error = raised
        http.close()
        texts = exported.take()
    (span,) = (
        span
        for span in spans.get_finished_spans()
        if "googleapiclient.operation" in (span.attributes or {})
    )
    return Said(span, texts, error)


def _printed(case: WildCase, said: Said) -> Iterator[str]:
    wrong = complaints(case, said)
    yield f"{'WRONG' if wrong else 'right'}  {case['id']}  ({case['kind']}, {case['credentials']})"
    yield from (f"       - {one}" for one in wrong)
    yield f"       error.type   {said.attributes.get('error.type')}"
    yield f"       http status  {said.attributes.get('http.response.status_code')}"
    for name in ("cause", "owner", "retry", "reason", "location", "remedy", "help_url"):
        yield f"       {name:12} {said.of_error(name)}"
    yield f"       credentials  {said.attributes.get('googleapiclient.credentials.kind')}"
    yield f"       description  {said.description}"
    yield f"       truth        {case['truth']}"


def main() -> None:
    """Print what is said of each row."""
    arguments = sys.argv[1:]
    file = Path(arguments.pop(0)) if arguments and Path(arguments[0]).is_file() else FILE
    cases = [case for case in read(file) if not arguments or case["id"] in arguments]
    right = 0
    with serving() as endpoints:
        for case in cases:
            said = run(case, endpoints)
            right += not complaints(case, said)
            sys.stdout.write("\n".join(_printed(case, said)) + "\n\n")
    sys.stdout.write(f"{right} of {len(cases)} right\n")


if __name__ == "__main__":
    main()
