# SPDX-License-Identifier: Apache-2.0
"""``nox -s backends`` sees what is lost; nothing here needs its environments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from backends.arrived import Arrived
from backends.judge import judge

_REMEDY: Final = "Request one of the scopes. " * 20
_CALL: Final = Arrived(
    "gmail.users.messages.get",
    {
        "rpc.method": "gmail.users.messages.get",
        "googleapiclient.operation": "execute",
        "googleapiclient.error.cause": "scope_insufficient",
        "googleapiclient.error.remedy": _REMEDY,
        "googleapiclient.error.scopes.required_any_of": ("a", "b"),
        "googleapiclient.error.retryable": False,
        "http.response.status_code": 403,
    },
    span_id="1",
    failed=True,
    events=("googleapiclient.retry",),
)
_ATTEMPT: Final = Arrived(
    "GET",
    {"http.request.method": "GET", "url.full": "http://127.0.0.1/messages/1"},
    span_id="2",
    parent_id="1",
    failed=True,
)
_WRITTEN: Final = (_CALL, _ATTEMPT)


def _with(span: Arrived, **attributes: Any) -> Arrived:
    """The span with these attributes, without those that are None; dots are double underscores."""
    changed = {**span.attributes, **{k.replace("__", "."): v for k, v in attributes.items()}}
    return replace(span, attributes={k: v for k, v in changed.items() if v is not None})


def test_what_arrives_as_it_was_written_is_complete_in_any_order() -> None:
    verdict = judge(_WRITTEN, _WRITTEN[::-1])

    assert verdict.is_complete
    assert list(verdict.lines()) == []


@pytest.mark.parametrize(
    "arrived",
    [
        (),
        (_CALL,),
        (_CALL, _with(_ATTEMPT, url__full=None)),
        (_with(replace(_CALL, name="renamed"), rpc__method=None), _ATTEMPT),
        (_with(_CALL, googleapiclient__error__cause=None), _ATTEMPT),
        (_with(_CALL, googleapiclient__error__remedy="[Scrubbed due to 'auth']"), _ATTEMPT),
    ],
)
def test_it_is_not_complete_without_a_span_or_what_it_needs(arrived: tuple[Arrived, ...]) -> None:
    assert not judge(_WRITTEN, arrived).is_complete


@pytest.mark.parametrize(
    ("arrived", "line"),
    [
        ((replace(_CALL, failed=False), _ATTEMPT), "changed: status (1)"),
        ((_CALL, replace(_ATTEMPT, parent_id="3")), "changed: parent (1)"),
        ((replace(_CALL, events=()), _ATTEMPT), "lost: googleapiclient.retry (1)"),
        ((*_WRITTEN, Arrived("other")), "spans of others: other"),
        ((_with(_CALL, rpc__method=None), _ATTEMPT), "lost: (rpc.method) (1)"),
        (
            (_with(_CALL, googleapiclient__error__retryable=0.0), _ATTEMPT),
            "changed: googleapiclient.error.retryable (1)",
        ),
        (
            (_with(_CALL, googleapiclient__error__remedy=_REMEDY[:255]), _ATTEMPT),
            "shortened: googleapiclient.error.remedy (1)",
        ),
    ],
)
def test_what_differs_is_said_where_the_rest_is_complete(
    arrived: tuple[Arrived, ...], line: str
) -> None:
    verdict = judge(_WRITTEN, arrived)

    assert verdict.is_complete
    assert list(verdict.lines()) == [line]


@pytest.mark.parametrize(
    "attributes",
    [
        {"http__response__status_code": "403", "googleapiclient__error__retryable": "False"},
        {"googleapiclient__error__scopes__required_any_of": "('a', 'b')"},
        {"googleapiclient__error__scopes__required_any_of": '["a", "b"]'},
    ],
)
def test_other_ways_to_write_a_value_are_no_loss(attributes: dict[str, Any]) -> None:
    assert list(judge(_WRITTEN, (_with(_CALL, **attributes), _ATTEMPT)).lines()) == []
