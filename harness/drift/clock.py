"""The production clock: months of rows, and when a drift begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from harness.core import MONTHS, ROWS_PER_MONTH
from harness.randomness import stream
from harness.settings import Checked, above, at_least, at_most, below, require


@dataclass(frozen=True)
class Clock(Checked):
    """How long a deployed model is watched. Rows are counted from 0; month k begins at row k * rows_per_month.

    Attributes:
        rows_per_month: M, at least 2.
        months: the length of the stream.
        earliest, latest: the months between which a drawn onset lies.
    """

    rows_per_month: Annotated[int, at_least(2)] = ROWS_PER_MONTH
    months: Annotated[int, at_least(1)] = MONTHS
    earliest: Annotated[float, at_least(0)] = 1.5
    latest: float = 3.5

    def __post_init__(self) -> None:
        """Refuse a drift that begins after the stream with a `ConfigError`."""
        super().__post_init__()
        require(self, "earliest", below(self.months))
        require(self, "latest", above(self.earliest), at_most(self.months))

    @property
    def n_rows(self) -> int:
        """The rows of a stream."""
        return self.rows_per_month * self.months

    def row(self, months: float) -> int:
        """The row at which so many months have passed."""
        return round(months * self.rows_per_month)

    def onset(self, seed: int, name: str, draw: int = 0) -> int:
        """The first row of a drift: uniform between `earliest` and `latest`, but never the row that begins a month.

        In months it is the same whatever M is, up to rounding to a row.

        Args:
            seed: of the trial.
            name: of the data set; onsets of two sets are independent.
            draw: numbers the streams that are drawn from the pools of one seed.
        """
        moment = self.earliest + (self.latest - self.earliest) * stream(seed, "drift", "onset", name, draw).random()
        return self.unaligned(int(moment * self.rows_per_month))

    def unaligned(self, row: int) -> int:
        """The row, or the next one if it begins a month, which would favour a monitor that looks once a month."""
        return row + (row % self.rows_per_month == 0)
