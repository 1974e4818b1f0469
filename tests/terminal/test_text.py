# SPDX-License-Identifier: Apache-2.0
import pytest
from opentelemetry.instrumentation.googleapiclient._terminal.text import duration, printable


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 ms"),
        (0.00084, "0.8 ms"),
        (0.00996, "10 ms"),
        (0.0124, "12 ms"),
        (0.9996, "1.00 s"),
        (1, "1 s"),
        (1.3249, "1.32 s"),
        (59.999, "1 min"),
        (61, "1 min 1 s"),
        (3599.9, "1 h"),
        (7200, "2 h"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations_are_said_as_a_person_would(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Señal débil", "Señal débil"),
        ("two\r\nlines\tand\u2028more", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b2J\x00\x7f", "2J"),
        ("abc\u202edcba\u2066", "abcdcba"),
        ("", ""),
    ],
)
def test_text_from_outside_can_not_steer_a_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown
