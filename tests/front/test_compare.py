"""Methods against each other, from a long frame."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import harness
from experiments.synthesis.design import DESIGN
from harness import places
from harness.report.rounding import rounded_frame

PUBLISHED = places.shipped("conf").parent / "results"


@pytest.fixture
def long() -> pd.DataFrame:
    """Twelve sets, three methods, two seeds."""
    cells = itertools.product([f"set{i:02}" for i in range(12)], ["a", "b", "c"], [0, 1])
    frame = pd.DataFrame(cells, columns=["dataset", "method", "seed"])
    noise = np.random.default_rng(0).normal(size=len(frame))
    return frame.assign(accuracy=frame["method"].map({"a": 0.9, "b": 0.8, "c": 0.8}) + 0.02 * noise)


def test_it_gives_the_published_table_from_the_published_records(published_folder: Callable[[str], Path]) -> None:
    table = published_folder("synthesis") / "tables" / "comparisons.csv"
    published = pd.read_csv(table)
    trials = harness.records("synthesis", results=PUBLISHED)
    of_the_study = trials["pool"].isna() | (trials["pool"] == "+".join(DESIGN.pool))
    plain = trials[of_the_study & (trials["label_noise"] == 0) & (trials["train_size"] == 1)]
    ours = harness.compare(
        plain.assign(points=100 * plain["accuracy"]),
        score="points",
        pairs=list(zip(published["first"], published["second"], strict=True)),
    )
    same = [name for name in published.columns if name in ours.frame.columns]
    assert len(same) == 20
    p_values = [name for name in same if name.startswith("p_")]  # published with fewer digits
    written = rounded_frame(ours.frame[same], p_values)
    pd.testing.assert_frame_equal(written, published[same], check_dtype=False, rtol=1e-9)


def test_everything_is_compared_with_everything(long: pd.DataFrame) -> None:
    found = harness.compare(long)
    assert list(zip(found.frame["first"], found.frame["second"], strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    means = long.pivot_table(index="dataset", columns="method", values="accuracy")
    for row in found.frame.itertuples():
        assert row.p_t == pytest.approx(stats.ttest_rel(means[row.first], means[row.second]).pvalue)
        assert row.p_w == pytest.approx(stats.wilcoxon(means[row.first], means[row.second]).pvalue)


def test_the_note_says_what_was_averaged(long: pd.DataFrame) -> None:
    assert "Each score is the mean of 2 rows of one dataset and method." in harness.compare(long).note
    assert "the mean of 1 to 2 rows" in harness.compare(long.iloc[1:]).note
    assert harness.compare(long[long["seed"] == 0]).note == ""


def test_the_note_names_sets_that_drop_out_and_counts_rows_without_a_score(long: pd.DataFrame) -> None:
    holes = long.copy()
    holes.loc[(holes["dataset"] == "set03") & (holes["method"] == "c"), "accuracy"] = np.nan
    found = harness.compare(holes)
    assert "2 rows without a value in dataset, method, accuracy are left out." in found.note
    assert "set03" in found.note
    assert list(found.frame["n"]) == [12, 11, 11]
    assert found.note in repr(found)
    assert found.note in found._repr_html_()


def test_other_names_of_columns_and_other_kinds(long: pd.DataFrame) -> None:
    renamed = long.rename(columns={"dataset": "task", "method": "way", "accuracy": "points"})
    renamed["way"] = renamed["way"].astype("category").cat.add_categories("unused")
    found = harness.compare(renamed, block="task", method="way", score="points", pairs=[("c", "a")])
    expected = harness.compare(long, pairs=[("c", "a")])
    assert found.frame.equals(expected.frame)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"block": "set"}, "block='set' is no column; there are: dataset, method, seed, accuracy"),
        ({"score": "method"}, "have to be three columns"),
        ({"pairs": [("a", "z")]}, "pairs: no scores of z; method has: a, b, c"),
        ({"pairs": []}, "there is no pair to compare: pairs is empty"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(arguments: dict[str, object], said: str, long: pd.DataFrame) -> None:
    with pytest.raises(harness.ConfigError, match=None) as refused:
        harness.compare(long, **arguments)  # type: ignore[arg-type]
    assert said in str(refused.value)


def test_scores_have_to_be_numbers(long: pd.DataFrame) -> None:
    with pytest.raises(harness.DataError, match="score='accuracy' has to hold numbers alone"):
        harness.compare(long.assign(accuracy="much"))


def test_one_method_has_nothing_to_be_compared_with(long: pd.DataFrame) -> None:
    with pytest.raises(harness.ConfigError, match="'method' has to hold at least two methods"):
        harness.compare(long[long["method"] == "a"])


def test_names_that_read_alike_and_frames_that_are_none_are_refused(long: pd.DataFrame) -> None:
    numbered = long.assign(method=long["method"].map({"a": 1, "b": "1", "c": 2}))
    with pytest.raises(harness.DataError, match="the label 1 both as text and as number"):
        harness.compare(numbered)
    with pytest.raises(harness.ConfigError, match="give a pandas DataFrame"):
        harness.compare(long.to_dict("list"))  # type: ignore[arg-type]


def test_a_score_that_is_infinite_is_no_score(long: pd.DataFrame) -> None:
    found = harness.compare(long.assign(accuracy=long["accuracy"].where(long.index > 0, np.inf)))
    assert "1 rows without a value in dataset, method, accuracy are left out." in found.note


def test_more_may_be_asked_for_and_the_frame_stays_what_it_was(long: pd.DataFrame) -> None:
    found = harness.compare(long, region=0.02, unit="points")
    assert list(found.frame.columns) == list(harness.compare(long).frame.columns)
    assert list(found.assessment.pairs["verdict"]) == ["for", "for", "practically none"]
    assert "a is better than b by" in str(found.document.blocks)


def test_losses_count_in_favour_of_the_first(long: pd.DataFrame) -> None:
    gains, losses = harness.compare(long), harness.compare(long, lower_is_better=True)
    assert list(losses.frame["difference"]) == pytest.approx(list(-gains.frame["difference"]))
    assert losses.scores.equals(gains.scores)


def test_a_control_makes_the_family(long: pd.DataFrame) -> None:
    found = harness.compare(long, control="b", level=0.9)
    assert list(zip(found.frame["first"], found.frame["second"], strict=True)) == [("a", "b"), ("c", "b")]
    assert found.assessment.level == 0.9
    with pytest.raises(harness.ConfigError, match="control='z': no scores of it; method has: a, b, c"):
        harness.compare(long, control="z")
    with pytest.raises(harness.ConfigError, match="both pairs and a control"):
        harness.compare(long, control="a", pairs=[("a", "b")])
