"""CSV as spreadsheets write it is read, or refused with the setting that reads it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from harness.core import ConfigError, DataError, DataTable
from harness.data import dataset as dataset_module
from harness.data import from_file
from harness.data.overrides import setting_of

ROWS = 20
Row = Callable[[int], str]


def label(row: int) -> str:
    return "ab"[row % 2]


def load(path: Path, **settings: Any) -> DataTable:
    return from_file(path=str(path), **{"task": "classification", "target": "y", **settings}).load()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a text file of a header and a row for each number."""

    def write(header: str, row: Row, *, name: str = "my.csv", encoding: str = "utf-8", rows: int = ROWS) -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join([header, *map(row, range(rows)), ""]).encode(encoding))
        return path

    return write


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """What has been said of sets in this test."""
    dataset_module._say_once.cache_clear()
    logging.getLogger("harness").propagate = True
    caplog.set_level(logging.WARNING, "harness.data")
    return lambda: "\n".join(caplog.messages)


def proposed(message: str) -> dict[str, Any]:
    """The settings that a message offers, as a shell reads them; without those for labels."""
    words = re.findall(r"'(dataset\.[^']+)'|\b(dataset\.\w+=[^\s,;']+)", message.partition("if these are labels")[0])
    return dict(setting_of(quoted or plain) for quoted, plain in words)


# ---- what spreadsheets write ----------------------------------------------------------------------------------------

GERMAN = ("größe;preis;y", lambda i: f"{i},5;{i + 1}.{i:03d},50 €;{label(i)}", "my.csv", "cp1252")
FRENCH = ("année;revenu;y", lambda i: f"{i},5;{i + 1}\u202f{i:03d},50;{label(i)}", "my.csv", "utf-8-sig")
SWISS = ("alter,lohn,y", lambda i: f"{i}.5,{i + 1}'{i:03d}.50,{label(i)}", "my.csv", "utf-8")
JAPANESE = ("身長,値段,y", lambda i: f'{i}.5,"{i + 1},{i:03d}.50円",{label(i)}', "my.csv", "cp932")
EXCEL_UNICODE = ("höhe\tpreis\ty", lambda i: f"{i},5\t{i + 1}.{i:03d},50\t{label(i)}", "my.txt", "utf-16")

SETTINGS = {
    "german": {"encoding": "cp1252", "separator": ";", "decimal": ",", "thousands": ".", "numbers": ["preis"]},
    "french": {"separator": ";", "decimal": ",", "thousands": " "},
    "swiss": {"thousands": "'"},
    "japanese": {"encoding": "cp932", "thousands": ",", "numbers": ["値段"]},
    "excel's unicode text": {"encoding": "utf-16", "separator": "\t", "decimal": ",", "thousands": "."},
}
SHEETS = dict(zip(SETTINGS, (GERMAN, FRENCH, SWISS, JAPANESE, EXCEL_UNICODE), strict=True))


@pytest.mark.parametrize("kind", SHEETS)
def test_a_sheet_is_read_with_its_settings(write: Callable[..., Path], kind: str) -> None:
    header, row, name, encoding = SHEETS[kind]
    table = load(write(header, row, name=name, encoding=encoding), **SETTINGS[kind])
    first, second = table.features.columns
    np.testing.assert_array_equal(table.features[first], np.arange(ROWS) + 0.5)
    np.testing.assert_array_equal(table.features[second], [1000.0 * (i + 1) + i + 0.5 for i in range(ROWS)])


@pytest.mark.parametrize("kind", SHEETS)
def test_whoever_pastes_what_messages_offer_reads_the_sheet(write: Callable[..., Path], kind: str) -> None:
    header, row, name, encoding = SHEETS[kind]
    path = write(header, row, name=name, encoding=encoding)
    settings: dict[str, Any] = {}
    for _ in range(6):
        try:
            table = load(path, **settings)
        except DataError as error:
            settings |= proposed(str(error))
        else:
            break
    assert table.features.dtypes.eq(np.float64).all(), settings
    assert table.checksum == load(path, **SETTINGS[kind]).checksum


# ---- numbers written as text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "setting"),
    [
        (lambda i: f'"{i},25"', r"'dataset\.decimal=\",\"'"),
        (lambda i: f'"{i + 1},234,567"', r"'dataset\.thousands=\",\"'"),
        (lambda i: f"{i + 1} 234 567", r"dataset\.thousands=space"),
        (lambda i: f"{i + 1}\u00a0234", r"dataset\.thousands=space"),
        (lambda i: f"{i + 1}\u2019234", r"dataset\.thousands=apostrophe"),
        (lambda i: f"{i + 1}.234.567", r"'dataset\.thousands=\"\.\"'"),
        (lambda i: f"{i} kg", r"'dataset\.numbers=\[x\]'"),
        (lambda i: f"{i}%", r"'dataset\.numbers=\[x\]'"),
        (lambda i: f"€ {i}.50", r"'dataset\.numbers=\[x\]'"),
        (lambda i: f"-${i}", r"'dataset\.numbers=\[x\]'"),
        (lambda i: f"CHF {i}.-", r"'dataset\.numbers=\[x\]'"),
        (lambda i: f"({i}.50)" if i % 2 else f"{i}.50", r"'dataset\.numbers=\[x\]'"),
        (lambda i: "unknown" if i == 3 else f"{i}.5", r"'dataset\.missing=\[unknown\]'"),
    ],
)
def test_numbers_as_text_name_column_cell_and_setting(write: Callable[..., Path], cell: Row, setting: str) -> None:
    path = write("x,y", lambda i: f"{cell(i)},{label(i)}")
    with pytest.raises(
        DataError, match=rf"column 'x' holds numbers written as text \('.*\d.*'\): .*{setting}"
    ) as refusal:
        load(path)
    table = load(path, **proposed(str(refusal.value)))
    assert table.features["x"].dtype == np.float64


@pytest.mark.parametrize("cell", [lambda i: f"{i},25", lambda i: f"{i}.25", lambda i: f"{i} kg"])
def test_text_columns_of_parquet_are_no_exception(tmp_path: Path, cell: Row) -> None:
    pd.DataFrame({"x": [cell(i) for i in range(ROWS)], "y": ["a", "b"] * 10}).to_parquet(tmp_path / "my.parquet")
    with pytest.raises(DataError, match="column 'x' holds numbers written as text") as refusal:
        load(tmp_path / "my.parquet")
    table = load(tmp_path / "my.parquet", **proposed(str(refusal.value)))
    assert table.features["x"].dtype == np.float64


def test_numbers_as_text_are_refused_for_a_target_of_regression(write: Callable[..., Path]) -> None:
    path = write("x,y", lambda i: f'{i}.5,"{i},5"')
    with pytest.raises(DataError, match=r"column 'y' holds numbers written as text \('0,5'\)"):
        load(path, task="regression")


def test_who_says_that_it_is_labels_gets_labels(write: Callable[..., Path]) -> None:
    path = write("x,y", lambda i: f"{i % 5} kg,{label(i)}")
    assert load(path, nominal=["x"]).nominal == ("x",)


def test_a_cell_that_can_be_read_in_two_ways_is_not_guessed(write: Callable[..., Path]) -> None:
    path = write("x,y", lambda i: f'"{i + 1},234",{label(i)}')
    with pytest.raises(
        DataError, match=r"thousands=\",\"', which reads 1234, or 'dataset\.decimal=\",\"', which reads 1\.234"
    ):
        load(path)


@pytest.mark.parametrize(
    "cell",
    [
        lambda i: f"2020-{i % 12 + 1}-01x",
        lambda i: f"{i}-{i + 9}",
        lambda i: f"A{i}",
        lambda i: f"1.2.{i}",
        lambda i: f"{i}:30h",
        lambda i: ["red", "green", "blue", "1 kg"][i % 4],
    ],
)
def test_what_is_no_number_stays_a_label(write: Callable[..., Path], cell: Row) -> None:
    assert load(write("x,y", lambda i: f"{cell(i)},{label(i)}")).nominal == ("x",)


def test_numbers_of_several_units_are_said(write: Callable[..., Path], said: Callable[[], str]) -> None:
    path = write("x,y", lambda i: f"{i} {'kg' if i % 2 else 'g'},{label(i)}", name="units.csv")
    assert load(path).nominal == ("x",)
    assert "column 'x' holds numbers with several units ('g', 'kg'), so they are labels" in said()
    with pytest.raises(DataError, match=r"column 'x' .* has several units"):
        load(path, numbers=["x"])


def test_points_that_may_separate_thousands_are_said(write: Callable[..., Path], said: Callable[[], str]) -> None:
    load(write("x;y", lambda i: f"{i + 1}.000;{label(i)}", name="points.csv"), separator=";")
    assert "column 'x' has three digits behind every point ('1.000')" in said()


# ---- codes, rows, indices, levels ---------------------------------------------------------------------------------------


def test_codes_keep_their_zeros_and_that_is_said(write: Callable[..., Path], said: Callable[[], str]) -> None:
    path = write("zip,x,y", lambda i: f"0{1067 + i},{i}.5,{label(i)}", name="codes.csv")
    table = load(path)
    assert table.nominal == ("zip",)
    assert table.features["zip"].cat.categories[0] == "01067"
    assert "column 'zip' holds codes ('01067')" in said()
    assert load(path, nominal=["zip"]).features["zip"].cat.categories[0] == "01067"
    assert load(path, numbers=["zip"]).features["zip"].iloc[0] == 1067


def test_codes_too_long_for_a_number_keep_their_digits(write: Callable[..., Path], said: Callable[[], str]) -> None:
    path = write("id,x,y", lambda i: f"{10**22 + i // 2},{i}.5,{label(i)}", name="long.csv")
    assert len(load(path).features["id"].cat.categories) == 10
    assert "column 'id' holds codes ('10000000000000000000000')" in said()


def test_codes_are_no_target_of_regression(write: Callable[..., Path]) -> None:
    path = write("x,y", lambda i: f"{i}.5,0{i}")
    with pytest.raises(DataError, match=r"target column 'y' holds codes such as '00': 'dataset\.numbers=\[y\]'"):
        load(path, task="regression")
    assert load(path, task="regression", numbers=["y"]).target.max() == 19


def test_dates_that_become_labels_are_said(write: Callable[..., Path], said: Callable[[], str]) -> None:
    load(write("day,y", lambda i: f"{i + 1:02d}.03.2020,{label(i)}", name="dates.csv"))
    assert "column 'day' holds dates or times ('01.03.2020') that are read as labels" in said()


def test_a_file_without_a_line_of_names_is_said(write: Callable[..., Path], said: Callable[[], str]) -> None:
    load(write("0.25,a", lambda i: f"{i}.5,{label(i)}", name="nameless.csv"), target=None)
    assert "a column is called '0.25': if the file has no line of names, its first row is lost" in said()


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_an_index_written_out_is_refused_until_it_is_dropped(write: Callable[..., Path], name: str) -> None:
    path = write(f"{name},x,y", lambda i: f"{i},{i}.5,{label(i)}")
    with pytest.raises(DataError, match=r"'dataset\.drop=\[\"Unnamed: 0\"\]'"):
        load(path)
    assert list(load(path, drop=["Unnamed: 0"]).features.columns) == ["x"]


@pytest.mark.parametrize("first", [0, 1])
def test_a_column_that_counts_the_rows_is_said(write: Callable[..., Path], said: Callable[[], str], first: int) -> None:
    table = load(write("id,x,y", lambda i: f"{i + first},{i}.5,{label(i)}", name=f"counter{first}.csv"))
    assert "id" in table.features
    assert f"column 'id' counts the rows ({first} to {first + 19}): leave it out by 'dataset.drop=[id]'" in said()


def test_an_ordered_feature_that_is_no_counter_is_not_said(write: Callable[..., Path], said: Callable[[], str]) -> None:
    load(write("year,x,y", lambda i: f"{1990 + i},{i // 2},{label(i)}", name="ordered.csv"))
    assert not said()


def test_a_lost_index_is_said(tmp_path: Path, said: Callable[[], str]) -> None:
    frame = pd.DataFrame({"x": np.arange(ROWS) / 3, "y": ["a", "b"] * 10}, index=pd.Index(range(5, 25), name="patient"))
    frame.to_parquet(tmp_path / "indexed.parquet")
    assert list(load(tmp_path / "indexed.parquet").features.columns) == ["x"]
    assert "its index 'patient' (its first value is 5) is no column and is left out" in said()


def test_levels_that_are_merged_or_look_alike_are_said(write: Callable[..., Path], said: Callable[[], str]) -> None:
    path = write("x,y", lambda i: f"{['Yes', 'yes ', 'YES', 'yes'][i % 4]},{['a', 'A'][i % 2]}", name="levels.csv")
    assert load(path).classes == ("A", "a")
    assert "column 'x' has levels that differ only in blanks around them and are one: 'yes ' and 'yes'" in said()
    assert "column 'x' has levels that differ only in case or in the form of their letters" in said()
    assert "column 'y' has levels that differ only in case" in said()


def test_a_pinned_set_has_been_looked_at_and_nothing_is_said(
    write: Callable[..., Path], said: Callable[[], str]
) -> None:
    path = write("id,x,y", lambda i: f"{i},{i}.5,{label(i)}", name="pinned.csv")
    checksum = from_file(path=str(path), task="classification", target="y").prepared().table.checksum
    load(path, checksum=checksum)
    assert not said()


# ---- what means "no value" ----------------------------------------------------------------------------------------------


def test_text_that_means_missing_is_said_and_can_be_a_level(
    write: Callable[..., Path], said: Callable[[], str]
) -> None:
    path = write("x,y", lambda i: f"{['NA', 'b', 'c', ''][i % 4]},{label(i)}", name="missing.csv")
    assert list(load(path).features["x"].cat.categories) == ["b", "c"]
    assert (
        "column 'x' holds text that is read as missing ('NA' in 5 rows): if it is a level, add 'dataset.missing=[]'"
        in said()
    )
    table = load(path, missing=[])
    assert list(table.features["x"].cat.categories) == ["NA", "b", "c"]
    assert table.features["x"].isna().sum() == 5


def test_a_class_called_none_is_a_class_on_request(write: Callable[..., Path]) -> None:
    path = write("x,y", lambda i: f"{i}.5,{['None', 'mild'][i % 2]}")
    with pytest.raises(DataError, match=r"empty in 10 rows .*'None' in 10.*'dataset\.missing=\[\]'"):
        load(path)
    assert load(path, missing=[]).classes == ("None", "mild")


def test_numbers_can_mean_missing(write: Callable[..., Path]) -> None:
    path = write("x,y", lambda i: f"{i if i % 5 else '-999.0'},{label(i)}")
    assert load(path, missing=[-999]).features["x"].isna().sum() == 4


# ---- encodings, damage, line breaks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "word", "offered"),
    [
        ("latin-1", "Größe", "cp1252"),
        ("cp1252", "señor", "cp1252"),
        ("cp932", "サイズ", "cp932"),
        ("cp932", "年齢", "cp932"),
        ("utf-16", "größe", "utf-16"),
        ("utf-16-le", "größe", "utf-16-le"),
        ("gb18030", "年龄收入", "gb18030"),
        ("euc_kr", "나이소득", "euc_kr"),
    ],
)
def test_another_encoding_is_refused_with_the_one_that_reads_it(
    write: Callable[..., Path], encoding: str, word: str, offered: str
) -> None:
    path = write(f"{word},y", lambda i: f"{i}.5,{label(i)}", encoding=encoding)
    with pytest.raises(
        DataError, match=rf"is not UTF-8 text: dataset\.encoding={offered} reads it \(it then says '{word}'\)"
    ):
        load(path)
    assert list(load(path, encoding=offered).features.columns) == [word]


def test_damaged_utf_8_is_told_from_another_encoding(write: Callable[..., Path]) -> None:
    path = write("x,word,y", lambda i: f"{i}.5,größe,{label(i)}")
    path.write_bytes(path.read_bytes().replace("ö".encode(), b"\xff", 1))
    with pytest.raises(DataError, match="is UTF-8 text, but for line 2, which is damaged"):
        load(path)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_utf_8_under_another_encoding_is_refused(write: Callable[..., Path], encoding: str) -> None:
    with pytest.raises(DataError, match=r"dataset\.encoding=utf-(8|16) reads it|is not .* text"):
        load(write("größe,y", lambda i: f"{i}.5,{label(i)}"), encoding=encoding)


@pytest.mark.parametrize("encoding", ["foo", "base64", ""])
def test_an_unknown_encoding_is_refused(write: Callable[..., Path], encoding: str) -> None:
    with pytest.raises(ConfigError, match=f"encoding {encoding!r} is not known"):
        load(write("x,y", lambda i: f"{i},{label(i)}"), encoding=encoding)


def test_a_damaged_row_is_named_by_its_line(write: Callable[..., Path]) -> None:
    path = write("x,z,y", lambda i: f'"two\nlines",{i},{label(i)}' if i != 7 else '"a\nb",1,2,3,4')
    with pytest.raises(DataError, match="line 16: Expected 3 columns, got 5"):
        load(path)


def test_another_separator_is_proposed_though_a_row_is_damaged(write: Callable[..., Path]) -> None:
    path = write("x;y", lambda i: f"{i},5;{label(i)}{';' if i == 9 else ''}")
    with pytest.raises(DataError, match=r"'dataset\.separator=\";\"' reads it"):
        load(path)
    with pytest.raises(DataError, match="line 11: Expected 2 columns, got 3"):
        load(path, separator=";")


def test_another_separator_is_proposed(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match=r"line 2: Expected 1 columns, got 2 .*'dataset\.separator=\";\"' reads it"):
        load(write("x;y", lambda i: f"{i},5;{label(i)}"))


def test_the_line_in_which_a_spreadsheet_tells_the_separator_is_no_row(write: Callable[..., Path]) -> None:
    path = write("sep=;\nx;y", lambda i: f"{i};{label(i)}")
    assert list(load(path, separator=";").features.columns) == ["x"]


@pytest.mark.parametrize("rows", [ROWS, 40_000])
def test_cells_with_line_breaks_are_read_in_small_and_large_files(write: Callable[..., Path], rows: int) -> None:
    path = write("x,note,y", lambda i: f'{i}.5,"line {i % 9}\n{"-" * 60}",{label(i)}', rows=rows)
    table = load(path)
    assert table.n_rows == rows
    assert len(table.features["note"].cat.categories) == 9


@pytest.mark.parametrize("content", [b"PK\x03\x04\0\0rest", b"\xd0\xcf\x11\xe0rest"])
def test_a_workbook_with_another_name_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sheet.csv").write_bytes(content)
    with pytest.raises(
        DataError, match=r"sheet\.csv is a workbook of a spreadsheet, whatever its name: save it as CSV"
    ):
        load(tmp_path / "sheet.csv")


@pytest.mark.parametrize("content", [bytes(range(256)) * 9, b"x,y\n\0\0\0,a\n" * 20, b"\n \n\n"])
def test_what_is_no_text_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "noise.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"noise\.csv is (not UTF-8 text|empty)"):
        load(tmp_path / "noise.csv")


# ---- settings -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"drop": "ab"}, "drop has to be a list, not 'ab'"),
        ({"drop": None}, "drop has to be a list, not None"),
        ({"drop": [["ab"]]}, "each of drop has to be text"),
        ({"zero_is_missing": "ab"}, "zero_is_missing has to be a list"),
        ({"missing": "NA"}, "missing has to be a list, not 'NA'"),
        ({"numbers": "x"}, "numbers has to be a list, not 'x'"),
        ({"separator": "ab"}, r"separator has to be one character .*'dataset\.separator=\";\"'"),
        ({"separator": ""}, "separator has to be one character"),
        ({"separator": "；"}, "separator has to be one character"),
        ({"separator": None}, "separator has to be text, not None"),
        ({"decimal": ";"}, "unknown decimal ';'"),
        ({"thousands": "x"}, "unknown thousands 'x'"),
        ({"decimal": ",", "thousands": ","}, "thousands has to be another character than decimal"),
        ({"encoding": 8}, "encoding has to be text, not 8"),
        ({"checksum": "abc"}, "checksum has to be 64 digits of 0-9 and a-f"),
        ({"max_rows": 20.5}, "max_rows has to be a whole number, not 20.5"),
        ({"max_rows": "20"}, "max_rows has to be a whole number, not '20'"),
        ({"rows": 0}, "rows has to be at least 1, not 0"),
        ({"target": True}, "target has to be text, not True"),
        ({"classes": ["a"]}, "classes has to be a mapping"),
        ({"path": 7}, "path has to be text, not 7"),
        ({"path": ""}, "path has to be the name of a file"),
        ({"name": 7}, "name has to be text, not 7"),
        ({"about": "mine"}, "about has to be a mapping"),
    ],
)
def test_a_setting_of_another_kind_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_file(**{"path": "my.csv", "task": "classification", "target": "y", **settings})


@pytest.mark.parametrize("separator", ["\t", r"\t", "tab"])
def test_a_tab_may_be_written_as_people_write_it(write: Callable[..., Path], separator: str) -> None:
    assert load(write("x\ty", lambda i: f"{i}\t{label(i)}"), separator=separator).n_rows == ROWS


def test_a_column_may_be_named_by_a_number(write: Callable[..., Path]) -> None:
    table = load(write("0,1,2", lambda i: f"{i}.5,{i},{label(i)}"), target=2, drop=[1])
    assert list(table.features.columns) == ["0"]


def test_another_number_column_that_is_not_there_is_named(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match=r"there is no column 'z' \(dataset\.numbers\); it has: x, y"):
        load(write("x,y", lambda i: f"{i},{label(i)}"), numbers=["z"])
