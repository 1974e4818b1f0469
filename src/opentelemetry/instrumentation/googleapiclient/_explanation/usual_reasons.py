# SPDX-License-Identifier: Apache-2.0
"""The reason that usually comes with a sentence of Google's servers.

Old releases of googleapiclient leave the reason out of an ``HttpError``'s text, and so do those
who quote one: what is left is the status and the server's message. The rows of the diagnosis table
say which sentence comes with which reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from opentelemetry.instrumentation.httplib2._support.lazy_pattern import lazy_pattern

from .._calls.failure import Failure
from .._diagnosis.diagnosis import Diagnosis, diagnose, rule_for
from .._diagnosis.general_rules import GENERAL_RULES
from .._diagnosis.rules import API, Evidence, Facts, Rule
from .._diagnosis.services import SERVICES, Service, service_named

_SPACES: Final = lazy_pattern(r"\s+")
_TAG: Final = lazy_pattern(r"</?[a-z]{1,6}(?: [^<>]{0,200})?>")
_MIN_SPACES: Final = 2
"""In a sentence that only one API says."""
_UNAUTHORIZED: Final = 401
"""Servers say the same sentences for all its reasons."""


def with_usual_reason(failure: Failure, service_name: str | None) -> Failure:
    """The failure, diagnosed as if its response gave the reason that its message comes with.

    Nothing changes if the response gives a reason, or if the message may come with several reasons
    that mean different things. The reason is evidence only: it is not shown.
    """
    error, evidence = failure.error, failure.evidence
    if (
        error.reason
        or error.error_info
        or not error.message
        or error.http_status == _UNAUTHORIZED
        or evidence.endpoint != API
    ):
        return failure
    service = service_named(service_name)
    likely = [
        evidence._replace(error=error._replace(reason=reason))
        for reason in sorted(_reasons_for(error.message, service))
    ]
    # A row with several reasons does not say that each of them comes with its sentence.
    whole = _plain(error.message)
    likely = [one for one in likely if whole.startswith(_sentence(one, service))] or likely
    diagnoses = [diagnose(one, service) for one in likely]
    if len({_advice(one) for one in diagnoses}) != 1:
        return failure
    return failure._replace(evidence=likely[0], diagnosis=diagnoses[0])


def service_that_says(message: str) -> str | None:
    """The API whose rows alone have a sentence, where nothing else tells which one it was."""
    whole = _plain(message)
    told = {_services_by_sentence().get(part) for part in (whole, whole.partition(". ")[0])}
    told.discard(None)
    return told.pop() if len(told) == 1 else None


@cache
def _services_by_sentence() -> Mapping[str, str | None]:
    """None stands for several."""
    found: dict[str, str | None] = dict.fromkeys(_sentences(GENERAL_RULES))
    modules = Counter(SERVICES.values())
    for name, module in SERVICES.items():
        service = service_named(name)
        alone = name if modules[module] == 1 else None
        for sentence in set(_sentences((*service.rules, *service.last_rules))):
            found[sentence] = alone if found.get(sentence, alone) == alone else None
    return found


def _sentences(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        whole = _plain(rule.example)
        for sentence in (whole, whole.partition(". ")[0]):
            if not rule.methods and sentence.count(" ") >= _MIN_SPACES:
                yield sentence


def _sentence(evidence: Evidence, service: Service) -> str:
    return _plain(rule_for(Facts(evidence), service).example)


def _advice(of: Diagnosis) -> tuple[str, str, str]:
    return of.cause, of.retry, of.owner


def _reasons_for(message: str, service: Service) -> frozenset[str]:
    """The reasons that come with a message, or with its first sentence."""
    known = _reasons(service)
    whole = _plain(message)
    first, _, _ = whole.partition(". ")
    return known.get(whole) or known.get(first) or frozenset()


@cache
def _reasons(service: Service) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for sentence, reasons in _examples(service):
        found[sentence] = found.get(sentence, frozenset()) | reasons
    return found


def _examples(service: Service) -> Iterator[tuple[str, frozenset[str]]]:
    for rule in (*service.rules, *service.last_rules, *GENERAL_RULES):
        # One word, such as "Unauthorized", is that of a status.
        if " " in rule.example and rule.reasons:
            yield _plain(rule.example), rule.reasons


def _plain(sentence: str) -> str:
    return _SPACES.sub(" ", _TAG.sub("", sentence)).strip(" .").lower()
