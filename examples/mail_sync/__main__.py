# SPDX-License-Identifier: Apache-2.0
"""Command line: ``python -m mail_sync --discovery-document gmail.v1.json support.json ...``."""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path
from urllib.request import urlopen

from mail_sync.account import Account
from mail_sync.morning import Morning, open_mailbox


def read_document(source: str) -> str:
    """Return the discovery document at a path or URL."""
    if source.startswith(("http://", "https://")):
        with urlopen(source) as response:
            return response.read().decode()
    return Path(source).read_text(encoding="utf-8")


def main() -> None:
    """Do the morning's work on every account given."""
    parser = argparse.ArgumentParser(prog="mail_sync", description=__doc__)
    parser.add_argument("accounts", nargs="+", type=Path, help="account files (JSON)")
    parser.add_argument(
        "--discovery-document",
        default=os.environ.get("MAIL_SYNC_DISCOVERY_DOCUMENT"),
        required="MAIL_SYNC_DISCOVERY_DOCUMENT" not in os.environ,
        help="path or URL of the Gmail API's discovery document",
    )
    parser.add_argument("--timeout", type=float, default=30, help="seconds to wait for a response")
    arguments = parser.parse_args()

    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", datefmt="%H:%M:%S"
    )
    document = read_document(arguments.discovery_document)
    for path in arguments.accounts:
        account = Account.read(path)
        gmail = open_mailbox(document, account.credentials(), timeout=arguments.timeout)
        Morning(gmail, account.address).work()


if __name__ == "__main__":
    main()
