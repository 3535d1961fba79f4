"""Whatever is given, inference returns or says in one sentence why not; a number it does not have comes with the reason."""

import math

import numpy as np
import pandas as pd
import pytest

from harness import inference
from harness.inference import (
    anova,
    bayesian_signed_rank,
    decision,
    descriptives,
    dominance,
    event_rates,
    five_by_two,
    hierarchical,
    mean,
    multiplicity,
    one_sided,
    paired,
    pairwise,
    planning,
    power,
    proportions,
    rank_pairs,
    ranks,
    signed_rank,
    specifications,
    sphericity,
    student,
    trimmed,
    two_proportions,
    two_samples,
    within,
)
from harness.inference.estimate import Interval, observed
from harness.inference.hazards import cox
from harness.inference.log_rank import log_rank
from harness.inference.planning import VarianceComponents, variance_components
from harness.inference.reliability import cronbach_alpha
from harness.inference.repeated_measures import repeated_measures
from harness.inference.restricted_mean import restricted_mean, restricted_mean_difference
from harness.inference.survival import kaplan_meier
from harness.randomness import stream
from tests.inference import degenerate_inputs as some
from tests.inference import linear_signatures
from tests.inference.matrix import Signature, cells, faults, public_functions, unexplained

GOOD = {"differences": some.GOOD}
SAMPLE = {"differences": some.samples, "level": some.levels}
VALUES = {"values": some.samples, "level": some.levels}
TABLE = pd.DataFrame(stream(5, "degenerate").normal(size=(12, 3)), columns=list("abc"))
DESIGN = some.designs()["block is numbers"]
COLUMNS = {"value": some.column_names, "factor": some.column_names}
LIVES = some.lives()["all found"]
CURVE = kaplan_meier([1, 2, 3], [True, False, True])
DELAYS = {"delays": np.arange(12), "detected": np.arange(12) % 2}
TWO = {"first": some.GOOD, "second": [each + 1 for each in some.GOOD[:7]]}
TWO_SAMPLES = {"first": some.samples, "second": some.samples, "level": some.levels}
TWO_COUNTS = {"hits_first": 3, "n_first": 9, "hits_second": 5, "n_second": 8}
STUDY = {"difference": 0.5, "sd": 1.0}
FOLDS = np.array(some.GOOD[:10]).reshape(5, 2)


def shares() -> some.Inputs:
    return {**some.samples(), **some.counts(), "zeros and ones": [0, 1] * 6, "with None": [None, *[0, 1] * 5, 1]}


def folds() -> some.Inputs:
    alike = {f"all {name}": np.resize(value, (5, 2)) for name, value in some.values_of().items() if len(value)}
    return {**some.grids(), **some.samples(), **alike, "repeats alike": np.repeat(FOLDS[:, :1], 2, axis=1)}


MATRIX = {
    **linear_signatures.MATRIX,
    "anova.one_way": Signature(
        anova.one_way,
        {"frame": DESIGN, "value": "value", "factor": "factor"},
        {"frame": some.designs, **COLUMNS, "level": some.levels},
    ),
    "anova.two_way": Signature(
        anova.two_way,
        {"frame": DESIGN, "value": "value", "factors": ("factor", "other")},
        {
            "frame": some.designs,
            "value": some.column_names,
            "factors": lambda: {
                **some.column_names(),
                **{name: ("factor", each) for name, each in some.column_names().items()},
            },
            "sums": lambda: {each: each for each in ("I", "II", "III", "2")} | some.wrong(),
            "level": some.levels,
        },
    ),
    "bayesian_signed_rank.signed_rank_posterior": Signature(
        bayesian_signed_rank.signed_rank_posterior,
        {**GOOD, "region": 1.0, "rng": stream(0, "posterior"), "n_draws": 99},
        {
            "differences": some.samples,
            "region": some.amounts,
            "rng": some.generators,
            "n_draws": some.counts,
            "prior_strength": some.amounts,
        },
    ),
    "descriptives.describe": Signature(descriptives.describe, {}, {"values": some.samples}),
    "descriptives.median": Signature(descriptives.median, {"values": some.GOOD}, VALUES),
    "dominance.brunner_munzel": Signature(dominance.brunner_munzel, TWO, TWO_SAMPLES),
    "dominance.cliffs_delta": Signature(dominance.cliffs_delta, TWO, TWO_SAMPLES),
    "estimate.Interval.within": Signature(Interval(2.0, 3.0, 0.95).within, {}, {"limits": some.limits}),
    "estimate.observed": Signature(observed, {}, {"values": some.samples}),
    "event_rates.poisson_rate": Signature(
        event_rates.poisson_rate,
        {"events": 3, "exposure": 10.0},
        {"events": some.counts, "exposure": some.amounts, "level": some.levels},
    ),
    "event_rates.rate_ratio": Signature(
        event_rates.rate_ratio,
        {"events_first": 3, "exposure_first": 10.0, "events_second": 5, "exposure_second": 8.0},
        {
            "events_first": some.counts,
            "exposure_first": some.amounts,
            "events_second": some.counts,
            "exposure_second": some.amounts,
            "level": some.levels,
        },
    ),
    "five_by_two.five_by_two_t": Signature(
        five_by_two.five_by_two_t, {"differences": FOLDS}, {"differences": folds, "level": some.levels}
    ),
    "five_by_two.five_by_two_f": Signature(five_by_two.five_by_two_f, {}, {"differences": folds}),
    "hazards.cox": Signature(
        cox,
        {"frame": LIVES, "delay": "delay", "detected": "found", "covariates": ["size"]},
        {
            "frame": some.lives,
            "delay": some.column_names,
            "detected": some.column_names,
            "covariates": lambda: {
                **some.column_names(),
                "both": ["size", "found"],
                "twice": ["size", "size"],
                "none": [],
                "the group": ["group"],
            },
            "ties": lambda: {"efron": "efron", "breslow": "breslow", "exact": "exact"} | some.wrong(),
            "level": some.levels,
        },
    ),
    "log_rank.log_rank": Signature(
        log_rank,
        {"frame": LIVES, "delay": "delay", "detected": "found", "group": "group"},
        {
            "frame": some.lives,
            "delay": some.column_names,
            "detected": some.column_names,
            "group": some.column_names,
            "rho": some.amounts,
        },
    ),
    "hierarchical.hierarchical": Signature(
        hierarchical.hierarchical,
        {**GOOD, "errors": [1.0] * len(some.GOOD), "region": 1.0},
        {**SAMPLE, "errors": some.samples, "region": some.amounts},
    ),
    "mean.mean": Signature(mean.mean, {"values": some.GOOD}, VALUES),
    "mean.prediction_interval": Signature(mean.prediction_interval, {"values": some.GOOD}, VALUES),
    "mean.bootstrap_t": Signature(
        mean.bootstrap_t,
        {"values": some.GOOD, "rng": stream(0, "bootstrap"), "n_resamples": 99},
        {**VALUES, "rng": some.generators, "n_resamples": some.counts},
    ),
    "mean.within": Signature(
        mean.within,
        {"found": paired.paired_t(some.GOOD), "limits": (0.0, 1.0)},
        {"found": lambda: some.results("estimate"), "limits": some.limits},
    ),
    **{
        f"multiplicity.{adjust.__name__}": Signature(adjust, {}, {"p_values": some.probabilities})
        for adjust in (
            multiplicity.bonferroni,
            multiplicity.holm,
            multiplicity.hochberg,
            multiplicity.hommel,
            multiplicity.shaffer,
            multiplicity.benjamini_hochberg,
            multiplicity.benjamini_yekutieli,
        )
    },
    "multiplicity.fewest_sets": Signature(
        multiplicity.fewest_sets, {"n_tests": 3}, {"n_tests": some.counts, "alpha": some.levels}
    ),
    "multiplicity.too_few_sets": Signature(
        multiplicity.too_few_sets,
        {"n": 5, "n_tests": 3},
        {"n": some.counts, "n_tests": some.counts, "alpha": some.levels},
    ),
    "one_sided.mean_beyond": Signature(
        one_sided.mean_beyond, {"values": some.GOOD}, {"values": some.samples, "bound": some.amounts}
    ),
    "one_sided.share_beyond": Signature(
        one_sided.share_beyond,
        {"hits": 3, "n": 12, "bound": 0.5},
        {"hits": some.counts, "n": some.counts, "bound": some.amounts},
    ),
    "paired.paired_t": Signature(paired.paired_t, GOOD, SAMPLE),
    "paired.cohen_dz": Signature(paired.cohen_dz, GOOD, SAMPLE),
    "paired.hedges_gz": Signature(paired.hedges_gz, GOOD, SAMPLE),
    "paired.equivalence": Signature(
        paired.equivalence,
        {**GOOD, "region": 1.0},
        {"differences": some.samples, "region": some.amounts, "alpha": some.levels},
    ),
    "pairwise.pairwise": Signature(
        pairwise.pairwise,
        {"scores": TABLE},
        {"scores": some.narrow_tables, "pairs": some.families, "alpha": some.levels},
    ),
    "pairwise.pairwise_cliques": Signature(
        pairwise.pairwise_cliques,
        {"table": pairwise.pairwise(TABLE), "ranking": ["a", "b", "c"]},
        {"table": lambda: some.results("pairs"), "ranking": some.rankings, "alpha": some.levels},
    ),
    "planning.minimal_detectable_difference": Signature(
        planning.minimal_detectable_difference,
        {"n": 12, "sd": 1.0},
        {"n": some.counts, "sd": some.amounts, "power": some.levels, "alpha": some.levels},
    ),
    "planning.variance_components": Signature(
        planning.variance_components,
        {},
        {"differences": lambda: {**some.tables(), **some.grids(), **some.samples()}},
    ),
    "planning.VarianceComponents.standard_error": Signature(
        VarianceComponents(1.0, 2.0, 5, 3).standard_error,
        {"n_sets": 5, "n_seeds": 3},
        {"n_sets": some.counts, "n_seeds": some.counts},
    ),
    "rank_pairs.rank_pairs": Signature(
        rank_pairs.rank_pairs, {"scores": TABLE}, {"scores": some.tables, "pairs": some.families}
    ),
    "rank_pairs.ranks_against": Signature(
        rank_pairs.ranks_against,
        {"scores": TABLE, "control": "a"},
        {"scores": some.tables, "control": some.column_names},
    ),
    "power.paired_power": Signature(
        power.paired_power,
        {**STUDY, "n": 12},
        {"n": some.counts, "difference": some.amounts, "sd": some.amounts, "alpha": some.levels},
    ),
    "power.two_sample_power": Signature(
        power.two_sample_power,
        {**STUDY, "n": 12},
        {"n": some.counts, "difference": some.amounts, "sd": some.amounts, "alpha": some.levels},
    ),
    "power.beyond_power": Signature(
        power.beyond_power,
        {**STUDY, "n": 12},
        {
            "n": some.counts,
            "difference": some.amounts,
            "sd": some.amounts,
            "bound": some.amounts,
            "alpha": some.levels,
        },
    ),
    "power.equivalence_power": Signature(
        power.equivalence_power,
        {**STUDY, "n": 12, "region": 1.0},
        {
            "n": some.counts,
            "difference": some.amounts,
            "sd": some.amounts,
            "region": some.amounts,
            "alpha": some.levels,
        },
    ),
    "power.paired_sets": Signature(
        power.paired_sets,
        STUDY,
        {"difference": some.amounts, "sd": some.amounts, "power": some.levels, "alpha": some.levels},
    ),
    "power.two_sample_sets": Signature(
        power.two_sample_sets,
        STUDY,
        {"difference": some.amounts, "sd": some.amounts, "power": some.levels, "alpha": some.levels},
    ),
    **{
        f"proportions.{one.__name__}": Signature(
            one, {"hits": 3, "n": 12}, {"hits": some.counts, "n": some.counts, "level": some.levels}
        )
        for one in (proportions.wilson, proportions.clopper_pearson, proportions.jeffreys)
    },
    "proportions.korn_graubard": Signature(
        proportions.korn_graubard,
        {"hits": range(12), "trials": [20] * 12},
        {
            "hits": lambda: {**some.samples(), "none": [0] * 12, "all": [20] * 12},
            "trials": lambda: {**some.samples(), "none": [0] * 12, "some": [0, *[20] * 11], "too few": [5] * 12},
            "level": some.levels,
        },
    ),
    "ranks.friedman": Signature(ranks.friedman, {}, {"scores": some.tables}),
    "ranks.rank_diagram": Signature(
        ranks.rank_diagram, {"scores": TABLE}, {"scores": some.tables, "alpha": some.levels}
    ),
    "ranks.critical_difference": Signature(
        ranks.critical_difference,
        {"n_methods": 3, "n_sets": 12},
        {"n_methods": some.counts, "n_sets": some.counts, "alpha": some.levels},
    ),
    "ranks.bonferroni_dunn_difference": Signature(
        ranks.bonferroni_dunn_difference,
        {"n_methods": 3, "n_sets": 12},
        {"n_methods": some.counts, "n_sets": some.counts, "alpha": some.levels},
    ),
    "ranks.nemenyi_quantile": Signature(
        ranks.nemenyi_quantile, {"n_methods": 3}, {"n_methods": some.counts, "alpha": some.levels}
    ),
    "ranks.bonferroni_dunn_quantile": Signature(
        ranks.bonferroni_dunn_quantile, {"n_methods": 3}, {"n_methods": some.counts, "alpha": some.levels}
    ),
    "reliability.cronbach_alpha": Signature(
        cronbach_alpha, {"items": TABLE}, {"items": some.narrow_tables, "level": some.levels}
    ),
    "repeated_measures.repeated_measures": Signature(
        repeated_measures,
        {"frame": DESIGN, "value": "value", "within": ["factor", "other"], "block": "block"},
        {
            "frame": some.designs,
            "value": some.column_names,
            "block": some.column_names,
            "within": lambda: {
                **some.column_names(),
                **{name: ["other", each] for name, each in some.column_names().items()},
            },
        },
    ),
    "restricted_mean.restricted_mean": Signature(
        restricted_mean,
        {**DELAYS, "horizon": 9.0},
        {"delays": some.samples, "detected": shares, "horizon": some.amounts, "level": some.levels},
    ),
    "restricted_mean.restricted_mean_difference": Signature(
        restricted_mean_difference,
        {"first": tuple(DELAYS.values()), "second": ([3, 4], [True, False]), "horizon": 9.0},
        {
            "first": lambda: {name: (np.arange(12), value) for name, value in shares().items()} | some.samples(),
            "second": lambda: {name: (value, [0, 1] * 6) for name, value in some.samples().items()} | some.wrong(),
            "horizon": some.amounts,
            "level": some.levels,
        },
    ),
    "signed_rank.signed_rank": Signature(signed_rank.signed_rank, GOOD, SAMPLE),
    "signed_rank.hodges_lehmann": Signature(signed_rank.hodges_lehmann, {"values": some.GOOD}, VALUES),
    "sphericity.sphericity": Signature(
        sphericity.sphericity, {}, {"contrasts": lambda: {**some.tables(), **some.grids(), **some.samples()}}
    ),
    "student.one_sample_t": Signature(student.one_sample_t, {"values": some.GOOD}, {**VALUES, "shared": some.amounts}),
    "survival.kaplan_meier": Signature(
        kaplan_meier, DELAYS, {"delays": some.samples, "detected": shares, "level": some.levels}
    ),
    "survival.Survival.at": Signature(CURVE.at, {}, {"delays": lambda: {**some.samples(), **some.grids()}}),
    "survival.Survival.area": Signature(CURVE.area, {}, {"horizon": some.amounts}),
    "two_proportions.newcombe": Signature(
        two_proportions.newcombe, TWO_COUNTS, {**dict.fromkeys(TWO_COUNTS, some.counts), "level": some.levels}
    ),
    "two_proportions.fisher_exact": Signature(
        two_proportions.fisher_exact, TWO_COUNTS, {**dict.fromkeys(TWO_COUNTS, some.counts), "level": some.levels}
    ),
    "two_proportions.mcnemar": Signature(
        two_proportions.mcnemar,
        {"first": [0, 1] * 6, "second": [0, 0, 1] * 4},
        {"first": shares, "second": shares, "level": some.levels},
    ),
    "two_samples.welch_t": Signature(two_samples.welch_t, TWO, TWO_SAMPLES),
    "two_samples.cohen_d": Signature(two_samples.cohen_d, TWO, TWO_SAMPLES),
    "two_samples.hedges_g": Signature(two_samples.hedges_g, TWO, TWO_SAMPLES),
    "decision.decide": Signature(
        decision.decide,
        {"contrast": paired.paired_t(some.GOOD), "region": 1.0},
        {"contrast": lambda: some.results("estimate"), "region": some.amounts},
    ),
    "decision.stated": Signature(
        decision.stated,
        {"values": some.GOOD, "number": 1.0},
        {**VALUES, "number": some.amounts, "limits": some.limits},
    ),
    "decision.together": Signature(
        decision.together,
        {"verdicts": [decision.Verdict.OPEN], "is_any": False},
        {"verdicts": lambda: {"good": list(decision.RANKED), "texts": ["open", "yes"], "none": []} | some.wrong()},
    ),
    "specifications.sign_flips": Signature(
        specifications.sign_flips,
        {"values": [some.GOOD] * 3, "rng": stream(0, "signs")},
        {
            "values": some.grids,
            "rng": some.generators,
            "null": some.amounts,
            "n_flips": some.counts,
            "fewest": some.counts,
        },
    ),
    "trimmed.trimmed_mean": Signature(trimmed.trimmed_mean, {"values": some.GOOD}, {**VALUES, "share": some.amounts}),
    "within.corrected_t": Signature(
        within.corrected_t, {**GOOD, "test_train_ratio": 0.25}, {**SAMPLE, "test_train_ratio": some.amounts}
    ),
    "within.corrected_mean": Signature(
        within.corrected_mean,
        {"values": some.GOOD, "test_train_ratio": 0.25},
        {**VALUES, "test_train_ratio": some.amounts},
    ),
    "within.rope_posterior": Signature(
        within.rope_posterior,
        {"test": within.corrected_t(some.GOOD, test_train_ratio=0.25), "region": 1.0},
        {"test": lambda: some.results("test"), "region": some.amounts},
    ),
}
"""Every public function with the inputs of its arguments. A new one stands here, or `make test` says so."""

TRUSTED = {
    "noncentral.noncentrality": "takes what a test has computed",
    "noncentral.unbiasing": "takes what a test has computed",
    "proportions.counts": "is a border itself, of two counts",
    "proportions.exact": "takes counts that the border has read",
    "survival.checked": "is a border itself, of delays",
    "survival.Survival.median": "takes nothing",
    "two_samples.both": "is a border itself, of two samples",
    "two_samples.separated_p": "takes the sizes of samples that the border has read",
    **linear_signatures.TRUSTED,
    "blocks.complete": "takes a table that the border has read",
    "blocks.listed": "takes names",
    "cliques.cliques": "takes what ranks and pairwise have computed",
    "estimate.agreement": "takes values that the border has read",
    "estimate.is_constant": "takes values that the border has read",
    "estimate.sentences": "takes notes",
    "estimate.unknown_interval": "takes a level that the border has read",
    "paired.cohen_dz_of": "takes what a test has computed",
    "paired.hedges_gz_of": "takes what cohen_dz has computed",
    "pairwise.pair_of": "takes differences of a table that the border has read",
    "ranks.rank_error": "takes numbers that the border has read",
    "ranks.ranks_of": "takes a table that the border has read",
    "rank_sums.of_whole_ranks": "takes the number of ranks",
    "rank_sums.RankSums.at_most": "takes a sum of ranks",
    "rank_sums.RankSums.lowest_with": "takes a probability",
    "rank_sums.RankSums.two_sided": "takes a sum of ranks",
    "student.t_interval": "takes what a test has computed",
}
"""Public functions behind the border, and what they take."""

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
    "signed_rank_posterior": lambda v: bayesian_signed_rank.signed_rank_posterior(
        v, region=1.0, rng=stream(0, "posterior"), n_draws=99
    ),
    "mean_beyond": lambda v: one_sided.mean_beyond(v, bound=0.5),
    "equivalence": lambda v: paired.equivalence(v, region=1.0),
    "signed_rank": signed_rank.signed_rank,
    "hodges_lehmann": signed_rank.hodges_lehmann,
    "decide": lambda v: decision.decide(paired.paired_t(v), region=1.0),
    "stated": lambda v: decision.stated(v, number=5.0),
    "trimmed_mean": trimmed.trimmed_mean,
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


def test_new_functions_join_the_degenerate_matrix():
    of_the_border = public_functions(inference.inputs)
    every = public_functions(inference) - of_the_border
    assert every == {f"harness.inference.{name}" for name in {*MATRIX, *TRUSTED}}


@pytest.mark.parametrize("function", MATRIX)
def test_every_input_gets_a_result_or_one_sentence_and_every_nan_a_reason(function):
    assert faults(MATRIX[function]) == []


def test_the_matrix_is_as_large_as_it_says():
    assert sum(1 for signature in MATRIX.values() for _ in cells(signature)) > 2000


ALIKE = ("tuple", "objects", "floats of half size", "series", "series with a shifted index")


@pytest.mark.parametrize("function", ["mean.mean", "paired.hedges_gz", "signed_rank.signed_rank", "decision.stated"])
def test_the_same_numbers_give_the_same_result_however_they_are_held(function):
    signature = MATRIX[function]
    (argument,) = {"values", "differences"} & set(signature.good)
    kinds = some.kinds_of(some.GOOD)
    expected = signature.function(**signature.good)
    assert {name: signature.function(**{**signature.good, argument: kinds[name]}) == expected for name in ALIKE} == (
        dict.fromkeys(ALIKE, True)
    )


def long(table):
    return table.rename_axis("dataset").reset_index().melt("dataset", var_name="method", value_name="score")


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("function", ONE_SAMPLE)
def test_every_sample_gets_a_result_and_every_nan_a_reason(function, sample):
    assert unexplained(ONE_SAMPLE[function](SAMPLES[sample])) == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "function",
    [ranks.friedman, ranks.rank_diagram, rank_pairs.rank_pairs, pairwise.pairwise, lambda t: variance_components(t)],
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


@pytest.mark.parametrize("kind", [float, int, object])
def test_masked_entries_are_missing(kind):
    masked = np.ma.masked_array([1, 2, 3, 5], mask=[False, True, False, False], dtype=kind)
    assert mean.mean(masked) == mean.mean([1, math.nan, 3, 5])
    assert inference.inputs.numbers(np.ma.masked_array([1, 2], mask=True, dtype=kind), what="x") == pytest.approx(
        [math.nan] * 2, nan_ok=True
    )
