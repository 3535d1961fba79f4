"""Exploratory, replicated and confirmed estimates side by side: in tables, figures, numbers, JSON and on the screen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

from harness import places
from harness.analysis.style import Width
from harness.claims.confirmation import Outcome
from harness.cli import claim, claims
from harness.core import ConfigError, HarnessError
from harness.report.claim_report import Judged
from harness.report.evidence import Evidence
from harness.report.freezing import Frozen, carried
from harness.report.judging import judged, whole_report
from harness.report.levels import unbalanced_sets
from harness.report.studies import evidence_of
from harness.running import store
from harness.running.store import plans
from harness.yaml_text import parsed, read_text
from tests.report import made_claims


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A study whose claim is supported on the standard tier, holds with new seeds, and does not on fresh sets."""
    made_claims.records(tmp_path, tier="standard")
    made_claims.records(tmp_path, 0.85, tier="replication")
    made_claims.records(tmp_path, 0.495, tier="confirmation", sets="fresh")
    return made_claims.study(tmp_path)


def evidence(mine: Path) -> Evidence:
    folder = places.study_folder(mine.parent / "results", places.STANDARD_TIER, "depth")
    return evidence_of(folder, store.read(folder), places.STANDARD_TIER, [mine])


def answer(mine: Path, **asked: Any) -> Judged:
    return judged("depth", evidence(mine), [mine], **asked)


def test_the_three_estimates_stand_side_by_side(mine: Path) -> None:
    report = whole_report("depth", evidence(mine), [mine])
    [row] = {table.name: table for table in report.tables}["confirmation"].frame.to_dict("records")
    assert [row[f"{tier}_estimate"] for tier in ("first", "new", "fresh")] == pytest.approx([40.9, 35.9, 0.4])
    assert (row["replicated"], row["confirmed"], row["claim_verdict"]) == ("replicated", "not confirmed", "supported")
    assert row["claim_adjusted"] == row["p"] > 0.99
    assert row["p_direction"] < 0.05


def test_the_estimate_without_unbalanced_sets_and_the_frozen_power_stand_beside_it(mine: Path) -> None:
    without = frozenset({"fresh0", "fresh1"})
    frozen = Frozen("depth", {}, {}, {}, power={"M1.tall-flat": {"supported_at_mean": 0.25, "against_at_mean": 0.5}})
    first = replace(evidence(mine), unbalanced_sets=without, committed=frozen)
    found = judged("depth", first, [mine], curves=False)
    tables = {table.name: table for table in found.tables}
    [row] = tables["confirmation"].frame.to_dict("records")
    left = [value for name, value in _values(found).items() if name not in without]
    assert (row["fresh_n"], row["balanced_n"], row["power"]) == (10, 8, 0.25)
    assert row["balanced_estimate"] == pytest.approx(sum(left) / 8)
    assert row["balanced_low"] < row["balanced_estimate"] < row["balanced_high"]
    assert found.confirmations[0].confirmed is answer(mine, curves=False).confirmations[0].confirmed


def _values(found: Judged) -> dict[str, float]:
    fresh = found.confirmations[0].contrasts[0].confirmation
    assert fresh is not None
    return dict(zip(fresh.sets, map(float, fresh.values), strict=True))


def test_unbalanced_sets_are_told_by_their_files() -> None:
    shipped = read_text(places.shipped("conf") / "levels.yaml")
    fresh = parsed(Path("levels.yaml"), shipped)["levels"]["fresh"].split(",")
    six = {"abalone", "caravan", "dermatology", "new_thyroid", "page_blocks", "shuttle"}
    assert unbalanced_sets() & set(fresh) == six


@pytest.mark.parametrize(("sign", "firm", "hanging"), [(100, "M1", "none"), (-100, "none", "M1")])
def test_a_verdict_hangs_on_a_choice_that_alone_changes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sign: int, firm: str, hanging: str
) -> None:
    by_metric = made_claims.OFFERS.replace("100 * cube", f'(100 if metric == "accuracy" else {sign}) * cube')
    monkeypatch.setattr(made_claims, "OFFERS", by_metric)
    made_claims.records(tmp_path, tier="standard")
    found = made_claims.study(tmp_path)
    assert _of_firmness(answer(found)) == {"claims.firm.list": firm, "claims.hanging.list": hanging}
    assert _of_firmness(answer(found, curves=False)) == {}


def _of_firmness(found: Judged) -> dict[str, str]:
    kinds = ("claims.firm.list", "claims.hanging.list")
    return {key: number.text for key, number in found.numbers.items() if key in kinds}


def test_what_is_not_confirmed_is_said_as_loudly(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = whole_report("depth", evidence(mine), [mine])
    tables = {table.name: table for table in report.tables}
    register = tables["register"]
    assert register.frame["confirmed"].tolist() == ["not confirmed", "nothing to show"]
    assert {"replicated", "confirmed"} <= {column.title for column in register.columns}
    for table in (register, tables["confirmation"]):
        assert any("NOT CONFIRMED: M1" in note for note in table.footnotes)
    content = json.loads(report.documents["register.json"])
    assert "NOT CONFIRMED: M1" in content["confirmed"]
    first = content["claims"][0]
    assert (first["replication"]["verdict"], first["confirmation"]["verdict"]) == ("replicated", "not confirmed")
    assert set(first["confirmation"]["contrasts"][0]["values"]) == {f"fresh{n}" for n in range(10)}
    numbers = {key: number.text for key, number in report.numbers.items()}
    assert (numbers["claims.confirmable"], numbers["claims.confirmed"]) == ("1", "0")
    assert (numbers["claims.not_confirmed.list"], numbers["confirmed.M1"]) == ("M1", "not confirmed")
    assert numbers["fresh.M1.tall-flat"].startswith("+0.4")

    words = [f"results={mine.parent / 'results'}", "--config-dir", str(mine)]
    claims.main([*words, "study=depth"])
    shown = capsys.readouterr().out
    assert "not confirmed" in shown
    assert "NOT CONFIRMED: M1" in shown
    claim.main(["M1", *words])
    shown = capsys.readouterr().out
    assert "with new seeds: REPLICATED" in shown
    assert "with fresh data sets: NOT CONFIRMED, one-sided p" in shown
    claims.main([*words, "study=depth", "--json"])
    assert json.loads(capsys.readouterr().out)[0]["confirmation"]["verdict"] == "not confirmed"


def test_the_forest_has_three_lines_a_contrast(mine: Path) -> None:
    [figure] = [one for one in answer(mine, curves=False).figures if one.name == "confirmation"]
    for width in (Width.COLUMN, Width.PAGE):
        canvas = figure.draw(width)
        labels = [text.get_text() for text in canvas.axes[0].get_yticklabels()]
        plt.close(canvas)
    assert labels == ["M1  tall − flat", "new seeds, n = 10: replicated", "fresh sets, n = 10: not confirmed"]
    assert "one-sided tests, once for all its contrasts, so that “confirmed” may stand beside “open”" in figure.caption


def test_fresh_sets_enter_no_estimate_of_the_standard_tier_and_are_no_sets_of_it(mine: Path, tmp_path: Path) -> None:
    with_them = answer(mine, curves=False).evaluated[0].registered[0]
    assert all(name.startswith("set") for name in with_them.sets)
    made_claims.records(tmp_path, 0.2, tier="confirmation", sets="set")
    with pytest.raises(ConfigError, match="data sets of the tiers standard and confirmation: set0"):
        answer(mine, curves=False)
    (tmp_path / "results" / "depth" / "confirmation.parquet").unlink()
    without = answer(mine, curves=False)
    assert without.evaluated[0].registered[0].found == with_them.found
    assert without.confirmations[0].confirmed is Outcome.NOT_MEASURED


def test_a_partial_tier_confirms_nothing(mine: Path, tmp_path: Path) -> None:
    for name in ("replication", "confirmation"):
        (tmp_path / "results" / "depth" / f"{name}.parquet").unlink()
    found = answer(mine, curves=False)
    assert found.confirmations == ()
    assert "confirmation" not in {table.name for table in found.tables}


def test_one_claim_alone_is_adjusted_as_among_all(mine: Path) -> None:
    whole, alone = (answer(mine, curves=False, only=only).confirmations for only in ((), ("M1",)))
    assert [one.entry.id for one in alone] == ["M1"]
    assert alone[0].adjusted == whole[0].adjusted


def test_a_confirmation_under_another_register_is_flagged(mine: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    digests = carried("depth", None, {}, [mine])
    for tier, changed in (("standard", {}), ("confirmation", {"claims": "other", "data": "its own"})):
        folder = places.study_folder(results, tier, "depth")
        plans.write_plan(folder, [], {}, register={**digests, **changed})
    made_claims.records(tmp_path, tier="confirmation", sets="fresh")
    freeze = answer(mine, curves=False).freeze
    assert freeze.is_flagged
    assert "The confirmation was run under a register with other claims." in freeze.in_words()


@pytest.mark.parametrize("tier", ["replication", "confirmation"])
def test_a_copy_of_the_standard_tier_replicates_and_confirms_nothing(tmp_path: Path, tier: str) -> None:
    made_claims.records(tmp_path, tier="standard")
    made_claims.records(tmp_path, tier=tier, ids="standard")
    with pytest.raises(HarnessError, match=rf"{tier}\.parquet holds 20 trials of tier=standard.*put back"):
        evidence(made_claims.study(tmp_path))
