"""A file of one's own or a set of OpenML needs no YAML, and its problems are named."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any
from urllib.error import URLError

import numpy as np
import pandas as pd
import pytest
import sklearn.datasets
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.utils import Bunch

from harness import places
from harness.core import ConfigError, DataError, DataTable
from harness.data import from_file, from_openml
from harness.data.sources import OpenML
from harness.planning.trials import plan_spec

ROWS = 20


def frame() -> pd.DataFrame:
    return pd.DataFrame({"size": np.arange(ROWS) / 3, "colour": ["red", "green"] * 10, "label": ["a", "b"] * 10})


def load(path: Path, **settings_: Any) -> DataTable:
    return from_file(path=str(path), **{"task": "classification", "target": "label", **settings_}).load()


def composed(*overrides: str) -> Any:
    """What Hydra makes of overrides of the dataset group."""
    with initialize_config_dir(str(places.shipped("conf")), version_base="1.3"):
        return instantiate(compose(overrides=["+" + overrides[0], *overrides[1:]]).dataset)


def test_csv_packed_csv_and_parquet_give_the_same_set(tmp_path: Path) -> None:
    frame().to_csv(tmp_path / "mine.csv", index=False)
    (tmp_path / "mine.csv.gz").write_bytes(gzip.compress((tmp_path / "mine.csv").read_bytes()))
    frame().to_parquet(tmp_path / "mine.parquet")
    tables = [load(tmp_path / name) for name in ("mine.csv", "mine.csv.gz", "mine.parquet")]
    assert len({table.checksum for table in tables}) == 1
    assert {table.name for table in tables} == {"mine"}
    assert tables[0].nominal == ("colour",)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=ROWS, max_size=ROWS))
def test_csv_numbers_are_read_to_the_last_bit(tmp_path: Path, numbers: list[float]) -> None:
    lines = [f"{number!r},{position % 2}" for position, number in enumerate(numbers)]
    (tmp_path / "exact.csv").write_text("\n".join(["x,label", *lines]) + "\n")
    np.testing.assert_array_equal(load(tmp_path / "exact.csv").features["x"], numbers)


def test_a_byte_order_mark_blanks_and_another_separator_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_bytes(b"\xef\xbb\xbfsize; colour ;label\n" + b"1.5; red ;a\n2.5;?;b\n" * 10)
    table = load(path, separator=";")
    assert list(table.features.columns) == ["size", "colour"]
    assert list(table.features["colour"].cat.categories) == ["red"]
    assert table.features["colour"].isna().sum() == 10


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    frame().to_csv(path, index=False)
    dataset = from_file(path=str(path), task="classification", target="label")
    before = dataset.fingerprint()
    frame().assign(size=1.0).to_csv(path, index=False)
    os.utime(path, ns=(0, 0))
    assert dataset.fingerprint() == dataset.load().checksum != before


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "empty.csv is empty"),
        ("header.csv", b"x,label\n", "'header' has 0 rows"),
        (
            "ragged.csv",
            b"x,label\n1,a\n1,2,b\n",
            "ragged.csv is not a table in CSV format: .*Expected 2 columns, got 3",
        ),
        ("latin.csv", "x,label\nü,a\n".encode("latin-1"), "latin.csv is not UTF-8 text"),
        ("latin_name.csv", "ü,label\n1,a\n".encode("latin-1"), "latin_name.csv is not"),
        ("not.csv.gz", b"not packed", "not.csv.gz is not a table"),
        ("not.parquet", b"no parquet", "not.parquet is not a readable Parquet file"),
        ("table.xlsx", b"PK", r"table.xlsx has an unknown extension: use one of \.csv"),
        (
            "semicolons.csv",
            b"x;label\n" + b"1;a\n2;b\n" * 9,
            r"no column 'label' .*another separator\? see dataset\.separator",
        ),
        ("twice.csv", b"x,x,label\n" + b"1,2,a\n1,2,b\n" * 9, "two columns named 'x'"),
        ("index.csv", b",x,label\n" + b"1,2,a\n1,2,b\n" * 9, "column 1 has no name"),
        ("typo.csv", b"x,lable\n" + b"1,a\n2,b\n" * 9, r"no column 'label' .*did you mean 'lable'\?"),
        ("quote.csv", b"x,label\n" + b"1,a\n2,b\n" * 9 + b'3,"a\n' + b"4,b\n" * 9, "line 20: a quote is left open"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        load(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no file .*nowhere\.csv: check dataset\.path"):
        load(tmp_path / "nowhere.csv")


def test_a_file_is_two_overrides_away(tmp_path: Path) -> None:
    frame().to_csv(tmp_path / "mine.csv", index=False)
    dataset = composed("dataset=file", f"dataset.path={tmp_path / 'mine.csv'}", "dataset.target=label")
    assert dataset.name == "mine"
    assert dataset.load().n_rows == ROWS


def test_a_stated_checksum_is_enforced_before_a_trial_is_planned(tmp_path: Path) -> None:
    frame().to_csv(tmp_path / "mine.csv", index=False)
    node = {
        "_target_": "harness.data.from_file",
        "path": str(tmp_path / "mine.csv"),
        "task": "classification",
        "name": None,
    }
    with initialize_config_dir(str(places.shipped("conf")), version_base="1.3"):
        found = plan_spec("synthesis", {"dataset": node}).checksum
        assert plan_spec("synthesis", {"dataset": {**node, "checksum": found}}).checksum == found
        with pytest.raises(
            DataError, match=f"checksum should be {'f' * 64} but is {found}; .*set dataset.checksum=null"
        ):
            plan_spec("synthesis", {"dataset": {**node, "checksum": "f" * 64}})


def test_a_setting_that_a_file_lacks_is_refused_with_the_closest(tmp_path: Path) -> None:
    node = {
        "_target_": "harness.data.from_file",
        "path": "mine.csv",
        "task": "classification",
        "name": None,
        "tagret": "y",
    }
    with pytest.raises(ConfigError, match="has no parameter 'tagret'; did you mean 'target'"):
        plan_spec("synthesis", {"dataset": node})


def test_a_set_of_openml_is_one_override_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(**request: Any) -> Bunch:
        assert request["data_id"] == 61
        shuffled = frame()[["label", "size", "colour"]]
        return Bunch(frame=shuffled, target_names=["label"])

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", answer)
    dataset = composed("dataset=openml", "dataset.data_id=61")
    assert dataset.name == "openml_61"
    assert dataset.load().classes == ("a", "b")


def test_openml_out_of_reach_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(**request: Any) -> Bunch:
        raise URLError("no route to host")

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", unreachable)
    with pytest.raises(
        DataError, match=r"OpenML set 62 cannot be had \(.*no route to host.*\): check the id and the network"
    ):
        from_openml(data_id=62, task="classification").load()


@pytest.mark.parametrize("data_id", ["abc", "61", 61.5, True, 0])
def test_a_number_of_openml_that_is_none_is_refused(data_id: Any) -> None:
    with pytest.raises(ConfigError, match="OpenML: data_id has to be"):
        from_openml(data_id=data_id, task="classification")


@pytest.mark.parametrize("which", [{}, {"name": "iris"}, {"data_id": 61, "name": "iris", "version": 1}])
def test_an_ambiguous_set_of_openml_is_refused(which: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="needs either data_id, or name and version"):
        OpenML(**which)
