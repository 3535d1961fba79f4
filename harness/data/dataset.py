"""A data set: where it comes from, what its columns are for, and what it must turn out to be."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from harness.core import ConfigError, DataError, DataTable, Task
from harness.data.preparation import MIN_ROWS, Roles, prepare
from harness.data.sources import Source, Stamped
from harness.data.subsample import subsample

logger = logging.getLogger("harness.data")

_KEPT = 4
_contents: OrderedDict[tuple[str, str], tuple[Dataset, DataTable]] = OrderedDict()


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What one YAML of `conf/dataset` says.

    Attributes:
        name: the set's name; it also names the random stream of the subsample.
        task: classification or regression.
        source: gives the raw columns.
        target: the column to predict; None for the last one.
        rows, features: how many there must be, after `drop`; None for a set of one's own.
        classes: how many rows each class must have; None for regression and for a set of one's own.
        checksum: sha256 that the content must have; None for a set of one's own.
        drop: columns to leave out.
        nominal: columns of numbers that are labels, or "all". Columns of text and truth values are so anyway.
        zero_is_missing: columns in which 0 stands for a missing value.
        max_rows: size of the subsample that is used instead of a larger set; None for all rows.
        rows_per_month: for real streams, how many rows a month of production has; None for all others.
        about: title, source, licence, citation, notes, kind (natural, artificial or stream), independent (of the
            other sets) and notice (said when the set is loaded). For readers only: it changes no measurement.
    """

    name: str
    task: Task
    source: Source
    target: str | None = None
    rows: int | None = None
    features: int | None = None
    classes: Mapping[str, int] | None = None
    checksum: str | None = None
    drop: Sequence[str] = ()
    nominal: Sequence[str] | str = ()
    zero_is_missing: Sequence[str] = ()
    max_rows: int | None = None
    rows_per_month: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Turn what a YAML gives into plain frozen values. Raises `ConfigError`."""
        if self.task not in list(Task):
            raise ConfigError(
                f"Data set '{self.name}': dataset.task is '{self.task}', not classification or regression."
            )
        if isinstance(self.nominal, str) and self.nominal != "all":
            raise ConfigError(f"Data set '{self.name}': dataset.nominal is '{self.nominal}', not 'all' or a list.")
        plain = {
            "task": Task(self.task),
            "classes": None if self.classes is None else {str(key): int(n) for key, n in self.classes.items()},
            "drop": tuple(map(str, self.drop)),
            "nominal": self.nominal if isinstance(self.nominal, str) else tuple(map(str, self.nominal)),
            "zero_is_missing": tuple(map(str, self.zero_is_missing)),
            "about": dict(self.about),
        }
        for attribute, value in plain.items():
            object.__setattr__(self, attribute, value)

    def load(self) -> DataTable:
        """The set, checked against what it must be, and subsampled to `max_rows`.

        Raises:
            DataError: it cannot be had, cannot be used, or is not what the YAML states.
        """
        whole = self._content()
        self.announce()
        if self.max_rows is not None:
            if self.max_rows < (least := max(MIN_ROWS, whole.n_classes)):
                raise ConfigError(
                    f"Data set '{self.name}': dataset.max_rows is {self.max_rows}, at least {least} are needed."
                )
            whole = subsample(whole, self.max_rows)
        # a caller may write into its table, but not into the one that is kept
        return replace(whole, features=whole.features.copy(deep=False), target=whole.target.copy())

    def announce(self) -> None:
        """Say the set's notice, if it has one and this process has not said it yet."""
        if notice := self.about.get("notice"):
            _say_once(str(notice))

    def fingerprint(self) -> str:
        """The checksum of the whole content: as stated, else found by loading it."""
        return self.checksum or self._content().checksum

    def _content(self) -> DataTable:
        """All rows. The last few sets are kept, since the trials of a study that share a set run next to each other."""
        described = repr(replace(self, about={}, max_rows=None))
        key = (described, self.source.stamp() if isinstance(self.source, Stamped) else "")
        if key not in _contents:
            roles = Roles(self.task, self.target, self.drop, self.nominal, self.zero_is_missing)
            table = prepare(self.source.read(), roles, self.name)
            self._check(table)
            # with the set itself, so that the address in the repr of a user's source is not used again
            _contents[key] = (self, table)
            if len(_contents) > _KEPT:
                _contents.popitem(last=False)
        _contents.move_to_end(key)
        return _contents[key][1]

    def _check(self, table: DataTable) -> None:
        """Compare with what the YAML states; counts first, since they say more than a checksum."""
        found: dict[str, Any] = {"rows": table.n_rows, "features": table.features.shape[1]}
        if self.task is Task.CLASSIFICATION:
            counts = np.bincount(table.target.astype(np.int64))
            found["classes"] = {name: int(n) for name, n in zip(table.classes, counts, strict=True)}
        found["checksum"] = table.checksum
        for what, value in found.items():
            stated = getattr(self, what)
            if stated is not None and stated != value:
                raise DataError(
                    f"Data set '{self.name}' is not what its YAML states: {what} should be {stated} but is {value}; "
                    f"if you changed the set on purpose, set dataset.{what}=null (and dataset.checksum=null)."
                )


@cache
def _say_once(notice: str) -> None:
    logger.warning(notice)
