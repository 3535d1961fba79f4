"""What stands on inference, given anything: comparisons, alarms and delays answer, or say in one sentence why not."""

from __future__ import annotations

import inspect
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import harness
from harness import scoring
from harness.analysis import assessment, comparison, score_table
from harness.front import compare, load_detector, records, score, survey
from harness.randomness import stream
from harness.scoring import alarms, classification, flat, localisation, measures, regression, sums
from tests.inference import degenerate_inputs as some
from tests.inference.matrix import Signature, faults, public_functions

NOTHING = "a share of nothing is NaN, as the docstring says"
SCORED = scoring.score_runs(
    scoring.flat_alarms([[3, 12], []]), scoring.flat_truth([[(10, 10)], []]), horizon=60, month=10, grace=5
)
SUMS = scoring.run_sums(SCORED)
FLAT = {"alarms": scoring.flat_alarms([[3]]), "truth": scoring.flat_truth([[(2, 2)]])}
COUNTS = {"horizon": 60, "month": 10, "grace": 5}
TABLE = pd.DataFrame(stream(5, "degenerate").normal(size=(12, 3)), columns=list("abc"))
DESIGN = some.designs()["block is numbers"].rename(
    columns={"block": "dataset", "factor": "method", "value": "accuracy"}
)
CLASSES = {"truth": np.array([0, 1, 1]), "predicted": np.array([0, 1, 0]), "probabilities": np.full((3, 2), 0.5)}


def long_frames() -> some.Inputs:
    names = {"block": "dataset", "factor": "method", "value": "accuracy"}
    return {
        name: frame.rename(columns=names) if isinstance(frame, pd.DataFrame) else frame
        for name, frame in some.designs().items()
        if name != "a long column of numbers for a factor"
    }


def few_tables() -> some.Inputs:
    """Tables of few methods; what a column can hold is tried with `compare`."""
    return {
        name: table
        for name, table in some.tables().items()
        if not name.startswith("a is") and (np.ndim(table) != 2 or np.shape(table)[1] <= 4)
    }


def hits() -> some.Inputs:
    return {
        **some.samples(),
        "halves": [0.5, 1.0],
        "twos": [2, 0, 1],
        "zeros and ones": [0, 1, 1],
        "missing": [math.nan, 1.0, 0.0],
        "all missing": [math.nan, math.nan],
        "text": ["True", "False"],
    }


def of_streams() -> some.Inputs:
    """Alarms or drifts of one stream or several."""
    plain = {
        "none": [],
        "one": [3],
        "two": [3, 9],
        "array": np.array([3, 9]),
        "floats": [3.0, 9.0],
        "halves": [3.5],
        "NaN": [math.nan],
        "infinite": [math.inf],
        "None": None,
        "None in it": [None],
        "a number": 3,
        "a zero-dimensional array": np.array(3),
        "a text": "39",
        "texts": ["3"],
        "negative": [-3],
        "out of order": [9, 3],
        "twice": [3, 3],
        "beyond": [10_000],
        "truth values": [True, False],
        "mask": np.array([True, False]),
        "dates": np.arange(2).astype("datetime64[ns]"),
        "masked": np.ma.masked_array([3, 9], mask=[True, False]),
        "small unsigned integers": np.array([3, 200], dtype=np.uint8),
        "a series with a shifted index": pd.Series([3, 9], index=[5, 6]),
        "a dictionary": {3: 9},
        "a set": {3, 9},
        "a generator": (each for each in [3, 9]),
        "a frame": pd.DataFrame({"a": [3, 9]}),
        "large": [10**30],
        "complex": [1j],
    }
    pairs = {
        "interval": [(3, 9)],
        "turned": [(9, 3)],
        "triple": [(1, 2, 3)],
        "many": [[3], [9]],
        "many with none": [[], []],
        "nested": [[[3]]],
        "mixed": [[3], 9],
        "ragged": [[3], [3, 9]],
        "interval with None": [(3, None)],
        "interval with text": [("3", 9)],
        "array of intervals": np.array([[3, 9]]),
    }
    return {**plain, **pairs, **{f"streams of {name}": [value] for name, value in plain.items()}}


def lengths() -> some.Inputs:
    return {**some.counts(), "list of one": [60], "list of two": [60, 60], "halves": [60.5], "texts": ["60"]}


def codes() -> some.Inputs:
    return {
        **some.samples(),
        "three codes": [0, 1, 1],
        "negative": [-1, 0, 1],
        "halves": [0.5, 1, 0],
        "too large": [0, 1, 7],
        "texts": ["a", "b", "c"],
        "missing": [0, None, 1],
    }


def probability_tables() -> some.Inputs:
    wide = {name: table for name, table in some.grids().items() if not isinstance(table, np.ndarray) or table.ndim != 2}
    narrow = {name: table[:3, :2] for name, table in some.grids().items() if name not in wide}
    others = {"five": np.full((3, 2), 5.0), "negative": np.full((3, 2), -1.0), "none": None}
    return {**wide, **narrow, **some.samples(), **others}


def words() -> some.Inputs:
    return {
        "number": 5,
        "None": None,
        "empty": "",
        "unknown": "nothing",
        "list": ["a"],
        "NaN": math.nan,
        "path": Path("x"),
    }


def settings() -> some.Inputs:
    return {name: each for name, each in some.amounts().items() if name not in ("a duration", "a frame")}


def column_lists() -> some.Inputs:
    lists = {"some": ["a", "b"], "none": [], "twice": ["a", "a"], "numbers": [1, 2], "NaN": [math.nan]}
    return {**lists, "a text": "ab", "None": None}


ANSWERS = pd.DataFrame({"team": [*"aabbcc"], "q1": [1, 2, 3, 4, 5, None], "q2": [5, 5, 5, 1, 2, 3]})
MATRIX = {
    "harness.analysis.comparison.compare": Signature(
        comparison.compare,
        {"scores": TABLE, "pairs": [("a", "b"), ("a", "c")]},
        {"scores": some.tables, "pairs": some.families, "level": some.levels},
    ),
    "harness.analysis.assessment.assess": Signature(
        assessment.assess,
        {"scores": TABLE},
        {
            "scores": few_tables,
            "pairs": some.families,
            "control": some.column_names,
            "level": some.levels,
            "region": some.amounts,
            "lower_is_better": lambda: {"yes": True, "no": False},
        },
        "without a region there is no p of equivalence, of constants no test of shape, as the docstring says",
    ),
    "harness.analysis.comparison.summarise": Signature(comparison.summarise, {}, {"scores": some.tables}),
    "harness.analysis.comparison.compare_within": Signature(
        comparison.compare_within,
        {"first": pd.Series(some.GOOD), "second": pd.Series(some.GOOD[::-1]), "test_train_ratio": 0.25, "region": 1.0},
        {"first": some.samples, "second": some.samples, "test_train_ratio": some.amounts, "region": some.amounts},
    ),
    "harness.front.compare.compare": Signature(
        compare.compare,
        {"frame": DESIGN},
        {
            "frame": long_frames,
            "block": some.column_names,
            "method": some.column_names,
            "score": some.column_names,
            "pairs": some.families,
            "control": some.column_names,
            "region": some.amounts,
            "level": some.levels,
        },
    ),
    "harness.front.survey.survey": Signature(
        survey.survey,
        {"frame": ANSWERS, "scale": (1, 5)},
        {
            "frame": lambda: {**some.tables(), **some.designs(), "coded": ANSWERS.to_numpy(), "one": ANSWERS.iloc[:1]},
            "scale": lambda: {**some.limits(), "none": None, "turned round": (5, 1), "wide": (1, 50), "half": (1, 2.5)},
            "labels": lambda: {**some.rankings(), "five": list("abcde"), "alike": ["a", "A", "b", "c", "d"]},
            "items": lambda: {**some.rankings(), "all": ["q1", "q2"], "twice": ["q1", "q1"]},
            "group": lambda: {**some.column_names(), "team": "team", "an item": "q1"},
            "reversed": lambda: {**some.rankings(), "one": ["q1"], "the group": ["team"]},
            "missing": lambda: {**some.rankings(), "an answer": ["5"], "another": ["99"]},
            "level": some.levels,
        },
        "each frame has a note where a number is missing, or a count beside it",
    ),
    "harness.front.score.score": Signature(
        score.score,
        {"alarms": [3, 9], "truth": [2], "length": 60, "rows_per_month": 10},
        {"alarms": of_streams, "truth": of_streams, "length": lengths, "rows_per_month": some.counts},
        NOTHING,
    ),
    "harness.front.records.records": Signature(
        records.records,
        {"study": "nothing", "results": "nowhere"},
        {"study": words, "tier": words, "results": words},
    ),
    "harness.front.load_detector.load_detector": Signature(
        load_detector.load_detector,
        {"name": "ddm"},
        {"name": words, "config_dir": words, "rows_per_month": some.counts, "drift_threshold": settings},
    ),
    "harness.scoring.alarms.score": Signature(
        alarms.score,
        {"alarms": [3], "truth": [(2, 2)], **COUNTS},
        {"alarms": of_streams, "truth": of_streams, "horizon": lengths, "month": lengths, "grace": lengths},
    ),
    "harness.scoring.alarms.score_runs": Signature(
        alarms.score_runs, {**FLAT, **COUNTS}, {"horizon": lengths, "month": lengths, "grace": lengths}
    ),
    "harness.scoring.flat.flat_alarms": Signature(flat.flat_alarms, {}, {"runs": of_streams}),
    "harness.scoring.flat.flat_truth": Signature(flat.flat_truth, {}, {"runs": of_streams}),
    "harness.scoring.classification.score_classes": Signature(
        classification.score_classes,
        CLASSES,
        {"truth": codes, "predicted": codes, "probabilities": probability_tables},
    ),
    "harness.scoring.classification.calibration_error": Signature(
        classification.calibration_error,
        {"truth": CLASSES["truth"], "probabilities": CLASSES["probabilities"]},
        {"truth": codes, "probabilities": probability_tables, "n_bins": some.counts},
    ),
    "harness.scoring.regression.score_values": Signature(
        regression.score_values,
        {"truth": some.GOOD, "predicted": some.GOOD},
        {"truth": some.samples, "predicted": some.samples},
    ),
    "harness.scoring.localisation.localise": Signature(
        localisation.localise,
        {"named": ["a"], "touched": ["a"], "n_columns": 5},
        {"named": column_lists, "touched": column_lists, "n_columns": some.amounts},
        NOTHING,
    ),
    "harness.scoring.measures.measured": Signature(
        measures.measured,
        {"scored": SCORED},
        {"scored": some.wrong, "longest": some.amounts},
        NOTHING,
    ),
    "harness.scoring.sums.run_sums": Signature(
        sums.run_sums, {"scored": SCORED}, {"scored": some.wrong, "longest": some.amounts}
    ),
    "harness.scoring.sums.pooled": Signature(
        sums.pooled,
        {"sums": SUMS, "group": np.array([0, 1]), "n_groups": 2},
        {
            "group": lambda: {**some.samples(), "good": [0, 1], "outside": [0, 7], "negative": [-1, 0]},
            "n_groups": some.counts,
        },
    ),
    "harness.scoring.sums.selected": Signature(
        sums.selected, {"sums": SUMS}, {"which": lambda: {**some.samples(), **hits(), "zero and one": [0, 1]}}
    ),
}
"""Every public function with the inputs of its arguments. A new one stands here, or `make test` says so."""

TRUSTED = {
    "harness.analysis.comparison.differences_of": "takes columns of a table that the border has read",
    "harness.analysis.score_table.declared_family": "is tried through harness.compare",
    "harness.analysis.score_table.score_table": "is tried through harness.compare",
    "harness.front.compare.Compared.write": "takes the name of a file",
    "harness.front.survey.Surveyed.write": "takes the name of a file",
    "harness.scoring.alarms.Scored.take": "takes runs that the caller has picked among those scored",
    "harness.scoring.classification.checked_probabilities": "takes what a model answered, which `harness.answers` has checked",
    "harness.scoring.roc.averaged": "takes curves that roc_points has made",
    "harness.scoring.roc.roc_points": "takes what checked_probabilities has checked",
    "harness.scoring.flat.check_alarms": "takes what flat_alarms has read",
    "harness.scoring.flat.check_truth": "takes what flat_truth has read",
    "harness.scoring.flat.offsets_of": "takes lengths of lists",
    "harness.scoring.flat.owners": "takes offsets",
    "harness.scoring.flat.rows_of": "is tried through score_runs",
    **{f"harness.scoring.measures.{measure.__name__}": "takes sums of runs" for measure in measures.MEASURES.values()},
}
"""Public functions behind the border, and what they take."""


def test_new_functions_join_the_degenerate_matrix() -> None:
    every = public_functions(
        scoring, assessment, comparison, score_table, compare, score, survey, records, load_detector
    )
    assert every == {*MATRIX, *TRUSTED}


@pytest.mark.parametrize("function", MATRIX)
def test_every_input_gets_a_result_or_one_sentence_and_every_nan_a_reason(function: str) -> None:
    assert faults(MATRIX[function]) == []


def test_what_a_notebook_sees_is_in_the_matrix() -> None:
    of_the_command_line = {"harness.front.run.run", "harness.front.sweep.sweep"}  # they take its words
    found = {getattr(harness, name) for name in harness.__all__}
    doors = {f"{each.__module__}.{each.__name__}" for each in found if inspect.isfunction(each)}
    assert doors - of_the_command_line <= {*MATRIX}
