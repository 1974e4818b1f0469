# SPDX-License-Identifier: Apache-2.0
"""The call of a batch: parts that fail inside a 200.

A batch is one POST; its parts get their responses inside the response to that, and their failures
reach no one but the callbacks. So they are taken as they come: after each POST, since parts that
got 401 are resent, and whatever a callback does afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from time import time_ns
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from opentelemetry.instrumentation.httplib2._support.guard import guarded
from opentelemetry.instrumentation.httplib2._support.spans import start_span
from opentelemetry.instrumentation.httplib2._urls.origin import origin_in
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
from opentelemetry.util.types import AttributeValue

from .. import semconv
from ..semconv import Operation
from .api_request import ApiRequest, attributes_of
from .attribute_order import set_last
from .call import Call
from .method import MethodDirectory
from .metrics import MetricAttributes
from .response import Response

if TYPE_CHECKING:
    from .failure import Failure

MAX_PART_SPANS: Final = 100
"""How many parts of one batch get a span; the others are counted."""

_UNAUTHORIZED: Final = 401
_NOTHING: Final[Mapping[str, AttributeValue]] = {}


class _PartResponse(NamedTuple):
    pair: Any
    """The library's own object, by which a new response is told from an old one."""
    began: int
    ended: int
    """When the POST that carried it began and ended, in ns."""


class _Part(NamedTuple):
    request: ApiRequest
    response: Response
    began: int
    ended: int
    failure: Failure | None


class BatchCall(Call):
    """One batch, from ``execute()`` to its end.

    Args:
        batch: googleapiclient's batch object.
        http: what it is sent through, where the caller gave one.
        methods: where the methods' descriptions are found.
        url: where it is sent.
        requests: its parts by their ids.
    """

    may_be_quiet = False

    def __init__(
        self,
        batch: Any,
        http: Any,
        methods: MethodDirectory,
        *,
        url: str,
        requests: Mapping[str, Any],
    ) -> None:
        super().__init__(batch, http, Operation.BATCH, methods)
        # It is of no method.
        self._looked_for = True
        self._origin = origin_in(url)
        self._requests = requests
        self._responses: dict[str, _PartResponse] = {}
        self._known: dict[str, ApiRequest] = {}
        self._before: dict[str, Any] = {}
        self._post_error: BaseException | None = None
        self._posts = 0
        self._resent_count = 0
        self._post_began = self._post_ended = 0
        self._service = self._service_of_all()

    @property
    def service(self) -> str | None:
        """The service that all parts are of, if they are of one."""
        return self._service

    @property
    def http(self) -> Any:
        # As the library chooses it: of the first part, where none is given.
        first = next(iter(self._requests.values()), None)
        return getattr(first, "http", None) if self._given_http is None else self._given_http

    @property
    def parts(self) -> Iterable[ApiRequest]:
        return map(self._known_of, self._requests)

    def attributes(
        self,
        user_hash_key: str | None,  # noqa: ARG002 - of no one user
        more: Mapping[str, AttributeValue] = _NOTHING,
    ) -> Mapping[str, AttributeValue]:
        return {**attributes_of(None, None, self._origin, self.operation), **more}

    def _service_of_all(self) -> str | None:
        requests = self._requests.values()
        prefixes = {str(getattr(one, "methodId", "")).partition(".")[0] for one in requests}
        return next(iter(self.parts)).service if len(prefixes) == 1 else None

    @guarded
    def post_begins(self, responses: Mapping[str, Any]) -> None:
        """The library begins to send all parts, or those that got 401 once more.

        Args:
            responses: those that it has already, maybe from an earlier execution.
        """
        self.loop_begins(0)
        self._before = dict(responses)

    @guarded
    def post_ended(
        self, ids: Collection[str], responses: Mapping[str, Any], error: BaseException | None
    ) -> None:
        """The library is done with sending ``ids``, and has these responses, or failed."""
        self._posts += 1
        if self._posts > 1:
            self._resent_count += len(ids)
        self._post_error = error
        for part_id in ids:
            pair = responses.get(part_id)
            if pair is not None and pair is not self._before.get(part_id):
                self._responses[part_id] = _PartResponse(pair, self._post_began, self._post_ended)
        self._before = {}

    def _begin(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._post_began = self._post_ended = time_ns()
        super()._begin(args, kwargs)

    @guarded
    def try_ended(self, response: object) -> None:
        self._post_ended = time_ns()
        super().try_ended(response)

    def _report(self, response: Response | None, error: BaseException | None) -> None:
        # What comes out of a callback is not the batch's failure.
        own = error is self._post_error or not self._is_complete()
        super()._report(response, error if own else None)
        self._charge_parts()
        self._report_parts()

    @guarded
    def end(self, error: BaseException | None) -> None:
        try:
            super().end(error)
        finally:
            self._responses.clear()
            self._known.clear()
            self._post_error = None

    def _is_unread(self, error: BaseException) -> bool:
        # A part is missing, its status line is broken, there is no content-type, ...
        return isinstance(error, (LookupError, ValueError))

    @guarded
    def _charge_parts(self) -> None:
        if not self._posts:
            return
        for (service, method, units), count in Counter(
            (one.service, one.method, self._units_of(one)) for one in self.parts
        ).items():
            if units and not self.setup.options.excludes(method):
                self.setup.metrics.charge(count * units, service, method)

    def _is_complete(self) -> bool:
        """Whether every part has its response, and those that got 401 had their second chance."""
        responses = self._responses.values()
        return len(responses) == len(self._requests) and (
            self._posts > 1
            or not any(getattr(one.pair[0], "status", None) == _UNAUTHORIZED for one in responses)
        )

    @guarded
    def _report_parts(self) -> None:
        parts = [self._part(part_id, response) for part_id, response in self._responses.items()]
        failed = [part for part in parts if part.failure is not None]
        for counted, count in Counter(map(_metric_attributes, parts)).items():
            if not self.setup.options.excludes(counted.method):
                self.setup.metrics.count_batch_parts(count, counted)
        if not self.recording:
            return
        attributes: dict[str, AttributeValue] = {
            semconv.GOOGLEAPICLIENT_BATCH_ANSWERED_COUNT: len(parts),
            semconv.GOOGLEAPICLIENT_BATCH_FAILED_COUNT: len(failed),
        }
        if self._resent_count:
            attributes[semconv.GOOGLEAPICLIENT_BATCH_RESENT_COUNT] = self._resent_count
        shown = self._worth_a_span(parts, failed)
        if len(shown) > MAX_PART_SPANS:
            dropped = len(shown) - MAX_PART_SPANS
            attributes[semconv.GOOGLEAPICLIENT_BATCH_PART_SPANS_DROPPED] = dropped
        self.span.set_attributes(attributes)
        for part in shown[:MAX_PART_SPANS]:
            self._write_part(part)

    def _worth_a_span(self, parts: list[_Part], failed: list[_Part]) -> list[_Part]:
        match self.setup.options.batch_part_spans:
            case "none":
                return []
            case "errors":
                shown = failed
            case "all":
                shown = failed + [part for part in parts if part.failure is None]
        excludes = self.setup.options.excludes
        return [one for one in shown if not excludes(one.request.method)]

    def _known_of(self, part_id: str) -> ApiRequest:
        known = self._known.get(part_id)
        if known is None:
            request = self._requests[part_id]
            # What has no http of its own is authorized as the batch is.
            http = self.http if getattr(request, "http", None) is None else None
            known = ApiRequest(request, http, Operation.BATCH_PART, self._methods)
            self._known[part_id] = known
        return known

    def _part(self, part_id: str, responded: _PartResponse) -> _Part:
        api_request = self._known_of(part_id)
        response = Response(*responded.pair)
        failure = None
        if response.failed:
            from .failure import failure_of_response  # noqa: PLC0415 - with the first failure

            failure = failure_of_response(response, api_request, self._redaction)
        return _Part(api_request, response, responded.began, responded.ended, failure)

    @guarded
    def _write_part(self, part: _Part) -> None:
        key = self.setup.options.user_hash_key
        attributes = dict(part.request.attributes(key))
        if part.failure is not None:
            attributes.update(part.failure.attributes(self._redaction))
        set_last(attributes, part.response.status)
        span = start_span(
            self.setup.tracer,
            part.request.method or Operation.BATCH_PART,
            set_span_in_context(self.span),
            SpanKind.INTERNAL,
            attributes,
            start_time=part.began,
        )
        try:
            if part.failure is not None:
                span.set_status(Status(StatusCode.ERROR, part.failure.description))
            span.end(part.ended)
        except BaseException:
            if span.is_recording():
                span.end(part.ended)
            raise


def _metric_attributes(part: _Part) -> MetricAttributes:
    api_request, failure = part.request, part.failure
    return MetricAttributes(
        api_request.service,
        api_request.method,
        error_type=failure.error_type if failure else None,
        cause=failure.diagnosis.cause if failure else None,
        owner=failure.diagnosis.owner if failure else None,
    )
