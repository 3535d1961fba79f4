"""`harness status` says how the studies stand: from the records and the newest plan, without changing either."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from harness.cli.status import SHOWN_REASONS, main
from harness.core import PROTOCOL_VERSION, Code, ConfigError, HarnessError, Record, Status
from harness.running import store
from harness.running.reasons import Given
from harness.running.status import Standing, StudyFolder, look, study_folders
from harness.running.store import plans, summary

STARTED = "2026-01-02T03:04:05+00:00"
OK = Record("a" * 64, "synthesis", Status.OK, {"dataset": "iris"}, "", "", {"accuracy": [1.0]})
SKIPPED = replace(
    OK, trial_id="b" * 64, status=Status.SKIPPED, measurements={}, reason="makes no sense", code="makes-no-sense"
)
FAILED = replace(
    SKIPPED, trial_id="c" * 64, status=Status.FAILED, reason="ValueError: no", code="raised", error="Traceback ..."
)


def write_part(
    folder: Path,
    *records: Record,
    protocol: int = PROTOCOL_VERSION,
    started: str = STARTED,
    spec: Mapping[str, Any] = MappingProxyType({"dataset": {}}),
) -> Path:
    writer = store.PartWriter(folder, {"protocol": protocol, "started": started})
    for record in records:
        writer.append(record, dict(spec), {})
    writer.close()
    return writer.path


def write_plan(folder: Path, name: str, trials: list[str], command: tuple[str, ...] = ("-m", "seed=0,1")) -> Path:
    path = folder / "sweeps" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"trials": trials, "command": command}))
    return path


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return tmp_path / "results" / ".smoke" / "synthesis"


def standing(study: Path) -> Standing:
    return look(StudyFolder("smoke", study))


def shown(capsys: pytest.CaptureFixture[str], study: Path, *words: str) -> str:
    assert main([f"results={study.parent.parent}", *words]) == 0
    return capsys.readouterr().out


def test_trials_are_counted_by_status_with_their_reasons(study: Path) -> None:
    write_part(study, OK, SKIPPED, FAILED, replace(FAILED, trial_id="d" * 64))
    found = standing(study)
    assert found.counts == {Status.OK: 1, Status.SKIPPED: 1, Status.FAILED: 2}
    assert found.reasons[Status.FAILED] == (Given(Code.RAISED, {"ValueError: no": 2}),)
    assert found.reasons[Status.SKIPPED] == (Given(Code.MAKES_NO_SENSE, {"makes no sense": 1}),)


def test_planned_trials_without_a_record_are_missing(study: Path) -> None:
    write_part(study, OK, FAILED)
    write_plan(study, "100", [OK.trial_id, FAILED.trial_id, "e" * 64, "f" * 64])
    assert standing(study).missing == 2


def test_trials_that_the_sweep_would_try_again_are_missing(study: Path) -> None:
    without_data = replace(FAILED, trial_id="e" * 64, reason="cannot fetch the data", code="data-refused", error="")
    write_part(study, FAILED, SKIPPED, without_data)
    write_plan(study, "100", [FAILED.trial_id, SKIPPED.trial_id, without_data.trial_id])
    assert standing(study).missing == 1


def test_only_the_newest_plan_counts(study: Path) -> None:
    write_part(study, OK)
    write_plan(study, "100", ["e" * 64], command=("-m", "seed=7"))
    write_plan(study, "200", [OK.trial_id], command=("-m", "seed=8"))
    assert (standing(study).missing, standing(study).command) == (0, ("-m", "seed=8"))


def test_without_a_plan_nothing_is_said_to_be_missing(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_part(study, OK)
    assert standing(study).missing is None
    assert " - " in shown(capsys, study)


def test_a_sweep_without_any_record_yet_is_all_missing(study: Path) -> None:
    write_plan(study, "100", ["e" * 64, "f" * 64])
    found = standing(study)
    assert (found.missing, found.newest, dict(found.counts)) == (2, None, {})


def test_records_of_another_protocol_are_stale_and_counted_apart(study: Path) -> None:
    write_part(study, OK)
    write_part(study, replace(SKIPPED, trial_id="e" * 64), protocol=PROTOCOL_VERSION - 1)
    found = standing(study)
    assert (found.stale, found.of_another_protocol, found.counts) == (1, 1, {Status.OK: 1})
    assert found.reasons[Status.SKIPPED] == ()


def test_records_of_data_that_have_changed_are_stale_and_told_apart(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = {"dataset": {"name": "iris", "checksum": "old"}}
    write_part(study, OK, replace(FAILED, trial_id="e" * 64), spec=old)
    write_part(study, replace(OK, trial_id="f" * 64), spec=old, protocol=PROTOCOL_VERSION - 1)
    write_part(study, SKIPPED, spec={"dataset": {"name": "iris", "checksum": "new"}})
    plans.write_plan(study, [SKIPPED.trial_id], {"iris": ["new"]})
    found = standing(study)
    assert (found.of_another_protocol, found.of_other_data, found.stale) == (1, 2, 3)
    assert (found.counts, found.missing) == ({Status.SKIPPED: 1}, 0)
    said = shown(capsys, study)
    assert "stale: 1 (of another protocol version; `harness run` measures such trials anew)" in said
    assert "stale: 2 (their data set has changed since; `harness run` measures such trials anew)" in said


def test_torn_lines_and_duplicates_are_counted(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_part(study, FAILED)
    part = write_part(study, replace(OK, trial_id=FAILED.trial_id))
    part.write_bytes(part.read_bytes() + b'{"kind":"rec')
    found = standing(study)
    assert (found.torn, found.duplicates, found.counts) == (1, 1, {Status.OK: 1})
    assert "torn lines: 1 " in (said := shown(capsys, study))
    assert "duplicates: 1 " in said


def test_the_newest_record_is_as_new_as_its_part(study: Path) -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    for part, moment in ((write_part(study, OK), noon), (write_part(study, SKIPPED), datetime(2026, 4, 1, tzinfo=UTC))):
        os.utime(part, (moment.timestamp(), moment.timestamp()))
    assert standing(study).newest == noon


def test_a_compacted_store_is_as_new_as_the_part_that_it_was_made_of(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    os.utime(write_part(study, OK), (noon.timestamp(), noon.timestamp()))
    store.compact(study)
    assert (standing(study).counts, standing(study).newest) == ({Status.OK: 1}, noon)
    write_part(study)  # a process that has begun, and recorded nothing
    assert standing(study).newest == noon
    assert ">" not in shown(capsys, study)


def test_of_an_old_compacted_store_it_is_known_after_when_it_was_written(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_part(study, OK)
    store.compact(study)
    (study / "summary.json").unlink()
    found = standing(study)
    assert (found.newest, found.begun) == (None, datetime.fromisoformat(STARTED))
    assert " >26-01-02 " in shown(capsys, study)


# ---- what is left of a plan ----------------------------------------------------------------------------------------------


def test_how_many_trials_were_planned_is_kept_with_the_compacted_store(study: Path) -> None:
    write_part(study, OK, FAILED)
    plan = write_plan(study, "100", [OK.trial_id, FAILED.trial_id, "e" * 64, "f" * 64])
    before = standing(study)
    store.compact(study)
    plan.unlink()
    assert standing(study) == before
    assert (before.planned, before.missing, before.settled) == (4, 2, {Status.OK: 1, Status.FAILED: 1})


def test_a_smaller_sweep_of_a_published_study_leaves_what_was_planned(study: Path) -> None:
    for number, ids in enumerate(([OK.trial_id, SKIPPED.trial_id], [SKIPPED.trial_id])):
        write_part(study, OK if number == 0 else SKIPPED)
        write_plan(study, str(number), ids)
        store.compact(study)
    assert summary.read(study).planned == 2


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"planned": -3}',
        '{"planned": "twelve"}',
        '{"planned": "12"}',
        '{"planned": 1.5}',
        '{"planned": true}',
        '{"protocol": "2"}',
        '{"command": "-m"}',
        '{"register": []}',
        '{"newest": 7}',
        '{"newest": "2026-11-29"}',
    ],
)
def test_a_damaged_summary_is_named(study: Path, text: str) -> None:
    write_part(study, OK)
    (study / "summary.json").write_text(text)
    with pytest.raises(HarnessError, match=r"summary\.json is damaged; put back the published one, or delete it"):
        standing(study)


def test_every_tier_and_study_is_found_and_nothing_else(tmp_path: Path) -> None:
    results = tmp_path / "results"
    for folder in (results / "synthesis", results / ".smoke" / "synthesis", results / ".adhoc" / "depth"):
        write_part(folder, OK)
    (results / ".smoke" / "notes").mkdir()
    (results / "README.md").write_text("no study")
    found = [(folder.tier, folder.path.name) for folder in study_folders(results)]
    assert found == [("standard", "synthesis"), ("adhoc", "depth"), ("smoke", "synthesis")]


def test_the_table_shows_one_tier_if_asked(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_part(study, OK)
    write_part(study.parent.parent / ".adhoc" / "depth", OK)
    assert "depth" in shown(capsys, study)
    assert "depth" not in shown(capsys, study, "tier=smoke")


def test_the_command_that_goes_on_is_shown_as_it_was_typed(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_part(study, FAILED)
    write_plan(study, "100", [FAILED.trial_id, "e" * 64], command=("-m", "pool=[tree, svm]"))
    said = shown(capsys, study)
    assert "to go on: harness run -m 'pool=[tree, svm]'\n" in said
    assert "to run the failed trials again: harness run -m 'pool=[tree, svm]' retry_failed=true\n" in said


def test_a_sweep_that_is_done_and_well_needs_no_remark(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_part(study, OK)
    write_plan(study, "100", [OK.trial_id])
    assert len(shown(capsys, study).splitlines()) == 2  # the heading and the row


def test_reasons_are_shown_as_they_are_and_many_of_them_in_short(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failures = [
        replace(FAILED, trial_id=f"{n:064}", reason=f"[red]{n}[/]", code=f"code-{n}") for n in range(SHOWN_REASONS + 3)
    ]
    write_part(study, *failures)
    said = shown(capsys, study)
    assert "failed x1: [red]0[/]" in said
    assert "failed x3: 3 more reasons" in said


def test_sentences_of_one_code_stand_below_it_the_commonest_first(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = (0, 0, 1, *range(10, 16))
    skips = [replace(SKIPPED, trial_id=f"{n:064}", reason=f"{most} is the most") for n, most in enumerate(numbers)]
    write_part(study, *(replace(skip, code=str(Code.HARM_OUT_OF_REACH)) for skip in skips))
    lines = shown(capsys, study).splitlines()
    start = lines.index("  skipped x9: harm-out-of-reach, in 8 sentences")
    assert lines[start + 1 : start + 3] == ["    x2: 0 is the most", "    x1: 1 is the most"]
    assert lines[start + 4] == "    x5: 5 more sentences"


@pytest.mark.parametrize("words", [(), ("tier=full",)])
def test_an_empty_folder_is_no_error_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    (tmp_path / "results").mkdir()
    assert "`harness run` makes the first" in shown(capsys, tmp_path / "results" / ".smoke" / "synthesis", *words)


def test_an_unknown_setting_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match=r"cannot read 'teir=smoke'; settings are tier=, results=\."):
        main(["teir=smoke"])


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    assert exit_.value.code == 0
    assert "harness status tier=smoke" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["{", "{}", "[]"])
def test_a_damaged_plan_is_named(study: Path, content: str) -> None:
    plan = write_plan(study, "100", [])
    plan.write_text(content)
    with pytest.raises(HarnessError, match=r"100\.json is damaged; delete it"):
        standing(study)


def test_looking_changes_nothing(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_part(study, OK, FAILED)
    write_plan(study, "100", [OK.trial_id])
    before = contents(study)
    shown(capsys, study)
    assert contents(study) == before


def contents(folder: Path) -> dict[str, Any]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_sweep_without_failed_trials_is_not_the_way_to_run_them_again(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_part(study, FAILED)
    write_plan(study, "100", ["e" * 64], command=("-m", "model=tree"))
    assert "give their own command with retry_failed=true" in shown(capsys, study)


def test_a_tier_or_a_folder_of_results_that_does_not_exist_is_an_error(study: Path) -> None:
    write_part(study, OK)
    with pytest.raises(ConfigError, match="there is no tier 'smok'; did you mean 'smoke'"):
        main([f"results={study.parent.parent}", "tier=smok"])
    with pytest.raises(ConfigError, match=r"there is no folder .*elsewhere"):
        main([f"results={study.parent.parent / 'elsewhere'}"])
