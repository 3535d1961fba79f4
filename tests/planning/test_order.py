"""The order in which the tiers that decide on claims may be run, and the data sets that each may use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import harness
from harness import places
from harness.core import ConfigError
from harness.planning.composition import composing
from harness.planning.grids import asks_for_all
from harness.planning.order import Intent, check_planned, is_complete
from harness.report.freezing import FROZEN, Frozen, read_frozen
from harness.running import store
from harness.running.store import plans, summary
from harness.running.store.stored import dataset_of
from tests.planning.frozen_study import EXPERIMENT, freeze, said, sweep
from tests.report import made_claims

pytestmark = pytest.mark.usefixtures("in_this_process")


def test_fresh_sets_are_not_spent_before_the_freeze(mine: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"is not frozen.*spent by the first model.*harness claims --freeze study=depth"
    ):
        sweep("confirmation")
    with pytest.raises(ConfigError, match="spent by the first model"):
        harness.run("study=depth", "tier=confirmation", "dataset=wine", "model=nb", config_dir="mine")
    assert not Path("results").exists()


def test_the_shipped_calibration_waits_for_the_registers_that_it_serves(mine: Path) -> None:
    with pytest.raises(ConfigError, match=r"The register of detection is not frozen.*spent"):
        harness.run("trial=calibration", "tier=confirmation", "dataset=wine", "model=nb")


def test_what_serves_others_waits_for_those_alone_that_have_a_design_for_the_tier(tmp_path: Path) -> None:
    """The tools that the tracking study measures meet no fresh data set."""
    for tier in ("standard", "replication"):
        with composing():
            said = check_planned(Intent(study="calibration", tier=tier, results=tmp_path / "results"))
        assert sorted(sentence.split()[3] for sentence in said) == ["detection", "monitoring", "synthesis"]


def test_tiers_are_run_in_their_order_and_published_when_whole(mine: Path) -> None:
    path = freeze()
    kept = read_frozen(path.parent)
    assert kept is not None
    alone = ("study=depth", "tier=confirmation", "dataset=wine", "model=nb")
    for too_early in (lambda: sweep("confirmation"), lambda: harness.run(*alone, config_dir="mine")):
        with pytest.raises(
            ConfigError, match=r"depth is not complete at tier=standard.*experiment=depth tier=standard"
        ):
            too_early()
    sweep("standard", "model=nb")  # a part of the design is not the tier
    with pytest.raises(ConfigError, match="depth is not complete at tier=standard"):
        sweep("confirmation")
    assert said(sweep("standard")) == ""
    assert plans.newest_plan(path.parent).register == kept.digests  # type: ignore[union-attr]
    with pytest.raises(ConfigError, match=r"depth has records already \(2 of tier=standard\)"):
        freeze()
    with pytest.raises(ConfigError, match="depth is not complete at tier=replication"):
        sweep("confirmation")

    part = sweep("replication", "model=nb")
    assert part.sweeps[0].summary.published is None
    assert not Path("results/depth/replication.parquet").exists()
    with pytest.raises(ConfigError, match="depth is not complete at tier=replication"):
        sweep("confirmation")
    whole = sweep("replication")
    assert whole.sweeps[0].summary.known == 1
    published = whole.sweeps[0].summary.published
    assert published is not None
    content = published.read_bytes()
    assert sweep("replication").sweeps[0].summary.published == published
    assert published.read_bytes() == content

    assert sweep("confirmation").sweeps[0].summary.ended["ok"] == 1  # type: ignore[index]
    assert [one.factors["dataset"] for one in store.read(Path("results/.confirmation/depth")).records] == ["wine"]


def test_a_register_that_changed_after_the_freeze_is_said_and_confirms_nothing(mine: Path) -> None:
    freeze()
    code, file = (mine / "experiments" / "depth" / name for name in ("claims.py", "claims.yaml"))
    code.write_text(made_claims.OFFERS + "# more\n", encoding="utf-8")
    swept = sweep("standard")
    assert "and has other code now" in said(swept)
    sweep("replication")
    assert "and has other code now" in said(sweep("confirmation"))
    file.write_text(made_claims.CLAIMS.replace("region: 1", "region: 2"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"has other claims and code now.*spent"):
        sweep("confirmation")


@pytest.mark.parametrize(
    ("words", "is_whole"),
    [
        (("-m", "experiment=depth", "tier=replication", "workers=2", "limits.seconds=9"), True),
        (("-m", "experiment=depth", "model=nb"), False),
        (("-m", "experiment=depth", "trial.seed=0"), False),
        (("-m", "experiment=depth", "tier.name=replication"), False),
        (("-m", "experiment=depth", "+trial.n_folds=2"), False),
        (("-m", "experiment=depth", "--config-dir=mine"), True),
        (("-m", "experiment=depth", "--config-dir", "mine"), True),
        (("-m", "experiment=depth", "~design.standard.all"), False),
        (("-m", "experiment=depth", "trial=detection"), False),
    ],
)
def test_words_that_change_trials_do_not_ask_for_the_whole_design(words: tuple[str, ...], is_whole: bool) -> None:
    assert asks_for_all(words) == is_whole


# ---- data sets ------------------------------------------------------------------------------------------------------


def one(*words: str) -> harness.Ran:
    return harness.run(*words, config_dir="mine")


FRESH = ("study=depth", "dataset=wine", "model=nb")


@pytest.mark.parametrize("tier", ["standard", "replication", "smoke", "adhoc", "full"])
def test_a_fresh_set_is_kept_for_the_tier_that_confirms(mine: Path, tier: str) -> None:
    freeze()
    with pytest.raises(ConfigError, match=r"wine: kept fresh for tier=confirmation of depth.*choose another data set"):
        one(*FRESH, f"tier={tier}")
    if tier in ("standard", "replication"):
        with pytest.raises(ConfigError, match="wine: kept fresh for tier=confirmation of depth"):
            sweep(tier, "dataset=iris,wine")
    assert not list(Path("results").rglob("*.jsonl"))


def test_a_copy_of_a_fresh_set_under_another_name_is_fresh(mine: Path) -> None:
    shipped = (places.shipped("conf") / "dataset" / "wine.yaml").read_text(encoding="utf-8")
    (mine / "dataset").mkdir()
    (mine / "dataset" / "claret.yaml").write_text(shipped.replace("name: wine", "name: claret"), encoding="utf-8")
    freeze()
    with pytest.raises(ConfigError, match="claret: kept fresh"):
        one("study=depth", "dataset=claret", "model=nb")


def test_a_set_in_use_confirms_nothing(mine: Path) -> None:
    freeze()
    sweep("standard")
    sweep("replication")
    with pytest.raises(ConfigError, match=r"iris: no fresh data set of depth.*frozen.json names wine"):
        sweep("confirmation", "dataset=wine,iris")
    with pytest.raises(ConfigError, match="iris: no fresh data set of depth"):
        one("study=depth", "tier=confirmation", "dataset=iris", "model=nb")


def test_fresh_sets_are_anyones_when_the_claims_are_confirmed(mine: Path) -> None:
    freeze()
    for tier in ("standard", "replication", "confirmation"):
        sweep(tier)
    assert one(*FRESH).status == "ok"
    with pytest.raises(
        ConfigError, match="wine: kept fresh"
    ):  # what is claimed stays about the sets that it was claimed of
        one(*FRESH, "tier=standard")


def frozen_as(study: str) -> None:
    """The shipped register of a study, frozen in the folder of results."""
    shutil.copytree(
        places.shipped("results") / study, Path("results") / study, ignore=lambda _, names: {*names} - {FROZEN}
    )


@pytest.mark.parametrize("name", ["mine", "Detection"])
@pytest.mark.parametrize("tier", ["smoke", "standard", "confirmation"])
def test_another_name_is_no_way_round_the_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, tier: str
) -> None:
    monkeypatch.chdir(tmp_path)
    frozen_as("detection")
    words = ("trial=detection", "scenario=mean_shift", "harm=10", "detectors=[ddm]", f"study={name}", f"tier={tier}")
    few = ("dataset=banana", "seed=0", "settings=[default]")
    expected = "detection is not complete" if tier == "confirmation" else "banana: kept fresh for tier=confirmation of"
    with pytest.raises(ConfigError, match=expected):
        harness.run(*words, "dataset=banana", "model=tree")
    with pytest.raises(ConfigError, match=expected):
        harness.sweep("experiment=detection", f"study={name}", f"tier={tier}", *few, workers=1)


@pytest.mark.parametrize(
    "words",
    [
        ("study=tracking",),
        ("study=mine", "trial._target_=harness.trials.detection.DetectionTrial"),
        ("study=mine", "trial._target_=watching.Mine"),
    ],
    ids=["a shipped name", "another path to the class", "a class derived from it"],
)
def test_nor_is_another_path_to_the_same_trials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    frozen_as("detection")
    (tmp_path / "own").mkdir()
    derived = "from harness.trials import DetectionTrial\n\n\nclass Mine(DetectionTrial):\n    pass\n"
    (tmp_path / "own" / "watching.py").write_text(derived, encoding="utf-8")
    fresh = "haberman"
    asked = (
        "trial=detection",
        "scenario=mean_shift",
        "harm=10",
        "detectors=[ddm]",
        f"dataset={fresh}",
        "model=nb",
        *words,
    )
    with pytest.raises(ConfigError, match=f"{fresh}: kept fresh for tier=confirmation of detection"):
        harness.run(*asked, config_dir="own")


def test_the_calibration_spends_no_set_that_one_study_has_used_and_another_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The synthesis study uses sonar; for detection it is fresh."""
    monkeypatch.chdir(tmp_path)
    for study in ("detection", "synthesis"):
        frozen_as(study)
    with pytest.raises(ConfigError, match="sonar: kept fresh for tier=confirmation of detection"):
        harness.run("trial=calibration", "detectors=[ddm]", "model=nb", "dataset=sonar", "tier=standard")
    assert _standard_sets("calibration").isdisjoint(
        {name for study in ("detection", "synthesis") for name in _kept(study).sets["confirmation"]}
    )


def _kept(study: str) -> Frozen:
    kept = read_frozen(Path("results") / study)
    assert kept is not None
    return kept


def _standard_sets(study: str) -> set[str]:
    """The data sets of the published records of a shipped study."""
    return {dataset_of(spec)[0] for spec in store.current_specs(places.shipped("results") / study).values()}


@pytest.mark.parametrize(
    "words",
    [("study=mine", "tier=adhoc"), ("study=Depth", "tier=standard"), ("study=mine", "tier=standard")],
)
def test_sets_of_ones_own_study_are_kept_under_every_name(mine: Path, words: tuple[str, ...]) -> None:
    freeze()
    with pytest.raises(ConfigError, match="wine: kept fresh for tier=confirmation of depth"):
        one(*words, "dataset=wine", "model=nb")


def test_what_lies_in_the_folder_counts_where_its_study_is_forgotten(mine: Path) -> None:
    freeze()
    with pytest.raises(ConfigError, match="wine: kept fresh for tier=confirmation of depth"):
        harness.run("study=depth", "dataset=wine", "model=nb")


def test_a_set_that_was_frozen_is_not_left_out(mine: Path) -> None:
    path = mine / "experiment" / "depth.yaml"
    path.write_text(EXPERIMENT.replace('"wine"', '"wine,sonar"'), encoding="utf-8")
    freeze()
    for tier in ("standard", "replication"):
        assert said(sweep(tier)) == ""
    path.write_text(EXPERIMENT, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"design.confirmation of depth lacks sonar, which frozen.json names"):
        sweep("confirmation")


def test_a_name_of_ones_own_keeps_its_freedom(mine: Path) -> None:
    assert one("study=mine", "dataset=iris", "model=nb", "tier=standard").remarks == ()


# ---- trials ---------------------------------------------------------------------------------------------------------


def test_trials_of_the_standard_tier_replicate_nothing(mine: Path) -> None:
    freeze()
    sweep("standard")
    with pytest.raises(ConfigError, match=r"2 of 2 trials of depth at tier=replication are trials of tier=standard"):
        sweep("replication", "seed=0")


def test_a_single_trial_says_what_a_sweep_says(mine: Path) -> None:
    words = ("study=depth", "dataset=iris", "model=nb", "tier=standard")
    [remark] = one(*words).remarks
    assert "The register of depth is not frozen" in remark
    assert remark in repr(one(*words))
    freeze("--again")
    assert one(*words).remarks == ()
    assert one(*words[:-1], "tier=replication", "seed=1000").remarks == (
        "depth is not complete at tier=standard, which comes before tier=replication.",
    )


def test_a_tier_of_which_no_plan_is_kept_is_not_complete(mine: Path) -> None:
    freeze()
    sweep("standard")
    assert is_complete("depth", "standard", Path("results"))
    for plan in Path("results/depth/sweeps").iterdir():
        plan.unlink()
    (Path("results/depth") / summary.NAME).unlink(missing_ok=True)
    assert not is_complete("depth", "standard", Path("results"))
    with pytest.raises(ConfigError, match="depth is not complete at tier=standard"):
        sweep("confirmation")


def test_what_is_to_be_frozen_anew_is_told_with_the_flag_that_it_takes(mine: Path) -> None:
    freeze()
    sweep("standard")
    (mine / "experiments" / "depth" / "claims.yaml").write_text(made_claims.CLAIMS.replace("region: 1", "region: 2"))
    with pytest.raises(ConfigError, match=r"harness claims --freeze study=depth --again --config-dir "):
        sweep("confirmation")


def test_what_another_experiment_did_is_no_whole_tier(mine: Path) -> None:
    freeze()
    harness.sweep("study=depth", "tier=standard", "dataset=iris", "model=nb", "seed=0", config_dir="mine", workers=1)
    assert not is_complete("depth", "standard", Path("results"))


def test_ways_out_can_be_typed_as_they_are_said(mine: Path) -> None:
    freeze("results=other")
    way = rf"first harness run -m experiment=depth tier=standard results=other --config-dir {mine.resolve()}$"
    with pytest.raises(ConfigError, match=way):
        sweep("confirmation", "results=other")
