# SPDX-License-Identifier: Apache-2.0
"""The names of an API's fields: read from its document, which is not kept."""

from __future__ import annotations

import gc
import sys
from typing import Any

import pytest
from googleapiclient.schema import Schemas
from opentelemetry.instrumentation.googleapiclient._calls.discovery_documents import (
    DiscoveryDocuments,
)
from opentelemetry.instrumentation.googleapiclient._errors import discovery_names
from opentelemetry.instrumentation.googleapiclient._errors.field_names import folded

from local_gmail import discovery
from support.documents import SHIPS_DOCUMENTS

DOCUMENT: dict[str, Any] = {
    "name": "kites",
    "version": "v1",
    "parameters": {"alt": {"enum": ["json", "proto"]}},
    "resources": {
        "kites": {
            "methods": {"fly": {"parameters": {"kiteId": {}, "pageToken": {}}}},
            "resources": {"tails": {"methods": {"knot": {"parameters": {"tail_id": {}}}}}},
        }
    },
    "schemas": {
        "Kite": {
            "properties": {
                "colorName": {"enum": ["RED"]},
                "wings": {"items": {"properties": {"wingSpan": {}}}},
                "strings": {"additionalProperties": {"properties": {"strength": {}}}},
            }
        }
    },
}


@pytest.mark.parametrize(
    "name",
    ["kiteId", "pageToken", "tail_id", "tailId", "Kite", "color_name", "wings", "wingSpan",
     "strength", "alt", "proto", "RED", "body"],
)  # fmt: skip
def test_parameters_fields_types_and_their_constants_are_names(name: str) -> None:
    documents = DiscoveryDocuments()
    documents.notice(DOCUMENT, owner := Schemas(DOCUMENT))

    assert folded(name) in documents.names_of("kites")
    assert folded("nora") not in documents.names_of("kites")
    assert folded(name) not in documents.names_of("boats")
    del owner


def test_a_document_is_held_no_longer_than_the_application_holds_it() -> None:
    documents = DiscoveryDocuments()

    class Document(dict[str, Any]):
        """One that can be counted."""

    document = Document(DOCUMENT)
    owner = Schemas(DOCUMENT)
    documents.notice(document, owner)
    references = sys.getrefcount(document)
    del owner
    gc.collect()

    assert sys.getrefcount(document) == references - 1
    # No copy of it comes with googleapiclient.
    assert "kiteid" not in documents.names_of("kites")


def test_the_next_document_takes_the_place_of_one_that_is_gone() -> None:
    documents = DiscoveryDocuments()
    documents.notice(DOCUMENT, Schemas(DOCUMENT))
    gc.collect()
    documents.notice(DOCUMENT, owner := Schemas(DOCUMENT))

    assert "kiteid" in documents.names_of("kites")
    del owner


def test_where_the_document_is_gone_the_copy_of_the_library_is_read_if_it_has_one() -> None:
    documents = DiscoveryDocuments()
    documents.notice(discovery.load("drive", "v3"), Schemas(DOCUMENT))
    gc.collect()

    assert (folded("supportsAllDrives") in documents.names_of("drive")) is SHIPS_DOCUMENTS


def test_nothing_is_read_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[object] = []
    really = discovery_names.names_in
    monkeypatch.setattr(
        discovery_names, "names_in", lambda document: reads.append(document) or really(document)
    )
    documents = DiscoveryDocuments()
    owner = Schemas(DOCUMENT)
    for _ in range(100):
        documents.notice(DOCUMENT, owner)
    names = documents.names_of("kites")
    assert reads == []

    assert all("kiteid" in names for _ in range(10))
    assert reads == [DOCUMENT]


def test_what_is_kept_does_not_grow_with_the_documents() -> None:
    documents = DiscoveryDocuments()
    owners = [Schemas(DOCUMENT) for _ in range(500)]
    for number, owner in enumerate(owners):
        documents.notice({**DOCUMENT, "name": f"kites{number % 250}"}, owner)
        _ = "kiteid" in documents.names_of(f"kites{number}")

    assert len(documents._owners) <= 64
    assert len(documents._held) <= 64
    assert len(documents._read) <= 4


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"schemas": None, "resources": [], "parameters": "x"},
        {"schemas": {"A": None, "B": {"properties": {"c": 1}}}},
        {"schemas": {"A": {"enum": [None, 1, "x"], "items": []}}},
    ],
)
def test_a_document_may_have_any_shape(document: dict[str, Any]) -> None:
    documents = DiscoveryDocuments()
    documents.notice({"name": "odd", "version": "v1", **document}, owner := Schemas(DOCUMENT))

    assert "nora" not in documents.names_of("odd")
    del owner


def test_what_can_not_be_watched_is_not_held() -> None:
    documents = DiscoveryDocuments()
    documents.notice(DOCUMENT, None)

    assert "kiteid" not in documents.names_of("kites")
