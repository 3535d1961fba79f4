"""The usual report, for a study without a folder in `experiments/`: its measurements by factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from harness.analysis.frame import trial_frame
from harness.analysis.query import OK, Among, Query, where
from harness.report.evidence import Evidence
from harness.report.table import Basis, Column, Key, Table, known
from harness.report.writing import Report

REPEATS = "seed"
"""The factor that is averaged over."""

_N_DIGITS = 8
"""Digits of a digest that are printed."""

N_PRINTED = 8
"""Measurements that are printed; the CSV file has all of them."""


def report(evidence: Evidence) -> Report:
    """One table: a row for each combination of the factors that vary, with means over seeds and the number of trials.

    Raises:
        HarnessError: no trial has ended well.
    """
    return Report([measured_table(evidence)], [], evidence.numbers)


def measured_table(evidence: Evidence) -> Table:
    """The mean of every measured number, one row for each combination of factors and other settings."""
    trials = trial_frame(evidence.stored, folded=())
    factors = _fields(evidence, "factors", trials)
    varying = [name for name in factors if name != REPEATS and len(trials[name].unique()) > 1]
    measured = [name for name in _fields(evidence, "measurements", trials) if _is_number(trials[name])]
    groups = trials.groupby([*varying, "spec"], dropna=False, sort=True)
    frame = groups[measured].mean().reset_index()
    frame.insert(len(varying) + 1, "n_trials", groups.size().to_numpy())
    others = len(frame) - len(frame[varying].drop_duplicates()) if varying else len(frame) - 1
    fixed = {name: trials[name].iloc[0] for name in factors if name not in (*varying, REPEATS)}
    printed = _titled(frame, varying, evidence.titles)
    columns = [
        *(Column(name.replace("_", " "), f"{name}_title", basis=Basis.DESIGN) for name in varying),
        *([Column("other settings", "spec", basis=Basis.DESIGN)] if others else []),
        Column("trials", "n_trials", 0),
        *(Column(name.replace("_", " "), name, 3) for name in measured[:N_PRINTED]),
    ]
    notes, keys = _notes(fixed, others, len(measured)), [_key(frame, varying)]
    return Table("measured", _caption(evidence), printed, columns, notes, keys=keys, where=OK)


def _key(frame: pd.DataFrame, varying: Sequence[str]) -> Key:
    """The trials behind each row: those with its levels and its settings."""
    records = {}
    for row in frame[[*varying, "spec"]].to_dict("records"):
        levels = {str(name): known(row[name]) for name in varying}
        spec = row["spec"]
        records[*levels.values(), spec[:_N_DIGITS]] = where(**levels) & Query((Among(("spec",), (spec,)),))
    return Key((*varying, "spec"), records)


def _fields(evidence: Evidence, column: str, trials: pd.DataFrame) -> list[str]:
    """The factors, or the measurements, that the frame has a column of."""
    kind = evidence.stored.table[column].type
    return [field.name for field in kind if field.name in trials.columns]


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _titled(frame: pd.DataFrame, varying: Sequence[str], titles: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """The frame with the printed name of every level, and its raw level beside it."""
    printed = frame.copy()
    printed["spec"] = printed["spec"].str[:_N_DIGITS]
    for name in varying:
        known = titles.get(name, {})
        printed[f"{name}_title"] = [known.get(str(level), _text(level)) for level in frame[name]]
    return printed


def _text(level: object) -> str:
    """A level as it is printed, without the decimal point of a whole number; a dash for a factor that a trial lacks."""
    if level is None or (isinstance(level, float) and np.isnan(level)):
        return "–"
    return f"{level:g}" if isinstance(level, float) else str(level)


def _caption(evidence: Evidence) -> str:
    n_trials = evidence.numbers["trials"].text
    return f"What was measured at each combination of factors: means over seeds, of {n_trials} trials in all."


def _notes(fixed: Mapping[str, object], others: int, n_measured: int) -> list[str]:
    same = ", ".join(f"{name} {_text(level)}" for name, level in fixed.items())
    return [
        "This is the usual report of a study without a folder in experiments/; one with a function report(evidence) has its "
        "own tables and figures.",
        f"The same in all trials: {same}." if same else "",
        "Rows that differ in nothing else have other settings of one of these levels." if others else "",
        f"The CSV file has {n_measured - N_PRINTED} more measurements." if n_measured > N_PRINTED else "",
    ]
