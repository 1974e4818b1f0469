# SPDX-License-Identifier: Apache-2.0
"""Run the demo: ``python examples/demo``, or ``python -m demo`` within ``examples``."""

import sys
from pathlib import Path

if not __package__:  # run as a directory: Python put that directory on the path, not its parent
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from demo.cli import main

if __name__ == "__main__":
    sys.exit(main())
