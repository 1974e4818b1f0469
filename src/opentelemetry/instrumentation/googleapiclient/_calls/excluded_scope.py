# SPDX-License-Identifier: Apache-2.0
"""The scope of requests that belong to no call."""

from __future__ import annotations

from opentelemetry.instrumentation.httplib2._urls.redaction import UrlPolicy
from opentelemetry.instrumentation.httplib2._wire.scope import RequestScope


class ExcludedScope(RequestScope):
    """Requests that the library sends outside of any call, or inside of one that is excluded."""

    propagates_baggage = False
    policy: UrlPolicy

    @property
    def url_policy(self) -> UrlPolicy:
        return self.policy
