# SPDX-License-Identifier: Apache-2.0
"""The demo's application, one morning for each line on stdin, until stdin ends."""

from __future__ import annotations

import sys

from mail_sync.__main__ import main

if __name__ == "__main__":
    for _ in sys.stdin:
        main()
        sys.stdout.write("done\n")
        sys.stdout.flush()
