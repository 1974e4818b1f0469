# SPDX-License-Identifier: Apache-2.0
"""The source distribution has all that its tests need, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_SHIPPED = {".gitattributes", ".readthedocs.yaml"}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        return {
            str(PurePosixPath(*PurePosixPath(one.name).parts[1:]))
            for one in opened.getmembers()
            if one.isfile()
        }


@pytest.fixture(scope="module")
def in_repository() -> set[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return {name for name in listed.stdout.decode().splitlines() if (ROOT / name).exists()}


def test_it_has_what_is_in_the_repository(shipped: set[str], in_repository: set[str]) -> None:
    assert in_repository - shipped <= NOT_SHIPPED


def test_it_has_nothing_else(shipped: set[str], in_repository: set[str]) -> None:
    assert shipped - in_repository == {"PKG-INFO"}
