# SPDX-License-Identifier: Apache-2.0
"""Reads what a module says of its constants: the string that stands below each of them."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from types import ModuleType
from typing import Any


def documented(of: ModuleType | type[Any]) -> dict[str, str]:
    """Name of each constant to its docstring, on one line, in the order of the source.

    Raises:
        ValueError: a constant has no docstring.
    """
    body = ast.parse(inspect.getsource(of)).body
    if isinstance(body[0], ast.ClassDef):
        body = body[0].body
    found: dict[str, str] = {}
    for statement, below in pairwise((*body, ast.Pass())):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            match below:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    found[statement.target.id] = " ".join(text.split())
                case _:
                    where = f"{of.__name__}.{statement.target.id}"
                    raise ValueError(f"{where} has no docstring below it to show in the docs")
    return found
