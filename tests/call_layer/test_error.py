# SPDX-License-Identifier: Apache-2.0
"""error.py: a response is taken apart as its sender meant it, whatever the bytes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from opentelemetry.instrumentation.googleapiclient._errors.error import (
    MAX_BODY_BYTES,
    ApiError,
    parse_response,
)

from support.corpus import IDS, ROWS, Row

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_every_row_of_the_corpus_parses_as_its_columns_say(row: Row) -> None:
    error = parse_response(row.status, row["headers"], row.body)

    info = error.error_info
    assert {
        "http_status": error.http_status,
        "reason": error.reason,
        "domain": error.domain,
        "location": error.location,
        "location_type": error.location_type,
        "status": error.status,
        "message": error.message,
        "error_info": info
        and {"reason": info.reason, "domain": info.domain, "metadata": dict(info.metadata)},
        "retry_info_delay": error.retry_delay,
        "message_retry_after": error.retry_time,
    } == {
        **{
            column: row[column]
            for column in (
                "http_status",
                "reason",
                "domain",
                "status",
                "message",
                "error_info",
            )
        },
        **_location(row),
        "retry_info_delay": _seconds(row["retry_info_delay"]),
        "message_retry_after": _moment(row["message_retry_after"]),
    }


def _location(row: Row) -> dict[str, str | None]:
    """Where the older error list names none, the first field violation does."""
    if row["location"] is None and b'"fieldViolations"' in row.body:
        (document,) = parsed if isinstance(parsed := json.loads(row.body), list) else [parsed]
        for detail in document["error"]["details"]:
            for violation in detail.get("fieldViolations", []):
                return {"location": violation["field"], "location_type": "field"}
    return {name: row[name] for name in ("location", "location_type")}


def _seconds(delay: str | dict[str, str | int] | None) -> float | None:
    if isinstance(delay, dict):
        return float(delay["seconds"]) + float(delay["nanos"]) / 1e9
    return float(delay[:-1]) if delay and not delay.startswith("-") else None


def _moment(text: str | None) -> datetime | None:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z") if text else None


@pytest.mark.parametrize(
    ("headers", "error", "expected"),
    [
        pytest.param({"retry-after": "30"}, {}, 30.0, id="header-seconds"),
        pytest.param({"Retry-After": "30"}, {}, 30.0, id="header-any-case"),
        pytest.param({"retry-after": "1.5"}, {}, 1.5, id="header-fraction"),
        pytest.param({"retry-after": "Sat, 21 Nov 2026 12:01:00 GMT"}, {}, 60.0, id="header-date"),
        pytest.param({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, {}, 0.0, id="date-passed"),
        pytest.param({"retry-after": "-5"}, {}, None, id="header-negative"),
        pytest.param({"retry-after": "soon"}, {}, None, id="header-nonsense"),
        pytest.param({"retry-after": "9" * 400}, {}, None, id="header-absurd"),
        pytest.param({"retry-after": ""}, {}, None, id="header-empty"),
        pytest.param({}, {"message": "Retry after 2026-11-21T12:00:30.5Z"}, 30.5, id="message"),
        pytest.param({}, {"message": "retry after 2026-11-21T11:00:00Z"}, 0.0, id="message-passed"),
        pytest.param({}, {"message": "Retry after 2026-99-99T12:00:00Z"}, None, id="message-bad"),
        pytest.param({}, {"message": "Retry after 9999-12-31T23:59:59.999999999Z"}, None,
                     id="message-beyond-time"),
        pytest.param({}, {"details": [{"retryDelay": "7s"}]}, None, id="untyped-detail"),
        pytest.param({"retry-after": "5"}, {"message": "Retry after 2026-11-21T12:01:00Z"}, 5.0,
                     id="the-header-wins"),
    ],
)  # fmt: skip
def test_advised_wait(
    headers: dict[str, str], error: dict[str, object], expected: float | None
) -> None:
    body = json.dumps({"error": error}).encode()

    assert parse_response(429, headers, body).advised_wait(NOW) == expected


@pytest.mark.parametrize(
    ("delay", "expected"),
    [("53s", 53.0), ("0.25s", 0.25), ("s", None), ("-1s", None), ("NaNs", None), ("1e9s", None),
     ({"seconds": 2}, 2.0), ({"seconds": -2}, None), ([], None), (7, None), (None, None)],
)  # fmt: skip
def test_retry_info(delay: object, expected: float | None) -> None:
    detail = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    body = json.dumps({"error": {"details": [detail]}}).encode()

    assert parse_response(429, {}, body).advised_wait(NOW) == expected


@pytest.mark.parametrize(
    ("message", "metadata", "limit"),
    [
        ("Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of",
         {}, "Queries per minute per user"),
        ("Quota exceeded.", {"quota_limit": "ReadRequestsPerMinutePerUser"},
         "ReadRequestsPerMinutePerUser"),
        ("Quota exceeded.", {}, None),
    ],
)  # fmt: skip
def test_the_limit_is_named_by_message_or_metadata(
    message: str, metadata: dict[str, str], limit: str | None
) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "metadata": metadata}
    body = json.dumps({"error": {"message": message, "details": [info]}}).encode()

    assert parse_response(403, {}, body).limit == limit


def test_a_body_over_the_limit_is_read_as_far_as_it_is_whole() -> None:
    error = {"code": 500, "message": "m", "errors": [{"reason": "r"}], "debug": "x" * 10_000_000}

    parsed = parse_response(500, {}, json.dumps({"error": error}).encode())

    assert (parsed.message, parsed.reason) == ("m", "r")


def test_a_character_that_the_limit_cuts_in_two_does_not_spoil_the_rest() -> None:
    start = b'{"error":{"message":"m","x":"'
    body = start + b"x" * (MAX_BODY_BYTES - len(start) - 1) + "é".encode() * 10

    assert parse_response(500, {}, body).message == "m"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 100_000, id="deep-lists"),
        pytest.param(b'{"error":' * 50_000, id="deep-objects"),
        pytest.param(b'{"error":"' + b'\\"' * 100_000 + b"\\", id="escapes-without-end"),
        pytest.param(b'{"error":' + b'"' * 100_001, id="quotes"),
        pytest.param(b'{"error":[' + b"1," * 100_000, id="commas"),
        pytest.param(b'{"error":[' + b" ,\n" * 100_000, id="blanks"),
        pytest.param(b'{"error":' + b"9" * 100_000 + b"}", id="huge-number"),
        pytest.param(b'{"error":{"code":NaN,"message":-Infinity}}', id="not-a-number"),
        pytest.param(b'{"error":{"message":"\\ud800"}}', id="lone-surrogate"),
        pytest.param(b'{"error":{"errors":[null],"details":[null,7,{"@type":7}]}}', id="types"),
        pytest.param(b'{"error":{"errors":7,"details":{"a":1},"message":["m"]}}', id="types-2"),
        pytest.param(b"\xff\xfe\x00", id="not-utf8"),
        pytest.param(b"\x00" * 100_000, id="zeros"),
        pytest.param("a string", id="not-bytes"),
        pytest.param(None, id="nothing"),
        pytest.param(object(), id="an-object"),
    ],
)
def test_what_stands_in_the_header_is_read_whatever_the_body(body: object) -> None:
    error = parse_response(500, {"retry-after": "1"}, body)

    assert isinstance(error, ApiError)
    assert error.retry_after == 1.0


@pytest.mark.parametrize("headers", [None, 7, {"retry-after": 7}, {7: "1"}, ["retry-after"]])
def test_headers_of_any_type_are_survived(headers: object) -> None:
    assert parse_response(500, headers, b"").advised_wait(NOW) is None


def test_a_date_without_a_zone_is_utc() -> None:
    error = parse_response(429, {"retry-after": "21 Nov 2026 12:00:10 -0000"}, b"")

    assert error.advised_wait(NOW) == timedelta(seconds=10).total_seconds()
