"""The answers to the contrasts of the synthesis study, on numbers made by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from experiments.synthesis.answers import factors, gains, orders, steadiness
from experiments.synthesis.answers.readings import NONE, Reading
from experiments.synthesis.cells import SCORES
from experiments.synthesis.cube import MAIN, Cube, Facts, Key, Part
from experiments.synthesis.design import POOL, WITHOUT_NETWORK
from experiments.synthesis.instability import changed, changed_beyond_chance, changed_by_class, of_accuracy, of_labels
from harness.analysis.query import Query, where
from harness.core import ConfigError

N_USED = 200
READ = {"metric": "accuracy", "repeats": "both", "folds": "mean"}

Scores = Mapping[str, list[float]]


def made(main: Scores, others: Mapping[Part, Scores] | None = None, **more: Any) -> Cube:
    """A cube of accuracies on two data sets; every metric and clock, summary and repeat has the same numbers."""
    names = sorted(main)
    parts = {MAIN: main, **(others or {})}
    arrays = {part: np.array([scores.get(name, [np.nan] * 2) for name in names]) for part, scores in parts.items()}
    fields: dict[str, Any] = {
        "facts": {name: Facts(N_USED, 4, 2, N_USED) for name in ("a", "b")},
        "methods": {name: row for row, name in enumerate(names)},
        "numbers": {
            Key(metric, part, folds, "both"): array
            for metric in (*SCORES, "fit_seconds")
            for part, array in arrays.items()
            for folds in ("mean", "median", "least")
        },
        "n_trials": {(part, "both"): np.isfinite(array).astype(float) for part, array in arrays.items()},
        "unsteady": {},
        "seeds": (0, 1),
        "known": Query(),
        "made": {name: where(model=name) for name in names},
    }
    return Cube(**{**fields, **more})


def test_scales_compare_in_points_beside_the_majority_and_by_errors() -> None:
    cube = made({"stacking": [0.9, 1.0], "bagging:tree": [0.8, 0.5], "majority": [0.6, 0.5]})
    found = {
        scale: orders.difference(cube, first="stacking", second="bagging", scale=scale, **READ).values
        for scale in ("points", "even", "errors")
    }
    assert found["points"] == pytest.approx([10, 50])
    assert found["even"] == pytest.approx([10 * 0.5 / 0.4, 50])
    assert found["errors"] == pytest.approx([math.log(40.5 / 20.5), math.log(100.5 / 0.5)])


def test_names_of_the_source_stand_for_what_is_chosen() -> None:
    chosen = {"network": "default", "opponents": "usual", "trees": "usual"}
    assert orders.stands_for("bagging", **chosen) == "bagging:tree"
    assert orders.stands_for("bagging", **{**chosen, "trees": "alike"}) == "bagging:tree_depth3"
    assert orders.stands_for("bagging", **{**chosen, "trees": "alike", "opponents": "forest"}) == "random_forest"
    assert orders.stands_for("adaboost", **{**chosen, "trees": "stumps"}) == "adaboost:stump"
    assert orders.stands_for("gradient_boosting", **{**chosen, "opponents": "histogram"}) == "hist_gradient_boosting"
    none = {**chosen, "network": "none"}
    assert orders.stands_for("stacking", **none) == "stacking[tree+svm+logistic+knn+nb]"
    assert orders.stands_for("soft_vote", **{**chosen, "network": "tuned"}) == "soft_vote[tree+svm+mlp+logistic+knn+nb]"
    assert orders.stands_for("soft_vote", **chosen) == "soft_vote"


def test_a_tie_is_no_order_or_tells_nothing_of_it() -> None:
    order = {"stacking": [0.9, 0.9], "gradient_boosting": [0.8, 0.9 - 1e-13], "bagging:tree": [0.7, 0.8]}
    asked = {"boosting": "gradient_boosting", **READ}
    assert orders.in_order(made(order), ties="against", **asked).values == pytest.approx([1, 0])
    assert orders.in_order(made(order), ties="left_out", **asked).values == pytest.approx([1, np.nan], nan_ok=True)
    unknown = made({**order, "bagging:tree": [np.nan, 0.8]})
    assert orders.in_order(unknown, ties="against", **asked).values == pytest.approx([np.nan, 0], nan_ok=True)


def test_the_best_single_model_is_chosen_known_in_hindsight_or_best_overall() -> None:
    pool = {model: [0.5, 0.5] for model in POOL} | {"svm": [0.9, 0.6], "nb": [0.6, 0.8]}
    cube = made({**pool, "stacking": [0.85, 0.75], "best_by_cv": [0.9, 0.5]})
    asked = {"scale": "points", **READ}
    assert orders.over_best(cube, best="by_cv", **asked).values == pytest.approx([-5, 25])
    assert orders.over_best(cube, best="hindsight", **asked).values == pytest.approx([-5, -5])
    assert orders.over_best(cube, best="overall", **asked).values == pytest.approx([-5, 15])
    none = {model: scores for model, scores in pool.items() if model in WITHOUT_NETWORK}
    names = {
        f"{method}[{'+'.join(WITHOUT_NETWORK)}]": scores
        for method, scores in (("stacking", [0.8] * 2), ("best_by_cv", [0.7] * 2))
    }
    asked["network"] = "none"
    assert orders.over_best(made({**none, **names}), best="by_cv", **asked).values == pytest.approx([10, 10])
    assert orders.over_best(made({**none, **names}), best="hindsight", **asked).values == pytest.approx([-10, 0])


def test_probabilities_are_compared_by_the_brier_score() -> None:
    cube = made({"stacking": [0.9, 0.9], "bagging:tree": [0.8, 0.8]})
    brier = np.array([[0.7, 0.7], [0.75, 0.75]])  # bagging comes first
    key = Key("brier", MAIN, "mean", "both")
    cube = made({"stacking": [0.9] * 2, "bagging:tree": [0.8] * 2}, numbers={**cube.numbers, key: brier})
    asked = {"first": "stacking", "second": "bagging", **READ}
    assert orders.difference(cube, answer="labels", **asked).values == pytest.approx([10, 10])
    assert orders.difference(cube, answer="probabilities", **asked).values == pytest.approx([5, 5])


def test_cost_is_the_logarithm_of_a_ratio_of_times_that_a_clock_can_tell_from_none() -> None:
    cube = made({"stacking": [2.0, 1.0], "bagging:tree": [1.0, 0.0]})
    found = orders.cost(cube, clock="fit", second="bagging", timing="median", repeats="both").values
    assert found == pytest.approx([math.log(2), math.log(1 / orders.SHORTEST)])


def test_boosting_helps_most_where_its_lead_is_larger() -> None:
    lead = {"adaboost:stump": [0.8, 0.8], "bagging:stump": [0.7, 0.6], "stump": [0.5, 0.5]}
    other = {"adaboost:tree": [0.9, 0.9], "bagging:tree": [0.9, 0.8], "tree": [0.8, 0.8]}
    asked = {"high": "stump", "low": "tree", "scale": "points", **READ}
    cube = made({**lead, **other})
    assert gains.helped_most(cube, beside="bagging", **asked).values == pytest.approx([10, 10])
    assert gains.helped_most(cube, beside="alone", **asked).values == pytest.approx([20, 20])


def test_no_model_is_unstable_and_stable_at_once() -> None:
    cube = made({"tree": [0.7] * 2, "bagging:tree": [0.8] * 2, "stump": [0.6] * 2, "bagging:stump": [0.65] * 2})
    asked = {"than": "svm", "stable": "shallow", "scale": "points", **READ}
    assert gains.more_when_unstable(cube, unstable="tree", **asked).values == pytest.approx([5, 5])
    none = gains.more_when_unstable(cube, unstable="tree_depth3", **asked)
    assert none is NONE
    assert none.counted(cube).values.empty


def test_votes_are_steadier_by_points_or_by_ratio() -> None:
    changes = {
        measure: np.array([[4.0, 3.0], [10.0, 3.0], [16.0, 3.0], [20.0, 3.0]])
        for measure in ("labels", "between_folds")
    }
    names = ("soft_vote", "tree", "svm", "mlp_default")
    cube = made(
        {name: [0.9] * 2 for name in names}, unsteady=changes, methods={name: at for at, name in enumerate(names)}
    )
    asked = {"vote": "soft_vote", "singles": "named", "than": "singles"}

    def found(instability: str, middle: str, comparison: str) -> Any:
        return steadiness.steadier(cube, instability=instability, middle=middle, comparison=comparison, **asked)

    assert found("labels", "median", "difference").values == pytest.approx([12, 0])
    assert found("between_folds", "mean", "difference").values == pytest.approx([46 / 3 - 4, 0])
    assert found("labels", "median", "ratio").values == pytest.approx([math.log(16.25 / 4.25), 0])
    assert found("between_folds", "mean", "ratio") is NONE


def test_losses_to_noise_are_taken_from_the_levels_as_chosen() -> None:
    noise = [Part(level, 1.0) for level in (0.0, 0.1, 0.2, 0.3)]
    main, *others = (
        {"gradient_boosting": [0.9 - lost, 0.9 - 2 * lost], "bagging:tree": [0.9, 0.9], "random_forest": [0.9, 0.8]}
        for lost in (0.0, 0.02, 0.03, 0.10)
    )
    cube = made(main, dict(zip(noise[1:], others, strict=True)))
    asked = {"boosting": "gradient_boosting", "beside": "bagging", "bases": "usual", "scale": "points", **READ}
    found = {way: factors.lost_to_noise(cube, damage=way, **asked) for way in ("line", "ends", "median_line", "mild")}
    slope = np.polyfit([0, 0.1, 0.2, 0.3], [0, 2, 3, 10], 1)[0]
    assert found["line"].values == pytest.approx([0.3 * slope, 0.6 * slope])
    assert found["ends"].values == pytest.approx([10, 20])
    assert found["median_line"].values == pytest.approx(
        [0.3 * np.median([20, 15, 100 / 3, 10, 40, 70])] * np.array([1, 2])
    )
    assert found["mild"].values == pytest.approx([6, 12])
    assert [part.label_noise for part in found["ends"].rests[0].parts] == [0, 0.3]
    assert factors.lost_to_noise(made(main), damage="line", **asked) is NONE


def test_losses_of_a_method_that_some_levels_lack_are_taken_from_the_others() -> None:
    main = {"adaboost:svm": [0.9, 0.9], "bagging:svm": [0.9, 0.9], "adaboost:tree_depth3": [0.9, 0.9]}
    noise = {"adaboost:svm": [0.7, 0.8], "bagging:svm": [0.8, 0.8], "adaboost:tree_depth3": [0.5, 0.5]}
    between = {"adaboost:tree_depth3": [0.7, 0.7]}
    cube = made(main, {Part(0.1, 1.0): between, Part(0.3, 1.0): noise})
    asked = {"boosting": "adaboost", "beside": "bagging", "bases": "svm", "scale": "points", **READ}
    for damage in ("line", "ends", "median_line"):
        found = factors.lost_to_noise(cube, damage=damage, **asked)
        assert found.values == pytest.approx([10, 0])
        assert [part.label_noise for part in found.rests[0].parts] == [0, 0.3]
    assert factors.lost_to_noise(cube, damage="mild", **asked) is NONE


def test_a_gap_grows_from_all_rows_to_few() -> None:
    sizes = {Part(0.0, 0.1): {"tree": [0.6] * 2, "bagging:tree": [0.7] * 2}}
    cube = made({"tree": [0.8] * 2, "bagging:tree": [0.85] * 2}, sizes)
    perfect = {key: np.ones_like(array) for key, array in cube.numbers.items() if key.metric == "train_accuracy"}
    cube = made({"tree": [0.8] * 2, "bagging:tree": [0.85] * 2}, sizes, numbers={**cube.numbers, **perfect})
    asked = {"base": "tree", "repeats": "both", "folds": "mean", "scale": "points"}

    def found(size: str, growth: str, sign: str, beyond: str) -> Any:
        return factors.gap_grown(cube, size=size, growth=growth, sign=sign, beyond=beyond, **asked)

    assert found("tenth", "grown", "gap", "single").values == pytest.approx([-5, -5])
    assert found("tenth", "grown", "loss", "nothing").values == pytest.approx([15, 15])
    assert found("tenth", "alone", "gap", "single").values == pytest.approx([-10, -10])
    assert found("line", "grown", "gap", "single").values == pytest.approx([-5, -5])
    assert found("line", "alone", "gap", "single") is NONE
    nb = {"nb": [0.7] * 2, "bagging:nb": [0.7] * 2}
    cube = made({**nb, "tree": [0.8] * 2}, {Part(0.0, 0.1): nb})
    asked["instead"] = "nb"
    found_of_nb = found("tenth", "grown", "gap", "single")
    assert found_of_nb.values == pytest.approx([0, 0])
    assert found_of_nb.rests[0].methods == ("bagging:nb", "nb")


def test_an_answer_counts_the_trials_that_it_rests_on_and_finds_their_records() -> None:
    cube = made({"stacking": [0.9, np.nan], "bagging:tree": [0.8, 0.8], "majority": [0.5, 0.5]})
    answer = orders.difference(cube, first="stacking", second="bagging", scale="even", **READ)
    assert list(answer.counted(cube).counts) == [3, 2]
    assert str(answer.records(cube)).count("majority") == 1
    assert "seed" not in str(answer.records(cube))


def test_a_level_that_is_not_known_is_refused() -> None:
    with pytest.raises(ConfigError, match="scale is 'log', but must be one of points, even, errors"):
        Reading("accuracy", "mean", "both", "log")
    with pytest.raises(ConfigError, match="trees"):
        orders.stands_for("bagging", network="default", opponents="usual", trees="tall")


def test_changed_labels_by_hand() -> None:
    one, other = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert changed(one, other) == 0.25
    assert changed_beyond_chance(one, other) == pytest.approx(0.5 * (1 - 0.5))  # kappa is 0.5
    assert changed_by_class(one, other) == pytest.approx(1 - (2 / 3 + 4 / 5) / 2)
    assert changed_beyond_chance(np.zeros(3, int), np.zeros(3, int)) == 0
    assert of_labels([one, other, one], "labels") == pytest.approx(100 * 0.5 / 3)
    assert math.isnan(of_labels([one], "labels"))


def test_instability_of_accuracy_by_hand() -> None:
    accuracy = np.array([[[[0.8, 0.9], [0.7, 0.8]]]])
    found = of_accuracy(accuracy)
    assert found["between_repeats"] == pytest.approx(np.array([[10]]))
    assert found["between_folds"] == pytest.approx(np.array([[10 / math.sqrt(2)]]))
    assert np.isnan(of_accuracy(accuracy[:, :, :1, :1])["between_folds"]).all()
