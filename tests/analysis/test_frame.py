"""From records to frames."""

import math

import numpy as np
import pandas as pd
import pytest

from harness.analysis.frame import folds, scores, trial_frame
from harness.core import HarnessError, Record, Status


def record(
    number: int, status: Status = Status.OK, accuracy: tuple[float | None, ...] = (0.5, 1.0), **factors: object
) -> Record:
    levels = {"dataset": "iris", "synthesis": "single", "model": "tree", "seed": 0, **factors}
    known = {name: level for name, level in levels.items() if level is not None}
    measured = {"accuracy": list(accuracy)} if status is Status.OK else {}
    return Record(f"{number:064x}", "synthesis", status, known, "", "", measured, {})


@pytest.mark.parametrize(
    ("synthesis", "model", "method"),
    [("single", "tree", "tree"), ("bagging", "tree", "bagging:tree"), ("stacking", None, "stacking")],
)
def test_a_method_is_named_by_what_is_combined(synthesis: str, model: str | None, method: str) -> None:
    assert list(trial_frame([record(0, synthesis=synthesis, model=model)])["method"]) == [method]


def test_only_trials_that_ended_well_have_a_row() -> None:
    frame = trial_frame([record(0), record(1, Status.FAILED), record(2, Status.SKIPPED)])
    assert list(frame["trial_id"]) == [f"{0:064x}"]


def test_without_any_such_trial_there_is_one_clear_sentence() -> None:
    with pytest.raises(HarnessError, match="no trial of this study has ended well yet"):
        trial_frame([record(0, Status.FAILED)])


def test_a_fold_without_a_value_is_left_out_of_the_mean_and_kept_among_the_folds() -> None:
    row = trial_frame([record(0, accuracy=(0.5, None, 0.75))]).iloc[0]
    assert row["accuracy"] == 0.625
    assert row["accuracy_folds"][0::2] == (0.5, 0.75)
    assert math.isnan(row["accuracy_folds"][1])


def test_wanted_columns_are_there_even_if_no_trial_has_them() -> None:
    assert trial_frame([record(0)], ["r2"])["r2"].isna().all()


def test_seeds_are_averaged_before_data_sets_are_compared() -> None:
    records = [
        record(0, accuracy=(0.0,)),
        record(1, accuracy=(1.0,), seed=1),
        record(2, accuracy=(0.25,), dataset="wine"),
    ]
    table = scores(trial_frame(records), "accuracy", ["tree", "svm"])
    assert table["tree"].to_dict() == {"iris": 0.5, "wine": 0.25}
    assert table["svm"].isna().all()


def test_folds_come_in_the_order_of_the_seeds() -> None:
    frame = trial_frame([record(0, accuracy=(3.0, 4.0), seed=1), record(1, accuracy=(1.0, 2.0), seed=0)])
    np.testing.assert_array_equal(folds(frame, "iris", "tree", "accuracy"), [1, 2, 3, 4])
    assert folds(frame, "iris", "svm", "accuracy").size == 0
    assert isinstance(frame, pd.DataFrame)
