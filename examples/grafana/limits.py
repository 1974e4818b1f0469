# SPDX-License-Identifier: Apache-2.0
"""The limits that usage is compared with.

Source: Gmail API, "Usage limits", https://developers.google.com/workspace/gmail/api/reference/quota,
as it stands since 2026-05-01. The limits that hold for one project are in its Google Cloud console,
under "Quotas": where they differ, change the dashboard's variables and the numbers in the rules.
"""

from __future__ import annotations

from typing import Final

PROJECT_UNITS_PER_MINUTE: Final = 1_200_000
"""Quota units of all users of a project together; beyond it: rateLimitExceeded."""

USER_UNITS_PER_MINUTE: Final = 6_000
"""Quota units of one user in one project; it can't be raised."""

USER_UNITS_PER_MINUTE_BEFORE: Final = 15_000
"""The same for projects that used Gmail between November 2025 and April 2026, as long as Google
leaves it to them."""

PROJECT_UNITS_PER_DAY: Final = 80_000_000
"""Beyond it a project is to be billed; it can't be raised."""

NEAR: Final = 0.8
"""The share of a limit from which on it is near."""
