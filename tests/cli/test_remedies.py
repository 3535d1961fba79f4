"""What a message advises is not refused, and what it names is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import places
from harness.cli import paper, report
from harness.core import ConfigError, HarnessError, Record, Status
from harness.planning.composition import composing
from harness.report.tiers import how_to_record
from harness.running import store
from harness.running.provenance import header


@pytest.mark.parametrize("command", [report.main, paper.main])
def test_a_tier_that_is_none_is_refused_with_those_that_are(command: object, tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"there is no tier 'nope'; there are: adhoc, confirmation, full, replication, smoke, standard\.",
    ):
        command([f"results={tmp_path}", "tier=nope"])  # type: ignore[operator]
    with pytest.raises(ConfigError, match=r"there is no tier 'smok'; did you mean 'smoke'\?"):
        command([f"results={tmp_path}", "tier=smok"])  # type: ignore[operator]


def test_a_tier_of_ones_own_is_known_by_its_records_or_its_file(tmp_path: Path) -> None:
    store.PartWriter(tmp_path / "results" / ".tiny" / "depth", header()).close()
    (tmp_path / "mine" / "tier").mkdir(parents=True)
    (tmp_path / "mine" / "tier" / "huge.yaml").write_text("# @package _global_\ntier: {name: huge}\n")
    with pytest.raises(HarnessError, match="there are no records of the tier 'tiny' of the study 'synthesis'"):
        report.main([f"results={tmp_path / 'results'}", "tier=tiny", "study=synthesis"])
    with pytest.raises(HarnessError, match="there are no records of the tier 'huge'"):
        report.main([f"results={tmp_path}", "tier=huge", "--config-dir", str(tmp_path / "mine")])


@pytest.mark.parametrize("study", ["calibration", "detection", "synthesis"])
@pytest.mark.parametrize("tier", ["adhoc", "smoke", "standard"])
def test_the_sweep_that_a_report_advises_has_a_design(study: str, tier: str) -> None:
    advised = how_to_record(study, tier).rpartition("tier=")[2]
    with composing() as hydra:
        assert advised in hydra.tiers(study)


def test_after_one_detection_trial_a_report_advises_what_can_be_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ".adhoc" / "detection"
    writer = store.PartWriter(folder, header())
    record = Record("a" * 64, "detection", Status.FAILED, {"dataset": "wine"}, "", "", reason="no", code="raised")
    writer.append(record, {"a": "spec"}, {})
    writer.close()
    assert report.main([f"results={tmp_path}", "tier=adhoc"]) != 0
    assert "tier=adhoc." not in capsys.readouterr().err


# ---- names stay names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../x", "..", ".", "", "/tmp/x", "a/b", "a\\b", ".hidden", "a\nb", "-x", None, 5])
def test_the_name_of_a_study_or_tier_stays_within_the_results(name: object) -> None:
    for tier, study in (("smoke", name), (name, "synthesis")):
        with pytest.raises(ConfigError, match="cannot be the name of a folder: write letters, digits"):
            places.study_folder(Path("results"), tier, study)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["synthesis", "größe_2", "a.b-c", "2024", "a+b"])
def test_plain_names_are_folders(name: str) -> None:
    assert places.study_folder(Path("results"), name, name) == Path("results") / f".{name}" / name
