"""The production clock: months of rows, and when a drift begins."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core import ConfigError
from harness.randomness import stream


@dataclass(frozen=True)
class Clock:
    """How long a deployed model is watched. Rows are counted from 0; month k begins at row k * rows_per_month.

    Attributes:
        rows_per_month: M, at least 2.
        months: the length of the stream.
        earliest, latest: the months between which a drawn onset lies.
    """

    rows_per_month: int = 300
    months: int = 6
    earliest: float = 1.5
    latest: float = 3.5

    def __post_init__(self) -> None:
        """Refuse a clock that makes no sense with a `ConfigError`."""
        if self.rows_per_month < 2 or self.months < 1:
            raise ConfigError(
                f"clock: rows_per_month={self.rows_per_month} and months={self.months} make no stream; "
                "at least 2 rows a month and 1 month are needed."
            )
        if not 0 <= self.earliest < self.latest <= self.months:
            raise ConfigError(
                f"clock: a drift cannot begin between months {self.earliest} and {self.latest} of {self.months}; "
                "set 0 <= earliest < latest <= months."
            )

    @property
    def n_rows(self) -> int:
        """The rows of a stream."""
        return self.rows_per_month * self.months

    def row(self, months: float) -> int:
        """The row at which so many months have passed."""
        return round(months * self.rows_per_month)

    def onset(self, seed: int, name: str, draw: int = 0) -> int:
        """The first row of a drift: uniform between `earliest` and `latest`, but never the row that begins a month.

        It is the same moment whatever M is.

        Args:
            seed: of the trial.
            name: of the data set; onsets of two sets have nothing to do with each other.
            draw: numbers the streams that are drawn from the pools of one seed.
        """
        moment = self.earliest + (self.latest - self.earliest) * stream(seed, "drift", "onset", name, draw).random()
        return self.unaligned(int(moment * self.rows_per_month))

    def unaligned(self, row: int) -> int:
        """The row, or the next one if it begins a month: a monitor that looks once a month would be favoured by it."""
        return row + (row % self.rows_per_month == 0)
