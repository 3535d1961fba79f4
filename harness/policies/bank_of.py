"""The bank of a world: what each model that can be had on a stream would lose in each period."""

from __future__ import annotations

import numpy as np

from harness.policies.bank import Bank
from harness.policies.world import Recipe, World


def bank_of(world: World, n_rows: int, late_periods: int = 0) -> Bank:
    """The bank of the models that learn from the newest `n_rows` labelled rows, one for each point with a label.

    Args:
        world: a stream.
        n_rows: that each model learns from.
        late_periods: by which labels are late, and models in training, together.
    """
    size, step = world.n_periods, world.rows_per_period
    losses = np.full((size, size), np.nan)
    losses[0] = world.losses(world.initial)
    for point in range(1, size):
        if world.known_by(0, 1) <= point * step:
            losses[point, point:] = world.losses(Recipe(point * step, n_rows))[point:]
    bank = Bank(losses)
    return bank.late(late_periods) if late_periods else bank
