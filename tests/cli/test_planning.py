"""A sweep composes little and fills in much; that must give what Hydra gives for every trial by itself, errors included."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hydra import initialize_config_dir
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import DictConfig

from harness.planning.bulk_composition import Composer
from harness.planning.grids import Asked, grids
from harness.planning.interpolation_keys import references
from harness.planning.made_once import MadeOnce
from harness.planning.planner import Planner
from harness.planning.trials import plan
from harness.randomness import stream
from harness.recent import Recent
from harness.running.identity import PlannedTrial

CHOICES = {
    "dataset": ["iris", "wine", "boston"],
    "synthesis": ["single", "bagging", "stacking", "hard_vote"],
    "model": ["tree", "svm", "random_forest"],
    "tier": ["smoke", "standard"],
    "experiment": ["null", "synthesis"],
    "seed": ["0", "7", "12", "+3", "007", "'7'"],
    "label_noise": ["0", "0.0", "0.1", "1e-1", "-0.0"],
    "train_size": ["1", "0.5", ".5"],
    "n_folds": ["3", "${inner_folds}"],
    "inner_folds": ["4"],
    "pool": ["[tree,nb]", "[knn,svm,nb]"],
    "dataset.max_rows": ["50", "null"],
    "dataset.name": ["other"],
    "preprocessing.scale": ["false", "False"],
    "preprocessing.impute": ["mean", "${dataset.name}"],
    "trial.seed": ["5", "${n_folds}"],
    "+trial.remark": ["hello", "'a b'", "2", "[1,2]"],
    "+preprocessing.more": ["{a:1,b:{c:2}}"],
    "preprocessing": ["{scale:false}"],
    "++seed": ["9"],
    "++new": ["1"],
    "+model.classifier.max_depth": ["3", "null"],
    "model.classifier._target_": ["sklearn.dummy.DummyClassifier"],
    "model.name": ["mine", "my_${seed}"],
    "synthesis.name": ["yours"],
    "results": ["elsewhere"],
    "workers": ["2"],
    "study": ["mine"],
    "hydra.job.name": ["job"],
    "+model@second": ["svm"],
    "+second": ["1"],
}
DELETIONS = [
    "~label_noise",
    "~preprocessing.scale",
    "~model.about",
    "~synthesis",
    "~trial.train_size",
    "~seed=0",
    "~seed=5",
]
WRONG = [
    "model=treee",
    "datset=iris",
    "sed=3",
    "dataset.rowss=3",
    "~nothing",
    "+seed=4",
    "seed=[1",
    "seed=1=2",
    "model@second=svm",
    "trial.seed.deeper=1",
    "synthesis=stacking pool=tree",
    "synthesis=stacking pool=[nonsense]",
    "n_folds=0",
    "n_folds=???",
    "label_noise=nan",
    "label_noise=.inf",
    "seed=${nothing}",
    "+experiment=synthesis",
    "=3",
    "seed=",
]


def drawn_overrides(number: int) -> list[str]:
    """A random choice of keys and values in a random order; two in five contain something rare, one in five something wrong."""
    rng = stream(number, "overrides of a test")
    keys = rng.permutation(list(CHOICES))[: int(rng.integers(0, 8))]
    drawn = [f"{key}={rng.choice(CHOICES[key])}" for key in keys]
    drawn += [str(rng.choice(DELETIONS))] if rng.random() < 0.2 else []
    drawn += str(rng.choice(WRONG)).split() if rng.random() < 0.2 else []
    return [str(text) for text in rng.permutation(drawn)] if drawn else []


@pytest.fixture
def master(composed: Callable[..., Any]) -> DictConfig:
    """A sweep's own composition."""
    loader = GlobalHydra.instance().config_loader()
    return loader.load_configuration("config", overrides=[], run_mode=RunMode.MULTIRUN)


@pytest.fixture
def planner(master: DictConfig) -> Planner:
    return Planner(master, GlobalHydra.instance().config_loader())


def by_hydra(master: DictConfig, overrides: Sequence[str]) -> PlannedTrial:
    return plan(GlobalHydra.instance().config_loader().load_sweep_config(master, list(overrides)))


def outcome(make: Callable[[], PlannedTrial]) -> object:
    """What comes of it: the trial, or the error with its whole text."""
    try:
        planned = make()
        assert planned.trial_id
    except Exception as error:
        return (type(error), str(error), str(error.__cause__))
    return (planned.study, planned.spec, planned.checksum, planned.trial_id)


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.exhaustive) for part in range(1, 8))])
def test_four_hundred_sets_of_overrides_give_what_hydra_gives(part: int, master: DictConfig, planner: Planner) -> None:
    errors = 0
    for number in range(part * 50, part * 50 + 50):
        overrides = drawn_overrides(number)
        expected = outcome(lambda texts=overrides: by_hydra(master, texts))  # type: ignore[misc]
        assert outcome(lambda texts=overrides: planner(texts)) == expected, overrides  # type: ignore[misc]
        errors += isinstance(expected, tuple) and isinstance(expected[0], type)
    assert 3 < errors < 40  # both kinds were drawn


@pytest.mark.parametrize("wrong", WRONG)
def test_both_refuse_the_same_with_the_same_words(wrong: str, master: DictConfig, planner: Planner) -> None:
    words = wrong.split()
    for overrides in (words, ["seed=1", *words], [*words, "dataset=wine"], ["seed=1", *words, "dataset=nothing"]):
        expected = outcome(lambda texts=overrides: whole(by_hydra(master, texts)))  # type: ignore[misc]
        assert isinstance(expected[0], type), overrides  # type: ignore[index]
        assert outcome(lambda texts=overrides: whole(planner(texts))) == expected, overrides  # type: ignore[misc]


def whole(planned: PlannedTrial) -> PlannedTrial:
    """The trial, whose parts can all be made."""
    MadeOnce()(planned)
    return planned


@pytest.mark.parametrize(
    "line",
    [
        "dataset=iris,wine model=tree seed=range(0,4)",
        "dataset=glob(w*) seed=range(1,10,4)",
        "model=choice(tree,svm) label_noise=choice(0,0.1)",
        "model=shuffle(tree,svm) seed=sort(3,1,2)",
        "label_noise=range(start=0,stop=1,step=0.5)",
        "pool=[tree,nb],[svm,knn] synthesis=stacking",
        "+trial.remark=a,b seed=1,2",
        "++trial.remark=a,'b c' ~preprocessing.scale",
        "dataset.max_rows=50,null",
        "model=tree,svm +model.classifier.random_state=1,2",
        "preprocessing={scale:false},{scale:true,impute:mean}",
        "seed=1,2 seed=3,4",
        "synthesis=glob(*,exclude=[s*,b*])",
        "label_noise=tag(noise,range(0,0.3,0.1))",
        "dataset=iris",
    ],
)
def test_a_sweep_is_the_one_that_hydra_would_run(line: str, master: DictConfig, planner: Planner) -> None:
    loader = GlobalHydra.instance().config_loader()
    arguments = line.split() if "{" in line or "'" not in line else ["++trial.remark=a,'b c'", "~preprocessing.scale"]
    parsed = OverridesParser.create(config_loader=loader).parse_overrides(arguments)
    [jobs] = BasicSweeper.split_arguments(parsed, None)
    [grid] = grids(Asked(arguments, {}, master), loader)
    ours = [list(choice) for choice in itertools.product(*grid.values())]
    if "shuffle" not in line:
        assert ours == jobs
    assert [planner(one).spec for one in ours] == [by_hydra(master, one).spec for one in ours]
    assert len(ours) == len(jobs)


def test_a_choice_for_one_trial_leaves_no_trace_in_the_next(planner: Planner) -> None:
    before = planner(["model=tree"])
    planner(["model=tree", "seed=5", "label_noise=0.3"])
    assert planner(["model=tree"]) == before
    assert before.spec["seed"] == 0


def test_an_id_from_a_template_is_that_of_the_whole_spec(planner: Planner) -> None:
    for overrides in (["seed=3"], ["label_noise=0.0", "seed=4"], ["trial.seed=2"], ["model.name=mine", "seed=1"]):
        planned = planner(overrides)
        assert planned.trial_id == PlannedTrial(planned.study, planned.spec, planned.checksum).trial_id


@pytest.mark.parametrize("rows", ["null", "300"])
def test_an_id_from_a_template_knows_factors_of_later(rows: str, planner: Planner) -> None:
    words = ["trial=calibration", "detectors=[ddm]", "seed=3"]
    planned, without = (planner([*words, *more]) for more in ([f"train_rows={rows}"], []))
    assert planned.trial_id == PlannedTrial(planned.study, planned.spec, planned.checksum).trial_id
    assert (planned.trial_id == without.trial_id) == (rows == "null")


def test_trials_of_one_template_share_what_they_have_in_common(planner: Planner) -> None:
    one, other = planner(["seed=1"]), planner(["seed=2"])
    assert one.spec["synthesis"] is other.spec["synthesis"]
    assert (one.spec["seed"], other.spec["seed"]) == (1, 2)


@pytest.mark.parametrize("trial", ["synthesis", "detection", "calibration", "monitoring"])
def test_seeds_share_a_template_whatever_the_trial(trial: str, master: DictConfig, planner: Planner) -> None:
    words = [f"trial={trial}", *(["detectors=[ddm]"] if trial in ("detection", "calibration") else [])]
    one, other = planner([*words, "seed=1"]), planner([*words, "seed=2"])
    assert all(one.spec[key] is other.spec[key] for key, node in one.spec.items() if isinstance(node, dict))
    assert one.spec == by_hydra(master, [*words, "seed=1"]).spec


@pytest.mark.parametrize(
    ("config", "acting"),
    [
        ({"a": 1, "b": "${a}"}, set()),
        ({"a": 1, "b": "x${a}"}, {"a"}),
        ({"a": 1, "b": "${a}", "c": "${models:${b}}"}, {"a", "b"}),
        ({"a": {"x": 1}, "b": {"y": "${..a.x} "}}, {"a.x", "a"}),
        ({"a": 1, "b": ["${a}", "${a}${a}"]}, {"a"}),
        ({"a": 1, "b": "c", "c": "${${b}}"}, {"a", "b", "c"}),
        ({"a": 1, "b": "${unknown:}"}, {"a", "b"}),
        ({"a": 1, "b": "${oc.env:HOME}"}, set()),
        ({"a": 1, "b": "${models:[${c}]}", "c": "${d}", "d": "${a}"}, {"a", "c", "d"}),
        ({"a": 1, "b": "${oc.select:a,300}", "c": 2}, {"a"}),
        ({"a": 1, "b": "${oc.select:c,300}", "c": "${d}", "d": 4}, {"c", "d"}),
        ({"a": 1, "b": "${oc.select:${c},300}", "c": "a"}, {"a", "b", "c"}),
    ],
)
def test_what_an_interpolation_computes_with_is_known(config: dict[str, Any], acting: set[str]) -> None:
    known = references(config)
    candidates = {*config, *(["a.x"] if isinstance(config["a"], dict) else [])}
    assert {key for key in candidates if known.may_compute_with(key)} == acting


@pytest.mark.slow
@pytest.mark.parametrize(
    "rest",
    [
        [],
        pytest.param(["tier=smoke", "label_noise=0.1"], marks=pytest.mark.exhaustive),
        pytest.param(["pool=[tree,nb]", "experiment=synthesis"], marks=pytest.mark.exhaustive),
    ],
    ids=str,
)
def test_choices_put_together_give_what_hydra_gives(rest: list[str], master: DictConfig, planner: Planner) -> None:
    """Group by group composed once, combination by combination put together, wherever that is exact."""
    rng = stream(0, "choices of a test", *rest)
    for _ in range(40):
        groups = {key: rng.choice(CHOICES[key]) for key in ("dataset", "synthesis", "model")}
        groups |= {"tier": rng.choice(CHOICES["tier"])} if not rest else {}
        overrides = [*(f"{key}={value}" for key, value in groups.items()), *rest, f"seed={rng.integers(3)}"]
        assert planner(overrides).spec == by_hydra(master, overrides).spec, overrides
    hits = len(planner._composed._by_hydra._known)
    assert hits < 30  # of 40 combinations at least, many were put together


def composing(folder: Path, files: dict[str, str], *groups: str) -> Composer:
    """Composer of a small configuration of its own."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    GlobalHydra.instance().clear()
    initialize_config_dir(config_dir=str(folder), version_base="1.3")
    loader = GlobalHydra.instance().config_loader()
    config = loader.load_configuration("config", overrides=[], run_mode=RunMode.MULTIRUN)
    return Composer(config, loader, Recent(lambda key: key in groups, size=8))


NUMBERS = ("one", "two")


def test_choices_that_look_at_each_other_are_left_to_hydra(tmp_path: Path, master: DictConfig) -> None:
    """An interpolated defaults list makes one choice depend on another: `a=two b=two` holds what neither has alone."""
    files = {
        "config.yaml": "defaults: [{a: one}, {b: one}, {both: '${a}_${b}'}, _self_]",
        **{f"{group}/{name}.yaml": f"name: {name}" for group in "ab" for name in NUMBERS},
        **{f"both/{a}_{b}.yaml": f"said: {a} and {b}" for a in NUMBERS for b in NUMBERS},
    }
    compositions = composing(tmp_path, files, "a", "b", "both")
    for a, b in itertools.product(NUMBERS, repeat=2):
        assert compositions((f"a={a}", f"b={b}")).both.said == f"{a} and {b}"


def test_choices_that_change_the_same_key_are_left_to_hydra(tmp_path: Path, master: DictConfig) -> None:
    files = {
        "config.yaml": "defaults: [_self_, {a: one}, {b: one}]\nshared: {a: 0, b: 0}",
        **{f"{g}/{name}.yaml": f"# @package _global_\nshared: {{{g}: {name}}}" for g in "ab" for name in NUMBERS},
    }
    compositions = composing(tmp_path, files, "a", "b")
    for a, b in itertools.product(NUMBERS, repeat=2):
        assert compositions((f"a={a}", f"b={b}")).shared == {"a": a, "b": b}


def test_one_choice_may_hide_what_another_writes(tmp_path: Path, master: DictConfig) -> None:
    """Alone, `a=one` changes nothing beside `b=zero`, which writes the same key; together with `b=one` it shows."""
    files = {
        "config.yaml": "defaults: [_self_, {a: zero}, {b: zero}]\nk: base",
        "a/zero.yaml": "name: a0",
        "a/one.yaml": "# @package _global_\nk: from a",
        "b/zero.yaml": "# @package _global_\nk: from b",
        "b/one.yaml": "name: b1",
    }
    compositions = composing(tmp_path, files, "a", "b")
    for a, b in itertools.product(("zero", "one"), repeat=2):
        overrides = (f"a={a}", f"b={b}")
        assert compositions(overrides).k == compositions.whole(overrides).k
    assert compositions(("a=one", "b=one")).k == "from a"
