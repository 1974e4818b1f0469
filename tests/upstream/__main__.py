# SPDX-License-Identifier: Apache-2.0
"""Run it: ``python tests/upstream``, or ``python -m upstream`` within ``tests``."""

import sys
from pathlib import Path

if not __package__:  # run as a directory: Python put that directory on the path, not its parent
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from upstream.cli import main

if __name__ == "__main__":
    sys.exit(main())
