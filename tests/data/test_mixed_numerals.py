"""Marks in numbers are never guessed: one file, one way to write numbers. Dates and yen are told from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli.data import main
from harness.core import DataError, DataTable
from harness.data import from_file
from harness.data.findings import look_at
from harness.data.numerals import Convention, convention_of

ROWS = 20


def written(folder: Path, header: str, row: Callable[[int], str], encoding: str = "utf-8") -> str:
    """A file of twenty rows, whose last column holds two classes."""
    lines = [header, *(f"{row(i)}{header[-2]}{'ab'[i % 2]}" for i in range(ROWS)), ""]
    (folder / "my.csv").write_bytes("\n".join(lines).encode(encoding))
    return str(folder / "my.csv")


def load(path: str) -> DataTable:
    return from_file(path=path, task="classification", target="y").load()


def test_a_leading_zero_shows_that_a_mark_separates_no_thousands() -> None:
    assert Convention(".", ",").number("0,126") is None
    assert convention_of(["0,126", "-1,493"]) == (Convention(","),)
    assert convention_of(["1,126", "-1,493"]) == (Convention(".", ","), Convention(","))


@pytest.mark.parametrize(
    ("header", "row", "names"),
    [
        ("x,z,y", lambda i: f'"0,{i + 100}",{i}.25', ("'x' holds", "'z' ('0.25')")),
        ("x;z;y", lambda i: f"0,{i + 100};0.{i + 100}", ("'x' holds", "'z' ('0.100')")),
    ],
)
def test_columns_that_no_setting_reads_together_are_both_named(
    tmp_path: Path, header: str, row: Callable[[int], str], names: tuple[str, ...]
) -> None:
    findings = look_at(written(tmp_path, header, row), {})
    assert not {"decimal", "thousands"} & findings.found.keys()
    assert all(name in findings.trouble for name in names)


def test_one_sign_for_no_value_needs_no_numeric_setting(tmp_path: Path) -> None:
    path = written(tmp_path, "x,y", lambda i: "-" if i == 3 else f"{i + 1}.{i + 100}")
    with pytest.raises(DataError, match=r"\): '-' is no such number.*'dataset\.missing=\[\"-\"\]'") as refusal:
        load(path)
    assert "dataset.decimal" not in str(refusal.value)
    assert "dataset.thousands" not in str(refusal.value)
    assert look_at(path, {}).columns[0].values == "numbers and text"


@pytest.mark.parametrize("cell", ["2024-01-{i:02d}", "00:{i}", "2024-01-{i:02d}T00:15", "2024-01-{i:02d} 00:15:00"])
def test_dates_and_times_are_labels_and_that_is_said(tmp_path: Path, cell: str) -> None:
    prepared = look_at(written(tmp_path, "x,y", lambda i: cell.format(i=i + 10)), {}).prepared
    assert prepared is not None
    assert prepared.table.features["x"].iloc[0] == cell.format(i=10)
    assert "holds dates or times" in prepared.notices[0].fact


@pytest.mark.parametrize("cell", ["{i}.5-", "{i}_000", "1.0.{i}"])
def test_what_looks_like_numbers_and_is_none_is_said(tmp_path: Path, cell: str) -> None:
    prepared = look_at(written(tmp_path, "x,y", lambda i: cell.format(i=i + 10)), {}).prepared
    assert prepared is not None
    assert "holds what looks like numbers" in prepared.notices[0].fact


def test_yen_of_full_width_are_japanese(tmp_path: Path) -> None:
    path = written(tmp_path, "商品,価格,y", lambda i: f'品{i},"￥1,{200 + i}"', encoding="cp932")
    findings = look_at(path, {})
    assert findings.found["encoding"] == "cp932"
    assert findings.columns[1].values == "1200 to 1219"


@pytest.mark.parametrize("word", ["target=nope", "drop=[nope]"])
def test_a_setting_that_names_no_column_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(DataError, match="has no column 'nope'"):
        main(["check", written(tmp_path, "x,y", lambda i: f"{i}.5"), word])
