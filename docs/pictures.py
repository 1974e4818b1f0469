# SPDX-License-Identifier: Apache-2.0
"""Writes docs/pictures/*.svg: what the demo draws, from a run of its own.

``.ci/nox -s pages`` runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).resolve().parents[1] / "examples"))

from rich.console import RenderableType

from demo.application import SERVICE_NAME
from demo.picture import save_svg
from demo.show import Watched, watch
from demo.terminal import open_console

FOLDER: Final = Path(__file__).with_name("pictures")
WIDTH: Final = 100

TRACES: Final[Mapping[str, tuple[str, ...]]] = {
    "overview": ("not_found", "bandwidth_limit", "no_response"),
    "failure": ("scope_insufficient",),
    "retries": ("gmail.users.labels.list", "bandwidth_limit"),
    "batch": ("not_found",),
    "sent-twice": ("no_response",),
    "tokens": ("token_revoked", "gmail.users.watch"),
    "upload": ("*.insert",),
}
"""Picture to the traces in it, as the demo's ``--only`` takes them."""


def draw(watched: Watched) -> Iterator[tuple[str, RenderableType]]:
    """Yield each picture with its name."""
    for name, patterns in TRACES.items():
        yield name, watched.traces(patterns)
    yield "metrics", watched.summary.renderable()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, drawing in draw(watch(open_console())):
        save_svg(drawing, FOLDER / f"{name}.svg", title=SERVICE_NAME, width=WIDTH)
