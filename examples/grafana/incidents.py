# SPDX-License-Identifier: Apache-2.0
"""The alerts about what no failed call shows: a mail sent twice, exhausted retries and quota."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from opentelemetry.instrumentation.googleapiclient._diagnosis import causes
from opentelemetry.instrumentation.httplib2.semconv import Phase, ResendCause

from . import diagnosis, limits, links, promql, recordings
from .alert import BUDGET, BY_METHOD, CAUSE, COUNT, METHOD, OWNER, PERCENT, SERVICE, Alert
from .promql import series

SENDING: Final = (
    "gmail.users.messages.send",
    "gmail.users.drafts.send",
    "gmail.users.messages.insert",
    "gmail.users.messages.import",
)
"""Methods that do it twice when they are called twice: a second mail."""

_LATELY: Final = "30m"
_IN_VAIN: Final = 3
_SHARE_OF_PARTS: Final = 0.05
_STALE: Final = 5
"""Stale connections an hour from which on somebody may want to know."""

_SENT: Final = (promql.SERVICE, promql.METHOD, promql.SERVER, promql.RESEND_CAUSE)
_FAILURE: Final = (*BY_METHOD, recordings.CAUSE, recordings.OWNER)
_POST: Final = (f'{promql.HTTP_METHOD}="POST"', f'{promql.METHOD}!=""')
_ARRIVED: Final = f'{promql.PREVIOUS_PHASE}=~"{Phase.WAIT}|{Phase.READ}"'
_NO_RESPONSE: Final = f'{promql.RESEND_CAUSE}="{ResendCause.NO_RESPONSE}"'


def alerts() -> Iterator[Alert]:
    """All of them."""
    yield _sent_twice()
    yield _stale_connections()
    yield from _retries_in_vain()
    yield _batch_parts()
    yield from _quota()


def _sent_twice() -> Alert:
    fresh = f'{promql.PREVIOUS_REUSED}="false"'
    by_itself = series(promql.RESENDS, *_POST, _NO_RESPONSE, _ARRIVED, fresh)
    retried = series(
        promql.RESENDS,
        f'{promql.HTTP_METHOD}="POST"',
        f'{promql.METHOD}=~"{"|".join(SENDING)}"',
        f'{promql.RESEND_CAUSE}=~"{ResendCause.RETRY}|{ResendCause.TRANSPORT}"',
        _ARRIVED,
    )
    lately = (recordings.increase(each, "5m") for each in (by_itself, retried))
    return Alert(
        name="GoogleApiPostSentTwice",
        expression=f"sum by ({', '.join(_SENT)}) (\n{' or '.join(lately)}\n) > 0",
        stays="30m",
        severity="critical",
        owner=diagnosis.DEVELOPER,
        labels=_SENT,
        summary=f"{SERVICE}: {METHOD} may have been carried out twice",
        description="The request was sent, no response came, and it was resent: by httplib2 "
        "(no_response), by num_retries (retry) or by the application's own transport. Google may "
        "have carried out both: look for a mail that was sent twice. The traces with "
        "googleapiclient.duplicate_risk=true show which. Don't give num_retries to methods that "
        "must not run twice.",
    )


def _stale_connections() -> Alert:
    reused = f'{promql.PREVIOUS_REUSED}="true"'
    stale = series(promql.RESENDS, *_POST, _NO_RESPONSE, _ARRIVED, reused)
    by = (promql.SERVICE, promql.METHOD, promql.SERVER)
    return Alert(
        name="GoogleApiStaleConnections",
        expression=f"sum by ({', '.join(by)}) {recordings.increase(stale, '1h')} > {_STALE}",
        severity="info",
        owner=diagnosis.DEVELOPER,
        labels=by,
        summary=f"{SERVICE}: {METHOD} was resent {COUNT} times in an hour: connections had "
        "been closed",
        description="The server had closed connections that were kept open, and httplib2 sent the "
        "requests again. Most of them had never arrived, but none is certain. Use a new http "
        "object after a pause of minutes, or close its connections.",
    )


def _retries_in_vain() -> Iterator[Alert]:
    exhausted = series(f"{promql.CALLS}_count", f'{promql.EXHAUSTED}="true"')
    failed = f"sum by ({', '.join(_FAILURE)}) (\n{recordings.named(exhausted, _LATELY)}\n)"
    by = ", ".join(BY_METHOD)
    of_method = f"sum by ({by}) {recordings.increase(exhausted, _LATELY)}"
    yield Alert(
        name="GoogleApiRetriesDoNotHelp",
        expression=f"{failed} >= {_IN_VAIN}\nand on ({by})\n"
        f"{of_method} / {recordings.calls(_LATELY)} > {BUDGET}",
        severity="warning",
        owner=None,
        labels=_FAILURE,
        summary=f"{SERVICE}: {COUNT} calls of {METHOD} failed in spite of all retries ({CAUSE})",
        description=f"Within {_LATELY}. They are for {OWNER} to fix; the remedy of the cause says "
        "how. More retries won't help: stop, or wait for longer.",
    )
    for cause in diagnosis.LONG_LIMITS:
        retries = series(f"{promql.WAITS}_count", f'{promql.CAUSE}="{cause.name}"')
        waited = recordings.increase(retries, _LATELY)
        yield Alert(
            name="GoogleApiLimitRetried",
            expression=f"sum by ({by}) {waited} >= {_IN_VAIN}",
            severity="warning",
            owner=diagnosis.owner(cause),
            labels=BY_METHOD,
            summary=f"{SERVICE}: {METHOD} is retried although {diagnosis.plain(cause)}",
            description=f"{COUNT} retries in {_LATELY}, against a limit that lasts hours. "
            f"{diagnosis.remedy(cause, METHOD)}",
            cause=cause,
        )


def _batch_parts() -> Alert:
    failed = series(promql.PARTS, *promql.HAS_FAILED)
    on = ", ".join(BY_METHOD)
    parts = f"sum by ({on}) {recordings.increase(promql.PARTS, _LATELY)}"
    by_cause = f"sum by ({', '.join(_FAILURE)}) (\n{recordings.named(failed, _LATELY)}\n)"
    return Alert(
        name="GoogleApiBatchPartsFailing",
        expression=f"{by_cause} / on ({on}) group_left () {parts} > {_SHARE_OF_PARTS}\n"
        f"and {by_cause} >= {_IN_VAIN}",
        lasts="5m",
        severity="warning",
        owner=None,
        labels=_FAILURE,
        summary=f"{SERVICE}: {PERCENT} of {METHOD} in batches fail ({CAUSE})",
        description="They fail inside batches that succeed, so nothing is raised. They are for "
        f"{OWNER} to fix; the remedy of the cause says how. Let the batch's callback look at its "
        "exception, and send only these parts again.",
    )


def _quota() -> Iterator[Alert]:
    used = series(promql.QUOTA, f'{promql.API}="gmail"')
    near = round(limits.NEAR * limits.PROJECT_UNITS_PER_MINUTE)
    owner = causes.RATE_LIMIT_PER_PROJECT.owner
    yield Alert(
        name="GmailProjectQuotaNearLimit",
        expression=f"sum {recordings.increase(used, '5m')} / 5 > {near}",
        lasts="5m",
        severity="warning",
        owner=owner,
        labels=(),
        summary=f"{COUNT} Gmail quota units a minute, of {limits.PROJECT_UNITS_PER_MINUTE:,}",
        description="The services seen here use more than "
        f"{limits.NEAR:.0%} of the units that the project has in a minute; beyond the limit calls "
        f"are refused. {diagnosis.remedy(causes.RATE_LIMIT_PER_PROJECT)}",
        dashboard=links.QUOTA,
    )
    day = round(limits.NEAR * limits.PROJECT_UNITS_PER_DAY)
    yield Alert(
        name="GmailDailyQuotaNearLimit",
        expression=f"sum {recordings.increase(used, '1d')} > {day}",
        stays="1h",
        severity="info",
        owner=owner,
        labels=(),
        summary=f"{COUNT} Gmail quota units in 24 hours, of {limits.PROJECT_UNITS_PER_DAY:,}",
        description="The services seen here have used more than "
        f"{limits.NEAR:.0%} of the units from which on a project is to be billed. "
        "Fetch less: history.list instead of messages.list, nothing twice.",
        dashboard=links.QUOTA,
        hours=24,
    )
