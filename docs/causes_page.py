# SPDX-License-Identifier: Apache-2.0
"""Writes docs/causes.md out of the diagnosis tables: ``python docs/causes_page.py``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from opentelemetry.instrumentation.googleapiclient import explain
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import (
    CAUSES,
    GROUPS,
    Cause,
    Retry,
)
from opentelemetry.instrumentation.googleapiclient._diagnosis.diagnosis import written
from opentelemetry.instrumentation.googleapiclient._diagnosis.general_rules import GENERAL_RULES
from opentelemetry.instrumentation.googleapiclient._diagnosis.general_rules.renewal import REFRESH
from opentelemetry.instrumentation.googleapiclient._diagnosis.rules import (
    IAM_ENDPOINT,
    METADATA_ENDPOINT,
    SERVICE_ACCOUNT_KINDS,
    STS_ENDPOINT,
    TOKEN_ENDPOINT,
    UNREAD,
    Rule,
)
from opentelemetry.instrumentation.googleapiclient._diagnosis.services import (
    SERVICES,
    service_named,
)

from network_errors import NETWORK_ERRORS

PAGE = Path(__file__).with_name("causes.md")

_OWNERS = {
    "developer": "the developer of the application",
    "end_user": "the user whose account it is",
    "domain_admin": "the administrator of the user's Workspace domain",
    "project_owner": "the owner of the Google Cloud project",
    "google": "Google",
    "nobody": "nobody: only waiting helps",
}
_RETRIES: dict[Retry, str] = {
    "backoff": "within seconds to minutes, with exponential backoff",
    "later": "after hours, or at the time that the server names",
    "never": "the same request fails again",
}
_ENDPOINTS = {
    TOKEN_ENDPOINT: "the token endpoint",
    IAM_ENDPOINT: "IAM Credentials",
    STS_ENDPOINT: "the Security Token Service",
    METADATA_ENDPOINT: "the metadata server",
}
_APIS = {
    "admin": "Admin SDK",
    "calendar": "Calendar",
    "docs_forms_slides": "Docs, Slides, Forms",
    "drive": "Drive",
    "gmail": "Gmail",
    "people": "People",
    "sheets": "Sheets",
    "workspace": "other Workspace APIs",
    "youtube": "YouTube",
}
_MANY = 6
_NO_SOURCES = {"a reason that no other row knows"}
_HEAD = """\
# Causes

<!-- Written by docs/causes_page.py out of the causes and the rules. Do not edit. -->

The span of a failed call has the cause in `googleapiclient.error.cause` and what to do about it in
`googleapiclient.error.remedy`. This page lists every cause with all of its remedies.

Do you have an error text? Search this page for part of it, or use one of the indexes: by
[reason](#index-by-reason), [exception](#index-by-exception),
[network error](#index-by-network-error) or [message](#index-by-message).

- `googleapiclient.error.retry` says whether the same request could succeed later: `backoff` (within
  seconds to minutes), `later` (after hours, or at the time that the server names) or `never`.
- `googleapiclient.error.owner` says who can fix it.
- On a span, a remedy names the method, scope, limit, endpoint or reason. This page says "the
  method" or "a specific reason".
- `<...>` is a placeholder for text that varies.
"""


class _Row(NamedTuple):
    """A rule, and the API that it is of; empty for one that holds for all."""

    api: str
    rule: Rule


@cache
def _rows() -> tuple[_Row, ...]:
    found: dict[int, _Row] = {}
    for name in sorted(SERVICES, key=lambda name: SERVICES[name] == "workspace"):
        service = service_named(name)
        for rule in (*service.rules, *service.last_rules):
            found.setdefault(id(rule), _Row(_APIS[SERVICES[name]], rule))
    for rule in GENERAL_RULES:
        found.setdefault(id(rule), _Row("", rule))
    return tuple(found.values())


def page() -> str:
    """The whole page."""
    return "".join(
        (_HEAD, *_groups(), *_reasons(), *_exceptions(), *_network_errors(), *_messages())
    )


def _groups() -> Iterator[str]:
    for group, causes in GROUPS.items():
        yield f"\n## {group}\n\n"
        yield "| cause | what happened | retry | who can fix it |\n| --- | --- | --- | --- |\n"
        for cause in causes:
            yield f"| {_link(cause)} | {cause.when} | {cause.retry} | {cause.owner} |\n"
        for cause in causes:
            yield from _section(cause)


def _section(cause: Cause) -> Iterator[str]:
    variants = list(_variants(cause))
    sources = dict.fromkeys(
        source
        for row in _rows()
        if row.rule.cause is cause
        for source in row.rule.source.split("; ")
        if source not in _NO_SOURCES
    )
    yield f"\n### {cause.name}\n\n{_sentence(cause.when)}. For example: {_code(cause.example)}.\n\n"
    yield f"- **Retry:** `{cause.retry}`: {_RETRIES[cause.retry]}\n"
    yield f"- **Who can fix it:** `{cause.owner}`: {_OWNERS[cause.owner]}\n"
    if any(row.rule.cause is cause and row.rule.remedy is None for row in _rows()):
        where = ", unless a row below applies" if variants else ""
        yield f"- **What to do{where}:** {written(cause.remedy)}\n"
    yield f"- **Read more:** <{cause.help_url}>\n"
    if sources:
        yield f"- **Sources:** {'; '.join(map(_source, sources))}\n"
    if variants:
        yield "\n| when | what to do |\n| --- | --- |\n"
        yield from (f"| {_cell(when)} | {_cell(remedy)} |\n" for when, remedy in variants)


def _sentence(text: str) -> str:
    """Begin with a capital, unless with an identifier."""
    word = text.partition(" ")[0].rstrip(",")
    plain = "-" in word or (word.isalpha() and word.islower())
    return text[:1].upper() + text[1:] if plain else text


def _source(source: str) -> str:
    """A source, in words for those who do not know the tables."""
    return source.replace("run: ", "observed: ")


def _variants(cause: Cause) -> Iterator[tuple[str, str]]:
    """Each remedy other than the cause's own, with all conditions under which it is given."""
    found: dict[str, list[_Row]] = {}
    for row in _rows():
        rule = row.rule
        if rule.cause is cause and rule.remedy is not None:
            remedy = written(rule.remedy)
            if rule.retry and rule.retry != cause.retry:
                remedy += f" (`retry` is `{rule.retry}`.)"
            if rule.help_url and rule.help_url != cause.help_url:
                remedy += f" [More]({rule.help_url})"
            found.setdefault(remedy, []).append(row)
    for remedy, rows in found.items():
        yield "; or ".join(_conditions(rows)), remedy


def _conditions(rows: Iterable[_Row]) -> Iterator[str]:
    """The conditions of rows, once where they differ in the API or in the message only."""
    apis: dict[tuple[str, str], dict[str, None]] = {}
    for row in rows:
        message = _code(row.rule.example) if _has_message(row.rule) else ""
        apis.setdefault((_condition(row.rule), message), {})[row.api] = None
    messages: dict[tuple[str, str], list[str]] = {}
    for (condition, message), names in apis.items():
        messages.setdefault((", ".join(filter(None, names)), condition), []).append(message)
    for (api, condition), found in messages.items():
        said = " or ".join(filter(None, found))
        parts = [condition, f"message like {said}" if said else ""]
        yield ": ".join(filter(None, (api, ", ".join(filter(None, parts)))))


def _condition(rule: Rule) -> str:
    parts = [
        _listed("method", rule.methods),
        _endpoints(rule),
        _listed("operation", rule.operations),
        _statuses(rule.statuses),
        _listed("reason", rule.reasons | rule.canonical | rule.preconditions),
        "a specific reason that is not listed here" if rule.specific_reason else "",
        "a failed token refresh"
        if rule.exceptions == REFRESH
        else _listed("", _short(rule.exceptions)),
        *_flags(rule),
        "credentials of any service account"
        if rule.credentials == SERVICE_ACCOUNT_KINDS
        else _listed("credentials", rule.credentials),
    ]
    return ", ".join(filter(None, parts))


def _endpoints(rule: Rule) -> str:
    names = [_ENDPOINTS[name] for name in sorted(rule.endpoints)]
    if len(names) == len(_ENDPOINTS):
        names = ["an endpoint that issues tokens"]
    return f"response from {' or '.join(names)}" if names else ""


def _statuses(statuses: frozenset[int]) -> str:
    if len(statuses) > _MANY:
        return "any other 3xx or 4xx"
    return "/".join(map(str, sorted(statuses)))


def _flags(rule: Rule) -> Iterator[str]:
    for flag, words in (
        (rule.page, "an HTML page"),
        (rule.unparsed and not rule.page, "a response that is not an API's"),
        (rule.in_upload_session, "during a resumable upload"),
        (rule.application_deadline, "a deadline of the application"),
        (rule.limit_is_zero, "`quota_limit_value` is 0"),
        (rule.without_scopes, "credentials without scopes"),
        (rule.service_account_without_subject, "a service account without a subject"),
        (rule.bare, "a message without details"),
        (rule.located, "the response has a location"),
    ):
        if flag:
            yield words
    if rule.location is not None:
        yield f"location `{rule.location.pattern.strip('^$')}`"


def _listed(word: str, values: Iterable[str]) -> str:
    names = sorted(values)
    shown = ", ".join(f"`{name}`" for name in names[:_MANY])
    more = f" and {len(names) - _MANY} others" if len(names) > _MANY else ""
    return f"{word} {shown}{more}".strip() if names else ""


def _short(exceptions: frozenset[str]) -> list[str]:
    return [name.rpartition(".")[2] for name in exceptions if name != UNREAD]


def _has_message(rule: Rule) -> bool:
    return bool(rule.message or rule.shown or rule.limit)


def _reasons() -> Iterator[str]:
    yield "\n## Index by reason\n\n"
    yield "The value of `googleapiclient.error.reason` or `googleapiclient.error.info.reason`.\n\n"
    yield "| reason | cause |\n| --- | --- |\n"
    found: dict[str, dict[Cause, None]] = {}
    for row in _rows():
        for reason in row.rule.reasons | row.rule.canonical:
            found.setdefault(reason, {})[row.rule.cause] = None
    for reason in sorted(found, key=str.lower):
        yield f"| `{reason}` | {', '.join(map(_link, found[reason]))} |\n"


def _exceptions() -> Iterator[str]:
    yield "\n## Index by exception\n\n"
    yield "The exception that your program gets, or the name of its `errno`. Subclasses are "
    yield "included.\n\n"
    yield "| exception | cause |\n| --- | --- |\n"
    found: dict[str, dict[Cause, None]] = {}
    for row in _rows():
        for name in row.rule.exceptions - {UNREAD}:
            found.setdefault(name, {})[row.rule.cause] = None
    for name in sorted(found, key=str.lower):
        yield f"| `{name}` | {', '.join(map(_link, found[name]))} |\n"


def _network_errors() -> Iterator[str]:
    yield "\n## Index by network error\n\n"
    yield "Texts of exceptions that Python and the libraries raise if there was no response.\n\n"
    yield "| text | exception | cause |\n| --- | --- | --- |\n"
    for text, error in sorted(NETWORK_ERRORS.items(), key=lambda item: item[0].lower()):
        cause = CAUSES[explain(error).cause]
        yield f"| `{text}` | `{_type_name(error)}` | {_link(cause)} |\n"


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _messages() -> Iterator[str]:
    yield "\n## Index by message\n\n"
    yield "Messages of servers and libraries. One message can have several causes: then the "
    yield "status, the method or the credentials decide.\n\n"
    yield "| message | cause |\n| --- | --- |\n"
    found: dict[str, dict[str, None]] = {}
    for row in _rows():
        if row.rule.example:
            where = f" ({row.api})" if row.api else ""
            found.setdefault(row.rule.example, {})[f"{_link(row.rule.cause)}{where}"] = None
    for message in sorted(found, key=str.lower):
        yield f"| {_cell(_code(message))} | {', '.join(found[message])} |\n"


def _link(cause: Cause) -> str:
    return f"[{cause.name}](#{cause.name})"


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
