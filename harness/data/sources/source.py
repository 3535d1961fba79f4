"""The interface of a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import pandas as pd

from harness.data.numerals import Convention


class Source(Protocol):
    """A source of raw columns. Its `repr` identifies it."""

    def read(self) -> pd.DataFrame:
        """All rows and columns, unchanged and in their original order. Raises `DataError`."""
        ...


@runtime_checkable
class Stamped(Protocol):
    """A source whose content may change while a process runs."""

    def stamp(self) -> str:
        """A short text, quick to make, that differs whenever `read` would give other data."""
        ...


@dataclass(frozen=True)
class Reading:
    """What a source gives, and what it knows of how cells were written.

    Attributes:
        frame: all rows and columns.
        missing: by column the texts that were read as "no value", each with the number of its cells.
        codes: columns of digits that stay text, since some cells begin with a zero or are too long for a number, each with
            such a cell.
        examples: of each column the first cell that is not missing, as it is written.
        grouped: columns of numbers with three digits behind every point, which may separate thousands, each with a cell.
        firm: columns of numbers that cannot be read with another decimal or thousands mark, each with a cell that shows it.
    """

    frame: pd.DataFrame
    missing: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    grouped: Mapping[str, str] = field(default_factory=dict)
    firm: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Written(Protocol):
    """A source of text, whose settings say how numbers and missing values are written."""

    @property
    def convention(self) -> Convention:
        """How numbers are written."""
        ...

    def reading(self) -> Reading:
        """The same as `read` gives, and how its cells were written. Raises `DataError`."""
        ...

    def remedies(self, columns: Mapping[str, Sequence[Convention]]) -> Sequence[str]:
        """For columns whose cells are numbers in another convention: the settings that read them, one way each."""
        ...
