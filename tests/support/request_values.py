# SPDX-License-Identifier: Apache-2.0
"""The values of one request, as redaction is given them."""

from __future__ import annotations

from collections.abc import Iterable

from opentelemetry.instrumentation.googleapiclient._errors.request_values import (
    RequestValues,
    values_of_request,
)


def values_of(
    uri: object,
    body: object,
    template: str | None,
    *,
    headers: object = None,
    secrets: Iterable[str] = (),
) -> RequestValues:
    """What ``values_of_request`` finds."""
    sent = values_of_request(uri, body, template, headers=headers, secrets=secrets)
    return RequestValues(lambda: [sent])
