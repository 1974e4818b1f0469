# SPDX-License-Identifier: Apache-2.0
"""`LocalGmail`, the server as its users see it."""

from __future__ import annotations

import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from local_gmail import batch, uploads
from local_gmail.server import HttpServer
from local_gmail.service import Service

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from local_gmail.mailbox import Mailbox
    from local_gmail.record import Received
    from local_gmail.responses import Json, Script


class LocalGmail:
    """Gmail on this machine: a real HTTP server on 127.0.0.1.

    `port`: 0 for any free one. `address`: whose mailbox it is. `require_auth`: refuse requests
    without a token of its own token endpoint (or out of `accepted_tokens`) as Gmail does.
    `tls`: serve HTTPS with a certificate that `ca_certs` vouches for (needs `cryptography`).
    `read_timeout`: seconds that a started request may stall before it gets 408; `idle_timeout`:
    seconds that a connection may stay open unused. `batch_limit`: how many parts a batch may
    have. `upload_granularity`: the least size of a chunk of a resumable upload, and what the kept
    bytes of an unfinished one are a multiple of.

    Use it in a `with` statement, or call `start` and `stop`; it may be started again, and then
    has the same port.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        address: str = "alex@example.com",
        require_auth: bool = False,
        tls: bool = False,
        read_timeout: float = 5.0,
        idle_timeout: float = 60.0,
        batch_limit: int = batch.LIMIT,
        upload_granularity: int = uploads.GRANULARITY,
    ) -> None:
        self._port = port
        self._tls = tls
        self._read_timeout = read_timeout
        self._idle_timeout = idle_timeout
        self._service = Service(
            address,
            require_auth=require_auth,
            batch_limit=batch_limit,
            upload_granularity=upload_granularity,
        )
        self._server: HttpServer | None = None
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._url: str | None = None

    def start(self) -> None:
        """Listen, and serve in background threads."""
        if self._server is not None:
            raise RuntimeError("the server runs already")
        self._server = HttpServer(
            self._port,
            self._service,
            read_timeout=self._read_timeout,
            idle_timeout=self._idle_timeout,
            tls=self._tls_context() if self._tls else None,
        )
        self._port = self._server.port
        self._url = self._server.url

    def stop(self) -> None:
        """Close everything, hanging and delayed responses too; no thread or socket is left."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._directory is not None:
            self._directory.cleanup()
            self._directory = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The root URL, with a slash at its end. It stays known after `stop`."""
        if self._url is None:
            raise RuntimeError("the server has no URL before it is started")
        return self._url

    @property
    def token_uri(self) -> str:
        """The OAuth 2.0 token endpoint."""
        return f"{self.url}token"

    @property
    def discovery_url(self) -> str:
        """What to give `googleapiclient.discovery.build` as `discoveryServiceUrl`."""
        return f"{self.url}discovery/v1/apis/{{api}}/{{apiVersion}}/rest"

    @property
    def ca_certs(self) -> Path:
        """The file with the certificate to trust, while a server with `tls=True` runs."""
        if self._directory is None:
            raise RuntimeError("there is a certificate only while a server with tls=True runs")
        return Path(self._directory.name) / "certificate.pem"

    @property
    def mailbox(self) -> Mailbox:
        """The mail itself, to see what was really sent and changed."""
        return self._service.mailbox

    @property
    def files(self) -> dict[str, bytes]:
        """What Drive's `files.get` serves, by file id, once Drive's document was asked for."""
        return self._service.files

    @property
    def accepted_tokens(self) -> set[str]:
        """The access tokens that `require_auth` lets through; add or discard as you like."""
        return self._service.tokens.accepted

    @property
    def requests(self) -> list[Received]:
        """What was received so far, in order of arrival; a batch is one request."""
        return self._service.record.requests()

    @property
    def batch_parts(self) -> list[Received]:
        """The parts of all batches received so far, in order."""
        return self._service.record.batch_parts()

    def requests_for(self, api_method: str) -> list[Received]:
        """Return the requests for one API method, or `token`, `batch`, `upload` and so on."""
        return [received for received in self.requests if received.api_method == api_method]

    def script(self, target: str, *outcomes: Script, times: int | None = 1) -> None:
        """Give the next requests for the target these responses or faults, one each and in order.

        `target` is a method id (`gmail.users.messages.get`), `token`, `batch`, `upload` for a
        chunk of a resumable upload (which the method id starts), `upload-status` for the question
        how far it has come, `discovery`, `*` for any request, or `POST /some/path`; the particular
        goes before the general. Parts of a batch meet the scripts for their own method or path.
        Ordinary service resumes when the whole sequence has been used `times` times; with None
        never. Later scripts for the same target come after earlier ones. A function gets the
        request and returns the outcome, None for ordinary service; `ordinary_service` is such a
        function.
        """
        self._service.script(target, outcomes, times)

    def clear(self) -> None:
        """Forget the requests and the scripts; the mailbox stays (see `Mailbox.reset`)."""
        self._service.forget()

    def discovery_document(self, api: str = "gmail", version: str = "v1") -> Json:
        """Return an API's discovery document, pointed at this server.

        It comes from the installed google-api-python-client, which isn't imported. The methods of
        APIs other than Gmail can be scripted once their document was asked for; otherwise they
        response 501.
        """
        return self._service.discovery_document(api, version, self.url)

    def _tls_context(self) -> ssl.SSLContext:
        # cryptography is needed for this alone.
        from local_gmail import certificate  # noqa: PLC0415

        self._directory = tempfile.TemporaryDirectory(prefix="local-gmail-")
        certificate_path, key_path = certificate.write(Path(self._directory.name))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate_path, key_path)
        return context
