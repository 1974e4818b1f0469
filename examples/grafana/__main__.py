# SPDX-License-Identifier: Apache-2.0
"""Write the dashboards and the alert rules: ``python examples/grafana``."""

import sys
from pathlib import Path

if not __package__:  # run as a directory: Python put that directory on the path, not its parent
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from grafana.files import FOLDER, files

if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(FOLDER))
