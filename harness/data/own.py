"""A user's own data sets, described by one or two overrides on the command line instead of a YAML."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from harness.data.dataset import Dataset
from harness.data.sources import File, OpenML


def _shows_settings(make: Callable[..., Dataset]) -> Callable[..., Dataset]:
    """The function with the attributes of `Dataset` in its signature, from which misspelt settings are told."""
    signature = inspect.signature(make)
    own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    given = {"source", *(one.name for one in own)}
    others = [one for one in inspect.signature(Dataset).parameters.values() if one.name not in given]
    make.__signature__ = signature.replace(parameters=[*own, *others])  # type: ignore[attr-defined]
    return make


@_shows_settings
def from_file(
    *,
    path: str,
    separator: str = ",",
    decimal: str = ".",
    thousands: str | None = None,
    encoding: str = "utf-8",
    missing: Sequence[str] | None = None,
    numbers: Sequence[str] = (),
    name: str | None = None,
    **settings: Any,
) -> Dataset:
    """The data set in a CSV or Parquet file.

    Args:
        path: the file.
        separator: the character between two cells.
        decimal: the character before the decimals of numbers.
        thousands: the character between groups of digits.
        encoding: the encoding of a text file.
        missing: the cells that mean "no value", beside empty ones.
        numbers: columns of numbers with a unit, a currency or a per cent sign, or with leading zeros.
        name: the set's name; by default the file's name up to its first point.
        settings: the other attributes of `Dataset`.

    Raises:
        ConfigError: a setting makes no sense.
    """
    how = {"separator": separator, "decimal": decimal, "thousands": thousands, "encoding": encoding}
    source = File(path=path, missing=missing, numbers=numbers, **how)  # type: ignore[arg-type]
    return Dataset(name=name or source.location.name.partition(".")[0], source=source, **settings)


@_shows_settings
def from_openml(*, data_id: int, name: str | None = None, **settings: Any) -> Dataset:
    """A data set of openml.org.

    Args:
        data_id: the number of the set.
        name: the set's name; by default `openml_` and the number.
        settings: the other attributes of `Dataset`.
    """
    return Dataset(name=name or f"openml_{data_id}", source=OpenML(data_id=data_id), **settings)
