"""Freezing from the command line, and the order in which the tiers that decide on claims may be run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness
from harness.cli import claims
from harness.core import ConfigError
from harness.planning.composition import composing
from harness.planning.freeze import check_order
from harness.planning.grids import asks_for_all
from harness.report.freezing import FROZEN, read_frozen
from harness.running import store
from harness.running.store import plans
from tests.report import made_claims

EXPERIMENT = """\
# @package _global_
defaults: [override /trial: synthesis, override /tier: standard]
study: depth
n_folds: 2
design:
  standard: {all: {dataset: "iris", model: "nb,stump", seed: "0"}}
  replication: {all: {dataset: "iris", model: "nb,stump", seed: "1000"}}
  confirmation: {all: {dataset: "wine", model: "nb", seed: "0"}}
"""


pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A study of somebody's own with a register and a design for every tier."""
    mine = made_claims.study(tmp_path)
    (mine / "experiment").mkdir()
    (mine / "experiment" / "depth.yaml").write_text(EXPERIMENT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    yield mine
    for name in [name for name in sys.modules if name.startswith("experiments.depth")]:
        del sys.modules[name]


def freeze(*words: str) -> Path:
    claims.main(["--freeze", "study=depth", "--config-dir", "mine", *words])
    return Path("results") / "depth" / FROZEN


def sweep(tier: str, *words: str) -> harness.Swept:
    return harness.sweep("experiment=depth", f"tier={tier}", *words, config_dir="mine", workers=1)


def said(swept: harness.Swept) -> str:
    return " ".join(swept.sweeps[0].summary.remarks)


def test_what_is_frozen_stands_in_a_file_of_equal_bytes(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = freeze()
    first = path.read_bytes()
    content = json.loads(first)
    assert content["sets"] == {"standard": ["iris"], "replication": ["iris"], "confirmation": ["wine"]}
    assert set(content["data"]) == {"iris", "wine"}
    assert (content["late"], content["level"]["contrasts"]) == (False, 1)
    assert freeze().read_bytes() == first
    assert "commit it" in capsys.readouterr().out


def test_its_digest_changes_with_claims_code_data_and_protocol(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = mine / "experiments" / "depth"

    def digests() -> dict[str, str]:
        kept = read_frozen(freeze().parent)
        assert kept is not None
        return dict(kept.digests)

    before, changed = digests(), []
    for file, old, new in (
        (home / "claims.yaml", "region: 1", "region: 2"),
        (home / "claims.py", "100 *", "100.0 *"),
        (mine / "experiment" / "depth.yaml", '"wine"', '"wine,sonar"'),
    ):
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        after = digests()
        changed.append({part for part in after if after[part] != before[part]})
        before = after
    monkeypatch.setattr("harness.report.freezing.PROTOCOL_VERSION", 99)
    after = digests()
    changed.append({part for part in after if after[part] != before[part]})
    assert changed == [{part, "digest"} for part in ("claims", "code", "data", "protocol")]


def test_a_fresh_set_in_another_tier_is_refused(mine: Path) -> None:
    path = mine / "experiment" / "depth.yaml"
    path.write_text(EXPERIMENT.replace('"wine"', '"wine,iris"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="depth: iris cannot be fresh"):
        freeze()
    path.write_text(EXPERIMENT.replace('replication: {all: {dataset: "iris"', 'replication: {all: {dataset: "sonar"'))
    with pytest.raises(ConfigError, match="depth: sonar cannot be replicated"):
        freeze()


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
    for tier, studies in (("standard", 4), ("replication", 3)):
        with composing():
            said = check_order("calibration", tier, tmp_path / "results")
        unfrozen = [sentence for sentence in said if "is not frozen" in sentence]
        assert len(unfrozen) == studies
        assert any("register of tracking" in sentence for sentence in unfrozen) == (tier == "standard")


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
    with pytest.raises(ConfigError, match="depth has 2 records of the tier standard already"):
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


def test_without_a_freeze_the_standard_tier_runs_and_says_so(mine: Path) -> None:
    assert "depth is not frozen" in said(sweep("standard", "model=nb"))
    again = freeze("--again")
    assert json.loads(again.read_text(encoding="utf-8"))["late"] is True
    with pytest.raises(ConfigError, match="--again is read by --freeze alone"):
        claims.main(["--again"])


@pytest.mark.parametrize(
    ("words", "is_whole"),
    [
        (("-m", "experiment=depth", "tier=replication", "workers=2", "limits.seconds=9"), True),
        (("-m", "experiment=depth", "model=nb"), False),
        (("-m", "experiment=depth", "trial.seed=0"), False),
        (("-m", "experiment=depth", "tier.name=replication"), False),
        (("-m", "experiment=depth", "+trial.n_folds=2"), False),
    ],
)
def test_words_that_change_trials_do_not_ask_for_the_whole_design(words: tuple[str, ...], is_whole: bool) -> None:
    assert asks_for_all(words) == is_whole
