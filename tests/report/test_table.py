"""How results are printed and written."""

import json
import math
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from harness.analysis.frame import interval_cells
from harness.analysis.query import where
from harness.inference.estimate import Estimate, Interval
from harness.report.origin import read_table
from harness.report.table import Basis, Column, Key, Table, number_text, p_phrase, p_text
from harness.report.table_files import to_json, to_latex, write_table
from harness.report.writing import Report, write_report


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (1.25, 1, False, "1.2"),
        (-0.04, 1, False, "0.0"),
        (-0.04, 1, True, "0.0"),
        (2.0, 2, True, "+2.00"),
        (-2.0, 1, False, "−2.0"),
        (math.nan, 1, False, "–"),
        (math.inf, 1, False, "∞"),
        (-math.inf, 1, False, "−∞"),
    ],
)
def test_numbers_have_true_minus_signs_and_no_negative_zero(
    value: float, decimals: int, signed: bool, text: str
) -> None:
    assert number_text(value, decimals, signed=signed) == text


@pytest.mark.parametrize(
    ("p", "text"), [(0.0004, "< .001"), (0.0123, ".012"), (0.05, ".050"), (0.9996, "> .999"), (math.nan, "–")]
)
def test_p_values_have_three_decimals_and_honest_ends(p: float, text: str) -> None:
    assert p_text(p) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0504, ".0504"),
        (0.0496, ".0496"),
        (0.05001, ".05001"),
        (0.0505, ".051"),
        (0.0494, ".049"),
        (0.05 + 1e-9, ".050"),
    ],
)
def test_a_p_value_near_the_level_is_printed_on_its_side_of_it(p: float, text: str) -> None:
    assert p_text(p) == text


def test_a_p_value_in_a_sentence_has_its_relation() -> None:
    assert (p_phrase(0.0123), p_phrase(0.0001)) == ("= .012", "< .001")


@pytest.fixture
def table() -> Table:
    frame = pd.DataFrame(
        {
            "name": ["50 % & more_", "plain"],
            "mean": [1 / 3, math.nan],
            "low": [0.25, math.nan],
            "high": [0.5, math.nan],
            "p": [0.0001, 0.5],
        }
    )
    columns = [Column("name", "name"), Column("mean", "mean", 2, "low", "high"), Column("p", "p", p_value=True)]
    return Table("example", "A caption.", frame, columns, ["A note."])


def test_an_interval_stands_in_brackets_and_a_missing_number_is_a_dash(table: Table) -> None:
    assert table.cells() == [["50 % & more_", "0.33 [0.25, 0.50]", "< .001"], ["plain", "–", ".500"]]


def test_a_note_that_says_nothing_is_left_out(table: Table) -> None:
    silent = replace(table, notes=["", "A note.", ""])
    assert to_latex(silent) == to_latex(table)
    assert json.loads(to_json(silent))["notes"] == ["A note."]


@pytest.mark.tool("pdflatex")
def test_latex_compiles_and_shrinks_what_is_wider_than_the_line(table: Table, tmp_path: Path) -> None:
    odd = replace(table, caption="± − × ≤ 50 % of “a_b” & c^2 ~ {ε} \\ #1 $", columns=[*table.columns] * 6)
    (tmp_path / "table.tex").write_text(to_latex(odd), encoding="utf-8")
    (tmp_path / "paper.tex").write_text(
        r"\documentclass{article}\usepackage{booktabs,graphicx}\begin{document}\input{table}\end{document}",
        encoding="utf-8",
    )
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert "Overfull" not in done.stdout


def test_latex_uses_booktabs_and_escapes_what_it_would_misread(table: Table) -> None:
    latex = to_latex(table)
    assert all(rule in latex for rule in (r"\toprule", r"\midrule", r"\bottomrule", r"\caption{A caption.}", "A note."))
    assert r"50 \% \& more\_ & 0.33 [0.25, 0.50] & $<$ .001 \\" in latex


def test_the_csv_keeps_ten_digits_six_of_p_values_and_the_json_what_is_printed(table: Table, tmp_path: Path) -> None:
    table = replace(table, frame=table.frame.assign(p=[1 / 3000, 0.5], p_raw=[2 / 3, math.nan]), p_values=["p_raw"])
    paths = write_table(table, tmp_path)
    assert paths[0].read_text(encoding="utf-8").splitlines()[1] == (
        "50 % & more_,0.3333333333,0.25,0.5,0.000333333,0.666667"
    )
    assert [path.name for path in paths] == ["example.csv", "example.tex", "example.json"]
    pd.testing.assert_frame_equal(pd.read_csv(paths[0]), table.frame)
    content = json.loads(paths[2].read_text(encoding="utf-8"))
    assert content["rows"] == table.cells()
    assert content["align"] == ["left", "right", "right"]


def test_a_cell_is_printed_from_the_number_before_it_is_rounded(table: Table) -> None:
    halves = replace(
        table, frame=table.frame.assign(mean=[3.1500000000000004, 3.15], low=math.nan), columns=[Column("", "mean", 1)]
    )
    assert halves.cells() == [["3.2"], ["3.1"]]
    assert list(halves.written["mean"]) == [3.15, 3.15]


def test_what_a_paper_knows_of_the_rows_stands_in_the_json_alone(table: Table) -> None:
    known = replace(table, about={"family": ["primary", "sensitivity"]})
    assert json.loads(to_json(known))["about"] == {"family": ["primary", "sensitivity"]}
    assert "about" not in json.loads(to_json(table))
    assert to_latex(known) == to_latex(table)


def test_labels_of_two_studies_are_never_the_same(table: Table, tmp_path: Path) -> None:
    for study in ("detection", "synthesis"):
        write_report(Report([table], []), tmp_path / study)
    texts = [
        (tmp_path / study / "tables" / "example.tex").read_text(encoding="utf-8")
        for study in ("detection", "synthesis")
    ]
    assert [re.findall(r"\\label\{(.*)\}", text) for text in texts] == [
        ["tab:detection-example"],
        ["tab:synthesis-example"],
    ]


@pytest.fixture
def traced(table: Table) -> Table:
    names = {("plain",): where(model="tree"), ("50 % & more_",): where(model="svm")}
    columns = [
        Column("name", "name", basis=Basis.DESIGN),
        Column("mean", "mean", 2, "low", "high", where=where(harm=10)),
        Column("p", "p", p_value=True, keys=()),
    ]
    return replace(table, columns=columns, keys=(Key(("name",), names),), where=where(label_delay=0))


def test_a_cell_rests_on_what_its_table_its_row_and_its_column_say(traced: Table) -> None:
    row = traced.row_of({"name": "plain"})
    assert traced.query(row, "mean") == where(label_delay=0, harm=10, model="tree") == traced.query(row, "high")
    assert traced.query(row, "p") == where(label_delay=0), "the rows of all keys"
    assert traced.query(row, "name") is None, "no record"


def test_nobody_is_told_where_a_number_comes_from_that_is_not_there(table: Table, traced: Table) -> None:
    with pytest.raises(LookupError, match="does not declare"):
        table.query({"name": "plain"}, "mean")
    with pytest.raises(LookupError, match="no column 'median'; it has name, mean"):
        traced.query({"name": "plain"}, "median")
    with pytest.raises(LookupError, match="0 rows"):
        traced.row_of({"name": "other"})


def test_where_cells_come_from_is_written_beside_them(traced: Table, tmp_path: Path) -> None:
    write_table(traced, tmp_path)
    read = read_table(tmp_path, "example")
    assert (read.where, list(read.keys)) == (traced.where, list(traced.keys))
    for row in traced.frame.to_dict("records"):
        for name in traced.frame.columns:
            assert read.query(read.row_of(row), name) == traced.query(row, name)


def test_a_table_that_declares_nothing_says_so_in_its_file_too(table: Table, tmp_path: Path) -> None:
    write_table(table, tmp_path)
    with pytest.raises(LookupError, match="does not declare"):
        read_table(tmp_path, "example").query({"name": "plain"}, "mean")


def test_an_estimate_is_put_into_a_row_with_its_interval_and_read_from_there() -> None:
    row = interval_cells("delay", Estimate(estimate=1.0, interval=Interval(0.5, 2.0, 0.95), n=3))
    assert row == {"delay": 1.0, "delay_low": 0.5, "delay_high": 2.0}
    column = Column.of_estimate("delay, months", "delay", 2, signed=True)
    assert column.cell(pd.Series(row)) == "+1.00 [0.50, 2.00]"
