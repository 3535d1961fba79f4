"""Answers on a scale: what an entry means, what is compared, and the words on it."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from harness.analysis.answers import answers_of
from harness.analysis.scale import scale_of
from harness.analysis.survey import Survey, surveyed
from harness.core import ConfigError, DataError
from harness.inference.dominance import cliffs_delta
from harness.inference.multiplicity import holm
from harness.randomness import stream
from harness.report.document import Heading, Points, to_json
from harness.report.surveyed import MOST_BARS, document_of_survey
from harness.report.table import Table

FIVE = scale_of((1, 5))
WORDS = scale_of(labels=["never", "seldom", "often", "always"])


def made_up(groups: int = 2, items: int = 3, n: int = 30, apart: float = 0.0) -> pd.DataFrame:
    """Answers of a generator, in the columns team, q1, q2 ...; teams differ on q1."""
    rng = stream(groups, "answers")
    team = np.arange(n) % groups
    mood = rng.normal(size=(n, 1)) + rng.normal(size=(n, items))
    mood[:, 0] += apart * team
    frame = pd.DataFrame(np.clip(np.round(3 + mood), 1, 5), columns=[f"q{i + 1}" for i in range(items)])
    return frame.assign(team=[f"t{number}" for number in team])


def survey_of(frame: pd.DataFrame, group: str = "team", **options: Any) -> Survey:
    return surveyed(answers_of(frame, FIVE, group=group, **options))


def said(found: Survey) -> str:
    blocks = document_of_survey(found).blocks
    return "\n".join(item for block in blocks if isinstance(block, Points) for item in block.items)


# ---- what an entry means ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", ["often", " Often ", 3, 3.0, "3", np.int8(3)])
def test_an_answer_is_a_number_or_a_name_of_the_scale(entry: Any) -> None:
    assert answers_of(pd.DataFrame({"q": [entry]}, dtype=object), WORDS, items=["q"]).items["q"].tolist() == [3.0]


@pytest.mark.parametrize("entry", [None, math.nan, pd.NA, "", "  "])
def test_an_empty_entry_is_no_answer(entry: Any) -> None:
    coded = answers_of(pd.DataFrame({"q": [entry, 1]}, dtype=object), FIVE, items=["q"]).items["q"]
    assert np.isnan(coded[0])


@pytest.mark.parametrize(
    ("entry", "shown"),
    [(7, "7"), (0, "0"), (2.5, "2.5"), ("4 = agree", "'4 = agree'"), (True, "True"), ("nan", "'nan'")],
)
def test_what_is_not_on_the_scale_is_refused_with_its_place(entry: Any, shown: str) -> None:
    with pytest.raises(DataError, match=r"of respondent 2, but the scale is 1 to 5") as refused:
        answers_of(pd.DataFrame({"q": [1, entry]}, dtype=object), FIVE, items=["q"])
    assert f"q has {shown} of respondent 2" in str(refused.value)


@pytest.mark.parametrize("entry", [99, 99.0, "99", "Don't know", " don't know "])
def test_what_is_named_as_missing_is_no_answer(entry: Any) -> None:
    frame = pd.DataFrame({"q": [entry, 1]}, dtype=object)
    assert np.isnan(answers_of(frame, FIVE, items=["q"], missing=["99", "don't know"]).items["q"][0])


def test_an_answer_cannot_be_missing() -> None:
    with pytest.raises(ConfigError, match="5 is an answer of the scale, and is to be missing"):
        answers_of(pd.DataFrame({"q": [1]}), FIVE, missing=["5"])


def test_a_reversed_item_is_turned_around() -> None:
    answers = answers_of(pd.DataFrame({"q": [1, 2, None, 5]}), FIVE, turned=["q"])
    assert answers.items["q"].tolist() == pytest.approx([5, 4, math.nan, 1], nan_ok=True)
    assert answers.turned == ("q",)


def test_columns_with_answers_are_items_and_the_others_are_named() -> None:
    frame = pd.DataFrame({"age": [31, 44, 5], "q1": [1, 5, 3], "q2": [None, None, 2], "words": ["a", "b", None]})
    answers = answers_of(frame, FIVE)
    assert list(answers.items) == ["q1", "q2"]
    assert answers.note == "Columns without answers of the scale are no items: age, words."


def test_a_stray_answer_does_not_make_an_item_go_unnoticed() -> None:
    with pytest.raises(DataError, match="q1 has 55 of respondent 3"):
        answers_of(pd.DataFrame({"q1": [1, 5, 55]}), FIVE)


def test_groups_are_in_order_and_respondents_without_one_are_counted() -> None:
    answers = answers_of(pd.DataFrame({"q": [1, 2, 3, 4], "g": [10, 2, None, 2]}), FIVE, group="g")
    assert answers.group_names == ["2", "10"]
    assert answers.note == "1 of 4 respondents have no g: they count for all, and in no group."


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"items": ["q9"]}, "there is no column 'q9'; there are: q1, g, h"),
        ({"items": "q1"}, "items is 'q1': give a list of names"),
        ({"group": 3}, "group is 3, but must be a text"),
        ({"items": ["q1"], "group": "q1"}, "q1 is both an item and the column of groups"),
        ({"turned": ["g"]}, "g is to be reversed and is no item"),
        ({"group": "h"}, "h has 13 groups, and at most 12 are compared"),
        ({"scale": scale_of((8, 9))}, "no column has answers of the scale 8 to 9; q1 holds 1, 2"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(options: dict[str, Any], sentence: str) -> None:
    frame = pd.DataFrame({"q1": [1, 2] * 13, "g": ["a", "b"] * 13, "h": [f"h{n}" for n in range(13)] * 2})
    with pytest.raises(ConfigError, match="^" + re.escape(sentence)):
        answers_of(frame, options.pop("scale", FIVE), **options)


def test_nobody_is_refused() -> None:
    with pytest.raises(DataError, match="there is no respondent"):
        answers_of(pd.DataFrame({"q": []}), FIVE)


@pytest.mark.parametrize(
    ("ends", "labels", "sentence"),
    [
        (None, [], "there is no scale"),
        ((5, 1), [], "the scale is 5 to 1"),
        ((1, 1.5), [], "two whole numbers"),
        ((1, 5), ["a", "b"], "has 5 answers, and 2 have names"),
        (None, ["a", "A"], "cannot be told apart"),
        ((0, 11), [], "a scale has 2 to 11 answers"),
    ],
)
def test_a_scale_that_is_none_is_refused(ends: Any, labels: list[str], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        scale_of(ends, labels)


# ---- numbers ------------------------------------------------------------------------------------------------------------


def test_an_item_is_described_by_shares_around_the_middle() -> None:
    [row] = survey_of(pd.DataFrame({"q": [1, 2, 3, 3, 4, 5, 5, None]}), group="").items.to_dict("records")
    assert (row["n"], row["missing"], row["median"]) == (7, 1, 3.0)
    assert (row["above"], row["middle"], row["below"]) == pytest.approx((3 / 7, 2 / 7, 2 / 7))
    assert [row[f"count_{place}"] for place in range(1, 6)] == [1, 1, 2, 1, 2]


def test_a_scale_without_a_middle_has_none() -> None:
    [row] = surveyed(answers_of(pd.DataFrame({"q": [1, 2, 3, 4]}), WORDS)).items.to_dict("records")
    assert (row["above"], row["middle"], row["below"]) == (0.5, 0.0, 0.5)


def test_two_groups_are_compared_by_cliffs_delta_and_holm_over_items() -> None:
    frame = made_up(apart=1.5)
    found = survey_of(frame)
    first, second = (frame[frame["team"] == team] for team in ("t0", "t1"))
    deltas = [cliffs_delta(first[name], second[name]) for name in ("q1", "q2", "q3")]
    assert found.tests["effect"].tolist() == [delta.estimate for delta in deltas]
    assert found.tests["p_holm"].tolist() == list(holm([delta.p for delta in deltas]).p)
    assert found.pairs.empty


def test_more_groups_are_compared_by_kruskal_and_wallis_and_pair_by_pair() -> None:
    frame = made_up(groups=3, n=60, apart=1.0)
    found = survey_of(frame)
    h, p = stats.kruskal(*(part["q1"] for _, part in frame.groupby("team")))
    assert found.tests.loc[0, ["statistic", "p"]].tolist() == pytest.approx([h, p])
    assert len(found.pairs) == 9
    assert found.pairs["p_holm"].tolist() == list(holm(found.pairs["p"]).p)


def test_missing_answers_leave_the_other_items_of_a_respondent() -> None:
    found = survey_of(made_up().assign(q2=np.nan), items=["q1", "q2", "q3"])
    assert found.items["n"].tolist() == [30, 0, 30]
    assert found.tests["note"].tolist() == ["", "A sample has no value.", ""]
    assert "Nobody answered q2." in said(found)
    assert "alpha" not in said(found).lower() or "there is no alpha" in said(found)


# ---- words --------------------------------------------------------------------------------------------------------------


def test_the_words_say_which_group_answers_higher() -> None:
    words = said(survey_of(made_up(n=80, apart=2.0)))
    assert "The groups are told apart on 1 of 3 items, after Holm's adjustment." in words
    assert "q1: t1 > t0, δ = " in words


def test_no_difference_is_not_called_a_likeness() -> None:
    assert "That is no proof that they answer alike" in said(survey_of(made_up()))


def test_an_item_that_runs_against_the_others_is_named() -> None:
    frame = made_up(n=80)
    assert "Against the others: q2." in said(survey_of(frame.assign(q2=6 - frame["q2"])))
    assert "Against the others" not in said(survey_of(frame))


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (made_up().iloc[:1], "There is one respondent"),
        (made_up(groups=1), "There is one group, t0, so that there is nothing to compare."),
        (made_up().assign(team=None), "No respondent has a team, so that there is nothing to compare."),
        (made_up().iloc[:2], "No item could be tested"),
        (made_up().assign(q1=3, q2=3, q3=3), "All items are rated alike: 0 % "),
    ],
)
def test_whatever_there_is_ends_well(frame: pd.DataFrame, words: str) -> None:
    found = survey_of(frame)
    assert words in said(found)
    json.loads(to_json(document_of_survey(found)))


def test_a_document_has_the_parts_that_there_are() -> None:
    two, none = (document_of_survey(survey_of(made_up(), group=group)) for group in ("team", ""))
    assert [figure.name for figure in two.figures] == ["answers", "groups"]
    assert [table.name for table in two.tables] == ["items", "tests", "groups", "reliability"]
    assert [table.name for table in none.tables] == ["items", "reliability"]
    headings = [block.text for block in none.blocks if isinstance(block, Heading)]
    assert headings == ["In short", "Items", "Do the items measure one thing", "How this was done"]


def test_forty_items_of_five_groups_show_those_of_the_smallest_p() -> None:
    document = document_of_survey(survey_of(made_up(groups=5, items=40, n=100)))
    figure = next(figure for figure in document.figures if figure.name == "groups")
    assert figure.caption.endswith(f"{MOST_BARS // 5} of 40 items are shown, those of the smallest p.")
    [pairs] = [block for block in document.blocks if isinstance(block, Table) and block.name == "pairs"]
    assert pairs.footnotes[-1] == "60 of 400 are shown; the JSON file has all."
    assert len(json.loads(to_json(document))["pairs"]) == 400


def test_a_reversed_item_is_marked_wherever_it_stands() -> None:
    document = document_of_survey(survey_of(made_up(), turned=["q2"]))
    assert all("q2 (reversed)" in [row[0] for row in table.cells()] for table in document.tables)
