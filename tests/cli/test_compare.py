"""`harness compare`: whatever the file holds, it ends with words, tables and figures, or one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import harness
from harness.cli.main import main
from harness.randomness import stream

Compare = Callable[..., str]


def long(n_sets: int, methods: Sequence[str], *, seeds: int = 1, gap: float = 0.02) -> pd.DataFrame:
    """Scores of methods, the first the best."""
    rng = stream(0, "cli compare")
    base = rng.uniform(0.6, 0.8, size=n_sets)
    rows = [
        (f"set{block:02}", method, seed, base[block] - gap * place + 0.01 * rng.normal())
        for block in range(n_sets)
        for place, method in enumerate(methods)
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows, columns=["dataset", "method", "seed", "accuracy"])


@pytest.fixture
def compare(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Compare:
    """What the command says about a frame, on a wide screen."""
    monkeypatch.setenv("COLUMNS", "200")

    def says(frame: pd.DataFrame, *words: str, code: int = 0) -> str:
        frame.to_csv(tmp_path / "own.csv", index=False)
        assert main(["compare", str(tmp_path / "own.csv"), *words]) == code
        answer = capsys.readouterr()
        return " ".join((answer.err if code else answer.out).split())

    return says


def test_it_says_what_was_read_who_is_best_and_each_verdict(compare: Compare) -> None:
    said = compare(long(12, ["new", "old", "tree"], seeds=3), "--region", "0.01", "--unit", "share")
    for words in (
        "own.csv has 108 rows and 4 columns. 3 methods on 12 datasets; accuracy, more is better.",
        "Differences of less than 0.01 share are practically none.",
        "Each score is the mean of 3 rows of one dataset and method.",
        "new has the best mean,",
        "3 pairs: 3 decided for one side, 0 practically none, 0 open.",
        "new is better than tree by",
        "at least 0.01 share",
        "Friedman's test with Iman and Davenport's correction over 12 complete datasets",
        "Shapiro and Wilk's test finds",
        "With a chance of 80 % the t test",
    ):
        assert words in said


def test_the_screen_the_page_and_the_front_door_give_the_same_numbers(compare: Compare, tmp_path: Path) -> None:
    frame = long(12, ["new", "old", "tree"])
    ours = json.loads(compare(frame, "--region", "0.01", "--json"))
    found = harness.compare(frame, region=0.01)
    page, table, numbers = found.write(tmp_path / "out")[:3]
    assert page.name == "comparison.html"
    written = json.loads((tmp_path / "out" / "comparison.json").read_text())
    assert {**written, "source": ours["source"]} == ours
    first = ours["pairs"][0]
    row = found.frame[(found.frame["first"] == "new") & (found.frame["second"] == "old")].iloc[0]
    assert first["difference"] == pytest.approx(row["difference"])
    assert first["p_w_holm"] == pytest.approx(row["p_w_holm"], rel=1e-5)
    assert "new" in page.read_text()
    assert r"\begin{tabular}" in table.read_text()
    assert numbers.suffix == ".pdf"


def test_lower_may_be_better(compare: Compare) -> None:
    said = compare(long(12, ["low", "high"]).assign(accuracy=lambda f: 1 - f["accuracy"]), "--lower-is-better")
    assert "low has the best mean" in said
    assert "low is better than high" in said


def test_pairs_and_controls_make_the_family_small(compare: Compare) -> None:
    frame = long(12, ["a", "b:c", "d", "e"])
    assert "2 pairs: 2 decided" in compare(frame, "--pairs", "a:b:c", "e:d")
    said = compare(frame, "--control", "d")
    assert "each against d" in said
    assert "3 pairs:" in said
    assert "Bonferroni and Dunn's critical difference of mean ranks from d" in said


def test_forty_methods_are_cut_and_counted(compare: Compare, tmp_path: Path) -> None:
    methods = [f"method{at:02}" for at in range(40)]
    page = tmp_path / "page.html"
    said = compare(long(30, methods, gap=0.002), "--out", str(page), "--out", str(tmp_path / "pairs.csv"))
    assert "page.html" in said
    text = page.read_text()
    assert "39 of 780 pairs are shown, those of the best mean" in text
    assert text.count("data:image/svg+xml") == 2
    assert len(pd.read_csv(tmp_path / "pairs.csv")) == 780


def test_one_data_set_shows_differences_and_tests_nothing(compare: Compare) -> None:
    said = compare(long(1, ["a", "b", "c"]))
    assert "There is one dataset, and nothing can be tested on one: all verdicts are open." in said
    assert "Friedman" not in said


def test_too_few_sets_ties_and_holes_are_said(compare: Compare) -> None:
    assert "at least 7 are needed" in compare(long(4, ["a", "b", "c"]))
    ties = compare(long(12, ["a", "b", "c"]).assign(accuracy=0.5), "--region", "0.01")
    assert "3 practically none" in ties
    assert "All methods tie on every data set" in ties
    holes = long(12, ["a", "b", "c"])
    holes.loc[[0, 4], "accuracy"] = np.nan
    said = compare(holes)
    assert "2 rows without a value in dataset, method, accuracy are left out." in said
    assert "Left out, for lack of some values: set00, set01." in said
    assert "Means of different datasets do not compare" in said


def test_a_data_set_in_another_unit_is_noticed(compare: Compare) -> None:
    frame = long(12, ["a", "b", "c"])
    other = frame.assign(accuracy=frame["accuracy"].where(frame["dataset"] != "set03", 100 * frame["accuracy"]))
    assert "come from set03: are its scores in another unit?" in compare(other)
    assert "another unit" not in compare(frame)


def test_methods_that_share_no_data_set_stay_open(compare: Compare) -> None:
    frame = long(8, ["a", "b"])
    apart = frame[(frame["dataset"] < "set04") == (frame["method"] == "a")]
    said = compare(apart)
    assert "1 pair: 0 decided for one side, 1 open." in said
    assert "a comparison of ranks takes at least two of each" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--score", "acc"], "has no column 'acc': it has dataset, method, seed, accuracy; name one by --score"),
        (["--block", "set"], "name one by --block."),
        (["--pairs", "new"], "--pairs new: give two methods with a colon between them"),
        (["--pairs", "new:older"], "--pairs new:older: there are no such two methods; there are new, old."),
        (["--control", "none"], "no scores of the control none: the methods are"),
        (["--level", "95"], "the level of an interval is 95.0, but must lie between 0 and 1"),
        (["--alpha", "5"], "--alpha is 5, but must lie between 0 and 1: give 0.05 for 5 %."),
        (["--alpha", "0.1", "--level", "0.9"], "not allowed with argument --alpha"),
        (["--control", "old", "--pairs", "new:old"], "not allowed with argument --control"),
        (["--region", "-1"], "the region of practical equivalence is -1.0"),
        (["--region", "x"], "invalid float value: 'x'"),
        (["--out", "x.docx"], "x.docx: there is no output of the kind .docx"),
        (["--method", "accuracy"], "have to be three columns"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(words: list[str], sentence: str, compare: Compare) -> None:
    said = compare(long(8, ["new", "old"]), *words, code=2)
    assert said.startswith("error: ")
    assert sentence in said


def test_one_method_and_scores_that_are_none_are_one_sentence(compare: Compare) -> None:
    assert "'method' has to hold at least two methods with scores" in compare(long(8, ["new"]), code=2)
    words = long(8, ["new", "old"]).assign(accuracy="much")
    assert "score='accuracy' has to hold numbers alone, and entry 0 is 'much'" in compare(words, code=2)


def test_help_teaches_with_a_file_and_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["compare", "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for words in ("dataset,method,accuracy", "harness compare results.csv --region 0.01", "--lower-is-better"):
        assert words in said


def test_names_of_any_kind_are_drawn_and_set(compare: Compare, tmp_path: Path) -> None:
    names = ["$^ and $_", "[red]b[/]", "a <b> & 50 %", "方法 🌲", "m" * 70 + "1" + "m" * 20, "m" * 70 + "2" + "m" * 20]
    frame = long(12, names)
    assert "wrote" in compare(frame, "--out", str(tmp_path / "out"))
    page = (tmp_path / "out" / "comparison.html").read_text(encoding="utf-8")
    assert "a &lt;b&gt; &amp; 50 %" in page
    assert r"a $<$b$>$ \& 50 \%" in (tmp_path / "out" / "comparison.tex").read_text(encoding="utf-8")
    assert "[red]b[/]" in compare(frame)


def test_json_on_the_screen_is_json_alone_though_files_are_written(compare: Compare, tmp_path: Path) -> None:
    said = compare(long(6, ["new", "old"]), "--json", "--out", str(tmp_path / "x.json"))
    assert json.loads(said)["n_methods"] == 2
    assert (tmp_path / "x.json").is_file()


def test_what_is_read_is_never_written_over(compare: Compare, tmp_path: Path) -> None:
    frame = long(6, ["new", "old"])
    said = compare(frame, "--out", str(tmp_path / "own.csv"), code=2)
    assert "is the file that is read, and would be lost" in said
    assert len(pd.read_csv(tmp_path / "own.csv")) == len(frame)
