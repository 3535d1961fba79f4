"""Imputation, encoding and scaling, fitted on training rows only.

scikit-learn says what is right. What it does is done here by `quick_rows` without its checks, which take ten times as long: the
first rows of each kind are prepared both ways, and where they do not come out bit for bit, scikit-learn prepares all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from harness.core import Floats
from harness.settings import Checked
from harness.synthesis.quick_rows import QuickRows


@dataclass(frozen=True)
class Preprocessing(Checked):
    """The preparation of the features before any model.

    Attributes:
        impute: the value for a missing number: "median" or "mean" of the training rows.
        scale: whether numbers are scaled to mean 0 and standard deviation 1 on the training rows.
    """

    impute: Literal["median", "mean"] = "median"
    scale: bool = True

    def build(self, nominal: NDArray[np.bool_]) -> Any:
        """An unfitted scikit-learn transformer for `DataTable.matrix`.

        Missing nominal values become the most frequent level. Levels unseen in training become all zeros.

        Args:
            nominal: which columns are nominal, shape (n_features,).
        """
        numbers = Pipeline([("impute", SimpleImputer(strategy=self.impute, keep_empty_features=True))])
        if self.scale:
            numbers.steps.append(("scale", StandardScaler()))
        if not nominal.any():
            return numbers
        levels = Pipeline(
            [
                ("impute", SimpleImputer(strategy="most_frequent", keep_empty_features=True)),
                ("encode", OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
            ]
        )
        parts = [("numbers", numbers, np.flatnonzero(~nominal)), ("levels", levels, np.flatnonzero(nominal))]
        return ColumnTransformer([part for part in parts if len(part[2])])

    def fit(self, matrix: Floats, nominal: NDArray[np.bool_]) -> Prepared:
        """What prepares rows as these, shape (n, n_features), and these as it prepares them."""
        quick = self._quick(matrix, nominal)
        prepared = None if quick is None else quick.prepared(matrix)
        kind = (self.impute, self.scale, nominal.tobytes(), matrix.flags.c_contiguous)
        if prepared is not None and _comes_out_alike.get(kind):
            return Prepared(prepared, lambda: self.build(nominal).fit(matrix), quick)
        transformer = self.build(nominal)
        expected = transformer.fit_transform(matrix)
        if prepared is not None:
            _comes_out_alike.setdefault(kind, _are_same(prepared, expected))
        return Prepared(expected, lambda: transformer, quick if _are_same(prepared, expected) else None)

    def _quick(self, matrix: Any, nominal: NDArray[np.bool_]) -> QuickRows | None:
        if type(self).build is not Preprocessing.build:
            return None
        return QuickRows.of(matrix, nominal, impute=self.impute, scale=self.scale)


_comes_out_alike: dict[Hashable, bool] = {}
"""By kind of rows whether the first of them in this process came out as scikit-learn prepares them."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """What prepares rows, fitted on training rows.

    Attributes:
        matrix: the prepared training rows, shape (n, n_prepared_features).
        make: gives the transformer.
        quick: the same without checks, where that is known to be the same.
    """

    matrix: Floats
    make: Callable[[], Any]
    quick: QuickRows | None = None

    @cached_property
    def transformer(self) -> Any:
        """The fitted transformer of scikit-learn. It is fitted when it is first asked for."""
        return self.make()

    def transform(self, matrix: Floats) -> Floats:
        """Other rows as the transformer prepares them, shape (n, n_prepared_features)."""
        prepared = self.quick.prepared(matrix) if self.quick else None
        return self.transformer.transform(matrix) if prepared is None else prepared


def _are_same(one: Floats | None, other: Any) -> bool:
    """Whether two matrices have equal entries, in the same order of memory."""
    return (
        one is not None
        and type(other) is np.ndarray
        and one.dtype == other.dtype
        and one.flags.c_contiguous == other.flags.c_contiguous
        and one.flags.f_contiguous == other.flags.f_contiguous
        and np.array_equal(one, other)
    )
