"""Real streams: rows in the order of their file, of which no truth is known. A row is learned from after it was scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, NoReturn

import numpy as np

from harness.core import Code, ConfigError, DataTable, Floats, Ints, Skip
from harness.drift.clock import Clock
from harness.drift.pools import Pools, Reference
from harness.drift.population import Population, Rows
from harness.drift.stream import ALL, Judge, Times
from harness.settings import Checked

MONTHS_BEFORE = 2
"""Months of a block before its stream. The initial model learns from the second; what is expected of it is what a model of the
first lost in the second."""


@dataclass(frozen=True)
class Ordered(Checked):
    """No split and no draw: blocks of rows in the order of the file, one for each seed.

    A block has `MONTHS_BEFORE` months and then those of the stream. Months before may be scored in the block before; no row is
    scored in two.

    Attributes:
        blocks: the first row of each block, ascending; none of a data set whose rows have no order.
        name: the level of the factor `sampling`.
    """

    blocks: Sequence[int] | None = None
    name: str = "ordered"

    def __post_init__(self) -> None:
        """Refuse a data set without blocks with a `ConfigError`."""
        super().__post_init__()
        if not self.blocks:
            raise ConfigError(
                f"sampling={self.name} takes rows in the order of their file, and this data set names no blocks of them, since "
                "its rows have no order: choose elec2, weather or covertype, or another sampling."
            )
        object.__setattr__(self, "blocks", tuple(self.blocks))

    def first_row(self, seed: int) -> int:
        """The first row of the block of a seed. Raises `ConfigError` if there is none."""
        blocks = tuple(self.blocks or ())
        if not 0 <= seed < len(blocks):
            last = len(blocks) - 1
            raise ConfigError(
                f"seed={seed} names no block of this stream, which has seed=0 to seed={last}: choose one."
            )
        return blocks[seed]

    def pools(self, table: DataTable, clock: Clock, seed: int) -> Block:
        """The block of this seed.

        Raises:
            ConfigError: there is no such block.
            Skip: it has too few rows, or the next one would score some of them again.
        """
        first = self.first_row(seed)
        end = first + MONTHS_BEFORE * clock.rows_per_month + clock.n_rows
        later = [row + MONTHS_BEFORE * clock.rows_per_month for row in (self.blocks or ())[seed + 1 : seed + 2]]
        if end > min([table.n_rows, *later]):
            raise Skip(
                f"block {seed} of {table.name} begins with row {first} and would end with row {end - 1}, where the set or the "
                f"rows of the next block have ended: choose fewer months than {clock.months}, or fewer rows a month than "
                f"{clock.rows_per_month}",
                code=Code.TOO_FEW_ROWS,
            )
        rows = slice(first, end)
        of_block = replace(table, features=table.features.iloc[rows], target=table.target[rows])
        ids, month = np.arange(end - first), clock.rows_per_month
        first_month, second_month, stream = ids[:month], ids[month : 2 * month], ids[2 * month :]
        population = Population.of(of_block)
        return Block(population, second_month, first_month, stream, False, Reference.FRESH, clock, seed)


def refuse_order(trial: Any) -> None:
    """Raise `ConfigError` if a trial that draws its streams was given `Ordered`."""
    if isinstance(trial.sampling, Ordered):
        raise ConfigError(
            f"{type(trial).__name__}: sampling={trial.sampling.name} leaves rows in the order of their file, which only a "
            "monitoring trial replays (trial=monitoring); choose another sampling."
        )


@dataclass(frozen=True, eq=False)
class Block(Pools):
    """The rows of a block, whose ids are their places in it.

    `adapt` is its first month, `train` the second, `evaluate` the stream.
    """

    def assert_unseen(self, trained: Ints) -> None:
        """Nothing: the rows of the stream are learned once they were scored, which whoever chooses them asserts by time."""

    def training(self, n_rows: int) -> Ints:
        """The ids of rows from before the stream, the newest first; all of them if they are fewer."""
        return np.arange(self.n_before)[::-1][:n_rows]

    def month_before(self, draw: int = 0) -> Ints:  # noqa: ARG002 - there is one stream
        """The ids of the month before the stream."""
        return self.train

    @property
    def n_before(self) -> int:
        """The rows before the stream, which is the id of its first one."""
        return MONTHS_BEFORE * self.clock.rows_per_month

    def _sampler(self, *asked: Any, **more: Any) -> NoReturn:  # noqa: ARG002 - nothing is drawn
        raise ConfigError(f"the rows of {self.population.name} are in the order of their file, and are not drawn.")


@dataclass(frozen=True, eq=False)
class OrderedStream:
    """A `Stream` of the rows of a block.

    Attributes:
        block: with its rows.
        draw: there is one stream of a block.
    """

    block: Block
    draw: ClassVar[int] = 0
    truth: ClassVar[None] = None
    touched: ClassVar[None] = None

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.block.evaluate)

    @property
    def rows_per_month(self) -> int:
        """M."""
        return self.block.clock.rows_per_month

    def rows(self, times: Times = ALL) -> Rows:
        """The rows of these times, with their labels."""
        return self.block.population.take(self.adapt_ids(times))

    def errors(self, judge: Judge, times: Times = ALL) -> Floats:
        """1.0 where the model is wrong and 0.0 where it is right, shape (n_times,)."""
        return judge.judge(self.rows(times))

    def reference(self) -> Rows:
        """The month before the stream."""
        return self.block.population.take(self.block.month_before())

    def adapt_ids(self, times: Times = ALL) -> Ints:
        """The ids of the rows that can be learned from once these times have passed: the scored ones."""
        return self.block.evaluate[times]

    def adapt_rows(self, times: Times = ALL) -> Rows:
        """These rows."""
        return self.rows(times)
