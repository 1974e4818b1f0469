# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import handmade_traces
import pytest
from handmade_traces import SCOPE_INSUFFICIENT, Traces
from opentelemetry.instrumentation.googleapiclient._terminal.drawing import draw
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable


def drawn(traces: Traces, *, width: int = 100, color: bool = False, terminal: bool = False) -> str:
    """What a person sees of the traces."""
    output = io.StringIO()
    console = Console(
        file=output,
        width=width,
        force_terminal=color or terminal,
        color_system="standard" if color else None,
        highlight=False,
    )
    for trace in traces.complete():
        console.print(draw(trace))
    return output.getvalue()


def lines(write: Callable[[Traces], None], *, width: int = 100) -> list[str]:
    traces = Traces()
    write(traces)
    return drawn(traces, width=width).splitlines()


def test_a_failed_call_responses_what_why_who_and_how() -> None:
    heading, *rest = lines(handmade_traces.refused_send)
    assert heading.split()[:5] == ["✖", "gmail.users.messages.send", "403", "210", "ms"]
    assert [line[3:] for line in rest[:-1]] == [
        "why        Request had insufficient authentication scopes.",
        "reason     insufficientPermissions · global · header Authorization · PERMISSION_DENIED ·",
        "           ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "needs      gmail.send or https://mail.google.com/",
        "asked for  gmail.readonly",
        "cause      scope_insufficient, not retryable",
        "owner      developer",
        "remedy     Request one of the scopes gmail.send or gmail.modify.",
        "help       https://developers.google.com/workspace/gmail/api/auth/scopes",
    ]
    assert rest[-1].startswith("└─ ✖ POST /gmail/v1/users/me/messages/send ")
    assert rest[-1].split()[4:7] == ["403", "190", "ms"]


def test_retries_stand_between_the_attempts_that_they_follow_and_precede() -> None:
    heading, waited, *timeline = lines(handmade_traces.recovered_list)
    assert heading.startswith("✔ gmail.users.messages.list ")
    assert waited == "│  waited  2.75 s for 2 of 3 retries, then succeeded"
    assert [line.split("   ")[0] for line in timeline] == [
        "├─ ✖ GET /gmail/v1/users/me/messages",
        "├─ ↻ wait 1.25 s before retry 1 of 3, after 503 backendError",
        "├─ ✖ GET retry /gmail/v1/users/me/messages",
        "├─ ↻ wait 1.50 s before retry 2 of 3, after 503 backendError",
        "└─ ✔ GET retry /gmail/v1/users/me/messages",
    ]


def test_the_timeline_shows_when_each_part_went_on() -> None:
    traces = Traces()
    handmade_traces.recovered_list(traces)
    _, _, first, wait, second, *_ = drawn(traces, terminal=True).splitlines()
    begin = first.index("━")
    assert wait.index("╌") == begin
    assert second.index("━") == begin + 8  # 1.3 of 2.9 seconds, of 18 cells
    assert "━" not in wait


def test_a_retry_that_the_server_did_not_want_yet_is_told() -> None:
    text = "\n".join(lines(handmade_traces.exhausted_download))
    assert "waited  500 ms for 1 of 1 retry, then gave up" in text
    assert "advice  the server advises to wait 2 h\n" in text
    assert "advice  the server advises to wait 2 h: this retry is too early" in text
    assert "owner   nobody" in text
    assert "cause   bandwidth_limit, retryable" in text


def test_a_failed_part_of_a_batch_is_seen() -> None:
    batch, parts, carrier, part, *details = lines(handmade_traces.batch_with_a_failed_part)
    assert batch.startswith("✔ gmail.batch  ")
    assert parts == "│  parts  4 sent, 4 answered, 1 failed"
    assert carrier.startswith("├─ ✔ POST /batch/gmail/v1 ")
    assert part.startswith("└─ ✖ gmail.users.messages.get (batch part) ")
    assert "      cause   not_found, not retryable" in details


def test_mail_that_was_sent_twice_is_seen() -> None:
    call, risk, lost, again = lines(handmade_traces.mail_sent_twice, width=140)
    assert call.startswith("✔ gmail.users.messages.send ")
    assert lost.startswith("├─ ✖ POST failed in wait http.client.RemoteDisconnected /gmail/v1/")
    assert again.startswith("└─ ✔ POST resent (no_response) /gmail/v1/users/me/messages/send ")
    assert risk.startswith("│  risk  the server may have carried this out twice")


def test_spans_of_other_instrumentations_below_a_call_are_drawn_too() -> None:
    traces = Traces()
    with traces.call("gmail.users.stop", 49, 52):
        handmade_traces.unlike_any(traces)
    call, work, select, why, event = drawn(traces).splitlines()
    assert call.startswith("✔ gmail.users.stop ")
    assert work.startswith("└─ ✔ work ")
    assert select.startswith("   ├─ ✖ SELECT mails ")
    assert why == "   │     why  table is locked"
    assert event.startswith("   └─ • exception LookupError ")


def test_chunks_of_an_upload_say_which_bytes_they_are() -> None:
    text = "\n".join(lines(handmade_traces.upload_in_chunks))
    first, second = re.split("\n(?=✖ gmail)", text)
    assert first.startswith("✔ gmail.users.messages.insert (upload chunk) ")
    assert "│  upload  bytes 0\u2013262,143 of 525,327\n" in first
    assert "│  upload  bytes 262,144\u2013524,287 of 525,327\n" in second
    assert "│  why     The service is currently unavailable.\n" in second


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({"download.offset": 0, "download.chunk_size": 9}, "download  bytes 0\u20138"),
        (
            {"download.offset": 4096, "download.chunk_size": 1024, "download.size": 5120},
            "download  bytes 4,096\u20135,119 of 5,120",
        ),
        (
            {"download.offset": 0, "download.chunk_size": 0, "download.size": 0},
            "download  no bytes of 0",
        ),
        ({"upload.size": 525_327}, "upload  525,327 bytes"),
        ({"upload.chunk_size": 1}, None),
    ],
)
def test_what_is_known_of_a_transfer_is_told(moved: dict[str, int], said: str | None) -> None:
    traces = Traces()
    attributes = {f"googleapiclient.{name}": value for name, value in moved.items()}
    with traces.call("drive.files.get", 0, 1, attributes):
        pass
    _, *details = drawn(traces).splitlines()
    assert [line.strip() for line in details] == ([said] if said else [])


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"reexecution.count": 1}, "re-executed after 1 failure"),
        (
            {"reexecution.count": 2, "retry.too_early": True},
            "re-executed after 2 failures, earlier than the server advised",
        ),
    ],
)
def test_re_executions_by_the_application_are_told(attributes: dict[str, Any], said: str) -> None:
    traces = Traces()
    named = {f"googleapiclient.{name}": value for name, value in attributes.items()}
    with traces.call("gmail.users.messages.get", 0, 1, named):
        pass
    assert drawn(traces).splitlines()[1].strip() == f"again  {said}"


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_console(width: int) -> None:
    text = drawn(handmade_traces.morning(), width=width)
    assert max(map(len, text.splitlines())) <= width
    for word in ("scope_insufficient", "developer", "bandwidth_limit"):
        assert word in text


def test_no_color_where_the_output_is_piped() -> None:
    traces = handmade_traces.morning()
    assert "\x1b" not in drawn(traces)
    assert "\x1b[" in drawn(traces, color=True)


def test_consoles_without_unicode_get_plain_characters() -> None:
    traces = handmade_traces.morning()
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=output, width=100, force_terminal=False)
    for trace in traces.complete():
        console.print(draw(trace))
    output.seek(0)
    text = output.read()
    assert text.startswith("x gmail.users.messages.send ")
    assert "|- ~ wait 1.25 s before retry 1 of 3, after 503 backendError" in text


@pytest.mark.parametrize("color", [False, True])
def test_text_of_the_server_can_neither_mark_up_nor_steer_the_terminal(*, color: bool) -> None:
    hostile = "[bold]x[/bold] [link=http://evil.example]\x1b]0;title\x07\x1b[2J\u202eeman\x9b31m\ny"
    attributes = SCOPE_INSUFFICIENT | {
        "googleapiclient.error.reason": hostile,
        "googleapiclient.error.remedy": hostile,
        "googleapiclient.error.help_url": hostile,
    }
    traces = Traces()
    with traces.call(f"gmail{hostile}", 0, 1, attributes, error=hostile):
        pass
    text = drawn(traces, color=color)
    assert "[bold]x[/bold] [link=http://evil.example]]0;title[2Jeman31m y" in text
    assert not {"\x07", "\u202e", "\x9b"} & set(text)
    assert re.sub("\x1b\\[[0-9;]*m", "", text).count("\x1b") == 0


def test_attributes_of_unexpected_types_are_left_out() -> None:
    attributes = {
        "http.response.status_code": "many",
        "googleapiclient.retry.count": 1.5,
        "googleapiclient.retry.wait": "long",
        "googleapiclient.error.cause": ["a", "b"],
        "googleapiclient.error.retryable": "no",
        "googleapiclient.error.scopes.granted": "gmail.send",
    }
    traces = Traces()
    with traces.call("gmail.users.stop", 0, 0, attributes, error=""):
        pass
    heading, why = drawn(traces).splitlines()
    assert heading.split()[:4] == ["✖", "gmail.users.stop", "0.0", "ms"]
    assert why.strip() == "why  no message"
