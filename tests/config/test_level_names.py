"""A name in a user's folder means one thing, and is what the command line and records read: else every command says so."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import harness
from harness import places
from harness.cli import check, data, report
from harness.cli import run as command
from harness.core import ConfigError
from harness.planning.level_names import check_own_levels, problems

MODEL = "_target_: harness.synthesis.Learner\nname: {}\nclassifier: {{_target_: sklearn.dummy.DummyClassifier}}\n"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    return tmp_path / "mine"


def write(folder: Path, place: str, text: str | None = None) -> Path:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(MODEL.format(path.stem) if text is None else text)
    return path


COMMANDS: dict[str, Callable[[Path], object]] = {
    "run": lambda mine: command.main(["--config-dir", str(mine), "model=nb"]),
    "run --cfg": lambda mine: command.main(["--config-dir", str(mine), "--cfg", "job"]),
    "sweep": lambda mine: command.main(["-m", "--config-dir", str(mine), "model=nb,tree"]),
    "report": lambda mine: report.main(["--config-dir", str(mine)]),
    "data": lambda mine: data.main(["list", "--config-dir", str(mine)]),
    "harness.run": lambda mine: harness.run("model=nb", config_dir=mine),
    "harness.sweep": lambda mine: harness.sweep("model=nb", config_dir=mine),
    "harness.load_detector": lambda mine: harness.load_detector("ddm", config_dir=mine),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_shipped_name_is_refused_by_every_command_naming_both_files(name: str, mine: Path) -> None:
    own = write(mine, "model/tree.yaml")
    (mine / "dataset").mkdir()
    with pytest.raises(ConfigError) as refused:
        COMMANDS[name](mine)
    assert str(own) in str(refused.value)
    assert str(places.shipped("conf") / "model" / "tree.yaml") in str(refused.value)
    assert not (mine.parent / "results").exists()


def test_harness_check_says_so_of_groups_that_it_tries_and_of_those_that_it_does_not(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(mine, "model/tree.yaml")
    write(mine, "tier/smoke.yaml", "name: smoke\n")
    write(mine, "experiment/mine.yaml", "study: mine\n")
    assert check.main(["--config-dir", str(mine), "model"]) == 1
    said = capsys.readouterr().out
    assert f"{mine / 'model' / 'tree.yaml'} has the name of" in said
    assert f"{mine / 'tier' / 'smoke.yaml'} has the name of" in said
    assert "would set nothing: its first line has to be `# @package _global_`" in said


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ("model/Tree.yaml", None, "differs by case alone from"),
        ("dataset/iris.yaml", "", "has the name of"),
        ("executor/local.yaml", "", "has the name of"),
        ("experiment/detection.yaml", "# @package _global_\n", "has the name of"),
        ("config.yaml", "", "has the name of"),
        ("model.yaml", "", "is read by nothing: levels of model are files in"),
        ("detector/mine@5.yaml", None, "its name has @, which records or the command line read otherwise"),
        ("policy/ddm.yaml", "", "has the name of"),
        ("detector/weeks_4.yaml", "", "has the name of"),
        ("model/a+b.yaml", None, "its name has +, which records or the command line read otherwise"),
        (
            "model/other.yaml",
            MODEL.format("tree"),
            "has the name of",
        ),
        ("experiment/mine.yaml", "study: mine\n", "would set nothing: its first line has to be `# @package _global_`"),
        ("experiment/mine.yaml", "study: mine\n# @package _global_\n", "would set nothing"),
        ("trial/mine.yaml", "study: mine\n", "would set nothing"),
    ],
)
def test_a_name_that_means_two_things_or_nothing_is_refused(
    place: str, text: str | None, said: str, mine: Path
) -> None:
    own = write(mine, place, text)
    with pytest.raises(ConfigError) as refused:
        check_own_levels([mine])
    assert said in str(refused.value)
    assert str(own) in str(refused.value)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("model/mine.yaml", None),
        ("model/ddm.yaml", None),  # a detector of that name is something else
        ("detector/mine.yaml", "_target_: river.drift.ADWIN\n"),
        ("dataset/mine.yaml", "_target_: harness.data.from_file\nname: null\npath: ???\n"),
        ("experiment/mine.yaml", "# Why?\n\n#@package _global_\nstudy: mine\n"),
        ("model/broken.yaml", "a: [\n"),  # said by whoever reads it
        ("app.yaml", "defaults: []\n"),
        (".venv/lib/model/tree.yaml", None),
    ],
)
def test_other_names_are_taken(place: str, text: str | None, mine: Path) -> None:
    write(mine, place, text)
    check_own_levels([mine])


def test_two_folders_do_not_share_a_name(mine: Path) -> None:
    one, other = write(mine, "model/mine.yaml"), write(mine.parent / "theirs", "model/Mine.yaml")
    [said] = problems([mine, mine.parent / "theirs"])
    assert str(one) in said
    assert str(other) in said


def test_a_policy_and_a_detector_do_not_share_a_name(mine: Path) -> None:
    """The name of a detector is a policy already."""
    one, other = write(mine, "policy/mine.yaml"), write(mine, "detector/mine.yaml")
    [said] = problems([mine])
    assert str(one) in said
    assert str(other) in said


def test_two_files_do_not_state_one_name(mine: Path) -> None:
    one, other = write(mine, "model/one.yaml"), write(mine, "model/other.yaml", MODEL.format("one"))
    with pytest.raises(ConfigError) as refused:
        harness.sweep("model=one,other", config_dir=mine)
    assert str(one) in str(refused.value)
    assert str(other) in str(refused.value)


def test_the_shipped_folder_is_no_other_folder(mine: Path) -> None:
    check_own_levels([places.shipped("conf")])
    shutil.copytree(places.shipped("conf"), mine)
    assert len(list(problems([mine]))) == len(list(mine.rglob("*.yaml")))


# ---- several levels at once ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["model=[tree,svm]", "dataset=[iris,wine]", "experiment=[detection,synthesis]"])
def test_a_list_of_levels_is_refused_with_the_word_that_sweeps_them(word: str, mine: Path) -> None:
    group, levels = word[:-1].split("=[")
    for ask in (harness.run, harness.sweep):
        with pytest.raises(ConfigError, match=rf"is a list, and {group} takes one; .* {group}={levels} with -m"):
            ask(word)


def test_a_list_of_levels_within_a_sweep_a_design_or_a_defaults_list_is_refused(mine: Path) -> None:
    design = "# @package _global_\nstudy: mine\ndesign:\n  adhoc:\n    one: {model: '[tree,svm]'}\n"
    merging = "# @package _global_\ndefaults:\n  - override /model: [tree, svm]\nstudy: mine\n"
    write(mine, "experiment/mine.yaml", design)
    write(mine, "experiment/merging.yaml", merging)
    for word in ("model=nb,[tree,svm]", "experiment=mine"):
        with pytest.raises(ConfigError, match="is a list, and model takes one"):
            harness.sweep(word, config_dir=mine)
    for ask in (harness.run, harness.sweep):
        with pytest.raises(ConfigError, match="a defaults list chooses several files of model"):
            ask("experiment=merging", config_dir=mine)


def test_lists_that_are_no_groups_stay_lists(mine: Path) -> None:
    assert harness.run("dataset=iris", "synthesis=hard_vote", "pool=[tree_depth3,nb]", "n_folds=2").status == "ok"
