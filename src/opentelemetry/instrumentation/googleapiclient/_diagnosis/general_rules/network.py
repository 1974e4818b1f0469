# SPDX-License-Identifier: Apache-2.0
"""Exceptions instead of a response, and responses that could not be read."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import STALE, UNREAD, Pattern, Rule, one_of

_RUN: Final = "run: googleapiclient 2.202, httplib2 0.32"
_SHARED: Final = (
    "Use one httplib2.Http per thread or greenlet: two of them used the connection of {call} at "
    "once."
)
_TLS_ERRORS: Final = one_of("requests.exceptions.SSLError", "ssl.SSLError")

DEADLINE_RULES: Final = (
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        exceptions=one_of("googleapiclient.errors.BatchError"),
        message=Pattern(r"exceeded the maximum calls"),
        remedy="Put fewer requests into one batch: the library accepts 1,000, Gmail and Drive "
        "100, Calendar 50.",
        help_url="https://googleapis.github.io/google-api-python-client/docs/batch.html",
        example="Exceeded the maximum calls(1000) in a single batch request.",
        source=_RUN,
    ),
    Rule(
        cause=causes.APPLICATION_TIMEOUT,
        application_deadline=True,
        source="run: signal handlers and PyThreadState_SetAsyncExc",
    ),
    Rule(
        cause=causes.APPLICATION_TIMEOUT,
        exceptions=one_of(
            "airflow.exceptions.AirflowTaskTimeout",
            "airflow.sdk.exceptions.AirflowTaskTimeout",
            "billiard.exceptions.SoftTimeLimitExceeded",
            "billiard.exceptions.TimeLimitExceeded",
            "celery.exceptions.SoftTimeLimitExceeded",
            "dramatiq.middleware.time_limit.TimeLimitExceeded",
            "eventlet.timeout.Timeout",
            "func_timeout.exceptions.FunctionTimedOut",
            "gevent.timeout.Timeout",
            "rq.timeouts.BaseTimeoutException",
            "stopit.utils.TimeoutException",
            "timeout_decorator.timeout_decorator.TimeoutError",
        ),
        source="names of deadlines in Airflow, Celery, Dramatiq, eventlet, gevent, RQ and others",
    ),
)

NOT_SENT_RULES: Final = (
    Rule(
        cause=causes.UNKNOWN,
        exceptions=one_of(STALE),
        remedy="Use a new httplib2.Http after an interrupted request, and one per thread: this is "
        "the response to an earlier request, and {call} was not sent.",
        source=_RUN,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        exceptions=one_of("http.client.InvalidURL"),
        remedy="Remove control characters and spaces from everything that becomes part of the URL "
        "of {call} (IDs, query parameters, api_endpoint): Python's http.client does not send such "
        "a URL.",
        example="URL can't contain control characters.",
        source=_RUN + "; twilio-python#166, youtube-upload#161",
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        exceptions=one_of("ValueError"),
        message=Pattern(r"^invalid header (name|value)|^method can't contain control"),
        before_response=True,
        remedy="Remove line breaks and control characters from the headers that the application "
        "adds (User-Agent, tokens read from files): Python's http.client does not send {call} with "
        "them.",
        example="Invalid header value",
        source=_RUN,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        exceptions=one_of("UnicodeEncodeError"),
        before_response=True,
        remedy="Encode what {call} sends before you send it: its URL, a header or its body "
        "contains a character that can't be sent as it is.",
        example="'latin-1' codec can't encode character",
        source=_RUN,
    ),
    Rule(
        cause=causes.INVALID_ARGUMENT,
        exceptions=one_of("AttributeError", "TypeError"),
        message=Pattern(
            r"^'[\w.]+' object has no attribute 'request'"
            r"|^[\w.]*\brequest\(\) got an unexpected keyword argument 'body'"
        ),
        before_response=True,
        remedy="Give build() the credentials as credentials, and nothing but an httplib2.Http or a "
        "google_auth_httplib2.AuthorizedHttp as http: what {call} was to be sent with does not "
        "send as httplib2 does.",
        example="Session.request() got an unexpected keyword argument 'body'",
        source="run: googleapiclient 2.202 with requests, httpx and credentials as http",
    ),
    Rule(
        cause=causes.CONNECTION_FAILED,
        exceptions=one_of("http.client.CannotSendRequest"),
        before_response=True,
        remedy="Use a new httplib2.Http after an interrupted request, and one per thread: this "
        "connection was still waiting for the response to an earlier request, so {call} was not "
        "sent.",
        source=_RUN + "; rq#2296",
    ),
    Rule(
        cause=causes.CONNECTION_FAILED,
        exceptions=one_of("gevent.exceptions.ConcurrentObjectUseError"),
        before_response=True,
        remedy=_SHARED,
        example="This socket is already used by another greenlet",
        source="run: gevent 26",
    ),
    Rule(
        cause=causes.CONNECTION_FAILED,
        exceptions=one_of("RuntimeError"),
        message=Pattern(r"^second simultaneous (read|write) on fileno"),
        before_response=True,
        remedy=_SHARED,
        example="Second simultaneous read on fileno 7 detected.",
        source="eventlet, hubs/hub.py",
    ),
)

RULES: Final = (
    Rule(
        cause=causes.CONNECTION_FAILED,
        before_response=True,
        exceptions=one_of("ssl.SSLEOFError", "ssl.SSLZeroReturnError"),
        example="EOF occurred in violation of protocol",
        source="Python, ssl: the peer closed the connection",
    ),
    Rule(
        cause=causes.CONNECTION_FAILED,
        before_response=True,
        exceptions=_TLS_ERRORS,
        message=Pattern(r"eof occurred in violation of protocol|unexpected[ _]eof|closed \(eof\)"),
        example="EOF occurred in violation of protocol",
        source="requests and older Pythons wrap it; googleapis/google-api-python-client#97",
    ),
    Rule(
        cause=causes.TIMEOUT,
        before_response=True,
        exceptions=one_of(
            "ETIMEDOUT",
            "TimeoutError",
            "httpx.TimeoutException",
            "requests.exceptions.Timeout",
        ),
        example="timed out",
        source="Python, exceptions",
    ),
    # To urllib3 a refused connection is one that timed out: it derives this from its TimeoutError.
    Rule(
        cause=causes.CONNECTION_FAILED,
        before_response=True,
        exceptions=one_of("urllib3.exceptions.NewConnectionError"),
        example="Failed to establish a new connection: [Errno 111] Connection refused",
        source="urllib3, exceptions.py",
    ),
    Rule(
        cause=causes.TIMEOUT,
        before_response=True,
        exceptions=one_of("urllib3.exceptions.TimeoutError"),
        example="Read timed out. (read timeout=5)",
        source="urllib3, exceptions.py",
    ),
    Rule(
        cause=causes.TLS_FAILED,
        before_response=True,
        exceptions=_TLS_ERRORS,
        message=Pattern(r"bad[ _]record[ _]mac"),
        retry="backoff",
        remedy="Give each thread, and each process after a fork, an http object of its own: "
        "httplib2 does not support that several use one, and their data gets mixed up. If none "
        "is shared, something on the way damages data; a retry is reasonable.",
        example="[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] decryption failed or bad record mac",
        source="httplib2/httplib2#128; googleapis/google-api-python-client#447",
    ),
    Rule(
        cause=causes.TLS_FAILED,
        before_response=True,
        exceptions=_TLS_ERRORS | one_of("google.auth.exceptions.MutualTLSChannelError"),
        example="certificate verify failed: self-signed certificate in certificate chain",
        source="Python, ssl; google-auth, exceptions.py",
    ),
    Rule(
        cause=causes.RESPONSE_UNREADABLE,
        exceptions=one_of(
            UNREAD,
            "UnicodeDecodeError",
            "googleapiclient.errors.BatchError",
            "googleapiclient.errors.InvalidJsonError",
            "googleapiclient.errors.ResumableUploadError",
            "http.client.IncompleteRead",
            "http.client.LineTooLong",
            "http.client.UnknownProtocol",
            "httplib2.error.FailedToDecompressContent",
            "httpx.DecodingError",
            "json.decoder.JSONDecodeError",
            "zlib.error",
        ),
        example="IncompleteRead(0 bytes read)",
        source=_RUN,
    ),
    Rule(
        cause=causes.RESPONSE_UNREADABLE,
        exceptions=one_of("httpx.RemoteProtocolError"),
        message=Pattern(r"complete message body|incomplete chunked read"),
        example="peer closed connection without sending complete message body (incomplete chunked "
        "read)",
        source="run: httpx 0.28",
    ),
    Rule(
        cause=causes.CONNECTION_FAILED,
        before_response=True,
        exceptions=one_of(
            "ConnectionError",
            "EADDRNOTAVAIL",
            "ECONNABORTED",
            "ECONNREFUSED",
            "ECONNRESET",
            "EHOSTUNREACH",
            "ENETDOWN",
            "ENETUNREACH",
            "EPIPE",
            "http.client.HTTPException",
            "httplib2.error.ProxiesUnavailableError",
            "httplib2.error.ServerNotFoundError",
            "httpx.NetworkError",
            "httpx.ProxyError",
            "httpx.RemoteProtocolError",
            "requests.exceptions.ConnectionError",
            "socket.gaierror",
            "socks.ProxyError",
            "urllib3.exceptions.HTTPError",
        ),
        example="Unable to find the server at <host>",
        source="run: httplib2 0.32; Python, exceptions",
    ),
    Rule(
        cause=causes.CONNECTION_FAILED,
        before_response=True,
        exceptions=one_of("google.auth.exceptions.TransportError"),
        source="google-auth, exceptions.py",
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        exceptions=one_of("httplib2.error.RedirectMissingLocation"),
        in_upload_session=True,
        remedy="Create the http object with googleapiclient.http.build_http(), or remove 308 from "
        "its redirect_codes: httplib2 mistakes the server's request for the next chunk for a "
        "redirect.",
        help_url="https://googleapis.github.io/google-api-python-client/docs/media.html",
        example="Redirected but the response is missing a Location: header.",
        source=_RUN,
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        exceptions=one_of("httplib2.error.RedirectLimit", "httplib2.error.RedirectMissingLocation"),
        remedy="Check the API's address (api_endpoint, rootUrl) and any proxy: the server's "
        "redirects lead nowhere.",
        help_url="https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx",
        example="Redirected more times than redirection_limit allows.",
        source="httplib2, error.py",
    ),
)
