"""Whatever the data, inference returns; and a number it does not have comes with the reason."""

import math
from dataclasses import fields, is_dataclass

import numpy as np
import pandas as pd
import pytest

from harness.inference import anova, mean, paired, pairwise, ranks, signed_rank, within
from harness.inference.planning import variance_components
from harness.inference.repeated_measures import repeated_measures
from harness.inference.verdict import judge, magnitude
from harness.randomness import stream

ONE_SAMPLE = {
    "corrected_t": lambda v: within.corrected_t(v, test_train_ratio=0.25),
    "corrected_mean": lambda v: within.corrected_mean(v, test_train_ratio=0.25),
    "rope_posterior": lambda v: within.rope_posterior(within.corrected_t(v, test_train_ratio=0.25), region=1.0),
    "mean": mean.mean,
    "prediction_interval": mean.prediction_interval,
    "bootstrap_t": lambda v: mean.bootstrap_t(v, rng=stream(0, "bootstrap"), n_resamples=99),
    "paired_t": paired.paired_t,
    "cohen_dz": paired.cohen_dz,
    "hedges_gz": paired.hedges_gz,
    "equivalence": lambda v: paired.equivalence(v, region=1.0),
    "signed_rank": signed_rank.signed_rank,
    "hodges_lehmann": signed_rank.hodges_lehmann,
    "judge": lambda v: judge(paired.paired_t(v), p_adjusted=paired.paired_t(v).p, region=1.0),
    "magnitude": lambda v: magnitude(v, stated=5.0),
}
SAMPLES = {
    "nothing": [],
    "only NaN": [math.nan, math.nan],
    "one": [1.5],
    "two": [1.0, 2.0],
    "two alike": [1.0, 1.0],
    "opposites": [-1.0, 1.0],
    "zeros": [0.0] * 8,
    "constant": [3.0] * 8,
    "rounding": [0.1 + 0.2 - 0.3, 0.0, 1e-16, -1e-16],
    "nearly constant": [1.0, 1.0, 1.0 + 1e-7, 1.0],
    "huge": [1e100, 2e100, -1e100],
    "infinite": [math.inf, -math.inf, 1.0, 2.0],
    "one apart": [0.0] * 30 + [1.0],
}
TABLES = {
    "nothing": pd.DataFrame({"a": [], "b": [], "c": []}, dtype=float),
    "one set": pd.DataFrame({"a": [1.0], "b": [2.0], "c": [3.0]}),
    "all ties": pd.DataFrame(np.ones((6, 3)), columns=list("abc")),
    "constant gaps": pd.DataFrame(np.tile([1.0, 2.0, 3.0], (12, 1)), columns=list("abc")),
    "one method twice": pd.DataFrame({"a": range(9), "b": range(9), "c": range(1, 10)}, dtype=float),
    "never complete": pd.DataFrame({"a": [1.0, np.nan], "b": [np.nan, 1.0], "c": [1.0, 2.0]}),
}


def unexplained(result, explained=False, path=""):
    """Where a result holds a NaN without a note on it or on what holds it."""
    if is_dataclass(result):
        noted = explained or bool(getattr(result, "note", ""))
        return [at for f in fields(result) for at in unexplained(getattr(result, f.name), noted, f"{path}.{f.name}")]
    if isinstance(result, tuple | list):
        return [at for i, each in enumerate(result) for at in unexplained(each, explained, f"{path}[{i}]")]
    if isinstance(result, dict):
        return unexplained(list(result.values()), explained, path)
    return [path] if isinstance(result, float) and math.isnan(result) and not explained else []


def long(table):
    return table.rename_axis("dataset").reset_index().melt("dataset", var_name="method", value_name="score")


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("function", ONE_SAMPLE)
def test_every_sample_gets_a_result_and_every_nan_a_reason(function, sample):
    assert unexplained(ONE_SAMPLE[function](SAMPLES[sample])) == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "function", [ranks.friedman, ranks.rank_diagram, pairwise.pairwise, lambda t: variance_components(t)]
)
def test_every_table_gets_a_result_and_every_nan_a_reason(function, table):
    assert unexplained(function(TABLES[table])) == []


@pytest.mark.parametrize("table", TABLES)
def test_every_design_gets_a_result_and_every_nan_a_reason(table):
    frame = long(TABLES[table])
    within_blocks = repeated_measures(frame, value="score", within=["method"], block="dataset")
    between = anova.one_way(frame, value="score", factor="method")
    crossed = anova.two_way(frame, value="score", factors=("method", "dataset"))
    for result in (within_blocks, between, crossed):
        assert unexplained(result) == []
        assert result.effects or result.note


@pytest.mark.parametrize("sample", ["nothing", "one", "zeros", "constant", "rounding"])
def test_the_note_of_a_degenerate_sample_is_a_sentence(sample):
    note = paired.paired_t(SAMPLES[sample]).note
    assert note[0].isupper()
    assert note.endswith(".")
