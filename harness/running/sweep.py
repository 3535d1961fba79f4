"""Sweeps: run many trials on an executor. No record is lost, and no trial is run twice."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from harness.core import Code, HarnessError, Status
from harness.running import store
from harness.running.exclusive import alone
from harness.running.execute import Build, Executed, blank_record
from harness.running.executors import Executor, WorkerLost
from harness.running.identity import PlannedTrial, canonical_json
from harness.running.limits import GRACE_SECONDS, NO_LIMITS, Limits
from harness.running.log import sweep_log
from harness.running.new_records import NewRecord, Tail
from harness.running.reasons import Reason
from harness.running.store import plans
from harness.running.worker import Order, Recorder

POLL_SECONDS = 0.25
ATTEMPTS = 2
"""How often a trial may lose its worker before it is recorded as failed. A first loss may have nothing to do with the trial."""

LOSSES_IN_A_ROW = 10
"""The sweep stops after so many lost workers in a row (or three times the number of workers) without an ended trial."""

WAITING_ORDERS = 2
"""The number of orders handed out ahead for each worker, so that no worker waits for the next one."""

LONGEST_ORDER = 250
ORDERS_TO_COME = 4
"""An order is cut so short that this many more of its length remain for each worker. So no worker idles at the end."""


@dataclass
class Summary:
    """How a sweep ended.

    Attributes:
        planned: the number of different trials asked for.
        known: planned trials that were recorded before the sweep.
        ended: planned trials that were recorded during the sweep, by status.
        interrupted: whether the sweep was stopped before its end.
        failures: the number of failed trials by reason.
        lost: the number of workers that died.
        published: the file that holds the records now, if they are those of a published tier and complete.
        remarks: what was to be said before it ran.
        mirror_broke: why a tool that mirrors the records broke, and what to do; "" if it did not.
    """

    planned: int
    known: int
    ended: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    interrupted: bool = False
    failures: Counter[Reason] = field(default_factory=Counter)
    lost: int = 0
    published: Path | None = None
    remarks: tuple[str, ...] = ()
    mirror_broke: str = ""

    @property
    def left(self) -> int:
        """The number of trials that are still to be run."""
        return self.planned - self.known - sum(self.ended.values())

    @property
    def in_words(self) -> str:
        """How many trials there were and what became of them, for people."""
        ended = ", ".join(f"{count} {status}" for status, count in self.ended.items() if count)
        return f"{self.planned} trials: {self.known} recorded before; {ended or 'nothing new to run'}."


def run_sweep(
    planned: Sequence[PlannedTrial],
    folder: Path,
    build: Build,
    executor: Executor,
    *,
    share: Sequence[str] = (),
    exclusive: bool = False,
    limits: Limits = NO_LIMITS,
    retry_failed: bool = False,
    check: Callable[[Sequence[PlannedTrial]], None] = lambda _: None,
    prepare: Callable[[Sequence[PlannedTrial]], None] = lambda _: None,
    observe: Callable[[Summary], None] = lambda _: None,
    command: Sequence[str] | None = None,
    register: Callable[[Mapping[str, Sequence[str]]], Mapping[str, str]] = lambda _: {},
) -> Summary:
    """Run every trial that the store does not hold.

    Args:
        planned: the trials, in the order in which they should run; equal trials count once.
        folder: the study's folder, in which each worker process appends to a part of its own.
        build: makes a trial from its spec.
        executor: runs the trials.
        share: names of factors. Trials with equal levels of all of them run one after the other in one process.
        exclusive: whether trials are timed, so that they run one at a time and beside no other exclusive sweep of this machine.
        limits: the limits of one trial.
        retry_failed: whether failed trials are run again.
        check: called with the trials to run, before anything is written; it raises if one of them cannot be made.
        prepare: called with the trials to run, before the first one starts.
        observe: called a few times a second with the summary so far.
        command: the words that asked for it, which plans, logs and the heads of parts keep; this process's own unless given.
        register: the digests of the study's register of claims by part, given the checksums of the data sets by name; they
            stand in the plan, before the first trial.

    Returns:
        The summary. Ctrl-C and SIGTERM end the sweep early; all records are kept.

    Raises:
        HarnessError: the executor is not there, or the store cannot be written to.
    """
    folder = folder.resolve()
    command = tuple(sys.argv[1:] if command is None else command)
    wanted = {trial.trial_id: trial for trial in planned}
    tail = Tail(folder)  # made before `settled` is read, so that no record of another sweep is missed
    settled = store.settled(folder, retry_failed=retry_failed)
    missing = [trial for key, trial in wanted.items() if key not in settled]
    check(missing)
    summary = Summary(planned=len(wanted), known=len(wanted) - len(missing))
    data, code = plans.versions_of(wanted.values())
    stem = plans.write_plan(
        folder, list(wanted), data, command, code=code, register=_frozen(folder, settled, register(data))
    )
    with sweep_log(stem) as log:
        log.info("%d trials, %d of them recorded before: %s", summary.planned, summary.known, " ".join(command))
        if missing:
            try:
                prepare(missing)
                turn: AbstractContextManager[None] = alone(partial(_say, log)) if exclusive else nullcontext()
                with turn:
                    sweep = _Sweep(folder, build, executor, limits, summary, observe, log, tail, command, exclusive)
                    sweep.run(missing, share)
            except BaseException as error:
                log.info("ended by an error: %s", error)
                raise
        log.info("%s: %s", "stopped" if summary.interrupted else "ended", _in_words(summary))
    return summary


def _say(log: logging.Logger, why: str) -> None:
    """Say it to whoever looks at the terminal, and in the log of the sweep."""
    logging.getLogger("harness.running").warning(why)
    log.info(why)


def _frozen(folder: Path, settled: Collection[str], register: Mapping[str, str]) -> Mapping[str, str]:
    """The register that was frozen before the first record: once there are records, what an earlier plan says of it."""
    earlier = plans.newest_plan(folder) if settled else None
    return register if earlier is None and not settled else {} if earlier is None else earlier.register


def run_alone(
    trial: PlannedTrial, folder: Path, build: Build, executor: Executor, *, limits: Limits, command: Sequence[str] = ()
) -> None:
    """Run one trial in a worker, which is stopped at its limits as in a sweep. Its record is in the store; no plan is left.

    Raises:
        HarnessError: the executor is not there, or the store cannot be written to.
        KeyboardInterrupt: it was interrupted, and left no record.
    """
    folder, summary = folder.resolve(), Summary(planned=1, known=0)
    silent = logging.getLogger(__name__)
    alone = _Sweep(
        folder, build, executor, limits, summary, lambda _: None, silent, Tail(folder), tuple(command), exclusive=False
    )
    alone.run([trial], ())
    if summary.interrupted:
        raise KeyboardInterrupt


def _in_words(summary: Summary) -> str:
    ended = ", ".join(f"{count} {status}" for status, count in summary.ended.items())
    return f"{summary.planned} trials, {summary.known} recorded before, {ended}, {summary.left} left"


def chunks(trials: Sequence[PlannedTrial], share: Sequence[str]) -> list[list[PlannedTrial]]:
    """The trials in chunks that share work, in the order of their first trials."""
    groups: dict[str, list[PlannedTrial]] = {}
    for trial in trials:
        levels = trial.factors
        groups.setdefault(canonical_json([levels.get(name) for name in share]), []).append(trial)
    return list(groups.values())


@dataclass
class _Running:
    """An order that was handed out, and the time of its last sign of progress."""

    trials: list[PlannedTrial]
    moved: float


class _Sweep:
    """A running sweep, as its parent process sees it: waiting trials, running orders, records."""

    def __init__(
        self,
        folder: Path,
        build: Build,
        executor: Executor,
        limits: Limits,
        summary: Summary,
        observe: Callable[[Summary], None],
        log: logging.Logger,
        tail: Tail,
        command: tuple[str, ...],
        exclusive: bool,
    ) -> None:
        self.folder, self.build, self.executor, self.limits = folder, build, executor, limits
        self.summary, self.observe, self.log = summary, observe, log
        self.tail, self.command, self.exclusive = tail, command, exclusive
        self.most_orders = 1  # until it is known how many workers there are
        self.waiting: deque[list[PlannedTrial]] = deque()
        self.n_waiting = 0
        self.running: dict[Future[None], _Running] = {}
        self.wanted: set[str] = set()
        self.recorded: set[str] = set()
        self.losses: Counter[str] = Counter()
        self.given_up: set[str] = set()
        self.in_vain = 0
        self.recorder: Recorder | None = None
        self.logged = time.monotonic()

    def run(self, missing: list[PlannedTrial], share: Sequence[str]) -> None:
        self.wanted = {trial.trial_id for trial in missing}
        with _sigterm_is_ctrl_c():
            try:
                with self.executor:
                    if not self.exclusive:
                        self.most_orders = WAITING_ORDERS * self.executor.n_workers
                    self.waiting.extend(chunks(missing, share))
                    self.n_waiting = len(missing)
                    if self.tail.others_are_writing():  # another sweep of this study runs: start at the other end
                        self.waiting.reverse()
                    while self._hand_out():
                        self._wait()
            except KeyboardInterrupt:
                self.summary.interrupted = True
            finally:
                self._look()
                if self.recorder:
                    self.recorder.writer.close()

    def _hand_out(self) -> bool:
        """Hand out orders to the workers. Returns whether there is anything to wait for."""
        while self.waiting and len(self.running) < self.most_orders:
            trials = self._next()
            if trials:
                self.running[self.executor.submit(self._order(trials))] = _Running(trials, time.monotonic())
        return bool(self.running)

    def _next(self) -> list[PlannedTrial]:
        """The trials of the next order: a part of a long chunk, or several short chunks, without trials recorded since."""
        length = min(LONGEST_ORDER, -(-self.n_waiting // (ORDERS_TO_COME * self.executor.n_workers)))
        trials = self.waiting.popleft()
        if trials[length:]:
            self.waiting.appendleft(trials[length:])
            trials = trials[:length]
        while self.waiting and len(trials) + len(self.waiting[0]) <= length:
            trials = trials + self.waiting.popleft()
        self.n_waiting -= len(trials)
        return [trial for trial in trials if trial.trial_id not in self.recorded]

    def _put_back(self, trials: list[PlannedTrial]) -> None:
        self.waiting.appendleft(trials)
        self.n_waiting += len(trials)

    def _order(self, trials: Sequence[PlannedTrial]) -> Order:
        return Order(tuple(trials), self.folder, self.build, self.limits, self.command, tuple(sys.path))

    def _wait(self) -> None:
        done, _ = wait(self.running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        self._look()
        for future in done:
            trials = self.running.pop(future).trials
            try:
                future.result()
            except WorkerLost as lost:
                self._look()
                self._after_loss([one for one in trials if one.trial_id not in self.recorded], str(lost))
        if self.limits.seconds is not None:
            self._stop_the_stuck(self.limits.seconds)

    def _look(self) -> None:
        """Count what was recorded since the last look."""
        for found in self.tail.new():
            if found.trial_id not in self.recorded:
                self.recorded.add(found.trial_id)
                self.in_vain = self.in_vain if found.trial_id in self.given_up else 0
                if found.trial_id in self.wanted:
                    self._count(found)
        self.observe(self.summary)
        if time.monotonic() - self.logged > 60:
            self.logged = time.monotonic()
            self.log.info("%d trials to go", self.summary.left)

    def _count(self, found: NewRecord) -> None:
        self.summary.ended[found.status] += 1
        if found.status is Status.FAILED:
            self.summary.failures[found.reason] += 1
            self.log.info("trial %s failed: %s", found.trial_id[:12], found.reason.sentence)

    def _after_loss(
        self, rest: list[PlannedTrial], reason: str, *, code: Code = Code.WORKER_LOST, attempts: int = ATTEMPTS
    ) -> None:
        """Retry or give up the trial that lost its worker: the first trial of the order without a record."""
        self.summary.lost += 1
        self.in_vain += 1
        self.log.info("a worker was lost: %s; %d trials of its order are left", reason, len(rest))
        if rest:
            first, *others = rest
            self.losses[first.trial_id] += 1
            if self.losses[first.trial_id] >= attempts:
                self._give_up(first, code, reason)
            else:
                self._put_back([first])
            if others:
                self._put_back(others)
        if self.in_vain >= max(LOSSES_IN_A_ROW, 3 * self.executor.n_workers):
            raise HarnessError(
                f"{self.in_vain} workers in a row were lost without ending a trial ({reason}); mend that, and give the same "
                "command with retry_failed=true."
            )

    def _give_up(self, trial: PlannedTrial, code: Code, reason: str) -> None:
        self.recorder = self.recorder or Recorder(self._order([trial]))
        self.given_up.add(trial.trial_id)
        lost = blank_record(trial, Status.FAILED, code=code, reason=reason, error=reason)
        self.recorder.append(trial, Executed(lost))

    def _stop_the_stuck(self, seconds: float) -> None:
        """Stop the workers whose trial has passed its time limit and was not stopped by its watchdog."""
        now = time.monotonic()
        for future, order in list(self.running.items()):
            left = [trial for trial in order.trials if trial.trial_id not in self.recorded]
            if len(left) < len(order.trials) or not future.running():
                order.trials, order.moved = left, now
            elif now - order.moved > seconds + GRACE_SECONDS and future.cancel():
                del self.running[future]
                self._look()
                left = [trial for trial in left if trial.trial_id not in self.recorded]
                reason = f"it passed its limit of {seconds:g} seconds and its worker had to be killed"
                self._after_loss(left, reason, code=Code.OUT_OF_TIME, attempts=1)


def _interrupt(signum: int, _frame: object) -> None:
    raise KeyboardInterrupt(signum)


class _sigterm_is_ctrl_c:  # noqa: N801 - reads as what it does
    """A context in which SIGTERM and a lost terminal end the sweep as Ctrl-C does; of use in the main thread alone."""

    _SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))

    def __enter__(self) -> None:
        mine = self._SIGNALS if threading.current_thread() is threading.main_thread() else ()
        heeded = [number for number in mine if signal.getsignal(number) is not signal.SIG_IGN]  # nohup ignores
        self._before = {number: signal.signal(number, _interrupt) for number in heeded}

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
