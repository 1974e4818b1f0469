# SPDX-License-Identifier: Apache-2.0
"""Every attribute and event name that is ours, and development names of the conventions.

Stable names are imported from ``opentelemetry.semconv`` where they are used. Names that the
conventions still develop are copied here, because the installed releases differ in them.
"""

from typing import Final

# Development names of the semantic conventions and of Google's own clients.
RPC_SYSTEM_NAME: Final = "rpc.system.name"
"""String. Always ``http``."""
RPC_METHOD: Final = "rpc.method"
"""String. The method ID, such as ``gmail.users.messages.get``; absent on a batch."""
URL_TEMPLATE: Final = "url.template"
"""String. ``/gmail/v1/users/{userId}/messages/{id}``, if the discovery document has it."""
USER_HASH: Final = "user.hash"
"""String. HMAC-SHA256 of the mailbox's owner. Only with the option ``user_hash_key``."""
GCP_CLIENT_SERVICE: Final = "gcp.client.service"
"""String. The API's name in its discovery document, such as ``gmail``, if known."""
GCP_ERRORS_DOMAIN: Final = "gcp.errors.domain"
"""String. Domain of the response's ``google.rpc.ErrorInfo``."""
GCP_ERRORS_METADATA: Final = "gcp.errors.metadata"
"""String. One for each of these in ``google.rpc.ErrorInfo``: ``service`` ``method``
``quota_metric`` ``quota_limit`` ``quota_limit_value`` ``quota_unit`` ``quota_location``.
"""

GOOGLEAPICLIENT_OPERATION: Final = "googleapiclient.operation"
"""String. The shape of the call; the values are listed below. Always."""

GOOGLEAPICLIENT_ERROR_REASON: Final = "googleapiclient.error.reason"
"""String. ``errors[0].reason``, or the OAuth error code, such as ``invalid_grant``."""
GOOGLEAPICLIENT_ERROR_DOMAIN: Final = "googleapiclient.error.domain"
"""String. ``errors[0].domain``, such as ``usageLimits``."""
GOOGLEAPICLIENT_ERROR_LOCATION: Final = "googleapiclient.error.location"
"""String. ``errors[0].location``, else the first field of ``google.rpc.BadRequest``."""
GOOGLEAPICLIENT_ERROR_LOCATION_TYPE: Final = "googleapiclient.error.location_type"
"""String. ``errors[0].locationType``: ``parameter``, ``header``; ``field`` of BadRequest."""
GOOGLEAPICLIENT_ERROR_STATUS: Final = "googleapiclient.error.status"
"""String. Canonical status, such as ``RESOURCE_EXHAUSTED``."""
GOOGLEAPICLIENT_ERROR_INFO_REASON: Final = "googleapiclient.error.info.reason"
"""String. Reason of the response's ``google.rpc.ErrorInfo``."""

GOOGLEAPICLIENT_ERROR_CAUSE: Final = "googleapiclient.error.cause"
"""String. What happened, as a value from a closed list: see the page of causes."""
GOOGLEAPICLIENT_ERROR_RETRYABLE: Final = "googleapiclient.error.retryable"
"""Bool. True if sending the same request later could succeed."""
GOOGLEAPICLIENT_ERROR_RETRY: Final = "googleapiclient.error.retry"
"""String. When a retry can help: ``backoff`` (within seconds to minutes), ``later`` (after hours,
or at the time that the server names), ``never``.
"""
GOOGLEAPICLIENT_CREDENTIALS_KIND: Final = "googleapiclient.credentials.kind"
"""String. The kind of credentials of a failed call, if known: ``user``
``user_without_refresh_token`` ``service_account`` ``service_account_with_subject``
``self_signed_jwt`` ``impersonated`` ``workload_identity`` ``compute`` ``api_key`` ``none``.
"""
GOOGLEAPICLIENT_ERROR_OWNER: Final = "googleapiclient.error.owner"
"""String. Who can fix it: ``developer`` ``end_user`` ``domain_admin`` ``project_owner`` ``google``
``nobody``.
"""
GOOGLEAPICLIENT_ERROR_REMEDY: Final = "googleapiclient.error.remedy"
"""String. What to do, in one to three sentences."""
GOOGLEAPICLIENT_ERROR_HELP_URL: Final = "googleapiclient.error.help_url"
"""String. Where to read more."""

GOOGLEAPICLIENT_ERROR_SCOPES_REQUIRED: Final = "googleapiclient.error.scopes.required_any_of"
"""String[]. On ``scope_insufficient``: the method accepts any of these scopes."""
GOOGLEAPICLIENT_ERROR_SCOPES_REQUESTED: Final = "googleapiclient.error.scopes.requested"
"""String[]. On ``scope_insufficient``: the scopes that the credentials asked for."""
GOOGLEAPICLIENT_ERROR_SCOPES_GRANTED: Final = "googleapiclient.error.scopes.granted"
"""String[]. On ``scope_insufficient``: the scopes that the token has, if known."""

GOOGLEAPICLIENT_RETRY_LIMIT: Final = "googleapiclient.retry.limit"
"""Int. ``num_retries``, if more than 0."""
GOOGLEAPICLIENT_RETRY_COUNT: Final = "googleapiclient.retry.count"
"""Int. Retries by the library, if there were any."""
GOOGLEAPICLIENT_RETRY_WAIT: Final = "googleapiclient.retry.wait"
"""Double, s. Time spent waiting before retries, if any."""
GOOGLEAPICLIENT_RETRY_EXHAUSTED: Final = "googleapiclient.retry.exhausted"
"""Bool. True if the call failed after ``num_retries`` retries."""
GOOGLEAPICLIENT_RETRY_ADVISED_WAIT: Final = "googleapiclient.retry.advised_wait"
"""Double, s. The wait that the server asked for: ``Retry-After``, ``RetryInfo`` or the message."""

EVENT_RETRY: Final = "googleapiclient.retry"
"""A retry by the library. It is added when the wait before the retry begins."""
GOOGLEAPICLIENT_RETRY_ATTEMPT: Final = "googleapiclient.retry.attempt"
"""Int. Number of the following retry in its retry loop, starting at 1."""
GOOGLEAPICLIENT_RETRY_DELAY: Final = "googleapiclient.retry.delay"
"""Double, s. The wait before the retry."""
GOOGLEAPICLIENT_RETRY_TOO_EARLY: Final = "googleapiclient.retry.too_early"
"""Bool. True if the retry came earlier than the server had asked."""

GOOGLEAPICLIENT_BATCH_SIZE: Final = "googleapiclient.batch.size"
"""Int. Parts of the batch."""
GOOGLEAPICLIENT_BATCH_ANSWERED_COUNT: Final = "googleapiclient.batch.answered_count"
"""Int. Parts that got a response."""
GOOGLEAPICLIENT_BATCH_FAILED_COUNT: Final = "googleapiclient.batch.failed_count"
"""Int. Parts that failed."""
GOOGLEAPICLIENT_BATCH_RESENT_COUNT: Final = "googleapiclient.batch.resent_count"
"""Int. Parts that were resent after a 401, if any."""
GOOGLEAPICLIENT_BATCH_OVERSIZED: Final = "googleapiclient.batch.oversized"
"""Bool. True if the batch has more parts than the API recommends (Gmail: 50)."""
GOOGLEAPICLIENT_BATCH_PART_SPANS_DROPPED: Final = "googleapiclient.batch.part_spans_dropped"
"""Int. Number of omitted part spans, if any: a batch has at most 100."""

GOOGLEAPICLIENT_DUPLICATE_RISK: Final = "googleapiclient.duplicate_risk"
"""Bool. True if a POST or PATCH was resent, for any reason, after an attempt that was sent but
failed before its response was read. The server may have carried it out twice.
"""

GOOGLEAPICLIENT_REEXECUTION_COUNT: Final = "googleapiclient.reexecution.count"
"""Int. How many consecutive executions of this request have failed before, if more than 0."""

GOOGLEAPICLIENT_UPLOAD_OFFSET: Final = "googleapiclient.upload.offset"
"""Int, byte. First byte of the chunk; if ``execute()`` failed, where the upload stopped."""
GOOGLEAPICLIENT_UPLOAD_CHUNK_SIZE: Final = "googleapiclient.upload.chunk_size"
"""Int, byte. Length of the chunk."""
GOOGLEAPICLIENT_UPLOAD_SIZE: Final = "googleapiclient.upload.size"
"""Int, byte. Total size; absent while it is unknown."""
GOOGLEAPICLIENT_DOWNLOAD_OFFSET: Final = "googleapiclient.download.offset"
"""Int, byte. First byte of the chunk."""
GOOGLEAPICLIENT_DOWNLOAD_CHUNK_SIZE: Final = "googleapiclient.download.chunk_size"
"""Int, byte. Length of the chunk."""
GOOGLEAPICLIENT_DOWNLOAD_SIZE: Final = "googleapiclient.download.size"
"""Int, byte. Total size; absent while it is unknown."""

METRIC_CALL_DURATION: Final = "googleapiclient.call.duration"
"""Histogram, s. Duration of calls, including retries and waits."""
METRIC_RETRY_WAIT_DURATION: Final = "googleapiclient.retry.wait.duration"
"""Histogram, s. Time spent waiting before retries, by the failure that led to them."""
METRIC_BATCH_PARTS: Final = "googleapiclient.batch.parts"
"""Counter, {part}. Parts of batches that got a response, by outcome."""
METRIC_QUOTA_USAGE: Final = "googleapiclient.quota.usage"
"""Counter, {unit}. Gmail quota units, charged for each try and each part of a batch, and once for
an upload.
"""


class Operation:
    """Values of ``googleapiclient.operation``: the shape of a call."""

    EXECUTE: Final = "execute"
    """``execute()``."""
    UPLOAD_CHUNK: Final = "upload_chunk"
    """``next_chunk()`` of an upload that the application calls itself."""
    DOWNLOAD_CHUNK: Final = "download_chunk"
    """``next_chunk()`` of a download."""
    BATCH: Final = "batch"
    """``execute()`` of a batch."""
    BATCH_PART: Final = "batch_part"
    """One call inside a batch."""
    DISCOVERY: Final = "discovery"
    """The fetch of a live discovery document by ``build()``."""


DISCOVERY_METHOD: Final = "discovery.apis.getRest"
"""The method of the API Discovery Service that ``build()`` calls for a live document."""
