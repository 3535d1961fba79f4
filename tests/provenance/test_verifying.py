"""Every kind of edit is found, and by which check."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import harness
from harness.cli.main import main
from harness.core import HarnessError
from harness.provenance import certificate, cores, manifest
from harness.provenance.sampling import of_studies, sampled
from harness.provenance.verifying import clean_bound, overall_root, verify
from harness.running import predicted_labels, store
from harness.running.publishing import publish
from harness.running.store import plans
from harness.running.store.compacted import read_file, write_compacted
from harness.running.store.earlier import LABELS

Tamper = Callable[[Path], None]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a small tier with labels, as a report leaves them."""
    results = tmp_path_factory.mktemp("made") / "results"
    for seed in (0, 1):
        harness.run("dataset=iris", "model=nb", f"seed={seed}", f"results={results}")
        harness.run("dataset=iris", "model=tree", f"seed={seed}", f"results={results}", "study=mine")
    harness.run("dataset=iris", "model=knn", "synthesis=adaboost", f"results={results}", "study=mine")
    assert main(["report", "tier=adhoc", "study=mine", f"results={results}"]) == 0
    return results


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy to be tampered with."""
    shutil.copytree(made, tmp_path / "results")
    return tmp_path / "results" / ".adhoc" / "mine"


@pytest.fixture
def replicated(tmp_path: Path) -> tuple[Path, Path]:
    """A study of the standard tier, and the folder of its replication, which is published beside it."""
    results = tmp_path / "results"
    for tier, seed in (("standard", 0), ("replication", 1)):
        harness.run("dataset=iris", "model=nb", f"tier={tier}", f"seed={seed}", f"results={results}", "study=mine")
    hidden, folder = results / ".replication" / "mine", results / "mine"
    assert publish(hidden, store.read(hidden).table["trial_id"].to_pylist())
    return folder, hidden


def faulty(folder: Path, **options: Any) -> set[str]:
    return {check.name for check in verify([folder], **options) if not check.passes}


def rewrite(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "trials.parquet"
    found = read_file(path)
    rows = found.table.to_pylist()
    for row in rows:
        edit(row)
    table = pa.Table.from_pylist(rows, schema=found.table.schema)
    with path.open("wb") as file:
        write_compacted(file, replace(found, table=table))


def measurement(folder: Path) -> None:
    def edit(row: dict[str, Any]) -> None:
        if row["status"] == "ok":
            row["measurements"]["accuracy"][0] -= 1e-9

    rewrite(folder, edit)


def factor(folder: Path) -> None:
    rewrite(folder, lambda row: row["factors"].update(seed=7 + row["factors"]["seed"]))


def status(folder: Path) -> None:
    rewrite(folder, lambda row: row.update(status="skipped", code="rare-class"))


def identity(folder: Path) -> None:
    rewrite(folder, lambda row: row.update(trial_id=row["trial_id"][::-1]))


def label(folder: Path) -> None:
    path = folder / LABELS
    known = predicted_labels.read(path)
    for codes in known.values():
        codes[0] = (codes[0] + 1) % 3
    path.write_bytes(predicted_labels.packed(known))


def predictions(folder: Path) -> None:
    rewrite(folder, lambda row: row.update(predictions=row["predictions"] and "0" * 64))


def table(folder: Path) -> None:
    path = folder / "tables" / "measured.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("0.9", "0.8"), encoding="utf-8")


def number(folder: Path) -> None:
    path = folder / "numbers.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"text": "3"', '"text": "4"'), encoding="utf-8")


def figure(folder: Path) -> None:
    (folder / "figures" / "new.png").write_bytes(b"PNG")


def captions(folder: Path) -> None:
    (folder / "figures" / "captions.json").write_text('{"a": "b"}', encoding="utf-8")


def missing(folder: Path) -> None:
    (folder / "tables" / "measured.tex").unlink()


def register(folder: Path) -> None:
    (folder / "register.json").write_text("{}", encoding="utf-8")


def class_of_trial(folder: Path) -> None:
    """No id has it."""
    edit_heads(folder, specs=lambda spec: {**spec, "_target_": "harness.trials.detection.DetectionTrial"})


def core(folder: Path) -> None:
    """Who forges a record might name a core that the reader cannot run."""
    edit_heads(folder, headers=lambda said: {**said, "blas": [{"internal_api": "openblas", "architecture": "Zen9"}]})


def edit_heads(folder: Path, **edits: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Edit what stands in the file of records once for many."""
    path = folder / "trials.parquet"
    found = read_file(path)
    edited = {kind: {key: edit(said) for key, said in getattr(found, kind).items()} for kind, edit in edits.items()}
    with path.open("wb") as file:
        write_compacted(file, replace(found, **edited))


def revision(folder: Path) -> None:
    edit_heads(folder, headers=lambda said: {**said, "revision": "0" * 40})


def clock(folder: Path) -> None:
    """Tables of costs rest on it."""

    def edit(row: dict[str, Any]) -> None:
        for name, seconds in (row["clock"] or {}).items():
            row["clock"][name] = [2 * each for each in seconds] if isinstance(seconds, list) else seconds

    rewrite(folder, edit)


def folder_of_tables(folder: Path) -> None:
    (folder / "tables" / "more").mkdir()
    (folder / "tables" / "more" / "measured.csv").write_text("a\n1\n", encoding="utf-8")


def records_beside(folder: Path) -> None:
    shutil.copy(folder / "trials.parquet", folder / "better.parquet")


ALONE: dict[str, tuple[Tamper, set[str]]] = {
    "class of the trial": (class_of_trial, {"digests", "root"}),
    "core": (core, {"digests", "root"}),
    "revision": (revision, {"digests", "root"}),
    "clock": (clock, {"digests", "root"}),
    "folder of tables": (folder_of_tables, {"digests", "root"}),
    "records beside": (records_beside, {"digests", "root"}),
    "measurement": (measurement, {"digests", "labels", "root"}),
    "factor": (factor, {"digests", "ids", "labels", "root"}),
    "status": (status, {"digests", "labels", "root"}),
    "identity": (identity, {"digests", "ids", "root"}),
    "label": (label, {"digests", "labels", "root"}),
    "predictions": (predictions, {"digests", "root"}),
    "table": (table, {"digests", "root"}),
    "number": (number, {"digests", "root"}),
    "figure": (figure, {"digests", "root"}),
    "captions": (captions, {"digests", "root"}),
    "missing file": (missing, {"digests", "root"}),
    "register": (register, {"digests", "root"}),
}


def root(folder: Path) -> str:
    found: dict[str, manifest.Manifest] = {}
    list(verify([folder], found=found))
    return overall_root(found)


def test_what_was_not_touched_passes(folder: Path) -> None:
    assert faulty(folder, tables=True, root=root(folder)) == set()


@pytest.mark.parametrize(("tamper", "found_by"), ALONE.values(), ids=ALONE)
def test_an_edit_is_found(folder: Path, tamper: Tamper, found_by: set[str]) -> None:
    before = root(folder)
    tamper(folder)
    assert faulty(folder, root=before) == found_by


@pytest.mark.parametrize(("tamper", "found_by"), ALONE.values(), ids=ALONE)
def test_an_edit_whose_digests_were_rewritten_is_found_against_the_root(
    folder: Path, tamper: Tamper, found_by: set[str]
) -> None:
    before = root(folder)
    tamper(folder)
    manifest.write(folder)
    assert faulty(folder, root=before) == found_by - {"digests"}


@pytest.mark.parametrize("tamper", [table, number, captions, missing, folder_of_tables])
def test_tables_captions_and_numbers_are_made_anew(folder: Path, tamper: Tamper) -> None:
    tamper(folder)
    manifest.write(folder)
    assert faulty(folder, tables=True) == {"tables"}


def test_figures_are_drawn_anew_if_asked_for(folder: Path) -> None:
    assert faulty(folder, figures=True) == set()
    figure(folder)
    manifest.write(folder)
    assert faulty(folder, tables=True) == set()
    assert faulty(folder, figures=True) == {"figures"}


def test_tables_of_several_studies_are_made_at_once_and_import_nothing_of_the_current_folder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process looks into the current folder before it is told where modules are."""
    for name in ("multiprocessing", "selectors", "tempfile"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    other = folder.parent / "synthesis"
    manifest.write(other)
    table(folder)
    found = {check.study: check for check in verify([folder, other], tables=True) if check.name == "tables"}
    assert any("measured.csv is not what the code makes" in fault for fault in found["mine"].faults)
    assert any("there are none of majority" in fault for fault in found["synthesis"].faults)


def committed(folder: Path) -> Path:
    """The results in a repository of their own."""
    results = folder.parents[1]
    as_somebody = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "-A"], [*as_somebody, "commit", "-qm", "results"]):
        subprocess.run(["git", *words], cwd=results, check=True)
    return results


def test_an_edit_whose_digests_were_rewritten_is_found_in_the_history(folder: Path) -> None:
    committed(folder)
    measurement(folder)
    manifest.write(folder)
    assert faulty(folder) == {"history", "labels"}


def test_digests_that_are_gone_are_a_fault_of_the_history_too(folder: Path) -> None:
    committed(folder)
    (folder / manifest.NAME).unlink()
    assert faulty(folder) == {"digests", "history"}


def test_a_history_starts_no_program_of_its_own(folder: Path, tmp_path: Path) -> None:
    """A repository may say that a lacking object is to be fetched, by which program, and the folder is a stranger's."""
    results = committed(folder)
    said = subprocess.run(
        ["git", "rev-parse", f"HEAD:.adhoc/mine/{manifest.NAME}"],
        cwd=results,
        capture_output=True,
        text=True,
        check=True,
    )
    blob = said.stdout.strip()
    (results / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for key, value in {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "away",
        "remote.away.promisor": "true",
        "remote.away.url": str(tmp_path),
        "remote.away.uploadpack": f"touch {tmp_path / 'it_ran'}; false",
    }.items():
        subprocess.run(["git", "config", key, value], cwd=results, check=True)
    list(verify([folder]))
    assert not (tmp_path / "it_ran").exists()


@pytest.mark.parametrize("harm", ["no git", "damaged", "other .git"])
def test_a_history_that_git_cannot_tell_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch, harm: str) -> None:
    results = committed(folder)
    measurement(folder)
    manifest.write(folder)
    if harm == "no git":
        monkeypatch.setenv("PATH", "")
    elif harm == "damaged":
        (results / ".git" / "config").write_text("[", encoding="utf-8")
    else:
        (folder / ".git").write_text("x", encoding="utf-8")
    [check] = [each for each in verify([folder]) if each.name == "history"]
    assert (
        "git cannot tell what was committed" in check.faults[0]
        or "is not the one that was committed" in check.faults[0]
    )


def test_links_and_devices_are_a_fault_and_no_wait(folder: Path, tmp_path: Path) -> None:
    for name, target in (
        ("tables/more", tmp_path),
        ("tables/gone.csv", tmp_path / "nowhere"),
        ("zero.json", "/dev/zero"),
    ):
        (folder / name).symlink_to(target)
        [check] = [each for each in verify([folder]) if each.name == "digests"]
        assert "is a link or no file" in check.faults[0]
        (folder / name).unlink()
    (folder / manifest.NAME).unlink()
    (folder / manifest.NAME).symlink_to("/dev/zero")
    assert faulty(folder) == {"digests"}


def test_what_hides_published_records_hides_them_from_no_sample(replicated: tuple[Path, Path]) -> None:
    """A plan beside them might say that their data have changed since."""
    folder, hidden = replicated
    shutil.rmtree(hidden)
    (hidden / "sweeps").mkdir(parents=True)
    (hidden / "sweeps" / "9.json").write_text('{"schema":2,"is_note":true,"data":{"iris":["0000"]}}', encoding="utf-8")
    assert len(of_studies([folder], 0).of_size(9).ids) == 2


def test_another_register_in_a_plan_is_found(folder: Path) -> None:
    plans.write_plan(folder, [], {}, ("-m",), register={"claims": "00"})
    [check] = [each for each in verify([folder]) if each.name == "digests"]
    assert any("another register of claims" in fault for fault in check.faults)


def test_ids_of_old_records_import_nothing_of_a_stranger(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stranger_of_old.py").write_text("class Trial: pass\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    path = folder / "trials.parquet"
    found = read_file(path)
    specs = {key: {**spec, "_target_": "stranger_of_old.Trial"} for key, spec in found.specs.items()}
    headers = {key: {**header, "schema": 1} for key, header in found.headers.items()}
    with path.open("wb") as file:
        write_compacted(file, replace(found, specs=specs, headers=headers))
    [check] = [each for each in verify([folder]) if each.name == "ids"]
    assert any("would build stranger_of_old.Trial" in fault for fault in check.faults)
    assert "stranger_of_old" not in sys.modules


def test_without_a_root_nothing_is_said_of_one(folder: Path) -> None:
    [check] = [each for each in verify([folder]) if each.name == "root"]
    assert check.n == 0


def test_records_that_hide_published_ones_are_found(replicated: tuple[Path, Path]) -> None:
    """Replays and traces would see the hidden folder, tables and digests the published file."""
    folder, hidden = replicated
    store.compact(folder)
    manifest.write(folder)
    assert faulty(folder) == set()
    measurement(hidden)
    [check] = [each for each in verify([folder]) if not each.passes]
    assert check.name == "digests"
    assert any("holds other records than are published of tier=replication" in fault for fault in check.faults)
    shutil.rmtree(hidden)
    assert faulty(folder) == set()


def test_samples_are_of_the_published_tiers_too(
    replicated: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The bound is printed of all records, and tables rest on all tiers."""
    folder, hidden = replicated
    shutil.rmtree(hidden)
    for given, drawn in (([folder], {folder: 1, hidden: 1}), ([hidden], {hidden: 1})):
        assert {place: len(ids) for place, ids in of_studies(given, 0).of_size(9).by_folder.items()} == drawn
    store.compact(folder)
    manifest.write(folder)
    write = f"--write={tmp_path / 'certificate.json'}"
    assert main(["verify", f"results={folder.parent}", "--replay", "9", write]) == 0
    assert "2 of 2 random trials: same" in capsys.readouterr().out
    assert main(["review", f"results={folder.parent}", "--minutes", "0.01", write]) == 0
    assert "-m experiment=mine tier=replication" in capsys.readouterr().out


def test_nothing_is_written_into_the_results_that_are_looked_at(folder: Path) -> None:
    (folder / LABELS).unlink()
    manifest.write(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert faulty(folder, tables=True) == set()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_digests_that_do_not_fit_each_other_are_an_edit(folder: Path) -> None:
    path = folder / manifest.NAME
    told = json.loads(path.read_text(encoding="utf-8"))
    for change in ({"root": "0" * 64}, {"tiers": {"adhoc": {**told["tiers"]["adhoc"], "root": "0" * 64}}}):
        path.write_text(json.dumps({**told, **change}), encoding="utf-8")
        with pytest.raises(HarnessError, match="another root than its own digests have: it was edited"):
            manifest.read(folder)
    for text in ("", "[]", "[" * 100_000, '{"format": 2}', '{"format": 2, "root": 1, "tiers": [], "files": 3}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(HarnessError, match="is damaged; put back the published one"):
            manifest.read(folder)


def test_damaged_records_are_a_fault_and_no_traceback(folder: Path) -> None:
    (folder / "trials.parquet").write_bytes(b"PAR1 and so on")
    assert {"digests", "ids", "labels"} <= faulty(folder)


@pytest.mark.parametrize("lacking", ["dataset", "n_folds", "started"])
def test_records_that_lack_what_each_has_are_a_fault_and_no_traceback(folder: Path, lacking: str) -> None:
    path = folder / "trials.parquet"
    found = read_file(path)
    rows = [
        {**row, "factors": {name: level for name, level in row["factors"].items() if name != lacking}}
        for row in found.table.to_pylist()
    ]
    specs, headers = (
        {digest: {key: value for key, value in said.items() if key != lacking} for digest, said in known.items()}
        for known in (found.specs, found.headers)
    )
    with path.open("wb") as file:
        write_compacted(file, replace(found, table=pa.Table.from_pylist(rows), specs=specs, headers=headers))
    names = [check.name for check in verify([folder], tables=True)]
    assert names == ["digests", "history", "ids", "labels", "tables", "root"]
    assert faulty(folder, tables=True)


def test_nothing_that_a_record_names_is_built(folder: Path) -> None:
    """A source of data of somebody's own, which would read a file, is refused before it is made."""
    path = folder / "trials.parquet"
    found = read_file(path)
    source = {"_target_": "harness.data.sources.File", "path": "/etc/passwd"}
    specs = {key: {**spec, "dataset": {**spec["dataset"], "source": source}} for key, spec in found.specs.items()}
    with path.open("wb") as file:
        write_compacted(file, replace(found, specs=specs))
    [check] = [each for each in verify([folder]) if each.name == "labels"]
    assert any("would build harness.data.sources.File" in fault for fault in check.faults)


def test_the_command_writes_a_certificate(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["verify", "tier=adhoc", "study=mine"]
    assert main([*words, "--replay", "2", "--seed", "1"]) == 0
    said = capsys.readouterr().out
    assert "mine: 2 random trials of 3 were the same, so that more than 78 % wrong ones are excluded" in said
    told = certificate.read(tmp_path / "certificate.json")
    assert told["predicate"]["root"] in said
    assert told["predicate"]["replay"]["studies"]["mine"]["answers"] == {"same": 2}
    assert main([*words, "--read", "certificate.json", "--write", "second.json"]) == 0
    measurement(folder)
    assert main([*words, "--read", "certificate.json", "--write", "third.json"]) == 1
    assert certificate.read(tmp_path / "third.json")["predicate"]["passes"] is False


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--root", "3f1c"), "--root 3f1c is too short"),
        (("--root", "z" * 64), "is no digest; give its hexadecimal digits"),
        (("--replay", "-1"), "--replay -1 is no number of trials"),
        (("--read", "nothing.json"), "nothing.json is no certificate of this harness"),
    ],
)
def test_what_makes_no_sense_is_said(
    folder: Path, words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "tier=adhoc", f"results={folder.parents[1]}", *words]) in (1, 2)
    assert sentence in capsys.readouterr().err


def test_a_root_may_be_given_as_the_paper_prints_it(folder: Path) -> None:
    assert faulty(folder, root=root(folder)[:32]) == set()
    assert faulty(folder, root="0" * 32) == {"root"}


def written(folder: Path) -> Any:
    """The certificate in a folder."""
    return json.loads((folder / certificate.NAME).read_text(encoding="utf-8"))


def refuse_as_edited(told: Any, folder: Path) -> None:
    """Write the certificate as it was edited, and see it refused."""
    path = folder / certificate.NAME
    path.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(HarnessError, match="it was edited"):
        certificate.read(path)


@pytest.mark.parametrize("edit", ["share", "says", "size", "subject", "no root", "another root"])
def test_a_certificate_whose_parts_do_not_follow_from_each_other_was_edited(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["verify", "tier=adhoc", "study=mine", "--replay", "1"]) == 0
    told = written(tmp_path)
    said = told["predicate"]
    if edit == "share":
        said["replay"]["studies"]["mine"]["excluded_share"] = 0.001
    elif edit == "says":
        said["replay"]["studies"]["mine"]["says"] = "All is well."
    elif edit == "size":
        said["replay"]["studies"]["mine"]["here"] = 1
    elif edit == "subject":
        told["subject"] = []
    else:
        said["root"] = "" if edit == "no root" else "0" * 64
    refuse_as_edited(told, tmp_path)


def test_a_certificate_of_chosen_trials_is_found(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["verify", "tier=adhoc", "study=mine"]
    assert main([*words, "--replay", "1", "--seed", "1"]) == 0
    before = (tmp_path / "certificate.json").read_bytes()
    assert main([*words[:2], "--read", "certificate.json"]) == 0
    assert (tmp_path / "certificate.json").read_bytes() == before
    told = json.loads((tmp_path / "certificate.json").read_text(encoding="utf-8"))
    told["predicate"]["replay"]["trials"][0]["trial_id"] = of_studies([folder], 1).of_size(3).ids[-1]
    (tmp_path / "chosen.json").write_text(json.dumps(told), encoding="utf-8")
    assert main([*words, "--read", "chosen.json", "--write", "third.json"]) == 1
    assert "its trials are not those that seed 1 draws" in capsys.readouterr().out


def test_a_certificate_without_replays_says_so(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["verify", "tier=adhoc", "study=mine"]) == 0
    told = certificate.read(tmp_path / "certificate.json")["predicate"]["replay"]
    assert told["trials"] == []
    assert told["studies"] == {}


def test_no_stale_record_is_in_a_sample(folder: Path) -> None:
    """They fill no table, and would dilute those that do."""
    path = folder / "trials.parquet"
    found = read_file(path)
    old = {key: {**header, "protocol": 1} for key, header in found.headers.items()}
    with path.open("wb") as file:
        write_compacted(file, replace(found, headers=old))
    assert of_studies([folder], 0).of_size(3).by_folder == {}


@pytest.mark.parametrize("edit", ["passes", "answers", "faults"])
def test_an_edited_certificate_says_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edit: str
) -> None:
    monkeypatch.chdir(tmp_path)
    measurement(folder)
    main(["verify", "tier=adhoc", "study=mine", "--replay", "1"])
    told = written(tmp_path)
    if edit == "passes":
        told["predicate"]["passes"] = True
    elif edit == "answers":
        told["predicate"]["replay"]["studies"]["mine"]["answers"]["same"] = 99
    else:
        told["predicate"]["checks"] = [{**check, "faults": []} for check in told["predicate"]["checks"]]
        told["predicate"]["replay"]["trials"] = []
    refuse_as_edited(told, tmp_path)


def test_a_review_leads_through_all_of_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["review", "tier=adhoc", "study=mine", "--minutes", "0.01", "--seed", "3"]
    assert main(words) == 0
    said = capsys.readouterr().out
    parts = [said.index(f"\n{number}. ") for number in range(1, 6)]
    assert parts == sorted(parts)
    assert "no register of claims" in said
    assert "3 trials (2 ok, 1 skipped)" in said
    assert "1 of 1 random trials: same" in said
    told = certificate.read(tmp_path / "certificate.json")["predicate"]
    assert told["passes"] is True
    assert told["replay"]["seed"] == 3
    measurement(folder)
    assert main(words) == 1


def test_a_register_that_cannot_be_read_is_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    register(folder)
    assert main(["review", "tier=adhoc", "study=mine", "--minutes", "0.01"]) == 1
    assert "register.json cannot be read" in capsys.readouterr().out
    assert main(["review", "--minutes", "inf"]) == 2
    assert main(["review", "--minutes", "0"]) == 2
    assert "leaves no time" in capsys.readouterr().err


def test_each_study_is_drawn_as_often(tmp_path: Path) -> None:
    """A small study would hardly be in a sample of all records together."""
    results = tmp_path / "results"
    for study, seeds in (("large", range(6)), ("small", range(2))):
        for seed in seeds:
            harness.run("dataset=iris", "model=nb", f"seed={seed}", f"results={results}", f"study={study}")
    folders = [results / ".adhoc" / study for study in ("large", "small")]
    sample = of_studies(folders, 0)
    sizes = [{place.name: len(ids) for place, ids in sample.of_size(size).by_folder.items()} for size in (2, 4, 7, 99)]
    assert sizes == [
        {"large": 1, "small": 1},
        {"large": 2, "small": 2},
        {"large": 5, "small": 2},
        {"large": 6, "small": 2},
    ]
    assert set(sample.of_size(4).ids) < set(sample.of_size(7).ids)
    assert {place.name for place in sample.of_sizes({"small": 1}).by_folder} == {"small"}


def test_of_a_study_that_cannot_be_run_here_nothing_is_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    core(folder)
    monkeypatch.setattr(cores, "can_run", lambda name: name != "Zen9")
    main(["verify", "tier=adhoc", "study=mine", "--replay", "2"])
    said = capsys.readouterr().out
    assert "random trials" not in said
    manifest.write(folder)
    assert main(["verify", "tier=adhoc", "study=mine", "--replay", "2"]) == 4


def test_a_smaller_sample_begins_a_larger_one() -> None:
    ids = [f"{number:032x}" for number in range(50)]
    assert sampled(ids, 20, 7)[:5] == sampled(reversed(ids), 5, 7)
    assert sampled(ids, 20, 8) != sampled(ids, 20, 7)
    assert sorted(sampled(ids, 99, 7)) == ids


@pytest.mark.parametrize(("n", "bound"), [(1, 0.95), (10, 0.2589), (100, 0.0295), (300, 0.00994)])
def test_clean_replays_exclude_about_three_in_n(n: int, bound: float) -> None:
    assert clean_bound(n) == pytest.approx(bound, rel=1e-3)
    assert (1 - clean_bound(n)) ** n == pytest.approx(0.05)
