# SPDX-License-Identifier: Apache-2.0
"""What the server may do with a request, by names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from local_gmail import Fault, Response, documented, ordinary_service, redirect_to_itself
from local_gmail.responses import Script as Outcome

_ELSEWHERE: Final = "/gmail/v1/users/me/profile"


def _redirect(status: int) -> Response:
    return Response(status, b"moved", headers={"location": _ELSEWHERE})


def _json(status: int, value: object, **headers: str) -> Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status, json.dumps(value).encode(), headers=named)


_DETAILS = {
    "BadRequest": {"fieldViolations": [{"field": "raw", "description": "too long"}]},
    "Help": {"links": [{"url": "https://cloud.google.com/docs"}]},
    "LocalizedMessage": {"locale": "en", "message": "Wait a moment"},
    "PreconditionFailure": {"violations": [{"type": "TOS", "description": "not accepted"}]},
    "QuotaFailure": {"violations": [{"subject": "user", "description": "too many"}]},
    "RequestInfo": {"requestId": "1"},
    "ResourceInfo": {"resourceType": "label", "resourceName": "1"},
    "RetryInfo": {"retryDelay": "0.5s"},
}

RESPONSES: Final[Mapping[str, Outcome]] = {
    "ordinary": ordinary_service,
    # Responses that the library can read, and those that it can't.
    "json": _json(200, {"a": 1}),
    "empty": Response(200),
    "204": Response(204),
    "not JSON": Response(200, b"{"),
    "not UTF-8": Response(200, b"\xff\xfe"),
    "chunked": Response(200, b'{"a": 2}', framing="chunked"),
    "until close": Response(200, b'{"a": 3}', framing="close"),
    "slow": Response(200, b'{"a": 4}', delay=0.01),
    "etag": _json(200, {"a": 5}, ETag='"1"', Cache_Control="max-age=0"),
    "fresh": _json(200, {"a": 6}, ETag='"2"', Cache_Control="max-age=1000"),
    "304": Response(304),
    # Redirects.
    **{str(status): _redirect(status) for status in (301, 302, 303, 307)},
    "308": Response(308, headers={"range": "bytes=0-3"}),
    "308 without range": Response(308),
    "302 without location": Response(302),
    "302 to itself": redirect_to_itself,
    "302 to nowhere": Response(302, headers={"location": "http://"}),
    # Refusals.
    "400 HTML": Response(400, "<html><title>400</title>Bad Request</html>"),
    "401": documented("authError"),
    "401 challenge": Response(401, headers={"www-authenticate": 'Basic realm="x"'}),
    "403 rate": documented("userRateLimitExceeded"),
    "403 forbidden": documented("insufficientPermissions"),
    "403 []": Response(403, b"[]"),
    "403 null": Response(403, b"null"),
    "403 no errors": _json(403, {"error": {"errors": []}}),
    "403 nested": Response(403, b"[" * 2000 + b"]" * 2000),
    "404": documented("notFound"),
    "404 not JSON": Response(404, b"{", headers={"content-type": "application/json"}),
    "412": _json(412, {"error": "text"}),
    "429": documented("rateLimitExceeded", http_status=429),
    "429 in 3 s": documented("rateLimitExceeded", http_status=429, retry_after=3),
    "429 at a date": documented(
        "rateLimitExceeded", http_status=429, retry_after="Sun, 22 Nov 2026 10:00:00 GMT"
    ),
    "429 soon": documented("rateLimitExceeded", http_status=429, retry_after="soon"),
    "429 with details": _json(
        429,
        {
            "error": {
                "code": 429,
                "message": "Quota exceeded",
                "details": [
                    {"@type": f"type.googleapis.com/google.rpc.{kind}", **fields}
                    for kind, fields in _DETAILS.items()
                ],
            }
        },
    ),
    "500": documented("internalError"),
    "502": documented("badGateway"),
    "503": documented("serviceUnavailable"),
    "503 in 3 s": documented("serviceUnavailable", retry_after=3),
    "599": Response(599, b"\x00", reason_phrase="\xe9"),
    "invalid_grant": _json(400, {"error": "invalid_grant", "error_description": "Token revoked."}),
    # Faults.
    "drop": Fault.DROP,
    "serve and drop": Fault.SERVE_AND_DROP,
    "reset": Fault.RESET,
    "reset half read": Fault.RESET_HALF_READ,
    "truncate": Fault.TRUNCATE,
    "truncate 503": Fault.truncate(documented("serviceUnavailable")),
    "bad gzip": Fault.BAD_GZIP,
    "half a status line": Fault.HALF_STATUS_LINE,
    "not HTTP": Fault.NOT_HTTP,
    "too long": Response(200, b"{}", headers={"content-length": "1"}),
    "too short": Response(200, b"{}", headers={"content-length": "9"}, close_after=True),
}
"""No fault that races with the client: an unannounced close after a response, for one, is met by
the next request or not, as the two threads happen to run."""

TIMEOUT: Final = "hang"
"""Not in the table, since it takes as long as the client waits."""
