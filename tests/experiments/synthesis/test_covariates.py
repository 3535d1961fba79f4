"""Which data sets are hard, and on which combining gains: the coefficients on the published records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments import synthesis
from experiments.synthesis.study import Study
from experiments.synthesis.tables.covariates import COVARIATES, covariate_table, covariates, slope_panels, slopes_of
from harness.report.evidence import Evidence


@pytest.fixture(scope="module")
def study(evidence: Evidence) -> Study:
    return synthesis.read(evidence)


def least_squares(study: Study, response: np.ndarray) -> np.ndarray:
    known = covariates(study).loc[study.scores("accuracy", ["tree"]).index].to_numpy()
    return np.linalg.lstsq(np.column_stack([np.ones(len(known)), known]), response)[0][1:]


def test_a_trees_slopes_and_those_of_a_gain_are_those_of_least_squares_on_sets(study: Study) -> None:
    tests, tree = slopes_of(study).tests, study.scores("accuracy", ["tree"])["tree"].to_numpy()
    assert [tests["tree"][term].estimate for term in COVARIATES] == pytest.approx(least_squares(study, tree))
    gain = study.contrast("stacking", "tree")
    assert [tests["stacking"][term].estimate for term in COVARIATES] == pytest.approx(least_squares(study, gain))


def test_every_set_counts_once(study: Study) -> None:
    found = slopes_of(study)
    n_sets = len(study.scores("accuracy", ["tree"]))
    assert found.n == n_sets
    assert found.tests["tree"]["rows"].df == n_sets - len(COVARIATES) - 1
    assert found.tests["stacking"]["rows"].df < found.tests["tree"]["rows"].df


def test_covariates_are_those_of_the_sets_file(study: Study) -> None:
    iris = covariates(study).loc["iris"]
    assert (2 ** iris["columns"], 2 ** iris["classes"], iris["evenness"]) == pytest.approx((4, 3, 10))
    assert 2 ** iris["rows"] == pytest.approx(150)


def test_the_figure_has_what_the_table_has(study: Study) -> None:
    frame, (alone, gain) = covariate_table(study).frame, slope_panels(study)
    assert list(alone.slopes) == list(gain.slopes) == list(frame["covariate"])
    drawn = gain.slopes[COVARIATES["classes"]][study.title("stacking")].main.estimate
    assert drawn == frame.set_index("covariate").loc[COVARIATES["classes"], "stacking"]


def test_records_of_two_sets_have_no_panel(study: Study) -> None:
    few = replace(study, main=study.main[study.main["dataset"].isin(["iris", "wine"])])
    assert slope_panels(few) == []
