# SPDX-License-Identifier: Apache-2.0
"""Writes docs/telemetry.md out of the two semconv.py: ``python docs/telemetry_page.py``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeAlias

from opentelemetry.instrumentation.googleapiclient import semconv as calls
from opentelemetry.instrumentation.httplib2 import semconv as wire
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_METHOD,
    HTTP_REQUEST_METHOD_ORIGINAL,
    HTTP_REQUEST_RESEND_COUNT,
    HTTP_RESPONSE_STATUS_CODE,
)
from opentelemetry.semconv.attributes.network_attributes import (
    NETWORK_PEER_ADDRESS,
    NETWORK_PEER_PORT,
    NETWORK_PROTOCOL_VERSION,
)
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.semconv.attributes.url_attributes import URL_FULL
from opentelemetry.semconv.metrics.http_metrics import HTTP_CLIENT_REQUEST_DURATION

from attribute_docstrings import documented

PAGE: Final = Path(__file__).with_name("telemetry.md")

Rows: TypeAlias = Mapping[str, str | None]
"""Attribute to what is said of it here, or None: what its docstring says."""

_OWN: Final = {
    layer: {getattr(layer, name): text for name, text in documented(layer).items()}
    for layer in (calls, wire)
}
_KEYED: Final = {
    calls.GCP_ERRORS_METADATA: f"{calls.GCP_ERRORS_METADATA}.<key>",
    "http.request.header": "http.request.header.<name>",
    "http.response.header": "http.response.header.<name>",
}
"""Names that are prefixes, as the page has them."""

CALL_SPAN: Final[Rows] = {
    **dict.fromkeys((calls.RPC_SYSTEM_NAME, calls.RPC_METHOD, calls.GCP_CLIENT_SERVICE)),
    SERVER_ADDRESS: "String. Always.",
    SERVER_PORT: "Int. Always.",
    **dict.fromkeys((calls.URL_TEMPLATE, calls.GOOGLEAPICLIENT_OPERATION)),
    HTTP_RESPONSE_STATUS_CODE: "Int. The status of the last try, if it got a response. If a token "
    "could not be renewed, the status of the endpoint that rejected the request, if it is known.",
    **dict.fromkeys(
        (
            calls.GOOGLEAPICLIENT_RETRY_LIMIT,
            calls.GOOGLEAPICLIENT_RETRY_COUNT,
            calls.GOOGLEAPICLIENT_RETRY_WAIT,
            calls.GOOGLEAPICLIENT_REEXECUTION_COUNT,
            calls.GOOGLEAPICLIENT_RETRY_TOO_EARLY,
            calls.GOOGLEAPICLIENT_DUPLICATE_RISK,
            calls.USER_HASH,
        )
    ),
    wire.HTTPLIB2_RESPONSE_STALE: "Bool. True if the last try was not sent and the application got "
    "the response to another request.",
}

FAILED_CALL: Final[Rows] = {
    ERROR_TYPE: "String. The first of these that the last try has: `errors[0].reason`, "
    "`ErrorInfo.reason`, canonical status, HTTP status. Without a response: the OAuth error code, "
    "or the name of the exception.",
    **dict.fromkeys(
        (
            calls.GOOGLEAPICLIENT_ERROR_CAUSE,
            calls.GOOGLEAPICLIENT_ERROR_RETRYABLE,
            calls.GOOGLEAPICLIENT_ERROR_RETRY,
            calls.GOOGLEAPICLIENT_ERROR_OWNER,
            calls.GOOGLEAPICLIENT_ERROR_REMEDY,
            calls.GOOGLEAPICLIENT_ERROR_HELP_URL,
            calls.GOOGLEAPICLIENT_ERROR_REASON,
            calls.GOOGLEAPICLIENT_ERROR_DOMAIN,
            calls.GOOGLEAPICLIENT_ERROR_LOCATION,
            calls.GOOGLEAPICLIENT_ERROR_LOCATION_TYPE,
            calls.GOOGLEAPICLIENT_ERROR_STATUS,
            calls.GOOGLEAPICLIENT_ERROR_INFO_REASON,
            calls.GCP_ERRORS_DOMAIN,
            calls.GCP_ERRORS_METADATA,
            calls.GOOGLEAPICLIENT_ERROR_SCOPES_REQUIRED,
            calls.GOOGLEAPICLIENT_ERROR_SCOPES_REQUESTED,
            calls.GOOGLEAPICLIENT_ERROR_SCOPES_GRANTED,
            calls.GOOGLEAPICLIENT_CREDENTIALS_KIND,
            calls.GOOGLEAPICLIENT_RETRY_EXHAUSTED,
            calls.GOOGLEAPICLIENT_RETRY_ADVISED_WAIT,
        )
    ),
}
CHUNK: Final[Rows] = dict.fromkeys(
    (
        calls.GOOGLEAPICLIENT_UPLOAD_OFFSET,
        calls.GOOGLEAPICLIENT_UPLOAD_CHUNK_SIZE,
        calls.GOOGLEAPICLIENT_UPLOAD_SIZE,
        calls.GOOGLEAPICLIENT_DOWNLOAD_OFFSET,
        calls.GOOGLEAPICLIENT_DOWNLOAD_CHUNK_SIZE,
        calls.GOOGLEAPICLIENT_DOWNLOAD_SIZE,
    )
)
BATCH: Final[Rows] = dict.fromkeys(
    (
        calls.GOOGLEAPICLIENT_BATCH_SIZE,
        calls.GOOGLEAPICLIENT_BATCH_ANSWERED_COUNT,
        calls.GOOGLEAPICLIENT_BATCH_FAILED_COUNT,
        calls.GOOGLEAPICLIENT_BATCH_RESENT_COUNT,
        calls.GOOGLEAPICLIENT_BATCH_OVERSIZED,
        calls.GOOGLEAPICLIENT_BATCH_PART_SPANS_DROPPED,
    )
)
RETRY_EVENT: Final[Rows] = {
    **dict.fromkeys(
        (
            calls.GOOGLEAPICLIENT_RETRY_ATTEMPT,
            calls.GOOGLEAPICLIENT_RETRY_LIMIT,
            calls.GOOGLEAPICLIENT_RETRY_DELAY,
            calls.GOOGLEAPICLIENT_RETRY_ADVISED_WAIT,
            calls.GOOGLEAPICLIENT_RETRY_TOO_EARLY,
        )
    ),
    HTTP_RESPONSE_STATUS_CODE: "Int. The status of the failure that led to the retry, if there was "
    "a response.",
    ERROR_TYPE: "String. The error type of the failure that led to the retry.",
    calls.GOOGLEAPICLIENT_ERROR_CAUSE: "String. The cause of the failure that led to the retry.",
}
ATTEMPT_SPAN: Final[Rows] = {
    HTTP_REQUEST_METHOD: "String. Always; `_OTHER` for an unknown method.",
    HTTP_REQUEST_METHOD_ORIGINAL: "String. The original method, if the other is `_OTHER`.",
    SERVER_ADDRESS: "String. Always.",
    SERVER_PORT: "Int. Always.",
    URL_FULL: "String. Always; it is redacted, see [Privacy](privacy.md).",
    HTTP_RESPONSE_STATUS_CODE: "Int. If there was a response.",
    ERROR_TYPE: "String. The status if it is 4xx or 5xx; the name of the exception if there was no "
    "response.",
    HTTP_REQUEST_RESEND_COUNT: "Int. Attempts before this one, if any.",
    NETWORK_PROTOCOL_VERSION: "String. `1.1`, if there was a response.",
    NETWORK_PEER_ADDRESS: "String. From the socket.",
    NETWORK_PEER_PORT: "Int. From the socket.",
    **dict.fromkeys(
        (
            wire.HTTPLIB2_RESEND_CAUSE,
            wire.HTTPLIB2_FAILED_PHASE,
            wire.HTTPLIB2_RESPONSE_STALE,
            wire.HTTPLIB2_CONNECTION_REUSED,
            wire.HTTPLIB2_CONNECTION_SHARED,
            wire.URL_TEMPLATE,
        )
    ),
    "http.request.header": "String[]. Only with an [option](configuration.md#headers).",
    "http.response.header": "String[]. Only with an [option](configuration.md#headers).",
}
_FAILURE: Final = (ERROR_TYPE, calls.GOOGLEAPICLIENT_ERROR_CAUSE)
_METHOD: Final = (calls.GCP_CLIENT_SERVICE, calls.RPC_METHOD)
METRICS: Final = {
    calls.METRIC_CALL_DURATION: (
        *_METHOD,
        calls.GOOGLEAPICLIENT_OPERATION,
        HTTP_RESPONSE_STATUS_CODE,
        *_FAILURE,
        calls.GOOGLEAPICLIENT_ERROR_OWNER,
        calls.GOOGLEAPICLIENT_RETRY_EXHAUSTED,
    ),
    calls.METRIC_RETRY_WAIT_DURATION: (*_METHOD, *_FAILURE),
    calls.METRIC_BATCH_PARTS: (*_METHOD, *_FAILURE, calls.GOOGLEAPICLIENT_ERROR_OWNER),
    calls.METRIC_QUOTA_USAGE: _METHOD,
    HTTP_CLIENT_REQUEST_DURATION: (
        HTTP_REQUEST_METHOD,
        SERVER_ADDRESS,
        SERVER_PORT,
        HTTP_RESPONSE_STATUS_CODE,
        ERROR_TYPE,
        NETWORK_PROTOCOL_VERSION,
    ),
    wire.METRIC_RESENDS: (
        HTTP_REQUEST_METHOD,
        SERVER_ADDRESS,
        wire.HTTPLIB2_RESEND_CAUSE,
        wire.HTTPLIB2_PREVIOUS_FAILED_PHASE,
        wire.HTTPLIB2_PREVIOUS_CONNECTION_REUSED,
        wire.RPC_METHOD,
    ),
}
"""Metric to its attributes."""
_CONVENTIONAL_METRIC: Final = "Histogram, s. Duration of attempts, as defined by the conventions."

_HEAD: Final = """\
# Telemetry

<!-- Written by docs/telemetry_page.py out of the two semconv.py. Do not edit. -->

This page lists every span, event, metric and attribute. There are two instrumentation scopes:
`opentelemetry.instrumentation.googleapiclient` (calls) and `opentelemetry.instrumentation.httplib2`
(HTTP requests).
"""


def page() -> str:
    """The whole page."""
    return "".join((_HEAD, *_call_parts(), *_wire_parts(), *_metric_parts()))


def _call_parts() -> Iterator[str]:
    yield """
## Call span

One INTERNAL span per call. Its name is the method ID, such as `gmail.users.messages.get`, or the
HTTP method if there is no method ID. A batch is named `gmail.batch`, or `batch` if its parts belong
to several services. Fetching a live discovery document is `discovery.apis.getRest`. Chunks of an
upload or download are linked to the first chunk.

"""
    yield from _table(calls, CALL_SPAN)
    yield "\nValues of `googleapiclient.operation`:\n\n"
    yield from _values(calls.Operation)
    yield """
### On a failed call

The status is ERROR, and its description is the redacted message of the server or the exception.
There is no exception event, because `str(HttpError)` contains the URL. All causes are in
[Causes](causes.md).

"""
    yield from _table(calls, FAILED_CALL)
    yield "\n### On a chunk of an upload or download\n\n"
    yield from _table(calls, CHUNK)
    yield """
### On a batch

The status is ERROR only if the batch itself failed. Parts that fail inside a 200 are INTERNAL child
spans with their own method ID, the attributes of a failed call, and the start and end time of the
batch's request.

"""
    yield from _table(calls, BATCH)
    yield f"\n## Event `{calls.EVENT_RETRY}`\n\n{_OWN[calls][calls.EVENT_RETRY]} "
    yield "It is an event of the call\nspan, or a log-based event with severity DEBUG: see "
    yield "[retry_events](configuration.md#retry_events).\n\n"
    yield from _table(calls, RETRY_EVENT)


def _wire_parts() -> Iterator[str]:
    yield """
## Attempt span

One CLIENT span per HTTP request, below the call. Its name is the HTTP method, or `HTTP` if the
method is unknown; [capture_url_template](configuration.md#capture_url_template) adds the URL
template. It has the attributes of the stable HTTP client conventions and some that are specific to
httplib2. The status is ERROR for 4xx and 5xx, and unset for 3xx.

"""
    yield from _table(wire, ATTEMPT_SPAN)
    yield "\nValues of `httplib2.resend.cause`:\n\n"
    yield from _values(wire.ResendCause)
    yield "\nValues of `httplib2.failed_phase`:\n\n"
    yield from _values(wire.Phase)


def _metric_parts() -> Iterator[str]:
    yield """
## Metrics

Metrics count every call, sampled or not. Attributes without a value are absent: a successful call
has no `error.type`.

| metric | instrument | meaning | attributes |
| --- | --- | --- | --- |
"""
    for metric, attributes in METRICS.items():
        names = " ".join(f"`{name}`" for name in attributes)
        instrument, meaning = _meaning(metric)
        yield f"| `{metric}` | {instrument} | {meaning} | {names} |\n"
    yield """
Quota units are counted per try, even if the try's token refresh failed. Resends, after a token
refresh or by httplib2, are not counted. Gmail has limits per user and per project: if a process
serves many mailboxes, compare the metric only with the project's limit.
"""


def _table(layer: ModuleType, rows: Rows) -> Iterator[str]:
    yield "| attribute | type | meaning |\n| --- | --- | --- |\n"
    for name, said in rows.items():
        kind, meaning = _split(said or _markdown(_OWN[layer][name]))
        yield f"| `{_KEYED.get(name, name)}` | {kind} | {meaning} |\n"


def _values(of: type[Any]) -> Iterator[str]:
    yield "| value | meaning |\n| --- | --- |\n"
    for name, text in documented(of).items():
        yield f"| `{getattr(of, name)}` | {_markdown(text)} |\n"


def _meaning(metric: str) -> tuple[str, str]:
    own = _OWN[calls] | _OWN[wire]
    return _split(_markdown(own.get(metric, _CONVENTIONAL_METRIC)))


def _split(text: str) -> tuple[str, str]:
    """Take the type, ``Double, s``, from what is said after it."""
    kind, _, meaning = text.partition(". ")
    return kind[:1].lower() + kind[1:], meaning


def _markdown(docstring: str) -> str:
    return docstring.replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
