"""A subsample is stratified, the same in every trial, and in the original order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core import ConfigError, DataTable, Task
from harness.data import Dataset
from harness.data.sources import Bundled
from harness.data.subsample import shares, subsample

PINNED = [84, 102, 108, 152, 175, 350, 422, 486, 551, 554, 572, 586]


def counted(counts: list[int], name: str = "counted") -> DataTable:
    """A table whose one feature is the row's position and whose classes have these counts, shuffled."""
    target = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    features = pd.DataFrame({"position": np.arange(float(len(target)))})
    return DataTable(name, Task.CLASSIFICATION, features, target, tuple(map(str, range(len(counts)))), "")


@st.composite
def counts_and_total(draw: st.DrawFn) -> tuple[list[int], int]:
    counts = draw(st.lists(st.integers(1, 5000), min_size=2, max_size=30))
    return counts, draw(st.integers(len(counts), sum(counts)))


@given(counts_and_total())
def test_shares_add_up_and_stay_within_one_of_proportion_or_are_the_least_of_one(given_: tuple[list[int], int]) -> None:
    counts, total = given_
    quotas = shares(np.array(counts), total)
    exact = np.array(counts) * total / sum(counts)
    assert quotas.sum() == total
    assert (quotas >= 1).all()
    assert (quotas <= np.array(counts)).all()
    assert (quotas <= np.ceil(exact)).all()
    if (exact >= 1).all():
        assert (np.abs(quotas - exact) < 1).all()


@given(counts_and_total())
def test_a_subsample_has_the_shares_keeps_the_order_and_the_checksum(given_: tuple[list[int], int]) -> None:
    counts, total = given_
    table = counted(counts)
    small = subsample(table, total)
    assert small.n_rows == total
    assert small.classes == table.classes
    assert small.checksum == table.checksum
    positions = small.features["position"].to_numpy(np.int64)
    assert (np.diff(positions) > 0).all()
    np.testing.assert_array_equal(table.target[positions], small.target)
    if total < sum(counts):
        np.testing.assert_array_equal(np.bincount(small.target), shares(np.array(counts), total))


def test_a_set_that_is_small_enough_stays_whole() -> None:
    table = counted([5, 7])
    assert subsample(table, 12) is table


def test_a_regression_set_is_thinned_without_classes() -> None:
    features = pd.DataFrame({"x": np.arange(50.0)})
    small = subsample(DataTable("line", Task.REGRESSION, features, np.arange(50.0), (), ""), 20)
    assert small.n_rows == 20
    assert (np.diff(small.target) > 0).all()


def test_the_subsample_does_not_depend_on_any_seed() -> None:
    dataset = Dataset(name="wine", task="classification", source=Bundled("load_wine"), max_rows=40)
    np.random.seed(1)  # noqa: NPY002 - the global state must not matter
    first = dataset.load()
    np.random.seed(2)  # noqa: NPY002
    pd.testing.assert_frame_equal(first.features, dataset.load().features)


def test_the_subsample_is_pinned_across_versions_and_platforms() -> None:
    small = subsample(counted([300, 200, 100], name="pinned"), 12)
    assert small.features["position"].tolist() == PINNED


def test_sets_of_different_names_are_thinned_independently() -> None:
    one, other = (subsample(counted([300, 300], name=name), 100) for name in ("one", "other"))
    shared = set(one.features["position"]) & set(other.features["position"])
    assert len(shared) < 50


def test_a_subsample_is_drawn_once_and_nobody_can_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def drawing(table: DataTable, max_rows: int) -> DataTable:
        drawn.append(max_rows)
        return subsample(table, max_rows)

    monkeypatch.setattr("harness.data.dataset.subsample", drawing)
    source = Bundled("load_wine")
    first, other, again = (
        Dataset(name="vintage", task="classification", source=source, max_rows=size) for size in (40, 50, 40)
    )
    before = first.load()
    before.target[:] = 0
    before.features.iloc[:, 0] = 0.0
    assert other.load().n_rows == 50
    after = again.load()
    assert drawn == [40, 50]
    assert after.target.any()
    assert after.features.iloc[:, 0].to_numpy().all()


def test_max_rows_below_the_number_of_classes_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"'wine': dataset\.max_rows is 5, at least 10 are needed"):
        Dataset(name="wine", task="classification", source=Bundled("load_wine"), max_rows=5).load()
