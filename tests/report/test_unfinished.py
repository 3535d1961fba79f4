"""A report of a sweep that is not finished says so, in every table and to the paper, with the numbers of `harness status`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.cli import report
from harness.core import Code, Record, Status
from harness.report import unfinished
from harness.running import store
from harness.running.provenance import header
from harness.running.status import Standing, StudyFolder, look
from harness.running.store import plans

IDS = [f"{number:064x}" for number in range(8)]
MISSING = IDS[6:]
ALL_ENDED = {
    IDS[0]: Record(IDS[0], "mine", Status.OK, {"seed": 0}, "", "", {"score": [0.5]}),
    IDS[1]: Record(IDS[1], "mine", Status.OK, {"seed": 1}, "", "", {"score": [0.7]}),
    IDS[2]: Record(IDS[2], "mine", Status.FAILED, {"seed": 2}, "", "", reason="no", code=Code.RAISED),
    IDS[3]: Record(IDS[3], "mine", Status.SKIPPED, {"seed": 3}, "", "", reason="no", code=Code.RARE_CLASS),
    IDS[4]: Record(IDS[4], "mine", Status.SKIPPED, {"seed": 4}, "", "", reason="no", code=Code.RARE_CLASS),
    IDS[5]: Record(IDS[5], "mine", Status.SKIPPED, {"seed": 5}, "", "", reason="no", code=Code.TOO_FEW_ROWS),
}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return tmp_path / "results" / ".adhoc" / "mine"


def write(study: Path, *ids: str) -> None:
    writer = store.PartWriter(study, header())
    for one in ids:
        writer.append(ALL_ENDED[one], {"a": "spec"}, {})
    writer.close()


def standing(study: Path) -> Standing:
    return look(StudyFolder("adhoc", study))


def reported(study: Path) -> str:
    """What the report says of its gaps, in all places alike; "" if it says nothing."""
    assert report.main(["tier=adhoc", f"results={study.parent.parent}"]) == 0
    words: str = json.loads((study / "numbers.json").read_text()).get(unfinished.KEY, {}).get("text", "")
    for table in (study / "tables").glob("*.json"):
        notes = json.loads(table.read_text())["notes"]
        assert notes.count(words) == (1 if words else 0)
        assert ("footnotesize Unfinished" in table.with_suffix(".tex").read_text()) == words.startswith("Unfinished")
        assert bool(words) == any(unfinished.sentence(standing(study)) == note for note in notes)
    return words


def test_missing_and_failed_trials_are_counted_in_every_table(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(study, *ALL_ENDED)
    plans.write_plan(study, [*ALL_ENDED, *MISSING], {}, ["-m"])
    assert reported(study) == (
        "Unfinished: of 8 planned trials 2 missing, 1 failed, 2 ok, 3 skipped (rare-class 2, too-few-rows 1)."
    )
    assert "of 8 planned trials 2 missing, 1 failed" in capsys.readouterr().err
    assert (standing(study).missing, standing(study).failed_of_newest) == (2, 1)


def test_what_is_finished_needs_no_words(study: Path) -> None:
    done = [IDS[0], IDS[1], IDS[3]]
    write(study, *done)
    plans.write_plan(study, done, {})
    assert reported(study) == ""


def test_failed_trials_of_other_sweeps_are_counted_too(study: Path) -> None:
    write(study, IDS[0], IDS[2])
    plans.write_plan(study, [IDS[0]], {})
    assert reported(study) == "Of other sweeps: 1 failed."


def test_records_that_no_sweep_planned_are_said_to_be_such(study: Path) -> None:
    write(study, IDS[0])
    assert reported(study).startswith("Planned: unknown. ")


def test_the_words_go_when_the_sweep_is_finished(study: Path) -> None:
    write(study, IDS[0])
    plans.write_plan(study, IDS[:2], {})
    assert reported(study) == "Unfinished: of 2 planned trials 1 missing, 0 failed, 1 ok, 0 skipped."
    write(study, IDS[1])
    assert reported(study) == ""
