# SPDX-License-Identifier: Apache-2.0
"""A pytest plugin that writes down what each test came to.

How it ended, with which type of exception, and what its thread logged and warned of meanwhile.
"""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Generator
from pathlib import Path
from threading import current_thread, main_thread
from typing import Final

import pytest

from upstream.findings import Outcome, outcome_line

FILE_VARIABLE: Final = "UPSTREAM_OUTCOMES"

_EXCEPTION: Final = "exception"
_CHANCE: Final = re.compile(r"0x[0-9a-f]+|\d+\.\d+|\d{4,}")
"""What is another one each time: ports, times, addresses in memory."""


def pytest_configure(config: pytest.Config) -> None:
    # Read here: tests empty the environment.
    file = Path(os.environ[FILE_VARIABLE])
    config.pluginmanager.register(_Recorder(file, str(config.rootpath)))


class _Recorder(logging.Handler):
    def __init__(self, file: Path, root: str) -> None:
        super().__init__()
        self._file = file
        self._root = root
        self._test = ""
        logging.getLogger().addHandler(self)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test = nodeid

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.excinfo is not None:
            kind = call.excinfo.type
            report.user_properties.append((_EXCEPTION, f"{kind.__module__}.{kind.__qualname__}"))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:
            text = report.longreprtext if report.failed else ""
            self._write(Outcome(report.nodeid, _result(report), text))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if not report.passed:
            self._write(Outcome(report.nodeid, f"collection {report.outcome}", report.longreprtext))

    def pytest_warning_recorded(
        self, warning_message: warnings.WarningMessage, nodeid: str
    ) -> None:
        if not nodeid:  # said of a whole module while it is collected
            return
        kind = warning_message.category.__name__
        # The file is the caller's, not ours: by it Python decides whether the warning is shown.
        self._happened(nodeid, f"{kind} in {warning_message.filename}: {warning_message.message}")

    def emit(self, record: logging.LogRecord) -> None:
        if current_thread() is main_thread() and not record.name.startswith("opentelemetry"):
            self._happened(self._test, f"{record.name} {record.levelname} {record.getMessage()}")

    def _happened(self, test: str, what: str) -> None:
        self._write(Outcome(test, _CHANCE.sub("#", what.replace(self._root, "."))))

    def _write(self, outcome: Outcome) -> None:
        with self._file.open("a", encoding="utf-8") as file:
            file.write(outcome_line(outcome))


def _result(report: pytest.TestReport) -> str:
    result: str = report.outcome
    if hasattr(report, "wasxfail"):
        result = "xpassed" if report.passed else "xfailed"
    if report.when != "call":
        result = f"{report.when} {result}"
    exception = dict(report.user_properties).get(_EXCEPTION)
    return f"{result} with {exception}" if exception else result
