"""A data set: its source, the roles of its columns, and the checks of its content."""

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
    """A data set, as one YAML of `conf/dataset` describes it.

    Attributes:
        name: the set's name, which also names the random stream of the subsample.
        task: classification or regression.
        source: the source of the raw columns.
        target: the column to predict; None for the last one.
        rows, features: the required numbers, after `drop`; None for a user's own set.
        classes: the required rows of each class; None for regression and for a user's own set.
        checksum: the required sha256 of the content; None for a user's own set.
        drop: columns to leave out.
        nominal: columns of numbers that are labels, or "all". Columns of text and truth values are always labels.
        zero_is_missing: columns in which 0 stands for a missing value.
        max_rows: the size of the subsample that replaces a larger set; None for all rows.
        rows_per_month: for real streams, the number of rows in a month of production; None for all others.
        about: title, source, licence, citation, notes, kind (natural, artificial or stream), independent (of the other
            sets) and notice (shown when the set is loaded). It is for readers only and changes no measurement.
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
        """Turn the values of a YAML into plain frozen ones. Raises `ConfigError`."""
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
        """The content of the set, checked against the YAML and subsampled to `max_rows`.

        Raises:
            DataError: the set is not available, cannot be used, or is not as the YAML states.
        """
        whole = self._content()
        self.announce()
        if self.max_rows is not None:
            if self.max_rows < (least := max(MIN_ROWS, whole.n_classes)):
                raise ConfigError(
                    f"Data set '{self.name}': dataset.max_rows is {self.max_rows}, at least {least} are needed."
                )
            whole = subsample(whole, self.max_rows)
        # a caller may write into its table, but must not change the cached one
        return replace(whole, features=whole.features.copy(deep=False), target=whole.target.copy())

    def announce(self) -> None:
        """Log the set's notice, if it has one and this process has not logged it yet."""
        if notice := self.about.get("notice"):
            _say_once(str(notice))

    def fingerprint(self) -> str:
        """The checksum of the whole content: the stated one, otherwise that of the loaded content."""
        return self.checksum or self._content().checksum

    def _content(self) -> DataTable:
        """All rows. The last few sets are cached, since trials on the same set run next to each other."""
        described = repr(replace(self, about={}, max_rows=None))
        key = (described, self.source.stamp() if isinstance(self.source, Stamped) else "")
        if key not in _contents:
            roles = Roles(self.task, self.target, self.drop, self.nominal, self.zero_is_missing)
            table = prepare(self.source.read(), roles, self.name)
            self._check(table)
            # keeps the set alive, so that no other source gets the address in a source's repr
            _contents[key] = (self, table)
            if len(_contents) > _KEPT:
                _contents.popitem(last=False)
        _contents.move_to_end(key)
        return _contents[key][1]

    def _check(self, table: DataTable) -> None:
        """Compare with the YAML. Counts come first, since they say more than a checksum."""
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
