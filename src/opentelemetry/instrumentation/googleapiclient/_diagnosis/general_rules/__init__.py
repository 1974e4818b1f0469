# SPDX-License-Identifier: Apache-2.0
"""The rows of the diagnosis table that hold for every API. The first that matches wins.

This package is pure: it knows neither OpenTelemetry nor googleapiclient.
"""

from __future__ import annotations

from typing import Final

from . import (
    access,
    grants,
    html_pages,
    limits,
    network,
    oauth,
    policies,
    projects,
    renewal,
    request,
    statuses,
    workload_identity,
)

FIRST_RULES: Final = (
    *network.DEADLINE_RULES,
    *network.NOT_SENT_RULES,
    # Who gives tokens, and what it says of the credentials.
    *renewal.METADATA_RULES,
    *html_pages.RULES,
    *workload_identity.RULES,
    *grants.RULES,
    *oauth.RULES,
    # What the response's reason, message and details say, whoever sent it.
    *limits.RULES,
    *projects.RULES,
    *policies.RULES,
    *workload_identity.STS_RULES,
    *renewal.ENDPOINT_RULES,
    *access.RULES,
    *request.RULES,
)
"""What the response says."""
LAST_RULES: Final = (*access.LAST_RULES, *statuses.RULES, *network.RULES)
"""What is left: the status, then the exception."""

GENERAL_RULES: Final = (*FIRST_RULES, *LAST_RULES)

__all__ = ["FIRST_RULES", "GENERAL_RULES", "LAST_RULES"]
