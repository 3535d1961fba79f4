"""Registers beside studies: read, frozen before the first trial, judged, and told in a report."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from harness.claims.entries import Role
from harness.claims.offers import Offers
from harness.core import ConfigError
from harness.report import prml
from harness.report.claim_json import all_as_json
from harness.report.claim_results import Asked, results_of
from harness.report.freezing import WHOLE, Freeze, estimates_written, frozen
from harness.report.judging import judged, whole_report
from harness.report.registers import claims_of, with_registers
from harness.report.studies import evidence_of
from harness.report.writing import write_report
from harness.running import store
from tests.report import made_claims

DATA = {"iris": ["abc"]}

FALSIFY = "e1c7f1a1dc726e50c725acb13ca5ac27a4a0175be43dd6af4c4ff020b942f309"
"""What `falsify hash` 0.4.0 says of the manifest of the test."""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return made_claims.study(tmp_path)


def test_the_shipped_studies_have_registers_of_the_source_papers_claims() -> None:
    assert set(with_registers()) == {"detection", "monitoring", "synthesis", "tracking"}
    ids = [entry.id for study in with_registers() for entry in claims_of(study).register.entries]
    monitoring = [*(f"P{n}" for n in range(1, 9)), "S13", "S14", *(f"L{n}" for n in range(1, 6))]
    synthesis, tracking = (f"S{n}" for n in (*range(1, 13), 15)), (f"T{n}" for n in range(1, 6))
    assert ids == [*(f"D{n}" for n in range(1, 10)), *monitoring, *synthesis, *tracking]


def test_an_entry_of_the_shipped_registers_has_four_dimensions_of_analysis_or_says_why_not() -> None:
    for study in with_registers():
        for entry in claims_of(study).register.entries:
            assert len(entry.of_role(Role.ANALYSIS)) >= 4 or entry.fewer or entry.untested, entry.id


def test_a_register_of_ones_own_is_found_and_read(mine: Path) -> None:
    found = claims_of("depth", [mine])
    assert [entry.id for entry in found.register.entries] == ["M1", "M2"]
    assert isinstance(found.offers, Offers)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("claims.yaml", "study: depth", "study: width", "study is 'width', but the folder is that of 'depth'"),
        ("claims.yaml", "study: depth", "study: [", "this is no YAML"),
        ("claims.yaml", "study: depth", "study: depth\nstudy: width", "line 2: the key 'study' stands twice"),
        ("claims.yaml", "registered: accuracy,", "registered: &a [*a],", "nested deeper than"),
        ("claims.py", "def cells", "def cells(", "claims.py, line 8"),
        ("claims.py", "import pandas as pd", "raise SystemExit", "claims.py, line 1"),
        (
            "claims.py",
            'CONTRASTS = {"difference": Offered(difference, rests_on)}',
            "CONTRASTS = []",
            "CONTRASTS is list",
        ),
        ("claims.py", "CONTRASTS =", "OTHERS =", "lacks CONTRASTS"),
        ("claims.py", "def cells", "def cubes", "lacks cells"),
        ("claims.py", "Offered(difference, rests_on)", "difference", "must be an Offered"),
    ],
)
def test_a_register_that_makes_no_sense_ends_in_a_sentence(
    mine: Path, file: str, old: str, new: str, message: str
) -> None:
    path = mine / "experiments" / "depth" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        claims_of("depth", [mine])
    assert message in str(caught.value)


def test_a_study_without_a_register_has_no_claims() -> None:
    with pytest.raises(ConfigError, match="has no claims"):
        claims_of("calibration")
    assert frozen("calibration", DATA) == {}


def test_a_register_without_code_that_answers_it_is_refused(mine: Path) -> None:
    (mine / "experiments" / "depth" / "claims.py").unlink()
    with pytest.raises(ConfigError, match=r"and no claims\.py"):
        claims_of("depth", [mine])


def test_what_a_contrast_raises_is_told_with_its_line(mine: Path, tmp_path: Path) -> None:
    path = mine / "experiments" / "depth" / "claims.py"
    path.write_text(made_claims.OFFERS.replace("table[second]", "table['none']"), encoding="utf-8")
    asked = Asked(made_claims.records(tmp_path), "part", (mine,))
    with pytest.raises(ConfigError, match=r"KeyError: 'none' \(.*claims\.py, line 14\)"):
        results_of("depth", asked)


@pytest.mark.parametrize("written", ["{when: 2026-11-29}", "{limit: .inf}"])
def test_whatever_a_register_holds_has_a_digest(mine: Path, written: str) -> None:
    path = mine / "experiments" / "depth" / "claims.yaml"
    more = made_claims.CLAIMS.replace("fewer: an example", f"fewer: an example\n    more: {written}")
    path.write_text(more, encoding="utf-8")
    assert frozen("depth", DATA, [mine])["claims"] != frozen("synthesis", DATA)["claims"]


# ---- remarks -----------------------------------------------------------------------------------------------------------


def test_a_remark_is_read_and_told_and_changes_no_digest(mine: Path, tmp_path: Path) -> None:
    folder, then = made_claims.records(tmp_path) / ".part" / "depth", frozen("depth", DATA, [mine])
    evidence = evidence_of(folder, store.read(folder), "part", [mine])
    assert claims_of("depth", [mine]).remarks == {}
    made_claims.remark(tmp_path)
    assert claims_of("depth", [mine]).remarks == {"M1": made_claims.REMARK}
    assert frozen("depth", DATA, [mine]) == then
    found = judged("depth", evidence, [mine])
    table = next(table for table in found.tables if table.name == "claims")
    assert [note for note in table.notes if made_claims.REMARK in note] == [
        f"Written afterwards of M1: {made_claims.REMARK}"
    ]
    assert [one["remark"] for one in all_as_json(found)] == [made_claims.REMARK, None]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("M3: it is flat", "remarks.yaml: nobody reads the key 'M3'"),
        ("M1: 2", "remarks.yaml: M1 is 2, but must be a text"),
        ("M1", "remarks.yaml is 'M1', but must be a mapping"),
    ],
)
def test_remarks_that_make_no_sense_end_in_a_sentence(mine: Path, tmp_path: Path, written: str, message: str) -> None:
    made_claims.remark(tmp_path, written)
    with pytest.raises(ConfigError) as caught:
        claims_of("depth", [mine])
    assert message in str(caught.value)


def test_a_shipped_remark_has_no_number_typed_by_hand() -> None:
    remarks = {claim: text for study in with_registers() for claim, text in claims_of(study).remarks.items()}
    assert remarks
    assert {claim for claim, text in remarks.items() if re.search(r"\b\d", text)} == set()


# ---- freezing ----------------------------------------------------------------------------------------------------------


def test_a_digest_changes_with_the_claims_the_code_and_the_data_and_with_nothing_else(mine: Path) -> None:
    home = mine / "experiments" / "depth"
    first = frozen("depth", DATA, [mine])
    (home / "claims.yaml").write_text("# a comment\n" + made_claims.CLAIMS, encoding="utf-8")
    (home / "__init__.py").write_text("# another report\n", encoding="utf-8")
    assert frozen("depth", DATA, [mine])["claims"] == first["claims"]
    assert frozen("depth", {"iris": ["abd"]}, [mine])["data"] != first["data"]
    (home / "claims.yaml").write_text(made_claims.CLAIMS.replace("region: 1", "region: 2"), encoding="utf-8")
    (home / "claims.py").write_text(made_claims.OFFERS + "# changed\n", encoding="utf-8")
    second = frozen("depth", DATA, [mine])
    assert {part for part in first if first[part] != second[part]} == {"claims", "code", WHOLE}


def test_a_change_after_freezing_is_flagged_unless_it_is_code_that_gives_the_same_values(mine: Path) -> None:
    home, then = mine / "experiments" / "depth", frozen("depth", DATA, [mine])
    unchanged = Freeze.of("depth", then, [mine])
    assert (unchanged.changed, unchanged.is_flagged) == ([], False)
    assert "unchanged" in unchanged.in_words()
    (home / "claims.py").write_text(made_claims.OFFERS + "# changed\n", encoding="utf-8")
    of_code = Freeze.of("depth", then, [mine], same_values=True)
    assert (of_code.changed, of_code.is_flagged) == (["code"], False)
    assert Freeze.of("depth", then, [mine], same_values=False).is_flagged
    assert Freeze.of("depth", then, [mine]).is_flagged
    (home / "claims.yaml").write_text(made_claims.CLAIMS.replace("region: 1", "region: 2"), encoding="utf-8")
    of_both = Freeze.of("depth", then, [mine], same_values=True)
    assert of_both.is_flagged
    assert of_both.in_words().startswith("CHANGED")
    assert "no preregistration" in Freeze.of("depth", {}, [mine]).in_words()


# ---- reports -----------------------------------------------------------------------------------------------------------


def test_a_report_of_a_study_with_a_register_has_its_claims(mine: Path, tmp_path: Path) -> None:
    folder = made_claims.records(tmp_path) / ".part" / "depth"
    evidence = evidence_of(folder, store.read(folder), "part", [mine])
    report = whole_report("depth", evidence, [mine])
    assert [table.name for table in report.tables] == ["register", "claims", "questions", "choices"]
    assert [figure.name for figure in report.figures] == ["contrasts", "curve_M1"]
    assert report.numbers["verdict.M1"].text == "supported"
    assert report.numbers["verdict.M2"].text == "not testable by software"
    written = write_report(report, folder)
    assert folder / "register.json" in written
    content = json.loads((folder / "register.json").read_text(encoding="utf-8"))
    assert [claim["verdict"] for claim in content["claims"]] == ["supported", "not testable by software"]
    assert set(content["claims"][0]["contrasts"][0]["values"]) == {f"set{n}" for n in range(10)}


def test_estimates_written_before_tell_whether_values_have_changed(mine: Path, tmp_path: Path) -> None:
    folder = made_claims.records(tmp_path) / ".part" / "depth"
    evidence = evidence_of(folder, store.read(folder), "part", [mine])
    assert judged("depth", evidence, [mine]).freeze.same_values is None
    write_report(whole_report("depth", evidence, [mine]), folder)
    assert estimates_written(folder) == {"M1.tall-flat": pytest.approx(40.9)}
    again = evidence_of(folder, store.read(folder), "part", [mine])
    assert judged("depth", again, [mine]).freeze.same_values is True


def test_a_registered_contrast_declares_its_records(mine: Path, tmp_path: Path) -> None:
    folder = made_claims.records(tmp_path) / ".part" / "depth"
    evidence = evidence_of(folder, store.read(folder), "part", [mine])
    tables = {table.name: table for table in judged("depth", evidence, [mine]).tables}
    query = tables["claims"].query({"id": "M1.tall-flat"}, "estimate")
    assert query is not None
    assert len(query.ids(evidence.stored)) == 20


# ---- PRML --------------------------------------------------------------------------------------------------------------


def test_a_manifest_is_canonical_and_hashed_as_other_tools_do(mine: Path, tmp_path: Path) -> None:
    register = claims_of("depth", [mine]).register
    digests = {WHOLE: "0" * 64, "data": "1" * 64}
    [path] = prml.write(register, digests, tmp_path / "prml", datetime(2026, 11, 29, tzinfo=UTC))
    text = path.read_text(encoding="utf-8")
    manifest = yaml.safe_load(text)
    assert list(manifest) == sorted(manifest)
    assert (manifest["comparator"], manifest["threshold"], manifest["dataset"]["hash"]) == (">=", 1.0, "1" * 64)
    assert manifest["claim_id"][14] == "7"
    hashed = (tmp_path / "prml" / "M1.tall-flat.prml.sha256").read_text(encoding="utf-8").strip()
    assert hashed == hashlib.sha256(text.encode()).hexdigest() == FALSIFY
