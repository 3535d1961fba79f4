"""The interface of a source."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import pandas as pd


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
