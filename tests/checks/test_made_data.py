"""What a faulty component writes into the made rows reaches no other component that is checked in the same process."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.checks import made_data
from harness.checks.scenario_subject import Subject


def test_made_tables_are_made_anew() -> None:
    written, fresh = made_data.tables(), made_data.tables()
    for name, table in written.items():
        before = np.array(fresh[name].target)
        table.target[:] = 0
        table.features.iloc[:, 0] = 0.0
        np.testing.assert_array_equal(made_data.tables()[name].target, before)
        assert not (made_data.tables()[name].features.iloc[:, 0] == 0.0).all()


def test_worlds_of_scenarios_share_no_rows() -> None:
    subject: Any = Subject(scenario=None, node={})
    before = [np.array(pools.population.target) for pools in subject.worlds()]
    for pools in subject.worlds():
        pools.population.matrix[:] = 0.0
        pools.population.target[:] = 0
    for pools, target in zip(subject.worlds(), before, strict=True):
        np.testing.assert_array_equal(pools.population.target, target)
