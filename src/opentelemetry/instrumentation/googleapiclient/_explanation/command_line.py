# SPDX-License-Identifier: Apache-2.0
"""The command ``python -m opentelemetry.instrumentation.googleapiclient``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final, NamedTuple

from .error_text import errors_in
from .explain import explain_text
from .explanation import Explanation

_MAX_LINES: Final = 10
"""Numbers of lines that are told of one explanation."""
_NOTHING: Final = 1


class _Explained(NamedTuple):
    line: int | None
    """Where the error begins; None where there are no lines."""
    explanation: Explanation


def main(arguments: Sequence[str] | None = None) -> int:
    """Explain the errors in the arguments, or in standard input; 1 where there are none."""
    parser = argparse.ArgumentParser(
        prog="python -m opentelemetry.instrumentation.googleapiclient",
        description="Explains errors of Google's APIs: what caused each, whether a retry could "
        "help, who can fix it and how. It takes what a log has of them: the text of an HttpError, "
        "of a RefreshError or of another exception, the JSON body of a response, a whole log. "
        "Nothing personal and no credential of it is printed.",
        epilog="With a log: python -m opentelemetry.instrumentation.googleapiclient < app.log",
    )
    parser.add_argument("text", nargs="*", help="an error's text; without any, standard input")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object on a line for each error"
    )
    options = parser.parse_args(arguments)
    explained = [*_of_arguments(options.text)] if options.text else [*_of_input()]
    if not explained:
        print("no error of a Google API was found", file=sys.stderr)
        return _NOTHING
    for line in _json_lines(explained) if options.json else _blocks(explained):
        print(line)
    return 0


def _of_arguments(texts: Sequence[str]) -> Iterator[_Explained]:
    for text in texts:
        for told in errors_in(text, alone=True):
            yield _Explained(None, explain_text(told.error))


def _of_input() -> Iterator[_Explained]:
    if sys.stdin.isatty():
        print("Paste an error's text, then press Ctrl-D.", file=sys.stderr)
    text = sys.stdin.buffer.read().decode("utf-8", "replace").replace("\r\n", "\n")
    alone = len(text.strip().splitlines()) == 1
    for told in errors_in(text, alone=alone):
        yield _Explained(None if alone else told.line, explain_text(told.error))


def _json_lines(explained: Sequence[_Explained]) -> Iterator[str]:
    for line, explanation in explained:
        values = {"line": line, **asdict(explanation), "retryable": explanation.retryable}
        yield json.dumps(values)


def _blocks(explained: Sequence[_Explained]) -> Iterator[str]:
    """Yield each explanation once, with the lines that it is about."""
    lines: dict[Explanation, list[int | None]] = {}
    for line, explanation in explained:
        lines.setdefault(explanation, []).append(line)
    for number, (explanation, places) in enumerate(lines.items()):
        if number:
            yield ""
        if heading := _heading([place for place in places if place is not None]):
            yield heading
        yield str(explanation)


def _heading(places: Sequence[int]) -> str:
    if not places:
        return ""
    shown = ", ".join(str(place) for place in places[:_MAX_LINES])
    more = f" and {len(places) - _MAX_LINES} more" if len(places) > _MAX_LINES else ""
    return f"line {shown}:" if len(places) == 1 else f"lines {shown}{more} ({len(places)} times):"
