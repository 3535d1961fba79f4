"""What is published under `results/` is what today's code makes of the published records."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from harness import places
from harness.analysis.query import Query
from harness.report import studies, unfinished
from harness.report.claim_report import OF_CURVES
from harness.report.evidence import Evidence
from harness.report.freezing import SHORT, WHOLE, Freeze
from harness.report.judging import whole_report
from harness.report.numbers import Number
from harness.report.registers import with_registers
from harness.report.rounding import rounded
from harness.report.table import Table
from harness.running.status import StudyFolder, look

RESULTS = places.shipped("results")
STUDIES = studies.recorded_studies(RESULTS, places.STANDARD_TIER)


@pytest.fixture(scope="module", params=STUDIES)
def published(request: pytest.FixtureRequest, published_report: Callable[[str], Any]) -> Any:
    """Has a study's `folder`, its `evidence`, and its `report`, made anew."""
    return published_report(request.param)


def honest_notes(evidence: Evidence) -> list[str]:
    """What a report may say of a register that was frozen: that it is unchanged, or that its code changed, but no value.

    Which of them is true is a fact about the checkout and not about the records: each may be published, and the other be true
    today.
    """
    code = {**evidence.frozen, **({"code": "another"} if evidence.frozen else {})}
    again = {tier: one.frozen for tier, one in evidence.again.items()}
    return [
        Freeze(evidence.frozen, now, same_values=True, committed=evidence.committed, again=again).in_words()
        for now in (evidence.frozen, code)
    ]


@pytest.mark.slow
def test_published_tables_are_made_by_this_code(published: Any) -> None:
    honest = honest_notes(published.evidence)
    folder, tables = published.folder / "tables", published.report.tables
    written = {path.stem for path in folder.glob("*.csv")}
    assert {table.name for table in tables} == written - set(OF_CURVES)
    for table in tables:
        now = pd.read_csv(StringIO(table.written.to_csv(index=False)))
        was = pd.read_csv(folder / f"{table.name}.csv")
        pd.testing.assert_frame_equal(was, now, rtol=1e-6, atol=1e-9)
        then = json.loads((folder / f"{table.name}.json").read_text(encoding="utf-8"))
        assert then["caption"] == table.caption, table.name
        assert _of_any_checkout(then["notes"], honest) == _of_any_checkout(table.footnotes, honest), table.name
        assert then["rows"] == table.cells(), table.name


@pytest.mark.slow
def test_published_numbers_are_made_by_this_code(published: Any) -> None:
    was = json.loads((published.folder / "numbers.json").read_text(encoding="utf-8"))
    now = json.loads(json.dumps({key: number.as_json() for key, number in published.report.numbers.items()}))
    was = {key: number for key, number in was.items() if not is_of_curves(key)}
    now = {key: number for key, number in now.items() if not is_of_curves(key)}
    was, now = (_as_if_unchanged(numbers, published.evidence) for numbers in (was, now))
    assert {key: number["text"] for key, number in was.items()} == {key: number["text"] for key, number in now.items()}
    for key, number in now.items():
        assert _close(was[key]["value"], number["value"]), key
        assert (was[key]["format"], was[key]["source"]) == (number["format"], number["source"]), key


def _of_any_checkout(notes: Sequence[str], honest: Sequence[str]) -> list[str]:
    """The notes of a table, with the first of the honest ones in place of each of them."""
    return [honest[0] if note in honest else note for note in notes]


def _as_if_unchanged(numbers: dict[str, Any], evidence: Evidence) -> dict[str, Any]:
    """The numbers with an unchanged register, whose note must be an honest one, and its digest as the note says."""
    if "register.frozen" not in numbers:
        return numbers
    unchanged, of_other_code = honest_notes(evidence)
    frozen = evidence.frozen.get(WHOLE, "")
    said = {key: numbers[f"register.{key}"]["text"] for key in ("frozen", "digest", "digest.short")}
    assert said["frozen"] in (unchanged, of_other_code)
    assert said["digest.short"] == said["digest"][:SHORT]
    assert not frozen or (said["digest"] == frozen) == (said["frozen"] == unchanged)
    assert all(numbers[f"register.{key}"]["value"] == text for key, text in said.items())
    unified = {"frozen": unchanged, "digest": frozen, "digest.short": frozen[:SHORT]}
    return numbers | {
        f"register.{key}": {**numbers[f"register.{key}"], "text": text, "value": text} for key, text in unified.items()
    }


def is_of_curves(key: str) -> bool:
    """Whether a number rests on specification curves, which the exhaustive test makes."""
    return key.startswith(("curve.", "claims.firm", "claims.hanging")) or key == "specifications"


@pytest.mark.exhaustive
def test_published_specification_curves_are_made_by_this_code(published: Any) -> None:
    if published.name not in with_registers():
        pytest.skip("it has no register")
    whole = whole_report(published.name, published.evidence)
    for table in (table for table in whole.tables if table.name in OF_CURVES):
        was = pd.read_csv(published.folder / "tables" / f"{table.name}.csv")
        now = pd.read_csv(StringIO(table.written.to_csv(index=False)))
        pd.testing.assert_frame_equal(was, now, rtol=1e-6, atol=1e-9)
    numbers = json.loads((published.folder / "numbers.json").read_text(encoding="utf-8"))
    for key in filter(is_of_curves, whole.numbers):
        assert numbers[key]["text"] == whole.numbers[key].text, key
    tables = {table.name: table for table in whole.tables}
    for key, number in whole.numbers.items():
        if number.source.get("table") in OF_CURVES:
            assert _stands_in(tables[number.source["table"]], number), key
    captions = json.loads((published.folder / "figures" / "captions.json").read_text(encoding="utf-8"))
    assert captions == {figure.name: figure.caption for figure in whole.figures}


def _close(was: Any, now: Any) -> bool:
    """Whether two values are the same: texts and nulls exactly, numbers to six digits, lists member by member."""
    if isinstance(was, list) and isinstance(now, list):
        return len(was) == len(now) and all(map(_close, was, now))
    if isinstance(was, (int, float)) and isinstance(now, (int, float)):
        return bool(was == pytest.approx(now, rel=1e-6, abs=1e-9))
    return bool(was == now)


@pytest.mark.slow
def test_published_captions_are_made_by_this_code(published: Any) -> None:
    captions = json.loads((published.folder / "figures" / "captions.json").read_text(encoding="utf-8"))
    written = {name: caption for name, caption in captions.items() if not name.startswith("curve_")}
    assert written == {figure.name: figure.caption for figure in published.report.figures}


@pytest.mark.slow
def test_every_number_is_found_again_where_its_source_says(published: Any) -> None:
    tables = {table.name: table for table in published.report.tables}
    for key, number in published.report.numbers.items():
        source = dict(number.source)
        if source.get("table") in OF_CURVES:  # the exhaustive test makes these tables
            continue
        if "table" in source:
            assert _stands_in(tables[source["table"]], number), key
        elif "records" in source:
            assert _at(source["by"]) is not None, key
            has_any = Query.of_json(source["records"]).rows(published.evidence.stored).any()
            assert has_any or number.value in (0, None, ""), key
        elif "declared" in source:
            assert _at(source["declared"]) is not None, key
        else:
            assert list(source) == ["given"], key


def _stands_in(table: Table, number: Number) -> bool:
    """Whether the cells are there, and hold the number if it is one of theirs and no count of them."""
    rows = table.frame
    for name, value in number.source["row"].items():
        rows = rows[rows[name] == value]
    found = rows[number.source["columns"]].to_numpy().tolist()
    if number.format["kind"] not in ("decimals", "interval"):
        return bool(found)
    [values] = found
    wanted = number.value if isinstance(number.value, list) else [number.value]
    return [None if pd.isna(value) else rounded(value) for value in values] == wanted


def _at(path: str) -> Any:
    """What a dotted path of the code means: below a module attributes, and below a mapping what it holds."""
    *above, last = path.split(".")
    try:
        return pkgutil.resolve_name(path)
    except AttributeError:
        return _at(".".join(above))[last]


@pytest.mark.parametrize("study", STUDIES)
def test_what_is_published_is_all_that_was_planned(study: str, published_folder: Callable[[str], Path]) -> None:
    folder = published_folder(study)
    standing = look(StudyFolder(places.STANDARD_TIER, folder))
    assert standing.planned == sum(standing.counts.values()) > 0
    assert (standing.missing, standing.failed_of_newest) == (0, 0)
    assert unfinished.sentence(standing) == ""
    assert unfinished.KEY not in json.loads((folder / "numbers.json").read_text(encoding="utf-8"))


def test_all_studies_of_the_harness_are_published() -> None:
    assert list(studies.study_folders()) == STUDIES
