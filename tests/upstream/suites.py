# SPDX-License-Identifier: Apache-2.0
"""The suites that are run, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Layer = Literal["googleapiclient", "httplib2"]
Layers = tuple[Layer, ...]

WIRE: Final[Layers] = ("httplib2",)
CALL: Final[Layers] = ("googleapiclient",)
BOTH: Final[Layers] = ("googleapiclient", "httplib2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The tests that come with one distribution."""

    distribution: str
    active: tuple[Layers, ...]
    """Which instrumentors are switched on, one run each."""
    recording: Layers
    """The layers that its tests reach: no span of one of these means that nothing was proved."""
    ignored: tuple[str, ...] = ()
    test_timeout: int = 60
    """Seconds after which one test has hung."""
    run_timeout: int = 120
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    modules: Mapping[str, str] = field(default_factory=dict[str, str])
    """Source text of modules that the tests import and that no longer work."""


SUITES: Final = (
    Suite(
        distribution="httplib2",
        active=(WIRE, BOTH),
        recording=WIRE,
        ignored=("tests/_TODO_legacy",),
        test_timeout=17,
    ),
    Suite(
        distribution="google-auth-httplib2",
        active=(WIRE, BOTH),
        recording=WIRE,
    ),
    Suite(
        distribution="google-api-python-client",
        active=(CALL, WIRE, BOTH),
        recording=CALL,
        environment={
            "GOOGLE_APPLICATION_CREDENTIALS": "tests/data/service_account.json",
            "NO_GCE_CHECK": "true",
        },
        # Of the oldest releases.
        modules={"unittest2": "from unittest import *"},
    ),
)
