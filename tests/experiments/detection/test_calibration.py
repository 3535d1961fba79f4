"""The report of the calibration study."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from experiments.calibration.study import chance_to_be_off
from harness.core import HarnessError, Record, Status, Task
from harness.detectors.run import in_band
from harness.report import studies
from harness.report.evidence import Evidence
from harness.report.writing import write_report
from harness.running.provenance import header
from harness.running.store.rows import table_of
from harness.running.store.stored import Stored


def evidence(*records: Record) -> Evidence:
    specs = {task: {"dataset": {"task": task}, "detectors": []} for task in Task}
    return Evidence(Stored(table_of(records), headers={"head": header()}, specs=specs), "made", {})


def record(dataset: str, realised: float, task: Task = Task.CLASSIFICATION, **others: Any) -> Record:
    factors = {"dataset": dataset, "model": "tree", "rows_per_month": 300, "seed": 20000}
    found = {
        "settings": {"ddm": {"5": 3.1}},
        "rates": {"ddm": {"5": realised}},
        "default_rates": {"ddm": 0.2, "never": 0.0, "eddm": 0.9},
        "impossible": {
            "never": {"5": "it has no knob to turn"},
            "eddm": {"5": "alarms on 7 % at the end of its range"},
        },
        "n_fresh": 500,
        "n_streams": 600,
        **others,
    }
    return Record(dataset, "calibration", Status.OK, factors, task, "head", found)


@pytest.fixture
def calibration() -> Any:
    return studies.load_study("calibration")


def table(calibration: Any, name: str, *records: Record) -> Any:
    [found] = [one for one in calibration.report(evidence(*records)).tables if one.name == name]
    return found


def summary(calibration: Any, *records: Record) -> Any:
    return table(calibration, "summary", *records).frame.set_index("detector")


def test_a_setting_is_in_band_between_three_and_seven_percent(calibration: Any) -> None:
    records = record("wine", 0.07), record("iris", 0.03), record("pima", 0.072)
    row = summary(calibration, *records).loc["ddm"]
    assert row[["pairs", "set", "off", "default"]].tolist() == [3, 3, 1, 20]
    assert row["realised"] == pytest.approx((7 + 3 + 7.2) / 3)
    [note] = table(calibration, "summary", *records).footnotes
    assert note.startswith("Out of band: under 3 or over 7 %. Of 3 settings 1 are; chance alone, ")
    rates = table(calibration, "rates", *records).frame.set_index("detector")
    assert rates.loc["ddm", ["n_5", "off_5"]].tolist() == [3, 1]


def test_chance_puts_settings_out_of_band_by_the_streams_on_which_they_were_found_too() -> None:
    """As many as simulated: the level that 15 of 300 scores pass, on 500 fresh ones."""
    rng, n, fresh = np.random.default_rng(0), 300, 500
    levels = np.sort(rng.random((4000, n)))[:, -1 - 15]
    realised = rng.binomial(fresh, 1 - levels) / fresh
    simulated = float(np.mean(~in_band(0.05, realised)))
    assert chance_to_be_off(0.05, n, fresh) == pytest.approx(simulated, abs=0.015)
    only_fresh = 1 - stats.binom(fresh, 0.05).pmf(np.arange(15, 36)).sum()
    assert chance_to_be_off(0.05, 10**6, fresh) == pytest.approx(only_fresh, abs=0.001)
    assert chance_to_be_off(0.05, n, fresh) > 3 * only_fresh


def test_sets_with_a_number_to_predict_are_shown_apart(calibration: Any) -> None:
    records = record("wine", 0.05), record("boston", 0.2, Task.REGRESSION)
    assert summary(calibration, *records).loc["ddm", ["pairs", "off"]].tolist() == [1, 0]
    apart = table(calibration, "regression", *records).frame.set_index("detector")
    assert apart.loc["ddm", ["pairs", "off"]].tolist() == [1, 1]
    assert "regression" not in [one.name for one in calibration.report(evidence(records[0])).tables]


def test_who_could_not_be_set_says_why(calibration: Any) -> None:
    rows = summary(calibration, record("wine", 0.05), record("iris", 0.05, unable={"ks": "finds no column"}))
    assert rows.loc["never", "why"] == "it has no knob to turn (2)"
    assert rows.loc["eddm", "why"] == "its knob does not reach so far (2)"
    assert rows.loc["ks", "why"] == "finds no column that it can read (1)"
    assert rows.loc["ks", "set"] == 0


def test_other_months_are_no_part_of_the_main_table(calibration: Any) -> None:
    other = record("iris", 0.5)
    other.factors["rows_per_month"] = 100
    assert summary(calibration, record("wine", 0.05), other).loc["ddm", "pairs"] == 1


def test_models_of_a_month_of_rows_are_shown_apart(calibration: Any) -> None:
    month = record(
        "iris",
        0.2,
        unable={"cbpe": "the model is equally sure of all its answers (1)"},
        unable_codes={"cbpe": "constant-confidence"},
    )
    month.factors["train_rows"] = 300
    records = record("wine", 0.05), month
    assert summary(calibration, *records).loc["ddm", ["pairs", "off"]].tolist() == [1, 0]
    assert "cbpe" not in summary(calibration, *records).index
    apart = table(calibration, "monitoring", *records).frame.set_index("detector")
    assert apart.loc["ddm", ["pairs", "off"]].tolist() == [1, 1]
    assert apart.loc["cbpe", "why"] == "its model is equally sure of all (1)"
    assert "monitoring" not in [one.name for one in calibration.report(evidence(records[0])).tables]


@pytest.mark.parametrize(("name", "found"), [("summary", "wine"), ("settings", "wine"), ("monitoring", "iris")])
def test_cells_rest_on_the_models_that_they_are_about(calibration: Any, name: str, found: str) -> None:
    month = record("iris", 0.05)
    month.factors["train_rows"] = 300
    given = evidence(record("wine", 0.05), month)
    [made] = [one for one in calibration.report(given).tables if one.name == name]
    assert made.query(made.frame.iloc[0].to_dict(), made.columns[-1].value).ids(given.stored) == [found]


def test_the_report_is_written_with_its_figure(calibration: Any, tmp_path: Any) -> None:
    written = write_report(calibration.report(evidence(record("wine", 0.05), record("iris", 0.03))), tmp_path)
    assert {"realised.png", "summary.csv", "rates.csv", "settings.csv"} <= {path.name for path in written}


def test_without_a_finished_trial_there_is_one_clear_sentence(calibration: Any) -> None:
    failed = Record("a", "calibration", Status.FAILED, {}, "", "head")
    with pytest.raises(HarnessError, match="no trial of this study has ended well"):
        calibration.report(evidence(failed))
