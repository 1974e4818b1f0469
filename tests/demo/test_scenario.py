# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from demo.scenario import TROUBLES
from local_gmail import LocalGmail, Response

if TYPE_CHECKING:
    from collections.abc import Iterator

# https://developers.google.com/workspace/gmail/api/guides/handle-errors
GUIDE = {
    "badRequest",
    "authError",
    "dailyLimitExceeded",
    "domainPolicy",
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "backendError",
}


def method_ids(resource: dict[str, Any]) -> Iterator[str]:
    yield from (method["id"] for method in resource.get("methods", {}).values())
    for child in resource.get("resources", {}).values():
        yield from method_ids(child)


def test_each_trouble_meets_a_method_of_the_discovery_document() -> None:
    with LocalGmail() as gmail:
        known = set(method_ids(gmail.discovery_document()))
    methods = [trouble.method for trouble in TROUBLES]
    assert set(methods) - {"token", "upload"} <= known
    assert len(methods) == len(set(methods))


def test_the_failures_of_the_gmail_guide_all_happen() -> None:
    outcomes = [outcome for trouble in TROUBLES for outcome in trouble.outcomes]
    responses = [
        json.loads(outcome.content) for outcome in outcomes if isinstance(outcome, Response)
    ]
    happening = {
        item["reason"]
        for response in responses
        if isinstance(response["error"], dict)
        for item in response["error"]["errors"]
    }
    assert happening >= GUIDE


def test_every_trouble_has_a_story() -> None:
    assert all(trouble.outcomes and trouble.story for trouble in TROUBLES)
