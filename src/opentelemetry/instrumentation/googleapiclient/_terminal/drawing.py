# SPDX-License-Identifier: Apache-2.0
"""What a trace says, drawn: which call failed, why, who can fix it, how, and how long it waited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from opentelemetry.instrumentation.httplib2.semconv import ResendCause
from rich.text import Text

from .contents import (
    Attempt,
    Batch,
    Failure,
    Retries,
    Transfer,
    Wait,
    is_call,
    may_be_done_twice,
    operation_of,
    shape,
    status_code,
)
from .layout import Branch, Detail, Layout, Line, Stretch
from .open_traces import Trace
from .spans import Event, Span
from .text import duration
from .tree import Node

# Terminals choose what these colors are. Text that has to be read is in the terminal's own color,
# or in red, which all of them show well on their ground; yellow, green and cyan many do not.
_GOOD: Final = "green"
_BAD: Final = "red"
_WAITING: Final = "yellow"
_ORDINARY: Final = {None, ResendCause.REDIRECT}
_TRACE_ID_WIDTH: Final = 32


def has_failed(node: Node) -> bool:
    """Tell whether a call failed, or a part of it if it is a batch."""
    return node.span.failed or any(span.failed and is_call(span) for span in node.walk())


def is_plain(node: Node) -> bool:
    """Tell whether a call succeeded and there is no more to say."""
    return not node.left_out and not any(map(_is_worth_a_look, node.walk()))


def _is_worth_a_look(span: Span) -> bool:
    retries, attempt = Retries.of(span), Attempt.of(span)
    return (
        span.failed
        or may_be_done_twice(span)
        or bool(retries.count or retries.failed_before)
        or (attempt is not None and (attempt.stale or attempt.resend_cause not in _ORDINARY))
        or any(Wait.of(event) for event in span.events)
    )


def draw(trace: Trace) -> Layout:
    """Return the whole trace, or what of it is known."""
    return Layout(_branch(trace.node, first=tuple(_place(trace))))


def draw_line(trace: Trace) -> Line:
    """Return a call that succeeded as one line."""
    span = trace.node.span
    heading = _heading(span)
    for direction in ("upload", "download"):
        if transfer := Transfer.of(span, direction):
            heading.append(f" {_transfer(transfer)}", style="dim")
    remark = Text(style="dim")
    if not span.is_local_root:
        remark.append(" ".join(filter(None, (span.trace_id, trace.root))))
    return Line(heading, _note(span), duration(span.seconds), remark, _TRACE_ID_WIDTH)


def _place(trace: Trace) -> Iterator[Detail]:
    """Say where in a trace a call is that does not begin it."""
    span = trace.node.span
    if not span.is_local_root:
        root = f" {trace.root}" if trace.root else ""
        yield Detail("trace", Text.assemble(span.trace_id, (root, "bold")))


def _branch(node: Node, first: tuple[Detail, ...] = ()) -> Branch:
    """Return a span as a branch; ``first`` is said of it before all else."""
    span = node.span
    below = [(event.time, _event(event, span)) for event in span.events]
    below += [(child.span.start, _branch(child)) for child in node.children]
    branches = [branch for _, branch in sorted(below, key=lambda pair: pair[0])]
    if node.left_out:
        branches.append(_left_out(node))
    style = _BAD if span.failed else _GOOD
    return Branch(
        heading=_heading(span),
        note=_note(span),
        time=duration(span.seconds),
        stretch=Stretch(span.start, span.end, style),
        details=(*first, *_details(span)),
        branches=branches,
    )


def _left_out(node: Node) -> Branch:
    heading = Text(f"… {node.left_out:,} more, not kept", style="dim")
    return Branch(heading, Stretch(node.span.end, node.span.end, "dim"))


def _note(span: Span) -> Text:
    status = status_code(span)
    return Text("" if status is None else str(status), style=_BAD if span.failed else _GOOD)


def _heading(span: Span) -> Text:
    heading = Text.assemble(("✖ ", _BAD) if span.failed else ("✔ ", _GOOD))
    if attempt := Attempt.of(span):
        heading.no_wrap = True
        return heading.append_text(_attempt(attempt, status_code(span)))
    heading.append(span.name, style=f"bold {_BAD}" if span.failed else "bold")
    if form := shape(span.name, operation_of(span)):
        heading.append(f" ({form})", style="dim")
    return heading


def _attempt(attempt: Attempt, status: int | None) -> Text:
    text = Text(attempt.method)
    if attempt.resend_cause == ResendCause.RETRY:
        text.append(" retry", style="bold")
    elif attempt.resend_cause:
        text.append(f" resent ({attempt.resend_cause})", style="bold")
    if attempt.failed_phase:
        text.append(f" failed in {attempt.failed_phase}", style=_BAD)
    if attempt.error_type and attempt.error_type != str(status):
        text.append(f" {attempt.error_type}", style=_BAD)
    return text.append(f" {attempt.path}", style="dim")


def _event(event: Event, span: Span) -> Branch:
    if wait := Wait.of(event):
        return _wait(wait)
    exception = event.attributes.text("exception.type")
    heading = Text.assemble("• ", event.name, (f" {exception}" if exception else "", _BAD))
    offset = duration(max(event.time - span.start, 0.0))
    return Branch(heading, Stretch(event.time, event.time, "dim"), time=f"+{offset}")


def _wait(wait: Wait) -> Branch:
    heading = Text.assemble(("↻ ", _WAITING), "wait")
    if wait.delay is not None:
        heading.append(f" {duration(wait.delay)}", style="bold")
    if wait.attempt is not None:
        limit = f" of {wait.limit}" if wait.limit is not None else ""
        heading.append(f" before retry {wait.attempt}{limit}")
    status = str(wait.status_code) if wait.status_code is not None else None
    failure = " ".join(dict.fromkeys(part for part in (status, wait.error_type) if part))
    if failure:
        heading.append(f", after {failure}")
    details: list[Detail] = []
    if wait.advised_wait is not None:
        advice = Text(f"the server advises to wait {duration(wait.advised_wait)}")
        if wait.too_early:
            advice.append(": ").append("this retry is too early", style="bold")
        details.append(Detail("advice", advice))
    end = wait.begin + (wait.delay or 0.0)
    return Branch(heading, Stretch(wait.begin, end, _WAITING, solid=False), details=details)


def _details(span: Span) -> Iterator[Detail]:
    if batch := Batch.of(span):
        yield Detail("parts", _batch(batch))
    if upload := Transfer.of(span, "upload"):
        yield Detail("upload", Text(_transfer(upload)))
    if download := Transfer.of(span, "download"):
        yield Detail("download", Text(_transfer(download)))
    retries = Retries.of(span)
    if retries.failed_before:
        yield Detail("again", _again(retries))
    if attempt := Attempt.of(span):
        yield from _risks(attempt)
    failure = Failure.of(span)
    if may_be_done_twice(span):
        risk = "the server may have carried this out twice: it was resent after no response"
        yield Detail("risk", Text(risk, style=f"bold {_BAD}"))
    if failure and (failure.message or is_call(span)):
        yield from _failure(failure)
    if retries.count:
        yield Detail("waited", _retries(retries, failed=span.failed))
    if failure and failure.advised_wait is not None:
        advice = f"the server advises to wait {duration(failure.advised_wait)}"
        yield Detail("advice", Text(advice))


def _risks(attempt: Attempt) -> Iterator[Detail]:
    style = f"bold {_BAD}"
    if attempt.stale:
        yield Detail("risk", Text("this is the response to an earlier request", style=style))
    if attempt.connection_shared:
        yield Detail("risk", Text("two threads use this connection at once", style=style))


def _batch(batch: Batch) -> Text:
    text = Text(f"{batch.size} sent")
    if batch.answered is not None:
        text.append(f", {batch.answered} answered")
    if batch.resent:
        text.append(f", {batch.resent} resent after 401")
    if batch.failed:
        text.append(", ").append(f"{batch.failed} failed", style=f"bold {_BAD}")
    if batch.oversized:
        text.append(", more than the service recommends", style="bold")
    return text


def _transfer(transfer: Transfer) -> str:
    size = None if transfer.size is None else f"{transfer.size:,}"
    if transfer.offset is None:
        return f"{size} bytes"
    last = transfer.offset + (transfer.length or 0) - 1
    which = f"bytes {transfer.offset:,}\u2013{last:,}" if transfer.length else "no bytes"
    return f"{which} of {size}" if size else which


def _again(retries: Retries) -> Text:
    noun = "failure" if retries.failed_before == 1 else "failures"
    text = Text(f"re-executed after {retries.failed_before} {noun}")
    if retries.too_early:
        text.append(", earlier than the server advised", style="bold")
    return text


def _failure(failure: Failure) -> Iterator[Detail]:
    message = Text(failure.message or failure.error_type or "no message", style=f"bold {_BAD}")
    yield Detail("why", message)
    evidence = failure.evidence or tuple(filter(None, (failure.error_type,)))
    if evidence:
        yield Detail("reason", Text(" · ".join(evidence)))
    for label, scopes in (
        ("needs", failure.scopes.required_any_of),
        ("asked for", failure.scopes.requested),
        ("has", failure.scopes.granted),
    ):
        if scopes is not None:
            joint = " or " if label == "needs" else ", "
            yield Detail(label, Text(joint.join(scopes) or "nothing"))
    if failure.credentials:
        yield Detail("identity", Text(failure.credentials))
    if failure.cause:
        outlook = f", {failure.outlook}" if failure.outlook else ""
        yield Detail("cause", Text.assemble((failure.cause, "bold"), outlook))
    if failure.owner:
        yield Detail("owner", Text(failure.owner, style="bold magenta"))
    if failure.remedy:
        yield Detail("remedy", Text(failure.remedy))
    if failure.help_url:
        yield Detail("help", Text(failure.help_url, style="underline", overflow="fold"))


def _retries(retries: Retries, *, failed: bool) -> Text:
    text = Text()
    if retries.wait is not None:
        text.append(f"{duration(retries.wait)} ", style="bold")
    limit = f" of {retries.limit}" if retries.limit is not None else ""
    noun = "retries" if (retries.limit or retries.count) > 1 else "retry"
    text.append(f"for {retries.count}{limit} {noun}, then ")
    if not failed:
        return text.append("succeeded", style=_GOOD)
    return text.append("gave up" if retries.exhausted else "failed", style=_BAD)
