"""All sentences of reasons are reworded, and nothing that is computed changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from harness import places
from harness.analysis.outcome_counts import outcome_rows
from harness.building import build
from harness.core import Code, HarnessError, Skip, Status
from harness.memo import Memo
from harness.planning.trials import plan
from harness.report import studies
from harness.running import execute as executing
from harness.running import provenance, store
from harness.running.execute import execute
from harness.running.status import StudyFolder, look
from harness.running.store import Stored, legacy
from harness.running.store.resume_rule import settled_rows

RESULTS = places.shipped("results")
SETS = pa.array(["pima", "iris", "tic_tac_toe", "boston"])
"""A part of the data sets."""


# ---- the records reworded -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=studies.recorded_studies(RESULTS, places.STANDARD_TIER))
def published(request: pytest.FixtureRequest, published_folder: Callable[[str], Path]) -> tuple[str, Stored]:
    """The name of a study and some of its records."""
    stored = store.read(published_folder(request.param)).current()
    chosen = pc.is_in(pc.struct_field(stored.table["factors"], "dataset"), SETS)
    return request.param, replace(stored, table=stored.table.filter(chosen))


def reworded(stored: Stored) -> Stored:
    table = stored.table
    said = pc.if_else(pc.equal(table["status"], Status.OK), "", "x")
    return replace(stored, table=table.set_column(table.column_names.index("reason"), "reason", said))


@pytest.mark.slow
def test_tables_and_numbers_are_the_same_whatever_the_records_say(
    published: tuple[str, Stored], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, stored = published
    monkeypatch.setattr(studies.load_study(study), "figures", lambda *_: [], raising=False)  # they are not compared
    folder = tmp_path / study  # a copy: labels of trials that are left out are removed from their file
    shutil.copytree(RESULTS / study, folder, ignore=shutil.ignore_patterns("tables", "figures", "trials.parquet"))
    made = [
        studies.load_study(study).report(studies.evidence_of(folder, found, places.STANDARD_TIER))
        for found in (stored, reworded(stored))
    ]
    assert made[0].numbers == made[1].numbers
    for one, other in zip(made[0].tables, made[1].tables, strict=True):
        pd.testing.assert_frame_equal(*(_without_sentences(study, table.name, table.frame) for table in (one, other)))


def _without_sentences(study: str, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """One table shows sentences: that of all trials of the synthesis study."""
    return frame.drop(columns="reason") if (study, table) == ("synthesis", "trials") else frame


@pytest.mark.parametrize("retry_failed", [False, True])
def test_the_same_trials_are_settled_whatever_the_records_say(
    published: tuple[str, Stored], retry_failed: bool
) -> None:
    settled = [settled_rows(one.table, retry_failed=retry_failed) for one in (published[1], reworded(published[1]))]
    assert settled[0] == settled[1]


def test_every_published_reason_has_a_code_of_its_own() -> None:
    """None of them is left to the code of those that say no more."""
    for study in studies.recorded_studies(RESULTS, places.STANDARD_TIER):
        table = store.read(RESULTS / study, ["status", "code"]).table
        assert not pc.any(pc.equal(table["code"], Code.MAKES_NO_SENSE)).as_py()
        assert pc.equal(table["code"], "") == pc.equal(table["status"], Status.OK)


# ---- the code reworded ----------------------------------------------------------------------------------------------

MOODS = ("well", "senseless", "senseless_for_a_reason_of_its_own", "lacking", "lacking_a_module", "refused")
MOODS += ("without_data", "failing", "leaving", "not_a_number", "out_of_memory")


@pytest.fixture
def saying_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sentence of a reason is written backwards, where it arises and where it is recorded."""
    blank = executing.blank_record

    def backwards(*given: Any, reason: str = "", **named: Any) -> Any:
        return blank(*given, reason=reason[::-1], **named)

    monkeypatch.setattr(Skip, "__str__", lambda self: "y")
    monkeypatch.setattr(HarnessError, "__str__", lambda self: "z")
    monkeypatch.setattr(executing, "blank_record", backwards)
    monkeypatch.setattr(legacy, "completed", lambda _: pytest.fail("new records have codes"))


@pytest.fixture
def outcome(toys: ModuleType, tmp_path: Path) -> Callable[[], dict[str, Any]]:
    """What a store of trials in every mood comes to."""

    def run() -> dict[str, Any]:
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        trials = [toys.planned(0, mood=mood)[0] for mood in MOODS]
        writer = store.PartWriter(folder, provenance.header())
        sentences = []
        for trial in trials:
            record = execute(trial, toys.build, Memo()).record
            sentences.append(record.reason)
            writer.append(record, {"dataset": {}}, {})
        writer.close()
        standing = look(StudyFolder("smoke", folder))
        return {
            "codes": [store.read(folder).by_id()[trial.trial_id].code for trial in trials],
            "settled": [store.settled(folder, retry_failed=retry) for retry in (False, True)],
            "counts": standing.counts,
            "reasons": {
                status: [(one.code, one.n_trials) for one in given] for status, given in standing.reasons.items()
            },
            "rows": [(row["status"], row["trials"]) for row in outcome_rows(store.read(folder).table)],
            "sentences": sentences,
        }

    return run


def test_codes_resuming_and_counts_are_the_same_whatever_the_code_says(
    outcome: Callable[[], dict[str, Any]], request: pytest.FixtureRequest
) -> None:
    before = outcome()
    request.getfixturevalue("saying_otherwise")
    after = outcome()
    assert all(one != other for one, other in zip(before.pop("sentences"), after.pop("sentences"), strict=True) if one)
    assert before == after
    assert len(set(before["codes"])) == len(MOODS) - 1  # two of them raise


@pytest.mark.parametrize(
    ("code", "overrides"),
    [
        (Code.HARM_OUT_OF_REACH, ["trial=detection", "dataset=pima", "model=tree", "scenario=mean_shift", "harm=60"]),
        (Code.TOO_FEW_ROWS, ["trial=detection", "dataset=pima", "model=tree", "dataset.max_rows=90"]),
        (Code.TOO_FEW_NOMINAL_FEATURES, ["trial=detection", "dataset=pima", "scenario=unseen_category"]),
        (Code.NEEDS_CLASSES, ["dataset=boston", "synthesis=hard_vote", "pool=[tree,knn]"]),
        (Code.CANNOT_WEIGH_ROWS, ["dataset=iris", "synthesis=adaboost", "model=knn"]),
    ],
)
@pytest.mark.usefixtures("saying_otherwise")
def test_real_trials_skip_by_their_codes(composed: Callable[..., Any], code: Code, overrides: list[str]) -> None:
    record = execute(plan(composed(*overrides)), build, Memo()).record
    assert (record.status, record.code) == (Status.SKIPPED, code), record.error
    assert record.reason == "y"
