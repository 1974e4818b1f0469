# SPDX-License-Identifier: Apache-2.0
"""The alerts that explain: one rule for each cause, with its remedy and who can fix it.

They wake nobody, but for credentials that no one gets a token with: then every call fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import Cause

from . import diagnosis, recordings
from .alert import (
    API,
    BUDGET,
    BY_API,
    BY_METHOD,
    LEAST_FAILURES,
    METHOD,
    PERCENT,
    SERVICE,
    Alert,
    Severity,
)
from .symptoms import FAST

_LONG: Final = "1h"
_SHORT: Final = "5m"

_OF_GROUPS: Final = {
    "Credentials": "GoogleApiCredentialsRefused",
    "Permissions": "GoogleApiPermissionDenied",
    "Limits": "GoogleApiLimitReached",
    "Request": "GoogleApiRequestRefused",
    "Server and network": "GoogleApiServerOrNetworkFailing",
}
"""What an alert is called, by the group that its cause is in."""
_OF_CAUSES: Final[Mapping[Cause, str]] = {
    **dict.fromkeys(diagnosis.TOKEN_REFRESH, "GoogleApiTokenRefreshFailing"),
    **dict.fromkeys(diagnosis.RATE_LIMITS, "GoogleApiRateLimited"),
    **dict.fromkeys(diagnosis.PRECONDITIONS, "GoogleApiPreconditionFailing"),
    **dict.fromkeys(diagnosis.DOMAIN_POLICIES, "GoogleApiRefusedByDomainPolicy"),
}
"""Causes that are called otherwise than their group."""


def alerts() -> Iterator[Alert]:
    """For each cause: its failures as a share of the calls that could have had it."""
    for cause in diagnosis.FAILURES:
        severity: Severity = "info" if cause in diagnosis.EXPECTED else "warning"
        yield _alert(cause, severity)
        if cause in diagnosis.TOKEN_REFRESH and cause.owner not in diagnosis.OUTSIDERS:
            yield _alert(cause, "critical", burns=FAST)


def name(cause: Cause) -> str:
    """What the alerts of a cause are called."""
    return _OF_CAUSES.get(cause) or _OF_GROUPS[diagnosis.group(cause)]


def _alert(cause: Cause, severity: Severity, burns: float = 1.0) -> Alert:
    whole_api = diagnosis.concerns_whole_api(cause)
    level = recordings.API if whole_api else recordings.METHOD
    of = f'{{{recordings.CAUSE}="{cause.name}"}}'
    above = f"> {f'{burns:g} * ' if burns > 1 else ''}{BUDGET}"
    conditions = (
        *(f"{recordings.failed_share(window, level)}{of} {above}" for window in (_LONG, _SHORT)),
        f"{recordings.failures(_LONG, level)}{of} >= {LEAST_FAILURES}",
    )
    what = API if whole_api else METHOD
    return Alert(
        name=name(cause),
        expression="\nand ".join(conditions),
        lasts="10m" if cause in diagnosis.RATE_LIMITS else "2m",
        severity=severity,
        owner=diagnosis.owner(cause),
        labels=BY_API if whole_api else BY_METHOD,
        summary=f"{SERVICE}: {PERCENT} of the calls of {what} fail: {diagnosis.plain(cause)}",
        description=f"Within the last hour, and still going on. {diagnosis.remedy(cause, what)}",
        cause=cause,
    )
