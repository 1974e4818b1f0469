# SPDX-License-Identifier: Apache-2.0
"""Gets the tests of an installed distribution out of its source distribution."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Final

_TESTS: Final = "tests"


def tests_of(distribution: str, cache: Path) -> Path:
    """A folder with the tests of the installed release and nothing else.

    Nothing else, so that they run against what is installed and not against its sources.
    """
    folder = cache / f"{distribution}-{version(distribution)}"
    if not (folder / _TESTS).is_dir():
        archive = _download(distribution, folder)
        with tarfile.open(archive) as source:
            _extract_tests(source, folder)
    return folder


def _download(distribution: str, folder: Path) -> Path:
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check"),
            *("--no-deps", "--no-binary", distribution, "--dest", str(folder)),
            f"{distribution}=={version(distribution)}",
        ],
        check=True,
    )
    (archive,) = folder.glob("*.tar.gz")
    return archive


def _extract_tests(source: tarfile.TarFile, folder: Path) -> None:
    # Not by tarfile's filters: Python 3.11.2, which Debian ships, has none.
    for member in source:
        _, *path = PurePosixPath(member.name).parts
        content = source.extractfile(member) if member.isfile() else None
        if content is None or path[:1] != [_TESTS] or ".." in path:
            continue
        file = folder.joinpath(*path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.read())
