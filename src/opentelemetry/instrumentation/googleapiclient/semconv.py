# SPDX-License-Identifier: Apache-2.0
"""Every attribute and event name that is ours, and development names of the conventions.

Stable names are imported from ``opentelemetry.semconv`` where they are used. Names that the
conventions still develop are copied here, because the installed releases differ in them.
"""

from typing import Final

# Development names of the semantic conventions and of Google's own clients.
RPC_SYSTEM_NAME: Final = "rpc.system.name"
RPC_METHOD: Final = "rpc.method"
URL_TEMPLATE: Final = "url.template"
USER_HASH: Final = "user.hash"
GCP_CLIENT_SERVICE: Final = "gcp.client.service"
GCP_ERRORS_DOMAIN: Final = "gcp.errors.domain"
GCP_ERRORS_METADATA: Final = "gcp.errors.metadata"

GOOGLEAPICLIENT_OPERATION: Final = "googleapiclient.operation"

GOOGLEAPICLIENT_ERROR_REASON: Final = "googleapiclient.error.reason"
GOOGLEAPICLIENT_ERROR_DOMAIN: Final = "googleapiclient.error.domain"
GOOGLEAPICLIENT_ERROR_LOCATION: Final = "googleapiclient.error.location"
GOOGLEAPICLIENT_ERROR_LOCATION_TYPE: Final = "googleapiclient.error.location_type"
GOOGLEAPICLIENT_ERROR_STATUS: Final = "googleapiclient.error.status"
GOOGLEAPICLIENT_ERROR_INFO_REASON: Final = "googleapiclient.error.info.reason"

GOOGLEAPICLIENT_ERROR_CAUSE: Final = "googleapiclient.error.cause"
GOOGLEAPICLIENT_ERROR_RETRYABLE: Final = "googleapiclient.error.retryable"
GOOGLEAPICLIENT_ERROR_OWNER: Final = "googleapiclient.error.owner"
GOOGLEAPICLIENT_ERROR_REMEDY: Final = "googleapiclient.error.remedy"
GOOGLEAPICLIENT_ERROR_HELP_URL: Final = "googleapiclient.error.help_url"

GOOGLEAPICLIENT_ERROR_SCOPES_REQUIRED: Final = "googleapiclient.error.scopes.required_any_of"
GOOGLEAPICLIENT_ERROR_SCOPES_REQUESTED: Final = "googleapiclient.error.scopes.requested"
GOOGLEAPICLIENT_ERROR_SCOPES_GRANTED: Final = "googleapiclient.error.scopes.granted"

GOOGLEAPICLIENT_RETRY_LIMIT: Final = "googleapiclient.retry.limit"
GOOGLEAPICLIENT_RETRY_COUNT: Final = "googleapiclient.retry.count"
GOOGLEAPICLIENT_RETRY_WAIT: Final = "googleapiclient.retry.wait"
GOOGLEAPICLIENT_RETRY_EXHAUSTED: Final = "googleapiclient.retry.exhausted"
GOOGLEAPICLIENT_RETRY_ADVISED_WAIT: Final = "googleapiclient.retry.advised_wait"

EVENT_RETRY: Final = "googleapiclient.retry"
GOOGLEAPICLIENT_RETRY_ATTEMPT: Final = "googleapiclient.retry.attempt"
GOOGLEAPICLIENT_RETRY_DELAY: Final = "googleapiclient.retry.delay"
GOOGLEAPICLIENT_RETRY_TOO_EARLY: Final = "googleapiclient.retry.too_early"

GOOGLEAPICLIENT_BATCH_SIZE: Final = "googleapiclient.batch.size"
GOOGLEAPICLIENT_BATCH_ANSWERED_COUNT: Final = "googleapiclient.batch.answered_count"
GOOGLEAPICLIENT_BATCH_FAILED_COUNT: Final = "googleapiclient.batch.failed_count"
GOOGLEAPICLIENT_BATCH_OVERSIZED: Final = "googleapiclient.batch.oversized"
GOOGLEAPICLIENT_BATCH_PART_SPANS_DROPPED: Final = "googleapiclient.batch.part_spans_dropped"

GOOGLEAPICLIENT_REEXECUTION_COUNT: Final = "googleapiclient.reexecution.count"

GOOGLEAPICLIENT_UPLOAD_OFFSET: Final = "googleapiclient.upload.offset"
GOOGLEAPICLIENT_UPLOAD_CHUNK_SIZE: Final = "googleapiclient.upload.chunk_size"
GOOGLEAPICLIENT_UPLOAD_SIZE: Final = "googleapiclient.upload.size"
GOOGLEAPICLIENT_DOWNLOAD_OFFSET: Final = "googleapiclient.download.offset"
GOOGLEAPICLIENT_DOWNLOAD_CHUNK_SIZE: Final = "googleapiclient.download.chunk_size"
GOOGLEAPICLIENT_DOWNLOAD_SIZE: Final = "googleapiclient.download.size"

METRIC_CALL_DURATION: Final = "googleapiclient.call.duration"
METRIC_RETRY_WAIT_DURATION: Final = "googleapiclient.retry.wait.duration"
METRIC_BATCH_PARTS: Final = "googleapiclient.batch.parts"
METRIC_QUOTA_USAGE: Final = "googleapiclient.quota.usage"


class Operation:
    """Values of ``googleapiclient.operation``: the shape of a call."""

    EXECUTE: Final = "execute"
    UPLOAD_CHUNK: Final = "upload_chunk"
    DOWNLOAD_CHUNK: Final = "download_chunk"
    BATCH: Final = "batch"
    BATCH_PART: Final = "batch_part"
    DISCOVERY: Final = "discovery"


DISCOVERY_METHOD: Final = "discovery.apis.getRest"
"""The method of the API Discovery Service that ``build()`` calls for a live document."""
