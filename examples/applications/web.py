# SPDX-License-Identifier: Apache-2.0
"""A web service that calls Gmail: the request, its calls and their requests are one trace.

With the local Gmail:  .ci/nox -s example -- web
With yours:            opentelemetry-instrument python -m applications.web

Run the second command in the folder `examples`. GMAIL_TOKEN names the token file that Google's
quick start writes.

It needs opentelemetry-instrumentation-flask. OTEL_SEMCONV_STABILITY_OPT_IN=http gives Flask's
spans the stable attribute names that the spans of Gmail calls have.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from flask import Flask
from google.auth.exceptions import GoogleAuthError
from googleapiclient.errors import HttpError
from opentelemetry.instrumentation.googleapiclient import explain

from applications.account import open_gmail

app = Flask(__name__)


@app.get("/unread")
def unread() -> dict[str, Any]:
    """Say how much mail is unread."""
    messages = open_gmail().users().messages()
    found = messages.list(userId="me", labelIds=["UNREAD"]).execute(num_retries=2)
    return {"unread": found["resultSizeEstimate"]}


@app.errorhandler(GoogleAuthError)
@app.errorhandler(HttpError)
def gmail_refused(error: Exception) -> tuple[dict[str, Any], int]:
    """Say what the user can do: sign in or try again, each only where that helps."""
    why = explain(error)
    if why.cause in {"reauthentication_required", "token_revoked"}:
        return {"error": "Please sign in again.", "sign_in": "/sign-in"}, 401
    if why.retryable:
        return {"error": "Gmail is busy. Please try again later."}, 503
    if why.owner == "domain_admin":
        return {"error": "Your administrator does not allow this.", "cause": why.cause}, 403
    app.logger.error("%s", why)  # ours to fix: three lines say how
    return {"error": "This does not work at the moment."}, 502


def stop(*_: object) -> None:
    """End in an orderly way, so that the last spans are sent."""
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    app.run(port=int(os.environ.get("PORT", "8080")))
