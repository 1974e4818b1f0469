# SPDX-License-Identifier: Apache-2.0
"""What is measured: scenarios, each in some modes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .modes import NO_SDK, RECORDED, SAMPLED_OUT, SUPPRESSED, WITH_METRICS, Mode
from .scenario import BATCH, CALL, DOWNLOAD, FAILED_BATCH, REFUSED, RETRIED, Scenario


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario in a mode."""

    scenario: Scenario
    mode: Mode

    @property
    def name(self) -> str:
        return f"{self.scenario.name}, {self.mode.name}"


CASES: Final = tuple(
    Case(scenario, mode)
    for scenario, modes in (
        (CALL, (RECORDED, SAMPLED_OUT, NO_SDK, WITH_METRICS, SUPPRESSED)),
        (REFUSED, (RECORDED, WITH_METRICS)),
        (RETRIED, (RECORDED, WITH_METRICS)),
        (DOWNLOAD, (RECORDED, WITH_METRICS)),
        (BATCH, (RECORDED,)),
        (FAILED_BATCH, (RECORDED,)),
    )
    for mode in modes
)
BY_NAME: Final = {case.name: case for case in CASES}
