# SPDX-License-Identifier: Apache-2.0
"""Writes lines to a file that other processes write to, so that they do not mix."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Final

_ATOMIC: Final = 4_096 if sys.platform == "linux" else 512
"""Bytes that a pipe takes at once: PIPE_BUF, or what POSIX guarantees."""
_TRIES: Final = 200
_PAUSE: Final = 0.005
"""Seconds. So another process is waited for up to a second."""


def write_lines(file: int, data: bytes) -> None:
    """Write lines to a file descriptor, past all buffers.

    Terminals and files take all of it at once. Pipes don't: processes of ours wait for each other
    there, and other processes can come between two lines only.

    Raises:
        OSError: the file is closed, or nobody reads it.
    """
    mode = os.fstat(file).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        _write(file, data)
        return
    with _alone(file):
        for piece in _pieces(data):
            _write(file, piece)


def _write(file: int, data: bytes) -> None:
    written = 0
    while written < len(data):
        written += os.write(file, data[written:])


@contextmanager
def _alone(file: int) -> Generator[None]:
    """Keep other processes that do the same from writing, where the system can do that."""
    import fcntl  # noqa: PLC0415 - not there on Windows

    locked = False
    for _ in range(_TRIES):
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        except OSError:
            break
        else:
            locked = True
            break
    try:
        yield
    finally:
        if locked:
            fcntl.lockf(file, fcntl.LOCK_UN)


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield whole lines, as many as a pipe takes at once."""
    begin = 0
    while len(data) - begin > _ATOMIC:
        end = data.rfind(b"\n", begin, begin + _ATOMIC) + 1 or data.find(b"\n", begin) + 1
        if not end:
            break
        yield data[begin:end]
        begin = end
    yield data[begin:]
