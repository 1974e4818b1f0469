# SPDX-License-Identifier: Apache-2.0
"""Imports its libraries when they are first used, to start fast."""

import importlib.util
import sys
from types import ModuleType

from account import DOCUMENT


def lazily(name: str) -> ModuleType:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        sys.exit(f"{name} is not installed.")
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


httplib2, http, discovery = map(
    lazily, ("httplib2", "googleapiclient.http", "googleapiclient.discovery")
)
print([type(module).__name__ for module in (httplib2, http, discovery)])
users = discovery.build_from_document(DOCUMENT, http=httplib2.Http(timeout=10)).users()
print(users.getProfile(userId="me").execute()["emailAddress"])
print([type(module).__name__ for module in (httplib2, http, discovery)])
