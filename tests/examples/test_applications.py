# SPDX-License-Identifier: Apache-2.0
"""The applications as the README tells to run them, and what their spans then say."""

from __future__ import annotations

import importlib
import os
import re
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError
from httplib2 import Response
from opentelemetry.instrumentation.googleapiclient._terminal.contents import is_call
from opentelemetry.instrumentation.googleapiclient._terminal.tree import Node
from opentelemetry.trace import SpanKind

from applications import web
from applications.catalogue import APPLICATIONS, Application
from demo.application import EXAMPLES
from demo.backend import variables
from support import contract
from support.exported import readable
from support.grpc_receiver import GrpcReceiver
from support.otlp.forest import grow
from support.otlp.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opentelemetry.instrumentation.googleapiclient._terminal.spans import Span

    from support.contract import SpanContract

# All in one process of pytest-xdist: they share what is run once.
pytestmark = [pytest.mark.xdist_group("applications"), pytest.mark.slow]

NAMES = sorted(APPLICATIONS)

# Each span of a trace, indented below its parent; ✖ where its status is an error.
TRACES = {
    "unread": """
        gmail.users.messages.list
            GET
        gmail.users.messages.get
            ✖ GET
            GET
        ✖ gmail.users.messages.get
            ✖ GET
        gmail.users.messages.get
            GET
    """,
    "patient": """
        ✖ gmail.users.messages.list
            ✖ GET
        ✖ gmail.users.messages.list
            ✖ GET
        gmail.users.messages.list
            GET
        ✖ gmail.users.labels.create
            ✖ POST
    """,
    "send": """
        GET
        gmail.users.messages.send
            POST /gmail/v1/users/{userId}/messages/send
        ✖ gmail.users.messages.send
            ✖ POST /gmail/v1/users/{userId}/messages/send
    """,
    "web": """
        GET /unread
            gmail.users.messages.list
                ✖ GET
                GET
        GET /unread
            ✖ gmail.users.messages.list
                ✖ GET
    """,
    "backup": """
        backup
            gmail.users.messages.list
                GET
            gmail.batch
                ✖ gmail.users.messages.get
                ✖ gmail.users.messages.get
                POST
            gmail.batch
                POST
    """,
}
PRINTED = {
    "unread": ["(unreadable: Requested entity was not found.)"],
    "patient": [
        "  cause: concurrent_requests, retry with backoff (advised wait: 1 s), owner: developer",
        "4 messages are unread",
        "no label was created: Label name exists or conflicts",
    ],
    "send": ["A-1001: confirmed", "A-1002: not confirmed, Invalid To header"],
    "web": [
        '< 200 {"unread":4}',
        '< 403 {"cause":"domain_policy","error":"Your administrator does not allow this."}',
    ],
    "backup": ["  cause: not_found, not retryable, owner: developer", "9 messages saved in"],
}
CAUSES = {
    "unread": ["not_found"],
    "patient": ["concurrent_requests", "backend_unavailable", "conflict"],
    "send": ["invalid_recipient"],
    "web": ["domain_policy"],
    "backup": ["quota_exceeded", "not_found"],
}


@dataclass(frozen=True)
class Run:
    """A run that has ended."""

    exit_code: int
    output: str
    spans: Sequence[Span] = ()

    @property
    def calls(self) -> list[Span]:
        return sorted(filter(is_call, self.spans), key=lambda span: span.start)


def environment(**variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    return {**kept, "PYTHONIOENCODING": "utf-8", **variables}


def by_grpc(receiver: GrpcReceiver) -> dict[str, str]:
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
    }


def start(name: str, variables: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, EXAMPLES / "applications", name],
        env=dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


@pytest.fixture(name="runs", scope="module")
def _runs() -> dict[str, Run]:
    """All at once, since most of the time they wait: each sent to a backend; others in between."""
    disabled = "googleapiclient,httplib2"
    with ExitStack() as stack:
        receivers = {name: stack.enter_context(Receiver()) for name in NAMES}
        grpc_receiver = stack.enter_context(GrpcReceiver())
        processes = {
            name: start(name, environment(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.endpoint))
            for name, receiver in receivers.items()
        }
        processes |= {
            "by grpc": start("unread", environment(**by_grpc(grpc_receiver))),
            "drawn": start("unread", environment()),
            "drawn by itself": start("send", environment()),
            "without": start("unread", environment(OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=disabled)),
            "misspelt": start("mailer", environment()),
        }
        for process in processes.values():
            stack.callback(process.kill)
        runs = {
            name: Run(process.returncode, output)
            for name, process in processes.items()
            for output, _ in [process.communicate(timeout=150)]
        }
        spans = {name: receiver.spans() for name, receiver in receivers.items()}
        spans["by grpc"] = grpc_receiver.spans
        return {name: replace(run, spans=spans.get(name, ())) for name, run in runs.items()}


@pytest.mark.parametrize("name", NAMES)
def test_one_command_runs_it(runs: dict[str, Run], name: str) -> None:
    assert runs[name].exit_code == 0, runs[name].output
    for line in PRINTED[name]:
        assert line in runs[name].output
    assert "Traceback" not in runs[name].output


@pytest.mark.parametrize("name", NAMES)
def test_its_traces_have_this_shape(runs: dict[str, Run], name: str) -> None:
    assert "\n".join(outline(grow(runs[name].spans))) == unindented(TRACES[name])


@pytest.mark.parametrize("name", NAMES)
def test_its_spans_keep_the_contract(runs: dict[str, Run], name: str) -> None:
    checked = [(span, found) for span in runs[name].spans if (found := contract_of(span, name))]
    assert len(checked) == len(runs[name].spans) - {"web": 2, "backup": 1}.get(name, 0)
    for span, found in checked:
        found.check(readable(span))


@pytest.mark.parametrize("name", NAMES)
def test_each_failure_has_its_cause(runs: dict[str, Run], name: str) -> None:
    failed = [call for call in runs[name].calls if call.failed]
    assert [call.attributes.text("googleapiclient.error.cause") for call in failed] == CAUSES[name]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_personal_and_no_credential_is_in_its_spans(
    runs: dict[str, Run], name: str
) -> None:
    said = "\n".join(
        f"{span.name} {span.message} {span.attributes.values} {span.events}"
        for span in runs[name].spans
    )
    assert "@" not in said
    for secret in ("made up", "Your order", "Thank you", "Bearer"):
        assert secret not in said


@pytest.mark.parametrize("application", APPLICATIONS.values(), ids=list(APPLICATIONS))
def test_its_file_says_how_to_run_it(application: Application) -> None:
    module = importlib.import_module(f"applications.{application.name}")
    assert f".ci/nox -s example -- {application.name}\n" in (module.__doc__ or "")
    assert f" {application.shown_command()}" in (module.__doc__ or "")


def test_a_repeated_call_says_how_long_it_waited(runs: dict[str, Run]) -> None:
    _, repeated, *_ = runs["unread"].calls
    assert repeated.attributes.whole("googleapiclient.retry.count") == 1
    assert (repeated.attributes.number("googleapiclient.retry.wait") or 0) > 0
    assert [event.name for event in repeated.events] == ["googleapiclient.retry"]


def test_hooks_and_options_of_the_explicit_program_take_effect(runs: dict[str, Run]) -> None:
    confirmed, refused = runs["send"].calls
    for call, order in ((confirmed, "A-1001"), (refused, "A-1002")):
        assert call.attributes.text("shop.order.id") == order
        assert call.attributes.whole("http.response.body.size")
        assert re.fullmatch("[0-9a-f]{64}", call.attributes.text("user.hash") or "")


def test_the_request_of_the_service_is_in_the_trace_of_its_calls(runs: dict[str, Run]) -> None:
    roots = grow(runs["web"].spans)
    assert [root.span.kind for root in roots] == [SpanKind.SERVER, SpanKind.SERVER]
    for root in roots:
        assert {span.trace_id for span in root.walk()} == {root.span.trace_id}


def test_a_loop_of_ones_own_waits_as_long_as_the_server_asks(runs: dict[str, Run]) -> None:
    first, second, third, _ = runs["patient"].calls
    assert second.start - first.end >= 1
    assert "googleapiclient.retry.too_early" not in second.attributes
    assert third.attributes.whole("googleapiclient.reexecution.count") == 2


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (RefreshError("invalid_grant: Token has been expired or revoked."), 401, "sign in again"),
        (HttpError(Response({"status": "503"}), b""), 503, "try again later"),
        (HttpError(Response({"status": "404"}), b""), 502, "does not work"),
    ],
)
def test_the_service_asks_to_sign_in_only_where_that_helps(
    error: Exception, status: int, said: str
) -> None:
    body, responded = web.gmail_refused(error)
    assert responded == status
    assert said in body["error"]
    assert ("sign_in" in body) == (status == 401)


def test_the_job_counts_what_it_saved_and_lost(runs: dict[str, Run]) -> None:
    (job,) = [span for span in runs["backup"].spans if span.name == "backup"]
    assert job.attributes.values == {"backup.saved": 9, "backup.lost": 1}


def test_without_a_backend_the_traces_are_drawn(runs: dict[str, Run]) -> None:
    assert runs["drawn"].exit_code == 0, runs["drawn"].output
    drawing = runs["drawn"].output
    assert "✖ gmail.users.messages.get" in drawing
    assert "not_found, not retryable" in drawing


def test_a_program_may_draw_its_traces_by_itself(runs: dict[str, Run]) -> None:
    assert runs["drawn by itself"].exit_code == 0, runs["drawn by itself"].output
    assert "invalid_recipient, not retryable" in runs["drawn by itself"].output


def test_a_backend_may_speak_grpc(runs: dict[str, Run]) -> None:
    assert runs["by grpc"].exit_code == 0, runs["by grpc"].output
    assert "\n".join(outline(grow(runs["by grpc"].spans))) == unindented(TRACES["unread"])


def test_the_port_says_what_the_backend_speaks() -> None:
    with socket.socket() as listener:
        with suppress(OSError):  # where it is taken, something listens there
            listener.bind(("127.0.0.1", 4317))
            listener.listen()
        assert variables("http://127.0.0.1:4317")["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc"
    with Receiver() as receiver:
        assert variables(receiver.endpoint)["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf"


def test_missing_spans_are_told(runs: dict[str, Run]) -> None:
    assert runs["without"].exit_code == 1
    assert "no call of Gmail was traced" in runs["without"].output


def test_an_unknown_name_is_responded_with_the_known_ones(runs: dict[str, Run]) -> None:
    assert runs["misspelt"].exit_code == 2
    assert all(name in runs["misspelt"].output for name in NAMES)


def outline(roots: Sequence[Node], indent: str = "") -> Iterator[str]:
    for root in roots:
        yield f"{indent}{'✖ ' if root.span.failed else ''}{root.span.name}"
        yield from outline(root.children, f"{indent}    ")


def unindented(text: str) -> str:
    lines = text.strip("\n").splitlines()
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:] for line in lines).strip()


def contract_of(span: Span, application: str) -> SpanContract | None:
    """What this span has to keep; None for the spans that are not ours."""
    if span.kind is SpanKind.CLIENT:
        return contract.REFUSED_ATTEMPT if span.failed else contract.ANSWERED_ATTEMPT
    if not is_call(span):
        return None
    if span.name == "gmail.batch":
        return contract.BATCH
    found = contract.REFUSED_CALL if span.failed else contract.SUCCESSFUL_CALL
    if application == "patient":
        found = replace(found, optional=found.optional | {"googleapiclient.reexecution.count"})
    if application == "send":
        of_hooks = {"shop.order.id", "http.response.body.size", "user.hash"}
        found = replace(found, optional=found.optional | of_hooks)
    return found
