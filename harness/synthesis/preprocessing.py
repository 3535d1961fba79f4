"""Imputation, encoding and scaling, fitted on training rows only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from harness.settings import Checked


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
