"""Freezing from the command line: what `frozen.json` holds, and what cannot be frozen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import harness
from harness import places
from harness.cli import claims
from harness.core import ConfigError, HarnessError
from harness.report.freezing import WRITTEN, estimates_written, read_frozen
from tests.planning.frozen_study import EXPERIMENT, freeze, said, sweep

pytestmark = pytest.mark.usefixtures("in_this_process")


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


def test_without_a_freeze_the_standard_tier_runs_and_says_so(mine: Path) -> None:
    assert "depth is not frozen" in said(sweep("standard", "model=nb"))
    again = freeze("--again")
    assert json.loads(again.read_text(encoding="utf-8"))["late"] is True
    with pytest.raises(ConfigError, match="--again is read by --freeze alone"):
        claims.main(["--again"])


def test_records_of_any_tier_make_a_freeze_late(mine: Path) -> None:
    sweep("replication")
    with pytest.raises(ConfigError, match=r"depth has records already \(2 of tier=replication\)"):
        freeze()
    assert json.loads(freeze("--again").read_text(encoding="utf-8"))["late"] is True


def test_a_fresh_set_that_was_met_makes_a_freeze_late(mine: Path) -> None:
    harness.run("study=depth", "dataset=wine", "model=nb", config_dir="mine")
    with pytest.raises(ConfigError, match=r"depth has records already \(wine at tier=adhoc\)"):
        freeze()
    assert json.loads(freeze("--again").read_text(encoding="utf-8"))["late"] is True


def test_records_of_another_protocol_make_a_freeze_late(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep("standard")
    monkeypatch.setattr("harness.running.store.stored.PROTOCOL_VERSION", 99)
    with pytest.raises(ConfigError, match=r"depth has records already \(2 of tier=standard\)"):
        freeze()


def test_a_copy_under_another_name_is_not_fresh(mine: Path) -> None:
    shipped = (places.shipped("conf") / "dataset" / "iris.yaml").read_text(encoding="utf-8")
    (mine / "dataset").mkdir()
    (mine / "dataset" / "flag.yaml").write_text(shipped.replace("name: iris", "name: flag"), encoding="utf-8")
    path = mine / "experiment" / "depth.yaml"
    path.write_text(EXPERIMENT.replace('"wine"', '"wine,flag"'), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"depth: flag cannot be fresh.*flag is a copy of iris"):
        freeze()


@pytest.mark.parametrize(
    ("design", "said"),
    [
        ('confirmation: {all: {dataset: "wine", model: "nb", seed: "0"}}', "depth.yaml has no design.standard"),
        ('standard: {all: {dataset: "glob(zzz*)", model: "nb"}}', "design.standard asks for no trials"),
        ('standard: {all: {dataset: "file", model: "nb"}}', "depth: dataset=file of its design states nothing"),
    ],
)
def test_a_design_that_says_nothing_is_not_frozen(mine: Path, design: str, said: str) -> None:
    head = EXPERIMENT.partition("design:")[0]
    (mine / "experiment" / "depth.yaml").write_text(f"{head}design:\n  {design}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        freeze()


def spoilt(**changes: Any) -> None:
    path = freeze()
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    "changes",
    [
        {"study": 3},
        {"study": "other"},
        {"digests": "none"},
        {"digests": {}},
        {"digests": {"claims": "a", "code": "b", "data": "c", "protocol": "2", "digest": "d"}},
        {"data": {"iris": ["0" * 64], "wine": ["1" * 64]}},
        {"data": ["iris"]},
        {"sets": {"standard": ["iris", "sonar"]}},
        {"sets": {"best": ["iris"]}},
        {"sets": {"standard": ["iris"], "replication": ["iris"], "confirmation": []}},
        {"sets": {"standard": ["iris"]}},
        {"sets": {"standard": "iris"}},
        {"late": "no"},
        {"contrasts": 3},
        {"contrasts": [{"id": "M1"}]},
        {"contrasts": [{"id": "M1", "power": {"for": 3}}]},
    ],
)
def test_what_was_changed_by_hand_is_damaged(mine: Path, changes: dict[str, Any]) -> None:
    spoilt(**changes)
    with pytest.raises(HarnessError, match=r"frozen\.json .*put back the committed one\.$"):
        sweep("standard")


@pytest.mark.parametrize(
    "content",
    ["[]", "{}", '{"claims": [{"contrasts": [{}]}]}', '{"claims": [{"contrasts": [{"id": "M1", "estimate": "x"}]}]}'],
)
def test_a_damaged_report_is_said(mine: Path, content: str) -> None:
    home = Path("results/depth")
    home.mkdir(parents=True)
    (home / WRITTEN).write_text(content, encoding="utf-8")
    with pytest.raises(HarnessError, match=r"register\.json is damaged; delete it"):
        freeze()
    with pytest.raises(HarnessError, match=r"register\.json is damaged; delete it"):
        estimates_written(home)
