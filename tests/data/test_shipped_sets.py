"""Every YAML of conf/dataset describes a set that is what it says."""

from __future__ import annotations

import fnmatch
import functools
import logging
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from harness import places
from harness.core import MONTHS, DataError, Task
from harness.data import Dataset
from harness.data import dataset as dataset_module
from harness.drift.ordered import MONTHS_BEFORE

TEMPLATES = ("file", "openml")
CONF = places.shipped("conf")
YAMLS = sorted((CONF / "dataset").glob("*.yaml"))
SETS = [path for path in YAMLS if path.stem not in TEMPLATES]


def describe(path: Path) -> Dataset:
    dataset = instantiate(OmegaConf.load(path))
    assert isinstance(dataset, Dataset)
    return dataset


def named(name: str, **changes: object) -> Dataset:
    path = CONF / "dataset" / f"{name}.yaml"
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


@functools.cache
def independent() -> dict[str, str]:
    """The kind of each independent classification set, by name."""
    sets = (dataset for dataset in map(describe, SETS) if dataset.task is Task.CLASSIFICATION)
    kinds = {dataset.name: str(dataset.about["kind"]) for dataset in sets if dataset.about["independent"]}
    return {name: kind for name, kind in kinds.items() if kind != "stream"}


def level(name: str) -> list[str]:
    """The names that stand in a list of `conf/levels.yaml`."""
    return [one.strip() for one in str(OmegaConf.load(CONF / "levels.yaml").levels[name]).split(",")]


def test_there_are_27_independent_classification_sets_in_use_one_of_them_artificial() -> None:
    in_use = {name: kind for name, kind in independent().items() if name not in level("fresh")}
    assert len(in_use) == 27
    assert [name for name, kind in in_use.items() if kind == "artificial"] == ["banana"]


# ---- fresh sets: no test and no check may fit a model on them before the claims that they confirm are frozen --------


def test_there_are_43_natural_independent_classification_sets_or_more() -> None:
    assert len([name for name, kind in independent().items() if kind == "natural"]) >= 43


@pytest.mark.parametrize("name", level("fresh"))
def test_a_fresh_set_is_natural_and_independent_and_large_enough_for_a_stream(name: str) -> None:
    """Of each third of a stream 40 rows, and of each class 5 that differ: equal rows are never cut."""
    table = named(name).load()
    assert independent()[name] == "natural"
    assert table.n_rows >= 120
    distinct = table.features.assign(_target=table.target).drop_duplicates()["_target"]
    assert distinct.value_counts().min() >= 15


@pytest.mark.parametrize("name", level("fresh"))
def test_notes_of_a_fresh_set_tell_how_many_rows_repeat_others(name: str) -> None:
    table, notes = named(name).load(), named(name).about["notes"]
    repeated = int(table.features.assign(_target=table.target).duplicated().sum())
    assert re.findall(r"\d+(?= rows repeat others)", notes) == ([str(repeated)] if repeated else [])


def test_fresh_sets_stand_in_no_list_of_sets_in_use() -> None:
    assert len(set(level("fresh"))) == len(level("fresh"))
    assert not set(level("fresh")) & {name for one in ("sets", "few", "nominal", "unused") for name in level(one)}


def test_sets_that_no_stream_was_made_of_are_those_that_detection_does_not_use() -> None:
    in_use = {name for one in ("sets", "few", "nominal") for name in level(one)}
    assert set(level("unused")) == independent().keys() - set(level("fresh")) - in_use


def fresh_among(names: str) -> list[str]:
    """The fresh sets that a list of names or a pattern such as `glob(w*)` chooses."""
    patterns = re.findall(r"[\w*?]+", names)
    return [name for name in level("fresh") if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]


def test_a_fresh_set_is_found_among_names_and_behind_a_pattern() -> None:
    assert fresh_among("iris,yeast,wine") == fresh_among("glob(ye*)") == ["yeast"]
    assert not fresh_among("iris,yeasty")


def grids() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every grid of every design, with its tier."""
    for path in sorted((CONF / "experiment").glob("*.yaml")):
        content = OmegaConf.merge(OmegaConf.load(CONF / "levels.yaml"), OmegaConf.load(path))
        for tier, of_tier in OmegaConf.to_container(content, resolve=True).get("design", {}).items():  # type: ignore[union-attr]
            for grid in of_tier.values():
                yield tier, grid


def test_no_design_but_that_of_the_confirmation_names_a_fresh_set() -> None:
    named_sets = {(tier, str(grid.get("dataset", ""))) for tier, grid in grids()}
    assert {"smoke", "standard"} <= {tier for tier, _ in named_sets}
    for tier, names in named_sets:
        assert tier == "confirmation" or not fresh_among(names)


@pytest.mark.parametrize("folder", ["tests", "benchmarks", "docs", "."])
def test_no_command_in_tests_benchmarks_and_documentation_names_a_fresh_set(folder: str) -> None:
    root = CONF.parent / folder
    for path in (*root.glob("**/*.py" if folder != "." else "*.md"), *root.glob("*.md")):
        for names in re.findall(r"dataset=(glob\([^)]*\)|[\w,]+)", path.read_text(encoding="utf-8")):
            assert not fresh_among(names), f"{path} names {names}"


def test_digits_is_not_independent_of_optdigits() -> None:
    assert not named("digits").about["independent"]


def test_real_streams_say_how_many_rows_a_month_has() -> None:
    streams = [dataset for dataset in map(describe, SETS) if dataset.about["kind"] == "stream"]
    assert {dataset.name: dataset.rows_per_month for dataset in streams} == {
        "covertype": 2000,
        "elec2": 1344,
        "weather": 360,
    }
    others = [dataset for dataset in map(describe, SETS) if dataset not in streams]
    assert all(dataset.rows_per_month is None and not dataset.blocks for dataset in others)


@pytest.mark.parametrize("name", ["covertype", "elec2", "weather"])
def test_no_row_of_a_real_stream_is_scored_in_two_blocks(name: str) -> None:
    dataset = named(name)
    month, n_rows = dataset.rows_per_month or 0, dataset.rows or 0
    assert month % 4 == 0  # a quarter of it is a period
    scored = [(row + MONTHS_BEFORE * month, row + (MONTHS_BEFORE + MONTHS) * month) for row in dataset.blocks]
    assert all(end <= start for (_, end), (start, _) in pairwise(scored))
    assert scored[-1][1] <= n_rows


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
