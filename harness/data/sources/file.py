"""A user's own file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from harness.core import DataError
from harness.data.sources.csv import read_csv

_PARQUET = (".parquet", ".pq")
_CSV = (".csv", ".csv.gz")


@dataclass(frozen=True)
class File:
    """A CSV file with a header line (`.csv`, `.csv.gz`) or a Parquet file (`.parquet`, `.pq`).

    Attributes:
        path: the file. A relative path starts at the current folder; `~` is the home folder.
        separator: the character between two cells of a CSV file.
    """

    path: str
    separator: str = ","

    @property
    def location(self) -> Path:
        """The absolute path."""
        return Path(self.path).expanduser().resolve()

    def stamp(self) -> str:
        """The path, the size and the time of the last change."""
        status = self._existing().stat()
        return f"{self.location}:{status.st_size}:{status.st_mtime_ns}"

    def read(self) -> pd.DataFrame:
        """All columns. Raises `DataError` if the file is missing, empty, of an unknown kind or unreadable."""
        path = self._existing()
        if path.stat().st_size == 0:
            raise DataError(f"The file {path} is empty.")
        if path.name.lower().endswith(_CSV):
            return read_csv(path, header=True, separator=self.separator)
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError) as error:  # the base classes of pyarrow's errors
            raise DataError(f"The file {path} is not a readable Parquet file: {_first_line(error)}.") from error

    def _existing(self) -> Path:
        path = self.location
        if not path.name.lower().endswith((*_CSV, *_PARQUET)):
            known = ", ".join((*_CSV, *_PARQUET))
            raise DataError(f"The file {path} has an unknown extension: use one of {known}.")
        if not path.is_file():
            raise DataError(
                f"There is no file {path}: check dataset.path (relative paths start at the current folder)."
            )
        return path


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
