# SPDX-License-Identifier: Apache-2.0
"""Numbers in prose are those of the code."""

from __future__ import annotations

import re

import pytest
from opentelemetry.instrumentation.googleapiclient._calls.batch import MAX_PART_SPANS
from opentelemetry.instrumentation.googleapiclient._diagnosis.error_type import _ErrorTypes
from opentelemetry.instrumentation.googleapiclient._errors.error import MAX_BODY_BYTES
from opentelemetry.sdk.environment_variables import OTEL_BSP_SCHEDULE_DELAY
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

from backends.table import BACKENDS
from support.pages import ROOT


def numbers(page: str, sentence: str) -> list[str]:
    """The numbers that stand for the group of a sentence, wherever a page has it."""
    text = " ".join((ROOT / page).read_text("utf-8").split())
    found = re.findall(sentence, text)
    assert found, sentence
    return found


@pytest.mark.parametrize(
    ("page", "sentence", "number"),
    [
        ("docs/configuration.md", r"at most (\d+) part spans", MAX_PART_SPANS),
        ("docs/privacy.md", r"at most (\d+) KiB", MAX_BODY_BYTES // 1024),
        ("SECURITY.md", r"at most (\d+) KiB", MAX_BODY_BYTES // 1024),
        ("docs/privacy.md", r"limited to (\d+) per process", _ErrorTypes._MAX),
        ("CHANGELOG.md", r"distributions of (\d+) vendors", len(BACKENDS)),
    ],
)
def test_a_number_is_that_of_the_code(page: str, sentence: str, number: int) -> None:
    assert set(numbers(page, sentence)) == {str(number)}


def test_spans_are_exported_as_often_as_pages_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OTEL_BSP_SCHEDULE_DELAY, raising=False)
    processor = BatchSpanProcessor(ConsoleSpanExporter())
    seconds = processor._batch_processor._schedule_delay
    processor.shutdown()
    assert numbers("docs/deployment.md", "every (five) seconds") == ["five"]
    assert numbers("docs/troubleshooting.md", r"every (\d+) seconds") == [f"{seconds:.0f}"]
    assert seconds == 5
