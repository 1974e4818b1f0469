# SPDX-License-Identifier: Apache-2.0
"""One word for one thing, in American spelling: the prose of all pages.

Code, targets of links and comments may have other words.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from support.pages import PAGES, ROOT, prose

WORDS: Final = {
    r"answered|(?:an|its|last|no|that|the|with) answers?|answers? (?:of|to|without)": "response",
    r"repeat(?:s|ed|ing)?": "retry or resend",
    r"(?:sent|send|sends|sending|goes out|went out) again": "resend",
    r"execut\w+ again": "re-execute",
    r"scrub\w*|(?<!field )(?<!fields )mask(?:s|ed|ing)?": "redact",
    r"(?:tak\w+|took|left|leav\w+) out": "redact, or omit",
    r"mend(?:s|ed|ing)?": "fix",
    r"dear(?:er|est|ly)?": "expensive",
    r"hand(?:s|ed|ing)? (?:down|on)": "pass",
    r"(?:can't|cannot) be used": "invalid",
    r"outside of (?:that|its range)": "unsupported",
    r"in vain": "a retry can't help",
    r"used up": "exhausted",
    r"e-mails?": "email",
    r"anew": "again",
    r"(?:fails?|rejected|refused) alike": "the same way",
    r"to be had|be had": "available",
    r"if need be": "if necessary",
    r"of yours": "your",
    r"(?:for|of) a reason of its own": "for a specific reason",
    r"lately": "recently",
    r"whilst|amongst": "while, among",
    r"(?:colour|behaviour|favour|honour|neighbour)\w*": "American spelling",
    r"\w*(?:categor|initial|normal|optim|organ|recogn|serial|special|summar)is(?:e|ed|es|ing)": (
        "American spelling"
    ),
    r"analyse\w*|catalogue|grey|labelled|licence|programme": "American spelling",
}
"""What is not written, and what to write instead."""
_ALL: Final = re.compile("|".join(rf"\b(?:{word})\b" for word in WORDS), re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_words_are_those_of_the_glossary(page: Path) -> None:
    found = [
        f"line {number}: {each[0]!r}, write: {instead_of(each[0])}"
        for number, line in enumerate(prose(page).splitlines(), 1)
        for each in _ALL.finditer(line)
    ]
    assert found == []


def instead_of(word: str) -> str:
    return next(better for bad, better in WORDS.items() if re.fullmatch(bad, word, re.IGNORECASE))


def test_the_rules_find_what_they_forbid() -> None:
    for bad in ("answered", "Sent again", "behaviour", "recognised", "hands down", "e-mail"):
        assert instead_of(bad)
