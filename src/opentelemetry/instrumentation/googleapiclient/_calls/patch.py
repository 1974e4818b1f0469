# SPDX-License-Identifier: Apache-2.0
"""The only module that knows which functions of googleapiclient are wrapped.

Each replacement is a plain function made with ``functools.wraps``: a proxy object would break
pickling of ``request.execute``, and is slower.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, cast

from opentelemetry.instrumentation.httplib2._support.guard import guarded, telemetry_runs
from opentelemetry.instrumentation.httplib2._support.patching import Patch, Patches, parameters_of
from opentelemetry.instrumentation.httplib2._support.spans import follow
from opentelemetry.instrumentation.httplib2._wire.scope import current_scope, enter_scope

from ..semconv import Operation
from .call import Call
from .discovery import DiscoveryFetch, current_fetch
from .excluded_scope import ExcludedScope
from .method import LEARNED
from .telemetry import PEER_MARK, Telemetry, warn_of_peer
from .transport import ObservedHttp, SleepOfRequest, observed_http, observed_sleep

if TYPE_CHECKING:
    from .batch import BatchCall

_HTTP: Final = "googleapiclient.http"
_POST_ARGUMENTS: Final = ("self", "http", "order")
_RETRY_ARGUMENTS: Final = ("http", "num_retries", "req_type", "sleep", "rand", "uri")


class Instrumentation:
    """The patches, and the telemetry that they feed while they are switched on."""

    def __init__(self) -> None:
        self._telemetry: Telemetry | None = None
        self.methods = LEARNED
        self._patches = Patches(
            Patch(
                _HTTP,
                "HttpRequest.execute",
                self._execute,
                lost="calls",
            ),
            Patch(
                _HTTP,
                "HttpRequest.next_chunk",
                self._upload_chunk,
                lost="chunks of uploads",
            ),
            Patch(
                _HTTP,
                "MediaIoBaseDownload.next_chunk",
                self._download_chunk,
                lost="chunks of downloads",
            ),
            Patch(
                _HTTP,
                "BatchHttpRequest.execute",
                self._batch_execute,
                lost="batches",
            ),
            Patch(
                _HTTP,
                "BatchHttpRequest._execute",
                self._batch_post,
                lost="parts of batches that fail",
            ),
            Patch(
                _HTTP,
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
            Patch(
                "googleapiclient.discovery",
                "_retrieve_discovery_doc",
                _discovery,
                lost="the name of discovery requests",
            ),
            added=(
                Patch(
                    _HTTP,
                    "HttpRequest._sleep",
                    _sleep_of_request,
                    lost="waits of uploads",
                ),
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
            telemetry = None if telemetry_runs() else self._telemetry
            if telemetry is None:
                return original(request, *args, **kwargs)
            call = telemetry.call(request, *_http_and_retries(*args, **kwargs))
            if call is None:
                return _run_apart(telemetry, original, request, *args, **kwargs)
            return follow(call, _run, telemetry, call, original, request, *args, **kwargs)

        # It would take ours for its own, and take it away with its own.
        if vars(execute).pop(PEER_MARK, False):
            warn_of_peer()
        return execute

    def _upload_chunk(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def next_chunk(request: Any, *args: Any, **kwargs: Any) -> Any:
            telemetry = None if telemetry_runs() else self._telemetry
            if telemetry is None:
                return original(request, *args, **kwargs)
            around = current_scope()
            if isinstance(around, Call) and around.is_of(request):
                # Inside of execute(), whose call it is a part of.
                return _run_chunk(around, original, request, *args, **kwargs)
            http, num_retries = _http_and_retries(*args, **kwargs)
            call = telemetry.upload_chunk(request, http, num_retries)
            if call is None:
                return _run_apart(telemetry, original, request, *args, **kwargs)
            return follow(
                call,
                _run,
                telemetry,
                call,
                _run_chunk,
                call,
                original,
                request,
                *args,
                **kwargs,
            )

        return next_chunk

    def _download_chunk(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def next_chunk(download: Any, *args: Any, **kwargs: Any) -> Any:
            telemetry = None if telemetry_runs() else self._telemetry
            if telemetry is None:
                return original(download, *args, **kwargs)
            call = telemetry.download_chunk(download, *args, **kwargs)
            if call is None:
                return _run_apart(telemetry, original, download, *args, **kwargs)
            return follow(call, _run, telemetry, call, original, download, *args, **kwargs)

        return next_chunk

    def _batch_execute(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def execute(batch: Any, *args: Any, **kwargs: Any) -> Any:
            telemetry = None if telemetry_runs() else self._telemetry
            if telemetry is None:
                return original(batch, *args, **kwargs)
            http, _ = _http_and_retries(*args, **kwargs)
            parts = getattr(batch, "_requests", None)
            call = telemetry.batch(batch, http, parts, getattr(batch, "_batch_uri", ""))
            if call is None:
                return _run_apart(telemetry, original, batch, *args, **kwargs)
            return follow(call, _run, telemetry, call, original, batch, *args, **kwargs)

        return execute

    def _batch_post(self, original: Callable[..., Any]) -> Callable[..., Any] | None:
        if parameters_of(original)[: len(_POST_ARGUMENTS)] != _POST_ARGUMENTS:
            return None

        @wraps(original)
        def post(batch: Any, http: Any, order: Any, *args: Any, **kwargs: Any) -> Any:
            call = _batch_call() if self._telemetry and not telemetry_runs() else None
            if call is None:
                return original(batch, http, order, *args, **kwargs)
            responses = getattr(batch, "_responses", {})
            call.post_begins(responses)
            try:
                value = original(batch, observed_http(http, call), order, *args, **kwargs)
            except BaseException as error:
                call.post_ended(order, responses, error)
                raise
            call.post_ended(order, responses, None)
            return value

        return post

    def _retry_request(self, original: Callable[..., Any]) -> Callable[..., Any] | None:
        if parameters_of(original)[: len(_RETRY_ARGUMENTS)] != _RETRY_ARGUMENTS:
            return None
        loop: CodeType | None = getattr(original, "__code__", None)
        # Of one that stands in the place of the library's own, nothing is known.
        is_own = getattr(original, "__globals__", {}).get("__name__") == _HTTP

        @wraps(original)
        def retry_request(  # noqa: PLR0917 - the library's arguments
            http: Any,
            num_retries: Any,
            req_type: Any,
            sleep: Any,
            rand: Any,
            uri: Any,
            *args: Any,
            **kwargs: Any,
        ) -> Any:
            run = partial(original, http, num_retries, req_type, sleep, rand, uri, *args, **kwargs)
            call = None if telemetry_runs() or self._telemetry is None else current_scope()
            if not isinstance(call, Call):
                return run()
            # Most calls: one try and no wait. What the loop returns is the response, and so no
            # stand-ins are needed to see it.
            is_plain = http is not None and not isinstance(http, ObservedHttp)
            if is_own and is_plain and not num_retries:
                call.only_try_begins((uri, *args), kwargs)
                return _run_only_try(call, loop, run)
            http, sleep = _observe_tries(call, http, num_retries, sleep) or (http, sleep)
            return original(http, num_retries, req_type, sleep, rand, uri, *args, **kwargs)

        return retry_request

    def _create_method(self, original: Callable[..., Any]) -> Callable[..., Any]:
        learn = guarded(self.methods.learn)
        notice = guarded(self.methods.documents.notice)

        @wraps(original)
        def create_method(*args: Any, **kwargs: Any) -> Any:
            made = original(*args, **kwargs)
            if self._telemetry is not None:
                description = _method_and_document(*args, **kwargs)
                if description is not None:
                    method, root, schemas = description
                    learn(method, root)
                    notice(root, schemas)
            return made

        return create_method


def _run(
    telemetry: Telemetry, call: Call, run: Callable[..., Any], *args: Any, **kwargs: Any
) -> Any:
    """Begin a call, and run what it is about."""
    call.enter()
    if call.is_open:
        return run(*args, **kwargs)
    return _run_apart(telemetry, run, *args, **kwargs)


def _run_apart(telemetry: Telemetry, run: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run what has no call of its own, so that the call around it does not take it for its own."""
    scope, around = ExcludedScope(), current_scope()
    scope.policy = telemetry.url_policy
    try:
        enter_scope(scope)
        return run(*args, **kwargs)
    finally:
        enter_scope(around)


def _run_chunk(
    call: Call, original: Callable[..., Any], request: Any, *args: Any, **kwargs: Any
) -> Any:
    if not call.is_open:
        return original(request, *args, **kwargs)
    # The loop for the chunks sends by itself: it gets the stand-in, too.
    http, num_retries = _http_and_retries(*args, **kwargs)
    call.loop_begins(num_retries)
    observed = observed_http(request.http if http is None else http, call)
    if args:
        args = (observed, *args[1:])
    else:
        kwargs["http"] = observed
    return original(request, *args, **kwargs)


def _run_only_try(call: Call, loop: CodeType | None, run: Callable[[], Any]) -> Any:
    """Run the library's loop, which sends once and does not wait."""
    try:
        response = run()
    except BaseException as error:
        call.only_try_failed(error, loop)
        raise
    call.outcome = response
    return response


@guarded
def _observe_tries(call: Call, http: Any, num_retries: Any, sleep: Any) -> tuple[Any, Any]:
    """What lets the call see the tries and waits of a retry loop, in the place of these."""
    call.loop_begins(num_retries)
    return observed_http(http, call), observed_sleep(sleep, call) if num_retries else sleep


@guarded
def _batch_call() -> BatchCall | None:
    """The batch that is being executed."""
    call = current_scope()
    is_batch = isinstance(call, Call) and call.operation == Operation.BATCH
    return cast("BatchCall", call) if is_batch else None


def _sleep_of_request(_: object) -> SleepOfRequest:
    return SleepOfRequest(_upload_of, _HTTP)


@guarded
def _upload_of(request: Any) -> Call | None:
    """The call that is sending a chunk of this request just now, and has had a response to it."""
    call = current_scope()
    if not isinstance(call, Call) or not call.is_upload:
        return None
    return call if call.outcome is not None and call.is_of(request) else None


@guarded
def _fetch() -> DiscoveryFetch:
    return DiscoveryFetch()


def _discovery(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def retrieve(*args: Any, **kwargs: Any) -> Any:
        before = current_fetch.get()
        fetch = _fetch()
        if fetch is None:
            return original(*args, **kwargs)
        try:
            current_fetch.set(fetch)
            return follow(fetch, original, *args, **kwargs)
        finally:
            current_fetch.set(before)

    return retrieve


# The arguments of the wrapped functions, however the caller passed them.


def _http_and_retries(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
    http = args[0] if args else kwargs.get("http")
    return http, args[1] if len(args) > 1 else kwargs.get("num_retries", 0)


@guarded
def _method_and_document(
    methodName: Any,  # noqa: N803, ARG001 - the library's names
    methodDesc: Any,  # noqa: N803
    rootDesc: Any,  # noqa: N803
    schema: Any = None,
    *_: Any,
    **__: Any,
) -> tuple[Any, Any, Any]:
    return methodDesc, rootDesc, schema


instrumentation: Final = Instrumentation()
"""The one of the process, as what it patches."""
