# SPDX-License-Identifier: Apache-2.0
"""Writes docs/causes.md out of the diagnosis tables: ``python docs/causes_page.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opentelemetry.instrumentation.googleapiclient.causes import CAUSES, Cause
from opentelemetry.instrumentation.googleapiclient.general_rules import GENERAL_RULES
from opentelemetry.instrumentation.googleapiclient.rules import Rule
from opentelemetry.instrumentation.googleapiclient.services import SERVICES, service_named

PAGE = Path(__file__).with_name("causes.md")

_OWNERS = {
    "developer": "the developer of the application",
    "end_user": "the user whose account it is",
    "domain_admin": "the administrator of the user's Workspace domain",
    "project_owner": "the owner of the Google Cloud project",
    "google": "Google",
    "nobody": "nobody: only waiting helps",
}
_WORDS = {
    "call": "the method",
    "limit": "",
    "api": "the API",
    "scopes": "a scope that the method accepts",
    "granted": "a stored token keeps the scopes that it was granted",
}
_HEAD = """\
# Causes

<!-- Written by docs/causes_page.py out of causes.py and the rules. Do not edit. -->

A red call says in `googleapiclient.error.cause` what happened. Find it here.
*Retry helps* answers: would the same request, sent again later with nothing else changed, have a
chance?
A remedy on a span names the method, scope or limit concerned; here it says "the method".

"""


def page() -> str:
    """The whole page."""
    return "".join(
        (_HEAD, *_table(), *(line for cause in CAUSES.values() for line in _section(cause)))
    )


def _table() -> Iterator[str]:
    yield "| cause | what happened | retry helps | who can fix it |\n| --- | --- | --- | --- |\n"
    for cause in CAUSES.values():
        yield f"| [{cause.name}](#{cause.name}) | {cause.when} | {_yes(cause)} | {cause.owner} |\n"


def _section(cause: Cause) -> Iterator[str]:
    yield f"\n## {cause.name}\n\n"
    yield f"{cause.when[:1].upper()}{cause.when[1:]}. For example: `{cause.example}`.\n\n"
    yield f"- **Retry helps:** {_yes(cause)}\n"
    yield f"- **Who can fix it:** `{cause.owner}`, {_OWNERS[cause.owner]}\n"
    yield f"- **What to do:** {cause.remedy.format(**_WORDS)}\n"
    yield from (f"- **Or,** {where}: {remedy}\n" for where, remedy in _special_remedies(cause))
    yield f"- **Read on:** <{cause.help_url}>\n"
    sources = ", ".join(f"*{source}*" for source in _sources(cause))
    if sources:
        yield f"- **Known from:** {sources}\n"


def _yes(cause: Cause) -> str:
    return "yes" if cause.retryable else "no"


def _special_remedies(cause: Cause) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for name, rules in _rules():
        for rule in rules:
            if rule.cause is cause and rule.remedy is not None and rule.remedy not in seen:
                seen.add(rule.remedy)
                evidence = _evidence(rule.message, rule.methods, rule.reasons)
                where = f"{name}, {evidence}" if name else evidence
                yield where, rule.remedy.format(**_WORDS)


def _evidence(message: object, methods: frozenset[str], reasons: frozenset[str]) -> str:
    if methods:
        return "on " + ", ".join(f"`{method}`" for method in sorted(methods))
    if reasons:
        return "for " + ", ".join(f"`{reason}`" for reason in sorted(reasons))
    return "by its message" if message is not None else "always"


def _sources(cause: Cause) -> list[str]:
    found = (rule.source for _, rules in _rules() for rule in rules if rule.cause is cause)
    return list(dict.fromkeys(found))


def _rules() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    for name in SERVICES:
        yield name.capitalize(), service_named(name).rules
    yield "", GENERAL_RULES


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
