# SPDX-License-Identifier: Apache-2.0
"""The alert rules for Prometheus.

Rules that are about causes are one rule for each, so that every alert brings the remedy and the
owner that the diagnosis names, and can be routed by ``owner``. ``critical``: users are affected and
it won't end by itself. ``warning``: some are, or it will get worse. ``info``: worth knowing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from opentelemetry.instrumentation.googleapiclient import causes
from opentelemetry.instrumentation.googleapiclient.causes import Cause
from opentelemetry.instrumentation.httplib2.semconv import ResendCause

from . import diagnosis, limits, promql
from .promql import series, total

Severity = Literal["critical", "warning", "info"]

SENDING: Final = (
    "gmail.users.messages.send",
    "gmail.users.drafts.send",
    "gmail.users.messages.insert",
    "gmail.users.messages.import",
)
"""Methods that do it twice when they are called twice: a second mail."""

_CALLS: Final = f"{promql.CALLS}_count"
_REPEATS: Final = f"{promql.WAITS}_count"
_TRIES_REFUSED: Final = (_CALLS, _REPEATS, promql.PARTS)
_FAILED: Final = f'{promql.FAILED}!=""'
_QUOTA: Final = series(promql.QUOTA, f'{promql.API}="gmail"')
_BY_METHOD: Final = (promql.SERVICE, promql.API, promql.METHOD)
_RECENTLY: Final = "15m"
_SHARE_OF_PARTS: Final = 0.05
_IN_VAIN: Final = 3

_SERVICE: Final = f"{{{{ $labels.{promql.SERVICE} }}}}"
_API: Final = f"{{{{ $labels.{promql.API} }}}}"
_METHOD: Final = f"{{{{ $labels.{promql.METHOD} }}}}"
_CAUSE: Final = f"{{{{ $labels.{promql.CAUSE} }}}}"
_OWNER: Final = f"{{{{ $labels.{promql.OWNER} }}}}"
_COUNT: Final = '{{ $value | printf "%.0f" }}'
_PERCENT: Final = "{{ $value | humanizePercentage }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule."""

    name: str
    expression: str
    lasts: str = "0m"
    """How long it has to be so."""
    severity: Severity
    summary: str
    description: str
    cause: Cause | None = None

    def rule(self) -> dict[str, Any]:
        """The rule in the form of a Prometheus rule file."""
        labels: dict[str, str] = {"severity": self.severity}
        annotations = {"summary": self.summary, "description": self.description}
        if self.cause is not None:
            labels |= {"cause": self.cause.name, "owner": self.cause.owner}
            annotations["help_url"] = self.cause.help_url
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": self.lasts,
            "labels": labels,
            "annotations": annotations,
        }


def file() -> dict[str, Any]:
    """The content of the rule file."""
    return {
        "groups": [
            {"name": "google-api-python-client", "rules": [alert.rule() for alert in alerts()]}
        ]
    }


def alerts() -> tuple[Alert, ...]:
    """All rules."""
    return (
        *_quota(),
        *_rate_limiting(),
        *_retries_in_vain(),
        *_sent_twice(),
        *_token_refresh(),
        _domain_policy(),
        _batch_parts(),
        *_preconditions(),
    )


def _quota() -> Iterator[Alert]:
    cause = causes.RATE_LIMIT_PER_PROJECT
    near = round(limits.NEAR * limits.PROJECT_UNITS_PER_MINUTE)
    yield Alert(
        name="GmailProjectQuotaNearLimit",
        expression=f"{total(_QUOTA, '5m')} / 5 > {near}",
        lasts="5m",
        severity="warning",
        summary=f"{_COUNT} Gmail quota units a minute, of {limits.PROJECT_UNITS_PER_MINUTE:,}",
        description="The services seen here use more than "
        f"{limits.NEAR:.0%} of the units that the project has in a minute; beyond the limit calls "
        f"are refused. {diagnosis.remedy(cause)}",
        cause=cause,
    )
    day = round(limits.NEAR * limits.PROJECT_UNITS_PER_DAY)
    yield Alert(
        name="GmailDailyQuotaNearLimit",
        expression=f"{total(_QUOTA, '1d')} > {day}",
        severity="info",
        summary=f"{_COUNT} Gmail quota units in 24 hours, of {limits.PROJECT_UNITS_PER_DAY:,}",
        description="The services seen here have used more than "
        f"{limits.NEAR:.0%} of the units from which on a project is to be billed. "
        "Fetch less: history.list instead of messages.list, nothing twice.",
    )


def _rate_limiting() -> Iterator[Alert]:
    for cause in diagnosis.RATE_LIMITS:
        tries = series(_TRIES_REFUSED, f'{promql.CAUSE}="{cause.name}"')
        yield Alert(
            name="GoogleApiRateLimited",
            expression=f"{total(tries, '5m', *_BY_METHOD)} > 0",
            lasts="10m",
            severity="warning",
            summary=f"{_SERVICE}: {_METHOD} is refused for {cause.when}, for more than 10 minutes",
            description=f"{_COUNT} tries were refused in 5 minutes. "
            f"{diagnosis.remedy(cause, _METHOD)}",
            cause=cause,
        )


def _retries_in_vain() -> Iterator[Alert]:
    exhausted = series(_CALLS, f'{promql.EXHAUSTED}="true"')
    by = (*_BY_METHOD, promql.CAUSE, promql.OWNER)
    yield Alert(
        name="GoogleApiRetriesDoNotHelp",
        expression=f"{total(exhausted, _RECENTLY, *by)} >= {_IN_VAIN}",
        severity="warning",
        summary=f"{_SERVICE}: {_METHOD} fails although it is repeated ({_CAUSE})",
        description=f"{_COUNT} calls used up their repeats in 15 minutes and failed all the same. "
        f"The diagnosis is {_CAUSE}, which is for {_OWNER} to fix. Repeating sooner won't "
        "help: stop, or wait for longer; the remedy is on the spans of these calls.",
    )
    for cause in diagnosis.LONG_LIMITS:
        repeats = series(_REPEATS, f'{promql.CAUSE}="{cause.name}"')
        yield Alert(
            name="GoogleApiRetriesDoNotHelp",
            expression=f"{total(repeats, _RECENTLY, *_BY_METHOD)} > 0",
            severity="warning",
            summary=f"{_SERVICE}: {_METHOD} is repeated against {cause.when}, which lasts hours",
            description=f"{_COUNT} repeats in 15 minutes. {diagnosis.remedy(cause, _METHOD)}",
            cause=cause,
        )


def _sent_twice() -> Iterator[Alert]:
    resends = series(
        promql.RESENDS,
        f'{promql.HTTP_METHOD}="POST"',
        f'{promql.RESEND_CAUSE}="{ResendCause.NO_RESPONSE}"',
    )
    yield Alert(
        name="GoogleApiPostSentTwice",
        expression=f"{total(resends, _RECENTLY, promql.SERVICE, promql.SERVER)} > 0",
        severity="critical",
        summary=f"{_SERVICE}: a POST to {{{{ $labels.{promql.SERVER} }}}} was sent twice",
        description="The connection closed without an answer and httplib2 sent the request again "
        "by itself: what it asks for may be done twice, a mail sent twice. Look in the trace at "
        "httplib2.failed_phase of the first attempt: wait or read means that it may have arrived; "
        "after connect or send nothing was carried out. Look for duplicates.",
    )
    sending = f'{promql.METHOD}=~"{"|".join(SENDING)}"'
    for cause in diagnosis.UNANSWERED:
        repeats = series(_REPEATS, sending, f'{promql.CAUSE}="{cause.name}"')
        yield Alert(
            name="GoogleApiPostSentTwice",
            expression=f"{total(repeats, _RECENTLY, *_BY_METHOD)} > 0",
            severity="critical",
            summary=f"{_SERVICE}: {_METHOD} was repeated after {cause.when}",
            description=f"The library repeated it {_COUNT} times in 15 minutes (num_retries) "
            "without knowing whether the mail had gone out. Look for duplicates, and don't give "
            f"num_retries to methods that must not run twice. {diagnosis.remedy(cause, _METHOD)}",
            cause=cause,
        )


def _token_refresh() -> Iterator[Alert]:
    for cause in diagnosis.TOKEN_REFRESH:
        # Of one user; what the other owners can fix concerns all.
        severity: Severity = "warning" if cause.owner == "end_user" else "critical"
        failed = series(_CALLS, f'{promql.CAUSE}="{cause.name}"')
        yield Alert(
            name="GoogleApiTokenRefreshFailing",
            expression=f"{total(failed, _RECENTLY, promql.SERVICE, promql.API)} > 0",
            lasts="5m",
            severity=severity,
            summary=f"{_SERVICE}: no access token for {_API}: {cause.when}",
            description=f"{_COUNT} calls failed in 15 minutes. {diagnosis.remedy(cause)}",
            cause=cause,
        )


def _domain_policy() -> Alert:
    cause = causes.DOMAIN_POLICY
    refused = series((_CALLS, promql.PARTS), f'{promql.CAUSE}="{cause.name}"')
    return Alert(
        name="GoogleApiRefusedByDomainPolicy",
        expression=f"{total(refused, _RECENTLY, promql.SERVICE, promql.API)} > 0",
        severity="warning",
        summary=f"{_SERVICE}: a Workspace domain refuses {_API}: {cause.when}",
        description=f"{_COUNT} calls failed in 15 minutes, for every user of that domain alike. "
        f"{diagnosis.remedy(cause)}",
        cause=cause,
    )


def _batch_parts() -> Alert:
    failed = total(
        series(promql.PARTS, _FAILED), _RECENTLY, *_BY_METHOD, promql.CAUSE, promql.OWNER
    )
    all_parts = total(promql.PARTS, _RECENTLY, *_BY_METHOD)
    on = ", ".join(_BY_METHOD)
    return Alert(
        name="GoogleApiBatchPartsFailing",
        expression=f"{failed} / on ({on}) group_left () {all_parts} > {_SHARE_OF_PARTS}",
        lasts="5m",
        severity="warning",
        summary=f"{_SERVICE}: {_PERCENT} of the parts of batches of {_METHOD} fail ({_CAUSE})",
        description="They fail inside of batches that are answered 200, so nothing is raised. The "
        f"diagnosis is {_CAUSE}, which is for {_OWNER} to fix; the remedy is on the spans of the "
        "parts. Handle the exception argument of the batch's callback, and send only these parts "
        "again.",
    )


def _preconditions() -> Iterator[Alert]:
    for cause in diagnosis.PRECONDITIONS:
        failed = series((_CALLS, promql.PARTS), f'{promql.CAUSE}="{cause.name}"')
        remedies = (
            diagnosis.remedy(cause, _METHOD),
            *diagnosis.special_remedies(cause, _METHOD),
        )
        yield Alert(
            name="GoogleApiPreconditionFailing",
            expression=f"{total(failed, _RECENTLY, *_BY_METHOD)} > 0",
            lasts="5m",
            severity="warning",
            summary=f"{_SERVICE}: {_METHOD} fails: {cause.when}",
            description=f"{_COUNT} times in 15 minutes. {' Or: '.join(remedies)}",
            cause=cause,
        )
