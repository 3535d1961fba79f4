"""Several processes that record runs into one store at the same time: how many of the runs are there afterwards, and right."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated

from harness.settings import at_least
from harness.tracking.session import CannotError, Session, ToolError
from harness.tracking.workloads.bench import Bench, Found, Workload

EACH = 10


@dataclass(frozen=True, kw_only=True)
class Writers(Workload):
    """Processes at the same time, each with ten runs. The store was made before, by one of them alone.

    Attributes:
        writers: how many processes.
    """

    writers: Annotated[int, at_least(2)]

    def run(self, bench: Bench) -> Found:
        """Let all of them record, then count in a process of its own; those that are right only if the tool gives runs back."""
        with bench.session():
            pass
        began = time.perf_counter()
        told, errors, opened = self._recorded(bench)
        ended = time.perf_counter()
        with bench.session() as session:
            listed = bench.has(session, "runs")
            kept = {run for run in told if listed is not None and run in listed.value}
            right = sum(self._is_right(bench, session, run, told[run]) for run in kept) if kept else 0
        measurements = {"writers": self.writers, "asked": self.writers * EACH, **bench.refused}
        counts = {"acknowledged": len(told), "listed": len(kept), "errors": len(errors)}
        seconds = {"wall": round(ended - opened, 6), "with_start": round(ended - began, 6)}
        answers = {"right": right} if bench.offers("runs") and bench.offers("read") else {}
        said = {"first_error": bench.settled(errors[0])} if errors else {}
        return Found(measurements, {**counts, **answers, **said, **seconds})

    def _recorded(self, bench: Bench) -> tuple[dict[str, int], list[str], float]:
        """The runs that the tool says it has recorded, each with its number; what it said of the others, and when all began."""
        told, errors = dict[str, int](), list[str]()
        with ExitStack() as stack:
            sessions = list[Session]()
            for _ in range(self.writers):
                try:
                    sessions.append(stack.enter_context(bench.session()))
                except ToolError as error:
                    errors += [str(error)] * EACH
            opened = time.perf_counter()
            for turn in range(EACH):
                for place, session in enumerate(sessions):
                    number = place * EACH + turn
                    values = {"params": bench.subject.params(number), "metrics": bench.subject.metrics(number)}
                    session.ask("log", name=f"run-{number:05}", **values)
                for place, session in enumerate(sessions):
                    try:
                        told[session.answer("log").value] = place * EACH + turn
                    except (ToolError, CannotError) as error:
                        errors.append(str(error))
        return told, errors, opened

    def _is_right(self, bench: Bench, session: Session, run: str, number: int) -> bool:
        """Whether the run has the metrics that it was told."""
        found = bench.has(session, "read", run=run)
        wanted = bench.subject.metrics(number)
        return found is not None and all(
            abs(found.value["metrics"].get(name, -1.0) - value) < 1e-6 for name, value in wanted.items()
        )
