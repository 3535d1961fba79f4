"""A record becomes a run under names and with values that tools take, and what they cannot take is changed in the open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from harness.core import Record, Status
from harness.mirrors.shown import LONGEST_NAME, LONGEST_VALUE, portable, run_of
from harness.trials import CalibrationTrial, DetectionTrial, SynthesisTrial
from harness.trials.headline import headline, means
from tests.mirrors.conftest import made
from tests.running.made_records import HEADER, SPEC


class Odd:
    """The trial of a user whose headline is not what a tool takes."""

    @staticmethod
    def headline(record: Record) -> Mapping[str, float]:
        return {"loss": float("inf"), "gain": -0.0, "of.ddm@5+challenger": 2, "of[0]": 1.5, "nothing": float("nan")}


class Wrong:
    """The trial of a user whose headline raises."""

    @staticmethod
    def headline(record: Record) -> Mapping[str, float]:
        return {"loss": record.measurements["no such thing"]}


def spec_of(trial: type) -> dict[str, Any]:
    return {**SPEC, "_target_": f"{trial.__module__}.{trial.__qualname__}"}


@pytest.mark.parametrize(
    ("name", "plain"),
    [("ddm@5", "ddm_at_5"), ("a+b", "a_and_b"), ("x[0]", "x_0_"), ("fit seconds", "fit seconds"), ("é", "_")],
)
def test_names_are_spelt_as_tools_take_them(name: str, plain: str) -> None:
    assert portable(name) == plain


def test_two_names_that_become_one_stay_two() -> None:
    run = run_of(made(1, factors={"a@b": 1, "a_at_b": 2, "a[b": 3, "a]b": 4}), SPEC, HEADER)
    assert run.params == {"a_at_b": "1", "a_at_b_2": "2", "a_b": "3", "a_b_2": "4"}


def test_a_long_name_is_cut_and_told_apart() -> None:
    run = run_of(made(1, factors={"x" * 299: 1, "x" * 300: 2}), SPEC, HEADER)
    assert [len(name) for name in run.params] == [LONGEST_NAME, LONGEST_NAME - 2]
    assert list(run.params.values()) == ["1", "2"]


def test_numbers_that_a_tool_would_change_are_left_out_and_said() -> None:
    run = run_of(made(1), spec_of(Odd), HEADER)
    assert run.metrics == {"gain": 0.0, "of.ddm_at_5_and_challenger": 2.0, "of_0_": 1.5}
    assert str(run.metrics["gain"]) == "0.0"
    assert run.tags["left_out"] == "loss is inf, nothing is nan"


def test_a_headline_that_raises_costs_the_numbers_and_not_the_run() -> None:
    run = run_of(made(1), spec_of(Wrong), HEADER)
    assert (run.status, run.metrics) == (Status.OK, {})
    assert run.tags["left_out"] == "the headline raised KeyError: 'no such thing'"


def test_a_long_parameter_says_how_long_it_was() -> None:
    run = run_of(made(1, factors={"detectors": "ddm+" * 2000}), SPEC, HEADER)
    assert len(run.params["detectors"]) == LONGEST_VALUE
    assert run.params["detectors"].endswith(" ... (8000 characters in the record)")


def test_a_whole_level_is_the_same_from_a_line_and_from_a_column() -> None:
    of_line, of_column = (run_of(made(1, factors={"share": level}), SPEC, HEADER) for level in (1, 1.0))
    assert of_line.mark == of_column.mark


def test_the_order_of_factors_tells_no_two_runs_apart() -> None:
    levels = {"synthesis": "single", "seed": 1, "dataset": "wine"}
    one, other = (run_of(made(1, factors=of), SPEC, HEADER) for of in (levels, dict(sorted(levels.items()))))
    assert one == other
    assert one.mark == other.mark
    assert one.name == "wine single #1"


# ---- the headline -------------------------------------------------------------------------------------------------------


def test_without_one_of_its_own_a_class_shows_the_mean_of_what_was_measured() -> None:
    accuracy, wanted = made(3).measurements["accuracy"], {"accuracy", "roc_auc", "n_test", "fit_seconds", "model_bytes"}
    for spec in (SPEC, {**SPEC, "_target_": "a_package_that_nobody_has.Trial"}, spec_of(Record)):
        found = headline(made(3), spec)
        assert found.keys() == wanted
        assert found["accuracy"] == sum(accuracy) / 2
        assert found["roc_auc"] == 0.5


@pytest.mark.parametrize("status", [Status.FAILED, Status.SKIPPED])
def test_a_trial_without_measurements_has_no_headline(status: Status) -> None:
    assert headline(made(1, status), spec_of(DetectionTrial)) == {}


def test_a_synthesis_trial_names_its_scores_first() -> None:
    one = made(
        1, measurements={"brier": [0.25, 0.75], "accuracy": [0.5, 1.0], "n_test": [1], "roc": {"a": [1]}}, clock={}
    )
    assert list(SynthesisTrial.headline(one).items()) == [("accuracy", 0.75), ("brier", 0.5), ("n_test", 1.0)]
    assert SynthesisTrial.headline(one) == means(one)


def test_a_detection_trial_names_cost_delays_and_false_alarms() -> None:
    alarms = {"ks": [299, 1800], "ddm@5": [600, 900], "adwin": []}
    drift = {"n_rows": 1800, "onset": 600, "truth": [[600, 600]], "harm": 9.5, "reference_harm": 10.0}
    factors = {"rows_per_month": 300}
    assert DetectionTrial.headline(made(1, factors=factors, measurements={**drift, "alarms": alarms})) == {
        "found": 1 / 3,
        "harm": 9.5,
        "reference_harm": 10.0,
        "delay.ddm@5": 0.0,
        "false_alarms.adwin": 0.0,
        "false_alarms.ddm@5": 0.0,
        "false_alarms.ks": 1.0,
    }
    calm = made(1, factors=factors, measurements={**drift, "truth": [], "alarms": {"ks": [1, 2]}})
    assert DetectionTrial.headline(calm) == {"harm": 9.5, "reference_harm": 10.0, "false_alarms.ks": 2.0}


def test_a_calibration_names_rates_and_settings() -> None:
    measured = {"default_rates": {"ddm": 0.5}, "rates": {"ddm": {"5": 0.04}}, "settings": {"ddm": {"5": 3}}}
    found = CalibrationTrial.headline(made(1, measurements=measured))
    assert found == {"default_rate.ddm": 0.5, "rate.ddm@5": 0.04, "setting.ddm@5": 3.0}
