"""Entries from readable names: what a name says, what is crossed, and what is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.building import instantiate
from harness.checks.lives import lives
from harness.core import ConfigError, UnreadableError
from harness.detectors.contract import Detector
from harness.planning import entry_panel, found_settings, panel_settings
from harness.planning.entry_panel import entries
from harness.planning.found_settings import Calibrated, Setting
from harness.planning.level_files import is_as_in_its_file
from harness.planning.levels import names_of
from harness.planning.panel_settings import level_node
from harness.policies.alarms import OnAlarm, Votes
from harness.policies.entry import Entry, Reality
from harness.policies.replay import replay
from harness.running.identity import as_recorded, without_documentation

pytestmark = pytest.mark.usefixtures("loader")

WORLD = {
    "dataset": {"name": "iris"},
    "model": {"name": "tree"},
    "preprocessing": {},
    "sampling": {},
    "months": 6,
    "rows_per_month": 300,
}


def node(names: Any, **more: Any) -> dict[str, Any]:
    usual = {"actions": ["usual"], "expectations": ["renewed"], "cool_downs": [0], "settings": ["default"]}
    return {"_entries_": names, **usual, "world": WORLD, "results": "results", "tier": "adhoc", **more}


def named(*names: Any, **more: Any) -> list[str]:
    return [one["name"] for one in entries(node(list(names), **more))]


def built(name: str) -> Entry:
    [entry] = instantiate(entries(node([name])))
    assert isinstance(entry, Entry)
    return entry


@pytest.fixture
def calibrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A calibration of this world that has set DDM and KS to 5 %, and FHDDM to nothing; CBPE could read no stream."""
    found = {
        name: Calibrated(without_documentation(level_node("detector", name, 300)), frozenset({"5"}), settings, code)
        for name, settings, code in (
            ("ddm", {"5": Setting(4.25, 0.05, 500)}, ""),
            ("ks", {"5": Setting(0.001, 0.04, 500)}, ""),
            ("fhddm", {}, ""),
            ("cbpe", {}, "constant-confidence"),
        )
    }
    monkeypatch.setattr(panel_settings, "calibrated", lambda folder: {found_settings.world_key(WORLD): found})
    entry_panel.forget()


# ---- names -----------------------------------------------------------------------------------------------------------


def test_a_name_says_policy_action_expectation_and_cool_down() -> None:
    entry = built("ddm+challenger+fixed+cool_0.5")
    assert (entry.name, entry.policy.name, entry.action.name) == ("ddm+challenger+fixed+cool_0.5", "ddm", "challenger")
    assert (entry.expectation, entry.cool_down) == ("fixed", 0.5)


def test_what_is_usual_goes_without_saying() -> None:
    assert named("ddm+usual+renewed+cool_0") == ["ddm"]
    assert (built("ddm").action.name, built("ddm").expectation, built("ddm").cool_down) == ("usual", "renewed", 0)


def test_a_name_can_be_read_back() -> None:
    every = entries(
        node(["ddm", "weeks_4"], actions=["usual", "extend"], expectations=["renewed", "fixed"], cool_downs=[0, 1])
    )
    assert len(every) == 10
    assert [entries(node([one["name"]])) for one in every] == [[one] for one in every]


def test_equal_nodes_give_the_same_list() -> None:
    assert entries(node(["never", "ddm"])) is entries(node(["never", "ddm"]))


# ---- crossing --------------------------------------------------------------------------------------------------------


def test_what_a_name_leaves_open_is_crossed_and_what_it_says_stays() -> None:
    crossed = {"actions": ["usual", "extend"], "cool_downs": [0, 1]}
    assert named("ddm+extend", "eddm+cool_2", **crossed) == [
        "ddm+extend",
        "ddm+extend+cool_1",
        "eddm+cool_2",
        "eddm+extend+cool_2",
    ]


def test_levels_that_change_nothing_are_not_crossed() -> None:
    crossed = {"actions": ["usual", "extend"], "expectations": ["renewed", "fixed"], "cool_downs": [0, 1]}
    assert named("never", **crossed) == ["never"]
    assert named("weeks_4", **crossed) == ["weeks_4", "weeks_4+extend"]
    assert not [name for name in named("ks", **crossed) if "fixed" in name]  # a test of rows expects no accuracy
    assert [name for name in named("both", **crossed) if "fixed" in name]  # DDM, one of the two, may


def test_an_entry_that_two_names_stand_for_is_there_once() -> None:
    assert named("ddm", "ddm+extend", actions=["usual", "extend"]) == ["ddm", "ddm+extend"]


# ---- policies and detectors ------------------------------------------------------------------------------------------


def test_the_name_of_a_detector_is_a_policy_that_acts_on_its_alarms() -> None:
    policy = built("page_hinkley").policy
    assert isinstance(policy, OnAlarm)
    assert policy.detector.name == policy.name == "page_hinkley"
    assert policy.about["title"] == "Page-Hinkley"


def test_a_policy_names_its_detectors_by_their_files() -> None:
    policy = built("both").policy
    assert isinstance(policy, Votes)
    assert [detector.name for detector in policy.detectors] == ["ks", "ddm"]


def test_only_never_is_both_a_policy_and_a_detector() -> None:
    """It acts as on the alarms of a detector that never alarms; any other pair would have two meanings."""
    assert set(names_of("policy")) & set(names_of("detector")) == {"never"}


def test_every_detector_that_comes_along_is_a_policy() -> None:
    for entry in instantiate(entries(node(names_of("detector")))):
        detector: Detector | None = getattr(entry.policy, "detector", None)
        assert detector is not None or entry.name == "never"


@pytest.mark.usefixtures("calibrated")
def test_detectors_are_set_to_a_rate_and_what_it_gave_is_documentation() -> None:
    default, set_, both = entries(node(["ddm", "both@5"], settings=["default", "5"]))
    assert [one["name"] for one in (default, set_, both)] == ["ddm", "ddm@5", "both@5"]
    assert set_["policy"]["detector"]["drift_threshold"] == 4.25
    assert set_["about"] == {"settings": {"ddm": {"realised": 0.05, "n_fresh": 500}}}
    assert as_recorded(set_)["about"] == set_["about"]
    assert "about" not in as_recorded(default)
    assert [one.get("level", one.get("drift_threshold")) for one in both["policy"]["detectors"]] == [0.001, 4.25]
    assert "about" not in default


def test_settings_of_models_of_a_month_are_no_settings_of_models_of_the_whole_pool(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    month = {**WORLD, "train_rows": 300}
    ddm = without_documentation(level_node("detector", "ddm", 300))
    found = {
        found_settings.world_key(world): {"ddm": Calibrated(ddm, frozenset({"5"}), {"5": Setting(value, 0.05, 500)})}
        for world, value in ((WORLD, 4.25), (month, 6.5))
    }
    monkeypatch.setattr(panel_settings, "calibrated", lambda folder: found)
    entry_panel.forget()
    thresholds = [
        entries(node(["ddm@5"], world=world))[0]["policy"]["detector"]["drift_threshold"]
        for world in (WORLD, {**WORLD, "train_rows": None}, month)
    ]
    assert thresholds == [4.25, 4.25, 6.5]


def test_the_command_that_calibrates_models_of_a_month_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"tree learned from 300 rows on iris .* model=tree train_rows=300,"):
        entries(node(["ddm@5"], world={**WORLD, "train_rows": 300}, results=str(tmp_path)))


@pytest.mark.usefixtures("calibrated")
def test_settings_of_single_models_are_none_of_combined_ones() -> None:
    assert named("never", "ddm", synthesis="bagging") == ["never", "ddm"]
    assert named("ddm@5", synthesis="single") == ["ddm@5"]
    with pytest.raises(
        ConfigError, match=r"settings=\[default,5\] are calibrated of single models, .*synthesis=bagging"
    ):
        entries(node(["ddm@5"], synthesis="bagging"))


@pytest.mark.usefixtures("calibrated")
def test_policies_without_detectors_stand_there_once_at_any_settings() -> None:
    assert named("never", "weeks_4", "ddm", settings=["default", "5"]) == ["never", "weeks_4", "ddm", "ddm@5"]


@pytest.mark.usefixtures("calibrated")
@pytest.mark.parametrize(
    ("name", "code"),
    [("fhddm@5", "no-setting"), ("majority@5", "no-setting"), ("cbpe@5+extend", "constant-confidence")],
)
def test_an_entry_that_cannot_be_set_says_why_it_does_nothing(name: str, code: str) -> None:
    entry = built(name)
    assert entry.name == name
    with pytest.raises(UnreadableError, match=f"no setting for {name.partition('+')[0]}: ") as refused:
        replay(entry, lives()[0].world, Reality())
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["ddm", "both+challenger", "weeks_4", "ks+cool_1", "performance_window+fixed"])
def test_an_entry_is_known_to_be_as_its_files_have_it(name: str) -> None:
    [made] = entries(node([name]))
    assert is_as_in_its_file(("entries", name), {"entries": [made]})
    for part in ("policy", "action"):
        assert not is_as_in_its_file(("entries", name), {"entries": [{**made, part: {**made[part], "more": 1}}]})


def test_an_entry_whose_detector_was_changed_is_not_as_its_files_have_it() -> None:
    [made] = entries(node(["ddm"]))
    changed = {**made["policy"], "detector": {**made["policy"]["detector"], "warm_start": 31}}
    assert not is_as_in_its_file(("entries", "ddm"), {"entries": [{**made, "policy": changed}]})


# ---- what cannot be meant --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "more", "sentence"),
    [
        (["ddmm"], {}, "there is no policy or detector 'ddmm'; did you mean 'ddm'"),
        (["ddm+extent"], {}, "there is no action 'extent'; did you mean 'extend'?"),
        (["ddm+fixed+renewed"], {}, r"ddm\+fixed\+renewed says twice what its expectation is"),
        (["ddm+cool_long"], {}, "'long' is no number of months"),
        (["ddm"], {"cool_downs": ["long"]}, "'long' is no number of months"),
        (["ddm"], {"expectations": ["frozen"]}, "unknown expectation 'frozen'; choose one of renewed, fixed"),
        ("ddm", {}, r"policies=ddm is not a list; write policies=\[ddm\]"),
        (["ddm@5"], {}, "need a calibration of tree on iris over 6 months"),
        (["ddm@often"], {}, "'often' is neither default nor a rate of false alarms"),
        (["weeks_4@5"], {"calibrated": True}, "weeks_4 has no detector that could be set so"),
    ],
)
def test_a_wrong_name_is_refused_in_one_sentence(
    names: Any, more: dict[str, Any], sentence: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if more.pop("calibrated", False):
        request.getfixturevalue("calibrated")
    with pytest.raises(ConfigError, match=sentence):
        instantiate(entries(node(names, results=str(tmp_path), **more)))
