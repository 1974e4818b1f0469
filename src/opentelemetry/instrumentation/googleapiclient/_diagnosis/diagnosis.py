# SPDX-License-Identifier: Apache-2.0
"""From the evidence of a failure to what caused it, who can fix it and how.

The reason that a server gives does not say what happened: ``rateLimitExceeded`` stands for five
limits, ``failedPrecondition`` for four unlike states, ``invalid_grant`` for a user, a service
account or a workload. So a table of rules looks at everything that there is. Rules of the API
concerned (``services``) come first, where the API itself refused, then the general ones, then what
the status alone supports; the first that matches wins.

This module is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from . import causes
from .causes import WORDS, Owner, Retry
from .general_rules import FIRST_RULES, LAST_RULES
from .rules import (
    API,
    IAM_ENDPOINT,
    METADATA_ENDPOINT,
    STS_ENDPOINT,
    TOKEN_ENDPOINT,
    Evidence,
    Facts,
    Known,
    Rule,
    Texts,
)
from .services.service import Service

_NO_SERVICE: Final = Service()
_NO_RULE: Final = Rule(cause=causes.UNKNOWN, source="nothing is known")
_MAX_SCOPES: Final = 8
_ENDPOINTS: Final = {
    TOKEN_ENDPOINT: "the token endpoint",
    IAM_ENDPOINT: "IAM Credentials",
    STS_ENDPOINT: "the Security Token Service",
    METADATA_ENDPOINT: "the metadata server",
}
# Server text that may stand in a remedy: the name of a rate, a host name of Google's, a reason.
_RATE_NAME: Final = lazy_pattern(r"(?=.*per)[A-Za-z0-9][A-Za-z0-9 ._/-]{0,79}", re.IGNORECASE)
_API_HOST: Final = lazy_pattern(r"[a-z][a-z0-9-]{0,40}\.googleapis\.com")
_LOCATION: Final = lazy_pattern(r"[A-Za-z][\w.\[\]-]{0,119}")
_REASON: Final = lazy_pattern(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


class Diagnosis(NamedTuple):
    """What a failure means for those who have to deal with it."""

    cause: str
    retry: Retry
    owner: Owner
    remedy: str
    help_url: str

    @property
    def retryable(self) -> bool:
        """Whether a retry could help at any time."""
        return self.retry != "never"


def diagnose(evidence: Evidence, service: Service = _NO_SERVICE) -> Diagnosis:
    """Say what caused a failure.

    Args:
        evidence: what is known about it.
        service: what only the API concerned knows.
    """
    facts = Facts(evidence)
    if evidence.endpoint not in (API, None):
        # Who gives tokens knows nothing of the API.
        service = _NO_SERVICE
    return _verdict(rule_for(facts, service), facts, service)


def rule_for(facts: Facts, service: Service = _NO_SERVICE) -> Rule:
    """The first row of the table that the evidence supports."""
    look_up = _first_rule if facts.texts.are_short else _first_rule.__wrapped__
    return look_up(service, facts.known, facts.texts)


# Servers say the same few sentences again and again.
@lru_cache(maxsize=128)
def _first_rule(service: Service, known: Known, texts: Texts) -> Rule:
    return next((rule for rule in _supported(service, known) if texts.say(rule)), _NO_RULE)


@lru_cache(maxsize=256)
def _supported(service: Service, known: Known) -> tuple[Rule, ...]:
    """The rows that only their text could rule out, up to one that asks for none."""
    found: list[Rule] = []
    for rule in (*service.rules, *FIRST_RULES, *service.last_rules, *LAST_RULES):
        if known.supports(rule):
            found.append(rule)
            if not rule.asks_for_text:
                break
    return tuple(found)


def written(remedy: str) -> str:
    """A remedy in general words, as documentation shows it."""
    return remedy.format_map(WORDS)


def _verdict(rule: Rule, facts: Facts, service: Service) -> Diagnosis:
    cause, evidence = rule.cause, facts.evidence
    words = _Words(evidence, service, facts.shown_parts(rule))
    return Diagnosis(
        cause=cause.name,
        retry=rule.retry or cause.retry,
        owner=cause.owner,
        remedy=(rule.remedy or cause.remedy).format_map(words),
        help_url=rule.help_url
        or evidence.error.help_url
        or service.help_urls.get(cause.name)
        or cause.help_url,
    )


class _Words(dict[str, str]):
    """What stands in a remedy for its placeholders, worked out as they are met."""

    def __init__(self, evidence: Evidence, service: Service, shown: Mapping[str, str]) -> None:
        super().__init__(shown)
        self._evidence = evidence
        self._service = service

    def __missing__(self, name: str) -> str:
        read = _READERS.get(name)
        return (read and read(self._evidence, self._service)) or WORDS[name]


def _endpoint(evidence: Evidence, service: Service) -> str:
    named = _ENDPOINTS.get(evidence.endpoint or API)
    return evidence.endpoint_host or named or _api(evidence, service)


def _limit(evidence: Evidence, _: Service) -> str | None:
    limit = evidence.error.limit if evidence.limit_may_be_named else None
    return f" '{limit}'" if limit and _RATE_NAME.fullmatch(limit) else None


def _location(evidence: Evidence, _: Service) -> str | None:
    location = evidence.shown_location
    known = location and _LOCATION.fullmatch(location)
    return f"the argument or field '{location}'" if known else None


def _reason(evidence: Evidence, _: Service) -> str | None:
    reason = evidence.shown_reason
    return f"the reason '{reason}'" if reason and _REASON.fullmatch(reason) else None


def _call(evidence: Evidence, _: Service) -> str:
    return evidence.method or "the call"


def _api(evidence: Evidence, service: Service) -> str:
    host = evidence.error.metadata.get("service", "")
    if _API_HOST.fullmatch(host):
        return host
    if service.host:
        return service.host
    return f"{evidence.service}.googleapis.com" if evidence.service else "the API"


def _acceptable(evidence: Evidence, service: Service) -> str:
    call = _call(evidence, service)
    required = [_short(scope) for scope in evidence.required_scopes[:_MAX_SCOPES]]
    if not required:
        return f"a scope that {call} accepts"
    if len(required) == 1:
        return f"the scope {required[0]}"
    return f"one of the scopes {', '.join(required[:-1])} or {required[-1]}"


def _granted(evidence: Evidence, _: Service) -> str:
    granted = evidence.granted_scopes
    # A scope is only called missing where it is known to be.
    if granted is None or not set(granted).isdisjoint(evidence.required_scopes):
        return "a stored token keeps the scopes that it was granted"
    return f"this token has {', '.join(map(_short, granted[:_MAX_SCOPES]))} only"


def _short(scope: str) -> str:
    return (
        scope.removeprefix("https://www.googleapis.com/auth/").removeprefix("https://").strip("/")
    )


_READERS: Final[Mapping[str, Callable[[Evidence, Service], str | None]]] = {
    "api": _api,
    "call": _call,
    "endpoint": _endpoint,
    "granted": _granted,
    "limit": _limit,
    "location": _location,
    "reason": _reason,
    "scopes": _acceptable,
}
