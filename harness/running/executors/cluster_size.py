"""The number of workers of a cluster, which may change while a sweep runs."""

from __future__ import annotations

import time
from collections.abc import Callable

from harness.core import ConfigError

RECOUNT_SECONDS = 10.0


class ClusterSize:
    """The number of workers: at least 1, since workers may be on their way.

    The sweep asks for it often, and counting costs a call to the cluster. So a count is kept for `RECOUNT_SECONDS`.
    """

    def __init__(self, count: Callable[[], int]) -> None:
        self._count = count
        self._known, self._counted = 1, float("-inf")

    def __call__(self) -> int:
        """The number, at most `RECOUNT_SECONDS` old."""
        if time.monotonic() - self._counted > RECOUNT_SECONDS:
            self._known, self._counted = max(1, self._count()), time.monotonic()
        return self._known


def check_whole(workers: int | None, address: str | None) -> None:
    """Raise `ConfigError` if both a number of workers and an address are given: a running cluster is used whole."""
    if workers and address:
        raise ConfigError(
            f"workers={workers} is for a cluster that the sweep starts itself; the one at executor.address={address} is used "
            "whole: leave one of the two out."
        )
