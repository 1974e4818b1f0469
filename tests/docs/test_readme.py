# SPDX-License-Identifier: Apache-2.0
"""What the README says of this package is what its metadata say."""

from __future__ import annotations

import re
from importlib.metadata import metadata

from support.pages import ROOT, blocks

README = " ".join((ROOT / "README.md").read_text("utf-8").split())
METADATA = metadata("opentelemetry-instrumentation-googleapiclient")


def test_the_readme_names_the_oldest_releases_that_are_supported() -> None:
    (python,) = re.findall(r">=\s*([\d.]+)", METADATA["Requires-Python"])
    assert f"Python {python}+" in README
    for requirement in METADATA.get_all("Requires-Dist") or ():
        if "instruments-any" in requirement:
            (library,) = re.findall(r"^[\w-]+", requirement)
            (oldest,) = re.findall(r">=\s*([\d.]+)", requirement)
            assert f"{library} {oldest}+" in README


def test_the_readme_shows_how_to_install_this_package() -> None:
    assert f"$ pip install {METADATA['Name']} " in README


def test_one_command_runs_the_demo_and_one_the_tests() -> None:
    shown = [one.text for one in blocks(ROOT / "README.md", "console")]
    assert [text for text in shown if ".ci/nox" in text] == [
        "$ .ci/nox -s demo\n",
        "$ .ci/nox -s tests\n",
    ]
