"""Calibrating from the command line: what is shown, and settings of detectors of other libraries."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.running import store

WRAPPED = """\
_target_: harness.detectors.step_by_step.StepByStep
name: adwin_01
detector: {_target_: river.drift.ADWIN, delta: 0.1}
knob: {_target_: harness.detectors.contract.Knob, name: delta, loosest: 1.0, strictest: 1.0e-50, logarithmic: true}
"""
SMALL = ("dataset=wine", "model=tree")


@pytest.fixture(scope="module")
def calibration(harness_in: Callable[[Path], Callable[..., Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small calibration of a wrapped object and others."""
    folder = tmp_path_factory.mktemp("calibration")
    (folder / "mine" / "detector").mkdir(parents=True)
    (folder / "mine" / "detector" / "adwin_01.yaml").write_text(WRAPPED)
    panel = "detectors=[adwin_01,never,chi_square]"
    words = ("trial=calibration", panel, *SMALL, "n_streams=40", "n_fresh=40", "workers=1")
    swept = harness_in(folder)("run", "-m", "--config-dir", "mine", *words)
    assert "1 ok" in swept.stderr, swept.stderr
    return folder


@pytest.fixture
def calibrated(calibration: Path, harness: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """The command in a copy of that folder."""
    shutil.copytree(calibration, tmp_path, dirs_exist_ok=True)
    return lambda *words, **more: harness("run", "--config-dir", "mine", *words, *SMALL, **more)


def test_a_wrapped_object_is_calibrated_and_then_read_at_its_setting(
    calibrated: Callable[..., Any], tmp_path: Path
) -> None:
    shown = calibrated("trial=detection", "detectors=[adwin_01]", "settings=[default,5]", "scenario=label_swap")
    assert shown.returncode == 0, shown.stderr
    assert re.search(r"^adwin_01 ", shown.stdout, re.MULTILINE)
    assert re.search(r"^adwin_01@5 ", shown.stdout, re.MULTILINE)

    results = tmp_path / "results" / ".adhoc"
    [calibration] = store.read(results / "calibration").records
    setting = calibration.measurements["settings"]["adwin_01"]["5"]
    assert 1e-50 < setting < 1.0
    (tmp_path / "mine" / "detector" / "by_hand.yaml").write_text(f"_target_: river.drift.ADWIN\ndelta: {setting!r}\n")
    assert calibrated("trial=detection", "detectors=[by_hand]", "scenario=label_swap").returncode == 0
    alarms = {
        name: times
        for one in store.read(results / "detection").records
        for name, times in one.measurements["alarms"].items()
    }
    assert alarms["adwin_01@5"] == alarms["by_hand"] != alarms["adwin_01"]


def test_a_detector_that_changed_since_its_calibration_is_refused(
    calibrated: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "mine" / "detector" / "adwin_01.yaml").write_text(WRAPPED.partition("knob:")[0])
    refused = calibrated("trial=detection", "detectors=[adwin_01]", "settings=[5]")
    assert refused.returncode not in (0, 130)
    assert "adwin_01 has other parameters than when it was calibrated: calibrate anew" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_calibration_shows_settings_realised_rates_and_reasons(calibrated: Callable[..., Any]) -> None:
    shown = calibrated(
        "trial=calibration", "detectors=[adwin_01,never,chi_square]", "n_streams=40", "n_fresh=40", COLUMNS="120"
    )
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[1].split() == [
        "detector",
        "as",
        "it",
        "comes",
        *["for", "1%", "for", "5%", "for", "10%", "for", "20%"],
    ]
    assert re.fullmatch(r"adwin_01 +[\d.]+%( +[\d.e-]+ \([\d.]+%\)\*?){4}", lines[2])
    assert lines[3].split() == ["never", "0%", "-", "-", "-", "-"]
    assert lines[4].startswith("chi_square: chi_square finds no column that it can read")
    assert lines[5] == "never for 1, 5, 10, 20%: it has no knob to turn"
    assert "40 fresh streams" in lines[6]


def test_a_set_that_no_detector_can_read_is_shown_with_the_reasons(harness: Callable[..., Any]) -> None:
    for words in (("trial=detection",), ("trial=calibration", "n_streams=10", "n_fresh=10")):
        shown = harness("run", *words, "detectors=[chi_square]", *SMALL)
        assert shown.returncode == 0, shown.stderr
        assert "finds no column" in shown.stdout


def test_a_misspelt_parameter_is_one_sentence(harness: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "mine" / "detector").mkdir(parents=True)
    (tmp_path / "mine" / "detector" / "ddm_2.yaml").write_text(
        "_target_: harness.detectors.ddm.DDM\ndrift_treshold: 2\n"
    )
    answer = harness("run", "--config-dir", "mine", "trial=detection", "detectors=[ddm_2]", *SMALL)
    said = answer.stdout + answer.stderr
    assert answer.returncode not in (0, 130)
    assert "ddm.DDM has no parameter 'drift_treshold'; did you mean 'drift_threshold'?" in said.replace("\n", " ")
    assert "Traceback" not in said


@pytest.mark.parametrize("setting", ["often", "0", "-5", "100"])
def test_a_setting_that_is_no_rate_is_named(harness: Callable[..., Any], setting: str) -> None:
    shown = harness("run", "trial=detection", *SMALL, f"settings=[default,{setting}]")
    assert shown.returncode == 2
    assert f"settings=[default,{setting}]: '{setting}' is neither default nor a rate" in shown.stderr
