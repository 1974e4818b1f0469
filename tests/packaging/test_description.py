# SPDX-License-Identifier: Apache-2.0
"""The description on the package index has no dead links, with an address of the project or not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.pages import DOCS, ROOT, blocks

NEEDED = (
    "LICENSE",
    "README.md",
    "docs/description.py",
    "pyproject.toml",
    "src/opentelemetry/instrumentation/httplib2/version.py",
)
(URLS,) = [block.text for block in blocks(DOCS / "releasing.md", "toml")]
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.fixture(name="checkout")
def _checkout(tmp_path: Path) -> Path:
    for name in NEEDED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def metadata(checkout: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "hatchling", "metadata"]
    done = subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_without_an_address_no_link_is_dead(checkout: Path) -> None:
    made = metadata(checkout)
    assert "urls" not in made
    links = LINK.findall(made["readme"]["text"])
    assert [link for link in links if not link.startswith("https://")] == []
    readme = ROOT / "README.md"
    described = readme.read_text("utf-8").partition("<!-- The description")[0]
    for block in blocks(readme, "console", "python", "text"):
        assert block.text not in described or block.text in made["readme"]["text"]


def test_with_an_address_in_one_place_links_lead_there(checkout: Path) -> None:
    project = checkout / "pyproject.toml"
    project.write_text(project.read_text("utf-8") + "\n" + URLS, "utf-8")

    made = metadata(checkout)

    assert set(made["urls"]) == {"Documentation", "Source", "Changelog", "Issues"}
    text = made["readme"]["text"]
    links = LINK.findall(text)
    source = made["urls"]["Source"]
    targets = [
        re.sub(r"#.*", "", link)
        .removeprefix(f"{source}/blob/main/")
        .removeprefix(f"{source}/raw/main/")
        for link in links
    ]
    assert [target for target in targets if not (ROOT / target).exists()] == []
    assert f"{source}/raw/main/docs/pictures/overview.svg" in links
    assert f"{source}/blob/main/docs/installation.md" in links
    assert "## Documentation" in text
