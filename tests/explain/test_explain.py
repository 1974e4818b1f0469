# SPDX-License-Identifier: Apache-2.0
"""What is said of a caught error is what its span says."""

from __future__ import annotations

import dataclasses
import io
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import httplib2
import pytest
from google.auth.exceptions import RefreshError, TransportError
from googleapiclient.errors import BatchError, HttpError, ResumableUploadError
from googleapiclient.http import MediaIoBaseDownload, MediaIoBaseUpload
from opentelemetry.instrumentation.googleapiclient import Explanation, explain
from opentelemetry.instrumentation.googleapiclient._explanation import explain as module

from local_gmail import Fault, LocalGmail, Response, documented
from support.corpus import ROWS, Row
from support.documents import SHIPS_DOCUMENTS
from support.recording import Recording, attributes_of

GET = "gmail.users.messages.get"


def without_traceback(error: BaseException) -> BaseException:
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.status >= 300], ids=lambda row: row["id"]
)
def test_each_response_of_the_corpus_is_explained_as_on_the_span(
    row: Row,
    gmail: LocalGmail,
    instrumented: Recording,
    messages: Callable[[], Any],
) -> None:
    gmail.script(GET, Response(row.status, row.body, row["headers"] or {}))
    request = messages().get(userId="me", id="18c1a2b3")
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the library has bugs of its own
        request.execute()
    span = attributes_of(instrumented.only_span)
    for explanation in (explain(caught.value), explain(caught.value, request)):
        assert explanation.cause == span["googleapiclient.error.cause"]
        assert explanation.remedy == span["googleapiclient.error.remedy"]
        assert explanation.retry == span["googleapiclient.error.retry"]
        assert explanation.reason == span.get("googleapiclient.error.reason")
        assert explanation.status_code == row.status


def test_it_needs_no_instrumentation(gmail: LocalGmail, messages: Callable[[], Any]) -> None:
    """The scopes of the method are known from the documents that googleapiclient brings."""
    gmail.script("gmail.users.messages.modify", documented("insufficientPermissions"))
    with pytest.raises(HttpError) as caught:
        messages().modify(userId="me", id="18c1", body={}).execute()
    explanation = explain(caught.value)
    assert explanation.cause == "scope_insufficient"
    assert explanation.method == "gmail.users.messages.modify"
    assert "mail.google.com or gmail.modify" in explanation.remedy


def test_it_loads_neither_sdk_nor_library() -> None:
    code = """
import sys
import opentelemetry.instrumentation.googleapiclient as package
assert "opentelemetry.instrumentation.googleapiclient._explanation" not in sys.modules
assert package.explain(TimeoutError("timed out")).cause == "timeout"
assert package.Explanation
loaded = {*sys.modules}
assert not {"opentelemetry.sdk", "googleapiclient", "httplib2", "google.auth", "rich"} & loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_error_of_a_batch_callback(
    gmail: LocalGmail, build: Callable[..., Any], http: httplib2.Http
) -> None:
    gmail.script(GET, documented("notFound"), documented("insufficientPermissions"))
    service = build(http)
    now: dict[str, Explanation] = {}
    later: dict[str, HttpError] = {}

    def callback(name: str, _: Any, error: HttpError | None) -> None:
        if error is not None:
            now[name] = explain(error)
            later[name] = error

    batch = service.new_batch_http_request(callback=callback)
    requests = [service.users().messages().get(userId="me", id=f"18c{n}") for n in range(2)]
    for number, request in enumerate(requests):
        batch.add(request, request_id=str(number))
    batch.execute()
    assert [one.cause for one in now.values()] == ["not_found", "scope_insufficient"]
    assert {one.method for one in now.values()} == {GET}
    # The batch has come to other parts since then.
    assert [explain(error) for error in later.values()] == [*now.values()]
    assert [explain(error, requests[int(name)]) for name, error in later.items()] == [*now.values()]


def test_a_batch_that_fails_as_a_whole(
    gmail: LocalGmail, build: Callable[..., Any], http: httplib2.Http
) -> None:
    gmail.script("batch", Response(404, "Not Found"))
    service = build(http)
    batch = service.new_batch_http_request()
    batch.add(service.users().messages().get(userId="me", id="18c1"))
    with pytest.raises(HttpError) as caught:
        batch.execute()
    for explanation in (
        explain(caught.value),
        explain(caught.value, batch),
        explain(without_traceback(caught.value)),
    ):
        assert explanation.cause == "not_found"
        assert explanation.remedy.startswith("Send the batch to the API's own endpoint")


def test_a_download(gmail: LocalGmail, build: Callable[..., Any], http: httplib2.Http) -> None:
    gmail.script(GET, documented("notFound"))
    request = build(http).users().messages().get(userId="me", id="18c1")
    download: Any = MediaIoBaseDownload(io.BytesIO(), request)
    with pytest.raises(HttpError) as caught:
        download.next_chunk()
    for explanation in (explain(caught.value), explain(caught.value, download)):
        assert (explanation.cause, explanation.method) == ("not_found", GET)


def test_an_upload_session(gmail: LocalGmail, messages: Callable[[], Any]) -> None:
    """404 of a session asks for another upload; that of its opening for another label or id."""
    gmail.script("upload", Response(404, "Not Found"))
    media = MediaIoBaseUpload(io.BytesIO(bytes(300_000)), "message/rfc822", resumable=True)
    request = messages().insert(userId="me", media_body=media)
    with pytest.raises(HttpError) as caught:
        request.execute()
    for explanation in (
        explain(caught.value),
        explain(caught.value, request),
        explain(without_traceback(caught.value)),
    ):
        assert explanation.remedy.startswith("Start the upload again with a new request")
    refused = ResumableUploadError(httplib2.Response({"status": "404"}), b"")
    assert not explain(refused, request).remedy.startswith("Start the upload again")


def test_an_error_that_the_application_wrapped(
    gmail: LocalGmail, messages: Callable[[], Any]
) -> None:
    gmail.script(GET, documented("domainPolicy"))
    with pytest.raises(LookupError) as caught:
        try:
            messages().get(userId="me", id="18c1").execute()
        except HttpError as error:
            raise LookupError("the mail is not there") from error
    assert explain(caught.value).cause == "domain_policy"


def test_no_response_at_all(gmail: LocalGmail, messages: Callable[[], Any]) -> None:
    gmail.script(GET, Fault.RESET, Fault.RESET)
    request = messages().get(userId="me", id="18c1")
    with pytest.raises(Exception) as caught:  # noqa: PT011
        request.execute()
    assert explain(caught.value).cause == "connection_failed"
    assert explain(caught.value, request).method == GET


def test_a_retry_that_was_not_responded_is_not_taken_for_the_response_before(
    gmail: LocalGmail, messages: Callable[[], Any], instrumented: Recording
) -> None:
    gmail.script(GET, documented("serviceUnavailable"), Fault.RESET, Fault.RESET)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        messages().get(userId="me", id="18c1").execute(num_retries=1)
    span = attributes_of(instrumented.only_span)
    assert explain(caught.value).cause == span["googleapiclient.error.cause"] == "connection_failed"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (RefreshError("invalid_grant: Bad Request", {"error": "invalid_grant"}), "token_revoked"),
        (TransportError(TimeoutError("timed out")), "timeout"),
        (TimeoutError("timed out"), "timeout"),
        (ConnectionResetError(104, "Connection reset by peer"), "connection_failed"),
        (BatchError("Response not in multipart/mixed format."), "response_unreadable"),
        (httplib2.ServerNotFoundError("Unable to find the server at x"), "connection_failed"),
        (HttpError(httplib2.Response({"status": "503"}), b""), "backend_unavailable"),
    ],
)
def test_errors_without_a_call(error: BaseException, cause: str) -> None:
    assert explain(error).cause == cause


class _Hostile(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no")

    @property
    def resp(self) -> Any:
        raise RuntimeError("no")

    @property
    def uri(self) -> Any:
        raise RuntimeError("no")


class _Odd(HttpError):
    def __init__(self, resp: Any, content: Any, uri: Any) -> None:
        Exception.__init__(self)
        self.resp, self.content, self.uri = resp, content, uri


ODD = [
    None,
    7,
    "<HttpError 404>",
    object(),
    Exception,
    _Hostile(),
    KeyboardInterrupt(),
    GeneratorExit(),
    _Odd(None, None, None),
    _Odd(object(), 7, object()),
    _Odd(httplib2.Response({"status": "404"}), b"\xff" * 10_000, "http://[::1"),
    _Odd(httplib2.Response({"status": "404"}), b"[" * 10_000, "x" * 10_000),
]


@pytest.mark.parametrize("error", ODD, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("request_", [None, object(), 7, "x", _Hostile()], ids=range(5))
def test_any_object_has_an_explanation(error: object, request_: object) -> None:
    explanation = explain(error, request_)
    assert isinstance(explanation, Explanation)
    assert len(str(explanation).split("\n")) == 3
    assert explanation.remedy


def test_what_is_no_failure_is_unknown() -> None:
    for error in (None, object(), KeyboardInterrupt(), "timed out"):
        assert explain(error).cause == "unknown"


def test_a_fault_of_ours_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(module, "caught", faulty)
    assert explain(TimeoutError()).cause == "unknown"


def test_an_explanation_is_three_lines_for_a_log() -> None:
    response = httplib2.Response({"status": "403", "retry-after": "30"})
    body = (
        b'{"error": {"code": 403, "message": "User Rate\\nLimit  Exceeded", "errors": [{"reason":'
    )
    body += b'"userRateLimitExceeded", "domain": "usageLimits"}]}}'
    url = "https://gmail.googleapis.com/gmail/v1/users/me/messages/send?alt=json"
    what, meaning, remedy = str(explain(HttpError(response, body, uri=url))).split("\n")
    # Without discovery documents, nothing tells the method of a URL.
    call = "gmail.users.messages.send" if SHIPS_DOCUMENTS else "The call"
    assert what == f"{call} failed: 403 userRateLimitExceeded: User Rate Limit Exceeded"
    assert meaning == (
        "  cause: rate_limit_per_user, retry with backoff (advised wait: 30 s), owner: developer"
    )
    assert remedy.startswith("  remedy: Slow down for this user: ")
    assert remedy.rpartition(" ")[2].startswith("https://")


def test_an_explanation_is_a_value() -> None:
    explanation = explain(TimeoutError("timed out"))
    assert explanation == explain(TimeoutError("timed out"))
    assert pickle.loads(pickle.dumps(explanation)) == explanation
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.cause = "other"  # type: ignore[misc]


def test_addresses_stay_out_unless_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"error": {"code": 400, "message": "Invalid To header: nora@harborfield.example"}}'
    error = HttpError(httplib2.Response({"status": "400"}), body)
    assert "nora" not in str(explain(error))
    monkeypatch.setenv("OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA", "true")
    assert "nora@harborfield.example" in str(explain(error))


def test_it_takes_less_than_a_millisecond(gmail: LocalGmail, messages: Callable[[], Any]) -> None:
    gmail.script(GET, documented("insufficientPermissions"))
    request = messages().get(userId="me", id="18c1")
    with pytest.raises(HttpError) as caught:
        request.execute()
    explain(caught.value)
    times: list[float] = []
    for _ in range(50):
        begin = time.process_time()
        explain(caught.value, request)
        times.append(time.process_time() - begin)
    assert min(times) < 0.001
