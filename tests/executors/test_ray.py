"""What is special about Ray."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from harness.running.executors import Executor

pytest.importorskip("ray", reason="needs mlops-harness[ray]")


def test_ray_leaves_sigterm_to_the_sweep(ray_of_two_nodes: Callable[[], Executor]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with ray_of_two_nodes():
        assert signal.getsignal(signal.SIGTERM) is before


def test_a_cluster_that_was_there_is_used_whole_and_left_running(ray_of_two_nodes: Callable[[], Executor]) -> None:
    for _ in range(2):
        with ray_of_two_nodes() as executor:
            assert executor.n_workers == 2
