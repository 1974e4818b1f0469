# SPDX-License-Identifier: Apache-2.0
"""What the APIs of Docs, Slides and Forms know: what they are about is a file in Drive."""

from __future__ import annotations

from typing import Final

from .service import Service
from .workspace import (
    PRECONDITION_OF_ITSELF,
    SHARE_OR_IMPERSONATE,
    acting_as_itself,
    refused_to_itself,
)

SERVICE: Final = Service(
    rules=(*acting_as_itself(SHARE_OR_IMPERSONATE), PRECONDITION_OF_ITSELF),
    last_rules=refused_to_itself(SHARE_OR_IMPERSONATE),
)
