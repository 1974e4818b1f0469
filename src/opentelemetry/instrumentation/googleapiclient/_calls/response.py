# SPDX-License-Identifier: Apache-2.0
"""What came back over HTTP, and where it is found."""

from __future__ import annotations

from typing import Any, Final, cast

from opentelemetry.instrumentation.httplib2._support.exceptions import lineage

_FIRST_FAILING_STATUS: Final = 300
_PAIR: Final = 2
_WITH_RESPONSE: Final = "httplib2.error.HttpLib2ErrorWithResponse"


class Response:
    """The pair that ``Http.request()`` returns.

    Args:
        head: its status and headers: an ``httplib2.Response``, or what stands for it.
        body: all of it.
    """

    __slots__ = ("body", "head")

    def __init__(self, head: Any, body: Any) -> None:
        self.head = head
        self.body = body

    @property
    def status(self) -> int | None:
        status = getattr(self.head, "status", None)
        return status if isinstance(status, int) else None

    @property
    def reason(self) -> object:
        """The reason phrase of the status line, where there is one."""
        return getattr(self.head, "reason", None)

    @property
    def failed(self) -> bool:
        status = self.status
        return status is not None and status >= _FIRST_FAILING_STATUS


def is_pair(value: object) -> bool:
    """Whether it may be a pair of response and body: a stand-in may return anything."""
    return isinstance(value, tuple) and len(cast("tuple[object, ...]", value)) == _PAIR


def response_in(outcome: object) -> Response | None:
    """The response that a try ended with, None where it ended with something else."""
    return Response(*cast("tuple[Any, Any]", outcome)) if is_pair(outcome) else None


def response_of(error: BaseException | None, outcome: object) -> Response | None:
    """The response that an exception brings along.

    An HttpError, where the try went past us: through a transport of its own, or past a private
    name that this version does not have. An error of httplib2's, where a redirect leads nowhere.

    Args:
        error: what the call ended with.
        outcome: what its last try ended with.
    """
    if not isinstance(outcome, BaseException):
        head = getattr(error, "resp", None)
        return None if head is None else Response(head, getattr(error, "content", None))
    if error is not None and _WITH_RESPONSE in lineage(error):
        response = Response(getattr(error, "response", None), getattr(error, "content", None))
        # What could not be read is no response.
        return response if response.failed else None
    return None
