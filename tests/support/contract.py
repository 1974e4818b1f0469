# SPDX-License-Identifier: Apache-2.0
"""What a span must, may and must not carry, stated as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode


@dataclass(frozen=True, kw_only=True)
class SpanContract:
    """A kind of span. Names may be ``fnmatch`` patterns in ``optional`` and ``forbidden``."""

    kind: SpanKind
    status: StatusCode
    required: Mapping[str, type | object]
    """Attribute to the type that it must have, or the value that it must have."""
    optional: frozenset[str] = frozenset()
    forbidden: frozenset[str] = field(default=frozenset())

    def check(self, span: ReadableSpan) -> None:
        attributes = dict(span.attributes or {})
        assert span.kind is self.kind
        assert span.status.status_code is self.status
        for name, expected in self.required.items():
            assert name in attributes, f"{span.name} lacks {name}; it has {sorted(attributes)}"
            if isinstance(expected, type):
                assert type(attributes[name]) is expected, (name, attributes[name])
            else:
                assert attributes[name] == expected, (name, attributes[name])
        rest = attributes.keys() - self.required.keys()
        for name in rest:
            assert not any(fnmatchcase(name, one) for one in self.forbidden), f"{name} is forbidden"
            assert any(fnmatchcase(name, one) for one in self.optional), f"{name} is not allowed"
        assert "exception" not in {event.name for event in span.events}


_ALWAYS = {
    "rpc.system.name": "http",
    "googleapiclient.operation": str,
    "server.address": str,
    "server.port": int,
}
_OF_A_METHOD = {"rpc.method": str, "gcp.client.service": str, "url.template": str}
_RETRIES = {f"googleapiclient.retry.{name}" for name in ("limit", "count", "wait")}
_DIAGNOSIS = {
    "error.type": str,
    "googleapiclient.error.cause": str,
    "googleapiclient.error.retryable": bool,
    "googleapiclient.error.retry": str,
    "googleapiclient.error.owner": str,
    "googleapiclient.error.remedy": str,
    "googleapiclient.error.help_url": str,
}
_NEVER_ON_A_CALL = frozenset({"url.full", "http.request.*", "exception.*", "network.*"})

SUCCESSFUL_CALL = SpanContract(
    kind=SpanKind.INTERNAL,
    status=StatusCode.UNSET,
    required={**_ALWAYS, **_OF_A_METHOD, "http.response.status_code": int},
    optional=frozenset(_RETRIES),
    forbidden=_NEVER_ON_A_CALL | {"error.type", "googleapiclient.error.*"},
)
REFUSED_CALL = SpanContract(
    kind=SpanKind.INTERNAL,
    status=StatusCode.ERROR,
    required={**_ALWAYS, **_OF_A_METHOD, **_DIAGNOSIS, "http.response.status_code": int},
    optional=frozenset(
        {
            *_RETRIES,
            "googleapiclient.credentials.kind",
            "googleapiclient.retry.exhausted",
            "googleapiclient.retry.advised_wait",
            "googleapiclient.error.reason",
            "googleapiclient.error.domain",
            "googleapiclient.error.location",
            "googleapiclient.error.location_type",
            "googleapiclient.error.status",
            "googleapiclient.error.info.reason",
            "gcp.errors.domain",
            "googleapiclient.error.scopes.*",
            "gcp.errors.metadata.*",
        }
    ),
    forbidden=_NEVER_ON_A_CALL,
)
UNANSWERED_CALL = SpanContract(
    kind=SpanKind.INTERNAL,
    status=StatusCode.ERROR,
    required={**_ALWAYS, **_OF_A_METHOD, **_DIAGNOSIS},
    optional=REFUSED_CALL.optional,
    forbidden=_NEVER_ON_A_CALL | {"http.response.status_code"},
)
CANCELLED_CALL = SpanContract(
    kind=SpanKind.INTERNAL,
    status=StatusCode.UNSET,
    required={**_ALWAYS, **_OF_A_METHOD},
    optional=frozenset(_RETRIES),
    forbidden=_NEVER_ON_A_CALL | {"error.type", "googleapiclient.error.*"},
)
BATCH = SpanContract(
    kind=SpanKind.INTERNAL,
    status=StatusCode.UNSET,
    required={
        **_ALWAYS,
        "googleapiclient.operation": "batch",
        "gcp.client.service": str,
        "http.response.status_code": int,
        "googleapiclient.batch.size": int,
        "googleapiclient.batch.answered_count": int,
        "googleapiclient.batch.failed_count": int,
    },
    optional=frozenset({"googleapiclient.batch.oversized", "url.template"}),
    forbidden=_NEVER_ON_A_CALL | {"rpc.method", "error.type", "googleapiclient.error.*"},
)

_ATTEMPT = {"http.request.method": str, "server.address": str, "server.port": int, "url.full": str}
_CONNECTION = frozenset(
    {
        "http.request.resend_count",
        "httplib2.connection.reused",
        "httplib2.resend.cause",
        "network.peer.address",
        "network.peer.port",
        "network.protocol.version",
        "url.template",
    }
)
_NEVER_ON_AN_ATTEMPT = frozenset({"googleapiclient.*", "rpc.*", "gcp.*", "exception.*"})

ANSWERED_ATTEMPT = SpanContract(
    kind=SpanKind.CLIENT,
    status=StatusCode.UNSET,
    required={**_ATTEMPT, "http.response.status_code": int},
    optional=_CONNECTION,
    forbidden=_NEVER_ON_AN_ATTEMPT | {"error.type"},
)
REFUSED_ATTEMPT = SpanContract(
    kind=SpanKind.CLIENT,
    status=StatusCode.ERROR,
    required={**_ATTEMPT, "http.response.status_code": int, "error.type": str},
    optional=_CONNECTION,
    forbidden=_NEVER_ON_AN_ATTEMPT,
)
