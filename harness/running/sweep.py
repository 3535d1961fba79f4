"""Run many trials in several processes, so that nothing recorded is lost and nothing is run twice."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import CancelledError as FutureCancelled
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from harness.core import Record, Status
from harness.memo import Memo
from harness.running import files, provenance, store
from harness.running.execute import Build, blank_record, execute, is_settled
from harness.running.identity import PlannedTrial, base_spec, canonical_json, without_documentation

POLL_SECONDS = 0.25
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class Summary:
    """How a sweep ended.

    Attributes:
        planned: different trials asked for.
        known: of them, recorded before.
        ended: of them, recorded now, by status.
        interrupted: whether it was stopped before its end.
        failures: reasons of failed trials, with how many trials each.
    """

    planned: int
    known: int
    ended: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    interrupted: bool = False
    failures: dict[str, int] = field(default_factory=dict)


def run_sweep(
    planned: Sequence[PlannedTrial],
    folder: Path,
    build: Build,
    *,
    n_workers: int,
    share: Sequence[str] = (),
    retry_failed: bool = False,
    prepare: Callable[[Sequence[PlannedTrial]], None] = lambda _: None,
    observe: Callable[[Summary], None] = lambda _: None,
) -> Summary:
    """Run every trial that the store does not hold.

    Args:
        planned: the trials, in the order in which they are best run; equal ones count once.
        folder: the study's folder; each worker process appends to a part of its own in it.
        build: makes a trial of its spec.
        n_workers: processes.
        share: factors; trials alike in all of them run one after the other in one process.
        retry_failed: whether trials recorded as failed are run again.
        prepare: called with the trials that are to be run, before the first of them is.
        observe: called a few times a second with the summary so far.

    Returns:
        The summary. Ctrl-C and SIGTERM end the sweep early with all that was recorded kept.
    """
    wanted = {trial.trial_id: trial for trial in planned}
    known = store.read(folder).by_id()
    missing = [trial for key, trial in wanted.items() if not is_settled(known.get(key), retry_failed=retry_failed)]
    summary = Summary(planned=len(wanted), known=len(wanted) - len(missing))
    _write_plan(folder, list(wanted))
    if missing:
        prepare(missing)
        _Sweep(folder, build, summary, observe).run(_chunks(missing, share, n_workers), n_workers)
    return summary


def _write_plan(folder: Path, trial_ids: list[str]) -> None:
    """Keep what this sweep wants, so that `harness status` can say what is missing."""
    plan = {**provenance.header(), "trials": trial_ids}
    files.write_atomically(folder / "sweeps" / f"{time.time_ns()}.json", canonical_json(plan).encode())


def _chunks(trials: Sequence[PlannedTrial], share: Sequence[str], n_workers: int) -> list[list[PlannedTrial]]:
    """Neighbouring trials that share work, cut further where there would be too few chunks to go round."""
    groups: dict[str, list[PlannedTrial]] = {}
    for trial in trials:
        levels = trial.factors
        groups.setdefault(canonical_json([levels.get(name) for name in share]), []).append(trial)
    longest = max(1, len(trials) // (4 * n_workers))
    return [group[start : start + longest] for group in groups.values() for start in range(0, len(group), longest)]


class _Sweep:
    """The parent's view of a running sweep: what is in flight, and what the workers have recorded."""

    def __init__(self, folder: Path, build: Build, summary: Summary, observe: Callable[[Summary], None]) -> None:
        self.folder, self.build, self.summary, self.observe = folder, build, summary, observe
        self.recorded: set[str] = set()
        self.tail = _Tail(folder)
        self.writer: store.PartWriter | None = None

    def run(self, chunks: list[list[PlannedTrial]], n_workers: int) -> None:
        os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # for libraries that the workers load
        pool = ProcessPool(max_workers=n_workers, initializer=_start_worker, context=get_context("spawn"))
        previous = signal.signal(signal.SIGTERM, _interrupt)
        try:
            self._drain(pool, chunks)
            pool.close()
        except KeyboardInterrupt:
            self.summary.interrupted = True
            pool.stop()
        except BaseException:
            pool.stop()
            raise
        finally:
            signal.signal(signal.SIGTERM, previous)
            pool.join()
            self._look()
            if self.writer:
                self.writer.close()

    def _drain(self, pool: ProcessPool, chunks: list[list[PlannedTrial]]) -> None:
        def submit(chunk: list[PlannedTrial]) -> Future[None]:
            return pool.submit(_run_chunk, None, chunk, self.folder, self.build)  # type: ignore[no-any-return]

        running = {submit(chunk): chunk for chunk in chunks}
        while running:
            done, _ = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            self._look()
            for future in done:
                chunk = running.pop(future)
                rest = self._rest_after_crash(future, chunk)
                if rest:
                    running[submit(rest)] = rest

    def _look(self) -> None:
        for record in self.tail.new_records():
            if record["trial_id"] not in self.recorded:
                self.recorded.add(record["trial_id"])
                self._count(Status(record["status"]), record.get("reason", ""))
        self.observe(self.summary)

    def _count(self, status: Status, reason: str) -> None:
        self.summary.ended[status] += 1
        if status is Status.FAILED:
            self.summary.failures[reason] = self.summary.failures.get(reason, 0) + 1

    def _rest_after_crash(self, future: Future[None], chunk: list[PlannedTrial]) -> list[PlannedTrial]:
        """If the worker died, record the trial it died in as failed, and give back those after it."""
        try:
            future.result()
        except ProcessExpired as crash:
            self._look()
            rest = [trial for trial in chunk if trial.trial_id not in self.recorded]
            if rest:
                self._record_crash(rest[0], f"its worker process died (exit code {crash.exitcode})")
            return rest[1:]
        except FutureCancelled:
            return chunk
        return []

    def _record_crash(self, trial: PlannedTrial, reason: str) -> None:
        self.writer = self.writer or store.PartWriter(self.folder, provenance.header())
        record = blank_record(trial, Status.FAILED, reason=reason, error=reason)
        self.writer.append(record, base_spec(without_documentation(trial.spec)), {})


class _Tail:
    """Reads what is appended to the parts of a store after it was made."""

    def __init__(self, folder: Path) -> None:
        self.parts = folder / "parts"
        self.read: dict[Path, int] = {part: part.stat().st_size for part in self.parts.glob("*.jsonl")}

    def new_records(self) -> Iterator[dict[str, Any]]:
        for part in self.parts.glob("*.jsonl"):
            start = self.read.get(part, 0)
            with part.open("rb") as file:
                file.seek(start)
                content = file.read()
            whole = content[: content.rfind(b"\n") + 1]
            self.read[part] = start + len(whole)
            yield from (line for line in map(store.parse, whole.splitlines()) if line["kind"] == "record")


def _interrupt(signum: int, _frame: object) -> None:
    raise KeyboardInterrupt(signum)


# ---- what runs in a worker process ----------------------------------------------------------------------------------

_memo = Memo()
_writers: dict[Path, store.PartWriter] = {}


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, which stops its workers, and notices too, which it has said."""
    logging.getLogger("harness").addHandler(logging.NullHandler())
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run_chunk(chunk: Sequence[PlannedTrial], folder: Path, build: Build) -> None:
    writer = _writers.get(folder) or _writers.setdefault(folder, store.PartWriter(folder, provenance.header()))
    for trial in chunk:
        record_trial(trial, writer, build, _memo)
    writer.sync()


def record_trial(trial: PlannedTrial, writer: store.PartWriter, build: Build, memo: Memo) -> Record:
    """Run a trial and append its record."""
    executed = execute(trial, build, memo)
    return writer.append(executed.record, base_spec(without_documentation(trial.spec)), executed.predictions)
