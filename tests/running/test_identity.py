"""What makes two trials the same trial, and what does not."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core import ConfigError
from harness.running import identity
from harness.running.identity import (
    PlannedTrial,
    as_recorded,
    base_spec,
    canonical_json,
    digest,
    factors,
    without_documentation,
)

SPEC: dict[str, Any] = {
    "_target_": "harness.trials.SynthesisTrial",
    "dataset": {
        "_target_": "harness.data.Dataset",
        "name": "wine",
        "task": "classification",
        "source": {"_target_": "harness.data.sources.File", "path": "here/wine.csv"},
        "max_rows": None,
        "about": {"title": "Wine"},
    },
    "synthesis": {
        "_target_": "harness.synthesis.Bagging",
        "name": "bagging",
        "model": {"name": "tree", "classifier": {"_target_": "a.Tree", "max_depth": 3}, "about": {"title": "Tree"}},
        "n_members": 25,
    },
    "preprocessing": {"_target_": "harness.synthesis.Preprocessing", "impute": "median"},
    "seed": 0,
    "label_noise": 0.0,
    "train_size": 1.0,
}


def trial_id(changes: dict[str, Any] | None = None, *, study: str = "synthesis", checksum: str = "abc") -> str:
    """The id after setting dotted keys."""
    spec = copy.deepcopy(SPEC)
    for key, value in (changes or {}).items():
        *path, last = key.split(".")
        node = spec
        for part in path:
            node = node[part]
        node[last] = value
    return PlannedTrial(study, spec, checksum).trial_id


def test_an_id_is_known_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change here makes every record of every user stale: it needs a decision record."""
    monkeypatch.setattr(identity, "PROTOCOL_VERSION", 1)
    assert trial_id() == "3bc8e304f78f037ac189a42db0dc7322"


@pytest.mark.parametrize(
    "changes",
    [
        {"dataset.source": {"_target_": "harness.data.sources.File", "path": "/elsewhere/wine.csv"}},
        {"dataset._target_": "harness.data.from_file"},
        {"dataset.about": {"title": "Another title"}},
        {"synthesis.model.about": {}},
        {"about": {"title": "The trial"}},
        {"label_noise": 0},
        {"train_size": 1},
        {"seed": 0.0},
        {"_target_": "moved.SynthesisTrial"},
    ],
    ids=str,
)
def test_what_changes_no_measurement_changes_no_id(changes: dict[str, Any]) -> None:
    assert trial_id(changes) == trial_id()


@pytest.mark.parametrize(
    "changes",
    [
        {"dataset.name": "wine2"},
        {"dataset.task": "regression"},
        {"dataset.max_rows": 100},
        {"synthesis.model.name": "stump"},
        {"synthesis.model.classifier": {"_target_": "a.Tree", "max_depth": 4}},
        {"synthesis.model.classifier": {"_target_": "b.Tree", "max_depth": 3}},
        {"synthesis.n_members": 26},
        {"preprocessing.impute": "mean"},
        {"seed": 1},
        {"seed": True},
        {"seed": "0"},
        {"label_noise": 0.1},
        {"label_noise": None},
    ],
    ids=str,
)
def test_what_may_change_a_measurement_changes_the_id(changes: dict[str, Any]) -> None:
    assert trial_id(changes) != trial_id()


def test_one_row_and_the_whole_share_of_rows_are_two_settings_of_a_model() -> None:
    """For scikit-learn, min_samples_leaf=1 is one row and min_samples_leaf=1.0 is all of them."""
    one, whole = ({"synthesis.model.classifier": {"_target_": "a.Tree", "min_samples_leaf": n}} for n in (1, 1.0))
    assert trial_id(one) != trial_id(whole)


def test_study_content_and_protocol_belong_to_the_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    known = trial_id()
    assert trial_id(study="another") != known
    assert trial_id(checksum="of another content") != known
    monkeypatch.setattr(identity, "PROTOCOL_VERSION", identity.PROTOCOL_VERSION + 1)
    assert trial_id() != known


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5)
)
specs = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=12,
)


def shuffled(node: Any) -> Any:
    """The same node with the keys of every mapping in the opposite order."""
    if isinstance(node, dict):
        return {key: shuffled(node[key]) for key in reversed(node)}
    return [shuffled(value) for value in node] if isinstance(node, list) else node


@given(st.dictionaries(st.text(max_size=5), specs, max_size=4))
def test_the_order_of_keys_does_not_matter(spec: dict[str, Any]) -> None:
    assert PlannedTrial("s", spec, "c").trial_id == PlannedTrial("s", shuffled(spec), "c").trial_id
    assert canonical_json(spec) == canonical_json(shuffled(spec))


@given(specs, st.integers(-5, 5))
def test_a_whole_float_and_its_integer_are_one_level(node: Any, level: int) -> None:
    first, second = (PlannedTrial("s", {"rest": node, "level": kind(level)}, "c") for kind in (int, float))
    assert first.trial_id == second.trial_id


@given(specs)
def test_documentation_is_left_out_at_any_depth(node: Any) -> None:
    documented = {"a": {"b": [{"c": node, "about": node}]}, "about": node}
    assert without_documentation(documented) == {"a": {"b": [{"c": without_documentation(node)}]}}


def test_what_is_known_of_a_setting_is_recorded_and_no_part_of_the_identity() -> None:
    level = {"_target_": "a.DDM", "drift_threshold": 3.2}
    plain = {"name": "ddm@5", "detector": level}
    member = {**plain, "detector": {**level, "about": {"title": "DDM"}}, "about": {"realised": 0.081, "n_fresh": 500}}
    assert trial_id({"detectors": [member]}) == trial_id({"detectors": [plain]})
    recorded = as_recorded({"_target_": "a.Trial", "about": {}, "detectors": [member]})
    assert recorded == {"_target_": "a.Trial", "detectors": [{**plain, "about": member["about"]}]}


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest({"share": float("nan")})


def test_a_setting_that_is_no_number_is_refused_with_the_settings() -> None:
    with pytest.raises(ConfigError, match=r"label_noise has to be a finite number, not nan"):
        trial_id({"label_noise": float("nan")})


def test_factors_are_the_names_of_parts_and_the_scalars() -> None:
    pool = {
        **SPEC,
        "synthesis": {"name": "stacking", "pool": [{"name": "tree"}, {"name": "nb"}], "meta": {"name": "l"}},
    }
    levels = {"seed": 0, "label_noise": 0.0, "train_size": 1.0}
    assert factors(SPEC) == {"dataset": "wine", "synthesis": "bagging", "model": "tree", **levels}
    assert factors(pool) == {"dataset": "wine", "synthesis": "stacking", "pool": "tree+nb", "meta": "l", **levels}


@pytest.mark.parametrize("later", identity.LATER)
def test_a_factor_of_later_changes_no_id_where_it_has_no_level(later: str) -> None:
    assert trial_id({later: None}) == trial_id()
    assert trial_id({later: 300}) != trial_id()
    assert trial_id({"another": None}) != trial_id()


def test_trials_that_differ_in_scalars_share_their_base() -> None:
    assert base_spec({**SPEC, "seed": 7, "label_noise": 0.3}) == base_spec(SPEC)
    assert set(base_spec(SPEC)) == {"_target_", "dataset", "synthesis", "preprocessing"}
