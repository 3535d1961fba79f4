"""The report of the calibration study."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core import HarnessError, Record, Status
from harness.report import studies
from harness.report.evidence import Evidence
from harness.report.writing import write_report
from harness.running.provenance import header
from harness.running.store.rows import table_of
from harness.running.store.stored import Stored


def evidence(*records: Record) -> Evidence:
    return Evidence(Stored(table_of(records), headers={"head": header()}), "made", {})


def record(dataset: str, realised: float, **others: Any) -> Record:
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
        "n_streams": 300,
        **others,
    }
    return Record(dataset, "calibration", Status.OK, factors, "", "head", found)


@pytest.fixture
def calibration() -> Any:
    return studies.load_study("calibration")


def summary(calibration: Any, *records: Record) -> Any:
    [table] = [one for one in calibration.report(evidence(*records)).tables if one.name == "summary"]
    return table.frame.set_index("detector")


def test_a_setting_passes_between_three_and_seven_percent(calibration: Any) -> None:
    row = summary(calibration, record("wine", 0.07), record("iris", 0.09)).loc["ddm"]
    assert row[["pairs", "set", "passed", "default"]].tolist() == [2, 2, 50, 20]
    assert row["realised"] == pytest.approx(8)


def test_who_could_not_be_set_says_why(calibration: Any) -> None:
    table = summary(calibration, record("wine", 0.05), record("iris", 0.05, unable={"ks": "finds no column"}))
    assert table.loc["never", "why"] == "it has no knob to turn (2)"
    assert table.loc["eddm", "why"] == "its knob does not reach so far (2)"
    assert table.loc["ks", "why"] == "finds no column that it can read (1)"
    assert table.loc["ks", "set"] == 0


def test_other_months_are_no_part_of_the_main_table(calibration: Any) -> None:
    other = record("iris", 0.5)
    other.factors["rows_per_month"] = 100
    assert summary(calibration, record("wine", 0.05), other).loc["ddm", "pairs"] == 1


def test_the_report_is_written_with_its_figure(calibration: Any, tmp_path: Any) -> None:
    written = write_report(calibration.report(evidence(record("wine", 0.05), record("iris", 0.03))), tmp_path)
    assert {"realised.png", "summary.csv", "rates.csv", "settings.csv"} <= {path.name for path in written}


def test_without_a_finished_trial_there_is_one_clear_sentence(calibration: Any) -> None:
    failed = Record("a", "calibration", Status.FAILED, {}, "", "head")
    with pytest.raises(HarnessError, match="no trial of this study has ended well"):
        calibration.report(evidence(failed))
