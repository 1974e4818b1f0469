# SPDX-License-Identifier: Apache-2.0
"""What pages point to is there: files, headings, sessions of nox; and addresses are well-formed.

Whether addresses of other sites still work, ``sphinx-build -b linkcheck`` tells; it needs them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES

from support.made_evidence import rows
from support.pages import ROOT

PAGES = sorted(
    (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")), key=str
)
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
HOSTS = {
    "developers.google.com",
    "docs.cloud.google.com",
    "docs.python.org",
    "github.com",
    "googleapis.github.io",
    "httplib2.readthedocs.io",
    "keepachangelog.com",
    "pypi.org",
    "sre.google",
    "support.google.com",
    "www.google.com",
    "www.jaegertracing.io",
    "www.rfc-editor.org",
}
"""Sites that pages and remedies link to. Only add those of whoever is responsible for a subject."""
LOOPBACK = {"127.0.0.1", "localhost"}
"""Where the examples' own servers are."""
CODE = re.compile(r"^ *```.*?^ *```$|`[^`\n]*`|<!--.*?-->", re.MULTILINE | re.DOTALL)


def links(page: Path) -> Iterator[str]:
    """The targets of a page's links, whatever they lead to."""
    text = CODE.sub("", page.read_text("utf-8"))
    for found in re.finditer(r"\]\(([^)]*)\)|<(https?://[^>]*)>", text):
        yield found[1] or found[2]


@EACH_PAGE
def test_relative_links_lead_to_files(page: Path) -> None:
    targets = [link.partition("#")[0] for link in links(page) if ":" not in link]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@EACH_PAGE
def test_anchors_lead_to_headings(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        if ":" not in link and anchor:
            target = page.parent / path if path else page
            assert anchor in anchors(target), link


@cache
def anchors(page: Path) -> set[str]:
    """As GitHub and Sphinx make them of headings."""
    text = CODE.sub(lambda code: code[0].strip("`"), page.read_text("utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


@EACH_PAGE
def test_addresses_are_well_formed_and_of_known_sites(page: Path) -> None:
    assert [link for link in links(page) if ":" in link and not is_well_formed(link)] == []


def test_the_help_of_causes_and_rules_is_well_formed_and_of_known_sites() -> None:
    helps = {cause.help_url for cause in CAUSES.values()}
    helps |= {row.rule.help_url for row in rows() if row.rule.help_url}
    helps |= {url for row in rows() for url in row.service.help_urls.values()}
    assert [url for url in helps if not is_well_formed(url)] == []


def is_well_formed(url: str) -> bool:
    parts = urlsplit(url)
    if parts.hostname in LOOPBACK:
        return parts.scheme == "http" and parts.port is not None
    return (
        parts.scheme == "https"
        and parts.netloc in HOSTS
        and re.fullmatch(r"(/[\w.~%&=+@-]*)*", parts.path) is not None
        and "//" not in parts.path
        and not parts.query
        and re.fullmatch(r"[\w.~%-]*", parts.fragment) is not None
        and not url.endswith((".", "#"))
    )


def test_what_is_not_well_formed() -> None:
    for url in (
        "http://pypi.org/project/x/",
        "https://example.com/",
        "https://github.com/a b",
        "https://github.com//a",
        "https://github.com/a.",
        "https://github.com/a#",
        "https://github.com:443/a",
        "mailto:somebody@example.com",
    ):
        assert not is_well_formed(url), url


@EACH_PAGE
def test_sessions_of_nox_that_are_named_exist(page: Path) -> None:
    noxfile = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    sessions = {each.name for each in noxfile.body if isinstance(each, ast.FunctionDef)}
    named = re.findall(r"\.ci/nox -s ((?:\w+ ?)+)", page.read_text("utf-8"))
    assert {session for names in named for session in names.split()} <= sessions


def test_pictures_have_a_text_for_those_who_do_not_see_them() -> None:
    for page in PAGES:
        assert "![](" not in page.read_text("utf-8"), page
