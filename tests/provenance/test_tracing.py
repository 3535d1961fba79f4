"""From a number to its trials."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import harness
from harness import places
from harness.cli.main import main
from harness.core import ConfigError, HarnessError
from harness.provenance.tracing import trace
from harness.running import store

RESULTS = places.shipped("results")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual report of two trials of somebody's own study."""
    folder = tmp_path_factory.mktemp("traced") / "results"
    for seed in (0, 1):
        harness.run("study=mine", "dataset=iris", "model=tree", f"seed={seed}", f"results={folder}")
    harness.run("study=mine", "dataset=iris", "model=nb", f"results={folder}")
    assert main(["report", "tier=adhoc", f"results={folder}"]) == 0
    return folder


def test_a_cell_of_ones_own_study_rests_on_its_trials(results: Path) -> None:
    [found] = trace(["mine/measured.csv", "model=tree", "accuracy"], results, "adhoc")
    stored = found.read()
    assert found.query is not None
    tree = [one.trial_id for one in store.read(results / ".adhoc" / "mine").records if one.factors["model"] == "tree"]
    assert found.query.ids(stored) == sorted(tree)
    assert found.made_by == ("harness.report.default_report.measured_table",)


def test_a_number_of_a_sentence_is_traced(results: Path) -> None:
    [found] = trace(["mine/numbers.json", "trials.ok"], results, "adhoc")
    assert found.text == "3"
    assert found.query is not None
    assert len(found.query.ids(found.read())) == 3


def test_an_argument_and_a_value_of_the_code_rest_on_no_record(results: Path) -> None:
    [tier] = trace(["mine/numbers.json", "tier"], results, "adhoc")
    [protocol] = trace(["mine/numbers.json", "protocol"], results, "adhoc")
    assert (tier.basis, tier.query) == ("argument", None)
    assert (protocol.basis, protocol.query, protocol.made_by) == ("design", None, ("harness.core.PROTOCOL_VERSION",))


def test_words_of_a_row_and_a_heading_are_understood() -> None:
    by_name = trace(["detection/paper.csv", "ddm", "delay"], RESULTS, "standard")
    by_title = trace(["detection/paper", "DDM", "delay, months"], RESULTS, "standard")
    by_column = trace(["results/detection/tables/paper.csv", "detector=ddm", "delay"], RESULTS, "standard")
    assert by_name == by_title == by_column
    assert by_name[0].made_by == ("experiments.detection.tables.comparing.paper_table",)


def test_published_and_designed_cells_rest_on_no_record() -> None:
    [published] = trace(["detection/paper.csv", "ddm", "delay_published"], RESULTS, "standard")
    assert (published.basis, published.query) == ("published", None)


def test_a_claim_is_its_registered_contrasts() -> None:
    found = trace(["d1"], RESULTS, "standard")
    assert [one.name.split(" ")[1] for one in found] == ["D1.delay.eddm-ddm@5", "D1.delay.eddm-ddm@default.stated"]
    assert all(one.query is not None for one in found)


@pytest.mark.parametrize("study", ["calibration", "detection", "monitoring", "synthesis"])
def test_every_number_of_the_paper_is_traced(study: str) -> None:
    numbers = json.loads((RESULTS / study / "numbers.json").read_text(encoding="utf-8"))
    for key, number in list(numbers.items())[:: max(1, len(numbers) // 60)]:
        [found] = trace([f"{study}/numbers.json", key], RESULTS, "standard")
        assert found.text == number["text"]
        assert found.query is not None or found.basis != "records"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["detection/papr.csv", "ddm", "delay"], "there is no table 'papr' of detection; did you mean 'paper'"),
        (["detection/paper.csv"], "such rows: ddm; ddm_warm"),
        (["detection/paper.csv", "ddm"], "name one column; there are: title, delay"),
        (["detection/paper.csv", "dddm", "delay"], "has no row and no column 'dddm'; did you mean 'ddm'"),
        (["detection/numbers.json"], "give the key of one number; there are"),
        (["detection/numbers.json", "trials.okay"], "has no number 'trials.okay'; did you mean 'trials.ok'"),
        (["detektion/paper.csv"], "there are results of: calibration, detection"),
        (["D1", "resutls=x"], "table 'claims' has no column 'resutls=x'"),
        (["D99"], "there is no claim 'D99'"),
    ],
)
def test_what_is_not_found_is_said(words: list[str], sentence: str) -> None:
    with pytest.raises(ConfigError) as error:
        trace(words, RESULTS, "standard")
    assert sentence in str(error.value)


@pytest.mark.parametrize("words", [["tree"], ["model=tree", "model=nb"]])
def test_records_of_a_figure_are_chosen_by_one_level_of_a_factor(
    words: list[str], results: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(results, tmp_path / "results"))
    figures = folder / ".adhoc" / "mine" / "figures"
    figures.mkdir(exist_ok=True)
    (figures / "origins.json").write_text('{"drawn": {"tables": [], "drawn_by": "a.b"}}', encoding="utf-8")
    [found] = trace(["mine/figures/drawn", "model=tree"], folder, "adhoc")
    assert found.query is not None
    assert len(found.query.ids(found.read())) == 2
    with pytest.raises(ConfigError, match=f"one level of each factor.*{words[-1]}"):
        trace(["mine/figures/drawn", *words], folder, "adhoc")


def test_a_table_of_another_version_is_named(results: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(results, tmp_path / "results"))
    path = folder / ".adhoc" / "mine" / "tables" / "measured.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"records"', '"of another version"'), encoding="utf-8")
    with pytest.raises(HarnessError, match=r"measured\.json or \.csv is lacking, damaged, or of another version"):
        trace(["mine/measured.csv", "model=tree", "accuracy"], folder, "adhoc")


def test_the_place_of_what_draws_a_figure_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "tracking/figures/growth", "tracker=git", f"results={RESULTS}", "--json"]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert told["made_by"][0]["file"].endswith("experiments/tracking/figures.py")


def test_the_command_tells_programs_all(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["trace", "mine/measured.csv", "model=nb", "accuracy", "tier=adhoc", f"results={results}"]
    assert main([*words, "--json"]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert (told["records"], told["of"], len(told["trial_ids"])) == (1, 3, 1)
    assert told["made_by"][0]["file"].endswith("default_report.py")
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "1 of 3 records" in said
    assert "run again  harness replay --of mine/measured.csv" in said


def test_the_command_that_runs_it_again_can_be_typed(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["trace", "mine/measured.csv", "model=nb", "accuracy", "tier=adhoc", f"results={results}", "--json"])
    [told] = json.loads(capsys.readouterr().out)
    assert main(told["replay"].split(" ")[1:]) == 0
    assert "1 same" in capsys.readouterr().out


def test_a_trace_imports_nothing_that_results_name(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(results, tmp_path / "results")
    (tmp_path / "theirs.py").write_text("from pathlib import Path\nPath('was_here').touch()\n", encoding="utf-8")
    path = tmp_path / "results" / ".adhoc" / "mine" / "numbers.json"
    numbers = json.loads(path.read_text(encoding="utf-8"))
    numbers["trials.ok"]["source"]["by"] = "theirs.made"
    path.write_text(json.dumps(numbers), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(["trace", "mine/numbers.json", "trials.ok", "tier=adhoc", "results=results"]) == 0
    assert "theirs.made" in capsys.readouterr().out
    assert not (tmp_path / "was_here").exists()


def test_a_figure_without_a_table_is_traced_to_its_records_at_a_level(results: Path) -> None:
    [every] = trace(["mine/figures/drawn.pdf"], _with_a_figure(results), "adhoc")
    [tree] = trace(["mine/figures/drawn", "model=tree"], results, "adhoc")
    assert every.query is not None
    assert tree.query is not None
    assert (len(every.query.ids(every.read())), len(tree.query.ids(tree.read()))) == (3, 2)
    assert tree.made_by == ("theirs.draw",)
    with pytest.raises(ConfigError, match="none of them has model=svm; there are: tree, nb"):
        trace(["mine/figures/drawn", "model=svm"], results, "adhoc")
    with pytest.raises(ConfigError, match="there is no figure 'drwn' of mine; did you mean 'drawn'"):
        trace(["mine/figures/drwn"], results, "adhoc")


def _with_a_figure(results: Path) -> Path:
    path = results / ".adhoc" / "mine" / "figures" / "origins.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"drawn": {"tables": [], "drawn_by": "theirs.draw"}}), encoding="utf-8")
    return results


def test_a_point_of_a_figure_is_a_cell_of_its_table() -> None:
    drawn = trace(["detection/figures/paper_page.pdf", "ddm", "delay"], RESULTS, "standard")
    cells = [
        trace([f"detection/{name}.csv", "ddm", "delay"], RESULTS, "standard")[0] for name in ("paper", "paper_matched")
    ]
    assert [one.query for one in drawn] == [one.query for one in cells]
    assert {one.drawn_in for one in drawn} == {"detection/figures/paper"}
    assert drawn[0].made_by == ("experiments.detection.figures._paper", *cells[0].made_by)


@pytest.mark.parametrize(
    ("column", "tier"), [("first_n", "standard"), ("new_n", "replication"), ("fresh_n", "confirmation")]
)
def test_what_new_records_say_is_traced_to_them(column: str, tier: str) -> None:
    [found] = trace(["synthesis/confirmation.csv", "id=S1.accuracy.stacking-bagging", column], RESULTS, "standard")
    assert found.tier == tier
    assert found.query is not None
    assert found.query.ids(found.read())


@pytest.mark.parametrize(
    "number",
    [
        3,
        {"text": "1"},
        {"text": "1", "source": "x"},
        {"text": "1", "source": {"records": "x", "by": 5}},
        {"text": "1", "source": {"records": [{"among": 3}], "by": "harness.made"}},
    ],
)
def test_a_damaged_number_is_said(results: Path, tmp_path: Path, number: Any) -> None:
    shutil.copytree(results, tmp_path / "results")
    path = tmp_path / "results" / ".adhoc" / "mine" / "numbers.json"
    path.write_text(json.dumps({"a": number}), encoding="utf-8")
    with pytest.raises(HarnessError, match=r"numbers\.json is damaged"):
        trace(["mine/numbers.json", "a"], tmp_path / "results", "adhoc")


@pytest.mark.parametrize("text", ["[" * 100_000, "[]", "3", "{"])
def test_a_file_that_is_no_mapping_is_damaged(results: Path, tmp_path: Path, text: str) -> None:
    shutil.copytree(results, tmp_path / "results")
    folder = tmp_path / "results" / ".adhoc" / "mine"
    for name in ("numbers.json", "figures/origins.json"):
        (folder / name).write_text(text, encoding="utf-8")
    for words in (["mine/numbers.json", "a"], ["mine/figures/a.pdf"]):
        with pytest.raises(HarnessError, match=r"json is damaged"):
            trace(words, tmp_path / "results", "adhoc")


def test_a_table_elsewhere_is_not_read(results: Path, tmp_path: Path) -> None:
    shutil.copytree(results, tmp_path / "results")
    folder = tmp_path / "results" / ".adhoc" / "mine"
    source = {"table": "../elsewhere", "row": {}, "columns": ["accuracy"]}
    (folder / "numbers.json").write_text(json.dumps({"a": {"text": "1", "source": source}}), encoding="utf-8")
    for end in (".csv", ".json"):
        shutil.copy(folder / "tables" / f"measured{end}", folder / f"elsewhere{end}")
    with pytest.raises(HarnessError, match=r"'\.\./elsewhere' is no name of a table"):
        trace(["mine/numbers.json", "a"], tmp_path / "results", "adhoc")


def test_what_results_say_is_printed_as_it_stands(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No style, no error for a bracket, and nothing that moves the cursor over other lines."""
    shutil.copytree(results, tmp_path / "results")
    path = tmp_path / "results" / ".adhoc" / "mine" / "numbers.json"
    numbers = json.loads(path.read_text(encoding="utf-8"))
    numbers["trials.ok"]["text"] = "[red]3[/bold] \x1b[2A"
    path.write_text(json.dumps(numbers), encoding="utf-8")
    assert main(["trace", "mine/numbers.json", "trials.ok", "tier=adhoc", f"results={tmp_path / 'results'}"]) == 0
    assert "[red]3[/bold] \\x1b[2A" in capsys.readouterr().out
