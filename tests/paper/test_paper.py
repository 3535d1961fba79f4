"""The paper itself: it compiles from any report, and none of its results is typed by hand."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import typst

from harness import places
from harness.report.paper import collect
from harness.report.unfinished import KEY

FRAME = places.shipped("paper") / "paper.typ"
SECTIONS = sorted(places.shipped("experiments").glob("*/*.typ"))
TEXT = "".join(
    path.read_text(encoding="utf-8") for path in (FRAME, *SECTIONS) if path == FRAME or path.parent.name == "synthesis"
)
BIBLIOGRAPHY = (places.shipped("paper") / "references.bib").read_text(encoding="utf-8")
CLAIMS = [f"S{number}" for number in (*range(1, 13), 15)]

OF_MONITORING = [*(f"P{number}" for number in range(1, 9)), "S13", "S14", *(f"L{number}" for number in range(1, 6))]

NAMES_WITH_DIGITS = ("F1", "R2", "SHA-256", "CC BY 4.0", "95 %", *CLAIMS, *OF_MONITORING)
"""What prose may contain: names, a licence, the level of every interval, and the claims by their numbers."""
CODE = (
    r"```.*?```",  # commands
    r"//[^\n]*",
    r'"[^"\n]*"',  # keys, file names
    r"\w[\w-]*: \(?[\d.]+(pt|em|mm|fr|%)?",  # arguments such as width: 84%
    r"\b1fr\b",
    r"#super\[\d\]",
    r"[@<][\w-]+>?",  # citations and labels
)


def typed_numbers(text: str) -> list[str]:
    """The numbers that stand in the prose of a Typst text."""
    for pattern in CODE:
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    for name in NAMES_WITH_DIGITS:
        text = re.sub(rf"\b{re.escape(name)}(?!\w)", " ", text)
    return re.findall(r"\S*\d\S*", text)


def draft(report: Path, folder: Path, tier: str = "smoke") -> Path:
    collect({"synthesis": report}, tier, folder)
    return folder / "paper.typ"


def compiled(source: Path) -> bytes:
    pdf, warnings = typst.compile_with_warnings(source, root=source.parent, ignore_system_fonts=True)
    assert [str(warning) for warning in warnings] == []
    assert isinstance(pdf, bytes)
    return pdf


def banners(source: Path, label: str = "<banner>") -> int:
    found = typst.query(source, label, root=source.parent, ignore_system_fonts=True)
    return len(json.loads(found))


@pytest.mark.parametrize("path", [FRAME, *SECTIONS], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_number_is_typed_into_the_prose(path: Path) -> None:
    assert typed_numbers(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "sentence", ["Stacking wins by 2.5 points.", "It reaches 92 %.", "a gap of 3 points", "p = .03"]
)
def test_a_typed_result_would_be_seen(sentence: str) -> None:
    assert typed_numbers(sentence)


@pytest.mark.slow
def test_the_paper_compiles_without_a_warning(smoke: Path, tmp_path: Path) -> None:
    assert compiled(draft(smoke, tmp_path)).startswith(b"%PDF")


@pytest.mark.slow
def test_the_paper_holds_no_date(smoke: Path, tmp_path: Path) -> None:
    pdf = compiled(draft(smoke, tmp_path))
    assert b"Producer" in pdf or b"Creator" in pdf  # so that metadata can be read as they stand
    assert b"CreationDate" not in pdf
    assert b"CreateDate" not in pdf


@pytest.mark.slow
def test_only_the_standard_tier_comes_without_a_banner(smoke: Path, tmp_path: Path) -> None:
    assert banners(draft(smoke, tmp_path / "smoke")) == 1
    assert banners(draft(smoke, tmp_path / "standard", tier="standard")) == 0


@pytest.mark.slow
def test_the_first_page_says_what_is_missing_and_only_then(smoke: Path, tmp_path: Path) -> None:
    assert banners(draft(smoke, tmp_path / "whole"), "<gaps>") == 0
    gappy = shutil.copytree(smoke, tmp_path / "gappy")
    numbers = json.loads((gappy / "numbers.json").read_text())
    words = "Unfinished: of 430 planned trials 23 are missing."
    (gappy / "numbers.json").write_text(json.dumps({**numbers, KEY: {"text": words}}))
    source = draft(gappy, tmp_path / "draft")
    assert banners(source, "<gaps>") == 1
    assert words in typst.query(source, "<gaps>", root=source.parent, ignore_system_fonts=True)
    assert compiled(source).startswith(b"%PDF")


@pytest.mark.slow
def test_the_paper_compiles_without_noise_sizes_regression_and_their_figure(smoke: Path, tmp_path: Path) -> None:
    poorer = shutil.copytree(smoke, tmp_path / "poorer")
    for piece in ("noise", "sizes", "regression", "within"):
        (poorer / "tables" / f"{piece}.json").unlink()
    (poorer / "figures" / "curves.pdf").unlink()
    assert compiled(draft(poorer, tmp_path / "draft")).startswith(b"%PDF")


@pytest.mark.slow
def test_every_number_that_the_text_names_is_in_the_report(smoke: Path) -> None:
    """What fresh sets say is in the published one alone: smoke has none of them."""
    named = set(re.findall(r'#measured\("([^"]+)"\)', TEXT))
    assert "sets" in named
    fresh = {name for name in named if name.startswith("fresh.")}
    for report, names in ((smoke, named - fresh), (places.shipped("results") / "synthesis", fresh)):
        assert names <= set(json.loads((report / "numbers.json").read_text(encoding="utf-8")))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "pattern"), [("table", "tables/*.json"), ("figure", "figures/*.svg")])
def test_the_text_has_every_piece_of_the_report_once_and_no_other(smoke: Path, kind: str, pattern: str) -> None:
    placed = re.findall(rf'#results-{kind}\("(\w+)"', TEXT)
    curves = {path.stem for path in smoke.glob(pattern) if path.stem.startswith("curve_")}
    assert sorted({*placed} - curves) == sorted({path.stem for path in smoke.glob(pattern)} - curves)
    assert len(placed) == len(set(placed))


def test_all_specification_curves_stand_in_the_appendix_but_those_in_the_text() -> None:
    of_text = re.findall(r'#results-figure\("curve_(\w+)"', TEXT)
    [left_out] = re.findall(r'#curves\("synthesis", except: \(([^)]*)\)', TEXT)
    assert re.findall(r'"(\w+)"', left_out) == of_text


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["table", "figure"])
def test_every_piece_that_is_placed_is_spoken_of(smoke: Path, kind: str) -> None:
    placed = set(re.findall(rf'#results-{kind}\("(\w+)"', TEXT))
    curves = {name for name in placed if name.startswith("curve_")}  # each claim points at its own
    assert placed - curves == set(re.findall(rf'#see-{kind}\("(\w+)"\)', TEXT))


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_has_its_place_in_the_text(claim: str) -> None:
    assert TEXT.count(f'#claim("{claim}")') == 1


@pytest.mark.slow
def test_every_claim_has_a_verdict_as_a_whole(smoke: Path) -> None:
    numbers = json.loads((smoke / "numbers.json").read_text(encoding="utf-8"))
    assert {claim for claim in CLAIMS if f"verdict.{claim}" not in numbers} == set()


def test_the_frame_names_no_text_of_a_study_by_hand() -> None:
    assert not re.search(r'"/experiments/\w', FRAME.read_text(encoding="utf-8"))


def test_every_entry_of_the_bibliography_is_cited() -> None:
    entries = set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY, flags=re.MULTILINE))
    assert len(entries) > 30
    cited = "".join(path.read_text(encoding="utf-8") for path in (FRAME, *SECTIONS))
    assert entries <= set(re.findall(r"@(\w+)", cited))


@pytest.mark.parametrize(
    ("cell", "is_interval"),
    [
        ("+2.56 [−0.33, 5.45]", True),
        ("100 [97, 100]", True),
        ("gave [0.5, 0.6]", False),
        ("asked for ['a'], gave []", False),
    ],
)
def test_a_cell_is_split_where_an_estimate_has_an_interval_and_not_where_words_have_a_list(
    cell: str, is_interval: bool, tmp_path: Path
) -> None:
    shutil.copytree(places.shipped("paper"), tmp_path, dirs_exist_ok=True)
    shutil.copytree(places.shipped("conf"), tmp_path / "generated" / "conf", dirs_exist_ok=True)
    (tmp_path / "generated" / "contents.json").write_text('{"studies": [], "tier": "smoke"}', encoding="utf-8")
    source = tmp_path / "one.typ"
    asked = (
        f'#import "/evidence.typ": is-interval\n#metadata(is-interval({json.dumps(cell, ensure_ascii=False)})) <found>'
    )
    source.write_text(asked, encoding="utf-8")
    assert json.loads(typst.query(source, "<found>", root=tmp_path))[0]["value"] is is_interval
