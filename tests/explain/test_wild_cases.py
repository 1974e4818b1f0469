# SPDX-License-Identifier: Apache-2.0
"""What users reported in public is explained as on its span: as it was caught, and as its line."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError
from opentelemetry.instrumentation.googleapiclient import Explanation, explain
from opentelemetry.instrumentation.googleapiclient._explanation.error_text import errors_in
from opentelemetry.instrumentation.googleapiclient._explanation.explain import explain_text

from support import wild_cases
from support.documents import SHIPS_DOCUMENTS
from support.wild_cases import Endpoints, WildCase, run, serving

WILD = wild_cases.read() + wild_cases.read(wild_cases.FILE.with_name("public_cases.jsonl"))
SAID_OTHERWISE = {
    # Which of the methods at this URL it was decides.
    "a02-user-limit": "unknown" if SHIPS_DOCUMENTS else "precondition_failed",
    # Whose credentials these are, and what the API said before they were to be renewed.
    "pub-grant-service": "token_revoked",
    "pub-not-authorized-service": "forbidden",
    "pub-reports-401": "token_expired",
    "y02-no-channel": "token_expired",
}
"""What is said where neither request nor traceback is there: these rows need them."""


@pytest.fixture(scope="module")
def endpoints() -> Iterator[Endpoints]:
    with serving() as one:
        yield one


@pytest.fixture(name="requests")
def _requests(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The requests of the wild cases, in order."""
    made: list[Any] = []
    prepared = wild_cases.prepared

    def prepare(*args: Any) -> Any:
        made.append(prepared(*args))
        return made[-1]

    monkeypatch.setattr(wild_cases, "prepared", prepare)
    return made


def advice(explanation: Explanation) -> tuple[str, str, str]:
    return explanation.cause, explanation.retry, explanation.owner


def without_traceback(error: BaseException) -> BaseException:
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def all_of_span(said: wild_cases.Said) -> dict[str, Any]:
    return {
        **{
            name: said.of_error(name)
            for name in ("cause", "retry", "retryable", "owner", "remedy", "help_url", "reason")
        },
        "domain": said.of_error("domain"),
        "location": said.of_error("location"),
        "canonical_status": said.of_error("status"),
        "status_code": said.attributes.get("http.response.status_code"),
        "message": said.description,
        "method": said.attributes.get("rpc.method"),
    }


def all_of(explanation: Explanation) -> dict[str, Any]:
    values = dataclasses.asdict(explanation)
    del values["advised_wait"]  # until a moment that has come nearer
    return {**values, "retryable": explanation.retryable}


def check_agreement(explanation: Explanation, said: wild_cases.Said) -> None:
    """An explanation says what the span says.

    The span knows one thing better: the status of a refused token refresh, which the wire layer
    sees. google-auth has dropped it when it raises: the arguments are the code and the parsed
    body, and the frames that had the response have returned.
    """
    found, expected = all_of(explanation), all_of_span(said)
    body = said.error.args[-1] if isinstance(said.error, RefreshError) else None
    if isinstance(body, dict | str) and "error" in body:
        assert found["status_code"] in {None, expected["status_code"]}
        found["status_code"] = expected["status_code"]
    assert found == expected


@pytest.mark.parametrize("case", WILD, ids=[case["id"] for case in WILD])
def test_what_users_reported_is_explained_as_on_the_span(
    case: WildCase, endpoints: Endpoints, requests: list[Any]
) -> None:
    said = run(case, endpoints)
    assert said.error is not None
    log = f"INFO before\n{''.join(traceback.format_exception(said.error))}\nINFO after\n"
    check_agreement(explain(said.error), said)
    error = without_traceback(said.error)
    if case["kind"] == "answer" and isinstance(error, HttpError):
        assert all_of(explain(error, requests[0])) == all_of_span(said)
    expected = SAID_OTHERWISE.get(case["id"], said.of_error("cause"))
    alone = explain(error)
    assert alone.cause == expected
    if case["id"] not in SAID_OTHERWISE:
        assert advice(alone)[1:] == (said.of_error("retry"), said.of_error("owner"))
    for explanation in (alone, *explained_by_text(case, said, log)):
        for secret in case["must_not_leave"]:
            assert secret not in f"{explanation} {dataclasses.asdict(explanation)}"


def explained_by_text(case: WildCase, said: wild_cases.Said, log: str) -> list[Explanation]:
    """The explanations of the error's line, and of a log with its traceback."""
    line = str(said.error)
    explanations: list[Explanation] = []
    for text, alone in ((line, True), (log, False)):
        (told,) = errors_in(text, alone=alone)
        explanations.append(explain_text(told.error))
        if case["id"] not in SAID_OTHERWISE and not lost_its_page(case, line):
            assert advice(explanations[-1]) == tuple(
                map(said.of_error, ("cause", "retry", "owner"))
            )
    return explanations


def lost_its_page(case: WildCase, line: str) -> bool:
    """Old releases leave an HTML page out of an error's text, and with it all that it says."""
    return "<html" in str(case["body"]).lower() and "<html" not in line.lower()
