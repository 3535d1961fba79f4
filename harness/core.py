"""The nouns of the harness, which every other module uses.

`Skip` is a verdict on a trial, not an error. A reason is a code for programs and a sentence for people: see `Code`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from harness.errors import ConfigError as ConfigError
from harness.errors import DataError as DataError
from harness.errors import HarnessError as HarnessError
from harness.errors import UnavailableError as UnavailableError
from harness.errors import UnreadableError as UnreadableError
from harness.memo import Memo

if TYPE_CHECKING:  # whoever has a table has loaded it; workers and commands without one are spared most of their start
    import pandas as pd

PROTOCOL_VERSION = 2
"""The protocol version. It is raised whenever trials would measure something else than before. Old records are then stale."""

MONTHS, ROWS_PER_MONTH = 6, 300
"""The default length of a stream: months, and rows of each month (M)."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Code(StrEnum):
    """Codes for programs: why a trial was skipped or failed.

    The sentence beside a code is for people only and may be reworded at any time: only its display depends on it. A user's
    class may raise `Skip` with any other slug, such as "no-second-sensor".
    """

    # trials that make no sense
    MAKES_NO_SENSE = "makes-no-sense"
    """The code of a `Skip` without a code of its own."""

    HARM_OUT_OF_REACH = "harm-out-of-reach"
    HARM_JUMPED_OVER = "harm-jumped-over"
    TOO_FEW_EFFECTIVE_ROWS = "too-few-effective-rows"
    ONSET_TOO_LATE = "onset-too-late"
    TOO_FEW_ROWS = "too-few-rows"
    RARE_CLASS = "rare-class"
    TOO_FEW_FEATURES = "too-few-features"
    TOO_FEW_NUMERIC_FEATURES = "too-few-numeric-features"
    TOO_FEW_NOMINAL_FEATURES = "too-few-nominal-features"
    NEEDS_CLASSES = "needs-classes"
    CONSTANT_TARGET = "constant-target"
    NOTHING_TO_ADAPT_WITH = "nothing-to-adapt-with"
    EMPTY_POOL = "empty-pool"
    NO_PROBABILITIES = "no-probabilities"
    NO_ESTIMATOR = "no-estimator"
    CANNOT_WEIGH_ROWS = "cannot-weigh-rows"
    ALREADY_AN_ENSEMBLE = "already-an-ensemble"
    NO_SETTING = "no-setting"

    # detectors that cannot read a stream
    CONSTANT_CONFIDENCE = "constant-confidence"
    NO_SIGNAL = "no-signal"
    NO_TRUTH = "no-truth"

    # tracking tools
    NOT_OFFERED = "not-offered"
    OVER_BUDGET = "over-budget"

    # causes outside of the trial, which may have changed by the next sweep
    NOT_INSTALLED = "not-installed"
    DATA_REFUSED = "data-refused"
    SETTING_REFUSED = "setting-refused"
    REFUSED = "refused"

    # errors within the trial
    RAISED = "raised"
    IMPOSSIBLE_ANSWER = "impossible-answer"
    MODULE_NOT_FOUND = "module-not-found"
    NOT_RECORDABLE = "not-recordable"
    OUT_OF_MEMORY = "out-of-memory"
    OUT_OF_TIME = "out-of-time"
    WORKER_LOST = "worker-lost"


_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Skip(Exception):  # noqa: N818 - a verdict, not an error
    """Raised by a trial that makes no sense. Its code and its message are the recorded reason.

    Attributes:
        code: one of `Code`, or a user's own slug: words of a-z and 0-9, joined by hyphens.
    """

    def __init__(self, sentence: str = "", *, code: str = Code.MAKES_NO_SENSE) -> None:
        """A reason to skip. Raises `ValueError` if the code is not a slug."""
        if not _SLUG.fullmatch(code):
            raise ValueError(f"{code!r} is no code: write words of a-z and 0-9, joined by hyphens")
        super().__init__(sentence)
        self.code = str(code)


class Task(StrEnum):
    """The kind of prediction."""

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
        checksum: the sha256 of the content of the whole set, before any subsampling.
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
    def groups(self) -> Ints:
        """The group of each row, see `equal_rows`; no split cuts one."""
        return equal_rows(self.matrix, self.target)

    @cached_property
    def nominal_mask(self) -> NDArray[np.bool_]:
        """Which columns of `matrix` are nominal, shape (n_features,)."""
        return np.array([dtype == "category" for dtype in self.features.dtypes])

    def take(self, rows: Ints) -> DataTable:
        """The set with only `rows` (positions, in the order given)."""
        features = self.features.iloc[rows].reset_index(drop=True)
        return DataTable(self.name, self.task, features, self.target[rows], self.classes, self.checksum)


def equal_rows(matrix: Floats, target: Ints | Floats) -> Ints:
    """The group of each row, shape (n,): rows with equal values and an equal target share one; missing equals missing.

    Groups are numbered from 0 in the order in which they begin.
    """
    rows = np.column_stack([matrix, target]).astype(np.float64) + 0.0  # -0.0 is 0.0
    rows[np.isnan(rows)] = np.nan  # all with the same bits
    known: dict[bytes, int] = {}
    bits = rows.view(f"V{rows.shape[1] * rows.itemsize}").ravel().tolist()
    return np.array([known.setdefault(row, len(known)) for row in bits], dtype=np.int64)


def _numbers(column: pd.Series[Any]) -> Floats:
    if column.dtype != "category":
        return column.to_numpy(dtype=np.float64)
    codes = column.cat.codes.to_numpy(dtype=np.float64)
    return np.where(codes < 0, np.nan, codes)


class Answered(NamedTuple):
    """Which rows a deployed model is wrong about under one concept. Whoever has that reads streams without fitting the model.

    All fields but `wrong` are its key: equal keys mean equal answers, whichever trial asked.
    """

    dataset: str
    """The data set's name."""
    checksum: str
    """Of the content of the whole set."""
    seed: int
    """Of the trial: of split, model and drift."""
    rows: str
    """A digest of all rows that ids speak of: of a subsample, or of rows that were made, not those of the whole set."""
    train: str
    """A digest of the ids of the rows that the model learned from."""
    evaluate: str
    """A digest of the ids of the rows that it is scored on, in their order."""
    model: str
    """The model's name."""
    learner: str
    """A digest of its description: class and parameters."""
    preprocessing: str
    """A digest of that of the preprocessing."""
    drift: str
    """JSON of what is on under the concept: a list of injectors with their parameters, version and number on the stream."""
    strengths: tuple[float, ...]
    """Of each of them."""
    wrong: NDArray[np.bool_]
    """Shape (n_evaluate,)."""


@dataclass(frozen=True)
class Outcome:
    """The result of one trial.

    Attributes:
        measurements: deterministic values that JSON can hold, with the same bits on every run of the trial.
        clock: seconds and sizes, which differ between runs and machines.
        predictions: arrays that are kept beside the record, so that a new metric needs no new run.
        answers: of the model on the rows that it is scored on, kept once for all trials that share them.
    """

    measurements: Mapping[str, Any]
    clock: Mapping[str, Any] = field(default_factory=dict)
    predictions: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    answers: Sequence[Answered] = ()


class Trial(Protocol):
    """One cell of a study's design at one seed."""

    def run(self, memo: Memo) -> Outcome:
        """The measurements. Neighbouring trials share work through `memo`. Raises `Skip` for a cell that makes no sense."""
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
        trial_id: the first digits of the sha256 of all that can change its measurements (see `harness.running.identity`).
        study: the name of the study that asked for it.
        status: ok, failed or skipped.
        factors: the level of each factor of the design by name (dataset, model, synthesis, seed ...).
        spec: the digest of the base spec, which the part of the record holds once.
        header: the digest of the header of that part: code, packages and machine.
        measurements: the deterministic part (empty unless ok).
        clock: seconds, sizes (empty unless ok).
        reason: why the trial was skipped, or the error in one line; for people only.
        code: the reason for programs: one of `Code`, or a user's own slug; empty if ok.
        error: the traceback of a failure.
        predictions: the sha256 of the file of predictions, or "".
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
    code: str = ""
    error: str = ""
    predictions: str = ""
