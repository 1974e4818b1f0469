# SPDX-License-Identifier: Apache-2.0
"""What a request means here: which script it meets, and what ordinary service says to it."""

from __future__ import annotations

import difflib
import functools
import logging
import re
from typing import TYPE_CHECKING

from local_gmail import api, batch, discovery, downloads, routes
from local_gmail.failures import documented
from local_gmail.google_errors import html_page
from local_gmail.mailbox import Mailbox
from local_gmail.methods.call import Call
from local_gmail.record import Received, Record
from local_gmail.responses import Fault, Json, Outcome, Response, Script
from local_gmail.routes import Route, Routes
from local_gmail.scripts import Scripts
from local_gmail.tokens import Tokens
from local_gmail.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Sequence

_logger = logging.getLogger(__name__)

_METHOD_AND_PATH = re.compile(r"[A-Z]+ /\S*")
ANY = "*"
_DRIVE_FILE = "drive.files.get"


class Service:
    """Everything behind the sockets."""

    def __init__(
        self, owner: str, *, require_auth: bool, batch_limit: int, upload_granularity: int
    ) -> None:
        self.mailbox = Mailbox(owner)
        self.files: dict[str, bytes] = {}
        self.tokens = Tokens()
        self.record = Record()
        self._require_auth = require_auth
        self._batch_limit = batch_limit
        self._uploads = Uploads(upload_granularity, functools.partial(api.serve, self.mailbox))
        self._scripts = Scripts()
        self._routes = Routes()
        self._routes.add("gmail", "v1")

    def discovery_document(self, api_name: str, version: str, root_url: str) -> Json:
        """Return the edited document; its methods are known from now on."""
        self._routes.add(api_name, version)
        return discovery.pointed_at(discovery.load(api_name, version), root_url)

    def script(self, target: str, outcomes: Sequence[Script], times: int | None) -> None:
        """Queue outcomes for a target; ValueError where no request could ever meet it."""
        known = self._routes.method_ids
        if target not in known and target != ANY and not _METHOD_AND_PATH.fullmatch(target):
            close = difflib.get_close_matches(target, known, n=3)
            hint = f"; did you mean {' or '.join(close)}?" if close else ""
            others = ", ".join(repr(each) for each in sorted(routes.NOT_METHODS))
            raise ValueError(
                f"{target!r} is neither a method id of a discovery document in use, nor one of "
                f"{others}, {ANY!r}, nor of the form 'POST /path'{hint}"
            )
        self._scripts.add(target, outcomes, times)

    def forget(self) -> None:
        """Forget the record and the scripts."""
        self.record.clear()
        self._scripts.clear()

    def identify(self, received: Received) -> None:
        """Say for which API method a request is, by its head."""
        route = self._routes.find(received)
        received.api_method = None if route is None else route.api_method

    def receive(self, received: Received) -> None:
        """Note a request that has come in full."""
        if received.api_method == routes.BATCH:
            received.parts = batch.parts(received)
            for part in received.parts:
                self.identify(part)
        self.record.add(received)

    def meets(self, received: Received, fault: Fault) -> bool:
        """Whether the scripts say this fault to a request; if so it is used up by asking."""
        return self._scripts.take(_targets(received), only=fault) is not None

    def keep(self, received: Received, body: bytes) -> None:
        """Keep this beginning of a request's body where that has a meaning: with an upload."""
        if received.api_method == routes.UPLOAD:
            self._uploads.keep(received, body)

    def scripted(self, received: Received) -> Outcome | None:
        """Return what the scripts say to this request; None for ordinary service."""
        outcome = self._scripts.take(_targets(received))
        if outcome is None or isinstance(outcome, (Response, Fault)):
            return outcome
        try:
            return outcome(received)
        except Exception as mistake:  # noqa: BLE001
            return _own_mistake(received, mistake)

    def ordinary(self, received: Received) -> Response:
        """Ordinary service."""
        try:
            return self._ordinary(received)
        except Exception as mistake:  # noqa: BLE001
            return _own_mistake(received, mistake)

    def _ordinary(self, received: Received) -> Response:
        route = self._routes.find(received)
        is_part = received.part_of is not None
        if route is None or (is_part and route.api_method in routes.NOT_METHODS):
            return html_page(
                404, "Not Found", f"The requested URL {received.path} was not found on this server."
            )
        if route.api_method in routes.NOT_METHODS:
            return self._besides(route, received)
        refusal = self.tokens.refusal(received) if self._require_auth else None
        return refusal or self._method(route, received)

    def _besides(self, route: Route, received: Received) -> Response:
        """Serve what is no method of an API. None of it needs credentials.

        Those of a batch are the affair of its parts, and who knows the URI of an upload that was
        begun may go on with it.
        """
        match route.api_method:
            case routes.TOKEN:
                return self.tokens.serve(received)
            case routes.BATCH:
                return batch.serve(received, self, self._batch_limit)
            case routes.UPLOAD:
                return self._uploads.chunk(received)
            case routes.UPLOAD_STATUS:
                return self._uploads.status(received)
            case _:
                return self._discovery(route, received)

    def _method(self, route: Route, received: Received) -> Response:
        if route.api_method == _DRIVE_FILE:
            return downloads.serve(self.files, route.args["fileId"], received)
        missing = api.unimplemented(route.api_method)
        if missing is not None:
            return missing
        if route.is_upload:
            return self._uploads.serve(route, received)
        body = b"" if received.is_get_in_disguise else received.body
        call = Call(route.args, received.parameters, body)
        return api.serve(self.mailbox, route.api_method, call)

    def _discovery(self, route: Route, received: Received) -> Response:
        asked = received.parameters.get("version", ["v1"])[-1]
        name, version = route.args.get("api", "gmail"), route.args.get("version", asked)
        try:
            return Response(200, self.discovery_document(name, version, received.root_url))
        except FileNotFoundError:
            return documented("notFound")


def _targets(received: Received) -> list[str]:
    """Return what a script may have called this request, the most particular first."""
    targets = [f"{received.method} {received.path}"]
    if received.api_method is not None:
        targets.append(received.api_method)
    # "Any" counts what arrives; a part of a batch has arrived with it.
    return targets if received.part_of is not None else [*targets, ANY]


def _own_mistake(received: Received, mistake: Exception) -> Response:
    _logger.error(
        "The local Gmail server failed on %s %s",
        received.method,
        received.path,
        exc_info=mistake,
    )
    return documented("internalError", message="Mistake in the local Gmail server; see its log")
