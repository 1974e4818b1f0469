# SPDX-License-Identifier: Apache-2.0
"""Useless work on our hot path: what the guard has to notice.

It is put around what an instrumentor has put in place, so that it needs to know nothing of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from itertools import repeat
from typing import Any, Final

import httplib2
from googleapiclient.http import BatchHttpRequest, HttpRequest

_ENTRANCES: Final = {
    "call": ((HttpRequest, "execute"), (BatchHttpRequest, "execute")),
    "both": ((HttpRequest, "execute"), (BatchHttpRequest, "execute")),
    "wire": ((httplib2.Http, "request"),),
}
"""Through what a call enters the code of ours that a side switches on."""


def work(steps: int) -> bool:
    """Do something useless, the same in each step."""
    done = False
    for _ in repeat(None, steps):
        done = not done
    return done


@contextmanager
def burdened(side: str, steps: int) -> Generator[None]:
    """Do so many useless steps whenever a call enters what a side has switched on."""
    with ExitStack() as stack:
        if steps:
            for owner, name in _ENTRANCES.get(side, ()):
                original = getattr(owner, name)
                stack.callback(setattr, owner, name, original)
                setattr(owner, name, burden(original, steps))
        yield


def burden(original: Callable[..., Any], steps: int) -> Callable[..., Any]:
    """A function that does so many useless steps, and then what the original does."""

    def entrance(self: Any, *args: Any, **kwargs: Any) -> Any:
        work(steps)
        return original(self, *args, **kwargs)

    return entrance
