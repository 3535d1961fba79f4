"""What answers without a model would lose on a real stream, where near rows are alike: every result stands beside these."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats, Ints
from harness.drift import error_signal
from harness.trials.closed_loop.ordered import OrderedWorld


def baselines(world: OrderedWorld, label_delay: int) -> dict[str, Floats]:
    """The loss of each period, shape (n_periods,), of two answers that are made from the labels known so far.

    Args:
        world: a real stream; labels of before it are all known.
        label_delay: rows after which a label is known.

    Returns:
        no_change: the newest label. majority: the class that most labels have, the first one of several; of numbers their mean.
    """
    target, n_before = world.block.population.target, world.block.n_before
    labelled = np.concatenate([np.ones(n_before, dtype=np.bool_), world.labelled()])
    times = np.arange(n_before, len(target))
    known = np.maximum(times - label_delay, 1)  # labels of rows before this one, and that of the first row at least
    newest = np.maximum.accumulate(np.where(labelled, np.arange(len(target)), 0))[known - 1]
    common = _common(target, labelled, world.deployed.table.n_classes)[known - 1]
    return {name: _of_periods(world, answer) for name, answer in (("no_change", target[newest]), ("majority", common))}


def _common(target: Ints | Floats, labelled: NDArray[np.bool_], n_classes: int) -> Ints | Floats:
    """The commonest class, or the mean, of the labels up to each row, its own included."""
    if n_classes:
        counts = np.cumsum((target[:, None] == np.arange(n_classes)) & labelled[:, None], axis=0)
        commonest: Ints = counts.argmax(axis=1)
        return commonest
    means: Floats = np.cumsum(np.where(labelled, target, 0.0)) / np.cumsum(labelled)
    return means


def _of_periods(world: OrderedWorld, answer: Ints | Floats) -> Floats:
    n_rows = world.n_periods * world.rows_per_period
    wrong = error_signal(world.stage.scored_target, answer, world.deployed.threshold)[:n_rows]
    losses: Floats = wrong.reshape(world.n_periods, -1).mean(axis=1)
    return losses
