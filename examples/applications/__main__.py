# SPDX-License-Identifier: Apache-2.0
"""Run one application: ``python examples/applications unread``, or any other of its names."""

import sys
from pathlib import Path

if not __package__:  # run as a directory: Python put that directory on the path, not its parent
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from applications.cli import main

if __name__ == "__main__":
    sys.exit(main())
