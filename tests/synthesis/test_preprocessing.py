"""Rows are prepared as scikit-learn prepares them, bit for bit, or by scikit-learn itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from harness import places
from harness.core import DataTable, Floats
from harness.randomness import stream
from harness.synthesis import preprocessing
from harness.synthesis.preprocessing import Preprocessing

N_FEATURES = 6
SETS = [
    path for path in sorted((places.shipped("conf") / "dataset").glob("*.yaml")) if path.stem not in ("file", "openml")
]


def rows(n_nominal: int, missing: float, *, levels: int, purpose: str) -> Floats:
    """The first columns are nominal."""
    rng = stream(0, "preprocessing", purpose)
    matrix = rng.normal(50.0, 7.0, size=(90, N_FEATURES))
    matrix[:, :n_nominal] = rng.integers(0, levels, size=(90, n_nominal))
    matrix[rng.random(matrix.shape) < missing] = np.nan
    return matrix


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("n_nominal", [0, 2, N_FEATURES])
@pytest.mark.parametrize("settings", [{}, {"impute": "mean", "scale": False}], ids=["default", "otherwise"])
def test_quick_preparation_is_that_of_scikit_learn(
    settings: dict[str, Any], n_nominal: int, missing: float, order: Any
) -> None:
    train = np.asarray(rows(n_nominal, missing, levels=4, purpose="train"), order=order)
    other = np.asarray(rows(n_nominal, missing, levels=6, purpose="other"), order=order)  # with unseen levels
    assert_same(Preprocessing(**settings), train, [other, other[:1], other[::3]], np.arange(N_FEATURES) < n_nominal)


def assert_same(how: Preprocessing, train: Floats, others: list[Floats], nominal: Any) -> None:
    """Prepare rows both ways and compare them bit for bit, and in their order of memory."""
    for _ in range(2):  # the first of a kind are compared within, too
        prepared = how.fit(train, nominal)
        assert prepared.quick is not None
        for some, found in [(train, prepared.matrix), *((other, prepared.quick.prepared(other)) for other in others)]:
            expected = how.build(nominal).fit(train).transform(some)
            np.testing.assert_array_equal(found, expected, strict=True)
            assert found is not None
            assert found.flags.f_contiguous == expected.flags.f_contiguous


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_windows_of_a_shipped_set_are_prepared_as_by_scikit_learn(path: Path) -> None:
    table: DataTable = instantiate(OmegaConf.load(path), _convert_="all").load()
    rng = stream(0, "windows", table.name)
    window, small, other = (table.matrix[rng.integers(table.n_rows, size=size)] for size in (300, 75, 50))
    small[rng.random(small.shape) < 0.1] = np.nan
    assert_same(Preprocessing(), window, [other], table.nominal_mask)
    assert_same(Preprocessing(impute="mean"), small, [other], table.nominal_mask)


def test_rows_that_come_out_otherwise_are_left_to_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    train, nominal = rows(2, 0.1, levels=4, purpose="train"), np.arange(N_FEATURES) < 2
    expected = Preprocessing().build(nominal).fit_transform(train)
    monkeypatch.setattr(preprocessing, "_comes_out_alike", {})
    own = preprocessing.QuickRows.prepared

    def off(self: Any, matrix: Any) -> Any:
        found = own(self, matrix)
        return None if found is None else np.nextafter(found, 9)

    monkeypatch.setattr(preprocessing.QuickRows, "prepared", off)
    for _ in range(2):
        prepared = Preprocessing().fit(train, nominal)
        assert prepared.quick is None
        np.testing.assert_array_equal(prepared.matrix, expected)
        np.testing.assert_array_equal(prepared.transform(train), expected)


def test_scikit_learn_is_asked_for_the_first_rows_of_a_kind_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preprocessing, "_comes_out_alike", {})
    train, nominal = rows(2, 0.1, levels=4, purpose="train"), np.arange(N_FEATURES) < 2
    asked: list[int] = []
    own = Preprocessing.build

    def build(self: Any, nominal: Any) -> Any:
        asked.append(1)
        return own(self, nominal)

    monkeypatch.setattr(Preprocessing, "build", build)
    first, second = (Preprocessing().fit(train, nominal) for _ in range(2))
    assert len(asked) == 1
    np.testing.assert_array_equal(first.transformer.transform(train), second.transformer.transform(train))


def test_a_column_without_any_value_is_prepared_alike() -> None:
    train = rows(2, 0.1, levels=4, purpose="train")
    train[:, [1, 4]] = np.nan
    prepared = Preprocessing().fit(train, np.arange(N_FEATURES) < 2)
    np.testing.assert_array_equal(prepared.transform(train), prepared.transformer.transform(train))


@pytest.mark.parametrize("wrong", [np.full((3, N_FEATURES), np.inf), np.zeros((3, 2)), np.zeros((0, N_FEATURES))])
def test_rows_that_cannot_be_prepared_are_refused_by_scikit_learn(wrong: Floats) -> None:
    prepared = Preprocessing().fit(rows(0, 0.0, levels=4, purpose="train"), np.zeros(N_FEATURES, dtype=bool))
    with pytest.raises(ValueError, match=r"infinity|features|0 sample"):
        prepared.transform(wrong)


class Rounded(Preprocessing):
    """A user's own."""

    def build(self, nominal: Any) -> Any:
        """The same."""
        return super().build(nominal)


def test_a_preparation_of_somebody_else_is_left_to_its_transformer() -> None:
    assert Rounded().fit(rows(0, 0.0, levels=4, purpose="train"), np.zeros(N_FEATURES, dtype=bool)).quick is None
