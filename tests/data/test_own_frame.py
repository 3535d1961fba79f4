"""A file of results or answers is read as it is written, and what was found is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from harness.core import DataError
from harness.data.own_frame import OwnFrame, read_own

Read = Callable[..., OwnFrame]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reads(text: str, name: str = "own.csv", encoding: str = "utf-8") -> OwnFrame:
        (tmp_path / name).write_text(text, encoding=encoding)
        return read_own(str(tmp_path / name), labels=["dataset", "method"], numbers=["accuracy"])

    return reads


def test_a_plain_file_needs_no_words(read: Read) -> None:
    found = read("dataset, method,accuracy\na,x,0.5\nb,y,?\n")
    assert found.said == "own.csv has 2 rows and 3 columns."
    assert list(found.frame.columns) == ["dataset", "method", "accuracy"]
    assert found.frame["accuracy"].tolist() == pytest.approx([0.5, math.nan], nan_ok=True)


def test_spreadsheets_of_other_countries_are_read_and_said(read: Read) -> None:
    found = read("dataset;method;accuracy\nMünchen;x;0,51\nb;y;0,7\nc;z;1,5\n", encoding="cp1252")
    assert found.frame.loc[0].tolist() == ["München", "x", 0.51]
    assert "(cells parted by semicolons; decimal commas; encoding cp1252)" in found.said


def test_units_are_left_out_and_said(read: Read) -> None:
    found = read("dataset,method,accuracy\na,x,93.5 %\nb,y,91 %\n")
    assert found.frame["accuracy"].tolist() == [93.5, 91.0]
    assert "accuracy read as numbers without their units" in found.said


def test_a_method_may_be_called_none(read: Read) -> None:
    found = read("dataset,method,accuracy\na,None,0.5\na,,0.6\na,007,NA\n")
    assert found.frame["method"].tolist()[0] == "None"
    assert found.frame["method"].isna().tolist() == [False, True, False]
    assert math.isnan(found.frame["accuracy"].iloc[2])
    assert found.said.endswith("'None' in method is a name, not a missing one.")


def test_codes_keep_their_zeros(read: Read) -> None:
    assert read("dataset\tmethod\taccuracy\na\t007\t1\nb\t010\t2\n", "own.tsv").frame["method"].tolist() == [
        "007",
        "010",
    ]


def test_what_is_no_number_is_left_to_the_caller(read: Read) -> None:
    assert read("dataset,method,accuracy\na,x,much\n").frame["accuracy"].tolist() == ["much"]


def test_parquet_is_read_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"dataset": ["a"], "method": ["x"], "accuracy": [0.5]})
    frame.to_parquet(tmp_path / "own.parquet")
    found = read_own(str(tmp_path / "own.parquet"), labels=["dataset"], numbers=["accuracy"])
    assert found.frame.equals(frame)
    assert found.said == "own.parquet has 1 rows and 3 columns."


def test_a_column_that_stands_there_twice_matters_only_if_it_is_wanted(read: Read) -> None:
    assert read("dataset,method,accuracy,x,x\na,b,1,2,3\n").frame.shape == (1, 5)
    with pytest.raises(DataError, match="more than one column 'accuracy': give each its own name"):
        read("dataset,method,accuracy,accuracy\na,b,1,2\n")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("own.csv", "", "is empty"),
        ("own.csv", "dataset,method,accuracy\na,b\n", "line 2: Expected 3 columns, got 2"),
        ("own.xlsx", "x", "has an unknown extension: use one of .csv"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, text: str, said: str, read: Read) -> None:
    with pytest.raises(DataError) as refused:
        read(text, name)
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no file no\.csv; a relative path"):
        read_own("no.csv", labels=[], numbers=[])
