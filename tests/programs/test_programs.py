# SPDX-License-Identifier: Apache-2.0
"""Real shapes of programs work under ``opentelemetry-instrument`` as they do without, and are seen.

Each is a file beside this one that knows nothing of OpenTelemetry. It runs twice, plainly and
instrumented: it must print the same, end the same way and send the same requests.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import certifi
import pytest

from local_gmail import LocalGmail, Received, Response, documented
from support.auto_load import Ran, run, spans_in
from support.socks_server import socks_server

PROGRAMS = Path(__file__).parent

PROFILE = "gmail.users.getProfile"
LABEL = "gmail.users.labels.get"
LABELS = "gmail.users.labels.list"
MESSAGE = "gmail.users.messages.get"
TRACE_HEADERS = {"traceparent", "tracestate"}


def _nothing(_: LocalGmail) -> None:
    """Ordinary service is all that it needs."""


@dataclass(frozen=True, kw_only=True)
class Program:
    spans: dict[str, int]
    """The names of the spans expected of it, and how many of each."""
    arrange: Callable[[LocalGmail], None] = _nothing
    """What the server is told before each run."""
    facts: Mapping[str, object] = field(default_factory=dict[str, object])
    """Attributes of its spans."""
    calls_at_once: bool = False
    """Then each has to have a request of its own below it."""
    environment: Callable[[LocalGmail], Mapping[str, str]] = lambda _: {}
    tls: bool = False
    not_ours: re.Pattern[str] | None = None
    """What OpenTelemetry itself, without us, makes Python say on standard error."""


def _one_busy_response(gmail: LocalGmail) -> None:
    gmail.script("*", documented("serviceUnavailable"))


def _expired_token(gmail: LocalGmail) -> None:
    gmail.script(PROFILE, documented("authError"))


def _renaming(gmail: LocalGmail) -> None:
    gmail.script("POST /gmail/v1/users/me/labels/Label_1", Response(200, {"name": "Renamed"}))


def _slow_once(gmail: LocalGmail) -> None:
    gmail.script(PROFILE, Response(200, {}, delay=60))


def _slow_drafts(gmail: LocalGmail) -> None:
    gmail.script("GET /gmail/v1/users/me/labels/DRAFT", Response(200, {"name": "DRAFT"}, delay=1))


def _slow_spam(gmail: LocalGmail) -> None:
    gmail.script("GET /gmail/v1/users/me/labels/SPAM", Response(200, {"name": "SPAM"}, delay=2))


def _fresh_then_unchanged(gmail: LocalGmail) -> None:
    label = {"name": "INBOX", "type": "system"}
    gmail.script(
        LABEL,
        Response(200, label, {"ETag": '"1"', "Cache-Control": "max-age=0, must-revalidate"}),
        Response(304, headers={"ETag": '"1"', "Cache-Control": "max-age=3600"}),
    )


REFRESHED = {"httplib2.resend.cause": "auth_refresh"}
RETRIED = {"httplib2.resend.cause": "retry"}

CASES = {
    "own_ca": Program(
        spans={PROFILE: 1, "GET": 1},
        environment=lambda gmail: {"COMPANY_CA": str(gmail.ca_certs)},
        tls=True,
    ),
    "replaced_httplib2": Program(spans={PROFILE: 1, "gmail.users.labels.create": 1}),
    "shimmed_http_class": Program(spans={PROFILE: 1, LABELS: 1, "GET": 2}),
    "patched_authorized_http": Program(
        spans={PROFILE: 1, MESSAGE: 1, "GET": 3, "POST": 2}, arrange=_expired_token, facts=REFRESHED
    ),
    "oauth2client_credentials": Program(
        spans={PROFILE: 1, "gmail.batch": 1, LABEL: 1, "GET": 2, "POST": 2},
        arrange=_expired_token,
        facts=REFRESHED,
    ),
    "greenlets": Program(
        spans={PROFILE: 5, "GET": 5},
        calls_at_once=True,
        # A thread of the SDK's that began before gevent replaces threads.
        not_ours=re.compile(
            r"(?ms)^Exception ignored in thread started by.*?Thread\(Otel.*?^KeyError: \d+\n"
        ),
    ),
    "recorded_by_vcr": Program(spans={LABEL: 2, "GET": 2}),
    "http_for_each_request": Program(
        spans={LABELS: 1, LABEL: 6, "GET": 8},
        arrange=_one_busy_response,
        facts=RETRIED,
        calls_at_once=True,
    ),
    "user_agent_and_tunnel": Program(
        spans={"gmail.users.labels.patch": 1, "POST": 1}, arrange=_renaming
    ),
    "default_timeout": Program(
        spans={PROFILE: 2, "GET": 2}, arrange=_slow_once, facts={"error.type": "TimeoutError"}
    ),
    "pickled_requests": Program(spans={LABEL: 3, "GET": 3}),
    "patched_functions": Program(
        spans={PROFILE: 1, MESSAGE: 1, "GET": 3}, arrange=_one_busy_response, facts=RETRIED
    ),
    "own_transport": Program(spans={PROFILE: 1, MESSAGE: 1}),
    "mocking_tests": Program(spans={PROFILE: 3}),
    "lazily_imported": Program(spans={PROFILE: 1, "GET": 1}),
    "package_files": Program(spans={}),
    "asyncio_threads": Program(
        spans={LABEL: 3, "GET": 3}, arrange=_slow_drafts, calls_at_once=True
    ),
    "forked_workers": Program(spans={LABEL: 5, "GET": 5}, arrange=_slow_spam, calls_at_once=True),
    "called_at_exit": Program(spans={LABEL: 2, "GET": 2}),
    "left_behind_thread": Program(spans={LABEL: 1, "GET": 1}, arrange=_slow_once),
    "cached_responses": Program(spans={LABEL: 3, "GET": 2}, arrange=_fresh_then_unchanged),
    "whole_morning": Program(
        spans={
            "discovery.apis.getRest": 1,
            "gmail.users.messages.list": 2,
            "gmail.batch": 1,
            MESSAGE: 3,
            "gmail.users.messages.insert": 2,
            LABELS: 1,
            "GET": 6,
            "POST": 2,
            "PUT": 2,
        }
    ),
}


@dataclass(frozen=True)
class Observed:
    """A run, and what the server received of it."""

    ran: Ran
    requests: list[tuple[object, ...]]


def observe(name: str, program: Program, folder: Path, *, instrumented: bool) -> Observed:
    """Run a program with a Gmail server of its own."""
    with LocalGmail(tls=program.tls) as gmail:
        document = folder / f"gmail-{instrumented}.json"
        document.write_text(json.dumps(gmail.discovery_document()), encoding="utf-8")
        program.arrange(gmail)
        environment = {"GMAIL_DOCUMENT": str(document), **program.environment(gmail)}
        ran = run(PROGRAMS / f"{name}.py", instrumented=instrumented, environment=environment)
        return Observed(ran, sorted(map(_essence, gmail.requests), key=repr))


def _essence(received: Received) -> tuple[object, ...]:
    query = received.query.partition("upload_id=")[0]
    headers = sorted(set(received.headers.keys(lower=True)) - TRACE_HEADERS)
    return received.method, received.path, query, headers, received.responded


def check(name: str, program: Program, folder: Path) -> Observed:
    """Compare the two runs of a program, and its spans with those expected of it."""
    with ThreadPoolExecutor() as pool:
        plain, instrumented = pool.map(
            lambda way: observe(name, program, folder, instrumented=way), (False, True)
        )
    assert plain.ran.exit_status == 0, plain.ran.errors
    assert plain.ran.output

    output = instrumented.ran.output
    assert output.startswith(plain.ran.output), output + instrumented.ran.errors
    errors = instrumented.ran.errors
    assert (program.not_ours.sub("", errors) if program.not_ours else errors) == plain.ran.errors
    assert instrumented.ran.exit_status == plain.ran.exit_status
    assert instrumented.requests == plain.requests
    spans = spans_in(output[len(plain.ran.output) :])
    assert Counter(span["name"] for span in spans) == program.spans
    for attribute, value in program.facts.items():
        assert value in [span["attributes"].get(attribute) for span in spans]
    if program.calls_at_once:
        calls = {one["context"]["span_id"] for one in spans if one["kind"] == "SpanKind.INTERNAL"}
        assert {one["parent_id"] for one in spans if one["kind"] == "SpanKind.CLIENT"} == calls
    return instrumented


@pytest.mark.parametrize(("name", "program"), CASES.items(), ids=CASES)
def test_a_program(name: str, program: Program, tmp_path: Path) -> None:
    check(name, program, tmp_path)


def test_the_ca_that_a_program_names_is_the_one_that_it_trusts(tmp_path: Path) -> None:
    """Or else ``own_ca`` would show nothing."""
    observed = check(
        "own_ca",
        Program(
            spans={PROFILE: 1, "GET": 1},
            facts={"error.type": "ssl.SSLCertVerificationError"},
            environment=lambda _: {"COMPANY_CA": certifi.where()},
            tls=True,
        ),
        tmp_path,
    )

    assert not observed.requests


def test_a_program_behind_a_socks_proxy(tmp_path: Path) -> None:
    with socks_server() as port:
        program = Program(
            spans={PROFILE: 2, "GET": 2}, environment=lambda _: {"SOCKS_PORT": str(port)}
        )

        check("through_socks_proxy", program, tmp_path)


def test_a_program_that_spawns_processes(tmp_path: Path) -> None:
    """OpenTelemetry's older releases keep themselves out of them, and so us."""
    look = "import os; print('auto_instrumentation' in os.environ['PYTHONPATH'])"
    loads_itself = run("-c", look).output == "True\n"
    program = Program(spans={LABEL: 2, "GET": 2} if loads_itself else {}, calls_at_once=True)

    check("spawned_processes", program, tmp_path)


def test_every_program_here_is_run() -> None:
    helpers = {"account", "urllib_httplib2", "test_programs"}

    assert {path.stem for path in PROGRAMS.glob("*.py")} == (
        helpers | CASES.keys() | {"spawned_processes", "through_socks_proxy"}
    )
