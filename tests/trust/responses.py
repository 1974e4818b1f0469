# SPDX-License-Identifier: Apache-2.0
"""What a server says that knows too much."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import parse_qs, quote, unquote

from local_gmail import Fault, Received, Response, batch_response, oauth_error
from support.planting import ENCODINGS
from trust import plants

Script = Response | Fault | Callable[[Received], Response | Fault | None]

UNKNOWN_HOST = "x-unknown-host"
"""A request with this header is at a host that nothing tells to be of Google's."""

HEADERS: Mapping[str, str] = {
    "Set-Cookie": plants.SET_COOKIE.value,
    "X-GUploader-UploadID": plants.UPLOAD_HEADER.value,
    "Link": f"<https://x.test/a>; rel=prev, <https://x.test/?key={plants.LINK_KEY.value}>; rel=n",
    "X-Owner": f"for {plants.HEADER_ADDRESS.value}",
    "ETag": f'"{quote(plants.HEADER_ADDRESS.value)}"',
}


def says(message: str, code: int = 403, **parts: Any) -> Response:
    """An error response of a Google API with this message."""
    return Response(code, {"error": {"code": code, "message": message, **parts}}, HEADERS)


def _with_parts(*, address: str, key: str, token: str) -> Response:
    """Every part that becomes an attribute holds something that must not."""
    metadata = {
        "service": plants.INFO_ADDRESS.value,
        "method": plants.INFO_KEY.value,
        "quota_limit": plants.INFO_TOKEN.value,
        "quota_metric": quote(plants.INFO_ADDRESS.value),
        "quota_limit_value": plants.INFO_KEY.value,
        "quota_unit": f"1/{plants.INFO_ADDRESS.value}",
        "quota_location": f"{plants.INFO_TOKEN.value} per user",
        "consumer": plants.INFO_ADDRESS.value,
    }
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": plants.INFO_TOKEN.value,
        "domain": plants.INFO_ADDRESS.value,
        "metadata": metadata,
    }
    item = {"reason": token, "domain": address, "location": key, "locationType": address}
    return says("no", errors=[item], details=[info], status=address)


def _echo(encoding: str) -> Callable[[Received], Response]:
    """Repeats what a request carried, each value in turn, as message and as a name."""
    encode = ENCODINGS[encoding]
    count = 0

    def response(received: Received) -> Response:
        nonlocal count
        count += 1
        values = list(_values(received))
        value = encode(values[count % len(values)])[:200]
        other = encode(values[(count + 1) % len(values)])[:100]
        item = {"reason": other, "location": value, "domain": value, "locationType": value}
        return says(f"There is no {value} here, try {other}.", errors=[item], status=value)

    return response


def _values(received: Received) -> list[str]:
    query = [value for values in received.parameters.values() for value in values]
    segments = [unquote(segment) for segment in received.path.split("/") if segment]
    headers = ("authorization", "cookie", "x-goog-api-key", "from", "referer", "x-forwarded")
    sent = [received.headers.get(name, "") for name in headers]
    bare = [value.rpartition(" ")[2].rpartition("=")[2] for value in sent]
    body = received.body.decode("latin-1")
    try:
        fields = [value for value in json.loads(body).values() if isinstance(value, str)]
    except (ValueError, AttributeError):
        fields = [value for values in parse_qs(body).values() for value in values]
    return [value for value in (*query, *segments, *sent, *bare, *fields) if value]


def _redirect(received: Received) -> Response | None:
    """Once to another URL full of secrets; what is asked there is served as usual."""
    if plants.LOCATION_KEY.core in received.query:
        return None
    query = f"alt=json&key={plants.LOCATION_KEY.value}"
    if received.api_method != "upload" and UNKNOWN_HOST not in received.headers:
        # Otherwise it is at an address that is not known for Google's: the session of an upload at
        # this server's own. There the wire layer takes a search text for any other value.
        query += f"&q={plants.LOCATION_QUERY.value}"
    path = f"/gmail/v1/users/{quote(plants.LOCATION_USER.value)}/messages"
    fragment = f"access_token={plants.LOCATION_TOKEN.value}"
    location = f"http://{received.headers['host']}{path}?{query}#{fragment}"
    return Response(302, b"", {**HEADERS, "Location": location})


def _redirect_with_userinfo(received: Received) -> Response:
    host = received.headers["host"]
    location = f"http://bob:{plants.LOCATION_PASSWORD.value}@{host}/x"
    return Response(302, b"", {**HEADERS, "Location": location})


def _client_refused(received: Received) -> Response:
    """Repeats the secret of the client, where it has sent one."""
    sent = plants.CLIENT_SECRET.value in received.body.decode("latin-1")
    return oauth_error(
        401, "invalid_client", f"no {plants.CLIENT_SECRET.value if sent else 'client'} here"
    )


def _parts_refused(received: Received) -> Response | None:
    """A batch whose parts are refused in words that say too much."""
    if received.api_method != "batch":
        return _echo("percent-encoded")(received)
    responses = [
        says(f"Delegation denied for {plants.MESSAGE_ADDRESS.value}"),
        says(f"There is no {plants.USER_WORD.value} here", 404),
        says(f"Invalid label {html.escape(plants.LABEL.value)} for {plants.BEARER.value}", 400),
    ]
    ids = [part.content_id for part in received.parts]
    return batch_response(zip(ids, responses, strict=False))


def _issue(**more: str) -> Response:
    granted = {
        "access_token": plants.ISSUED_TOKEN.value,
        "id_token": plants.ISSUED_ID_TOKEN.value,
        "refresh_token": plants.ISSUED_REFRESH_TOKEN.value,
        "expires_in": 3599,
        "scope": f"{plants.ISSUED_SCOPE.value} {plants.ISSUED_SCOPE_ADDRESS.value}",
        "token_type": "Bearer",
        **more,
    }
    return Response(200, granted, HEADERS)


ISSUE = _issue()
"""A token response that grants, with everything in it that it may have."""

_INSUFFICIENT = "Request had insufficient authentication scopes."
_URL = f"see {plants.MESSAGE_URL.value}&q={plants.MESSAGE_NAME.value} or"
_BASE64 = base64.b64encode(f"user={plants.MESSAGE_ADDRESS.value}".encode()).decode()

RESPONSES: dict[str, tuple[Script, ...]] = {
    "ordinary service": (),
    "a success": (Response(200, {"owner": plants.RESPONSE_BODY.value}, HEADERS),),
    "a reason phrase": (Response(500, b"", HEADERS, reason_phrase=f"no {plants.PHRASE.value}"),),
    "a status line that is none": (Response(cast("int", f"no {plants.STATUS_LINE.value}")),),
    "an address": (says(f"Delegation denied for {plants.MESSAGE_ADDRESS.value}"),),
    "an address, encoded": (says(f"no {quote(plants.MESSAGE_ADDRESS.value)}"),),
    "an address, encoded twice": (says(f"no {quote(quote(plants.MESSAGE_ADDRESS.value))}"),),
    "an address, for HTML": (says(f"no {plants.MESSAGE_ADDRESS.value.replace('@', '&#64;')}"),),
    "an address, in JSON": (says(f"no {plants.MESSAGE_ADDRESS.value}".replace("@", "\\u0040")),),
    "an address, in base64": (says(f"no {_BASE64} here"),),
    "a name after a colon": (says(f"Invalid label: {plants.MESSAGE_NAME.value}", 400),),
    "a name in quotes": (says(f"Label '{plants.MESSAGE_QUOTED.value}' exists", 409),),
    "a key": (says(f"API key {plants.MESSAGE_KEY.value} not valid", 400),),
    "a token": (says(f"Token {plants.MESSAGE_TOKEN.value} is bad", 401),),
    "a JWT": (says(f"got {plants.MESSAGE_JWT.value} there", 401),),
    "a URL": (says(f"{_URL} go", 500),),
    "userinfo": (says(f"cannot reach {plants.MESSAGE_PASSWORD.value} now", 503),),
    "a project": (says(f"consumer {plants.MESSAGE_PROJECT.value} is suspended"),),
    "an address at a long domain": (
        says(f"Delegation denied for {plants.LONG_ADDRESS.value}"),
        says(f"Delegation denied for {plants.LONG_DOMAIN.value} of {plants.DOMAIN.value}"),
    ),
    "a name beside an address": (
        says(f"Recipient {plants.DISPLAY_NAME.value.title()} was rejected", 400),
    ),
    "a project in a sentence": (
        says(f"Please enable billing on project #{plants.PROJECT_NAME.value}-123 by visiting it"),
        says(f"Caller may not use project {plants.PROJECT_NAME.value}. Grant the caller a role"),
    ),
    "a person": (says(f"Requested person {plants.PERSON_ID.value} was not found.", 404),),
    "a tab": (
        says(f"Range ({plants.TAB.value}) exceeds grid limits. Max rows: 1000", 400),
        says(f"Unable to parse range: {plants.TAB.value}", 400),
    ),
    "all parts": (
        _with_parts(
            address=plants.ITEM_ADDRESS.value,
            key=plants.ITEM_KEY.value,
            token=plants.ITEM_KEY.value,
        ),
    ),
    "the name of a limit": (
        says(f"metric 'x' and limit 'Units per {plants.LIMIT_KEY.value} per user'.", 429),
        says(f"and limit '{plants.LIMIT_PROJECT.value} per project'.", 429),
    ),
    **{f"an echo, {name}": (_echo(name),) for name in ENCODINGS},
    "a page": (Response(502, f"<html>{plants.PAGE.value}</html>", HEADERS),),
    "a 403 that is no JSON": (Response(403, f"{plants.PAGE.value}", HEADERS),),
    "a 403 that breaks the library": (Response(403, "[]", HEADERS),),
    "nonsense instead of JSON": (Response(200, f"{plants.PAGE.value} {{", HEADERS),),
    "insufficient scopes": (says(_INSUFFICIENT, status="PERMISSION_DENIED"),),
    "unavailable, then reset": (says(f"for {plants.MESSAGE_ADDRESS.value}", 503), Fault.RESET),
    "rate limited": (
        Response(
            429,
            {"error": {"message": f"for {plants.MESSAGE_ADDRESS.value}"}},
            {**HEADERS, "Retry-After": plants.HEADER_ADDRESS.value},
        ),
    ),
    "a dropped connection": (Fault.DROP,),
    "half a response": (Fault.truncate(says(f"for {plants.MESSAGE_ADDRESS.value}" * 50)),),
    "gzip that is none": (Fault.BAD_GZIP,),
    "another protocol": (Fault.NOT_HTTP,),
    "a redirect": (_redirect,),
    "a redirect with userinfo": (_redirect_with_userinfo,),
    "parts refused": (_parts_refused,),
}
"""The responses that an API's methods give."""

TOKEN_RESPONSES: dict[str, tuple[Script, ...]] = {
    "ordinary service": (),
    "a token": (ISSUE,),
    "a refusal": (oauth_error(400, "invalid_grant", f"{plants.REFUSED_GRANT.value} was revoked"),),
    "a refusal with an echo": (_echo("raw"),),
    "a refusal with secrets": (_client_refused,),
    "a page": (Response(500, f"<html>{plants.PAGE.value}</html>", HEADERS),),
    "a dropped connection": (Fault.DROP,),
}
"""The responses that the token endpoint gives."""
