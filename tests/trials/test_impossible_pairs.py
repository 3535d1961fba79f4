"""What cannot be done for one trial of a sweep skips that trial, with a code; what no trial can be asked for is an error."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.core import Code, ConfigError, Record, Status
from harness.planning import detector_panel, found_settings
from harness.planning.one_trial import plan_one, run_or_find
from harness.running import store

Run = Callable[..., Record]
SMALL = ("months=4", "rows_per_month=20")


@pytest.fixture
def recorded(composed: Callable[..., Any], tmp_path: Path) -> Run:
    """The record of a trial of a small stream, run in this process."""

    def run(*overrides: str) -> Record:
        found_settings.calibrated.cache_clear()
        detector_panel.forget()
        small = SMALL if any(one.startswith("trial=") for one in overrides) else ()
        config = composed("model=tree", *small, f"results={tmp_path}", *overrides)
        return run_or_find(plan_one(config), config, ())

    return run


def calibrated(recorded: Run, dataset: str, *more: str) -> Record:
    asked = (
        "trial=calibration",
        f"dataset={dataset}",
        "detectors=[ddm,never]",
        "n_streams=5",
        "n_fresh=2",
        "rates=[0.2]",
    )
    return recorded(*asked, *more)


def has_no_setting(record: Record, *runs: str) -> None:
    assert (record.status, record.code) == (Status.SKIPPED, Code.NO_SETTING)
    assert f"has no setting for {' or '.join(runs)};" in record.reason
    assert record.factors["detectors"] == "+".join(runs)


def test_a_panel_of_which_no_detector_can_be_set_is_a_skipped_trial(recorded: Run) -> None:
    assert calibrated(recorded, "pima").status is Status.OK
    has_no_setting(recorded("trial=detection", "dataset=pima", "detectors=[never]", "settings=[20]"), "never@20")
    both = recorded("trial=detection", "dataset=pima", "detectors=[never,oracle]", "settings=[20]")
    has_no_setting(both, "never@20", "oracle@20")


def test_the_others_of_a_panel_read_the_stream(recorded: Run) -> None:
    calibrated(recorded, "pima")
    record = recorded("trial=detection", "dataset=pima", "detectors=[ddm,never]", "settings=[default,20]")
    assert record.status is Status.OK
    assert {"ddm", "never"} <= set(record.measurements["alarms"])
    assert "never@20" not in record.measurements["alarms"]


def test_the_spec_of_a_detection_says_what_its_settings_gave_on_fresh_streams(recorded: Run, tmp_path: Path) -> None:
    found = calibrated(recorded, "pima").measurements
    record = recorded("trial=detection", "dataset=pima", "detectors=[ddm]", "settings=[default,20]")
    [*_, spec] = store.read(tmp_path / ".adhoc" / "detection").specs.values()
    by_name = {one["name"]: one for one in spec["detectors"]}
    assert by_name["ddm@20"]["about"] == {"realised": found["rates"]["ddm"]["20"], "n_fresh": 2}
    assert "about" not in by_name["ddm"]
    assert record.spec


def test_a_world_whose_calibration_was_skipped_has_no_setting(recorded: Run) -> None:
    calibrated(recorded, "wine")
    assert calibrated(recorded, "pima", "dataset.max_rows=90").code == Code.TOO_FEW_ROWS
    asked = ("trial=detection", "dataset=pima", "detectors=[ddm]", "settings=[20]")
    has_no_setting(recorded(*asked, "dataset.max_rows=90"), "ddm@20")


def test_a_rate_that_nobody_asked_for_is_an_error(recorded: Run) -> None:
    calibrated(recorded, "pima")
    with pytest.raises(ConfigError, match=r"no detector was set to 7 %; the calibration in .* knows 20, and default"):
        recorded("trial=detection", "dataset=pima", "detectors=[ddm]", "settings=[7]")


def test_so_is_a_world_that_nobody_calibrated(recorded: Run) -> None:
    calibrated(recorded, "pima")
    with pytest.raises(ConfigError, match="need a calibration of tree on wine"):
        recorded("trial=detection", "dataset=wine", "detectors=[ddm]", "settings=[20]")


def test_a_data_set_whose_package_is_missing_skips_its_trials(recorded: Run) -> None:
    record = recorded("dataset=iris", "dataset._target_=no_such_package.Dataset")
    assert (record.status, record.code) == (Status.SKIPPED, Code.NOT_INSTALLED)
    assert "the package 'no_such_package' cannot be imported: install it" in record.reason
