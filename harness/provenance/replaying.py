"""Trials run again, each on the processor core that its record names, and compared with their records bit for bit.

Another process does it, since OpenBLAS chooses its core once, when it is loaded. What may be built there is decided before
(`harness.provenance.trusting`). Of a core that cannot run here nothing can be certified: its trials are run on the core of
this machine, and what differs is told in the unit of the measurement.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from harness.core import HarnessError, Record
from harness.provenance import cores
from harness.provenance.trusting import StrangerError, refuse_strangers
from harness.running.identity import PlannedTrial
from harness.running.processes import ALONE
from harness.running.rebuilding import rebuilt
from harness.running.store.columns import plain
from harness.running.store.stored import Stored

WORKER = "harness.provenance.worker"
_MAIN = "import sys; sys.path[:] = {paths!r}; import {worker} as worker; worker.main()"
"""Modules are looked for where this process looks for them, and not in the current folder, which may be a stranger's."""

MISSING = "nothing"


class Answer(StrEnum):
    """What running a trial again says."""

    SAME = "same"
    DIFFERS = "differs"
    NOT_HERE = "not certifiable here"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Difference:
    """A measurement that is another: its place, and what was and what is."""

    place: str
    was: Any
    now: Any

    @property
    def size(self) -> float | None:
        """How far apart two numbers are, in their own unit; None for anything else."""
        numbers = [one for one in (self.was, self.now) if isinstance(one, (int, float)) and not isinstance(one, bool)]
        return abs(numbers[0] - numbers[1]) if len(numbers) == 2 else None


@dataclass(frozen=True)
class Replayed:
    """A trial that was run again.

    Attributes:
        record: as it stands in the store.
        revision: of the code that measured it; "" if nobody knows.
        core: that it was measured on.
        answer: whether it is the same.
        differences: of its measurements, its status or its predictions.
        note: why it could not be certified, or was not run.
    """

    record: Record
    revision: str
    core: str
    answer: Answer
    differences: Sequence[Difference] = field(default_factory=tuple)
    note: str = ""


def replay(stored: Stored, trusted: Collection[str] = ()) -> Iterator[Replayed]:
    """Run the trials of these records again, in order, those of each core in one process.

    Args:
        stored: with all columns; every record in it is replayed.
        trusted: what of a user's own may be built (`refuse_strangers`).

    Of a record that would build what it may not nothing is run, and one of other content than its id says differs.

    Raises:
        HarnessError: the process that runs trials died.
    """
    by_core: dict[str, list[tuple[Record, PlannedTrial]]] = {}
    for record in stored.records:
        core = cores.of_header(stored.headers[record.header])
        try:
            by_core.setdefault(core, []).append((record, _planned(record, stored, trusted)))
        except HarnessError as error:
            answer = Answer.NOT_RUN if isinstance(error, StrangerError) else Answer.DIFFERS
            yield Replayed(record, _revision(record, stored), core, answer, note=str(error).removesuffix("."))
    for core, members in by_core.items():
        if members:
            yield from _of_core(core, members, stored)


def _planned(record: Record, stored: Stored, trusted: Collection[str]) -> PlannedTrial:
    spec = stored.specs[record.spec]
    refuse_strangers(spec, trusted)
    refuse_strangers(dict(record.factors), trusted)
    trial = rebuilt(record, spec, stored.headers[record.header])
    if trial.trial_id != record.trial_id:
        raise HarnessError(f"it has the content of the trial {trial.trial_id[:12]}: its id or a setting was changed")
    return trial


def _revision(record: Record, stored: Stored) -> str:
    return str(stored.headers[record.header].get("revision") or "")


def _of_core(core: str, members: Sequence[tuple[Record, PlannedTrial]], stored: Stored) -> Iterator[Replayed]:
    here = cores.can_run(core)
    answers = _run_again([trial for _, trial in members], core if here else "")
    first = next(answers)
    used = first.get("core", "")
    note = "" if here and core and used == core else _why_not(core, used)
    for record, _ in members:
        again = next(answers)
        found = list(_differences(record, again))
        same = Answer.SAME if not found else Answer.DIFFERS
        yield Replayed(record, _revision(record, stored), core, Answer.NOT_HERE if note else same, found, note)


def _why_not(core: str, used: str) -> str:
    if not core:
        return "the record does not name the core that it was measured on"
    return f"it was measured on {core}, and this processor runs {used or 'no OpenBLAS'}"


def _run_again(trials: Sequence[PlannedTrial], core: str) -> Iterator[dict[str, Any]]:
    """What the worker answers: first its core, then each trial. Raises `HarnessError` if it dies."""
    variables = {**os.environ, **ALONE, **({cores.VARIABLE: core} if core else {})}
    asked = "".join(
        json.dumps({"study": one.study, "spec": one.spec, "checksum": one.checksum}) + "\n" for one in trials
    )
    paths = [os.path.abspath(path) for path in sys.path]  # noqa: PTH100
    words = [sys.executable, "-P", "-c", _MAIN.format(paths=paths, worker=WORKER)]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen(words, env=variables, **piped) as process:  # type: ignore[call-overload]
        try:
            with contextlib.suppress(BrokenPipeError):  # it died, which is said below
                process.stdin.write(asked)
                process.stdin.close()
            for _ in range(len(trials) + 1):
                line = process.stdout.readline()
                if not line:
                    code = process.wait()
                    raise HarnessError(
                        f"the process that runs trials again ended with exit code {code}, before it was done."
                    )
                yield json.loads(line)
        finally:
            process.kill()


# ---- comparing ------------------------------------------------------------------------------------------------------


def _differences(record: Record, again: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _between("status", str(record.status), again["status"])
    yield from _between("code", record.code, again["code"])
    yield from _between("predictions", record.predictions, again["predictions"])
    yield from _between("", plain(dict(record.measurements)), plain(again["measurements"]))


def _between(place: str, was: Any, now: Any) -> Iterator[Difference]:
    """All places at which two values differ."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in sorted({*was, *now}):
            yield from _between(f"{place}.{key}".lstrip("."), was.get(key), now.get(key))
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for number, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from _between(f"{place}[{number}]", one, other)
    elif not _is_same(was, now):
        yield Difference(place, was, now)


def _is_same(was: Any, now: Any) -> bool:
    """Whether two values have the same bits; a column of numbers holds integers as floats, which are the same."""
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (was, now))
    if numbers and float in (type(was), type(now)):
        return struct.pack("<d", float(was)) == struct.pack("<d", float(now))
    return bool(was == now)
