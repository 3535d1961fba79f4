"""A trial of the tracking study: one tool, used through one interface, under one workload."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from harness.core import Code, Outcome, Record, Skip, Task
from harness.data import Dataset
from harness.memo import Memo
from harness.settings import Checked, above, at_least
from harness.tracking.session import OverBudgetError
from harness.tracking.subject.making import Subject
from harness.tracking.tool import Tool
from harness.tracking.workloads.bench import Bench, Workload
from harness.trials import tracking_view
from harness.trials.view import Shown


@dataclass(frozen=True)
class TrackingTrial(Checked):
    """One tool under one workload, in a folder of its own that is gone afterwards.

    What is recorded depends on data set and seed alone: every tool gets the same values and bytes.

    Attributes:
        dataset: of whose rows the tracked models are made; it has classes.
        tracker: the tool.
        workload: what is done with it.
        seed: of the models and the made-up data; other seeds are other repeats.
        interface: through which the tool is used; by None the first that it has.
        budget: seconds for recording. What is not recorded by then is left out, and the clock says how much was.
    """

    dataset: Dataset
    tracker: Tool
    workload: Workload
    seed: Annotated[int, at_least(0)]
    interface: Literal["api", "command_line"] | None = None
    budget: Annotated[float, above(0)] = 60.0

    def run(self, memo: Memo) -> Outcome:  # noqa: ARG002 - tools share no work
        """Do the workload.

        Returns:
            What the workload measures; in the clock its seconds, bytes, and counts that depend on the machine, and when it
            `began`, in seconds since 1970: tools meet a workload in this order.

        Raises:
            Skip: the tool's environment is missing, it has no such interface, the set has no classes, or the budget was used
                up before anything could be said.
        """
        self.tracker.python()
        interface = self.interface or self.tracker.interfaces[0]
        if interface not in self.tracker.interfaces:
            raise Skip(
                f"{self.tracker.name} is not used through the {interface.replace('_', ' ')}", code=Code.NOT_OFFERED
            )
        table = self.dataset.load()
        if table.task is not Task.CLASSIFICATION:
            raise Skip("the tracked models tell classes apart", code=Code.NEEDS_CLASSES)
        with tempfile.TemporaryDirectory(prefix="tracking-", ignore_cleanup_errors=True) as folder:
            began = time.time()
            bench = Bench(self.tracker, interface, Path(folder), Subject(table, self.seed), self.budget)
            try:
                found = self.workload.run(bench)
            except OverBudgetError as over:
                raise Skip(f"{over}", code=Code.OVER_BUDGET) from over
        return Outcome({"interface": interface, **found.measurements}, {"began": round(began, 3), **found.clock})

    @staticmethod
    def shown(record: Record, spec: Mapping[str, Any]) -> Sequence[Shown]:
        """What was measured, or the probes with their grades."""
        return tracking_view.shown(record, spec)
