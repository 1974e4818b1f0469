# SPDX-License-Identifier: Apache-2.0
"""What is asked of Tempo."""

from __future__ import annotations

from typing import Final

from opentelemetry.instrumentation.googleapiclient import semconv
from opentelemetry.instrumentation.httplib2 import semconv as wire_semconv
from opentelemetry.semconv.attributes.http_attributes import HTTP_REQUEST_METHOD

_OF_SERVICE: Final = 'resource.service.name =~ "$service"'
_OF_API: Final = f'span.{semconv.GCP_CLIENT_SERVICE} =~ "$api"'
# Batches are of no one method.
_OF_METHOD: Final = (
    f'(span.{semconv.RPC_METHOD} =~ "$method" || '
    f'span.{semconv.GOOGLEAPICLIENT_OPERATION} = "{semconv.Operation.BATCH}")'
)

SHOWN: Final = {
    semconv.RPC_METHOD: "Method",
    semconv.GOOGLEAPICLIENT_ERROR_CAUSE: "Cause",
    semconv.GOOGLEAPICLIENT_ERROR_OWNER: "Who can fix it",
    semconv.GOOGLEAPICLIENT_ERROR_REMEDY: "What to do",
    semconv.GOOGLEAPICLIENT_ERROR_HELP_URL: "Read on",
}
"""Attributes of failed calls, with the titles of their columns."""

LATEST_FAILURES: Final = (
    f"{{ span.{semconv.GOOGLEAPICLIENT_ERROR_CAUSE} != nil && {_OF_SERVICE} && {_OF_API}"
    f" && {_OF_METHOD} }} | select({', '.join(f'span.{name}' for name in SHOWN)})"
)

SENT_TWICE: Final = (
    f"{{ {_OF_SERVICE} && span.{semconv.GOOGLEAPICLIENT_OPERATION} != nil }} >> "
    f'{{ span.{wire_semconv.HTTPLIB2_RESEND_CAUSE} = "{wire_semconv.ResendCause.NO_RESPONSE}"'
    f' && span.{HTTP_REQUEST_METHOD} = "POST" }}'
)
"""Requests that went out again because the connection closed without an answer."""

QUERIES: Final = (LATEST_FAILURES, SENT_TWICE)
