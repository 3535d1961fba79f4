"""Descriptions of results for archives: complete, true of the files, and valid to the formats' own validators."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from harness.cli import crate as command
from harness.cli.main import main
from harness.planning.dataset_catalogue import read_catalogue
from harness.provenance.crates import croissant, ro_crate, validators
from harness.provenance.crates.facts import read_facts
from harness.tracking import environments

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results"
FILES = (ro_crate.NAME, croissant.NAME)
SAID = ("name=Four small trials", "author=A. Reviewer", "licence=https://creativecommons.org/publicdomain/zero/1.0/")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of results of its own, with its report and its descriptions."""
    folder = tmp_path_factory.mktemp("crates") / "results"
    words = ["dataset=iris,wine", "model=tree,nb", "study=small", f"results={folder}", "workers=1"]
    assert main(["run", "-m", "tier=standard", *words]) == 0
    assert main(["report", "study=small", f"results={folder}"]) == 0
    assert main(["crate", f"results={folder}", *SAID]) == 0
    return folder


def read(folder: Path, name: str) -> dict[str, Any]:
    """One of the descriptions."""
    found: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return found


def entities(folder: Path) -> dict[str, dict[str, Any]]:
    """Of the crate, by their ids."""
    return {one["@id"]: one for one in read(folder, ro_crate.NAME)["@graph"]}


def test_a_crate_lists_every_file_with_its_size_and_digest(results: Path) -> None:
    files = {name: one for name, one in entities(results).items() if one["@type"] == "File"}
    there = {path.relative_to(results).as_posix(): path for path in results.glob("small/**/*") if path.is_file()}
    kept = {
        name for name in there if name.partition("/")[2].partition("/")[0] not in ("parts", "sweeps", "predictions")
    }
    assert files.keys() == kept
    for name, one in files.items():
        content = there[name].read_bytes()
        assert (one["sha256"], one["contentSize"]) == (hashlib.sha256(content).hexdigest(), str(len(content)))
        assert one["description"]


def test_a_crate_says_which_command_made_the_records_of_which_sets(results: Path) -> None:
    known = entities(results)
    [action] = [one for one in known.values() if one["@type"] == "CreateAction"]
    assert action["result"] == {"@id": "small/trials.parquet"}
    assert {known[one["@id"]]["name"] for one in action["object"]} == {"Iris", "Wine"}
    assert "dataset=iris,wine" in action["description"]
    assert action["startTime"] <= action["endTime"]
    assert known["./"]["name"] == "Four small trials"


def test_what_a_crate_refers_to_is_in_it(results: Path) -> None:
    known = entities(results)
    asked = [each["@id"] for one in known.values() for value in one.values() for each in _references(value)]
    assert asked
    assert [each for each in asked if each not in known and each != "https://w3id.org/ro/crate/1.3"] == []


def _references(value: Any) -> list[dict[str, str]]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict) and one.keys() == {"@id"}]


def test_croissant_names_every_column_of_every_file_and_finds_it(results: Path) -> None:
    sets = {one["name"]: one for one in read(results, croissant.NAME)["recordSet"]}
    assert {f"{name}.parquet" for name in sets} == {
        path.relative_to(results).as_posix() for path in results.glob("small/*.parquet")
    }
    for name, one in sets.items():
        row = pq.read_table(results / f"{name}.parquet").slice(0, 1).to_pylist()[0]
        fields = {field["name"]: field for field in one["field"]}
        assert {each.partition(".")[0] for each in fields} == row.keys()
        for each, field in fields.items():
            value = row[field["source"]["extract"]["column"]]
            for step in each.split(".")[1:]:
                value = (value or {}).get(step)  # such small records have no levels below their settings
            assert isinstance(value, list) is field.get("repeated", False) or value is None, each


def test_the_same_results_are_described_in_the_same_words(results: Path) -> None:
    before = [(results / name).read_bytes() for name in FILES]
    assert main(["crate", f"results={results}", *SAID]) == 0
    assert [(results / name).read_bytes() for name in FILES] == before


def test_nothing_to_describe_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["crate", f"results={tmp_path}"]) == 2
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.parametrize("name", ["figures/captions.json", "tables/measured.json", "labels.parquet"])
def test_a_damaged_file_is_named(name: str, results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(shutil.copytree(results, tmp_path / "results"))
    (folder / "small" / name).parent.mkdir(exist_ok=True)
    (folder / "small" / name).write_bytes(b"\xff{")
    assert main(["crate", f"results={folder}", *SAID]) == 1
    assert f"{name} is damaged" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "small is a study of your own: say author= and licence="),
        (["author=A. Reviewer"], "small is a study of your own: say licence="),
        (["author=A. Reviewer", "licence=CC0"], "licence=CC0 is no address"),
    ],
)
def test_of_results_of_ones_own_nobody_else_is_the_author(
    words: list[str], sentence: str, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["crate", f"results={results}", *words]) == 2
    assert sentence in capsys.readouterr().err
    said = "".join((results / name).read_text(encoding="utf-8") for name in FILES)
    assert "mlops-harness authors" not in said
    assert "rai:" not in said.replace('"rai": "http', "")
    assert "jrps" not in said


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "results").write_text("not a folder", encoding="utf-8")
    assert main(["crate", f"results={tmp_path / 'results'}"]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_records_that_are_in_no_file_yet_are_not_passed_over(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(results, tmp_path / "results"))
    again = ["tier=standard", "dataset=iris", "model=knn", f"results={folder}", "workers=1"]
    for study in ("small", "another"):
        assert main(["run", "-m", f"study={study}", *again]) == 0
        assert main(["crate", f"results={folder}"]) == 2
        assert f"harness report study={study}" in capsys.readouterr().err
        assert main(["report", f"study={study}", f"results={folder}"]) == 0
    assert main(["crate", f"results={folder}", *SAID]) == 0


def test_a_file_of_ones_own_is_not_taken_for_the_set_whose_name_it_has(tmp_path: Path) -> None:
    rows = "\n".join(f"{number * 37 % 101},{number * 53 % 97},{'ab'[number % 2]}" for number in range(150))
    (tmp_path / "iris.csv").write_text(f"x,y,kind\n{rows}\n", encoding="utf-8")
    own = ["dataset=file", f"dataset.path={tmp_path / 'iris.csv'}", "dataset.target=kind"]
    folder = tmp_path / "results"
    for study, words in (("own", own), ("ours", ["dataset=iris"])):
        run = ["run", "-m", "tier=standard", f"study={study}", "model=tree", "workers=1", f"results={folder}"]
        assert main([*run, *words]) == 0
        assert main(["report", f"study={study}", f"results={folder}"]) == 0
    assert main(["crate", f"results={folder}", *SAID]) == 0
    ours, theirs = (entities(folder)[f"#sweep-{number}"]["object"]["@id"] for number in (0, 1))
    assert entities(folder)[ours]["name"] == "Iris"
    assert entities(folder)[theirs].keys() == {"@id", "@type", "name"}


def test_names_that_no_address_may_hold_are_written_as_addresses(results: Path, tmp_path: Path) -> None:
    if not environments.is_installed(validators.ENVIRONMENT):
        pytest.skip("the validators have no environment here: harness crate --install")
    folder = Path(shutil.copytree(results, tmp_path / "results"))
    for name in ('figures/a "figure" of 50 %.svg', "tables/Größe #1?.csv"):
        (folder / "small" / name).parent.mkdir(exist_ok=True)
        (folder / "small" / name).write_text("x", encoding="utf-8")
    shutil.copy(folder / "small" / "trials.parquet", folder / "small" / "trials of May.parquet")
    assert main(["crate", f"results={folder}", *SAID]) == 0
    assert validators.problems(folder) == {name: [] for name in FILES}


# ---- what is published ----------------------------------------------------------------------------------------------


def test_the_published_descriptions_are_of_the_published_results(tmp_path: Path) -> None:
    studies = sorted(path.parent.name for path in RESULTS.glob("*/trials.parquet"))
    known = {(name, dataset.checksum): dataset.about for name, dataset in read_catalogue().items()}
    facts = read_facts(RESULTS, studies, known)
    for path in command.described(facts, command.about(facts, command.DEFAULTS), into=tmp_path):
        assert path.read_bytes() == (RESULTS / path.name).read_bytes(), (
            f"{path.name} is old; write it anew: harness crate"
        )


@pytest.mark.parametrize("where", ["published", "small"])
def test_both_validators_accept_them(where: str, results: Path) -> None:
    if not environments.is_installed(validators.ENVIRONMENT):
        pytest.skip("the validators have no environment here: harness crate --install")
    assert validators.problems(RESULTS if where == "published" else results) == {name: [] for name in FILES}


def test_validators_object_to_what_is_wrong(results: Path, tmp_path: Path) -> None:
    if not environments.is_installed(validators.ENVIRONMENT):
        pytest.skip("the validators have no environment here: harness crate --install")
    crate, described = read(results, ro_crate.NAME), read(results, croissant.NAME)
    [root] = [one for one in crate["@graph"] if one["@id"] == "./"]
    del root["license"]
    described["recordSet"][0]["field"][0]["source"]["fileObject"]["@id"] = "elsewhere.parquet"
    for name, document in zip(FILES, (crate, described), strict=True):
        (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
    found = validators.problems(tmp_path)
    assert all(found[name] for name in FILES)


ZENODO_REQUIRED = {"title", "description", "upload_type", "creators", "access_right", "license"}
ZENODO_OTHER = {"version", "language", "keywords", "related_identifiers", "notes"}
ZENODO_TYPES = {"publication", "poster", "presentation", "dataset", "image", "video", "software", "lesson", "other"}


def test_what_zenodo_is_told_has_the_fields_that_it_asks_for_and_says_what_the_citation_says() -> None:
    told = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert told.keys() >= ZENODO_REQUIRED
    assert told.keys() <= ZENODO_REQUIRED | ZENODO_OTHER
    assert told["upload_type"] in ZENODO_TYPES
    assert told["access_right"] == "open"
    for key in ("title", "version", "license"):
        assert str(told[key]) == str(cited[key]), key
    assert sorted(told["keywords"]) == sorted(cited["keywords"])
    assert [one["name"] for one in told["creators"]] == [one["name"] for one in cited["authors"]]
    assert [one["identifier"] for one in told["related_identifiers"]] == [one["doi"] for one in cited["references"]]
