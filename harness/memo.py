"""A small cache that shares work between neighbouring trials, with the time the work took.

Trials that share a data set, split and seed run next to each other in one process. What one of them fits, the next takes
from here together with the seconds it cost, so that each trial reports what it would have cost alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Timed(NamedTuple, Generic[T]):
    """A value and the CPU seconds that it took."""

    value: T
    seconds: float


def timed(compute: Callable[[], T]) -> Timed[T]:
    """Run `compute` and clock it in CPU seconds of this process, which other load on the machine leaves alone."""
    start = time.process_time()
    value = compute()
    return Timed(value, time.process_time() - start)


class Memo:
    """Remembers timed values within one scope; entering another scope forgets them all."""

    def __init__(self) -> None:
        self._scope: Hashable = None
        self._known: dict[Hashable, Timed[Any]] = {}

    def enter(self, scope: Hashable) -> None:
        """Say what the coming values belong to; a scope other than the last one empties the memo."""
        if scope != self._scope:
            self._known.clear()
            self._scope = scope

    def once(self, key: Hashable, compute: Callable[[], T]) -> Timed[T]:
        """The value of `compute`, run at most once per key and scope, with the seconds of the run that made it."""
        if key not in self._known:
            self._known[key] = timed(compute)
        return self._known[key]

    def __len__(self) -> int:
        return len(self._known)
