"""The nouns of the harness: what every other module passes around.

Errors form one tree, so that a caller can catch what it can mend:

    HarnessError            the run was asked for something it cannot do; one sentence says what, where, what to do
    ├── DataError           a data set cannot be had or is not usable
    └── ConfigError         a configuration is wrong
    Skip                    a trial that makes no sense; recorded with its reason, never an error
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harness.memo import Memo

PROTOCOL_VERSION = 1
"""Raised whenever a trial would measure something else than before; old records then count as stale."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class HarnessError(Exception):
    """The run was asked for something it cannot do. The message is one sentence for the user."""


class DataError(HarnessError):
    """A data set cannot be had or is not usable."""


class ConfigError(HarnessError):
    """A configuration is wrong."""


class Skip(Exception):  # noqa: N818 - a verdict, not an error
    """Raised by a trial that makes no sense; its message is the recorded reason."""


class Task(StrEnum):
    """What is predicted."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"


@dataclass(frozen=True)
class DataTable:
    """A loaded data set, rows in their original order.

    Attributes:
        name: the data set's name.
        task: classification or regression.
        features: shape (n_rows, n_features); numeric columns are float64 (NaN = missing), nominal ones `category`.
        target: shape (n_rows,); class codes 0 .. n_classes - 1 (int64), or a float64 regression target.
        classes: the class labels by code, sorted as text; empty for regression.
        checksum: sha256 over the content of the whole set, before any subsampling.
    """

    name: str
    task: Task
    features: pd.DataFrame
    target: Ints | Floats
    classes: tuple[str, ...]
    checksum: str

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.features)

    @property
    def n_classes(self) -> int:
        """The number of classes; 0 for regression."""
        return len(self.classes)

    @property
    def nominal(self) -> tuple[str, ...]:
        """The names of the nominal columns."""
        return tuple(str(name) for name, dtype in self.features.dtypes.items() if dtype == "category")

    @cached_property
    def matrix(self) -> Floats:
        """The features as one array, shape (n_rows, n_features): nominal columns hold category codes, NaN is missing."""
        columns = [self.features[name] for name in self.features.columns]
        return np.column_stack([_numbers(column) for column in columns])

    @cached_property
    def nominal_mask(self) -> NDArray[np.bool_]:
        """Which columns of `matrix` are nominal, shape (n_features,)."""
        return np.array([dtype == "category" for dtype in self.features.dtypes])

    def take(self, rows: Ints) -> DataTable:
        """The same set with only `rows` (positions, in the order given)."""
        features = self.features.iloc[rows].reset_index(drop=True)
        return DataTable(self.name, self.task, features, self.target[rows], self.classes, self.checksum)


def _numbers(column: pd.Series[Any]) -> Floats:
    if column.dtype != "category":
        return column.to_numpy(dtype=np.float64)
    codes = column.cat.codes.to_numpy(dtype=np.float64)
    return np.where(codes < 0, np.nan, codes)


@dataclass(frozen=True)
class Outcome:
    """What one trial measured.

    Attributes:
        measurements: deterministic, JSON-able; the same bits on every run of the trial.
        clock: seconds and sizes, which differ from run to run and from host to host.
        predictions: arrays kept beside the record, so that a new metric needs no new run.
    """

    measurements: Mapping[str, Any]
    clock: Mapping[str, Any] = field(default_factory=dict)
    predictions: Mapping[str, NDArray[Any]] = field(default_factory=dict)


class Trial(Protocol):
    """One cell of a study's design at one seed."""

    def run(self, memo: Memo) -> Outcome:
        """Measure, sharing work with neighbouring trials through `memo`. Raises `Skip` for a cell that makes no sense."""
        ...


class Status(StrEnum):
    """How a trial ended."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Record:
    """A finished trial: the unit of the results store.

    Attributes:
        trial_id: sha256 of what changes its measurements (see `harness.running.identity`).
        study: the name of the study that asked for it.
        status: ok, failed or skipped.
        factors: level of each factor of the design, by name (dataset, model, synthesis, seed ...).
        spec: digest of the base spec, which stands once in the part that holds the record.
        header: digest of the header of that part: code, packages and machine.
        measurements: the deterministic part (empty unless ok).
        clock: seconds, sizes (empty unless ok).
        reason: why it was skipped, or the error in one line.
        error: the traceback of a failure.
        predictions: sha256 of the file of predictions, or "".
    """

    trial_id: str
    study: str
    status: Status
    factors: Mapping[str, Any]
    spec: str
    header: str
    measurements: Mapping[str, Any] = field(default_factory=dict)
    clock: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    error: str = ""
    predictions: str = ""
