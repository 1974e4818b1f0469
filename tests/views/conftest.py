# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Iterator

import pytest

from views.mornings import Mornings, spent


@pytest.fixture(scope="session")
def mornings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mornings]:
    """What Prometheus and an OTLP receiver got of the same mornings."""
    with spent(tmp_path_factory.mktemp("mornings")) as left:
        yield left
