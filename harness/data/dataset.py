"""A data set: its source, the roles of its columns, and the checks of its content."""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import numpy as np

from harness.core import ConfigError, DataError, DataTable, Task
from harness.data.names import as_texts, is_name
from harness.data.overrides import override
from harness.data.preparation import MIN_ROWS, Prepared, prepare
from harness.data.roles import Roles
from harness.data.sources import Reading, Source, Stamped, Written
from harness.data.subsample import subsample
from harness.settings import Bound, Checked, at_least

logger = logging.getLogger("harness.data")

_KEPT = 4
_contents: OrderedDict[tuple[str, str], _Content] = OrderedDict()


class _Content(NamedTuple):
    """All rows of a set, its subsamples by size, and the set itself: no other source gets the address in a source's repr."""

    dataset: Dataset
    whole: DataTable
    samples: dict[int, DataTable]


_SHA256 = Bound(
    "64 digits of 0-9 and a-f, as `harness data check` prints them",
    lambda text: re.fullmatch("[0-9a-f]{64}", text) is not None,
)

_ASCENDING = Bound("ascending rows, each once", lambda rows: all(one < other for one, other in pairwise(rows)))


@dataclass(frozen=True, kw_only=True)
class Dataset(Checked):
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
        blocks: for real streams, the first row of each block that is replayed in the order of the file (sampling=ordered).
        about: title, source, licence, citation, notes, kind (natural, artificial or stream), independent (of the other
            sets) and notice (shown when the set is loaded). It is for readers only and changes no measurement.
    """

    name: str
    task: Task
    source: Source
    target: str | None = None
    rows: Annotated[int, at_least(1)] | None = None
    features: Annotated[int, at_least(1)] | None = None
    classes: Mapping[str, int] | None = None
    checksum: Annotated[str, _SHA256] | None = None
    drop: Sequence[str] = ()
    nominal: Sequence[str] | str = ()
    zero_is_missing: Sequence[str] = ()
    max_rows: Annotated[int, at_least(1)] | None = None
    rows_per_month: Annotated[int, at_least(1)] | None = None
    blocks: Annotated[Sequence[Annotated[int, at_least(0)]], _ASCENDING] = ()
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Turn the values of a YAML into plain frozen ones, then check them. Raises `ConfigError`."""
        plain = {
            "target": str(self.target) if is_name(self.target) else self.target,
            **{setting: as_texts(getattr(self, setting)) for setting in ("drop", "nominal", "zero_is_missing")},
        }
        for attribute, value in plain.items():
            object.__setattr__(self, attribute, value)
        super().__post_init__()
        self._check_unions()
        object.__setattr__(self, "task", Task(self.task))
        object.__setattr__(self, "about", dict(self.about))
        if self.classes is not None:
            object.__setattr__(self, "classes", {str(key): n for key, n in self.classes.items()})

    def _check_unions(self) -> None:
        """Check what is one of two types, which `Checked` leaves to its classes."""
        if isinstance(self.nominal, str) and self.nominal != "all":
            raise ConfigError(f"Data set '{self.name}': dataset.nominal is '{self.nominal}', not 'all' or a list.")
        if not isinstance(self.nominal, str) and not _are_texts(self.nominal):
            raise ConfigError(f"{self.name}: nominal has to be 'all' or a list of columns, not {self.nominal!r}")
        if self.classes is not None and not _are_counts(self.classes):
            raise ConfigError(f"{self.name}: classes has to be a number of rows for each class, not {self.classes!r}")
        if not isinstance(self.about, Mapping):
            raise ConfigError(f"{self.name}: about has to be a mapping, not {self.about!r}")

    def load(self) -> DataTable:
        """The content of the set, checked against the YAML and subsampled to `max_rows`.

        Raises:
            DataError: the set is not available, cannot be used, or is not as the YAML states.
        """
        content = self._content()
        found = whole = content.whole
        self.announce()
        if self.max_rows is not None:
            if self.max_rows < (least := max(MIN_ROWS, whole.n_classes)):
                raise ConfigError(
                    f"Data set '{self.name}': dataset.max_rows is {self.max_rows}, at least {least} are needed."
                )
            if self.max_rows not in content.samples:
                content.samples[self.max_rows] = subsample(whole, self.max_rows)
            found = content.samples[self.max_rows]
        # a caller may write into its table, but must not change the cached one
        return replace(found, features=found.features.copy(deep=False), target=found.target.copy())

    def announce(self) -> None:
        """Log the set's notice, if it has one and this process has not logged it yet."""
        if notice := self.about.get("notice"):
            _say_once(str(notice))

    def verify(self) -> None:
        """Compare the content with all that is stated. Raises `DataError`."""
        self._content()

    def prepared(self) -> Prepared:
        """The content, read anew and not compared with what is stated, and what is worth knowing of it.

        Raises:
            DataError: the set is not available or cannot be used.
        """
        reading = self.source.reading() if isinstance(self.source, Written) else Reading(self.source.read())
        roles = Roles(self.task, self.target, self.drop, self.nominal, self.zero_is_missing)
        return prepare(reading, roles, self.name, self.source)

    def fingerprint(self) -> str:
        """The checksum of the whole content: the stated one, otherwise that of the loaded content."""
        return self.checksum or self._content().whole.checksum

    def _content(self) -> _Content:
        """All rows. The last few sets are cached, since trials on the same set run next to each other."""
        key = (self._described, self.source.stamp() if isinstance(self.source, Stamped) else "")
        if key not in _contents:
            prepared = self.prepared()
            table = prepared.table
            self._check(table)
            if self.checksum is None:  # who pins a set has seen what is said of it
                for notice in prepared.notices:
                    _say_once(f"Data set '{self.name}': {notice}.")
            _contents[key] = _Content(self, table, {})
            if len(_contents) > _KEPT:
                _contents.popitem(last=False)
        _contents.move_to_end(key)
        return _contents[key]

    @cached_property
    def _described(self) -> str:
        return repr(replace(self, about={}, max_rows=None))

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
                mend = dict.fromkeys((what, "checksum"))
                raise DataError(
                    f"Data set '{self.name}' is not what its YAML states: {what} should be {stated} but is {value}; "
                    f"if you changed the set on purpose, set {' and '.join(override(one, None) for one in mend)}."
                )


def _are_texts(names: Any) -> bool:
    return isinstance(names, Sequence) and all(isinstance(name, str) for name in names)


def _are_counts(classes: Any) -> bool:
    return isinstance(classes, Mapping) and all(type(n) is int and n > 0 for n in classes.values())


@cache
def _say_once(notice: str) -> None:
    logger.warning(notice)
