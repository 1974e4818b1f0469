# SPDX-License-Identifier: Apache-2.0
"""Discovery documents out of the installed google-api-python-client, pointed at this server."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local_gmail.responses import Json


def load(api: str = "gmail", version: str = "v1") -> Json:
    """Return a fresh copy of the cached document of an API, as Google published it."""
    return json.loads(_text(api, version))


def pointed_at(document: Json, root_url: str) -> Json:
    """Return the document with all its URLs on this server; `root_url` ends with a slash."""
    edited = {
        **document,
        "rootUrl": root_url,
        "baseUrl": root_url + document.get("servicePath", ""),
    }
    edited.pop("mtlsRootUrl", None)
    edited.pop("endpoints", None)
    return edited


@functools.cache
def _text(api: str, version: str) -> str:
    path = _documents() / f"{api}.{version}.json"
    if not path.is_file():
        raise FileNotFoundError(
            f"google-api-python-client has no discovery document for {api} {version}: no {path}"
        )
    return path.read_text(encoding="utf-8")


def _documents() -> Path:
    elsewhere = os.environ.get("LOCAL_GMAIL_DOCUMENTS")
    if elsewhere:
        return Path(elsewhere)
    # find_spec of a top-level package doesn't import it, so a program may still decide
    # when googleapiclient is first imported (and patched).
    spec = importlib.util.find_spec("googleapiclient")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "discovery documents come from google-api-python-client, which is not installed"
        )
    return Path(spec.submodule_search_locations[0]) / "discovery_cache" / "documents"
