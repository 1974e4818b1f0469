# SPDX-License-Identifier: Apache-2.0
"""Every attribute and metric name that is ours, and development names of the conventions."""

from typing import Final

# A development name of the semantic conventions: the installed releases differ in them.
URL_TEMPLATE: Final = "url.template"

HTTPLIB2_RESEND_CAUSE: Final = "httplib2.resend.cause"
HTTPLIB2_CONNECTION_REUSED: Final = "httplib2.connection.reused"
HTTPLIB2_CONNECTION_SHARED: Final = "httplib2.connection.shared"
HTTPLIB2_FAILED_PHASE: Final = "httplib2.failed_phase"

METRIC_RESENDS: Final = "httplib2.resends"


class ResendCause:
    """Values of ``httplib2.resend.cause``: why a request went out again."""

    RETRY: Final = "retry"
    AUTH_REFRESH: Final = "auth_refresh"
    AUTH_CHALLENGE: Final = "auth_challenge"
    REDIRECT: Final = "redirect"
    NO_RESPONSE: Final = "no_response"


class Phase:
    """Values of ``httplib2.failed_phase``: what was being done when an exception came."""

    CONNECT: Final = "connect"
    SEND: Final = "send"
    WAIT: Final = "wait"
    READ: Final = "read"
