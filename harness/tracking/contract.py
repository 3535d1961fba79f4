"""What a study asks of a tracking tool. This file and the adapters run in environments that hold the tool and nothing else.

An adapter derives from `Tracker` and overrides what its tool does. What it leaves alone the tool does not offer, and says
so with `Cannot`. Code in an adapter that stands in for something its tool lacks, such as a loop over all runs where there
is no query, carries the mark `ours`: whoever calls it learns how many lines ran in place of the tool. Where the tool has
something of its own that is wrong or needs a service, the adapter has that, and `<adapter>_helped.py` what stands in for it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

NOT_OFFERED, NEEDS_SERVICE = "not-offered", "needs-service"
"""Why a tool cannot do something: it has nothing for it, or only with its company's or a running server."""

API, COMMAND_LINE = "api", "command_line"
"""The interfaces through which a tool is used."""


class Cannot(Exception):  # noqa: N818 - an answer, not an error
    """The answer of a tool that does not do what is asked.

    Attributes:
        reason: in words.
        code: `NOT_OFFERED` or `NEEDS_SERVICE`.
    """

    def __init__(self, reason: str, code: str = NOT_OFFERED) -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


_ran: dict[str, int] = {}


def ours(function: Callable[P, T]) -> Callable[P, T]:
    """Mark a function that stands in for what a tool lacks. Whenever it runs, its lines of code are counted."""
    lines = lines_of(inspect.getsource(function))

    @functools.wraps(function)
    def counted(*args: P.args, **kwargs: P.kwargs) -> T:
        _ran[function.__qualname__] = lines
        return function(*args, **kwargs)

    return counted


def stand_ins() -> dict[str, int]:
    """The marked functions that ran since the last call, each with its lines of code."""
    found = dict(_ran)
    _ran.clear()
    return found


def lines_of(source: str) -> int:
    """The lines of a function that are code: no blank line, comment, decorator or docstring of one line."""
    lines = [line.strip() for line in source.splitlines()]
    return sum(bool(line) and not line.startswith(("#", "@", '"""')) for line in lines)


class Tracker:
    """A tracking tool. Paths are absolute; a run is named by what `start` returns.

    A tool that records a run as a whole may keep what it is told until `finish`. Answers are plain values that JSON holds.
    """

    def __init__(self, folder: Path, interface: str) -> None:
        """A tool that keeps everything below a folder, which is also the working directory.

        Raises:
            Cannot: the tool has no such interface.
        """
        self.folder, self.interface = folder, interface

    def open(self) -> None:
        """Make the store if there is none, and connect to it."""

    def close(self) -> None:
        """Write everything down, and let go."""

    # ---- recording

    def start(self, name: str) -> str:
        """Begin a run. Returns its id."""
        raise Cannot("it records no runs")

    def params(self, run: str, values: Mapping[str, Any]) -> None:
        """Record parameters: texts, numbers, truth values."""
        raise Cannot("it records no parameters")

    def metrics(self, run: str, values: Mapping[str, float]) -> None:
        """Record final values."""
        raise Cannot("it records no metrics")

    def steps(self, run: str, metric: str, values: Sequence[float]) -> None:
        """Record one value a step, from step 0 on, each by a call of its own, and each safe if the process dies after it."""
        raise Cannot("it records no value for each step")

    def model(self, run: str, path: str) -> None:
        """Keep the bytes of a file as the run's model."""
        raise Cannot("it keeps no models")

    def data(self, run: str, path: str) -> str:
        """Keep the bytes of a file as the data that the run learns from. Returns the version, alike for equal bytes."""
        raise Cannot("it keeps no versions of data")

    def data_bytes(self, run: str, path: str) -> None:
        """Keep the bytes of a file of data and no version: the part of `data` that moves bytes, where a tool does more."""
        raise Cannot("it has no other way to keep data")

    def code(self, run: str, folder: str) -> None:
        """Keep the files of a folder, as they are now, as the code of the run."""
        raise Cannot("it keeps no code")

    def packages(self, run: str) -> None:
        """Keep which packages are installed now; a tool that does so by itself has nothing to do."""
        raise Cannot("it records no environment")

    def finish(self, run: str) -> None:
        """End a run: from here on any process can read it."""
        raise Cannot("it records no runs")

    # ---- reading

    def runs(self) -> list[str]:
        """The ids of all finished runs."""
        raise Cannot("it lists no runs")

    def read(self, run: str) -> dict[str, dict[str, Any]]:
        """Parameters under `params` and metrics under `metrics`, as they were recorded."""
        raise Cannot("it gives back no runs")

    def history(self, run: str, metric: str) -> list[float]:
        """The values of the steps, in their order."""
        raise Cannot("it gives back no steps")

    def best(self, metric: str) -> str:
        """The run whose metric is largest."""
        raise Cannot("it finds no best run")

    def find(self, param: str, value: str) -> list[str]:
        """The runs with this value of a parameter that is a text."""
        raise Cannot("it searches no runs")

    def compare(self, one: str, other: str) -> dict[str, list[Any]]:
        """The parameters in which two runs differ, with both values."""
        raise Cannot("it compares no runs")

    def environment(self, run: str) -> list[str]:
        """The packages that were installed when the run was recorded, as `name==version`."""
        raise Cannot("it records no environment")

    # ---- giving back

    def restore_model(self, run: str, into: str) -> None:
        """Write the model of a run into a file."""
        raise Cannot("it gives back no models")

    def restore_data(self, version: str, into: str, run: str = "") -> None:
        """Write a version of the data into a file. A run that learned from it may be named, by which some tools find it."""
        raise Cannot("it gives back no data")

    def restore_code(self, run: str, into: str) -> None:
        """Write the files of the code of a run into an empty folder."""
        raise Cannot("it gives back no code")

    def lineage(self, run: str) -> str:
        """The version of the data that a run learned from."""
        raise Cannot("it records no lineage")

    def uses(self, version: str) -> list[str]:
        """The runs that learned from a version of the data."""
        raise Cannot("it records no lineage")

    # ---- a model in service

    def promote(self, name: str, run: str) -> None:
        """Let a name stand for the model of a run from now on."""
        raise Cannot("it names no models")

    def promoted(self, name: str) -> str:
        """The run for which a name stands."""
        raise Cannot("it names no models")

    def roll_back(self, name: str) -> None:
        """Let a name stand for what it stood for before, as the tool knows it."""
        raise Cannot("it remembers no earlier model of a name")

    # ---- sharing and tidying

    def push(self, remote: str) -> None:
        """Send all runs into a folder, from which another machine can fetch them."""
        raise Cannot("it sends runs to no folder")

    def fetch(self, remote: str) -> None:
        """Bring all runs from a folder to which another store was pushed."""
        raise Cannot("it fetches runs from no folder")

    def export(self, into: str) -> None:
        """Write a CSV file with one row a run: column `run`, parameters and metrics by their names."""
        raise Cannot("it exports no table")

    def resume(self, run: str, metric: str, values: Sequence[float]) -> None:
        """Add steps to a run that was recorded earlier, after its last step."""
        raise Cannot("it adds nothing to an earlier run")

    def remove(self, run: str) -> None:
        """Delete a run and give its space back."""
        raise Cannot("it deletes no run")

    def tidy(self) -> None:
        """Give space back by the command that the tool has for it, and lose nothing that was recorded."""
        raise Cannot("it has no command that tidies up")

    # ---- together

    def log(self, name: str, params: Mapping[str, Any], metrics: Mapping[str, float], model: str = "") -> str:
        """Record a whole run: what costs of runs are measured by. Without a path no model is kept. Returns the id."""
        run = self.start(name)
        self.params(run, params)
        self.metrics(run, metrics)
        if model:
            self.model(run, model)
        self.finish(run)
        return run
