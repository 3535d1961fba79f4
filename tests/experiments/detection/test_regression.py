"""What moves accuracy, delay and false positives: on made-up records whose answers are known."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from experiments.detection.factor_models import effects, factors, questions
from experiments.detection.tables.regression import regression_table, slope_panels

SETS = {"wine": (4, [30, 30]), "pima": (8, [60, 20]), "iris": (16, [50, 25]), "segment": (64, [10, 30])}
FAR = [1799]


def records(made: Any) -> None:
    """KS finds data drift at once and nothing else; EDDM what harms by 20 points, and more false alarms beside a tree."""
    for (name, (columns, classes)), model in itertools.product(SETS.items(), ("logistic", "tree")):
        node = {"name": name, "features": columns, "max_rows": 150, "classes": dict(enumerate(classes))}
        world = {"dataset": node}
        for scenario, harm in itertools.product(("label_permutation", "mean_shift"), (10, 20)):
            alarms = {
                "ddm_warm@5": [500] if name != "wine" else [],
                "eddm_warm@5": [500 + 300 * (20 // harm - 1)] if harm == 20 else FAR,
                "ks@5": [500] if scenario == "mean_shift" else [],
            }
            made.stream(alarms, dataset=name, model=model, scenario=scenario, harm=harm, world=world)
        free = {
            "ddm_warm@5": [],
            "eddm_warm@5": [],
            "ks@5": [],
            "ddm_warm": [],
            "ks": [],
            "eddm_warm": [9] if model == "tree" else [],
        }
        made.stream(free, dataset=name, model=model, scenario="control", world=world)


def row(made: Any, measure: str, factor: str) -> dict[str, Any]:
    frame = regression_table(made.study()).frame
    return frame[(frame["measure"] == measure) & (frame["factor"] == factor)].iloc[0].to_dict()


def test_a_factor_on_which_all_sets_agree_has_its_effect_and_no_width(made: Any) -> None:
    records(made)
    kind = row(made, "accuracy", "data drift, not label noise")
    assert (kind["ks"], kind["ks_low"], kind["ks_high"]) == pytest.approx((50.0, 50.0, 50.0))
    assert kind["eddm_warm"] == pytest.approx(0.0)
    harm = row(made, "accuracy", "harm, doubled")
    assert (harm["ks"], harm["eddm_warm"]) == pytest.approx((0.0, 50.0))
    assert row(made, "delay", "data drift, not label noise")["ks"] == pytest.approx(-2.0)
    assert row(made, "false positives", "tree, not logistic")["eddm_warm"] == pytest.approx(100.0)


def test_covariates_of_sets_are_of_their_means(made: Any) -> None:
    records(made)
    largest = row(made, "accuracy", "largest class, 10 points more")
    assert largest["ddm_warm_sets"] == 4
    assert largest["ddm_warm_df"] == 1  # four sets, two covariates and a constant


def test_what_was_not_swept_has_no_line(made: Any) -> None:
    records(made)
    frame = regression_table(made.study()).frame
    assert not frame["factor"].str.contains("late|tenfold").any()
    assert "harm, doubled" not in set(frame.loc[frame["measure"] == "false positives", "factor"])


def test_sets_of_which_too_little_is_known_have_no_covariates(made: Any) -> None:
    records(made)
    made.world({"ddm_warm@5": {True: [500], False: []}}, sets=("magic",))
    found = effects(made.study(), questions(made.study())[0], "ddm_warm")
    assert "largest class, 10 points more" not in {factor.title for factor in found}
    assert "harm, doubled" in {factor.title for factor in found}


def test_records_of_nothing_make_no_line(made: Any) -> None:
    made.world({"ddm_warm": {True: [500], False: []}})
    study = made.study()
    assert len(regression_table(study).frame) == 0
    assert slope_panels(study) == []
    assert [factor.title for factor in factors(study)][:1] == ["harm, doubled"]
