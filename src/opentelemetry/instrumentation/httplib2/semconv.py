# SPDX-License-Identifier: Apache-2.0
"""Every attribute and metric name that is ours, and development names of the conventions."""

from typing import Final

# A development name of the semantic conventions: the installed releases differ in them.
URL_TEMPLATE: Final = "url.template"
"""String. The call's, with the option ``capture_url_template`` only."""

HTTPLIB2_RESEND_CAUSE: Final = "httplib2.resend.cause"
"""String. Why it goes out again; the values are listed below. Absent on a first attempt."""
HTTPLIB2_CONNECTION_REUSED: Final = "httplib2.connection.reused"
"""Bool. Whether the connection was open already."""
HTTPLIB2_CONNECTION_SHARED: Final = "httplib2.connection.shared"
"""Bool. True: two threads were inside one connection at once, which httplib2 does not allow."""
HTTPLIB2_FAILED_PHASE: Final = "httplib2.failed_phase"
"""String. What was being done when an exception ended the attempt; the values are listed below."""

HTTPLIB2_RESPONSE_STALE: Final = "httplib2.response.stale"
"""Bool. True: http.client refused to send the request, and what httplib2 returned is the response
to an earlier one.
"""
HTTPLIB2_PREVIOUS_FAILED_PHASE: Final = "httplib2.previous.failed_phase"
"""String. Of the attempt before, on the metric: what was being done when an exception ended it."""
HTTPLIB2_PREVIOUS_CONNECTION_REUSED: Final = "httplib2.previous.connection.reused"
"""Bool. Of the attempt before, on the metric: whether its connection was open already."""
RPC_METHOD: Final = "rpc.method"
"""String. On the metric, for the request of a call of googleapiclient: its method id."""

METRIC_RESENDS: Final = "httplib2.resends"
"""Counter, {resend}. Attempts after the first of a request that went out."""


class ResendCause:
    """Values of ``httplib2.resend.cause``: why a request went out again."""

    RETRY: Final = "retry"
    """The retry loop of googleapiclient; known where its calls are traced as well."""
    AUTH_REFRESH: Final = "auth_refresh"
    """401, and the token was renewed; known where calls of googleapiclient are traced as well."""
    TRANSPORT: Final = "transport"
    """An http object of the application resends by itself; known where calls of
    googleapiclient are traced as well.
    """
    TOKEN_RETRY: Final = "token_retry"  # noqa: S105 - no password
    """google-auth retries a token request that has failed; known where calls of googleapiclient
    are traced as well.
    """
    AUTH_CHALLENGE: Final = "auth_challenge"
    """401, and httplib2 responds to the challenge."""
    REDIRECT: Final = "redirect"
    """3xx."""
    NO_RESPONSE: Final = "no_response"
    """The connection closed without a response, or could not be opened: httplib2 sends once more
    by itself, POST included.
    """


class Phase:
    """Values of ``httplib2.failed_phase``: what was being done when an exception came."""

    CONNECT: Final = "connect"
    """DNS, TCP, proxy or TLS."""
    SEND: Final = "send"
    """The request was being sent."""
    WAIT: Final = "wait"
    """The request was sent, no response had begun."""
    READ: Final = "read"
    """The response was being read."""
