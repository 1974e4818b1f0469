# SPDX-License-Identifier: Apache-2.0
"""The shapes in which Google's APIs and its token endpoint say that something failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_gmail.responses import Json, Response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def google_error(
    http_status: int,
    message: str,
    *,
    reason: str | None = None,
    domain: str = "global",
    status: str | None = None,
    item_message: str | None = None,
    item: Mapping[str, str] | None = None,
    details: Sequence[Json] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a Google API's response: `{"error": {"code", "message", "errors", "status", ...}}`.

    `reason` None leaves the list `errors` out; `item_message` and `item` say what its only entry
    has besides (`location`, `locationType`). `status` is a name of google.rpc.Code.
    """
    error: Json = {"code": http_status, "message": message}
    if reason is not None:
        entry = {"message": item_message or message, "domain": domain, "reason": reason}
        error["errors"] = [{**entry, **(item or {})}]
    if status is not None:
        error["status"] = status
    if details:
        error["details"] = list(details)
    return Response(http_status, {"error": error}, headers or {})


def invalid_argument(message: str) -> Response:
    """Return what Gmail says to most bad input."""
    return google_error(400, message, reason="invalidArgument", status="INVALID_ARGUMENT")


def oauth_error(
    http_status: int, error: str, description: str | None = None, **more: str
) -> Response:
    """Return the response of the token endpoint (RFC 6749, section 5.2)."""
    described = {} if description is None else {"error_description": description}
    return Response(http_status, {"error": error, **described, **more})


def error_info(reason: str, **metadata: str) -> Json:
    """Return a google.rpc.ErrorInfo detail of Google's own domain."""
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": metadata,
    }


def retry_info(seconds: float) -> Json:
    """Return a google.rpc.RetryInfo detail: wait at least so long."""
    return {
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        "retryDelay": f"{seconds:g}s",
    }


def html_page(http_status: int, title: str, text: str) -> Response:
    """Return a page of Google's front end, which responds where the API itself doesn't."""
    page = f"""\
<html><head>
<meta http-equiv="content-type" content="text/html;charset=utf-8">
<title>{http_status} {title}</title>
</head>
<body text=#000000 bgcolor=#ffffff>
<h1>Error: {title}</h1>
<h2>{text}</h2>
<h2></h2>
</body></html>
"""
    return Response(http_status, page)
