"""`harness data check my.csv` shows what is understood of a file, and the words that use it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pandas as pd
import pytest

from harness.cli.data import main
from harness.core import ConfigError, DataError
from harness.data import from_file
from harness.data.overrides import setting_of


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is printed; the file can be used."""
    assert main(["check", *words]) == 0
    return capsys.readouterr().out


def sheet(folder: Path, header: str, cells: str, name: str = "my.csv", encoding: str = "utf-8") -> str:
    """A file of twenty rows, in which {i} is the row's number and {c} its class."""
    lines = [cells.format(i=i, c="no" if i % 4 else "yes") for i in range(20)]
    (folder / name).write_bytes("\n".join([header, *lines, ""]).encode(encoding))
    return str(folder / name)


def test_each_column_has_a_line_with_kind_values_missing_cells_and_an_example(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet(tmp_path, "size,zip,note,y", "{i}.5,0{i},NA,{c}")
    out = shown(capsys, path, "drop=[note]")
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line.split()}
    assert lines["size"] == ["size", "feature", "numbers", "0.5", "to", "19.5", "0", "0.5"]
    assert lines["zip"][:3] == ["zip", "feature", "labels"]
    assert lines["note"] == ["note", "dropped", "nothing", "20"]
    assert lines["y"] == ["y", "target", "classes", "2:", "no,", "yes", "0", "yes"]
    assert "20 rows; target y (the last column; another by target=NAME): 2 classes (no: 15, yes: 5); checksum: " in out
    assert "note: column 'zip' holds codes ('00')" in out


@pytest.mark.parametrize(
    ("header", "cells", "encoding", "name"),
    [
        ("größe;preis;y", "{i},5;1.000,{i} €;{c}", "cp1252", "my.csv"),
        ("année;revenu;y", "{i},5;1\u202f000,{i};{c}", "utf-8-sig", "my.csv"),
        ("身長,値段,y", '{i}.5,"1,000.{i}円",{c}', "cp932", "my.csv"),
        ("höhe\tpreis\ty", "{i},5\t1.000,{i}\t{c}", "utf-16", "my.txt"),
        (",a b,y", "{i},{i}.5,{c}", "utf-8", "it's mine.csv"),
        ("w,y", "{i} kg,{i}.25", "utf-8", "my.csv"),
    ],
)
def test_the_words_that_it_finds_read_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], header: str, cells: str, encoding: str, name: str
) -> None:
    path = sheet(tmp_path, header, cells, name=name, encoding=encoding)
    out = shown(capsys, path)
    command = shlex.split(out.rpartition("to use it: ")[2])
    assert command[:3] == ["harness", "run", "dataset=file"]
    settings = {"task": "classification", **dict(map(setting_of, command[3:]))}
    table = from_file(**settings).load()
    assert not table.nominal
    assert table.n_rows == 20


def test_settings_of_ones_own_come_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(tmp_path, "x;y;z", "{i},5;{c};{i}")
    out = shown(capsys, path, "decimal=,", "target=y", "dataset.max_rows=15")
    assert "target y: 2 classes" in out
    assert "found by looking at the file: 'dataset.separator=\";\"'\n" in out
    assert "'dataset.decimal=\",\"'" in out
    assert "dataset.max_rows=15" in out


def test_parquet_is_shown_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame({"x": [f"{i},5" for i in range(20)], "y": ["a", "b"] * 10}).set_index(
        pd.Index(list("abcd") * 5, name="id")
    )
    frame.to_parquet(tmp_path / "my.parquet")
    out = shown(capsys, str(tmp_path / "my.parquet"))
    assert "'dataset.decimal=\",\"'" in out
    assert "note: its index 'id'" in out


def test_what_cannot_be_used_is_shown_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sheet(tmp_path, "x,z,y", "{i}.5,low,{c}")
    Path(path).write_text(Path(path).read_text().replace("low", "3", 10))
    assert main(["check", path]) == 1
    out = capsys.readouterr().out
    assert "FAILED  Data set 'my': column 'z' mixes numbers ('3') and text ('low')" in out
    assert "to use it" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["targt=y"], "A file has no setting 'targt'; did you mean 'target'?"),
        (["drop=ab"], "drop has to be a list, not 'ab'"),
        (["decimal=5"], "unknown decimal '5'"),
        (["iris"], "'iris' is no file"),
    ],
)
def test_a_word_that_makes_no_sense_is_refused(tmp_path: Path, words: list[str], message: str) -> None:
    path = sheet(tmp_path, "x,y", "{i}.5,{c}")
    with pytest.raises(ConfigError, match=message.replace("?", r"\?")):
        main(["check", path, *words])


@pytest.mark.parametrize("path", ["nowhere.csv", "./nowhere.csv", "some/folder"])
def test_a_file_that_is_not_there_is_named(path: str) -> None:
    with pytest.raises(DataError, match=r"There is no file .*nowhere\.csv|has an unknown extension"):
        main(["check", path])
