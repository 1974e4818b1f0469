# SPDX-License-Identifier: Apache-2.0
"""A virtual environment for each distribution, made once and used again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backends.table import Backend

ROOT: Final = Path(__file__).parents[2]
GUARD: Final = Path(__file__).with_name("guard")
_FOLDER: Final = ROOT / ".nox" / "vendors"
_APPLICATION: Final = ("google-api-python-client",)
_TIMEOUT: Final = 900
"""Seconds for one installation."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The folder of a virtual environment, and the releases in it by normalized name."""

    folder: Path
    releases: dict[str, str]

    @property
    def scripts(self) -> Path:
        return self.folder / "bin"


class InstallationError(Exception):
    """What the installer said."""


def environment(backend: Backend, *, renew: bool = False) -> Environment:
    """The environment of a distribution; made where there is none, or one with other requirements.

    Raises:
        InstallationError: The installer found no releases that suit each other.
    """
    folder = _FOLDER / backend.package
    wanted = [list(_APPLICATION), list(backend.requirements), list(backend.unresolved)]
    mark = folder / "requirements.json"
    if renew or not mark.exists() or json.loads(mark.read_text("utf-8")) != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", "--without-pip", folder)
        _install(folder, "-e", ROOT, *_APPLICATION, *backend.requirements)
        if backend.unresolved:
            _install(folder, "--no-deps", *backend.unresolved)
        mark.write_text(json.dumps(wanted), "utf-8")
    purelib = Path(
        sysconfig.get_path("purelib", "venv", {"base": str(folder), "installed_base": str(folder)})
    )
    guard = f"import sys; sys.path.insert(0, {str(GUARD)!r}); import loopback_only\n"
    (purelib / "loopback_only.pth").write_text(guard, "utf-8")
    listed = json.loads(_run(*_pip(folder, "list"), "--format", "json"))
    return Environment(folder, {one["name"].lower(): one["version"] for one in listed})


def _install(folder: Path, *what: str | Path) -> None:
    _run(*_pip(folder, "install"), "--quiet", *what)


def _pip(folder: Path, command: str) -> tuple[str | Path, ...]:
    """The installer at hand, for the environment in that folder."""
    if uv := shutil.which("uv"):
        return uv, "pip", command, "--python", folder
    return sys.executable, "-m", "pip", "--python", folder, command


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    if done.returncode:
        raise InstallationError(done.stderr.strip())
    return done.stdout
