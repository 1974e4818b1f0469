# SPDX-License-Identifier: Apache-2.0
"""A program that sets up tracing itself, with its own provider, options and hooks.

With the local Gmail:  .ci/nox -s example -- send
With yours:            python -m applications.send

Run the second command in the folder `examples`. GMAIL_TOKEN names the token file that Google's
quick start writes.
"""

from __future__ import annotations

import base64
import os
from contextvars import ContextVar
from email.message import EmailMessage
from typing import Any

from googleapiclient.errors import HttpError
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.googleapiclient import (
    GoogleApiClientInstrumentor,
    TerminalSpanExporter,
)
from opentelemetry.instrumentation.httplib2 import Httplib2Instrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span

from applications.account import open_gmail

ORDERS = {"A-1001": "ada@customer.example", "A-1002": "no address"}

order_at_hand: ContextVar[str] = ContextVar("order_at_hand")


def note_order(span: Span, request: Any) -> None:  # noqa: ARG001 - the hook's signature
    """Say which order a call was about, and nothing of ``request``: its body is the mail."""
    span.set_attribute("shop.order.id", order_at_hand.get("none"))


def note_size(span: Span, request: Any, response: Any, exception: BaseException | None) -> None:  # noqa: ARG001 - the hook's signature
    """Say how large the last response was, where there was one."""
    if response is not None and "content-length" in response:
        span.set_attribute("http.response.body.size", int(response["content-length"]))


def trace_gmail() -> TracerProvider:
    """Record every call and every request on the wire, and send them to a backend, or draw them."""
    has_backend = "OTEL_EXPORTER_OTLP_ENDPOINT" in os.environ
    provider = TracerProvider()
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter() if has_backend else TerminalSpanExporter())
    )
    GoogleApiClientInstrumentor().instrument(
        tracer_provider=provider,
        excluded_methods=["gmail.users.labels.*"],
        user_hash_key=os.environ.get("USER_HASH_KEY"),
        request_hook=note_order,
        response_hook=note_size,
    )
    Httplib2Instrumentor().instrument(tracer_provider=provider, capture_url_template=True)
    return provider


def confirmation(order: str, address: str) -> dict[str, str]:
    """Return the mail that confirms an order, as Gmail takes it."""
    mail = EmailMessage()
    mail["To"] = address
    mail["Subject"] = f"Your order {order}"
    mail.set_content("Thank you. It is on its way.")
    return {"raw": base64.urlsafe_b64encode(mail.as_bytes()).decode()}


def main() -> None:
    """Confirm the orders of the day."""
    provider = trace_gmail()
    users = open_gmail().users()
    print(f"{len(users.labels().list(userId='me').execute()['labels'])} labels")  # no call span
    for order, address in ORDERS.items():
        order_at_hand.set(order)
        try:
            users.messages().send(userId="me", body=confirmation(order, address)).execute()
        except HttpError as error:
            print(f"{order}: not confirmed, {error.reason}")
        else:
            print(f"{order}: confirmed")
    provider.shutdown()  # sends what is left


if __name__ == "__main__":
    main()
