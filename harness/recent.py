"""Caches of bounded size, and keys for what is not compared but is the same object."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A cache of the values for the most recently used keys."""

    def __init__(self, compute: Callable[[K], V], *, size: int) -> None:
        self._compute, self._size = compute, size
        self._known: OrderedDict[K, V] = OrderedDict()

    def __call__(self, key: K) -> V:
        """The value for the key, computed if the cache does not have it."""
        if key not in self._known:
            self._known[key] = self._compute(key)
            if len(self._known) > self._size:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]


class Same:
    """A key that is equal for the same object, which it keeps, so that no other gets its address."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing
