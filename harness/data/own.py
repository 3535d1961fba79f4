"""A user's own sets, described by two overrides on the command line instead of a YAML."""

from __future__ import annotations

from typing import Any

from harness.data.dataset import Dataset
from harness.data.sources import File, OpenML


def from_file(*, path: str, separator: str = ",", name: str | None = None, **settings: Any) -> Dataset:
    """The set in a CSV or Parquet file, named after the file unless a name is given.

    Args:
        path: the file.
        separator: what stands between two cells of a CSV file.
        name: the set's name.
        settings: the other attributes of `Dataset`.
    """
    source = File(path=path, separator=separator)
    return Dataset(name=name or source.location.name.split(".")[0], source=source, **settings)


def from_openml(
    *,
    data_id: int | None = None,
    openml_name: str | None = None,
    version: int | None = None,
    name: str | None = None,
    **settings: Any,
) -> Dataset:
    """A set of openml.org.

    Args:
        data_id: its number; or
        openml_name: its name there, and
        version: its version.
        name: the set's name here; `openml_` and the number or name unless given.
        settings: the other attributes of `Dataset`.
    """
    source = OpenML(data_id=data_id, name=openml_name, version=version)
    return Dataset(name=name or f"openml_{data_id if data_id is not None else openml_name}", source=source, **settings)
