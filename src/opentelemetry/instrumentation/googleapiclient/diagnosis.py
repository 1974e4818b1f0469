# SPDX-License-Identifier: Apache-2.0
"""From the evidence of a failure to what caused it, who can fix it and how.

The reason that a server gives does not say what happened: ``rateLimitExceeded`` stands for five
limits, ``failedPrecondition`` for four unlike states. So a table of rules looks at everything that
there is. Rules of the API concerned (``services``) come first, then the general ones; the first
that matches wins, and where none does the status alone decides.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from . import causes
from .causes import Cause, Owner
from .general_rules import GENERAL_RULES
from .rules import Evidence, Facts
from .services.service import Service

_NO_SERVICE = Service()
_MAX_SCOPES = 8
_REDIRECTED_OR_REFUSED = range(300, 500)
# Server text that may stand in a remedy: the name of a rate, and a host name of Google's.
_RATE_NAME = re.compile(r"(?=.*per)[A-Za-z0-9][A-Za-z0-9 ._/-]{0,79}", re.IGNORECASE)
_API_HOST = re.compile(r"[a-z][a-z0-9-]{0,40}\.googleapis\.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What a failure means for those who have to deal with it."""

    cause: str
    retryable: bool
    owner: Owner
    remedy: str
    help_url: str


def diagnose(evidence: Evidence, service: Service = _NO_SERVICE) -> Diagnosis:
    """Say what caused a failure.

    Args:
        evidence: what is known about it.
        service: what only the API concerned knows.
    """
    facts = Facts(evidence)
    for rule in chain(service.rules, GENERAL_RULES):
        if facts.support(rule):
            cause, remedy, help_url = rule.cause, rule.remedy, rule.help_url
            break
    else:
        cause, remedy, help_url = _by_status_alone(evidence.error.http_status), None, None
    return _verdict(cause, evidence, remedy, help_url or service.help_urls.get(cause.name))


def _by_status_alone(status: int | None) -> Cause:
    return causes.CLIENT_ERROR if status in _REDIRECTED_OR_REFUSED else causes.UNKNOWN


def _verdict(
    cause: Cause, evidence: Evidence, remedy: str | None = None, help_url: str | None = None
) -> Diagnosis:
    limit = evidence.error.limit if evidence.limit_may_be_named else None
    host = evidence.error.metadata.get("service", "")
    if not _API_HOST.fullmatch(host):
        host = f"{evidence.service}.googleapis.com" if evidence.service else "the API"
    return Diagnosis(
        cause=cause.name,
        retryable=cause.retryable,
        owner=cause.owner,
        remedy=(remedy or cause.remedy).format(
            call=evidence.method or "the call",
            limit=f" '{limit}'" if limit and _RATE_NAME.fullmatch(limit) else "",
            api=host,
            scopes=_acceptable(evidence),
            granted=_granted(evidence),
        ),
        help_url=help_url or cause.help_url,
    )


def _acceptable(evidence: Evidence) -> str:
    required = [_short(scope) for scope in evidence.required_scopes[:_MAX_SCOPES]]
    if not required:
        return f"a scope that {evidence.method or 'the call'} accepts"
    if len(required) == 1:
        return f"the scope {required[0]}"
    return f"one of the scopes {', '.join(required[:-1])} or {required[-1]}"


def _granted(evidence: Evidence) -> str:
    granted = evidence.granted_scopes
    # A scope is only called missing where it is known to be.
    if granted is None or not set(granted).isdisjoint(evidence.required_scopes):
        return "a stored token keeps the scopes that it was granted"
    return f"this token has {', '.join(map(_short, granted[:_MAX_SCOPES]))} only"


def _short(scope: str) -> str:
    return (
        scope.removeprefix("https://www.googleapis.com/auth/").removeprefix("https://").strip("/")
    )
