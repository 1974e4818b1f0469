# SPDX-License-Identifier: Apache-2.0
"""Run it: ``python tests/backends``, or ``python -m backends`` within ``tests``."""

import sys
from pathlib import Path

if not __package__:  # run as a directory: Python put that directory on the path, not its parent
    sys.path[0] = str(Path(__file__).resolve().parents[1])
sys.path.insert(1, str(Path(__file__).resolve().parents[2] / "examples"))

from backends.cli import main

if __name__ == "__main__":
    sys.exit(main())
