"""What is special about Ray."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from harness.core import HarnessError
from harness.running.executors import Executor, WorkerLost

pytest.importorskip("ray", reason="needs mlops-harness[ray]")

from harness.running.executors.ray import _as_it_was


def test_ray_leaves_sigterm_to_the_sweep(ray_of_two_nodes: Callable[[], Executor]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with ray_of_two_nodes():
        assert signal.getsignal(signal.SIGTERM) is before


def test_a_cluster_that_was_there_is_used_whole_and_left_running(ray_of_two_nodes: Callable[[], Executor]) -> None:
    for _ in range(2):
        with ray_of_two_nodes() as executor:
            assert executor.n_workers == 2


def test_what_ray_says_of_a_worker_is_told_apart_from_what_the_worker_says() -> None:
    from ray.exceptions import NodeDiedError, RaySystemError, RayTaskError, WorkerCrashedError

    refused = HarnessError("no room")
    said = [
        RayTaskError("run", "traceback", refused),
        RayTaskError("run", "traceback", RaySystemError("No module named 'harness'")),
        WorkerCrashedError(),
        NodeDiedError("the node has died"),
    ]
    told = [_as_it_was(error) for error in said]
    assert told[0] is refused
    assert "install the same packages on every machine" in str(told[1])
    assert [type(error) for error in told[1:]] == [HarnessError, WorkerLost, WorkerLost]
    assert [str(error) for error in told[2:]] == ["its worker process died", "its machine left the cluster"]
