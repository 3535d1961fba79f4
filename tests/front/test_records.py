"""All records of a study as one frame."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import harness
from harness import places
from harness.analysis.frame import trial_frame
from harness.core import PROTOCOL_VERSION, Record, Status
from harness.running import store

PUBLISHED = places.shipped("conf").parent / "results"


@pytest.fixture(scope="module")
def published(published_folder: Callable[[str], Path]) -> pd.DataFrame:
    published_folder("synthesis")
    return harness.records("synthesis", results=PUBLISHED)


def test_there_is_a_row_for_every_trial(published: pd.DataFrame) -> None:
    stored = store.read(PUBLISHED / "synthesis").current()
    assert len(published) == len(stored)
    assert set(published["status"]) == {status.value for status in Status} & set(published["status"])
    unwell = published[published["status"] != "ok"]
    assert len(unwell)
    assert all(unwell["code"])
    assert unwell["accuracy"].isna().all()


def test_its_numbers_are_those_of_reports(published: pd.DataFrame) -> None:
    reported = trial_frame(store.read(PUBLISHED / "synthesis").current()).set_index("trial_id")
    ours = published[published["status"] == "ok"].set_index("trial_id").loc[reported.index]
    for name in ("method", "dataset", "seed", "accuracy", "log_loss", "rmse", "fit_seconds"):
        pd.testing.assert_series_equal(ours[name], reported[name], check_dtype=False)


def test_single_folds_are_there_on_request(published: pd.DataFrame) -> None:
    assert not [
        name for name in published.columns if name.endswith("_folds") and name not in ("n_folds", "inner_folds")
    ]
    frame = harness.records("synthesis", results=PUBLISHED, folds=True)
    rows = frame[frame["status"] == "ok"].head(20)
    numbers = rows[rows["accuracy"].notna()]
    assert [np.mean(folds) for folds in numbers["accuracy_folds"]] == pytest.approx(list(numbers["accuracy"]))


def test_a_measurement_named_as_a_factor_stands_beside_it(folder: Path) -> None:
    ran = harness.run("trial=detection", "dataset=pima", "scenario=mean_shift", "harm=10", "detectors=[never]")
    [row] = harness.records("detection", tier="adhoc").to_dict("records")
    assert row["harm"] == 10
    assert row["harm_measured"] == ran.record.measurements["harm"]
    assert row["detectors"] == "never"


def test_a_study_without_records_is_one_sentence(folder: Path) -> None:
    with pytest.raises(harness.ConfigError, match=r"there are no records in results/synthesis; there are none at all"):
        harness.records("synthesis")
    harness.run("dataset=iris")
    with pytest.raises(harness.ConfigError, match="at tier=adhoc there are: synthesis"):
        harness.records("synthetics", tier="adhoc")


def test_a_store_of_failures_alone_is_a_frame(folder: Path) -> None:
    place = folder / "results" / ".adhoc" / "own"
    record = Record("a" * 64, "own", Status.FAILED, {"seed": 1}, "", "", reason="why", code="raised")
    writer = store.PartWriter(place, {"protocol": PROTOCOL_VERSION})
    writer.append(record, {}, {})
    writer.close()
    [row] = harness.records("own", tier="adhoc").to_dict("records")
    assert (row["status"], row["code"], row["reason"], row["seed"]) == ("failed", "raised", "why", 1)


def test_a_tier_that_does_not_exist_is_told_from_one_without_records(folder: Path) -> None:
    with pytest.raises(harness.ConfigError, match="there is no tier 'nope'; there are: adhoc"):
        harness.records("synthesis", tier="nope")
