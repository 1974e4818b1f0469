# SPDX-License-Identifier: Apache-2.0
"""The demo as its users run it, with the real instrumentation."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pytest
from opentelemetry.instrumentation.googleapiclient._terminal.contents import (
    Attempt,
    Failure,
    Retries,
    is_batch_part,
    is_call,
)

import pictures
from demo.application import EXAMPLES
from pictures import Drawn
from support.drawings import drawn_in, stable
from support.otlp.receiver import Receiver
from support.otlp.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Mapping

# All in one process of pytest-xdist: they share what is run once.
pytestmark = pytest.mark.xdist_group("demo")

ROOT = EXAMPLES.parent

# Method, cause and owner as the telemetry contract has them for each documented failure.
FAILURES = [
    ("gmail.users.getProfile", "token_revoked", "end_user"),
    ("gmail.users.getProfile", "domain_policy", "domain_admin"),
    ("gmail.users.messages.list", "invalid_argument", "developer"),
    ("gmail.users.messages.get", "rate_limit_per_user", "developer"),
    ("gmail.users.messages.get", "quota_exceeded", "developer"),
    ("gmail.users.messages.attachments.get", "bandwidth_limit", "nobody"),
    ("gmail.users.messages.send", "mail_sending_limit", "nobody"),
    ("gmail.users.threads.get", "backend_error", "google"),
    ("gmail.users.drafts.create", "concurrent_requests", "developer"),
    ("gmail.users.labels.create", "daily_limit", "project_owner"),
    ("gmail.users.messages.modify", "scope_insufficient", "developer"),
    ("gmail.users.messages.insert", "backend_unavailable", "google"),
    ("gmail.users.settings.updateAutoForwarding", "precondition_failed", "developer"),
    ("gmail.users.settings.getVacation", "timeout", "nobody"),
    ("gmail.users.watch", "token_expired", "developer"),
]


@dataclass(frozen=True)
class Run:
    """A run of the demo that has ended."""

    exit_code: int
    output: str
    seconds: float

    @cached_property
    def drawn(self) -> Drawn:
        """What the exporter drew."""
        return Drawn.parse(self.output)

    def row(self, name: str) -> list[str]:
        """The cells of a row in the summary."""
        rows = (re.split(r"\s{2,}", line) for line in self.drawn.summary.splitlines())
        (found,) = [cells for first, *cells in rows if first == name]
        return [cell for cell in found if cell]

    def trace(self, method: str, *words: str) -> str:
        """The one drawn trace of a method that has these words."""
        found = [
            trace
            for trace in self.drawn.traces
            if re.match(rf"\S {re.escape(method)} ", trace) and all(word in trace for word in words)
        ]
        assert len(found) == 1, f"{len(found)} traces of {method} with {words} in {self.output}"
        return found[0]


class Demo:
    """A run of the demo that has begun."""

    def __init__(self, **variables: str) -> None:
        self._begin = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, EXAMPLES / "demo"],
            env=without_telemetry(os.environ) | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    def end(self) -> Run:
        output, _ = self._process.communicate(timeout=120)
        plain = re.sub("\x1b\\[[0-9;]*m", "", output)
        return Run(self._process.returncode, plain, time.monotonic() - self._begin)


def without_telemetry(variables: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without what would change where telemetry goes, or how it looks."""
    looks = {"COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"}
    return {
        name: value
        for name, value in variables.items()
        if not name.startswith("OTEL_") and name not in looks
    }


@dataclass(frozen=True)
class Runs:
    """All runs that the tests look at; they go on at the same time, each waits most of it."""

    drawn: Run
    sent: Run
    received: Receiver
    uninstrumented: Run


@pytest.fixture(name="runs", scope="module")
def _runs() -> Runs:
    with Receiver() as receiver:
        drawn = Demo(FORCE_COLOR="1", COLUMNS=str(pictures.WIDTH))  # as for the pictures
        sent = Demo(
            OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint,
            OTEL_METRICS_EXPORTER="otlp",
            OTEL_METRIC_EXPORT_INTERVAL="500",
            OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE="delta",
        )
        uninstrumented = Demo(OTEL_PYTHON_DISABLED_INSTRUMENTATIONS="googleapiclient,httplib2")
        return Runs(drawn.end(), sent.end(), receiver, uninstrumented.end())


def test_the_demo_ends_well_and_soon(runs: Runs) -> None:
    assert runs.drawn.exit_code == 0, runs.drawn.output
    assert runs.drawn.seconds < 60  # it waits for 6 s; the rest is for a loaded machine


@pytest.mark.parametrize(("method", "cause", "owner"), FAILURES)
def test_each_failure_responses_what_why_who_and_how(
    runs: Runs, method: str, cause: str, owner: str
) -> None:
    trace = runs.drawn.trace(method, f" {cause}, ")
    assert re.search(rf"cause +{cause}, (not retryable|retry .+|retryable)$", trace, re.MULTILINE)
    assert trace.startswith("✖")
    assert re.search(r"why +\S+", trace)
    assert re.search(rf"owner +{owner}$", trace, re.MULTILINE)
    assert re.search(r"remedy +\w+", trace)
    assert re.search(r"help +https://", trace)


def test_retries_that_helped_are_seen(runs: Runs) -> None:
    trace = runs.drawn.trace("gmail.users.labels.list")
    assert trace.startswith("✔")
    assert re.search(r"waited  .* for 2 of 3 retries, then succeeded", trace)
    for attempt in (1, 2):
        assert re.search(rf"↻ wait .* before retry {attempt} of 3, after 503 backendError", trace)


def test_retries_that_came_too_early_are_seen(runs: Runs) -> None:
    trace = runs.drawn.trace("gmail.users.messages.attachments.get")
    assert re.search(r"waited  .* for 2 of 2 retries, then gave up", trace)
    assert trace.count("the server advises to wait 2 h: this retry is too early") == 2
    assert "the server advises to wait 2 h\n" in trace


def test_the_failed_part_of_a_batch_is_seen(runs: Runs) -> None:
    trace = runs.drawn.trace("gmail.batch")
    assert trace.startswith("✔")
    assert "2 sent, 2 answered, 1 failed" in trace
    assert "✖ gmail.users.messages.get (batch part)" in trace
    assert "not_found, not retryable" in trace


def test_the_chunks_of_an_upload_are_seen(runs: Runs) -> None:
    traces = runs.drawn.drawn.traces
    first, failed, last = [each for each in traces if "messages.insert (upload chunk)" in each]
    assert re.search(r"\(upload chunk\) bytes 0\u2013262,143 of \d{3},\d{3} ", first)
    for chunk in (failed, last):
        assert re.search(r"bytes 262,144\u2013\d{3},\d{3} of", chunk)
    assert [each[0] for each in (first, failed, last)] == ["✔", "✖", "✔"]
    assert [len(each.splitlines()) > 1 for each in (first, failed, last)] == [False, True, False]


def test_what_the_application_executes_again_is_seen(runs: Runs) -> None:
    trace = runs.drawn.trace("gmail.users.drafts.create", "again")
    assert "re-executed after 1 failure, earlier than the server advised" in trace


def test_missing_scopes_are_seen(runs: Runs) -> None:
    trace = runs.drawn.trace("gmail.users.messages.modify")
    assert re.search(r"needs +.*gmail\.modify", trace)
    for label in ("asked for", "has"):
        assert re.search(rf"{label} +gmail\.compose, ", trace)


def test_mail_that_was_sent_twice_is_seen(runs: Runs) -> None:
    trace = runs.drawn.trace("gmail.users.messages.send", "no_response")
    assert trace.startswith("✔")
    assert "✔ POST resent (no_response)" in trace


def test_requests_for_tokens_are_seen(runs: Runs) -> None:
    trace = runs.drawn.trace("gmail.users.watch")
    assert trace.count("POST /token") == 2
    assert trace.count("POST resent (auth_refresh)") == 2


def test_the_metrics_say_the_same_as_the_traces(runs: Runs) -> None:
    totals = Totals.of(runs.received.measurements())
    spans = runs.received.spans()
    calls = Counter(
        (span.name, span.attributes.text("googleapiclient.operation"), span.failed)
        for span in filter(is_call, spans)
    )
    calls["gmail.users.messages.get", "batch_part", False] += 1  # which has no span
    assert calls == {
        (method.name, operation, failed): count
        for method in totals.methods.values()
        for operation, made in method.calls.items()
        for failed, count in ((True, made.failed), (False, made.made - made.failed))
        if count
    }
    failures = Counter(
        failure.cause for span in spans if (failure := Failure.of(span)) and failure.cause
    )
    assert failures == {
        cause.name: cause.failed for cause in totals.causes.values() if cause.failed
    }
    waited = sum(Retries.of(span).wait or 0 for span in spans)
    assert totals.waited == pytest.approx(waited, abs=0.1)
    attempts = [attempt for span in spans if (attempt := Attempt.of(span))]
    assert totals.requests == len(attempts)
    assert totals.resends == Counter(
        (attempt.method, attempt.resend_cause) for attempt in attempts if attempt.resend_cause
    )


def test_the_summary_counts_what_the_backend_gets(runs: Runs) -> None:
    spans = runs.received.spans()
    calls = [span for span in spans if is_call(span) and not is_batch_part(span)]
    made, failed, retried, waited = runs.drawn.row("all calls")
    assert int(made) == len(calls)
    assert int(failed) == sum(call.failed for call in calls)
    assert int(retried) == sum(Retries.of(call).count > 0 for call in calls)
    assert waited.endswith(" s")
    assert runs.drawn.row("gmail.users.messages.get")[:2] == ["3", "2"]
    assert runs.drawn.row("gmail.users.messages.get (batch part)") == ["1"]
    failed_once, retried_twice, *_ = runs.drawn.row("backend_unavailable")
    assert (failed_once, retried_twice) == ("1", "2")
    requests = sum(Attempt.of(span) is not None for span in spans)
    assert f"{requests} requests on the wire" in runs.drawn.drawn.summary
    assert "1 call may have been carried out twice by the server." in runs.drawn.output


def test_the_log_of_the_application_is_there_too(runs: Runs) -> None:
    assert "<HttpError 403 when requesting http://127.0.0.1" in runs.drawn.output
    assert "support@example.com: done" in runs.drawn.output


def test_the_command_is_shown(runs: Runs) -> None:
    assert runs.drawn.output.startswith(
        "$ opentelemetry-instrument --traces_exporter googleapiclient_terminal "
        "--metrics_exporter none --logs_exporter none python -m mail_sync\n"
    )


@pytest.mark.parametrize("name", pictures.TRACES)
def test_the_pictures_in_the_docs_show_traces_of_today(runs: Runs, name: str) -> None:
    shown = stable(drawn_in(pictures.FOLDER / f"{name}.svg")).split("\n\n")
    today = {stable(trace) for trace in runs.drawn.drawn.traces}
    assert len(shown) >= 1
    assert set(shown) <= today, "run: .ci/nox -s pages"


def test_the_picture_of_the_summary_in_the_docs_shows_that_of_today(runs: Runs) -> None:
    shown = stable(drawn_in(pictures.FOLDER / "summary.svg"))
    assert shown == stable(runs.drawn.drawn.summary.partition("\n\nTo see the same")[0])


def test_traces_go_to_the_callers_backend_instead(runs: Runs) -> None:
    assert runs.sent.exit_code == 0, runs.sent.output
    assert "Look for the service mail-sync" in runs.sent.output
    assert "✖ gmail" not in runs.sent.output
    assert "gmail.users.watch" in {span.name for span in runs.received.spans()}


def test_missing_spans_are_told(runs: Runs) -> None:
    assert runs.uninstrumented.exit_code == 1
    assert "no call of Gmail was traced" in runs.uninstrumented.output


def test_a_backend_that_does_not_listen_is_told_at_once() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
        run = Demo(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint).end()
    assert run.exit_code == 1
    assert f"nothing can be sent to {endpoint}" in run.output
