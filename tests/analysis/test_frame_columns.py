"""A frame made column by column has the numbers of one made record by record, to the last bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness.analysis.frame import trial_frame
from harness.core import PROTOCOL_VERSION, Record, Status
from harness.running import store

N_FOLDS = (1, 2, 3, 5, 7, 8, 9, 20, 200)


def measured(number: int, generator: np.random.Generator) -> dict[str, Any]:
    """Lists of every length, some entries of them undefined."""
    values = [float(value) for value in generator.lognormal(sigma=9, size=N_FOLDS[number % len(N_FOLDS)])]
    holes = [None if generator.random() < 0.3 else value for value in values]
    lists = {
        "accuracy": holes,
        "rmse": values,
        "n_test": [int(1000 * value) % 997 for value in values],
        "none": [None, None],
    }
    kept = {name: values for name, values in lists.items() if generator.random() < 0.8}
    return {
        **kept,
        "n": number,
        "share": number / 7,
        "name": "a",
        "runs": {"ddm": {"alarms": [number]}},
        "words": ["a"],
    }


def made() -> list[Record]:
    generator = np.random.default_rng(3)
    factors = {"dataset": "wine", "synthesis": "single", "model": "tree", "seed": 0}
    return [
        Record(
            f"{number:064x}",
            "toys",
            Status.FAILED if number % 10 == 3 else Status.OK,
            {**factors, "seed": number} if number % 2 else {**factors, "pool": "tree+nb", "model": f"m{number % 3}"},
            "",
            "",
            measured(number, generator),
            {"seconds": [float(value) for value in generator.random(N_FOLDS[number % len(N_FOLDS)])]},
        )
        for number in range(300)
    ]


def one_by_one(records: list[Record]) -> pd.DataFrame:
    """The frame as it is defined."""
    rows = []
    for record in (record for record in records if record.status is Status.OK):
        row: dict[str, Any] = {"trial_id": record.trial_id}
        for values, summarise in ((record.measurements, np.mean), (record.clock, np.median)):
            for name in ("accuracy", "rmse", "n_test", "none", "seconds"):
                if name in values:
                    found = [value for value in values[name] if value is not None]
                    row[name] = float(summarise(found)) if found else np.nan
        rows.append(row)
    return pd.DataFrame(rows)


@pytest.mark.parametrize("from_store", [False, True])
def test_means_and_medians_are_those_of_each_list_alone(tmp_path: Path, from_store: bool) -> None:
    records = made()
    if from_store:
        part = store.PartWriter(tmp_path, {"schema": 1, "protocol": PROTOCOL_VERSION})
        for record in records:
            part.append(record, {}, {})
        part.close()
    frame = trial_frame(store.read(tmp_path) if from_store else records)
    expected = one_by_one(records)
    for name in ("trial_id", "accuracy", "rmse", "n_test", "seconds"):
        pd.testing.assert_series_equal(frame[name], expected[name], check_exact=True)
    assert "none" not in frame or frame["none"].isna().all()


def test_scalars_stay_and_what_has_no_mean_is_left_to_the_study() -> None:
    frame = trial_frame(made())
    assert frame["n"].tolist() == [number for number in range(300) if number % 10 != 3]
    assert set(frame["name"]) == {"a"}
    assert not {"runs", "words"} & set(frame.columns)


def test_single_folds_are_kept_for_the_metrics_that_are_asked_for() -> None:
    records = made()
    frame = trial_frame(records, folded=["rmse"]).set_index("trial_id")
    assert [name for name in frame.columns if name.endswith("_folds")] == ["rmse_folds"]
    for record in records:
        if record.status is Status.OK:
            folds = frame.loc[record.trial_id, "rmse_folds"]
            assert folds == tuple(record.measurements["rmse"]) if "rmse" in record.measurements else np.isnan(folds)


def test_a_study_without_that_factor_has_no_methods() -> None:
    frame = trial_frame([Record("a", "toys", Status.OK, {"seed": 1}, "", "", {"score": [1.0]})])
    assert list(frame.columns) == ["trial_id", "spec", "seed", "score"]
