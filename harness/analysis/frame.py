"""From records to frames: one row a trial, and tables of data sets by methods.

A *method* is a way to make a model as a study compares them, written `synthesis:model` for a method that crosses with base
models ("bagging:tree"), the model's name for a single model ("tree"), and the method's name for one that combines a pool.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from harness.core import Floats, HarnessError, Record, Status
from harness.inference.estimate import Estimate
from harness.running.store import Stored
from harness.running.store.rows import table_of

POINTS = 100.0
"""Accuracy and its kin are reported in points: hundredths."""

FOLDED = ("accuracy", "precision", "recall")
"""Metrics of which a frame keeps every fold, unless others are asked for: a tuple for each trial takes much memory."""


def method_name(factors: Mapping[str, Any]) -> str:
    """The method of a trial of the synthesis study."""
    synthesis, model = factors["synthesis"], factors.get("model")
    if model is None:
        return str(synthesis)
    return str(model) if synthesis == "single" else f"{synthesis}:{model}"


def trial_frame(
    trials: Stored | Iterable[Record], metrics: Sequence[str] = (), folded: Sequence[str] = FOLDED
) -> pd.DataFrame:
    """One row for each trial that ended well.

    Args:
        trials: of one study.
        metrics: columns that shall be there even if no trial has them.
        folded: measurements of which single folds are wanted.

    Returns:
        Columns trial_id, method (of trials with a factor `synthesis`), spec (the digest of the base spec), every factor,
        every measurement and clock value under its own name, and for those in `folded` the tuple of folds under
        `<name>_folds`. A list has become one number: of measurements the mean over folds (those where it is undefined are
        left out), of clock values the median, since single folds are disturbed by other load. Mappings and lists of
        anything but numbers are left to a study's own frame.

    Raises:
        HarnessError: there is no such trial.
    """
    table = trials.table if isinstance(trials, Stored) else table_of(trials)
    ok = pc.equal(table["status"], Status.OK)
    if not pc.any(ok).as_py():
        raise HarnessError("no trial of this study has ended well yet; `harness status` says what became of them.")
    factors = dict(_fields(table["factors"], ok))
    columns: dict[str, Any] = {"trial_id": table["trial_id"].filter(ok).to_pandas()}
    if "synthesis" in factors:
        columns["method"] = _methods(factors)
    columns["spec"] = table["spec"].filter(ok).to_pandas()
    columns |= {name: array.to_pandas() for name, array in factors.items()}
    for kind, summarise in (("measurements", np.mean), ("clock", np.median)):
        for name, array in _fields(table[kind], ok):
            columns |= _summary(name, array, summarise)
            if name in folded and pa.types.is_list(array.type):
                columns[f"{name}_folds"] = _tuples(array)
    frame = pd.DataFrame(columns)
    return frame.reindex(columns=[*frame.columns, *(name for name in metrics if name not in frame.columns)])


def record_frame(trials: Stored, *, folds: bool = False) -> pd.DataFrame:
    """One row for each trial, whether it went well or not.

    Args:
        trials: of one study.
        folds: whether every list of numbers is kept as well, as a tuple under `<name>_folds`.

    Returns:
        Columns trial_id, study, status, code, reason, method (if there is a factor `synthesis`), every factor, and
        every measurement and clock value as in `trial_frame`; one that is named as a factor is has `_measured` behind its name.
    """
    table = trials.table
    everyone = pa.chunked_array([pa.repeat(True, len(table))])
    columns: dict[str, Any] = {
        name: table[name].to_pandas() for name in ("trial_id", "study", "status", "code", "reason")
    }
    factors = dict(_fields(table["factors"], everyone))
    if "synthesis" in factors:
        columns["method"] = _methods(factors)
    columns |= {name: array.to_pandas() for name, array in factors.items()}
    for kind, summarise in (("measurements", np.mean), ("clock", np.median)):
        for name, array in _fields(table[kind], everyone):
            free = f"{name}_measured" if name in columns else name
            columns |= _summary(free, array, summarise)
            if folds and pa.types.is_list(array.type) and _holds_numbers(array.type.value_type):
                columns[f"{free}_folds"] = _tuples(array)
    return pd.DataFrame(columns)


def _fields(column: pa.ChunkedArray, chosen: pa.ChunkedArray) -> Iterator[tuple[str, pa.Array]]:
    """The fields that any of the chosen rows has, one at a time for the sake of memory."""
    structs, rows = column.combine_chunks(), chosen.combine_chunks()
    if pa.types.is_struct(structs.type):
        for field, child in zip(structs.type, structs.flatten(), strict=True):
            array = child.filter(rows)
            if array.null_count < len(array):
                yield field.name, array


def _methods(factors: Mapping[str, pa.Array]) -> list[str]:
    @cache
    def name(synthesis: str, model: str | None) -> str:
        return method_name({"synthesis": synthesis, "model": model})

    synthesis = factors["synthesis"]
    models = factors.get("model", pa.nulls(len(synthesis)))
    return [name(*pair) for pair in zip(synthesis.to_pylist(), models.to_pylist(), strict=True)]


def _summary(name: str, array: pa.Array, summarise: Callable[..., Any]) -> dict[str, Any]:
    """The column of a measurement, or none if it is no number, text or list of numbers."""
    if not pa.types.is_nested(array.type):
        return {name: array.to_pandas()}
    if pa.types.is_list(array.type) and _holds_numbers(array.type.value_type):
        return {name: _over_folds(array, summarise)}
    return {}


def _holds_numbers(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind))


def _over_folds(lists: pa.ListArray, summarise: Callable[..., Any]) -> Floats:
    """A number for each list, shape (n_rows,), of those of its entries that are not null; NaN if there are none.

    Lists with as many entries are summarised together, which gives the same bits as one by one.
    """
    values, lengths = lists.flatten(), pc.fill_null(lists.value_lengths(), 0).to_numpy()
    row_of_value = np.repeat(np.arange(len(lists)), lengths)[values.is_valid().to_numpy(zero_copy_only=False)]
    found = values.drop_null().cast(pa.float64()).to_numpy()
    n_found = np.bincount(row_of_value, minlength=len(lists))
    starts, summary = np.cumsum(n_found) - n_found, np.full(len(lists), np.nan)
    for n in np.unique(n_found[n_found > 0]):
        rows = np.flatnonzero(n_found == n)
        summary[rows] = summarise(found[starts[rows, np.newaxis] + np.arange(n)], axis=1)
    return summary


def _tuples(lists: pa.ListArray) -> list[Any]:
    """A tuple of floats for each list, NaN for null entries; NaN in the place of a tuple where there is no list."""
    values = lists.flatten().cast(pa.float64()).to_numpy(zero_copy_only=False).tolist()
    ends = np.cumsum(pc.fill_null(lists.value_lengths(), 0).to_numpy()).tolist()
    tuples = [tuple(values[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
    return [folds if is_there else np.nan for folds, is_there in zip(tuples, lists.is_valid().to_pylist(), strict=True)]


def interval_cells(name: str, estimate: Estimate, ends: tuple[str, str] | None = None) -> dict[str, float]:
    """An estimate and the ends of its interval as cells of a row: name, name_low and name_high unless the ends are named."""
    low, high = ends or (f"{name}_low", f"{name}_high")
    return {name: estimate.estimate, low: estimate.interval.low, high: estimate.interval.high}


def scores(frame: pd.DataFrame, metric: str, methods: Sequence[str] | None = None) -> pd.DataFrame:
    """Data sets by methods: the mean over seeds and folds; NaN where a method has no trial on a set.

    Args:
        frame: of `trial_frame`.
        metric: a column of it.
        methods: columns and their order; those that occur unless given.
    """
    table = frame.pivot_table(index="dataset", columns="method", values=metric, aggfunc="mean")
    return table if methods is None else table.reindex(columns=list(methods))


def folds(frame: pd.DataFrame, dataset: str, method: str, metric: str) -> Floats:
    """The fold values of all seeds in the order of the seeds, shape (n_seeds * n_folds,)."""
    rows = frame[(frame["dataset"] == dataset) & (frame["method"] == method)].sort_values("seed")
    return np.concatenate([np.asarray(values) for values in rows[f"{metric}_folds"]]) if len(rows) else np.empty(0)
