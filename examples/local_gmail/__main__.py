# SPDX-License-Identifier: Apache-2.0
"""Run the server by hand: `python -m local_gmail --port 8025`."""

from __future__ import annotations

import argparse
import contextlib
import threading

from local_gmail import CATALOGUE, LocalGmail, documented


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="local_gmail", description="Gmail on this machine")
    parser.add_argument("--port", type=int, default=8025, help="default: 8025; 0 for any free one")
    parser.add_argument("--address", default="alex@example.com", help="whose mailbox it is")
    parser.add_argument("--require-auth", action="store_true", help="refuse unknown tokens")
    parser.add_argument(
        "--fail",
        nargs=2,
        action="append",
        default=[],
        metavar=("METHOD", "FAILURE"),
        help="let a method (or * for all) fail as documented, always; FAILURE is one of "
        + ", ".join(CATALOGUE),
    )
    options = parser.parse_args()
    gmail = LocalGmail(
        port=options.port, address=options.address, require_auth=options.require_auth
    )
    for method, failure in options.fail:
        gmail.script(method, documented(failure), times=None)
    with gmail:
        print(f"Gmail of {options.address} at {gmail.url} (Ctrl-C ends it)", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
