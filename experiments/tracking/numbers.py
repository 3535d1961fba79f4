"""Every number that a sentence of the paper uses, with its source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from experiments.tracking.grades import DECISIVE, WEIGHTINGS
from experiments.tracking.study import SOURCE, USUAL, Tracking
from harness.analysis.query import OK
from harness.report.numbers import Number, cells, declared, found
from harness.report.table import Table
from harness.tracking.workloads.probes import NEEDS, PROBES

_STUDY, _SOURCE = "experiments.tracking.study.Tracking", "experiments.tracking.study.SOURCE"

_OF_TOOLS = (
    ("source", "statements", 0),
    ("source", "native", 0),
    ("source", "ours", 0),
    ("source", "warm", 1),
    ("source", "fresh", 0),
    ("source", "third", 1),
    ("costs", "growth", 1),
    ("ranking", "first", 0),
    ("ranking", "dominated", None),
    ("robust", "retrained", 0),
)
"""What is told of each tool that the source scores: table, column, decimals."""


def numbers(study: Tracking, tables: Sequence[Table]) -> dict[str, Number]:
    """By key: which tools were measured, the rules, the source's scores, and what was measured of the tools that it scores."""
    by_name = {table.name: table for table in tables}
    return {**_size(study), **_rules(), **dict(_of_tools(by_name)), **_first(by_name)}


def _size(study: Tracking) -> dict[str, Number]:
    """The tools, each through its first interface, and the runs."""
    here = [one for one in study.usual if any(study.of_workload(one, workload) for workload in _workloads(study))]
    absent = [study.title(one) for one in study.usual if one not in here]
    n_runs = max((len(study.of_workload(one, workload)) for one in here for workload in _workloads(study)), default=0)
    return {
        "tools": Number.of_count(len(here), found(_STUDY, OK)),
        "tools.list": Number.of_list([study.title(one) for one in here], found(_STUDY, OK)),
        "tools.absent": Number.of_list(absent, found(_STUDY), empty="none"),
        "runs.most": Number.of_count(n_runs, found(_STUDY, OK)),
    }


def _workloads(study: Tracking) -> list[str]:
    return sorted({str(record.factors["workload"]) for record in study.records})


def _rules() -> dict[str, Number]:
    scores = {
        f"published.{tracker}.{name}": Number.of_count(score, declared(f"{_SOURCE}.{tracker}"))
        for tracker, given in SOURCE.items()
        for name, score in given._asdict().items()
    }
    return {
        **scores,
        "probes": Number.of_count(len(PROBES), declared("harness.tracking.workloads.probes.PROBES")),
        "needs": Number.of_count(len(NEEDS), declared("harness.tracking.workloads.probes.NEEDS")),
        "weightings": Number.of_count(WEIGHTINGS, declared("experiments.tracking.grades.WEIGHTINGS"), grouped=True),
        "decisive": Number.of_shortest(100 * DECISIVE, declared("experiments.tracking.grades.DECISIVE")),
    }


def _of_tools(tables: dict[str, Table]) -> Iterator[tuple[str, Number]]:
    for tracker in SOURCE:
        for name, column, decimals in _OF_TOOLS:
            keyed = {"tracker": tracker, **({} if name == "ranking" else {"interface": USUAL})}
            value = _value(tables.get(name), keyed, column)
            yield f"{column}.{tracker}", _number(value, decimals, name, keyed, column)


def _value(table: Table | None, keyed: dict[str, Any], column: str) -> Any:
    """A cell; None if there is no such table or row, or nothing in it."""
    if table is None:
        return None
    row: dict[Any, Any] = next(
        (row for row in table.frame.to_dict("records") if all(row[key] == keyed[key] for key in keyed)), {}
    )
    value = row.get(column)
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


def _number(value: Any, decimals: int | None, table: str, keyed: dict[str, Any], column: str) -> Number:
    if value is None:
        return Number.missing(found(_STUDY))
    source = cells(table, keyed, column)
    return Number.of_words(value, source) if decimals is None else Number.of_decimals(float(value), decimals, source)


def _first(tables: dict[str, Table]) -> dict[str, Number]:
    """Who is first in most weightings, in how many, and whether that makes a ranking; who is dominated."""
    ranking = tables.get("ranking")
    if ranking is None:
        missing = Number.missing(found(_STUDY))
        none = Number.missing(found(_STUDY), "Fewer than two tools were measured in all probes.")
        return {"first": missing, "first.share": missing, "dominated": missing, "ranking": none}
    first = ranking.frame.iloc[0]
    row, frame = {"tracker": first["tracker"]}, ranking.frame
    is_ranking = first["first"] >= 100 * DECISIVE
    below = frame.loc[frame["dominated"] == "yes", "title"].tolist()
    words = "That makes one." if is_ranking else "That makes none."
    return {
        "first": Number.of_words(first["title"], cells("ranking", row, "title")),
        "first.share": Number.of_decimals(first["first"], 0, cells("ranking", row, "first")),
        "dominated": Number.of_list(below, cells("ranking", {}, "title", "dominated"), empty="no tool"),
        "ranking": Number.of_words(words, cells("ranking", row, "first")),
    }
