# SPDX-License-Identifier: Apache-2.0
"""Every attribute and metric name that is ours, and development names of the conventions."""

from typing import Final

# A development name of the semantic conventions: the installed releases differ in them.
URL_TEMPLATE: Final = "url.template"
"""String. The call's template. Only with the option ``capture_url_template``."""

HTTPLIB2_RESEND_CAUSE: Final = "httplib2.resend.cause"
"""String. Why the request was resent; the values are listed below. Absent on a first attempt."""
HTTPLIB2_CONNECTION_REUSED: Final = "httplib2.connection.reused"
"""Bool. True if the connection was already open."""
HTTPLIB2_CONNECTION_SHARED: Final = "httplib2.connection.shared"
"""Bool. True if two threads used one connection at once, which httplib2 does not support."""
HTTPLIB2_FAILED_PHASE: Final = "httplib2.failed_phase"
"""String. What the attempt was doing when an exception ended it; the values are listed below."""

HTTPLIB2_RESPONSE_STALE: Final = "httplib2.response.stale"
"""Bool. True if http.client refused to send the request, and httplib2 returned the response to an
earlier one.
"""
HTTPLIB2_PREVIOUS_FAILED_PHASE: Final = "httplib2.previous.failed_phase"
"""String. On the metric: ``httplib2.failed_phase`` of the previous attempt."""
HTTPLIB2_PREVIOUS_CONNECTION_REUSED: Final = "httplib2.previous.connection.reused"
"""Bool. On the metric: ``httplib2.connection.reused`` of the previous attempt."""
RPC_METHOD: Final = "rpc.method"
"""String. On the metric: the method ID of the call, if the request belongs to one."""

METRIC_RESENDS: Final = "httplib2.resends"
"""Counter, {resend}. Attempts after the first attempt of a request."""


class ResendCause:
    """Values of ``httplib2.resend.cause``: why a request was resent."""

    RETRY: Final = "retry"
    """A retry by googleapiclient; known only if its calls are traced, too."""
    AUTH_REFRESH: Final = "auth_refresh"
    """A resend after a 401 and a token refresh; known only if calls are traced, too."""
    TRANSPORT: Final = "transport"
    """A resend by the application's own http object; known only if calls are traced, too."""
    TOKEN_RETRY: Final = "token_retry"  # noqa: S105 - no password
    """A retry of a failed token request by google-auth; known only if calls are traced, too."""
    AUTH_CHALLENGE: Final = "auth_challenge"
    """A resend by httplib2 in response to the challenge of a 401."""
    REDIRECT: Final = "redirect"
    """A redirect (3xx)."""
    NO_RESPONSE: Final = "no_response"
    """The connection was closed without a response or could not be opened, and httplib2 resent the
    request, even a POST.
    """


class Phase:
    """Values of ``httplib2.failed_phase``: what an attempt was doing when an exception ended it."""

    CONNECT: Final = "connect"
    """DNS, TCP, proxy or TLS."""
    SEND: Final = "send"
    """The request was being sent."""
    WAIT: Final = "wait"
    """The request was sent, and no response had begun."""
    READ: Final = "read"
    """The response was being read."""
