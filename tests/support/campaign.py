# SPDX-License-Identifier: Apache-2.0
"""How many cases the generated (hypothesis) tests try, and which.

An ordinary run tries the same few cases every time, so that it is red only for what changed.
``TRUST_CASES=20 pytest tests/trust`` is a campaign: 20 times as many, and others each time; a
failure prints the ``@reproduce_failure`` line that brings its case back. Say how many an ordinary
run tries with ``@settings(max_examples=cases(50))``. (Loaded by ``tests/conftest.py``.)
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("TRUST_CASES", "1"))


def cases(in_an_ordinary_run: int) -> int:
    return in_an_ordinary_run * FACTOR


settings.register_profile(
    "trust",
    max_examples=cases(50),
    deadline=None,  # the machine may be busy; tests of time measure processor time themselves
    derandomize=FACTOR == 1,
    print_blob=True,
    # Real servers are slow beside what hypothesis expects, and fixtures are reset on purpose.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("trust")
