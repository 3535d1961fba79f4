"""A user's own data sets, described by one or two overrides on the command line instead of a YAML."""

from __future__ import annotations

from typing import Any

from harness.data.dataset import Dataset
from harness.data.sources import File, OpenML


def from_file(*, path: str, separator: str = ",", name: str | None = None, **settings: Any) -> Dataset:
    """The data set in a CSV or Parquet file.

    Args:
        path: the file.
        separator: the character between two cells of a CSV file.
        name: the set's name; by default the file's name without its extension.
        settings: the other attributes of `Dataset`.
    """
    source = File(path=path, separator=separator)
    return Dataset(name=name or source.location.name.partition(".")[0], source=source, **settings)


def from_openml(*, data_id: int, name: str | None = None, **settings: Any) -> Dataset:
    """A data set of openml.org.

    Args:
        data_id: the number of the set.
        name: the set's name; by default `openml_` and the number.
        settings: the other attributes of `Dataset`.
    """
    return Dataset(name=name or f"openml_{data_id}", source=OpenML(data_id=data_id), **settings)
