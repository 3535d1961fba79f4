"""Subsamples that keep the class shares of a set."""

from __future__ import annotations

import numpy as np

from harness.core import DataTable, Floats, Ints, Task
from harness.randomness import stream


def subsample(table: DataTable, max_rows: int) -> DataTable:
    """At most `max_rows` rows in their original order, the same in every trial, whatever its seed.

    Every row gets a random number, and the rows with the smallest numbers are kept, class by class for classification.
    Classes keep their shares (largest remainders), and each keeps at least one row.

    Args:
        table: the whole set.
        max_rows: at least the number of classes.
    """
    if table.n_rows <= max_rows:
        return table
    luck = stream(0, "subsample", table.name).random(table.n_rows)
    if table.task is Task.REGRESSION:
        return table.take(np.sort(np.argsort(luck, kind="stable")[:max_rows]))
    quotas = shares(np.bincount(table.target.astype(np.int64), minlength=table.n_classes), max_rows)
    kept = [_luckiest(np.flatnonzero(table.target == code), luck, quota) for code, quota in enumerate(quotas)]
    return table.take(np.sort(np.concatenate(kept)))


def _luckiest(rows: Ints, luck: Floats, quota: int) -> Ints:
    kept: Ints = rows[np.argsort(luck[rows], kind="stable")[:quota]]
    return kept


def shares(counts: Ints, total: int) -> Ints:
    """The parts of `total` in proportion to `counts`, by largest remainders, with at least one for each.

    Args:
        counts: shape (n_classes,), each 1 or more, with a sum above `total`.
        total: at least n_classes.

    Returns:
        Shape (n_classes,), summing to `total`, none above its count.
    """
    exact = counts * (total / counts.sum())
    quotas: Ints = np.maximum(np.floor(exact), 1).astype(np.int64)
    while quotas.sum() < total:
        quotas[np.argmax(exact - quotas)] += 1
    while quotas.sum() > total:  # rows given to classes with none are taken from the most overrepresented class
        quotas[np.argmax(np.where(quotas > 1, quotas - exact, -np.inf))] -= 1
    return quotas
