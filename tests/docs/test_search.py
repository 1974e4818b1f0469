# SPDX-License-Identifier: Apache-2.0
"""Whoever searches the site for the text of an error finds the page of causes.

Asks the index that Sphinx's search asks in the browser: each word, stemmed, to the pages that have
it. Needs Sphinx: ``.ci/nox -s docs``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from network_errors import NETWORK_ERRORS
from support.pages import DOCS, ROOT

pytest.importorskip("sphinx", reason="the dependency group `docs` has it")

BUILT = ROOT / "build" / "docs" / "searchindex.js"
REPORTED = (
    "Broken pipe",
    "Connection reset by peer",
    "timed out",
    "CERTIFICATE_VERIFY_FAILED",
    "Unable to find the server at",
    "RemoteDisconnected",
    "The read operation timed out",
    "EOF occurred in violation of protocol",
    "Request had insufficient authentication scopes",
    "Token has been expired or revoked",
    "insufficientPermissions",
    "failedPrecondition",
)
"""What people look for."""


@pytest.fixture(name="index", scope="module")
def _index(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The index of the site that was built last, or of one that is built now if it is older."""
    path = BUILT
    written = max(page.stat().st_mtime for page in DOCS.glob("*.*"))
    if not path.exists() or path.stat().st_mtime < written:
        folder = tmp_path_factory.mktemp("site")
        command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(DOCS), str(folder)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        path = folder / "searchindex.js"
    text = path.read_text("utf-8")
    return json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


@cache
def _language() -> Any:
    from sphinx.search.en import SearchEnglish  # noqa: PLC0415 - where Sphinx is installed

    return SearchEnglish({})


def pages_with(index: dict[str, Any], text: str) -> set[str]:
    """The pages that have every word of a text, as the search in the browser looks for them."""
    found = set(index["docnames"])
    for word in re.findall(r"\w+", text.lower()):
        stemmed = _language().stem(word)
        if word in _language().stopwords or len(stemmed) < 3 or stemmed.isdigit():
            continue
        found &= {
            index["docnames"][number]
            for words in (index["terms"], index["titleterms"])
            for number in _numbers(words.get(stemmed, []))
        }
    return found


def _numbers(pages: int | list[int]) -> list[int]:
    return [pages] if isinstance(pages, int) else pages


@pytest.mark.parametrize("text", [*REPORTED, *NETWORK_ERRORS])
def test_the_text_of_an_error_leads_to_its_cause(index: dict[str, Any], text: str) -> None:
    said = re.sub(r"<\w+>|\[Errno -?\d+\]", "", text)
    assert "causes" in pages_with(index, said)


def test_what_is_on_no_page_is_not_found(index: dict[str, Any]) -> None:
    assert pages_with(index, "xylophone") == set()


def test_the_page_names_the_cause_beside_the_text() -> None:
    page = Path(DOCS / "causes.md").read_text("utf-8")
    for text, cause in (
        ("Broken pipe", "connection_failed"),
        ("The read operation timed out", "timeout"),
        ("certificate verify failed: certificate has expired", "tls_failed"),
    ):
        assert re.search(rf"\| `[^`]*{text}` \| `[\w.]+` \| \[{cause}\]", page), text
