"""A monitoring trial records what every entry did on one stream, whatever it shares with its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB

from harness.core import Code, ConfigError, Record, Skip, Status
from harness.detectors.chi_square import ChiSquare
from harness.detectors.ks import KS
from harness.detectors.performance_window import PerformanceWindow
from harness.drift import Abrupt, Halves, LabelPermutation, MeanShift, Nothing, Ordered, Twin
from harness.memo import Memo
from harness.planning.made_once import make_all
from harness.planning.trials import plan
from harness.policies.alarms import OnAlarm
from harness.policies.calendar import AtRandom, AtTruth, Calendar, Never
from harness.policies.entry import Entry
from harness.policies.recalibration import Recalibrate
from harness.policies.retraining import Last
from harness.synthesis import Learner, Preprocessing, Single
from harness.trials import MonitoringTrial
from harness.trials.closed_loop.record import bank, path_of
from tests.trials.made_worlds import NB, RIDGE, TREE, Given, scenario, table

LABELS, SHIFT, CALM = scenario(LabelPermutation()), scenario(MeanShift(), raw=2.0), scenario(Nothing())
ENTRIES = [
    Entry(name="never", policy=Never()),
    Entry(name="weekly", policy=Calendar(weeks=1), action=Last()),
    Entry(name="at_truth", policy=AtTruth()),
    Entry(name="at_random", policy=AtRandom(rate=0.2)),
    Entry(name="fallen", policy=OnAlarm(detector=PerformanceWindow(window=10, points=10))),
    Entry(name="ks", policy=OnAlarm(detector=KS(window=20, step=5))),
    Entry(name="curve", policy=Calendar(weeks=6), action=Recalibrate(how="platt")),
]


def trial(of: Any = LABELS, model: Any = NB, *, name: str = "numeric", **settings: Any) -> MonitoringTrial:
    known = {
        "entries": ENTRIES,
        "seed": 0,
        "label_delays": (0, 12),
        "rows_per_month": 20,
        "sampling": Twin(),
        **settings,
    }
    synthesis = model if hasattr(model, "fit") else Single(model)
    return MonitoringTrial(Given(table(name)), synthesis, Preprocessing(), of, **known)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    return dict(trial().run(Memo()).measurements)


def test_every_entry_lives_through_the_stream_at_every_delay(measured: dict[str, Any]) -> None:
    assert list(measured["runs"]) == ["0", "12"]
    assert all(list(runs) == [entry.name for entry in ENTRIES] for runs in measured["runs"].values())
    assert measured["unable"] == {}
    [[onset, _]] = measured["truth"]
    assert onset == measured["onset"]
    assert measured["n_rows"] == 120


def test_paths_come_of_the_banks(measured: dict[str, Any]) -> None:
    never, weekly = (path_of(measured, "0", entry, 0) for entry in ("never", "weekly"))
    month = bank(measured["banks"]["20"])
    np.testing.assert_array_equal(never, month.losses[0])
    np.testing.assert_array_equal(weekly, month.losses.diagonal())
    assert set(measured["banks"]) == {"10", "20", "40"}
    late = path_of(measured, "12", "weekly", 3)
    np.testing.assert_array_equal(late[4:], [month.losses[k - 3, k] for k in range(4, 24)])
    np.testing.assert_array_equal(late[:4], never[:4])


def test_without_banks_the_same_is_done_and_every_path_recorded(measured: dict[str, Any]) -> None:
    alone = trial(windows=()).run(Memo()).measurements
    assert not {"banks", "continuous", "scored"} & set(alone)
    for entry, run in measured["runs"]["12"].items():
        replayed = alone["runs"]["12"][entry]
        assert {**run, "window": 0, "path": 0} == {**replayed, "window": 0, "path": 0}
        np.testing.assert_allclose(path_of(alone, "12", entry, 3), path_of(measured, "12", entry, 3), atol=1e-6)
    factors = {"rows_per_month": 20, "training_periods": 0}
    assert MonitoringTrial.shown(Record("", "monitoring", Status.OK, factors, "", "", dict(alone)), {})


def test_what_detectors_read_is_recorded_beside_what_is_expected(measured: dict[str, Any]) -> None:
    """Counts of errors on 5 rows scatter about 5 times the expected loss."""
    size = 24
    counts, expected = np.zeros((size, size)), bank(measured["banks"]["20"]).losses
    counts[np.triu_indices(size)] = measured["scored"]
    upper = np.triu_indices(size)
    assert abs(counts[upper].mean() / 5 - expected[upper].mean()) < 0.05
    assert 0 < measured["initial"] < 20


def test_the_initial_model_is_down_once_the_drift_fills_the_rows_ahead() -> None:
    late = scenario(LabelPermutation(), profile=Abrupt(onset=4.0))
    found = trial(late, rows_per_month=60, harm=20.0, entries=ENTRIES[:1]).run(Memo()).measurements
    [[onset, _]] = found["truth"]
    [down] = found["down"]
    assert down == pytest.approx(
        onset - 200 * (1 - 5 / found["harm"]), abs=1
    )  # at 20 points a quarter of the rows is enough
    assert trial(CALM, rows_per_month=60, entries=ENTRIES[:1]).run(Memo()).measurements["down"] == []


def test_the_onset_is_drawn_from_half_a_month_to_the_fifth() -> None:
    onsets = [trial(seed=seed)._deployment().clock.onset(seed, "numeric") / 20 for seed in range(200)]
    assert 0.5 <= min(onsets) < 0.8
    assert 4.7 < max(onsets) <= 5.1


def test_neighbours_that_share_work_measure_what_each_measures_alone() -> None:
    memo, few = Memo(), [ENTRIES[1], ENTRIES[4], ENTRIES[5]]
    for one, model in ((LABELS, NB), (SHIFT, NB), (LABELS, TREE)):
        alone, among = (trial(one, model, entries=few).run(shared) for shared in (Memo(), memo))
        assert alone.measurements == among.measurements
        assert among.clock["fits"] > 0


def test_one_entry_that_cannot_be_followed_stops_no_other() -> None:
    entries = [
        ENTRIES[1],
        Entry(name="nominal", policy=OnAlarm(detector=ChiSquare())),
        Entry(name="curve", policy=Calendar(weeks=6), action=Recalibrate(how="platt")),
    ]
    found = trial(model=RIDGE, entries=entries).run(Memo()).measurements
    assert all(list(runs) == ["weekly"] for runs in found["runs"].values())
    code, sentence = found["unable"]["nominal"]
    assert (code, "finds no column" in sentence) == (Code.REFUSED, True)
    assert found["unable"]["curve"][0] == Code.NO_PROBABILITIES


def test_numbers_are_predicted_in_a_closed_loop_too() -> None:
    found = trial(model=TREE, name="regression").run(Memo()).measurements
    assert list(found["unable"]) == ["curve"]
    assert found["unable"]["curve"][0] == Code.NEEDS_CLASSES
    never, weekly = (path_of(found, "0", entry, 0)[-4:].mean() for entry in ("never", "weekly"))
    assert never > weekly + 0.1


def test_what_an_entry_draws_depends_on_its_name_and_on_nothing_else() -> None:
    many = trial().run(Memo()).measurements["runs"]["0"]
    alone = trial(entries=[ENTRIES[3]]).run(Memo()).measurements["runs"]["0"]
    other = trial(entries=[replace(ENTRIES[3], name="other")]).run(Memo()).measurements["runs"]["0"]
    assert many["at_random"]["asked"] == alone["at_random"]["asked"] != other["other"]["asked"]


def test_late_training_puts_every_model_into_service_later() -> None:
    calendar = [Entry(name="x", policy=Calendar(weeks=6), action=Last())]
    soon, late = (trial(entries=calendar, training_periods=n).run(Memo()).measurements for n in (0, 1))
    assert [soon["runs"]["0"]["x"][key] for key in ("asked", "points")] == [[6, 12, 18], [6, 12, 18]]
    assert [late["runs"]["0"]["x"][key] for key in ("asked", "points")] == [[6, 12, 18], [7, 13, 19]]
    np.testing.assert_array_equal(path_of(late, "0", "x", 1)[7:12], bank(late["banks"]["20"]).losses[6, 7:12])


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"rows_per_month": 30}, "rows_per_month has to be at least 4 and a multiple of 4"),
        ({"label_delays": (0, 0)}, "label_delays has to be a list that names one or more, each once"),
        ({"labelled_share": 0.0}, "labelled_share has to be above 0"),
        ({"latest": 7.0}, "latest has to be above 0.5 and at most 6"),
        ({"earliest": 5.5}, "latest has to be above 5.5"),
        ({"earliest": 6.0, "latest": 6.0}, "earliest has to be below 6, not 6"),
        ({"windows": (1e-9,)}, r"windows=\[1e-09\] are \[0\] rows, with 20 in a month: give each a row or more"),
        ({"windows": (1.0, 1.001)}, r"windows=\[1.0, 1.001\] are \[20, 20\] rows, .* no two the same"),
        ({"entries": [ENTRIES[0], ENTRIES[0]]}, "entries has to be a list of entries, each with a name of its own"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ConfigError, match=f"^MonitoringTrial: {why}"):
        trial(**wrong)


@pytest.mark.parametrize("cv", [3, StratifiedKFold(3)])
def test_rows_too_few_for_a_model_that_cuts_them_into_folds_are_skipped(cv: Any) -> None:
    """Of four rows no class has three."""
    cutting = Learner("cutting", CalibratedClassifierCV(GaussianNB(), cv=cv))
    with pytest.raises(
        Skip, match=r"the rarest class has 1 rows, too few for .*, which cuts them into 3 folds"
    ) as caught:
        trial(model=cutting, rows_per_month=4).run(Memo())
    assert caught.value.code == Code.RARE_CLASS


def test_without_rows_to_adapt_with_there_is_no_closed_loop() -> None:
    with pytest.raises(Skip) as caught:
        trial(sampling=Halves()).run(Memo())
    assert caught.value.code == Code.NOTHING_TO_ADAPT_WITH


def test_a_trial_is_composed_and_shown(composed: Callable[..., Any], harness: Callable[..., Any]) -> None:
    words = ["trial=monitoring", "dataset=iris", "model=nb", "scenario=label_permutation", "harm=40"]
    small = ["rows_per_month=60", "policies=[never,weeks_4,at_truth,performance_window,chi_square]"]
    planned = plan(composed(*words, *small))
    assert planned.factors["model"] == "nb"
    shown = harness("run", *words, *small)
    assert shown.returncode == 0, shown.stderr
    for text in ("labels at once", "labels 60 rows late", "weeks_4", "cannot be followed here", "costs this model 4"):
        assert text in shown.stdout


# ---- real streams ---------------------------------------------------------------------------------------------------

ORDERED = ("trial=monitoring", "sampling=ordered", "model=nb")


def test_a_real_stream_is_composed_replayed_and_shown(
    composed: Callable[..., Any], harness: Callable[..., Any]
) -> None:
    words = (*ORDERED, "dataset=weather", "seed=2", "policies=[never,weeks_4,at_truth,ks]")
    planned = plan(composed(*words))
    levels = {name: planned.factors[name] for name in ("sampling", "seed", "rows_per_month")}
    assert levels == {"sampling": "ordered", "seed": 2, "rows_per_month": 360}
    assert planned.spec["label_delays"] == [0, 360]
    shown = harness("run", *words)
    assert shown.returncode == 0, shown.stderr
    for text in ("rows 5040 to 7199 of weather", "no change", "majority", "weeks_4", "nobody knows", "360 rows late"):
        assert text in shown.stdout


def test_a_real_stream_has_baselines_and_no_truth() -> None:
    target = table("numeric").target
    real = trial(CALM, sampling=Ordered(blocks=(0,)), months=4, latest=4.0, label_delays=(0, 7))
    found = real.run(Memo()).measurements
    assert found["first_row"] == 40
    assert not {"onset", "truth", "continuous", "harm", "down"} & set(found)
    assert found["unable"]["at_truth"][0] == Code.NO_TRUTH
    assert [set(known) for known in found["baselines"].values()] == [{"no_change", "majority"}] * 2
    wrong = target[40:120] != target[39:119]
    assert np.array(found["baselines"]["0"]["no_change"]) / 1e6 == pytest.approx(wrong.reshape(16, 5).mean(axis=1))
    np.testing.assert_array_equal(path_of(found, "0", "weekly", 0), bank(found["banks"]["20"]).losses.diagonal())


def test_a_real_stream_has_a_headline() -> None:
    entries = [Entry(name="never", policy=Never())]
    real = trial(CALM, sampling=Ordered(blocks=(0,)), months=4, latest=4.0, entries=entries, windows=())
    found = real.run(Memo()).measurements
    factors = {"rows_per_month": 20, "training_periods": 0}
    record = Record("a" * 64, "monitoring", Status.OK, factors, "", "", found)
    assert set(real.headline(record)) == {
        f"{what}.never{late}" for what in ("accuracy", "changes") for late in ("", ".late_12")
    }


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (
            ("dataset=pima",),
            "sampling=ordered takes rows in the order of their file, and this data set names no blocks",
        ),
        (("dataset=elec2", "scenario=label_swap"), "scenario=label_swap would stage a drift"),
        (("dataset=elec2", "harm=10"), r"scenario=control would stage a drift.* set scenario=control and harm=null"),
        (("dataset=elec2", "seed=5"), "seed=5 names no block of this stream, which has seed=0 to seed=4: choose one"),
        (("dataset=elec2", "policies=[ddm@5]"), "nobody knows what changes on a real one"),
        (("dataset=elec2", "dataset.max_rows=1500"), r"dataset.max_rows=1500 would leave out rows of a stream"),
    ],
    ids=str,
)
def test_what_makes_no_sense_on_a_real_stream_is_refused(
    words: tuple[str, ...], why: str, composed: Callable[..., Any]
) -> None:
    with pytest.raises(ConfigError, match=why):
        make_all([plan(composed(*ORDERED, *words))])


def test_nobody_asks_a_harm_of_a_stream_without_a_drift(composed: Callable[..., Any]) -> None:
    words = ("trial=monitoring", "dataset=pima", "scenario=control", "policies=[never]")
    with pytest.raises(ConfigError, match="harm=10 changes nothing, since scenario control stages no drift"):
        make_all([plan(composed(*words, "harm=10"))])
    make_all([plan(composed(*words))])


@pytest.mark.parametrize(("name", "who"), [("detection", "DetectionTrial"), ("calibration", "CalibrationTrial")])
def test_only_a_monitoring_trial_replays_a_real_stream(name: str, who: str, composed: Callable[..., Any]) -> None:
    words = (f"trial={name}", "sampling=ordered", "dataset=elec2", "detectors=[ddm]")
    with pytest.raises(ConfigError, match=f"{who}: sampling=ordered leaves rows in the order of their file"):
        make_all([plan(composed(*words))])
