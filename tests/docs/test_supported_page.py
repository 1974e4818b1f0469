# SPDX-License-Identifier: Apache-2.0
"""docs/supported.md, the package's metadata and what is tested say the same of each release."""

from __future__ import annotations

import re
from importlib.metadata import metadata, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PACKAGE = "opentelemetry-instrumentation-googleapiclient"
METADATA = metadata(PACKAGE)
REQUIREMENTS = [Requirement(one) for one in requires(PACKAGE) or ()]

ROW = re.compile(r"(?m)^\| \[?(?P<name>[\w-]+)[^|]*\| (?P<oldest>\S+) \| (?P<newest>[^|]+) \|.*")
ROWS = {
    row["name"]: row for row in ROW.finditer((ROOT / "docs" / "supported.md").read_text("utf-8"))
}
CONSTRAINTS = (ROOT / "tests" / "oldest-constraints.txt").read_text("utf-8")
PINNED = dict(re.findall(r"(?m)^([\w-]+)==(\S+)$", CONSTRAINTS))


def _bounds(requirement: Requirement) -> dict[str, str]:
    return {one.operator: one.version for one in requirement.specifier}


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda one: one.name)
def test_the_page_names_the_releases_that_can_be_installed(requirement: Requirement) -> None:
    bounds = _bounds(requirement)

    row = ROWS[requirement.name]
    assert (row["oldest"], row["newest"]) == (bounds[">="], f"below {bounds['<']}")


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda one: one.name)
def test_the_oldest_series_of_them_is_tested(requirement: Requirement) -> None:
    """As dependents pin: ``1.12`` is the series, and its last release what they have."""
    oldest = Version(_bounds(requirement)[">="])
    tested = Version(PINNED[requirement.name])

    assert tested >= oldest
    assert tested.release[: len(oldest.release)] == oldest.release
    assert f"| {tested} and the newest |" in ROWS[requirement.name][0]


def test_the_page_names_the_pythons_that_the_package_does() -> None:
    prefix = "Programming Language :: Python :: "
    named = [
        Version(one.removeprefix(prefix))
        for one in METADATA.get_all("Classifier", ())
        if one.startswith(prefix) and "." in one
    ]

    oldest, newest = ROWS["Python"]["oldest"], ROWS["Python"]["newest"]
    assert (Version(oldest), Version(newest)) == (min(named), max(named))
    assert SpecifierSet(METADATA["Requires-Python"]) == SpecifierSet(f">={oldest}")
