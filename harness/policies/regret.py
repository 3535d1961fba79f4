"""What a schedule costs beyond what it could have cost, and which costs of a retrain are worth asking about."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.errors import DataError
from harness.inference.arrays import Floats
from harness.policies import arguments
from harness.policies.arguments import Schedule
from harness.policies.bank import Bank


def regret(bank: Bank, schedule: Schedule, costs: Sequence[float]) -> Floats:
    """The cost of a schedule less that of the best one in hindsight, at each cost of a retrain, shape (n_costs,).

    It is 0 or more, but for rounding. No policy can reach 0 on every stream: the regret against a schedule that could have been
    known, such as `informed_oracle`, is the difference of two `Bank.cost`, and may be below 0.

    Raises:
        ConfigError: a schedule that the bank does not have, or a cost below 0.
    """
    each = arguments.several(costs, "The costs of a retrain")
    return np.array([bank.cost(schedule, cost) - bank.oracle(cost).cost for cost in each])


def gain_of_a_retrain(banks: Sequence[Bank]) -> float:
    """What one retrain saves if all are made: (never - at every feasible point) / feasible points, in loss-periods.

    It is the unit in which others state the cost of a retrain. At 0 or less retraining gains nothing in this cell, and no cost
    can be stated in it.

    Args:
        banks: of the streams of one cell; the gains and the points of all are summed.

    Raises:
        DataError: no bank has a feasible point.
    """
    points = sum(len(bank.feasible) for bank in banks)
    if not points:
        raise DataError("No bank has a feasible point: there is no retrain to speak of.")
    return sum(bank.total([]) - bank.total(bank.feasible) for bank in banks) / points
