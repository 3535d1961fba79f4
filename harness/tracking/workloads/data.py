"""Three versions of a file of data, of which 1 % of the lines change each time: time, storage, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from harness.settings import above
from harness.tracking.session import OverBudgetError, Session
from harness.tracking.subject.making import sha256, write_numbers
from harness.tracking.workloads.bench import Bench, Found, Workload, process_of, seconds_of

VERSIONS = 3


@dataclass(frozen=True, kw_only=True)
class Data(Workload):
    """Versions of one file.

    Attributes:
        megabytes: of the file.
    """

    megabytes: Annotated[float, above(0)]

    def run(self, bench: Bench) -> Found:
        """Record a run with each version; take all versions back, and tidy up, in a process of its own."""
        files = [self._file(bench, number) for number in range(VERSIONS)]
        told, adding = self._added(bench, files)
        back, giving = self._back(bench, told)
        measurements = {
            "megabytes": self.megabytes,
            "told_apart": len({version for _, version in told}) == VERSIONS,
            "came_back": [sha256(one) == other for one, other in zip(files, back, strict=False)],
            **bench.refused,
        }
        return Found(measurements, {**adding, **giving})

    def _file(self, bench: Bench, number: int) -> Path:
        path = bench.file(f"data-{number}/data.csv")
        write_numbers(path, self.megabytes, bench.subject.seed, version=number)
        return path

    def _added(self, bench: Bench, files: list[Path]) -> tuple[list[tuple[str, str]], dict[str, Any]]:
        """The run and the version of each file, as far as the tool keeps data; the times of each, and bytes after each."""
        told, took = list[tuple[str, str]](), list[dict[str, int]]()
        times: dict[str, list[Any]] = {"starts": [], "data": [], "finishes": []}
        with bench.session() as session:
            for number, path in enumerate(files):
                started = session.call("start", name=f"data-{number}")
                added = bench.has(session, "data", run=started.value, path=str(path))
                finished = session.call("finish", run=started.value)
                if added is None:
                    break
                told.append((started.value, added.value))
                for part, reply in zip(times.values(), (started, added, finished), strict=True):
                    part.append(seconds_of(reply))
                took.append(bench.taken())
            alone = self._bytes_alone(bench, session, files) if told else {}
        return told, {**times, **alone, "bytes_after": took, "process": process_of(session)}

    def _bytes_alone(self, bench: Bench, session: Session, files: list[Path]) -> dict[str, Any]:
        """The times of keeping the bytes alone, in runs of their own, if the tool has another way for that."""
        beside, times = replace(bench, cannot={}), []  # to have no such way is nothing that a tool cannot do
        for number, path in enumerate(files):
            run = session.call("start", name=f"bytes-{number}").value
            kept = beside.has(session, "data_bytes", run=run, path=str(path))
            session.call("finish", run=run)
            if kept is None:
                return {}
            times.append(seconds_of(kept))
        return {"data_bytes": times}

    def _back(self, bench: Bench, told: list[tuple[str, str]]) -> tuple[list[str], dict[str, Any]]:
        """The hashes of what comes back; the times of beginning a process, of each version, and of tidying up at the end."""
        hashes, times = list[str](), []
        with bench.session() as session:
            for number, (run, version) in enumerate(told):
                into = bench.folder / f"back-{number}.csv"
                reply = bench.has(session, "restore_data", version=version, into=str(into), run=run)
                hashes.append(sha256(into))
                times.append(seconds_of(reply))
            tidied = self._tidied(bench, session) if told else {}
        began = {"loaded": seconds_of(session.loaded), "opened": seconds_of(session.opened)}
        return hashes, {**began, "restores": [one for one in times if one], **tidied}

    def _tidied(self, bench: Bench, session: Session) -> dict[str, Any]:
        """What it takes to tidy up, and the bytes after it, if the tool has a command for that and it ends in time."""
        try:
            tidied = replace(bench, cannot={}).has(session, "tidy")
        except OverBudgetError:
            return {}
        return {} if tidied is None else {"tidied": seconds_of(tidied), "bytes_tidied": bench.taken()}
