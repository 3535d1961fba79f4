"""The roles of a set's columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core import Task


@dataclass(frozen=True)
class Roles:
    """The roles of a set's columns.

    Attributes:
        task: classification or regression.
        target: the column to predict; None for the last one.
        drop: columns to leave out.
        nominal: columns of numbers that are labels, or "all".
        zero_is_missing: columns in which 0 stands for a missing value.
    """

    task: Task
    target: str | None
    drop: Sequence[str]
    nominal: Sequence[str] | str
    zero_is_missing: Sequence[str]

    def are_labels(self, column: str) -> bool:
        """Whether a column is read as labels, whatever it holds; "all" means all features."""
        return column != self.target if isinstance(self.nominal, str) else column in self.nominal
