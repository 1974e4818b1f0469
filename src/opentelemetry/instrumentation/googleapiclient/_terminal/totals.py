# SPDX-License-Identifier: Apache-2.0
"""All calls of a process, counted: by method, by cause, and on the wire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, TypeVar

from .contents import (
    Attempt,
    Failure,
    Retries,
    is_attempt,
    is_batch_part,
    is_call,
    may_be_done_twice,
    operation_of,
    shape,
    waits,
)
from .spans import Span

_MAX_ROWS: Final = 200
OTHERS: Final = "others"
"""What is counted together because there are too many names."""
NOT_KNOWN: Final = "-"

_T = TypeVar("_T")


@dataclass(slots=True)
class Method:
    """Calls of one method and one shape."""

    name: str
    form: str = ""
    """What sets these calls apart from ordinary ones, such as ``batch part``."""
    calls: int = 0
    failed: int = 0
    retried: int = 0
    """Calls that the library tried again, not how often."""
    waited: float = 0.0
    """Seconds, before retries."""


@dataclass(slots=True)
class Cause:
    """What one cause did to all calls."""

    name: str
    failed: int = 0
    retries: int = 0
    waited: float = 0.0
    """Seconds, before retries."""
    owner: str | None = None
    retry: str | None = None
    """Whether to send the same request again."""


@dataclass(slots=True)
class Totals:
    """All calls of a process. A part of a batch is no call of its own, but may fail as one."""

    methods: dict[tuple[str, str], Method] = field(default_factory=dict[tuple[str, str], Method])
    causes: dict[str, Cause] = field(default_factory=dict[str, Cause])
    calls: int = 0
    failed: int = 0
    failed_parts: int = 0
    retried: int = 0
    recovered: int = 0
    """Calls that succeeded after retries."""
    waited: float = 0.0
    requests: int = 0
    """All that went over the wire."""
    resends: Counter[str] = field(default_factory=Counter[str])
    """Requests that were sent before, by cause."""
    may_be_done_twice: int = 0
    """Calls that change something, and that the server may have carried out twice."""

    def add(self, span: Span) -> None:
        """Count what ended."""
        if is_call(span):
            self._add_call(span)
        elif is_attempt(span) and (attempt := Attempt.of(span)):
            self.requests += 1
            if attempt.resend_cause:
                self.resends[_bounded(self.resends, attempt.resend_cause, OTHERS)] += 1

    def _add_call(self, span: Span) -> None:
        retries, retried = Retries.of(span), 0
        if is_batch_part(span):
            self.failed_parts += span.failed
        else:
            retried = int(retries.count > 0)
            self.calls += 1
            self.failed += span.failed
            self.retried += retried
            self.recovered += retried and not span.failed
            self.waited += retries.wait or 0.0
            self.may_be_done_twice += may_be_done_twice(span)
        key = _bounded(
            self.methods, (span.name, shape(span.name, operation_of(span))), (OTHERS, "")
        )
        method = self.methods.setdefault(key, Method(*key))
        method.calls += 1
        method.failed += span.failed
        method.retried += retried
        method.waited += retries.wait or 0.0
        for wait in waits(span):
            cause_of_wait = self._cause(wait.cause)
            cause_of_wait.retries += 1
            cause_of_wait.waited += wait.delay or 0.0
        if failure := Failure.of(span):
            cause = self._cause(failure.cause)
            cause.failed += 1
            cause.owner = failure.owner or cause.owner
            cause.retry = _retry(failure) or cause.retry

    def _cause(self, name: str | None) -> Cause:
        key = _bounded(self.causes, name or NOT_KNOWN, OTHERS)
        return self.causes.setdefault(key, Cause(key))


def _retry(failure: Failure) -> str | None:
    if failure.retry is None and failure.retryable is not None:
        return "yes" if failure.retryable else "no"
    return failure.retry


def _bounded(known: Collection[_T], key: _T, others: _T) -> _T:
    return key if key in known or len(known) < _MAX_ROWS else others
