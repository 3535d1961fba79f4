"""How many workers a cluster has, which may change while a sweep runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from harness.core import ConfigError

RECOUNT_SECONDS = 10.0


class Headcount:
    """A number that is counted anew when it was last counted a while ago; at least 1, since workers may be on their way."""

    def __init__(self, count: Callable[[], int]) -> None:
        self._count = count
        self._known, self._counted = 1, float("-inf")

    def __call__(self) -> int:
        """The number."""
        if time.monotonic() - self._counted > RECOUNT_SECONDS:
            self._known, self._counted = max(1, self._count()), time.monotonic()
        return self._known


def check_whole(workers: int | None, address: str | None) -> None:
    """Raises `ConfigError` if only some of the workers of a cluster that is there are asked for."""
    if workers and address:
        raise ConfigError(
            f"workers={workers} is for a cluster that the sweep starts itself; the one at executor.address={address} is used "
            "whole: leave one of the two out."
        )
