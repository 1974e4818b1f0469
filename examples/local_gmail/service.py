# SPDX-License-Identifier: Apache-2.0
"""What a request means here: which script it meets, and what ordinary service says to it."""

from __future__ import annotations

import difflib
import logging
import re
from typing import TYPE_CHECKING

from local_gmail import api, discovery
from local_gmail.answers import Answer, Fault, Json, Outcome, Script
from local_gmail.failures import documented
from local_gmail.google_errors import html_page
from local_gmail.mailbox import Mailbox
from local_gmail.record import Received, Record
from local_gmail.routes import TOKEN, Route, Routes
from local_gmail.scripts import Scripts
from local_gmail.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

_logger = logging.getLogger(__name__)

_METHOD_AND_PATH = re.compile(r"[A-Z]+ /\S*")
ANY = "*"


class Service:
    """Everything behind the sockets."""

    def __init__(self, owner: str, *, require_auth: bool) -> None:
        self.mailbox = Mailbox(owner)
        self.tokens = Tokens()
        self.record = Record()
        self._require_auth = require_auth
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
            raise ValueError(
                f"{target!r} is neither a method id of a discovery document in use, nor "
                f"{TOKEN!r}, {ANY!r} or of the form 'POST /path'{hint}"
            )
        self._scripts.add(target, outcomes, times)

    def forget(self) -> None:
        """Forget the record and the scripts."""
        self.record.clear()
        self._scripts.clear()

    def route(self, method: str, path: str) -> Route | None:
        """Return the API method that a method and a percent-encoded path stand for."""
        return self._routes.find(method, path)

    def is_to_stay_unread(self, method: str, path: str) -> bool:
        """Whether this request meets `Fault.CLOSE_UNREAD`, which is used up by asking."""
        route = self.route(method, path)
        targets = _targets(method, path, route.api_method if route else None)
        return self._scripts.take(targets, only=Fault.CLOSE_UNREAD) is not None

    def scripted(self, received: Received) -> Outcome | None:
        """Return what the scripts say to this request; None for ordinary service."""
        targets = _targets(received.method, received.path, received.api_method)
        outcome = self._scripts.take(targets)
        if outcome is None or isinstance(outcome, (Answer, Fault)):
            return outcome
        try:
            return outcome(received)
        except Exception as mistake:  # noqa: BLE001
            return _own_mistake(received, mistake)

    def ordinary(self, received: Received) -> Answer:
        """Ordinary service."""
        try:
            return self._ordinary(received)
        except Exception as mistake:  # noqa: BLE001
            return _own_mistake(received, mistake)

    def _ordinary(self, received: Received) -> Answer:
        route = self.route(received.effective_method, received.path)
        if route is None:
            return html_page(
                404, "Not Found", f"The requested URL {received.path} was not found on this server."
            )
        if route.api_method == TOKEN:
            return self.tokens.serve(received)
        refusal = self.tokens.refusal(received) if self._require_auth else None
        return refusal or api.serve(self.mailbox, route, received)


def _targets(method: str, path: str, api_method: str | None) -> list[str]:
    """Return what a script may have called this request, the most particular first."""
    named = [] if api_method is None else [api_method]
    return [f"{method} {path}", *named, ANY]


def _own_mistake(received: Received, mistake: Exception) -> Answer:
    _logger.error(
        "The local Gmail server failed on %s %s",
        received.method,
        received.path,
        exc_info=mistake,
    )
    return documented("internalError", message="Mistake in the local Gmail server; see its log")
