# SPDX-License-Identifier: Apache-2.0
"""Files that GitHub and Read the Docs read: their schemas are those of check-jsonschema."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {
    "vendor.github-workflows": [".github/workflows/test.yml", ".github/workflows/release.yml"],
    "vendor.dependabot": [".github/dependabot.yml"],
    "vendor.github-issue-forms": [
        ".github/ISSUE_TEMPLATE/bug.yml",
        ".github/ISSUE_TEMPLATE/wrong-diagnosis.yml",
    ],
    "vendor.github-issue-config": [".github/ISSUE_TEMPLATE/config.yml"],
    "vendor.readthedocs": [".readthedocs.yaml"],
}


@pytest.mark.parametrize(("schema", "files"), SCHEMAS.items(), ids=SCHEMAS)
def test_it_is_valid(schema: str, files: list[str]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files]
    checked = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_file_is_forgotten() -> None:
    there = set((ROOT / ".github").rglob("*.y*ml"))
    known = {ROOT / name for names in SCHEMAS.values() for name in names}
    assert there - known == set()
