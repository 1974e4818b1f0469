# SPDX-License-Identifier: Apache-2.0
"""Invented series of a service: what it calls, and what fails."""

from __future__ import annotations

from opentelemetry.instrumentation.googleapiclient._diagnosis.causes import CAUSES

from views.promtool import CALLS, PARTS, RESENDS, UNITS, WAITS, Firing, series

JOB = "support/mail-sync"
GET = "gmail.users.messages.get"
SEND = "gmail.users.messages.send"


def call(method: str, cause: str | None = None, **more: str) -> str:
    """The series of calls of a method: those that succeed, or those that fail for a cause."""
    return series(CALLS, _of(method, more), googleapiclient_operation="execute", **failure(cause))


def part(method: str, cause: str | None = None, **more: str) -> str:
    """The same of parts of batches."""
    return series(PARTS, _of(method, more), **failure(cause))


def wait(method: str, cause: str, **more: str) -> str:
    """Waits before retries that a cause led to."""
    return series(WAITS, _of(method, more), error_type="any", googleapiclient_error_cause=cause)


def units(method: str, **more: str) -> str:
    """Quota units."""
    return series(UNITS, _of(method, more))


def resend(cause: str, method: str | None = None, **more: str) -> str:
    """Requests of a method, or of a token endpoint, that are resent."""
    server = "gmail.googleapis.com" if method else "oauth2.googleapis.com"
    of_call = {"rpc_method": method} if method else {}
    labels = {**_process(more), "server_address": server, "http_request_method": "POST", **of_call}
    return series(RESENDS, {**labels, "httplib2_resend_cause": cause, **more})


def failure(cause: str | None) -> dict[str, str]:
    """The labels of a failure."""
    if cause is None:
        return {}
    return {
        "error_type": "any",
        "googleapiclient_error_cause": cause,
        "googleapiclient_error_owner": CAUSES[cause].owner,
    }


def firing(name: str, severity: str, owner: str, minutes: range, **labels: str) -> Firing:
    """An alert of the service, or of the one that the labels name."""
    return Firing(name, {"job": JOB, "severity": severity, "owner": owner, **labels}, minutes)


def _of(method: str, more: dict[str, str]) -> dict[str, str]:
    return {**_process(more), "gcp_client_service": "gmail", "rpc_method": method, **more}


def _process(more: dict[str, str]) -> dict[str, str]:
    return {"job": JOB, "instance": "10.0.0.1:9464", **more}
