"""A stream is the same for everyone who reads it, and what is recorded of it is what happened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.building import build
from harness.core import ConfigError, Skip
from harness.memo import Memo
from harness.planning.made_once import make_all
from harness.planning.trials import plan

PANEL = "detectors=[ddm,eddm,adwin,page_hinkley,performance_window,ks,chi_square,metronome,random,oracle,never]"
Measure = Callable[..., dict[str, Any]]


@pytest.fixture
def measure(composed: Callable[..., Any]) -> Measure:
    """The measurements of a detection trial on pima with a tree, alone unless a memo is given."""

    def run(*overrides: str, memo: Memo | None = None) -> dict[str, Any]:
        planned = plan(composed("trial=detection", "dataset=pima", "model=tree", PANEL, *overrides))
        make_all([planned])
        return dict(build(planned.spec).run(Memo() if memo is None else memo).measurements)

    return run


def test_before_the_onset_a_stream_is_its_drift_free_twin(measure: Measure) -> None:
    calm, drifting = measure("scenario=control"), measure("scenario=label_permutation", "harm=20")
    [[onset, _]] = drifting["truth"]
    assert (calm["truth"], calm["onset"]) == ([], onset)
    for name in set(calm["alarms"]) - {"oracle"}:
        before = [[time for time in one["alarms"][name] if time < onset] for one in (calm, drifting)]
        assert before[0] == before[1], name
    assert calm["alarms"]["page_hinkley"] != drifting["alarms"]["page_hinkley"]
    assert (calm["alarms"]["oracle"], drifting["alarms"]["oracle"]) == ([], [onset])


def test_every_model_meets_the_same_stream(measure: Measure) -> None:
    drift = ("scenario=mean_shift", "harm_to=reference", "harm=20")
    by_tree, by_nb = measure(*drift), measure(*drift, "model=nb")
    for key in ("onset", "truth", "strengths", "reference_harm", "ks", "touched"):
        assert by_tree[key] == by_nb[key]
    for name in ("ks", "metronome", "random", "oracle"):
        assert by_tree["alarms"][name] == by_nb["alarms"][name]
    assert by_tree["harm"] != by_nb["harm"]


@pytest.mark.parametrize("model", ["tree", "nb", "random_forest"])
def test_a_harm_is_done_to_the_model_that_is_named(model: str, measure: Measure) -> None:
    drift = ("scenario=mean_shift", "harm=10", f"model={model}", "detectors=[never]")
    to_itself, to_reference = measure(*drift), measure(*drift, "harm_to=reference")
    assert to_itself["harm"] == pytest.approx(10, abs=0.51)
    assert to_reference["reference_harm"] == pytest.approx(10, abs=0.51)
    assert to_itself["touched"] == to_reference["touched"]
    assert to_itself["strengths"] != to_reference["strengths"]


def test_nobody_is_told_to_whom_a_harm_is_done_where_none_is_asked_for(measure: Measure) -> None:
    with pytest.raises(
        ConfigError, match="harm_to=reference changes nothing, since scenario prior_shift asks for no harm"
    ):
        measure("scenario=prior_shift", "harm_to=reference")
    assert "harm" in measure("scenario=prior_shift", "detectors=[never]")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("harm=10",),
            r"harm=10 changes nothing, since scenario control stages no drift: leave it out, in a sweep by",
        ),
        (("harm=10", "harm_to=reference"), r"harm=10 changes nothing, since scenario control stages no drift"),
        (
            ("scenario.strength.harm=10", "scenario.strength.raw=null"),
            r"harm=10 changes nothing, since scenario control",
        ),
        (
            ("harm_to=reference",),
            r"harm_to=reference changes nothing, since scenario control asks for no harm: leave it out\.",
        ),
    ],
)
def test_nobody_asks_a_harm_of_a_stream_without_a_drift(words: tuple[str, ...], said: str, measure: Measure) -> None:
    with pytest.raises(ConfigError, match=said):
        measure("scenario=control", *words)


@pytest.mark.parametrize(
    ("names", "instead"),
    [
        ("ddm_warm@5", r"detectors=\[ddm_warm\] settings=\[5\]\."),
        ("ks,ddm@5,eddm@5,ddm", r"detectors=\[ks,ddm,eddm\] settings=\[default,5\]\."),
    ],
)
def test_who_asks_for_a_detector_at_a_setting_by_its_recorded_name_is_told_what_to_write(
    names: str, instead: str, measure: Measure
) -> None:
    with pytest.raises(ConfigError, match=f"each of its settings: write {instead}"):
        measure(f"detectors=[{names}]")


def test_tests_of_rows_read_drifts_of_labels_as_their_twin(measure: Measure) -> None:
    memo = Memo()
    calm = measure("scenario=control", memo=memo)
    before = len(memo)
    changed = measure("scenario=label_swap", "harm=10", memo=memo)
    assert changed["alarms"]["ks"] == calm["alarms"]["ks"] == measure("scenario=label_swap", "harm=10")["alarms"]["ks"]
    assert len(memo) == before + 1  # what the model answers


def test_neighbours_that_share_work_measure_what_each_measures_alone(measure: Measure) -> None:
    cells = [
        (f"scenario={one}", f"model={model}")
        for one in ("control", "mean_shift", "label_swap")
        for model in ("tree", "nb")
    ]
    memo = Memo()
    assert [measure(*cell, memo=memo) for cell in cells] == [measure(*cell) for cell in cells]


def test_late_labels_delay_those_who_need_labels_and_nobody_else(measure: Measure) -> None:
    now, later = measure("scenario=mean_shift"), measure("scenario=mean_shift", "label_delay=100")
    for name, times in now["alarms"].items():
        late = 100 if name in ("ddm", "eddm", "adwin", "page_hinkley", "performance_window") else 0
        assert later["alarms"][name] == [time + late for time in times], name


def test_one_who_reads_rows_names_the_columns_that_moved(measure: Measure) -> None:
    found = measure("scenario=mean_shift", "harm=20", "detectors=[ks]")
    [[onset, _]] = found["truth"]
    first = next(number for number, time in enumerate(found["alarms"]["ks"]) if time > onset + 300)
    assert set(found["named"]["ks"][first]) & set(found["touched"])


def test_a_detector_that_cannot_read_a_set_says_why_and_the_others_go_on(measure: Measure) -> None:
    found = measure("scenario=control")
    assert "finds no column that it can read" in found["unable"]["chi_square"]
    assert "chi_square" not in found["alarms"]
    assert "ks" in found["alarms"]


def test_a_harm_out_of_reach_is_skipped_with_the_most_there_is(measure: Measure) -> None:
    with pytest.raises(Skip, match="cannot be reached on pima: the most is"):
        measure("scenario=mean_shift", "harm=60")


def test_a_set_too_small_for_three_pools_is_skipped(measure: Measure) -> None:
    with pytest.raises(Skip, match="at least 120 are needed"):
        measure("dataset.max_rows=90")


@pytest.mark.parametrize("wrong", ["harm=0", "months=0", "rows_per_month=1", "label_delay=-1", "seed=-1"])
def test_settings_that_make_no_sense_are_refused(wrong: str, measure: Measure) -> None:
    with pytest.raises(ConfigError, match=rf"^DetectionTrial: {wrong.partition('=')[0]} has to be "):
        measure(wrong)


def test_settings_that_nobody_has_calibrated_are_refused_with_the_remedy(measure: Measure, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="run harness run -m trial=calibration dataset=pima model=tree, or set"):
        measure("settings=[5]", f"results={tmp_path}")


# ---- calibration ----------------------------------------------------------------------------------------------------


@pytest.fixture
def calibrated(composed: Callable[..., Any]) -> dict[str, Any]:
    """A small calibration."""
    small = ["trial=calibration", "dataset=pima", "model=nb", "n_streams=120", "n_fresh=120", "rates=[0.1,0.5]"]
    spec = plan(composed(*small, "detectors=[eddm,adwin,page_hinkley,ks,chi_square,metronome,never,oracle]")).spec
    return dict(build(spec).run(Memo()).measurements)


def test_a_setting_gives_its_rate_on_fresh_streams(calibrated: dict[str, Any]) -> None:
    """120 streams: four standard errors are 11 points at a rate of 10 %, and the setting has an error of its own."""
    for name in ("eddm", "page_hinkley", "ks"):
        assert calibrated["rates"][name]["10"] == pytest.approx(0.1, abs=0.2)
        assert calibrated["rates"][name]["10"] < calibrated["rates"][name]["50"] < 0.8


def test_what_cannot_be_set_says_why(calibrated: dict[str, Any]) -> None:
    assert calibrated["impossible"]["metronome"]["10"] == "it has no knob to turn"
    assert "finds no column" in calibrated["unable"]["chi_square"]
    assert "chi_square" not in calibrated["default_rates"]


def test_the_rates_of_the_baselines_are_known(calibrated: dict[str, Any]) -> None:
    rates = calibrated["default_rates"]
    assert (rates["never"], rates["metronome"], rates["oracle"]) == (0.0, 1.0, 0.0)


def test_a_panel_takes_the_settings_of_its_calibration(harness: Callable[..., Any], tmp_path: Path) -> None:
    two = ["dataset=wine", "model=nb", "detectors=[eddm,ks,never]"]
    ran = harness("run", "-m", "trial=calibration", *two, "n_streams=40", "n_fresh=10", "rates=[0.2]")
    assert ran.returncode == 0, ran.stderr
    shown = harness("run", "trial=detection", *two, "settings=[default,20]")
    assert shown.returncode == 0, shown.stderr
    assert "detectors=eddm+eddm@20+ks+ks@20+never" in shown.stdout


def test_a_detector_of_somebody_else_is_one_file(harness: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "mine" / "detector" / "dummy.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("_target_: river.drift.DummyDriftDetector\nt_0: 300\nseed: 1\n")
    shown = harness("run", "--config-dir", "mine", "trial=detection", "dataset=wine", "detectors=[dummy]")
    assert shown.returncode == 0, shown.stderr
    assert "dummy" in shown.stdout
