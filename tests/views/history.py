# SPDX-License-Identifier: Apache-2.0
"""Six and a half invented hours of three services, with an outage at their end; always the same.

What happened, by minutes before the end:

======== ==========================================================================================
390 on   ordinary traffic: some 0.3 % fails, retries help
250-238  Prometheus is away
185-140  the importer's mailbox is over its bandwidth, and is retried all the same
200      a stale connection: a mail is resent that had not arrived
110-95   some users have revoked their consent
88       a mail is resent after no response on a fresh connection
35 on    somebody has disabled the API in the importer's project: all of its calls fail
======== ==========================================================================================
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from views.promtool import series

MINUTES: Final = 390
NOW: Final = 1795762140
"""2026-11-27 06:49 UTC, when it ends."""
GAP: Final = range(238, 251)
OUTAGE: Final = 35
SENT_TWICE: Final = 88

SYNC, IMPORTER, NEWSLETTER = "support/mail-sync", "crm/importer", "marketing/newsletter"

CALLS: Final = "googleapiclient_call_duration_seconds"
REQUESTS: Final = "http_client_request_duration_seconds"
WAITS: Final = "googleapiclient_retry_wait_duration_seconds"
PARTS: Final = "googleapiclient_batch_parts_total"
UNITS: Final = "googleapiclient_quota_usage_total"
RESENDS: Final = "httplib2_resends_total"

BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
LONG_BOUNDS: Final = (*BOUNDS, 30, 60, 120, 300)
_BOUNDS: Final = {CALLS: LONG_BOUNDS, WAITS: LONG_BOUNDS, REQUESTS: BOUNDS}

# The owner, error.type and HTTP status of each cause.
_FAILURES: Final[Mapping[str | None, tuple[str | None, str | None, str | None]]] = {
    None: (None, None, "200"),
    "api_disabled": ("project_owner", "accessNotConfigured", "403"),
    "backend_error": ("google", "backendError", "500"),
    "backend_unavailable": ("google", "backendError", "503"),
    "bandwidth_limit": ("nobody", "rateLimitExceeded", "429"),
    "not_found": ("developer", "notFound", "404"),
    "rate_limit_per_user": ("developer", "rateLimitExceeded", "429"),
    "token_revoked": ("end_user", "invalid_grant", None),
}
_COSTS: Final = {
    "history.list": 2,
    "labels.list": 1,
    "messages.attachments.get": 20,
    "messages.get": 20,
    "messages.list": 5,
    "messages.modify": 5,
    "messages.send": 100,
    "threads.get": 40,
}
"""Quota units of a call."""

Labels: TypeAlias = tuple[tuple[str, str], ...]
Key: TypeAlias = tuple[str, Labels]


@dataclass
class Histogram:
    """What a histogram has counted."""

    bounds: tuple[float, ...]
    counts: list[float] = field(default_factory=list[float])
    total: float = 0

    def measure(self, seconds: float, weight: float) -> None:
        self.counts = self.counts or [0.0] * (len(self.bounds) + 1)
        place = next((i for i, bound in enumerate(self.bounds) if seconds <= bound), -1)
        self.counts[place] += weight
        self.total += seconds * weight

    def samples(self) -> Iterator[tuple[str, dict[str, str], float]]:
        """Suffix, further labels and value of each series that Prometheus makes of it."""
        for number, bound in enumerate((*self.bounds, math.inf), 1):
            text = "+Inf" if bound == math.inf else str(bound)
            yield "_bucket", {"le": text}, sum(self.counts[:number])
        yield "_count", {}, sum(self.counts)
        yield "_sum", {}, self.total


class History:
    """The samples of all series, one a minute."""

    def __init__(self) -> None:
        self.samples: dict[str, dict[Labels, list[tuple[int, float]]]] = {}
        """By name and labels: minutes before the end, and values."""
        self.failures: list[tuple[int, str, str, str, int]] = []
        """Minutes before the end, service, method, cause and number of what failed."""
        self.calls: list[tuple[int, str, str, int]] = []
        """Minutes before the end, service, method and number of calls and parts of batches."""
        self._random = random.Random(7)
        self._counters: dict[Key, float] = {}
        self._histograms: dict[Key, Histogram] = {}
        for ago in range(MINUTES, -1, -1):
            self._live(ago)
            if ago not in GAP:
                self._scrape(ago)

    def _live(self, ago: int) -> None:
        busy = 1 + 0.35 * math.sin((MINUTES - ago) / 60)
        self._mail_sync(ago, busy)
        self._importer(ago, busy)
        if (MINUTES - ago) % 60 < 20:
            self._call(ago, NEWSLETTER, "messages.send", self._some(20), 0.5)

    def _mail_sync(self, ago: int, busy: float) -> None:
        for method, often, seconds in (
            ("messages.list", 60, 0.12),
            ("messages.get", 240, 0.09),
            ("history.list", 60, 0.06),
            ("labels.list", 6, 0.05),
            ("messages.modify", 20, 0.11),
            ("messages.send", 3, 0.4),
        ):
            self._call(ago, SYNC, method, self._some(often * busy), seconds)
        self._parts(ago, "messages.get", self._some(40))
        self._parts(ago, "messages.get", self._some(0.2), "not_found")
        self._call(ago, SYNC, "messages.get", self._some(0.6), 0.08, "not_found")
        self._call(ago, SYNC, "threads.get", self._some(2), 0.3)
        self._call(ago, SYNC, "threads.get", self._some(0.01), 0.3, "backend_error")
        self._wait(SYNC, "messages.get", "rate_limit_per_user", self._some(0.8), 1.4)
        self._wait(SYNC, "labels.list", "backend_unavailable", self._some(0.3), 1.2)
        if 95 < ago < 110:
            self._call(ago, SYNC, "history.list", self._some(0.4), 0.1, "token_revoked")
        if ago in {200, SENT_TWICE}:
            reused = str(ago == 200).lower()
            self._resend(SYNC, "messages.send", "POST", "no_response", 1, "wait", reused)

    def _importer(self, ago: int, busy: float) -> None:
        cause = "api_disabled" if ago <= OUTAGE else None
        seconds = 0.05 if cause else 0.6
        for method, often in (("messages.attachments.get", 30), ("messages.get", 90)):
            self._call(ago, IMPORTER, method, self._some(often * busy), seconds, cause)
        if 140 < ago < 185:
            attachments, limit = "messages.attachments.get", "bandwidth_limit"
            self._call(ago, IMPORTER, attachments, self._some(3), 6, limit, exhausted="true")
            self._wait(IMPORTER, attachments, limit, self._some(6), 2.2)

    def _call(
        self,
        ago: int,
        job: str,
        method: str,
        number: int,
        seconds: float,
        cause: str | None = None,
        exhausted: str | None = None,
    ) -> None:
        owner, error, status = _FAILURES[cause]
        failed = _failed(cause, owner, error)
        more = {"http_response_status_code": status, "googleapiclient_retry_exhausted": exhausted}
        operation = {"googleapiclient_operation": "execute"}
        self._measure(CALLS, number, seconds, {**_of(job, method), **failed, **more, **operation})
        self._measure(
            REQUESTS,
            number,
            min(seconds, 0.35),
            {
                **_to_server(job, "POST" if "send" in method else "GET"),
                "http_response_status_code": status,
                "error_type": cause and (status or error),
                "server_port": "443",
                "network_protocol_version": "1.1",
            },
        )
        self._count(UNITS, _COSTS[method] * number, _of(job, method))
        self._note(ago, job, method, number, cause)

    def _parts(self, ago: int, method: str, number: int, cause: str | None = None) -> None:
        owner, error, _ = _FAILURES[cause]
        self._count(PARTS, number, {**_of(SYNC, method), **_failed(cause, owner, error)})
        self._note(ago, SYNC, method, number, cause)

    def _wait(self, job: str, method: str, cause: str, number: int, seconds: float) -> None:
        _, error, _ = _FAILURES[cause]
        self._measure(WAITS, number, seconds, {**_of(job, method), **_failed(cause, None, error)})
        self._resend(job, method, "GET", "retry", number)

    def _resend(
        self,
        job: str,
        method: str,
        verb: str,
        cause: str,
        number: int,
        phase: str | None = None,
        reused: str | None = None,
    ) -> None:
        previous = {
            "httplib2_previous_failed_phase": phase,
            "httplib2_previous_connection_reused": reused,
        }
        of_call = {"rpc_method": f"gmail.users.{method}", "httplib2_resend_cause": cause}
        self._count(RESENDS, number, {**_to_server(job, verb), **of_call, **previous})

    def _note(self, ago: int, job: str, method: str, number: int, cause: str | None) -> None:
        if number:
            self.calls.append((ago, job, f"gmail.users.{method}", number))
            if cause:
                self.failures.append((ago, job, f"gmail.users.{method}", cause, number))

    def _count(self, name: str, number: float, labels: Mapping[str, str | None]) -> None:
        if number:
            key = _key(name, labels)
            self._counters[key] = self._counters.get(key, 0) + number

    def _measure(
        self, name: str, number: int, seconds: float, labels: Mapping[str, str | None]
    ) -> None:
        """Durations that scatter; of many, each stands for several."""
        if not number:
            return
        histogram = self._histograms.setdefault(_key(name, labels), Histogram(_BOUNDS[name]))
        for _ in range(min(number, 10)):
            took = seconds * math.exp(self._random.gauss(0, 0.6))
            histogram.measure(took, number / min(number, 10))

    def _scrape(self, ago: int) -> None:
        for (name, labels), value in self._counters.items():
            self._sample(name, dict(labels), ago, value)
        for (name, labels), histogram in self._histograms.items():
            for suffix, more, value in histogram.samples():
                self._sample(name + suffix, {**dict(labels), **more}, ago, round(value, 9))

    def _sample(self, name: str, labels: dict[str, str], ago: int, value: float) -> None:
        self.samples.setdefault(name, {}).setdefault(tuple(labels.items()), []).append((ago, value))

    def _some(self, mean: float) -> int:
        """A random number of events: Poisson's, for many of them the normal distribution."""
        if mean > 30:
            return max(0, round(self._random.gauss(mean, math.sqrt(mean))))
        limit, number, product = math.exp(-mean), 0, self._random.random()
        while product >= limit:
            number, product = number + 1, product * self._random.random()
        return number


def openmetrics(history: History) -> Iterator[str]:
    """The lines from which promtool makes blocks for Prometheus."""
    for name, every_series in history.samples.items():
        if name.endswith("_bucket"):
            yield f"# TYPE {name.removesuffix('_bucket')} histogram\n"
        elif name.endswith("_total"):
            yield f"# TYPE {name.removesuffix('_total')} counter\n"
        for labels, samples in every_series.items():
            text = series(name, dict(labels))
            yield from (f"{text} {value} {NOW - ago * 60}\n" for ago, value in samples)
    yield "# EOF\n"


def promtool_series(history: History) -> dict[str, str]:
    """What the alerts look at, as the input of ``promtool test rules``: minute 0 is the first."""
    return {
        series(name, dict(labels)): _values(samples)
        for name, every_series in history.samples.items()
        if not name.endswith(("_bucket", "_sum")) and not name.startswith(REQUESTS)
        for labels, samples in every_series.items()
    }


def _values(samples: list[tuple[int, float]]) -> str:
    values = dict(samples)
    return " ".join(f"{values[ago]:g}" if ago in values else "_" for ago in range(MINUTES, -1, -1))


def _key(name: str, labels: Mapping[str, str | None]) -> Key:
    own = {**labels, "instance": "10.0.0.1:9464"}
    return name, tuple(sorted((label, value) for label, value in own.items() if value))


def _of(job: str, method: str) -> dict[str, str | None]:
    return {"job": job, "gcp_client_service": "gmail", "rpc_method": f"gmail.users.{method}"}


def _to_server(job: str, verb: str) -> dict[str, str | None]:
    return {"job": job, "server_address": "gmail.googleapis.com", "http_request_method": verb}


def _failed(cause: str | None, owner: str | None, error: str | None) -> dict[str, str | None]:
    return {
        "googleapiclient_error_cause": cause,
        "googleapiclient_error_owner": owner,
        "error_type": error,
    }
