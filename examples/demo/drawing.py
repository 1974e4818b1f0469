# SPDX-License-Identifier: Apache-2.0
"""What a trace says, drawn: which call failed, why, who can fix it, how, and how long it waited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from demo.layout import Branch, Detail, Layout, Stretch
from demo.story import (
    Attempt,
    Batch,
    Failure,
    Repeats,
    Transfer,
    Wait,
    is_call,
    shape,
    status_code,
)
from demo.text import duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.spans import Event, Span
    from demo.tree import Node

GOOD, BAD, WAITING = "green", "red", "yellow"


def draw(node: Node) -> Layout:
    """One trace, or what of it was received, as something that rich can print."""
    return Layout(_branch(node))


def _branch(node: Node) -> Branch:
    span = node.span
    below = [(child.span.start, _branch(child)) for child in node.children]
    below += [(event.time, _event(event, span)) for event in span.events]
    style = BAD if span.failed else GOOD
    status = status_code(span)
    return Branch(
        heading=_heading(span),
        note=Text(str(status) if status is not None else "", style=style),
        time=duration(span.seconds),
        stretch=Stretch(span.start, span.end, style),
        details=tuple(_details(span)),
        branches=tuple(branch for _, branch in sorted(below, key=lambda pair: pair[0])),
    )


def _heading(span: Span) -> Text:
    heading = Text("✖ ", style=BAD) if span.failed else Text("✔ ", style=GOOD)
    if attempt := Attempt.of(span):
        heading.no_wrap = True
        return heading.append_text(_attempt(attempt, status_code(span)))
    heading.append(span.name, style="bold")
    if form := shape(span.name, span.attributes.text("googleapiclient.operation")):
        heading.append(f" ({form})", style="dim")
    return heading


def _attempt(attempt: Attempt, status: int | None) -> Text:
    text = Text(attempt.method)
    if attempt.resend_cause:
        text.append(f" sent again ({attempt.resend_cause})", style=WAITING)
    if attempt.failed_phase:
        text.append(f" failed in {attempt.failed_phase}", style=BAD)
    if attempt.error_type and attempt.error_type != str(status):
        text.append(f" {attempt.error_type}", style=BAD)
    return text.append(f" {attempt.path}", style="dim")


def _event(event: Event, span: Span) -> Branch:
    if wait := Wait.of(event):
        return _wait(wait)
    exception = event.attributes.text("exception.type")
    heading = Text.assemble("• ", event.name, (f" {exception}" if exception else "", BAD))
    offset = duration(max(event.time - span.start, 0.0))
    return Branch(heading, Stretch(event.time, event.time, "dim"), time=f"+{offset}")


def _wait(wait: Wait) -> Branch:
    heading = Text("↻ wait", style=WAITING)
    if wait.delay is not None:
        heading.append(f" {duration(wait.delay)}", style="bold")
    if wait.attempt is not None:
        limit = f" of {wait.limit}" if wait.limit is not None else ""
        heading.append(f" before repeat {wait.attempt}{limit}")
    status = str(wait.status_code) if wait.status_code is not None else None
    failure = " ".join(dict.fromkeys(part for part in (status, wait.error_type) if part))
    if failure:
        heading.append(f", after {failure}")
    details: list[Detail] = []
    if wait.advised_wait is not None:
        asked = Text(f"the server asked for {duration(wait.advised_wait)}", style=WAITING)
        if wait.too_early:
            asked.append(" — this repeat comes too early", style=f"bold {WAITING}")
        details.append(Detail("advice", asked))
    end = wait.begin + (wait.delay or 0.0)
    return Branch(heading, Stretch(wait.begin, end, WAITING, solid=False), details=details)


def _details(span: Span) -> Iterator[Detail]:
    if batch := Batch.of(span):
        yield Detail("parts", _batch(batch))
    if upload := Transfer.of(span, "upload"):
        yield Detail("upload", Text(_transfer(upload)))
    if download := Transfer.of(span, "download"):
        yield Detail("download", Text(_transfer(download)))
    repeats = Repeats.of(span)
    if repeats.failed_before:
        yield Detail("again", _again(repeats))
    failure = Failure.of(span)
    attempt = Attempt.of(span)
    if attempt and attempt.may_act_twice:
        risk = "the server may have acted on the one before, too: this may be done twice"
        yield Detail("risk", Text(risk, style=f"bold {WAITING}"))
    if failure and (failure.message or is_call(span)):
        yield from _failure(failure)
    if repeats.count:
        yield Detail("waited", _repeats(repeats, failed=span.failed))
    if failure and failure.advised_wait is not None:
        wait = f"the server asks to wait {duration(failure.advised_wait)} before another try"
        yield Detail("advice", Text(wait, style=WAITING))


def _batch(batch: Batch) -> Text:
    text = Text(f"{batch.size} sent")
    if batch.answered is not None:
        text.append(f", {batch.answered} answered")
    if batch.failed:
        text.append(f", {batch.failed} failed", style=f"bold {BAD}")
    if batch.oversized:
        text.append(", more than the service recommends", style=WAITING)
    return text


def _transfer(transfer: Transfer) -> str:
    size = None if transfer.size is None else f"{transfer.size:,}"
    if transfer.offset is None:
        return f"{size} bytes"
    last = transfer.offset + (transfer.length or 0) - 1
    which = f"bytes {transfer.offset:,}\u2013{last:,}" if transfer.length else "no bytes"
    return f"{which} of {size}" if size else which


def _again(repeats: Repeats) -> Text:
    noun = "failure" if repeats.failed_before == 1 else "failures"
    text = Text(f"executed again after {repeats.failed_before} {noun}")
    if repeats.too_early:
        text.append(", earlier than the server had asked for", style=WAITING)
    return text


def _failure(failure: Failure) -> Iterator[Detail]:
    message = Text(failure.message or failure.error_type or "no message", style=f"bold {BAD}")
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
    if failure.cause:
        yield Detail("cause", Text.assemble((failure.cause, "bold"), _outlook(failure.retryable)))
    if failure.owner:
        yield Detail("owner", Text(failure.owner, style="bold magenta"))
    if failure.remedy:
        yield Detail("remedy", Text(failure.remedy, style="cyan"))
    if failure.help_url:
        yield Detail("help", Text(failure.help_url, style="underline blue", overflow="fold"))


def _outlook(retryable: bool | None) -> str:
    if retryable is None:
        return ""
    return ", retryable" if retryable else ", not retryable"


def _repeats(repeats: Repeats, *, failed: bool) -> Text:
    text = Text()
    if repeats.wait is not None:
        text.append(f"{duration(repeats.wait)} ", style=f"bold {WAITING}")
    limit = f" of {repeats.limit}" if repeats.limit is not None else ""
    noun = "repeats" if (repeats.limit or repeats.count) > 1 else "repeat"
    text.append(f"for {repeats.count}{limit} {noun}, then ")
    if not failed:
        return text.append("succeeded", style=GOOD)
    return text.append("gave up" if repeats.exhausted else "failed", style=BAD)
