"""A small cache of work that neighbouring trials share, with the time that the work took.

Trials with the same data set, split and seed run next to each other in one process. They take each other's fits from the
cache, together with the seconds of fitting. So each trial reports what it would have cost alone.
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
    """The value of `compute` and its CPU seconds in this process, which other load on the machine does not change."""
    start = time.process_time()
    value = compute()
    return Timed(value, time.process_time() - start)


class Memo:
    """A cache of timed values within one scope. Entering another scope empties it."""

    def __init__(self) -> None:
        self._scope: Hashable = None
        self._known: dict[Hashable, Timed[Any]] = {}

    def enter(self, scope: Hashable) -> None:
        """Set the scope of the following values. A scope other than the last one empties the memo."""
        if scope != self._scope:
            self._known.clear()
            self._scope = scope

    def once(self, key: Hashable, compute: Callable[[], T]) -> Timed[T]:
        """The value of `compute` and the seconds that it took. It runs at most once per key and scope."""
        if key not in self._known:
            self._known[key] = timed(compute)
        return self._known[key]

    def know(self, key: Hashable, known: Timed[Any]) -> None:
        """Take over a value that was made elsewhere, with its seconds."""
        self._known[key] = known

    def __contains__(self, key: Hashable) -> bool:
        """Whether the value of a key is known in this scope."""
        return key in self._known

    def __len__(self) -> int:
        return len(self._known)
