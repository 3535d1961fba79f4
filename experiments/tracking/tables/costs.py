"""What runs and versions of data cost, and what is left after several writers and a killed process."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from experiments.tracking.study import TAKEN, Tracking, Used
from experiments.tracking.tables.rows import Row, Shown, milliseconds, number, tool_table, yes_no
from harness.report.table import Column, Table
from harness.tracking import contract
from harness.tracking.workloads.versions import CONTROLS, Again
from harness.tracking.workloads.writers import EACH

RUNS = (20, 200, 1000)
MEGABYTES = (1, 20, 100)
_OF = {20: "of 20", 200: "of 200", 1000: "of all"}
WRITERS = (2, 4)
KILLED_STEPS = 60
WORDS = {contract.NEEDS_SERVICE: "with its service", contract.NOT_OFFERED: "not offered"}
"""How the reasons of tools that give back no data are printed."""


def costs_table(study: Tracking) -> Table:
    """What a run costs in milliseconds: in a process of its own, and in one that goes on, after 20, 200 and 1000 runs."""
    return tool_table(
        study,
        "costs",
        "What a run costs, ms of wall time: medians of the last tenth of 20, of 200, and of all runs that came within the "
        "budget, at most 1000, in a process that goes on; growth is that of all over that of their first tenth.",
        [
            milliseconds("fresh process", "fresh", 0, "runs_20", "fresh", -1, "wall"),
            *(
                milliseconds(title, f"warm_{size}", 1, f"runs_{size}", "warm", -1, "wall")
                for size, title in _OF.items()
            ),
            Shown(Column("growth", "growth", 2), "runs_1000", _growth),
            milliseconds("waiting", "waited", 1, "runs_20", "warm", -1, "waited"),
            Shown(Column("kB a run", "kilobytes", 0), "runs_200", _kilobytes),
            milliseconds("best of all", "query", 1, "runs_1000", "query", "wall"),
            milliseconds("again", "query_again", 1, "runs_1000", "query_again", "wall"),
            number("all are", "done", 0, "runs_1000", "clock", "done"),
        ],
        notes=[
            "“All are” says how many of 1000 runs came within the budget of a tool; what is of all runs was run once. A "
            "fresh process is the whole of it, Python's start included, which is what plain files take. Waiting is wall "
            "time less the CPU time of all threads and ended processes of the tool, so that what they compute beside each "
            "other hides it. The best run is asked for in a process that has just begun, and again. Kilobytes are blocks of "
            "the disk: TensorBoard keeps no model, our records no data.",
        ],
    )


def _growth(study: Tracking, one: Used, workload: str) -> float:
    first, last = (study.median(one, workload, "clock", "warm", place, "wall") for place in (0, -1))
    return last / first


def _kilobytes(study: Tracking, one: Used, workload: str) -> float:
    return study.median(one, workload, "clock", "bytes", "store") / study.median(one, workload, "clock", "done") / 1e3


def data_table(study: Tracking) -> Table:
    """Versions of files of data: seconds, and what three versions take."""
    return tool_table(
        study,
        "data",
        "Three versions of a file, each with another 1 % of its lines changed: seconds of wall time, and bytes as multiples of "
        "the file: what is kept of one version, of three, and with the working copy and all else below the tool's folder.",
        [
            number("begin a run", "start", 3, "data_{size}", "clock", "starts", 0, "wall"),
            number("new file", "add", 3, "data_{size}", "clock", "data", 0, "wall"),
            number("end the run", "finish", 3, "data_{size}", "clock", "finishes", 0, "wall"),
            number("changed file", "again", 3, "data_{size}", "clock", "data", 2, "wall"),
            number("bytes alone", "alone", 3, "data_{size}", "clock", "data_bytes", 2, "wall"),
            number("end that run", "finish_again", 3, "data_{size}", "clock", "finishes", 2, "wall"),
            number("restore", "restore", 3, "data_{size}", "clock", "restores", 0, "wall"),
            number("the third", "restore_again", 3, "data_{size}", "clock", "restores", 2, "wall"),
            _multiple("one", "first", "bytes_after", 0),
            _multiple("three", "third", "bytes_after", 2),
            _multiple("with all else", "whole", "bytes_after", 2, parts=TAKEN),
            _multiple("three, tidied", "tidied", "bytes_tidied"),
            Shown(Column("came back", "back"), "data_{size}", _came_back),
        ],
        rows=[Row(one, size) for one in study.used for size in MEGABYTES if study.of_workload(one, f"data_{size}")],
        size="MB",
        notes=[
            "“Bytes alone” is a changed file as an artifact without the data set, for whose digest MLflow reads a table. "
            "Files are text of digits, of which Git keeps half by compressing it; it stores no differences until it tidies "
            "up. Files that cannot be compressed were not measured. Our records keep a digest of a file and none of its "
            "bytes. Files come back in one process, the first one first, and are in memory by then.",
        ],
    )


def _multiple(title: str, name: str, *path: str | int, parts: Sequence[str] = ("store",)) -> Shown:
    """Bytes on the disk, in files of that size."""

    def times(study: Tracking, one: Used, workload: str) -> float:
        took = study.total(one, workload, *(("clock", *path, part) for part in parts)).median()
        return float(took) / study.median(one, workload, "measurements", "megabytes") / 1e6

    return Shown(Column(title, name, 2), "data_{size}", times)


def _came_back(study: Tracking, one: Used, workload: str) -> str:
    came = study.first(one, workload, "measurements", "came_back") or []
    cannot = study.first(one, workload, "measurements", "cannot") or {}
    said = {cannot[call] for call in ("data", "restore_data") if call in cannot} & WORDS.keys()
    return WORDS[said.pop()] if said else f"{sum(came)} of 3"


def robust_table(study: Tracking) -> Table:
    """Several writers, a killed process, and versions of a model."""
    return tool_table(
        study,
        "robust",
        "Runs that are there and right after several writers at once, of Git and DVC in one checkout; steps that survive "
        "signal 9; versions of a model that lead back to data and code, and that come out the same, bit by bit, if they are "
        "trained again from what was recorded.",
        [
            *(
                number(
                    f"{writers} writers, %",
                    f"writers_{writers}",
                    0,
                    f"writers_{writers}",
                    *("clock", "right"),
                    scale=100 / (writers * EACH),
                )
                for writers in WRITERS
            ),
            number(
                "2 acknowledged, %", "acknowledged_2", 0, "writers_2", "clock", "acknowledged", scale=100 / (2 * EACH)
            ),
            number(f"of {KILLED_STEPS} steps", "survived", 0, "kill", "clock", "survived"),
            _versions("traced, of 6", "traced", True),
            _versions("trained again, of 6", "retrained", Again.SAME),
            *(Shown(Column(f"control of {name}", f"control_{name}"), "versions", _control(name)) for name in CONTROLS),
            Shown(Column("rolled back", "rolled_back"), "versions", _rolled_back),
        ],
        notes=[
            "Nothing stands where a tool logs no steps, or gives back with its service alone; none is traced where a tool "
            "keeps no data or code. Acknowledged is what two writers at once were told is recorded: of Git and DVC, whose "
            "writers begin in step in one checkout, more than is right. Steps that did not survive were still in the queue "
            "of trackio, which had acknowledged them; of Git and DVC they are lines of a file in the working tree. A "
            "control trains a version with the data, or with the parameters, of another one: a model that is the same then "
            "is no evidence.",
        ],
    )


def _versions(title: str, name: str, of: Any) -> Shown:
    """A column of how many versions came out as is wanted, the median over runs."""

    def count(study: Tracking, one: Used, at: str) -> float:
        return (
            math.nan
            if _is_of_service(study, one, at)
            else float(study.counts(one, at, "measurements", name, of=of).median())
        )

    return Shown(Column(title, name, 0), "versions", count)


def _is_of_service(study: Tracking, one: Used, workload: str) -> bool:
    """Whether a tool gives nothing back without its service."""
    cannot = study.first(one, workload, "measurements", "cannot") or {}
    return bool(cannot.get("restore_data") == contract.NEEDS_SERVICE)


def _rolled_back(study: Tracking, one: Used, workload: str) -> str | None:
    if _is_of_service(study, one, workload):
        return WORDS[contract.NEEDS_SERVICE]
    return yes_no(study.first(one, workload, "measurements", "rolled_back"))


def _control(name: str) -> Callable[[Tracking, Used, str], str | None]:
    """What came of a control in the first run, in words."""

    def words(study: Tracking, one: Used, workload: str) -> str | None:
        found: str | None = study.first(one, workload, "measurements", "controls", name)
        return None if found is None else found.replace("-", " ")

    return words
