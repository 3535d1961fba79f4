"""The paper's command, on a text of one line and a report of one number."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness import places
from harness.cli import paper
from harness.core import ConfigError, HarnessError

FIRST_LINE = (
    '#import "evidence.typ": claim, fails, has-figure, has-table, holds, nothing, num, open, plural, processors, read-table, '
    "results-figure, results-table, revisions, setting, side-by-side, tier, verdict; #set document(date: none)\n"
)
CLAIMS = [
    ["S1", "a − b", "points", "+2 [1, 3]", "–", "supported"],
    ["S1", "a − c", "points", "+2 [−1, 5]", "3", "not excluded"],
    ["S3", "a − b", "points", "+2 [−1, 5]", "7", "excluded"],
]
ABOUT = {
    "claim": ["S1", "S1", "S3"],
    "kind": ["deciding", "stated", "stated"],
    "statement": ["a − b", "a − c", "a − b"],
}


@pytest.fixture
def text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The text that is shipped, here a file that a test may fill; the working folder is empty."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    shutil.copy(places.shipped("paper") / "evidence.typ", shipped)
    folders = {"paper": shipped, "conf": places.shipped("conf"), "experiments": places.shipped("experiments")}
    monkeypatch.setattr(places, "shipped", folders.__getitem__)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    (shipped / "paper.typ").write_text(FIRST_LINE + '#num("synthesis", "sets") sets, tier #tier')
    return shipped / "paper.typ"


@pytest.fixture
def report(text: Path) -> Path:
    """The folder of a study with a report of one number and one table, at the tier smoke."""
    return _report("smoke")


def _report(tier: str) -> Path:
    folder = places.study_folder(Path("results"), tier, "synthesis")
    (folder / "tables").mkdir(parents=True)
    (folder / "figures").mkdir()
    (folder / "numbers.json").write_text(json.dumps({"sets": {"text": "27"}}))
    (folder / "figures" / "captions.json").write_text("{}")
    table = {"name": "ranks", "caption": "Ranks.", "header": ["method", "rank"], "align": ["left", "right"]}
    (folder / "tables" / "ranks.json").write_text(json.dumps({**table, "rows": [["tree", "1.5 [1, 2]"]], "notes": []}))
    return folder


def _set(text: Path, words: str) -> bytes:
    text.write_text(FIRST_LINE + words)
    assert paper.main(["tier=smoke"]) == 0
    return Path("paper/paper.pdf").read_bytes()


def test_without_a_report_the_error_names_the_command_that_makes_one(text: Path) -> None:
    with pytest.raises(
        HarnessError, match=r"no report of the tier 'smoke' in results; run `harness report tier=smoke`"
    ):
        paper.main(["tier=smoke"])


def test_the_report_of_another_tier_does_not_count(report: Path) -> None:
    with pytest.raises(HarnessError, match="no report of the tier 'standard'"):
        paper.main([])


def test_a_word_that_is_no_setting_is_refused(report: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read 'tire=smoke'"):
        paper.main(["tire=smoke"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ('#num("synthesis", "sats")', r"the number 'sats', which the report of 'synthesis' does not have"),
        ('#num("detection", "sets")', r"the study 'detection', which has no report of the tier 'smoke'"),
        ('#claim("synthesis", "S1")', r"the table 'claims', which the report of 'synthesis' does not have"),
        ('#setting("config", "n_fold")', r"the setting 'n_fold', which conf/config.yaml does not have"),
        ("@nobody", r"label `<nobody>` does not exist"),
    ],
)
def test_what_no_report_has_is_named_with_the_line_that_asks_for_it(
    report: Path, text: Path, words: str, complaint: str
) -> None:
    text.write_text(f"{FIRST_LINE}\n{words}")
    with pytest.raises(HarnessError, match=complaint + r".* \(paper.typ, line 3\)\.$"):
        paper.main(["tier=smoke"])


@pytest.mark.parametrize(("name", "n_figures"), [("ranks", 1), ("absent", 0)])
def test_a_table_that_the_report_does_not_have_is_left_out(report: Path, text: Path, name: str, n_figures: int) -> None:
    _set(text, f'#results-table("synthesis", "{name}") #context assert.eq(query(figure).len(), {n_figures})')


def test_a_figure_that_the_report_does_not_have_is_left_out(report: Path, text: Path) -> None:
    _set(text, '#results-figure("synthesis", "absent") #context assert.eq(query(figure).len(), 0)')


def test_a_number_of_the_report_is_what_the_paper_prints(report: Path, text: Path) -> None:
    assert _set(text, '#num("synthesis", "sets") sets') == _set(text, "27 sets")


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (
            "S1",
            '_S1:_ a − b: #box[+2 [1, 3]], #verdict("supported")#[;] '
            'a − c: #box[+2 [−1, 5]], stated 3, #verdict("not excluded"). '
            '_Verdict:_ #verdict("supported"), kept by 3 of 4 neighbours among 9 specifications; it hangs most on _metric_.',
        ),
        ("S3", '_S3:_ a − b: #box[+2 [−1, 5]], stated 7, #verdict("excluded"). _Verdict:_ #verdict("excluded").'),
        ("S8", "_S8:_ not tested."),
        ("S9", "_S9:_ not in this report."),
    ],
)
def test_a_claim_ends_with_its_verdict_and_what_it_hangs_on(report: Path, text: Path, claim: str, words: str) -> None:
    header = ["claim", "contrast", "unit", "estimate", "stated", "verdict"]
    table = {"name": "claims", "caption": "Claims.", "header": header, "align": ["left"] * 6, "rows": CLAIMS}
    (report / "tables" / "claims.json").write_text(json.dumps({**table, "notes": [], "about": ABOUT}))
    numbers = {"verdict.S1": "supported", "verdict.S3": "excluded", "verdict.S8": "not tested"}
    numbers |= {
        "curve.S1.kept": "3",
        "curve.S1.neighbours": "4",
        "curve.S1.specifications": "9",
        "curve.S1.hangs_on": "metric",
    }
    (report / "numbers.json").write_text(json.dumps({key: {"text": text} for key, text in numbers.items()}))
    assert _set(text, f'#claim("synthesis", "{claim}")') == _set(text, words)


def test_regression_sets_can_stand_side_by_side(report: Path, text: Path) -> None:
    rows = [["boston", "tree", "0.7"], ["boston", "stacking", "0.8"], ["bikes", "tree", "0.9"]]
    table = {"name": "regression", "caption": "Values.", "header": ["data set", "method", "R²"], "align": ["left"] * 3}
    (report / "tables" / "regression.json").write_text(json.dumps({**table, "rows": rows, "notes": []}))
    _set(
        text,
        '#let cells = side-by-side(read-table("synthesis", "regression")).children.filter(each => each.func() == table.cell); '
        "#assert.eq(cells.map(cell => cell.body), ([tree], [0.7], [0.9], [stacking], [0.8], [–]))",
    )


def test_revisions_and_processors_are_counted(report: Path, text: Path) -> None:
    lists = {"processors": {"value": ["EPYC", "Xeon @ 2.4GHz"]}, "revisions": {"value": ["aaa", "bbb"]}}
    (report / "numbers.json").write_text(json.dumps(lists))
    counted = (
        '#revisions("synthesis").len() #processors("synthesis").len() #plural(revisions("synthesis"))[one][several]'
    )
    assert _set(text, counted) == _set(text, "2 2 several")


@pytest.mark.parametrize(
    ("words", "colour"),
    [
        *(("supported", "holds"), ("for, size open", "holds"), ("open", "open"), ("not excluded", "open")),
        *(("against", "fails"), ("excluded", "fails"), ("practically no difference", "nothing")),
    ],
)
def test_a_verdict_has_its_colour(report: Path, text: Path, words: str, colour: str) -> None:
    assert _set(text, f'#verdict("{words}")') == _set(text, f"#text(fill: {colour}, weight: 600)[{words}]")


def test_the_same_report_gives_the_same_bytes(report: Path) -> None:
    paper.main(["tier=smoke", "output=one/paper.pdf"])
    paper.main(["tier=smoke", "output=two/paper.pdf"])
    assert Path("one/paper.pdf").read_bytes() == Path("two/paper.pdf").read_bytes()


def test_what_the_paper_was_made_of_is_left_beside_it(report: Path) -> None:
    paper.main(["tier=smoke", "output=drafts/paper.pdf"])
    contents = json.loads(Path("drafts/generated/contents.json").read_text())
    assert contents["tier"] == "smoke"
    texts = ["abstract", "appendix", "paper"]
    assert contents["studies"] == {"synthesis": {"tables": ["ranks"], "figures": [], "texts": texts}}
    assert json.loads(Path("drafts/generated/synthesis/numbers.json").read_text()) == {"sets": {"text": "27"}}


def test_nothing_is_written_into_the_shipped_folder(report: Path, text: Path) -> None:
    before = sorted(text.parent.rglob("*"))
    paper.main(["tier=smoke"])
    assert sorted(text.parent.rglob("*")) == before


def test_a_place_that_cannot_be_written_is_one_sentence(report: Path) -> None:
    Path("file").write_text("in the way")
    with pytest.raises(HarnessError, match=r"cannot write file/paper\.pdf: .*; set output="):
        paper.main(["tier=smoke", "output=file/paper.pdf"])
