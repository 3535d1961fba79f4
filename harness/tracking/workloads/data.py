"""Three versions of a file of data, of which 1 % of the lines change each time: time, storage, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from harness.settings import above
from harness.tracking.sandbox import bytes_on_disk
from harness.tracking.session import Reply
from harness.tracking.subject.making import sha256, write_numbers
from harness.tracking.workloads.bench import Bench, Found, Workload, seconds_of

VERSIONS = 3


@dataclass(frozen=True, kw_only=True)
class Data(Workload):
    """Versions of one file.

    Attributes:
        megabytes: of the file.
    """

    megabytes: Annotated[float, above(0)]

    def run(self, bench: Bench) -> Found:
        """Record a run with each version, and take all versions back in a process of its own."""
        given, versions, adding, took = list[str](), list[str](), list[Reply](), list[int]()
        with bench.session() as session:
            for number in range(VERSIONS):
                path = bench.file("data.csv")
                write_numbers(path, self.megabytes, bench.subject.seed, version=number)
                given.append(sha256(path))
                run = session.call("start", name=f"data-{number}").value
                added = bench.has(session, "data", run=run, path=str(path))
                finished = session.call("finish", run=run)
                if added is None:
                    break
                versions.append(added.value)
                adding.append(Reply(None, added.wall + finished.wall, added.cpu + finished.cpu))
                took.append(bytes_on_disk(session.folder))
        back, giving = self._back(bench, versions)
        measurements = {
            "megabytes": self.megabytes,
            "told_apart": len(set(versions)) == VERSIONS,
            "came_back": [one == other for one, other in zip(given, back, strict=False)],
            "cannot": bench.cannot,
        }
        return Found(measurements, {"adds": [seconds_of(one) for one in adding], "bytes_after": took, **giving})

    def _back(self, bench: Bench, versions: list[str]) -> tuple[list[str], dict[str, Any]]:
        """The hashes of what comes back, and the times: of beginning a process, and of each version."""
        hashes, times = list[str](), []
        with bench.session() as session:
            for number, version in enumerate(versions):
                into = bench.folder / f"back-{number}.csv"
                reply = bench.has(session, "restore_data", version=version, into=str(into))
                hashes.append(sha256(into))
                times.append(seconds_of(reply))
        began = {"loaded": seconds_of(session.loaded), "opened": seconds_of(session.opened)}
        return hashes, {**began, "restores": [one for one in times if one]}
