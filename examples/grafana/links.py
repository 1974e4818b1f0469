# SPDX-License-Identifier: Apache-2.0
"""How one dashboard leads to the others."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders.dashboard import DashboardLink
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

TAG: Final = "google-api-python-client"
"""What all of them are tagged with."""


def to_the_others() -> DashboardLink:
    """Links at the top, which keep what is chosen."""
    return (
        DashboardLink("Google APIs")
        .type(DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .include_vars(True)
        .keep_time(True)
        .placement("")  # beside the variables, not in a menu
    )
