# SPDX-License-Identifier: Apache-2.0
"""A script without tracing code. Its Gmail calls are traced all the same.

With the local Gmail:  .ci/nox -s example -- unread
With yours:            opentelemetry-instrument python -m applications.unread

Run the second command in the folder `examples`. GMAIL_TOKEN names the token file that Google's
quick start writes.
"""

from __future__ import annotations

from googleapiclient.errors import HttpError

from applications.account import open_gmail


def main() -> None:
    """Print the beginnings of the unread messages."""
    messages = open_gmail().users().messages()
    found = messages.list(userId="me", labelIds=["UNREAD"], maxResults=3).execute(num_retries=3)
    for each in found.get("messages", []):
        request = messages.get(userId="me", id=each["id"], format="metadata")
        try:
            print(request.execute(num_retries=3)["snippet"])
        except HttpError as error:
            print(f"(unreadable: {error.reason})")


if __name__ == "__main__":
    main()
