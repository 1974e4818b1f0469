# SPDX-License-Identifier: Apache-2.0
"""What is asked of Tempo."""

from __future__ import annotations

from typing import Final

from opentelemetry.instrumentation.googleapiclient import semconv
from opentelemetry.semconv.attributes.service_attributes import SERVICE_NAME

_OF_SERVICE: Final = f'resource.{SERVICE_NAME} =~ "$service"'
_OF_API: Final = f'span.{semconv.GCP_CLIENT_SERVICE} =~ "$api"'
# Batches are of no one method.
_OF_METHOD: Final = (
    f'(span.{semconv.RPC_METHOD} =~ "$method" || '
    f'span.{semconv.GOOGLEAPICLIENT_OPERATION} = "{semconv.Operation.BATCH}")'
)

_OF_FAILURE: Final = (
    f'span.{semconv.GOOGLEAPICLIENT_ERROR_CAUSE} =~ "$cause" && '
    f'span.{semconv.GOOGLEAPICLIENT_ERROR_OWNER} =~ "$owner"'
)
_LATEST: Final = "with (most_recent=true)"
"""Otherwise Tempo returns whichever spans it finds first."""

SHOWN: Final = {
    semconv.RPC_METHOD: "Method",
    semconv.GOOGLEAPICLIENT_ERROR_CAUSE: "Cause",
    semconv.GOOGLEAPICLIENT_ERROR_OWNER: "Who can fix it",
    semconv.GOOGLEAPICLIENT_ERROR_REMEDY: "What to do",
    semconv.GOOGLEAPICLIENT_ERROR_HELP_URL: "Docs",
}
"""Attributes of failed calls, with the titles of their columns."""

COMPARED: Final = (
    SERVICE_NAME,
    semconv.GCP_CLIENT_SERVICE,
    semconv.GOOGLEAPICLIENT_OPERATION,
    semconv.GOOGLEAPICLIENT_DUPLICATE_RISK,
)
"""Attributes that Tempo returns besides, since they are compared."""

LATEST_FAILURES: Final = (
    f"{{ {_OF_FAILURE} && {_OF_SERVICE} && {_OF_API} && {_OF_METHOD} }}"
    f" | select({', '.join(f'span.{name}' for name in SHOWN)}) {_LATEST}"
)

SENT_TWICE: Final = (
    f"{{ span.{semconv.GOOGLEAPICLIENT_DUPLICATE_RISK} = true && {_OF_SERVICE} && {_OF_API}"
    f" && {_OF_METHOD} }} | select(span.{semconv.RPC_METHOD}) {_LATEST}"
)
"""Calls whose request may have been carried out twice."""

QUERIES: Final = (LATEST_FAILURES, SENT_TWICE)
