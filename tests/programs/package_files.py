# SPDX-License-Identifier: Apache-2.0
"""Reads files and sources of the libraries, as packagers and debuggers do."""

import importlib.resources
import importlib.util
import inspect
import pkgutil

import googleapiclient
import googleapiclient.discovery
import googleapiclient.http
import httplib2

MODULES = (googleapiclient, googleapiclient.discovery, googleapiclient.http, httplib2)

print(len(pkgutil.get_data("httplib2", "cacerts.txt") or b"") > 0)
print(importlib.resources.files("httplib2").joinpath("cacerts.txt").is_file())
for module in MODULES:
    spec = module.__spec__
    loader = spec.loader if spec else None
    print(module.__name__, type(loader).__name__, type(module.__loader__).__name__)
    print(len(inspect.getsource(module)) > 0, importlib.util.find_spec(module.__name__) is spec)
print(len(inspect.getsource(httplib2.Http.request)), len(inspect.getsource(httplib2.Http)))
print(sorted(found.name for found in pkgutil.iter_modules(googleapiclient.__path__)))
