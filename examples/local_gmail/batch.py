# SPDX-License-Identifier: Apache-2.0
"""Batches: many requests in one, each carried out and responded as if it had come by itself."""

from __future__ import annotations

import dataclasses
import threading
import uuid
from typing import TYPE_CHECKING, NamedTuple

from local_gmail import heads, multipart
from local_gmail.google_errors import google_error
from local_gmail.record import Received
from local_gmail.responses import Fault, FaultKind, Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local_gmail.service import Service

LIMIT = 100
"""How many parts Gmail allows."""
_RESPONSE = "response-"
# googleapiclient can't read a part without any header, and Google sends this one with each.
_ALWAYS = {"Vary": "Origin, X-Origin, Referer"}


class _Carried(NamedTuple):
    """What the response to a batch says for a part; `text` None leaves it out."""

    text: bytes | None
    delay: float = 0.0


def parts(batch: Received) -> list[Received]:
    """Return the requests that a batch consists of; none if it can't be read."""
    try:
        found = multipart.split(batch.headers.get("content-type", ""), batch.body)
        return [_as_request(batch, part) for part in found]
    except ValueError:
        return []


def serve(batch: Received, service: Service, limit: int) -> Response:
    """Ordinary service of a batch."""
    count = len(batch.parts)
    if not count:
        return google_error(
            400, "Failed to parse batch request, error: 0 items.", status="INVALID_ARGUMENT"
        )
    if count > limit:
        # Seen in https://github.com/GAM-team/got-your-back/issues/256, without `errors`.
        return google_error(
            400,
            f"Inner request count exceeds the limit. Received: {count}, Limit: {limit}",
            status="INVALID_ARGUMENT",
        )
    carried = [(part, _carry_out(part, service)) for part in batch.parts]
    response = _response(
        (part.content_id or "", said.text) for part, said in carried if said.text is not None
    )
    return dataclasses.replace(response, delay=max(said.delay for _, said in carried))


def batch_response(responses: Iterable[tuple[str | None, Response]]) -> Response:
    """Return a response to a batch, made of a `content_id` and a response for each part.

    For scripts that want to say something else than what ordinary service would.
    """
    return _response((content_id or "", _written(response)) for content_id, response in responses)


def reversed_parts(response: Response) -> Response:
    """Return a response to a batch with its last part first; what isn't one, as it is."""
    try:
        found = multipart.split(response.headers.get("Content-Type", ""), response.content)
    except ValueError:
        return response
    written = [(_request_id(part.headers["Content-ID"]), part.body) for part in found]
    return dataclasses.replace(_response(reversed(written)), delay=response.delay)


def _as_request(batch: Received, part: multipart.Part) -> Received:
    head, body = heads.split(part.body)
    line, _, headers = head.partition(b"\n")
    # ValueError, where these aren't three, makes the whole batch unreadable.
    method, target, _ = line.decode("latin-1").split(" ", 2)
    path, _, query = target.partition("?")
    return Received(
        method=method,
        path=path,
        query=query,
        url=batch.root_url.rstrip("/") + target,
        headers=heads.parse(headers),
        body=body,
        api_method=None,
        connection=batch.connection,
        received_at=batch.received_at,
        part_of=batch,
        content_id=part.headers.get("content-id", "").strip("<>") or None,
    )


def _carry_out(part: Received, service: Service) -> _Carried:
    outcome = service.scripted(part)
    if outcome is None:
        outcome = service.ordinary(part)
    if isinstance(outcome, Fault):
        return _spoilt(outcome, part, service)
    part.responded = outcome.status
    return _Carried(_written(outcome), outcome.delay)


def _spoilt(fault: Fault, part: Received, service: Service) -> _Carried:
    match fault.kind:
        case FaultKind.DROP | FaultKind.CLOSE_UNREAD | FaultKind.RESET_HALF_READ | FaultKind.RESET:
            return _Carried(None)
        case FaultKind.HANG:
            forever = threading.TIMEOUT_MAX
            return _Carried(None, forever if fault.seconds is None else fault.seconds)
        case FaultKind.SERVE_AND_DROP:
            service.ordinary(part)
            return _Carried(None)
        case FaultKind.HALF_STATUS_LINE:
            return _Carried(b"HTTP/1.1 2")
        case FaultKind.NOT_HTTP:
            return _Carried(b"SSH-2.0-OpenSSH_9.9\r\n")
        case _:
            response = fault.response or service.ordinary(part)
            part.responded = response.status
            return _Carried(_written(response, fault.kind), response.delay)


def _written(response: Response, fault: FaultKind | None = None) -> bytes:
    # A part ends where its batch says, however the response would go over a connection.
    response = dataclasses.replace(response, framing="length")
    content = b"" if response.status in heads.BODILESS else response.content
    length = len(content)
    if fault is FaultKind.TRUNCATE:
        content = content[: length // 2]
    elif fault is FaultKind.BAD_GZIP:
        junk = b"this is not gzip"
        return heads.write(response, len(junk), _ALWAYS, {"Content-Encoding": "gzip"}) + junk
    return heads.write(response, length, _ALWAYS) + content


def _response(written: Iterable[tuple[str, bytes]]) -> Response:
    boundary = f"batch_{uuid.uuid4().hex}"
    body = b"".join(
        b"--%b\r\nContent-Type: application/http\r\nContent-ID: <%b%b>\r\n\r\n%b\r\n"
        % (boundary.encode(), _RESPONSE.encode(), request_id.encode("latin-1"), text)
        for request_id, text in written
    )
    return Response(
        body=body + f"--{boundary}--\r\n".encode(),
        headers={"Content-Type": f"multipart/mixed; boundary={boundary}"},
    )


def _request_id(content_id: str) -> str:
    return content_id.strip("<>").removeprefix(_RESPONSE)
