"""The source's table of tools beside what was measured."""

from __future__ import annotations

from collections.abc import Callable

from experiments.tracking.grades import NATIVE, WITH_OURS, passed
from experiments.tracking.study import SOURCE, USUAL, Grades, Tracking, Used
from experiments.tracking.tables.rows import Row, Shown, milliseconds, number, tool_table
from harness.report.table import Basis, Column, Table
from harness.tracking.workloads.probes import PROBES


def source_table(study: Tracking) -> Table:
    """The tools that the source scores: its scores, and what was measured."""
    return tool_table(
        study,
        "source",
        "The source's scores, each beside what was measured: statements of the smallest script, probes, cost and storage.",
        [
            _published("ease, of 5", "ease"),
            number("statements", "statements", 0, "steps", "measurements", "statements"),
            _published("features, of 5", "features"),
            _graded(f"native, of {len(PROBES)}", "native", lambda grades: sum(passed(grades, NATIVE))),
            _graded("more with our code", "ours", _more),
            _published("scalability, of 5", "scalability"),
            milliseconds("ms a run", "warm", 1, "runs_20", "warm", -1, "wall"),
            milliseconds("ms in a process of its own", "fresh", 0, "runs_20", "fresh", -1, "wall"),
            number("MB of three versions of 20", "third", 1, "data_20", "clock", "bytes_after", 2, "store", scale=1e-6),
        ],
        notes=[
            "Medians over runs on one machine. Statements are those of the smallest script, whatever it takes to find them. "
            "Times are of the last runs of 20, in a process that goes on with the tool loaded, and in one that has to "
            "begin. Files are text of digits, of which Git keeps half by compressing it."
        ],
        rows=[Row(one) for one in study.used if one.tracker in SOURCE and one.interface == USUAL],
        published=lambda one: SOURCE[one.tracker]._asdict(),
    )


def _published(title: str, name: str) -> Column:
    return Column(title, name, 0, basis=Basis.PUBLISHED)


def _graded(title: str, name: str, counted: Callable[[Grades], float]) -> Shown:
    """How many probes of the first run count; nothing if none was executed."""

    def count(study: Tracking, one: Used, workload: str) -> float | None:
        return counted(study.grades(one)) if study.of_workload(one, workload) else None

    return Shown(Column(title, name, 0), "features", count)


def _more(grades: Grades) -> float:
    """The probes that pass with our code alone."""
    return sum(passed(grades, WITH_OURS)) - sum(passed(grades, NATIVE))
