# SPDX-License-Identifier: Apache-2.0
"""A failed try or call, from what was seen of it to the attributes that explain it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import Final, NamedTuple

from opentelemetry.instrumentation.httplib2._support.exceptions import (
    is_deadline,
    lineage,
    qualified_name,
    text_of,
)
from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.util.types import AttributeValue

from .. import semconv
from .._diagnosis.causes import SCOPE_INSUFFICIENT
from .._diagnosis.diagnosis import Diagnosis, diagnose
from .._diagnosis.error_type import error_types, may_be_shown, shown_name, shown_reason
from .._diagnosis.rules import API, IMPERSONATED, STALE, UNREAD, Evidence
from .._diagnosis.services import service_named
from .._errors.error import ApiError, parse_response
from .._errors.redaction import Redaction
from .._errors.request_values import RequestValues, SentValues, values_of_request
from .api_request import ApiRequest
from .credentials import Identity, Scopes
from .response import Response
from .token_refresh import TokenRefresh, token_refresh_of

_CARRY_SERVER_TEXT: Final = (
    "google.",
    "googleapiclient.",
    "http.client.",  # BadStatusLine: what stood there instead
    "httplib2.",
    "oauth2client.",
    "socks.",
)
_MAX_BATCH_PARTS: Final = 20
_MAX_URL: Final = 8192
# What http.client refuses in a URL (its _contains_disallowed_url_pchar_re).
_NOT_SENT_IN_URL: Final = lazy_pattern(r"[\x00-\x20\x7f]")
_AUTHORIZATION: Final = frozenset({401, 403})
_ABOUT_WHO_ACTS: Final = frozenset({400, 401, 403})
_METADATA_KEYS: Final = (
    "service",
    "method",
    "quota_metric",
    "quota_limit",
    "quota_limit_value",
    "quota_unit",
    "quota_location",
)


class Failure(NamedTuple):
    """What is known of a failure, with everything redacted that leaves the process."""

    error: ApiError
    error_type: str
    description: str
    diagnosis: Diagnosis
    advised_wait: float | None
    credentials: str | None
    """The kind of the credentials, where it is known."""
    required_scopes: tuple[str, ...]
    scopes: Scopes
    values: RequestValues
    evidence: Evidence
    """What the diagnosis rests on."""

    def attributes(self, redaction: Redaction) -> dict[str, AttributeValue]:
        """All that a span says of it, what matters most at the end.

        An SDK that limits the number of attributes drops those that were set first.
        """
        error, diagnosis = self.error, self.diagnosis
        attributes: dict[str, AttributeValue] = {}
        info, metadata = error.error_info, error.metadata
        for name, value in (
            *(
                (f"{semconv.GCP_ERRORS_METADATA}.{key}", metadata.get(key))
                for key in _METADATA_KEYS
            ),
            (semconv.GCP_ERRORS_DOMAIN, info.domain if info else None),
            (semconv.GOOGLEAPICLIENT_ERROR_DOMAIN, error.domain),
            (semconv.GOOGLEAPICLIENT_ERROR_STATUS, error.status),
            (semconv.GOOGLEAPICLIENT_ERROR_LOCATION_TYPE, error.location_type),
            (semconv.GOOGLEAPICLIENT_ERROR_LOCATION, error.location),
            (semconv.GOOGLEAPICLIENT_ERROR_INFO_REASON, info.reason if info else None),
        ):
            if value:
                attributes[name] = shown_name(value, redaction, self.values)
        if diagnosis.cause == SCOPE_INSUFFICIENT.name:
            for name, scopes in (
                (semconv.GOOGLEAPICLIENT_ERROR_SCOPES_REQUIRED, self.required_scopes),
                (semconv.GOOGLEAPICLIENT_ERROR_SCOPES_REQUESTED, self.scopes.requested),
                (semconv.GOOGLEAPICLIENT_ERROR_SCOPES_GRANTED, self.scopes.granted),
            ):
                if scopes:
                    attributes[name] = [redaction.scope(scope) for scope in scopes]
        if self.advised_wait is not None:
            attributes[semconv.GOOGLEAPICLIENT_RETRY_ADVISED_WAIT] = self.advised_wait
        if self.credentials is not None:
            attributes[semconv.GOOGLEAPICLIENT_CREDENTIALS_KIND] = self.credentials
        attributes[semconv.GOOGLEAPICLIENT_ERROR_HELP_URL] = diagnosis.help_url
        attributes[semconv.GOOGLEAPICLIENT_ERROR_RETRYABLE] = diagnosis.retryable
        attributes[semconv.GOOGLEAPICLIENT_ERROR_RETRY] = diagnosis.retry
        attributes[semconv.GOOGLEAPICLIENT_ERROR_OWNER] = diagnosis.owner
        attributes[semconv.GOOGLEAPICLIENT_ERROR_REMEDY] = diagnosis.remedy
        if error.reason:
            attributes[semconv.GOOGLEAPICLIENT_ERROR_REASON] = shown_name(
                error.reason, redaction, self.values
            )
        if error.http_status is not None:
            attributes[HTTP_RESPONSE_STATUS_CODE] = error.http_status
        attributes[ERROR_TYPE] = self.error_type
        attributes[semconv.GOOGLEAPICLIENT_ERROR_CAUSE] = diagnosis.cause
        return attributes


def failure_of_response(
    response: Response, api_request: ApiRequest, redaction: Redaction, *, stale: bool = False
) -> Failure:
    """Understand a response with a status of 300 or more.

    Args:
        response: what came.
        api_request: what failed.
        redaction: what of it may be said.
        stale: whether it is the response to another request.
    """
    identity = Identity(api_request.http, api_request.request)
    return _failure_of_response(response, api_request, redaction, identity, stale=stale)


def _failure_of_response(
    response: Response,
    api_request: ApiRequest,
    redaction: Redaction,
    identity: Identity,
    *,
    stale: bool = False,
) -> Failure:
    error = parse_response(response.status, response.head, response.body)
    values = RequestValues(partial(_sent_values, api_request, identity))
    return _failure(
        error,
        api_request,
        redaction,
        values,
        identity,
        error_type=next(error_types(error, values), str(response.status)),
        description=redaction.message(error.message, values, api_request.names)
        if error.message
        else _reason_phrase(response.status, response.reason, redaction, values),
        endpoint=API,
        exception=frozenset({STALE}) if stale else frozenset(),
    )


def failure_of_exception(
    error: BaseException,
    api_request: ApiRequest,
    redaction: Redaction,
    *,
    responded: bool = False,
    unread: bool = False,
    refusal: frozenset[str] = frozenset(),
    token_status: int | None = None,
) -> Failure:
    """Understand an exception that came instead of a response, or after one.

    Args:
        error: the exception.
        api_request: what failed.
        redaction: what of it may be said.
        responded: whether a response had come that was no refusal.
        unread: whether the library itself could not make sense of that response.
        refusal: names of the exception with which http.client refused to send, where it did.
        token_status: the HTTP status of the last response to a request for a token, where one was
            seen.
    """
    refresh = token_refresh_of(error, token_status) or TokenRefresh()
    identity = Identity(api_request.http, api_request.request, refresh.credentials)
    if refresh.api_response is not None:
        response = Response(*refresh.api_response)
        if response.failed:
            return _failure_of_response(response, api_request, redaction, identity)
    said = refresh.error
    values = RequestValues(partial(_sent_values, api_request, identity))
    text = text_of(error)
    if said.message:
        description = redaction.message(said.message, values)
    elif said.is_page:
        description = (
            _reason_phrase(said.http_status, None, redaction, values)
            if said.http_status
            else "an HTML page instead of a token"
        )
    else:
        description = _description(error, text, redaction, values)
    return _failure(
        said,
        api_request,
        redaction,
        values,
        identity,
        error_type=next(error_types(said, values), qualified_name(type(error))),
        description=description,
        endpoint=refresh.endpoint,
        host=refresh.host,
        exception=_names_of(error, api_request, unread=unread) | refusal,
        text=text,
        responded=responded,
        application_deadline=is_deadline(error),
    )


def _names_of(error: BaseException, api_request: ApiRequest, *, unread: bool) -> frozenset[str]:
    names = lineage(error)
    if unread:
        names |= {UNREAD}
    # httplib2 hides why http.client has refused a URL: what the application gets is this.
    if "http.client.ResponseNotReady" in names and _NOT_SENT_IN_URL.search(
        str(getattr(api_request.request, "uri", ""))[:_MAX_URL]
    ):
        names |= {"http.client.InvalidURL"}
    return names


def _description(
    error: BaseException, text: str, redaction: Redaction, values: RequestValues
) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        # The name of a file is somebody's.
        text = text_of(OSError(error.errno, error.strerror))
    # These carry what a server said, which may echo anything.
    if qualified_name(type(error)).startswith(_CARRY_SERVER_TEXT):
        return redaction.message(text, values)
    return redaction.exception_text(text, values)


def _failure(
    error: ApiError,
    api_request: ApiRequest,
    redaction: Redaction,
    values: RequestValues,
    identity: Identity,
    *,
    error_type: str,
    description: str,
    endpoint: str | None,
    host: str | None = None,
    exception: frozenset[str] = frozenset(),
    text: str = "",
    responded: bool = False,
    application_deadline: bool = False,
) -> Failure:
    status, kind = error.http_status, identity.kind
    of_renewal = endpoint not in (None, API)
    scopes = identity.scopes if status in _AUTHORIZATION or of_renewal else Scopes()
    granted, limit, page = scopes.granted, error.limit, error.help_url
    if page is not None and redaction.identifier(page, values) != page:
        error = error._replace(help_url=None)
    evidence = Evidence(
        error=error,
        exception=exception,
        text=text,
        shown_message=description,
        shown_reason=shown_reason(error, redaction, values),
        shown_location=error.location if may_be_shown(error.location, redaction, values) else None,
        method=api_request.method,
        service=api_request.service,
        operation=api_request.operation,
        endpoint=endpoint,
        endpoint_host=host,
        credentials=kind,
        source_credentials=identity.source_kind if kind == IMPERSONATED else None,
        service_account_without_subject=status in _ABOUT_WHO_ACTS and identity.acts_as_itself,
        has_quota_project=identity.has_quota_project,
        responded=responded,
        application_deadline=application_deadline,
        in_upload_session=api_request.in_upload_session,
        required_scopes=api_request.scopes,
        requested_scopes=scopes.requested,
        granted_scopes=None if granted is None else tuple(map(redaction.scope, granted)),
        limit_may_be_named=limit is not None
        and (limit in description or redaction.message(limit, values) == limit),
    )
    return Failure(
        error=error,
        error_type=error_type,
        description=description,
        diagnosis=diagnose(evidence, service_named(api_request.service)),
        advised_wait=error.advised_wait(datetime.now(timezone.utc)),
        credentials=kind,
        required_scopes=api_request.scopes,
        scopes=scopes,
        values=values,
        evidence=evidence,
    )


def _sent_values(api_request: ApiRequest, identity: Identity) -> Iterator[SentValues]:
    """What was sent and may come back: what the requests carried, and with which credentials."""
    for one in (api_request, *islice(api_request.parts, _MAX_BATCH_PARTS)):
        whose = identity if one is api_request else Identity(one.http)
        request = one.request
        uris = [getattr(request, name, None) for name in ("uri", "resumable_uri")]
        for uri in uris:
            if uri is not None or uri is uris[0]:
                yield values_of_request(
                    uri,
                    getattr(request, "body", None),
                    one.template,
                    headers=getattr(request, "headers", None),
                    secrets=whose.secrets,
                    names=whose.names,
                )


def _reason_phrase(
    status: int | None, phrase: object, redaction: Redaction, values: RequestValues
) -> str:
    """Say something readable where the body says nothing."""
    if not isinstance(phrase, str) or not phrase:
        try:
            phrase = HTTPStatus(status or 0).phrase
        except ValueError:
            phrase = ""
    return redaction.message(f"{status} {phrase}".rstrip(), values)
