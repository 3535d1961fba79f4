"""A process that is killed in the middle of a run: what can be read of it, and whether the store still works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from harness.settings import at_least
from harness.tracking.session import CannotError, ToolError
from harness.tracking.workloads.bench import Bench, Found, Workload

METRIC = "loss"


@dataclass(frozen=True, kw_only=True)
class Kill(Workload):
    """A run that dies without warning after so many steps were acknowledged, beside one that was finished.

    Attributes:
        steps: how many.
    """

    steps: Annotated[int, at_least(1)]

    def run(self, bench: Bench) -> Found:
        """Record a run, kill the next one, and look from a process of its own. What the tool does not offer is left out."""
        values = [1.0 / (1 + step) for step in range(self.steps)]
        told = {"params": bench.subject.params(0), "metrics": bench.subject.metrics(0)}
        with bench.session() as session:
            finished = session.call("log", name="finished", **told).value
            killed = session.call("start", name="killed").value
            logged = bench.has(session, "steps", run=killed, metric=METRIC, values=values)
            session.kill()
        try:
            survived, reads, works = self._after(bench, finished, killed)
        except (ToolError, CannotError):  # the store does not open any more
            survived, reads, works = 0, False, False
        measurements = {"steps": self.steps, "logs_steps": logged is not None, **bench.refused}
        counts = {"survived": survived} if bench.offers("steps") and bench.offers("history") else {}
        answers = {"reads_the_finished": reads} if bench.offers("read") else {}
        return Found(measurements, {**counts, **answers, "works_on": works})

    def _after(self, bench: Bench, finished: str, killed: str) -> tuple[int, bool, bool]:
        told = {"params": bench.subject.params(1), "metrics": bench.subject.metrics(1)}
        with bench.session() as session:
            steps = bench.has(session, "history", run=killed, metric=METRIC)
            before = bench.has(session, "read", run=finished)
            after = bench.has(session, "log", name="after", **told)
        return len(steps.value) if steps else 0, before is not None, after is not None
