"""Small made data: the same bits every time, and nothing has to be fetched."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from harness.core import DataTable, Floats, Ints, Task

N_ROWS = 120


def tables() -> Mapping[str, DataTable]:
    """By name: three classes told apart by numbers, by numbers with gaps, by labels and numbers; and a value to predict.

    They are made anew at every call, so that what one check or component writes into them reaches no other.
    """
    rng = np.random.default_rng(0)
    target = rng.permutation(np.repeat([0, 1, 2], N_ROWS // 3))
    numbers = _numbers(target, rng)
    gaps = np.where(rng.random(numbers.shape) < 0.1, np.nan, numbers)
    value = 2 * numbers[:, 1] - numbers[:, 2] + rng.normal(scale=0.3, size=N_ROWS)
    return {
        "numeric": _table("numeric", numbers, target),
        "missing": _table("missing", gaps, target),
        "nominal": _table("nominal", numbers, target, labels=_labels(target, rng)),
        "regression": _table("regression", numbers, value, labels=_labels(target, rng)),
    }


def _numbers(target: Ints, rng: np.random.Generator) -> Floats:
    """Four columns, of which the first two depend on the class."""
    noise = rng.normal(size=(len(target), 4))
    noise[:, :2] += 1.5 * target[:, None]
    return noise


def _labels(target: Ints, rng: np.random.Generator) -> Mapping[str, Ints]:
    """Two nominal columns, one of which depends on the class."""
    unsure = rng.random(len(target)) < 0.3
    return {
        "colour": np.where(unsure, rng.integers(0, 3, len(target)), target),
        "shape": rng.integers(0, 4, len(target)),
    }


def _table(name: str, numbers: Floats, target: Ints | Floats, labels: Mapping[str, Ints] | None = None) -> DataTable:
    features = pd.DataFrame(numbers, columns=[f"x{number}" for number in range(numbers.shape[1])])
    for column, codes in (labels or {}).items():
        features[column] = pd.Categorical.from_codes(
            codes, categories=pd.Index([f"{column}{code}" for code in range(4)])
        )
    is_regression = target.dtype.kind == "f"
    task = Task.REGRESSION if is_regression else Task.CLASSIFICATION
    return DataTable(name, task, features, target, () if is_regression else ("a", "b", "c"), checksum=name)


# ---- signals --------------------------------------------------------------------------------------------------------


def errors(n_rows: int = 1200, *, seed: int = 0, before: float = 0.2, after: float = 0.5) -> Floats:
    """Errors of 0 and 1, more of them from the middle on, shape (n_rows,)."""
    rate = np.where(np.arange(n_rows) < n_rows // 2, before, after)
    return (np.random.default_rng(seed).random(n_rows) < rate).astype(np.float64)


def confidences(n_rows: int = 1200, *, seed: int = 0, drop: float = 0.3) -> Floats:
    """Confidences of a calibrated model, lower from the middle on, and labels that arrive 50 rows late, shape (n_rows, 3)."""
    rng = np.random.default_rng(seed)
    later = np.arange(n_rows) >= n_rows // 2
    confidence = rng.uniform(0.7, 1.0, n_rows).round(2) - drop * later
    wrong = (rng.random(n_rows) > confidence).astype(np.float64)
    late = np.full((n_rows, 2), np.nan)
    late[50:] = np.column_stack([confidence, wrong])[: max(0, n_rows - 50)]
    return np.column_stack([confidence, late])


def labelled_confidences(n_rows: int = 300, *, seed: int = 99) -> Floats:
    """Confidence and error of rows from before, shape (n_rows, 2)."""
    rng = np.random.default_rng(seed)
    confidence = rng.uniform(0.7, 1.0, n_rows).round(2)
    return np.column_stack([confidence, rng.random(n_rows) > confidence])


def disagreements(n_rows: int = 1200, *, seed: int = 0, after: float = 0.5) -> Floats:
    """Shares of five models that answer otherwise, more of them from the middle on, shape (n_rows,)."""
    share = np.where(np.arange(n_rows) < n_rows // 2, 0.1, after)
    return np.random.default_rng(seed).binomial(5, share) / 5


NOMINAL = np.array([False, True, False, True])
"""Which columns of `rows` are nominal."""


def rows(n_rows: int, *, seed: int = 0, shift: float = 2.0) -> Floats:
    """Two numeric columns with ties and two nominal ones, all with gaps; the later half is shifted; shape (n_rows, 4)."""
    rng = np.random.default_rng(seed)
    made = rng.normal(size=(n_rows, 4)).round(1)
    made[n_rows // 2 :] += shift
    made[:, NOMINAL] = rng.integers(0, 4, size=(n_rows, 2))
    made[rng.uniform(size=made.shape) < 0.05] = np.nan
    return made
