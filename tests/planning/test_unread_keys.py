"""A key that nobody reads is an error, however it was spelled in; one that anybody reads is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.core import ConfigError
from harness.planning.hydra_session import compose, loading
from harness.planning.interpolation_keys import readings
from harness.planning.sweeps import wanted
from harness.planning.unread_keys import Given, refuse_unread

UNREAD = {
    "+seeed=3": "did you mean seed?",
    "++label_nose=.5": "did you mean label_noise?",
    "+harm=10": "leave it out",
    "+limits.minutes=3": "limits.minutes",
    "++limits={seconds:1,minutes:2}": "limits.minutes",
    "+tier.size=3": "leave it out",
}


@pytest.mark.parametrize("word", UNREAD)
def test_a_key_that_one_trial_does_not_read_is_refused(word: str, loader: Any) -> None:
    with pytest.raises(ConfigError, match="changes nothing") as refused:
        compose(loader, ["dataset=iris", word])
    assert str(refused.value).startswith(word)
    assert UNREAD[word] in str(refused.value)


@pytest.mark.parametrize(
    "words",
    [
        ["trial=detection", "dataset=pima", "n_folds=3"],
        ["synthesis=stacking", "model=svm"],
        ["synthesis=single", "pool=[tree,nb]"],
        ["dataset=iris", "workers=2"],
        ["dataset=iris", "share=[seed]"],
        ["dataset=iris", "executor.workers=2"],
    ],
    ids=" ".join,
)
def test_a_key_that_there_is_and_another_trial_would_read_is_refused(words: Sequence[str], loader: Any) -> None:
    with pytest.raises(ConfigError, match=f"^{words[-1].partition('=')[0]}.* changes nothing"):
        compose(loader, words)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["seed=3", "n_folds=2", "model=svm", "preprocessing.scale=false", "results=elsewhere", "study=mine"],
        ["synthesis=stacking", "pool=[tree,nb]", "limits.seconds=3", "retry_failed=true", "tier=smoke"],
        ["+model@second=svm", "synthesis.model=${second}"],
        ["+mine=3", "seed=${mine}"],
        ["+mine={a:{b:3}}", "seed=${mine.a.b}"],
        ["trial=detection", "dataset=pima", "scenario=mean_shift", "harm=10", "detectors=[ddm]"],
        ["~preprocessing.scale"],
    ],
    ids=" ".join,
)
def test_a_key_that_is_read_passes(words: Sequence[str], loader: Any) -> None:
    compose(loader, words)


def test_a_key_is_read_if_one_trial_of_one_sweep_reads_it(loader: Any) -> None:
    wanted(["synthesis=stacking,single", "model=svm", "pool=[tree,nb]"], loader)
    both = wanted(["experiment=calibration,synthesis", "tier=smoke", "n_folds=3", "rates=[0.05]"], loader)
    assert [one.asked.without for one in both] == [(), ("rates=[0.05]",)]
    with pytest.raises(ConfigError, match=r"^n_folds=3 changes nothing"):
        wanted(["experiment=calibration", "tier=smoke", "n_folds=3"], loader)
    with pytest.raises(ConfigError, match=r"^model=svm changes nothing"):
        wanted(["synthesis=stacking,greedy", "model=svm"], loader)
    with pytest.raises(ConfigError, match=r"^\+seeed=1,2 changes nothing.*did you mean seed\?"):
        wanted(["+seeed=1,2"], loader)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("n_fold: 3\n", "n_fold in "),
        ("design: {adhoc: {g: {dataset: iris, +n_fold: '3,4'}}}\n", "+n_fold=3"),
    ],
)
def test_a_key_of_a_user_s_file_is_refused_where_it_stands(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "mine.yaml").write_text(f"# @package _global_\nstudy: mine\n{text}")
    with loading(tmp_path) as loader, pytest.raises(ConfigError, match="changes nothing") as refused:
        wanted(["experiment=mine"], loader)
    assert str(refused.value).startswith(said)
    assert "did you mean n_folds?" in str(refused.value)


def test_reading_is_followed_through_texts_resolvers_and_chains() -> None:
    config = {"trial": {"a": "${b}", "c": "${models:${pool}}", "d": "${oc.select:month,300}", "e": "x ${.f.g}"}}
    assert {one.key for one in readings(config)} == {"b", "pool", "month", "trial.f.g"}
    chain = {"trial": "${one}", "one": {"two": "${three}"}, "three": 1, "four": "${five}", "five": 2}
    refuse_unread([Given("three", "three=1"), Given("one.two", "one.two=1")], ["trial"], [chain])
    for key in ("four", "five"):
        with pytest.raises(ConfigError, match="changes nothing"):
            refuse_unread([Given(key, f"{key}=1")], ["trial"], [chain])


def test_a_computed_reference_may_read_anything() -> None:
    config = {"trial": "${${one}}", "one": "two", "two": 1, "three": 3}
    refuse_unread([Given("three", "three=3")], ["trial"], [config])


@pytest.mark.parametrize("experiment", ["null", "synthesis", "detection", "calibration"])
def test_no_shipped_configuration_reads_by_computed_references(experiment: str, loader: Any) -> None:
    """It would read every key, and nothing would be refused."""
    words = [] if experiment == "null" else [f"experiment={experiment}", "tier=smoke"]
    for sweep in wanted(words, loader):
        first = next(iter(sweep.grids[0].values()), [""])
        content = sweep.planner.unresolved([first[0]] if first[0] else [])
        assert "" not in {one.key for one in readings(content)}


def test_a_key_of_a_design_that_the_command_line_makes_idle_is_no_mistake(loader: Any) -> None:
    """The grid `without_network` chooses a pool, which nobody reads once every method is `single`."""
    wanted(["experiment=synthesis", "tier=smoke", "synthesis=single", "dataset=iris"], loader)


@pytest.mark.parametrize(
    "design",
    [
        "null",
        "foo",
        "[a]",
        "{}",
        "{adhoc: null}",
        "{adhoc: [a]}",
        "{adhoc: foo}",
        "{adhoc: {a: [1]}}",
        "{adhoc: {a: null}}",
    ],
)
def test_a_design_that_is_none_is_refused_with_one_that_is(design: str, tmp_path: Path) -> None:
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "mine.yaml").write_text(f"# @package _global_\nstudy: mine\ndesign: {design}\n")
    with (
        loading(tmp_path) as loader,
        pytest.raises(ConfigError, match=r"^design.* has to .*write for instance design: "),
    ):
        wanted(["experiment=mine"], loader)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("scenario=mean_shift", "write trial=detection too"),
        ("harm=10", "write trial=detection too"),
        ("detectors=[ddm]", "write trial=detection too"),
        ("trial.nonsense=3", "there is no setting 'trial.nonsense'"),
        ("n_streams=5", "write trial=calibration too"),
        ("model.classifier.max_depth=2", r"write \+model.classifier.max_depth=2"),
        ("model.name=svm", "there is a model of that name already"),
        ("model.name=../x", "a name has letters"),
        ("dataset.name=iris", None),
    ],
)
def test_what_is_elsewhere_is_said_to_be_there(word: str, said: str | None, loader: Any) -> None:
    if said is None:
        compose(loader, ["dataset=iris", word])
        return
    with pytest.raises(ConfigError, match=said):
        compose(loader, ["dataset=iris", word])
