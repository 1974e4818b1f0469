# SPDX-License-Identifier: Apache-2.0
"""The only module that knows which functions of googleapiclient are wrapped.

Each replacement is a plain function made with ``functools.wraps``: a proxy object would break
pickling of ``request.execute``, and is slower.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, Final

from ..httplib2.guard import guarded
from ..httplib2.patching import Patch, Patches
from .batch import BatchCall
from .call import Call, current_call
from .method import MethodDirectory
from .semconv import Operation
from .telemetry import Telemetry
from .transport import ObservedHttp, observed_sleep

_POST_ARGUMENTS: Final = ("self", "http", "order")
_RETRY_ARGUMENTS: Final = ("http", "num_retries", "req_type", "sleep")


class Instrumentation:
    """The patches, and the telemetry that they feed while they are switched on."""

    def __init__(self) -> None:
        self._telemetry: Telemetry | None = None
        self.methods = MethodDirectory()
        self._patches = Patches(
            Patch(
                "googleapiclient.http",
                "HttpRequest.execute",
                self._execute,
                lost="calls",
            ),
            Patch(
                "googleapiclient.http",
                "BatchHttpRequest.execute",
                self._batch_execute,
                lost="batches",
            ),
            Patch(
                "googleapiclient.http",
                "BatchHttpRequest._execute",
                self._batch_post,
                lost="parts of batches that fail",
            ),
            Patch(
                "googleapiclient.http",
                "_retry_request",
                self._retry_request,
                lost="retries and their waits",
            ),
            Patch(
                "googleapiclient.discovery",
                "createMethod",
                self._create_method,
                lost="url.template",
            ),
        )

    def switch_on(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._patches.switch_on()

    def switch_off(self) -> None:
        self._telemetry = None
        self._patches.switch_off()

    def _execute(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def execute(request: Any, *args: Any, **kwargs: Any) -> Any:
            telemetry = self._telemetry
            if telemetry is None:
                return original(request, *args, **kwargs)
            http, num_retries = _http_and_retries(*args, **kwargs)
            call = telemetry.begin(request, http, Operation.EXECUTE, num_retries)
            if call is None:
                return original(request, *args, **kwargs)
            try:
                value = original(request, *args, **kwargs)
            except BaseException as error:
                call.fail(error)
                raise
            call.succeed()
            return value

        return execute

    def _batch_execute(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def execute(batch: Any, *args: Any, **kwargs: Any) -> Any:
            telemetry = self._telemetry
            if telemetry is None:
                return original(batch, *args, **kwargs)
            http, _ = _http_and_retries(*args, **kwargs)
            parts = getattr(batch, "_requests", {})
            call = telemetry.begin_batch(batch, http, parts, getattr(batch, "_batch_uri", ""))
            if call is None:
                return original(batch, *args, **kwargs)
            try:
                value = original(batch, *args, **kwargs)
            except BaseException as error:
                call.fail(error)
                raise
            call.succeed()
            return value

        return execute

    def _batch_post(self, original: Callable[..., Any]) -> Callable[..., Any] | None:
        if tuple(signature(original).parameters)[: len(_POST_ARGUMENTS)] != _POST_ARGUMENTS:
            return None

        @wraps(original)
        def post(batch: Any, http: Any, order: Any, *args: Any, **kwargs: Any) -> Any:
            call = current_call() if self._telemetry else None
            if not isinstance(call, BatchCall):
                return original(batch, http, order, *args, **kwargs)
            call.post_begins()
            try:
                return original(batch, _observed(http, call), order, *args, **kwargs)
            finally:
                call.post_ended(order, getattr(batch, "_responses", {}))

        return post

    def _retry_request(self, original: Callable[..., Any]) -> Callable[..., Any] | None:
        if tuple(signature(original).parameters)[: len(_RETRY_ARGUMENTS)] != _RETRY_ARGUMENTS:
            return None

        @wraps(original)
        def retry_request(
            http: Any, num_retries: Any, req_type: Any, sleep: Any, *args: Any, **kwargs: Any
        ) -> Any:
            call = current_call() if self._telemetry else None
            if call is None:
                return original(http, num_retries, req_type, sleep, *args, **kwargs)
            call.loop_begins(num_retries)
            return original(
                _observed(http, call),
                num_retries,
                req_type,
                observed_sleep(sleep, call),
                *args,
                **kwargs,
            )

        return retry_request

    def _create_method(self, original: Callable[..., Any]) -> Callable[..., Any]:
        learn = guarded(self.methods.learn)

        @wraps(original)
        def create_method(*args: Any, **kwargs: Any) -> Any:
            made = original(*args, **kwargs)
            if self._telemetry is not None:
                description = _method_and_root(*args, **kwargs)
                if description is not None:
                    learn(*description)
            return made

        return create_method


def _observed(http: Any, call: Call) -> Any:
    # What can't send a request fails where it always did, in the library's own line.
    return ObservedHttp(http, call) if callable(getattr(http, "request", None)) else http


# The arguments of the wrapped functions, however the caller passed them.


def _http_and_retries(http: Any = None, num_retries: Any = 0, **_: Any) -> tuple[Any, Any]:
    return http, num_retries


@guarded
def _method_and_root(
    methodName: Any,  # noqa: N803, ARG001 - the library's names
    methodDesc: Any,  # noqa: N803
    rootDesc: Any,  # noqa: N803
    *_: Any,
    **__: Any,
) -> tuple[Any, Any]:
    return methodDesc, rootDesc
