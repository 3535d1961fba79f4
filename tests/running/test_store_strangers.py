"""What does not belong into a study's folder is said in one sentence, and the rest is read."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cli import report
from harness.core import HarnessError, Record, Status
from harness.running import files, store
from harness.running.new_records import Tail
from harness.running.provenance import header
from harness.running.status import StudyFolder, look

MINE = Record("a" * 64, "mine", Status.OK, {"seed": 0}, "", "", {"score": [0.5]})
BARE = replace(MINE, trial_id="b" * 64, factors={})
FOREIGN = replace(MINE, trial_id="c" * 64, study="detection", factors={"dataset": "iris", "scenario": "control"})


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return tmp_path / ".adhoc" / "mine"


def write(study: Path, *records: Record) -> Path:
    writer = store.PartWriter(study, header())
    for record in records:
        writer.append(record, {"a": "spec"}, {})
    writer.close()
    return writer.path


def reported(study: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert report.main([f"results={study.parent.parent}", "tier=adhoc"]) == 0
    return capsys.readouterr().err


def test_a_folder_among_the_parts_is_named_and_left_out(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(study, MINE)
    stray = study / "parts" / "old.jsonl"
    stray.mkdir()
    assert len(store.read(study)) == 1
    assert [record.trial_id for record in store.read_trial(study, MINE.trial_id).records] == [MINE.trial_id]
    assert list(Tail(study).new()) == []
    assert look(StudyFolder("adhoc", study)).strangers == (f"{stray} is a folder and no part: it is left out.",)
    assert f"{stray} is a folder and no part" in reported(study, capsys)


@pytest.mark.parametrize(
    ("stranger", "remark"),
    [
        (BARE, "records without factors: 1. They are left out"),
        (FOREIGN, "records of the study 'detection': 1. They are left"),
    ],
)
def test_records_that_do_not_belong_there_are_left_out(
    study: Path, capsys: pytest.CaptureFixture[str], stranger: Record, remark: str
) -> None:
    write(study, MINE)
    write(study, stranger)
    assert remark in reported(study, capsys)
    assert json.loads((study / "numbers.json").read_text())["trials"]["value"] == 1
    assert "c" * 64 not in (study / "tables" / "measured.csv").read_text()


def test_what_is_nothing_but_strangers_is_no_report(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(study, BARE, FOREIGN)
    assert report.main([f"results={study.parent.parent}", "tier=adhoc"]) == 1
    assert "error: mine: no record is left to report" in capsys.readouterr().err


def test_the_remedy_for_a_damaged_line_keeps_all_others(study: Path) -> None:
    part = write(study, MINE, replace(MINE, trial_id="d" * 64), replace(MINE, trial_id="e" * 64))
    lines = part.read_bytes().splitlines(keepends=True)
    part.write_bytes(b"".join([*lines[:3], lines[3].replace(b"{", b"<", 1), *lines[4:]]))
    with pytest.raises(
        HarnessError, match=r"line 4 of .* is damaged; .* a copy without that line .* all other records stay"
    ):
        store.read(study)
    part.rename(study / "moved")
    part.write_bytes(b"".join([*lines[:3], *lines[4:]]))
    assert store.read(study).by_id().keys() == {"a" * 64, "e" * 64}


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "make room there"),
        (errno.EDQUOT, "make room there"),
        (errno.EROFS, "make it writable or set results="),
        (errno.EACCES, "make it writable or set results="),
        (errno.EIO, "mend that"),
    ],
)
def test_the_remedy_for_a_disk_is_that_for_its_fault(
    number: int, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(HarnessError, match=f"cannot write .*: no; {advice}"):
        files.write_atomically(tmp_path / "file", b"content")
    writer = store.PartWriter(tmp_path / "study", header())
    with pytest.raises(HarnessError, match=f"cannot write to .*: no; {advice}"):
        writer.close()
