# SPDX-License-Identifier: Apache-2.0
"""Evidence made from a row of the diagnosis table: what would have to be there for it to apply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from opentelemetry.instrumentation.googleapiclient._diagnosis.general_rules import (
    FIRST_RULES,
    LAST_RULES,
)
from opentelemetry.instrumentation.googleapiclient._diagnosis.rules import API, Evidence, Rule
from opentelemetry.instrumentation.googleapiclient._diagnosis.services import (
    SERVICES,
    Service,
    service_named,
)
from opentelemetry.instrumentation.googleapiclient._errors.error import ApiError, ErrorInfo

_STATUSES: Final = (400, 401, 403, 404, 409, 410, 412, 429, 500, None)


class Row(NamedTuple):
    """A row, and the API that it is of; none for one that holds for all."""

    api: str | None
    rule: Rule
    number: int

    @property
    def service(self) -> Service:
        return service_named(self.api)

    @property
    def name(self) -> str:
        return f"{self.api or 'all'}-{self.number}-{self.rule.cause.name}"


def rows() -> list[Row]:
    """Every row once, in the order in which they are tried."""
    found: dict[int, Row] = {}
    tables = [
        *(
            (name, (*service_named(name).rules, *service_named(name).last_rules))
            for name in SERVICES
        ),
        (None, (*FIRST_RULES, *LAST_RULES)),
    ]
    for name, rules in tables:
        for number, rule in enumerate(rules):
            found.setdefault(id(rule), Row(name, rule, number))
    return list(found.values())


def made(row: Row) -> Iterator[Evidence]:
    """Evidence that supports the row, with each status and reason that it speaks of."""
    rule = row.rule
    responded = not (rule.exceptions or rule.application_deadline)
    for status in sorted(rule.statuses) or (_STATUSES if responded else (None,)):
        for reason in sorted(rule.reasons) or (None,):
            yield _evidence(row, status, reason)


def _evidence(row: Row, status: int | None, reason: str | None) -> Evidence:
    rule = row.rule
    shown = rule.example if not rule.bare else "Bad Request"
    message = shown
    metadata: dict[str, str] = {}
    if rule.limit_is_zero:
        metadata["quota_limit_value"] = "0"
    if rule.specific_reason:
        reason = "somethingNew"
    canonical = next(iter(rule.canonical), None)
    precondition = next(iter(rule.preconditions), None)
    page = rule.page or rule.unparsed
    more: dict[str, Any] = {}
    if rule.without_scopes:
        more["requested_scopes"] = ()
    if page:
        message = ""
    return Evidence(
        error=ApiError(
            http_status=status,
            reason=reason,
            status=canonical,
            message=message or None,
            location=(rule.location.pattern.strip("^$") if rule.location else None)
            or ("field" if rule.located else None),
            error_info=ErrorInfo(reason=None, domain=None, metadata=metadata) if metadata else None,
            preconditions=frozenset({precondition} if precondition else ()),
            is_of_an_api=not page and not rule.exceptions,
            is_page=page,
        ),
        exception=frozenset([next(iter(sorted(rule.exceptions)))] if rule.exceptions else ()),
        text=rule.example,
        shown_message=shown,
        shown_reason=reason,
        shown_location="field" if rule.located else None,
        method=next(iter(sorted(rule.methods)), f"{row.api or 'some'}.things.get"),
        service=row.api,
        operation=next(iter(rule.operations), "execute"),
        endpoint=next(iter(sorted(rule.endpoints)), None if rule.exceptions else API),
        credentials=next(iter(sorted(rule.credentials)), None),
        service_account_without_subject=rule.service_account_without_subject,
        application_deadline=rule.application_deadline,
        in_upload_session=rule.in_upload_session,
        **more,
    )
