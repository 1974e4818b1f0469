# SPDX-License-Identifier: Apache-2.0
"""From a caught error to what it means, as the span of its call says it."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import urlsplit

from opentelemetry.instrumentation.httplib2._support.exceptions import is_cancellation
from opentelemetry.instrumentation.httplib2._support.guard import guarded
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE

from .. import semconv
from .._calls.api_request import ApiRequest
from .._calls.credentials import attribute_of
from .._calls.failure import Failure, failure_of_exception, failure_of_response
from .._calls.response import Response
from .._diagnosis.diagnosis import Diagnosis, diagnose
from .._diagnosis.rules import Evidence
from .._diagnosis.services import SERVICES, service_named
from .._errors.error import parse_response
from .._errors.redaction import Redaction
from ..environment_variables import OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA
from ..semconv import DISCOVERY_METHOD, Operation
from .caught import Caught, caught
from .caught_requests import CaughtRequest, UnknownRequest, request_of_caught
from .documents import Api, api_of
from .explanation import Explanation, unknown
from .usual_reasons import service_that_says, with_usual_reason

_RESUME_INCOMPLETE: Final = 308
_READING: Final = frozenset({Operation.BATCH, Operation.DOWNLOAD_CHUNK})
"""Where these exceptions come from the library's own reading of a response."""
_MAX_METHODS: Final = 6


def explain(error: object, request: object = None) -> Explanation:
    """Say what an error means. Never raises: see ``googleapiclient.explain``."""
    if isinstance(error, BaseException) and not is_cancellation(error):
        return _explained(error, request) or unknown()
    return unknown()


def explain_text(error: BaseException) -> Explanation:
    """Say what an error means that was made again from a text. Never raises.

    Its text may have lost the reason: see ``usual_reasons``.
    """
    return _explained_text(error) or unknown()


@guarded
def _explained_text(error: BaseException) -> Explanation:
    found = caught(error)
    redaction = Redaction(capture_personal_data=_captures_personal_data())
    return _explained_by_url(found, _url_of(found), redaction, from_text=True)


@guarded
def _explained(error: BaseException, request: object) -> Explanation:
    found = caught(error, request)
    redaction = Redaction(capture_personal_data=_captures_personal_data())
    if found.request is not None:
        subject = request_of_caught(found)
        failure = _failure(found, subject, redaction)
        return _explanation(found, subject.method, failure, redaction)
    return _explained_by_url(found, _url_of(found), redaction)


def _url_of(found: Caught) -> str:
    url = attribute_of(found.error, "uri")
    return url if isinstance(url, str) else ""


def _explained_by_url(
    found: Caught, url: str, redaction: Redaction, *, from_text: bool = False
) -> Explanation:
    """Explain an error of which no more is known than what it says, and its URL.

    What a URL is asked for is not in it, so that it may be of several methods.
    """
    api = api_of(None, url)
    if api.service is None and (named := _service_in(found.response)) is not None:
        api = Api(named)
    methods = api.methods.methods_at(url)
    method = methods[0] if len(methods) == 1 else None
    operation = _operation(found, url, methods)
    subject = CaughtRequest(UnknownRequest(url, method), None, operation, api)
    subject.in_upload_session = found.in_upload_session
    if method is None:
        subject.may_be = methods[:_MAX_METHODS]
    failure = _failure(found, subject, redaction)
    if from_text:
        failure = with_usual_reason(failure, subject.service)
    each = [_of_method(failure, one, subject.service) for one in methods[:_MAX_METHODS]]
    if len({_advice(one) for one in each}) > 1:
        # It depends on what was asked for, which nothing here tells.
        failure = failure._replace(diagnosis=diagnose(Evidence()))
    elif each and _advice(failure.diagnosis) not in {_advice(one) for one in each}:
        failure = failure._replace(diagnosis=each[0])
    return _explanation(found, method, failure, redaction)


def _service_in(response: Response | None) -> str | None:
    """The API that an error is of, where no URL tells: uploads show none, nor does a body."""
    if response is None:
        return None
    said = parse_response(response.status, response.head, response.body)
    # ``youtube.quota``
    name = (said.domain or "").partition(".")[0]
    return name if name in SERVICES else service_that_says(said.message or "")


def _of_method(failure: Failure, method: str, service: str | None) -> Diagnosis:
    return diagnose(failure.evidence._replace(method=method), service_named(service))


def _advice(of: Diagnosis) -> tuple[str, str, str]:
    return of.cause, of.retry, of.owner


def _operation(found: Caught, url: str, methods: list[str]) -> str:
    if methods == [DISCOVERY_METHOD]:
        return Operation.DISCOVERY
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    return Operation.BATCH if path == "/batch" or path.startswith("/batch/") else found.operation


def _explanation(
    found: Caught, method: str | None, failure: Failure, redaction: Redaction
) -> Explanation:
    said = failure.attributes(redaction)

    def text(name: str) -> str | None:
        value = said.get(name)
        return value if isinstance(value, str) else None

    status = said.get(HTTP_RESPONSE_STATUS_CODE, found.response.status if found.response else None)
    return Explanation(
        cause=failure.diagnosis.cause,
        retry=failure.diagnosis.retry,
        owner=failure.diagnosis.owner,
        remedy=failure.diagnosis.remedy,
        help_url=failure.diagnosis.help_url,
        message=failure.description,
        method=method,
        status_code=status if isinstance(status, int) else None,
        reason=text(semconv.GOOGLEAPICLIENT_ERROR_REASON),
        domain=text(semconv.GOOGLEAPICLIENT_ERROR_DOMAIN),
        location=text(semconv.GOOGLEAPICLIENT_ERROR_LOCATION),
        canonical_status=text(semconv.GOOGLEAPICLIENT_ERROR_STATUS),
        advised_wait=failure.advised_wait,
    )


def _failure(found: Caught, subject: ApiRequest, redaction: Redaction) -> Failure:
    error, response = found.error, found.response
    if response is not None and response.failed and not _asks_for_more(found):
        return failure_of_response(response, subject, redaction)
    return failure_of_exception(
        error,
        subject,
        redaction,
        responded=response is not None,
        unread=response is not None
        and subject.operation in _READING
        and isinstance(error, LookupError | ValueError),
    )


def _asks_for_more(found: Caught) -> bool:
    """Whether the response asks for the next chunk of an upload."""
    return (
        found.response is not None
        and found.response.status == _RESUME_INCOMPLETE
        and attribute_of(found.request, "resumable") is not None
    )


def _captures_personal_data() -> bool:
    given = os.environ.get(OTEL_PYTHON_GOOGLEAPICLIENT_CAPTURE_PERSONAL_DATA, "")
    return given.strip().lower() == "true"
