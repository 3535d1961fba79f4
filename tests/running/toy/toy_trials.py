"""Trials of a few microseconds that can fail in every way; worker processes import them from here."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from harness.core import ConfigError, DataError, Outcome, Skip
from harness.memo import Memo
from harness.randomness import stream
from harness.running.executors import Executor, Local
from harness.running.identity import PlannedTrial
from harness.running.sweep import Summary, run_sweep


@dataclass(frozen=True)
class Toy:
    """Measures numbers that depend on its seed alone, unless its mood forbids.

    Attributes:
        seed: of what it measures.
        mood: how it ends.
        group: a factor that trials can share.
        trace: a folder in which every run leaves a file, or "".
        seconds: how long it takes.
    """

    seed: int
    mood: str = "well"
    group: str = "one"
    trace: str = ""
    seconds: float = 0.0

    def run(self, memo: Memo) -> Outcome:
        if self.trace:
            (Path(self.trace) / f"{self.seed}-{os.getpid()}-{time.monotonic_ns()}").touch()
        time.sleep(self.seconds)
        score = getattr(self, self.mood)()
        drawn = stream(self.seed, "toy").random(5)
        measurements = {"score": [score, *drawn.tolist()], "nothing": [None, None], "n": 5}
        return Outcome(measurements, {"seconds": [self.seconds]}, {"drawn": drawn.astype(np.float16)})

    def well(self) -> float:
        return 1.0

    def not_a_number(self) -> float:
        return float("nan")

    def failing(self) -> float:
        raise ArithmeticError(f"seed {self.seed} does not like this\nand says more on a second line")

    def senseless(self) -> float:
        raise Skip("it makes no sense")

    def senseless_for_a_reason_of_its_own(self) -> float:
        raise Skip("it has one sensor only", code="no-second-sensor")

    def without_data(self) -> float:
        raise DataError("Data set 'toy' cannot be fetched.")

    def out_of_memory(self) -> float:
        raise MemoryError

    def refused(self) -> float:
        raise ConfigError("Data set 'toy' is not there; fetch it.")

    def leaving(self) -> float:
        sys.exit(3)

    def lacking(self) -> float:
        import a_package_that_nobody_has  # noqa: F401

        return 1.0

    def lacking_a_module(self) -> float:
        import numpy.no_such_part  # noqa: F401

        return 1.0

    def killed(self) -> float:
        os.kill(os.getpid(), signal.SIGKILL)
        return 1.0

    def killed_beside_a_child(self) -> float:
        self.leaving_a_child_behind()
        return self.killed()

    def leaving_a_child_behind(self) -> float:
        """Ends well, and a child that holds all that was open lives on."""
        child = os.fork()
        if child == 0:
            while True:
                time.sleep(1)
        (Path(self.trace) / f"child-{child}").touch()
        return 1.0

    def killed_once(self) -> float:
        return self.killed() if self._is_first() else 1.0

    def failing_once(self) -> float:
        return self.failing() if self._is_first() else 1.0

    def _is_first(self) -> bool:
        return len(list(Path(self.trace).glob(f"{self.seed}-*"))) == 1

    def hanging(self) -> float:
        while True:
            time.sleep(0.01)

    def hanging_in_c(self) -> float:
        """Holds Python's lock for longer than anyone waits."""
        return float(7**60_000_000 & 1)

    def hungry(self) -> float:
        return float(len(bytearray(4 * 10**9)))


class TwoPartError(Exception):
    """Cannot be made again of its message alone."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


def raise_what_cannot_travel() -> None:
    raise TwoPartError(1, 2)


class TextError(Exception):
    """Becomes a text when it travels."""

    def __reduce__(self) -> Any:
        return str, ("read me",)


def raise_what_becomes_text() -> None:
    raise TextError("read me")


def build(spec: Mapping[str, Any]) -> Toy:
    """The trial of a spec."""
    return Toy(**spec)


def planned(*seeds: int, **settings: Any) -> list[PlannedTrial]:
    """One trial per seed."""
    return [PlannedTrial("toys", {"seed": seed, **settings}, "") for seed in seeds]


def sweep(
    trials: list[PlannedTrial], folder: Path, n_workers: int = 1, *, executor: Executor | None = None, **settings: Any
) -> Summary:
    """Run them as `harness run -m` does."""
    return run_sweep(trials, folder, build, executor or Local(n_workers), **settings)


def workers_of(parent: psutil.Process) -> list[psutil.Process]:
    """The worker processes that a sweep has on this machine."""
    found = []
    for child in parent.children():
        with suppress(psutil.Error):  # it has just ended
            found += [child] if "spawn_main" in " ".join(child.cmdline()) else []
    return found


if __name__ == "__main__":  # python toy_trials.py FOLDER N_TRIALS SECONDS N_WORKERS
    store, n_trials, seconds, n_workers = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    import toy_trials  # this file as workers know it, to which a script is nothing

    trials = toy_trials.planned(*range(n_trials), seconds=seconds)
    sys.exit(130 if toy_trials.sweep(trials, store, n_workers).interrupted else 0)
