# SPDX-License-Identifier: Apache-2.0
"""Counts the processor instructions of marked sections of a program, under valgrind's callgrind.

A count does not depend on what else the machine does, and hardly on the machine. callgrind only
begins to count when the program asks it to: it makes everything fifty times slower.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from .environment import clean_environment

_MARK: Final = "getppid"
_TOTAL: Final = re.compile(rb"^(?:summary|totals): (\d+)", re.MULTILINE)
_ROOT: Final = Path(__file__).parent.parent
_INSTALL: Final = "Install valgrind, for example with: apt-get install valgrind"

# What would make the same program take another way next time.
_DETERMINISTIC: Final = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


class CannotCountError(Exception):
    """Instructions can't be counted here; the message says why."""


def is_installed() -> bool:
    """Whether there is a valgrind."""
    return shutil.which("valgrind") is not None


def count_instructions(python: str, module: str, *arguments: str) -> Mapping[str, int]:
    """Run a module of this checkout, and count the instructions of its sections.

    Args:
        python: the interpreter.
        module: which calls :func:`begin_counting` once, then :func:`section` some times, and
            writes nothing else to its standard output.
        arguments: of the module.

    Raises:
        CannotCountError: valgrind is missing, or the program has failed.
    """
    if not is_installed():
        raise CannotCountError(f"There is no valgrind. {_INSTALL}")
    with TemporaryDirectory() as directory:
        output = Path(directory, "out")
        command = [
            *("valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no"),
            *(f"--dump-before={_MARK}", f"--callgrind-out-file={output}"),
            *(python, "-m", module, *arguments),
        ]
        done = subprocess.run(
            command,
            cwd=_ROOT,
            env={**clean_environment(), **_DETERMINISTIC},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotCountError(f"{' '.join(command)} has failed:\n{done.stderr[-4000:]}")
        totals = {
            int(dump.suffix[1:]): int(found[1])
            for dump in Path(directory).glob("out.*")
            if (found := _TOTAL.search(dump.read_bytes()))
        }
    # Each mark dumps what was counted since the one before: every other dump is a section.
    names = [json.loads(line) for line in done.stdout.splitlines()]
    counts = [totals[number] for number in sorted(totals) if number % 2 == 0]
    return dict(zip(names, counts, strict=True))


def begin_counting() -> None:
    """Let callgrind begin; to be called by the program that it runs.

    Raises:
        CannotCountError: callgrind does not listen.
    """
    control = subprocess.Popen(
        ["callgrind_control", "--instr=on", str(os.getpid())],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # callgrind listens while its program runs: one that only waits would have to be woken up by
    # means that containers forbid.
    while control.poll() is None:
        sum(range(1000))
    output = control.communicate()[0]
    if control.returncode or "OK" not in output:
        raise CannotCountError(f"callgrind_control: {output}")


def section(name: str, run: Callable[[], object]) -> None:
    """Run and count something; to be called by the program that callgrind runs."""
    os.getppid()
    run()
    os.getppid()
    print(json.dumps(name))
