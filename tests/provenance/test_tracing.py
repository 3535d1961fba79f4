"""From a number to its trials."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import harness
from harness import places
from harness.cli.main import main
from harness.core import ConfigError
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
