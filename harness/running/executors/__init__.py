"""Where chunks of trials run: on this machine, or on a cluster. One file an executor, behind one small interface."""

from harness.running.executors.contract import Executor, WorkerLost
from harness.running.executors.local import Local

__all__ = ["Executor", "Local", "WorkerLost"]
