# SPDX-License-Identifier: Apache-2.0
"""Pages in place of a response: a front end or a proxy refuses before any API is reached."""

from __future__ import annotations

from typing import Final

from .. import causes
from ..rules import Pattern, Rule, one_of
from .renewal import REFRESH

_FRONT_END: Final = "recorded pages of Google's front end"
_RFC: Final = "https://www.rfc-editor.org/rfc/rfc9110"
_PROXY: Final = one_of(
    "ConnectionError",
    "OSError",
    "httpx.ProxyError",
    "requests.exceptions.ProxyError",
    "socks.ProxyError",
    "urllib3.exceptions.HTTPError",
)

_TAKEN_FOR_A_ROBOT: Final = (
    "Send from another IP address, or wait for hours: Google's front end takes the requests from "
    "this network for automated queries. This is not a quota of the API, and retries prolong it."
)

RULES: Final = (
    Rule(
        cause=causes.CLIENT_ERROR,
        statuses=frozenset({411}),
        remedy="Send Content-Length: 0 with a POST that has no body: the application's transport, "
        "or a proxy in front of {endpoint}, omits the header.",
        help_url=_RFC + "#name-411-length-required",
        example="Error 411 (Length Required)!!1",
        source=_FRONT_END + "; googleworkspace/cli#182",
    ),
    Rule(
        cause=causes.MESSAGE_TOO_LARGE,
        statuses=frozenset({413, 414, 431}),
        page=True,
        remedy="Send less at once with {call}, and large content as media with a resumable upload "
        "(media_body, resumable=True): a front end or proxy rejected the size before the request "
        "reached {endpoint}.",
        example="Error 413 (Request Entity Too Large)!!1",
        source=_FRONT_END,
    ),
    Rule(
        cause=causes.REQUEST_BLOCKED,
        message=Pattern(r"automated queries|unusual traffic from your"),
        page=True,
        remedy=_TAKEN_FOR_A_ROBOT,
        example="We're sorry... but your computer or network may be sending automated queries.",
        source=_FRONT_END + "; googleworkspace/python-samples#1424",
    ),
    Rule(
        cause=causes.REQUEST_BLOCKED,
        statuses=frozenset({429}),
        page=True,
        remedy=_TAKEN_FOR_A_ROBOT,
        example="Error 429 (Too Many Requests)!!1",
        source=_FRONT_END + "; gargle, drive-automated-queries",
    ),
    Rule(
        cause=causes.REQUEST_BLOCKED,
        statuses=frozenset({407, 511}),
        remedy="Give the proxy of this network what it asks for (user and password, a sign-in): "
        "the network rejects the request before it reaches {endpoint}.",
        help_url=_RFC + "#name-407-proxy-authentication-re",
        example="407 Proxy Authentication Required",
        source="RFC 9110, section 15.5.8; RFC 6585, section 6",
    ),
    Rule(
        cause=causes.REQUEST_BLOCKED,
        before_response=True,
        exceptions=_PROXY,
        message=Pattern(r"\b40[37]\b.{0,40}(proxy|forbidden)|tunnel connection failed: 40[37]"),
        remedy="Have the proxy let this machine through to {endpoint}, or give it the user and "
        "password that it asks for: the proxy refuses the connection.",
        help_url=_RFC + "#name-407-proxy-authentication-re",
        example="Tunnel connection failed: 407 Proxy Authentication Required",
        source="run: httplib2 0.32 with PySocks; urllib3; httpx 0.28",
    ),
    Rule(
        cause=causes.REQUEST_BLOCKED,
        statuses=frozenset({401, 403, 406, 451}),
        page=True,
        remedy="Send from another network or without the proxy: a front end or proxy rejects this "
        "IP address or country before the request reaches {endpoint} itself. No permission is "
        "missing. Some APIs also do this to projects that are not on their allowlist.",
        example="Error 403 (Forbidden)!!1",
        source=_FRONT_END,
    ),
    Rule(
        cause=causes.REQUEST_BLOCKED,
        exceptions=REFRESH,
        message=Pattern(r"\berror 403 \(forbidden\)|^403\b"),
        example="Error 403 (Forbidden)!!1",
        source="notes of an application that is used where Google is blocked",
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        statuses=frozenset({400}),
        page=True,
        remedy="Check the URL and headers of the request for line breaks and unusual characters, "
        "and any proxy on the way: the front end of {endpoint} could not read the request, and no "
        "API received it.",
        help_url=_RFC + "#name-400-bad-request",
        example="Error 400 (Bad Request)!!1",
        source=_FRONT_END,
    ),
    Rule(
        cause=causes.CLIENT_ERROR,
        statuses=frozenset({301, 302, 303, 307, 308}),
        remedy="Check the address of the API (api_endpoint, rootUrl, https) and whether the "
        "network requires a sign-in first: the response redirects {call} to another address.",
        help_url=_RFC + "#name-redirection-3xx",
        example="302 Moved Temporarily",
        source="RFC 9110, section 15.4; run: googleapiclient raises HttpError for it",
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        exceptions=REFRESH,
        message=Pattern(
            r"internal_failure|server_error|temporarily_unavailable|invalid response 5\d\d"
        ),
        example="Invalid response 502.",
        source="oauth2client, client.py; google-auth, _client.py",
    ),
    Rule(
        cause=causes.BACKEND_UNAVAILABLE,
        exceptions=REFRESH,
        page=True,
        remedy="Retry {call} with exponential backoff. If the error persists, check what is "
        "between this machine and {endpoint}: an HTML page came back instead of a token.",
        example="<!DOCTYPE html> ... Error 502 (Server Error)!!1",
        source="gspread PR #1564: an HTML page becomes the text of RefreshError",
    ),
)

NOT_FOUND_RULES: Final = (
    Rule(
        cause=causes.NOT_FOUND,
        statuses=frozenset({404}),
        unparsed=True,
        remedy="Check the address of the API (api_endpoint, version) and any proxy before you "
        "treat anything as gone: this 404 did not come from an API.",
        example="Error 404 (Not Found)!!1",
        source=_FRONT_END,
    ),
)
"""404 pages; what an upload session or a service says of 404 comes before."""
