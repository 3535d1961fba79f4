"""What a source has to offer."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import pandas as pd


class Source(Protocol):
    """A place that raw columns come from. Its `repr` says which place it is."""

    def read(self) -> pd.DataFrame:
        """All rows and columns as they are found, in their original order. Raises `DataError`."""
        ...


@runtime_checkable
class Stamped(Protocol):
    """A source whose content may change while a process runs."""

    def stamp(self) -> str:
        """A short text that differs whenever `read` would give something else; quick to get."""
        ...
