# SPDX-License-Identifier: Apache-2.0
"""The batch endpoint of Google's front end: each part of a batch is a request of its own."""

from __future__ import annotations

import http.client
from email.parser import BytesParser, Parser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from local_gmail import Answer

if TYPE_CHECKING:
    from email.message import Message

    from local_gmail import Received

_BOUNDARY = "batch_of_the_demo"


class BatchEndpoint:
    """Sends the parts of a batch to a server, one by one, and answers with its answers."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc

    def __call__(self, received: Received) -> Answer:
        """Answer one batch."""
        head = f"Content-Type: {received.headers['Content-Type']}\r\n\r\n".encode()
        batch = BytesParser().parsebytes(head + received.body)
        parts = [part for part in batch.walk() if part.get_content_type() == "application/http"]
        answers = [f"--{_BOUNDARY}\r\n{self._part(part)}\r\n" for part in parts]
        return Answer(
            body="".join(answers) + f"--{_BOUNDARY}--\r\n",
            headers={"Content-Type": f"multipart/mixed; boundary={_BOUNDARY}"},
        )

    def _part(self, part: Message) -> str:
        line, _, rest = str(part.get_payload()).partition("\n")
        method, target, _ = line.split(" ", 2)
        request: Message = Parser().parsestr(rest)
        connection = http.client.HTTPConnection(self._address, timeout=10)
        try:
            connection.request(
                method, target, body=str(request.get_payload()), headers=dict(request.items())
            )
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        content_id = str(part["Content-ID"]).strip("<>")
        return (
            "Content-Type: application/http\r\n"
            f"Content-ID: <response-{content_id}>\r\n\r\n"
            f"HTTP/1.1 {answer.status} {answer.reason}\r\n"
            f"Content-Type: {answer.getheader('Content-Type')}\r\n\r\n"
            f"{body}"
        )
