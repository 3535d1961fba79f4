"""A user's own sets, described by one or two overrides on the command line instead of a YAML."""

from __future__ import annotations

from typing import Any

from harness.data.dataset import Dataset
from harness.data.sources import File, OpenML


def from_file(*, path: str, separator: str = ",", name: str | None = None, **settings: Any) -> Dataset:
    """The set in a CSV or Parquet file.

    Args:
        path: the file.
        separator: what stands between two cells of a CSV file.
        name: the set's name; that of the file without its extension unless given.
        settings: the other attributes of `Dataset`.
    """
    source = File(path=path, separator=separator)
    return Dataset(name=name or source.location.name.partition(".")[0], source=source, **settings)


def from_openml(*, data_id: int, name: str | None = None, **settings: Any) -> Dataset:
    """A set of openml.org.

    Args:
        data_id: its number.
        name: the set's name; `openml_` and the number unless given.
        settings: the other attributes of `Dataset`.
    """
    return Dataset(name=name or f"openml_{data_id}", source=OpenML(data_id=data_id), **settings)
