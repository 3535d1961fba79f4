"""Every YAML of conf/dataset describes a set that is what it says."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from harness import places
from harness.core import DataError, Task
from harness.data import Dataset
from harness.data import dataset as dataset_module

TEMPLATES = ("file", "openml")
YAMLS = sorted((places.shipped("conf") / "dataset").glob("*.yaml"))
SETS = [path for path in YAMLS if path.stem not in TEMPLATES]


def describe(path: Path) -> Dataset:
    dataset = instantiate(OmegaConf.load(path))
    assert isinstance(dataset, Dataset)
    return dataset


def named(name: str, **changes: object) -> Dataset:
    path = places.shipped("conf") / "dataset" / f"{name}.yaml"
    dataset = instantiate(OmegaConf.merge(OmegaConf.load(path), changes))
    assert isinstance(dataset, Dataset)
    return dataset


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_a_shipped_set_has_the_stated_shape_classes_and_checksum(path: Path) -> None:
    dataset = describe(path)
    table = dataset.load()
    assert dataset.name == path.stem
    assert table.features.shape == (dataset.rows, dataset.features)
    assert table.checksum == dataset.checksum == dataset.fingerprint()
    if table.task is Task.CLASSIFICATION:
        counts = dict(zip(table.classes, np.bincount(table.target.astype(np.int64)).tolist(), strict=True))
        assert counts == dataset.classes
        assert list(table.classes) == sorted(table.classes)


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_a_shipped_set_tells_readers_where_it_comes_from(path: Path) -> None:
    about = describe(path).about
    assert all(about[key].strip() for key in ("title", "source", "licence", "citation"))
    assert about["kind"] in ("natural", "artificial", "stream")
    assert isinstance(about["independent"], bool)
    assert "max_rows: null" in path.read_text(encoding="utf-8").splitlines()


def test_the_table_in_the_documentation_is_up_to_date() -> None:
    documentation = places.shipped("docs") / "data.md"
    lines = documentation.read_text(encoding="utf-8").splitlines()
    rows = {tuple(cell.strip() for cell in line.split("|")[1:3]) for line in lines if line.startswith("| ")}
    stated = {(dataset.name, f"{dataset.rows} x {dataset.features}") for dataset in map(describe, SETS)}
    assert stated == rows - {("set", "rows x features")}


def test_there_are_27_independent_classification_sets_one_of_them_artificial() -> None:
    independent = [
        dataset
        for dataset in map(describe, SETS)
        if dataset.task is Task.CLASSIFICATION and dataset.about["kind"] != "stream" and dataset.about["independent"]
    ]
    assert len(independent) == 27
    assert [dataset.name for dataset in independent if dataset.about["kind"] == "artificial"] == ["banana"]


def test_digits_is_not_independent_of_optdigits() -> None:
    assert not named("digits").about["independent"]


def test_real_streams_say_how_many_rows_a_month_has() -> None:
    streams = [dataset for dataset in map(describe, SETS) if dataset.about["kind"] == "stream"]
    assert {dataset.name: dataset.rows_per_month for dataset in streams} == {
        "covertype": 10000,
        "elec2": 1440,
        "weather": 30,
    }
    assert all(dataset.rows_per_month is None for dataset in map(describe, SETS) if dataset not in streams)


def test_impossible_zeros_of_pima_are_missing() -> None:
    features = named("pima").load().features
    missing = features.isna().sum()
    assert missing[missing > 0].to_dict() == {
        "glucose": 5,
        "blood_pressure": 35,
        "skin_thickness": 227,
        "insulin": 374,
        "bmi": 11,
    }


def test_boston_leaves_out_the_race_based_column_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    dataset_module._say_once.cache_clear()
    with caplog.at_level(logging.WARNING, "harness.data"):
        table = named("boston").load()
        named("boston").load()
    assert "B" not in table.features
    assert (table.target == 50).sum() == 16
    assert [record.message for record in caplog.records] == [named("boston").about["notice"]]


def test_a_column_that_is_dropped_by_default_can_be_had_on_purpose() -> None:
    with pytest.raises(DataError, match=r"features should be 12 but is 13; .*dataset\.features=null"):
        named("boston", drop=[]).load()
    table = named("boston", drop=[], features=13, checksum=None).load()
    assert "B" in table.features


def test_mushroom_is_all_nominal_and_german_credit_mixed() -> None:
    assert len(named("mushroom").load().nominal) == 22
    assert len(named("german_credit").load().nominal) == 13


def test_elec2_starts_with_constant_columns_and_repeats_its_labels() -> None:
    table = named("elec2").load()
    assert table.features[["vicprice", "transfer"]].iloc[:17424].nunique().tolist() == [1, 1]
    assert round(float(np.mean(table.target[1:] == table.target[:-1])), 3) == 0.853


def test_documentation_changes_nothing_but_documentation() -> None:
    assert named("iris", about={"title": "Lilies"}).fingerprint() == named("iris").fingerprint()
