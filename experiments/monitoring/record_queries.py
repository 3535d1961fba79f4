"""Which records a value of the monitoring study rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from experiments.monitoring.cube import Cube, Part, Where
from experiments.monitoring.design import ACTIONS, COMBINED, CONTROL, MAIN, REAL, REGRESSION, SHARED
from harness.analysis.query import OK, Among, Query, either, holding, where
from harness.report.table import Basis, Column, Key

_PLACES: Mapping[str, Query] = MappingProxyType(
    {
        MAIN: where(sampling="twin") & Query((Among(("spec.dataset.task",), ("classification",)),)),
        ACTIONS: where(sampling="twin") & Query((Among(("spec.dataset.task",), ("classification",)),)),
        COMBINED: Query((Among(("measurements.banks",), (None,)),)),
        REGRESSION: Query((Among(("spec.dataset.task",), ("regression",)),)),
        SHARED: where(sampling="shared"),
        REAL: Query(),  # their data sets alone tell them
    }
)
"""The records of each part. What every stream of a part tells of itself (its banks, and never) stands in all of them."""


def of_part(cube: Cube, part: str) -> Query:
    """The records of a part of the design."""
    return OK & _PLACES[part] & where(dataset=tuple(sorted(set(cube.parts[part].cells["dataset"]))))


def lived(cube: Cube, entries: Iterable[str], asked: Where) -> Query:
    """The records of streams on which entries have lived, with their twins without a drift and all seeds of their cells."""
    if asked.part not in cube.parts:
        return either(())
    part = cube.parts[asked.part]
    chosen = part.cells[cube.chosen(asked)]
    scenarios = tuple(sorted({*chosen["scenario"], CONTROL} & set(part.cells["scenario"])))
    query = of_part(cube, asked.part) & where(scenario=scenarios) & _models(asked.models)
    return query & holding(*_runs(part, asked.delay, ["never", *entries]))


def _models(models: Sequence[str]) -> Query:
    """The records of models, of which combined ones are told by how they are combined."""
    if not models:
        return Query()
    return either(_model(model) for model in models)


def _model(model: str) -> Query:
    synthesis, _, base = model.partition(":")
    if base:
        return where(synthesis=synthesis, model=base)
    return where(synthesis=model) if model == "stacking" else where(synthesis="single", model=model)


def _runs(part: Part, delay: str, entries: Iterable[str]) -> list[str]:
    """Where the runs of entries stand in a record; never at the first delay tells what can be recovered."""
    known = [f"measurements.runs.{delay}.{entry}" for entry in dict.fromkeys(entries)]
    return list(dict.fromkeys([f"measurements.runs.{part.delays[0]}.never", *known]))


def entry_key(cube: Cube, entries: Iterable[str], asked: Where, column: str = "entry") -> Key:
    """Rows of one entry each."""
    return Key((column,), {(entry,): lived(cube, [entry], asked) for entry in entries})


def named(title: str, value: str) -> Column:
    """A column of names."""
    return Column(title, value, basis=Basis.DESIGN)
