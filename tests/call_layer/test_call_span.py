# SPDX-License-Identifier: Apache-2.0
"""A call is one INTERNAL span that says what was called and how it ended (design 4.1, 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest, MediaIoBaseUpload
from opentelemetry.instrumentation.googleapiclient._diagnosis import error_type
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, Decision, Sampler, SamplingResult
from opentelemetry.trace import StatusCode, get_current_span

from local_gmail import LocalGmail, Response, documented
from support.contract import REFUSED_CALL, SUCCESSFUL_CALL
from support.recording import Recording, attributes_of, context_of


def test_a_call_that_succeeds(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    messages().list(userId="me", maxResults=3).execute()

    span = instrumented.only_span
    SUCCESSFUL_CALL.check(span)
    port = int(gmail.url.rstrip("/").rpartition(":")[2])
    assert span.name == "gmail.users.messages.list"
    assert attributes_of(span) == {
        "rpc.system.name": "http",
        "rpc.method": "gmail.users.messages.list",
        "gcp.client.service": "gmail",
        "server.address": "127.0.0.1",
        "server.port": port,
        "url.template": "/gmail/v1/users/{userId}/messages",
        "googleapiclient.operation": "execute",
        "http.response.status_code": 200,
    }
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "opentelemetry.instrumentation.googleapiclient"
    assert span.instrumentation_scope.version
    assert span.instrumentation_scope.schema_url


def test_a_call_that_fails(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    gmail.script("gmail.users.messages.get", documented("userRateLimitExceeded"))

    with pytest.raises(HttpError):
        messages().get(userId="me", id="1").execute()

    span = instrumented.only_span
    REFUSED_CALL.check(span)
    assert span.status.description == "User Rate Limit Exceeded"
    attributes = attributes_of(span)
    assert attributes["http.response.status_code"] == 403
    assert attributes["error.type"] == "userRateLimitExceeded"
    assert attributes["googleapiclient.error.reason"] == "userRateLimitExceeded"
    assert attributes["googleapiclient.error.domain"] == "usageLimits"
    assert attributes["googleapiclient.error.cause"] == "rate_limit_per_user"


def _error(**error: object) -> dict[str, object]:
    return {"error": error}


_INFO = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED"}


@pytest.mark.parametrize(
    ("body", "error_type"),
    [
        pytest.param(
            _error(errors=[{"reason": "someReason"}], status="S", details=[_INFO]),
            "someReason",
            id="reason-first",
        ),
        pytest.param(
            _error(status="PERMISSION_DENIED", details=[_INFO]),
            "SERVICE_DISABLED",
            id="then-error-info",
        ),
        pytest.param(_error(status="PERMISSION_DENIED"), "PERMISSION_DENIED", id="then-status"),
        pytest.param(_error(message="m"), "403", id="then-http-status"),
        pytest.param(_error(errors=[{"reason": "a b"}]), "403", id="no-name"),
        pytest.param(_error(errors=[{"reason": "x" * 65}]), "403", id="too-long"),
        pytest.param(
            _error(errors=[{"reason": "<script>"}], status="DENIED"), "DENIED", id="next-candidate"
        ),
        pytest.param("", "403", id="no-body"),
    ],
)
def test_error_type_is_the_first_name_that_the_response_gives(
    body: str | dict[str, object],
    error_type: str,
    instrumented: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
) -> None:
    gmail.script("*", Response(status=403, body=body))

    with pytest.raises(HttpError):
        messages().get(userId="me", id="1").execute()

    assert attributes_of(instrumented.only_span)["error.type"] == error_type


def test_a_server_that_invents_reasons_does_not_make_error_type_grow_without_bound(
    instrumented: Recording,
    messages: Callable[[], Any],
    gmail: LocalGmail,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The limit is the process's: other tests must not find it used up.
    monkeypatch.setattr(error_type, "_error_types", error_type._ErrorTypes())
    service = messages()
    for number in range(300):
        gmail.script("*", Response(404, _error(errors=[{"reason": f"invented{number}"}])))
        with pytest.raises(HttpError):
            service.get(userId="me", id="1").execute()

    seen = {attributes_of(span)["error.type"] for span in instrumented.spans}
    assert seen == {*(f"invented{number}" for number in range(200)), "404"}
    gmail.script("*", documented("backendError"))
    with pytest.raises(HttpError):
        service.get(userId="me", id="1").execute()
    assert attributes_of(instrumented.last_span)["error.type"] == "backendError"


def test_everything_known_at_the_start_is_shown_to_the_sampler(
    instrument: Callable[..., None], messages: Callable[[], Any]
) -> None:
    class Seen(Sampler):
        attributes: dict[str, Any]

        def should_sample(self, *args: Any, **kwargs: Any) -> SamplingResult:
            self.attributes = dict(kwargs.get("attributes") or args[4])
            return SamplingResult(Decision.DROP)

        def get_description(self) -> str:
            return "Seen"

    sampler = Seen()
    instrument(tracer_provider=Recording(sampler).tracer_provider)

    messages().list(userId="me").execute(num_retries=2)

    assert sampler.attributes.keys() == {
        "rpc.system.name",
        "rpc.method",
        "gcp.client.service",
        "server.address",
        "server.port",
        "url.template",
        "googleapiclient.operation",
        "googleapiclient.retry.limit",
    }


def test_a_call_that_is_not_sampled_behaves_as_ever(
    instrument: Callable[..., None], messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    recording = Recording(ALWAYS_OFF)
    instrument(tracer_provider=recording.tracer_provider)
    gmail.script("*", documented("domainPolicy"))

    with pytest.raises(HttpError):
        messages().list(userId="me").execute()

    assert recording.spans == ()


def test_the_span_is_current_while_the_call_runs_and_no_longer(
    instrumented: Recording, messages: Callable[[], Any]
) -> None:
    before = get_current_span()
    inside: list[Any] = []
    request = messages().list(userId="me")
    request.add_response_callback(lambda _: inside.append(get_current_span()))

    request.execute()

    assert inside[0].get_span_context() == instrumented.only_span.get_span_context()
    assert get_current_span() is before


def test_a_call_made_inside_of_a_call_is_a_child_with_an_outcome_of_its_own(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    service = messages()
    gmail.script("gmail.users.messages.get", documented("notFound"))

    def look_closer(_: object) -> None:
        with pytest.raises(HttpError):
            service.get(userId="me", id="1").execute()

    outer = service.list(userId="me")
    outer.add_response_callback(look_closer)
    outer.execute()

    child, parent = instrumented.spans
    assert child.parent is not None
    assert child.parent.span_id == context_of(parent).span_id
    assert child.status.status_code is StatusCode.ERROR
    SUCCESSFUL_CALL.check(parent)


def test_a_request_without_method_id_is_named_by_its_http_method(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    HttpRequest(http, lambda *_: None, f"{gmail.url}gmail/v1/users/me/profile").execute()

    span = instrumented.only_span
    assert span.name == "GET"
    assert attributes_of(span).keys() == {
        "rpc.system.name",
        "googleapiclient.operation",
        "server.address",
        "server.port",
        "http.response.status_code",
    }


def test_the_template_of_two_versions_that_share_a_method_id_is_told_by_the_url(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    for version in ("v2", "v3"):
        drive = build_from_document(gmail.discovery_document("drive", version), http=http)
        with pytest.raises(HttpError):
            drive.files().get(fileId="1/2").execute()

    assert [attributes_of(span)["url.template"] for span in instrumented.spans] == [
        "/drive/v2/files/{fileId}",
        "/drive/v3/files/{fileId}",
    ]
    assert {attributes_of(span)["rpc.method"] for span in instrumented.spans} == {"drive.files.get"}


def test_the_service_is_the_discovery_documents_name(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    document = gmail.discovery_document("admin", "directory_v1")
    with pytest.raises(HttpError):
        build_from_document(document, http=http).users().get(userKey="a@example.com").execute()

    attributes = attributes_of(instrumented.only_span)
    assert attributes["rpc.method"] == "directory.users.get"
    assert attributes["gcp.client.service"] == "admin"
    assert attributes["url.template"] == "/admin/directory/v1/users/{userKey}"


def test_an_upload_has_a_template_of_its_own(
    instrumented: Recording, messages: Callable[[], Any]
) -> None:
    media = MediaIoBaseUpload(BytesIO(b"To: a@example.com\r\n\r\nhi"), mimetype="message/rfc822")

    messages().send(userId="me", media_body=media).execute()

    assert (
        attributes_of(instrumented.only_span)["url.template"]
        == "/upload/gmail/v1/users/{userId}/messages/send"
    )


def test_an_api_endpoint_with_a_base_path_of_its_own_keeps_the_template(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    drive = build_from_document(
        gmail.discovery_document("drive", "v3"),
        http=http,
        client_options={"api_endpoint": f"{gmail.url}proxy/"},
    )
    with pytest.raises(HttpError):
        drive.files().get(fileId="1").execute()

    assert attributes_of(instrumented.only_span)["url.template"] == "/proxy/files/{fileId}"


def test_an_api_endpoint_whose_base_path_is_secret_does_not_put_it_into_the_template(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    drive = build_from_document(
        gmail.discovery_document("drive", "v3"),
        http=http,
        client_options={"api_endpoint": f"{gmail.url}alice@example.com/ya29.abcdef/x/"},
    )
    with pytest.raises(HttpError):
        drive.files().get(fileId="1").execute()

    template = attributes_of(instrumented.only_span)["url.template"]
    assert template == "/REDACTED/REDACTED/x/files/{fileId}"


def test_a_reserved_expansion_is_written_as_a_plain_variable(
    instrumented: Recording, gmail: LocalGmail, http: httplib2.Http
) -> None:
    people = build_from_document(gmail.discovery_document("people", "v1"), http=http)
    with pytest.raises(HttpError):
        people.people().get(resourceName="people/me").execute()

    assert attributes_of(instrumented.only_span)["url.template"] == "/v1/{resourceName}"


def test_a_get_that_became_a_post_for_its_length_keeps_name_and_template(
    instrumented: Recording, messages: Callable[[], Any], gmail: LocalGmail
) -> None:
    messages().list(userId="me", q="x" * 3000).execute()

    assert gmail.requests[-1].method == "POST"
    SUCCESSFUL_CALL.check(instrumented.only_span)
    assert instrumented.only_span.name == "gmail.users.messages.list"


def test_methods_that_are_excluded_get_no_span(
    instrument: Callable[..., None], recording: Recording, messages: Callable[[], Any]
) -> None:
    instrument(excluded_methods=["gmail.users.messages.l*", "drive.*"])

    messages().list(userId="me").execute()
    messages().get(userId="me", id=_first_id(messages)).execute()

    assert [span.name for span in recording.spans] == ["gmail.users.messages.get"]


def _first_id(messages: Callable[[], Any]) -> str:
    listed: dict[str, Sequence[dict[str, str]]] = messages().list(userId="me").execute()
    return listed["messages"][0]["id"]
