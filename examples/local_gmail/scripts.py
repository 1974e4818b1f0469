# SPDX-License-Identifier: Apache-2.0
"""Which of the next requests get something else than ordinary service."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local_gmail.responses import Script


@dataclass
class _Sequence:
    outcomes: tuple[Script, ...]
    times: int | None
    used: int = 0

    @property
    def next(self) -> Script:
        return self.outcomes[self.used % len(self.outcomes)]

    @property
    def is_used_up(self) -> bool:
        return self.times is not None and self.used >= self.times * len(self.outcomes)


class Scripts:
    """Queues of outcomes, one queue for each target; may be used from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: defaultdict[str, deque[_Sequence]] = defaultdict(deque)

    def add(self, target: str, outcomes: Sequence[Script], times: int | None) -> None:
        """Queue the outcomes for the target, `times` over; None for ever."""
        if not outcomes:
            raise ValueError("a script needs at least one response or fault")
        if times is not None and times < 1:
            raise ValueError(f"times must be at least 1, or None for ever; got {times}")
        with self._lock:
            self._queues[target].append(_Sequence(tuple(outcomes), times))

    def take(self, targets: Sequence[str], only: Script | None = None) -> Script | None:
        """Return the next outcome for the first of the targets that has one.

        With `only`, nothing is taken unless the next outcome equals it.
        """
        with self._lock:
            queue = next((self._queues[each] for each in targets if self._queues.get(each)), None)
            if queue is None:
                return None
            sequence = queue[0]
            outcome = sequence.next
            if only is not None and outcome != only:
                return None
            sequence.used += 1
            if sequence.is_used_up:
                queue.popleft()
            return outcome

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._queues.clear()
