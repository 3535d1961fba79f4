"""A register is read whole, and a mistake in it ends in one sentence that says what and where."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from harness.claims.entries import DATA_SETS, Replicate, Role, Rule, Test
from harness.claims.evaluation import evaluate
from harness.claims.parsing import register_of
from harness.core import ConfigError
from harness.report.claim_tables import contrast_table
from tests.claims import toy


def test_an_entry_holds_what_the_file_says() -> None:
    found = toy.register().by_id["X1"]
    assert found.statement == "A beats B."
    assert found.rule is Rule.ALL
    assert [one.test for one in found.contrasts] == [Test.MEAN]
    assert [one.name for one in found.of_role(Role.ANALYSIS)] == ["metric", "seeds", "summary"]
    assert found.registered == {
        "metric": "accuracy",
        "seeds": "all",
        "summary": "mean",
        "opponent": "weak",
        "size": "all",
    }


def test_the_level_is_shared_by_all_contrasts() -> None:
    two = toy.entry(toy.contrast(), toy.contrast(id="X1.b"), rule="all")
    assert toy.register(2, X1=two).level == pytest.approx(0.975)


def test_a_value_is_of_a_data_set_unless_the_file_says_something_else() -> None:
    assert toy.register().replicate == DATA_SETS
    words = {"one": "run", "several": "runs"}
    found = register_of({**toy.file(), "replicate": words}, toy.CONTRASTS, where="claims.yaml")
    assert found.replicate == Replicate(**words)
    assert found.only(["X1"]).replicate == Replicate(**words)
    assert "over runs." in contrast_table(found, evaluate(found, toy.OFFERS, toy.cells(), curves=False), "").caption


MISTAKES: dict[str, tuple[Any, str]] = {
    "replicate of one word": ({"replicate": {"one": "run"}}, "claims.yaml: replicate: it lacks several"),
    "no mapping": (["X1"], "claims.yaml is"),
    "unknown key": ({"claim": 1}, "nobody reads the key 'claim'; did you mean 'claims'"),
    "lacks level": ({"level": None}, "claims.yaml: it lacks level"),
    "another number of contrasts": ({"level.contrasts": 3}, "there are 1 contrasts that are tested"),
    "alpha of 2": ({"level.alpha": 2}, "alpha is 2, but must lie between 0 and 1"),
    "id of another claim": ({"claims.X1.contrasts.0.id": "X2.a"}, "begins with X1."),
    "unknown test": ({"claims.X1.contrasts.0.test": "median"}, "must be one of mean, log ratio, share, stated"),
    "no region": ({"claims.X1.contrasts.0.region": None}, "it lacks region"),
    "no fresh sets": ({"claims.X1.contrasts.0.fresh": 0}, "fresh is 0, but must be how many fresh data sets"),
    "a share of fresh sets": ({"claims.X1.contrasts.0.fresh": 0.5}, "fresh is 0.5, but must be how many"),
    "negative region": ({"claims.X1.contrasts.0.region": -1}, "half its width is 0 or more"),
    "unknown direction": ({"claims.X1.contrasts.0.direction": "up"}, "must be more or less"),
    "nothing of that name": ({"claims.X1.contrasts.0.of": "diference"}, "did you mean 'difference'"),
    "argument that nobody reads": ({"claims.X1.contrasts.0.with": {"metrik": "f1"}}, "reads no 'metrik'; did you mean"),
    "dimension that nobody reads": ({"claims.X1.dimensions.colour": toy.SEEDS}, "no contrast of it reads"),
    "dimension that lacks": ({"claims.X1.dimensions.seeds": None}, "difference needs seeds"),
    "registered no level": ({"claims.X1.dimensions.metric.registered": "mcc"}, "is none of its levels"),
    "unknown role": ({"claims.X1.dimensions.metric.role": "answer"}, "must be one of question, analysis, scope"),
    "level without reason": ({"claims.X1.dimensions.metric.levels.f1": ""}, "must be a mapping"),
    "unknown summary": ({"claims.X1.dimensions.summary.levels.mode": "why not"}, "levels out of mean, trimmed"),
    "neither contrast nor reason": ({"claims.X1.contrasts": []}, "say under `untested` or `untestable`"),
    "contrast and reason": ({"claims.X1.untested": "later"}, "say under `untested` or `untestable`"),
    "no statement": ({"claims.X1.statement": ""}, "must be a text"),
    "contrasts that are no list": ({"claims.X1.contrasts": 5}, "contrasts is 5, but must be a list"),
    "rule that is a list": ({"claims.X1.rule": ["all"]}, "must be one of all, order, any"),
    "role that is a mapping": ({"claims.X1.dimensions.metric.role": {}}, "must be one of question, analysis, scope"),
    "results in the register": ({"claims.X1.confirmation": {"verdict": "confirmed"}}, "confirmation"),
    "dimensions that are a list": ({"claims.X1.dimensions": []}, "dimensions is [], but must be a mapping"),
    "doi that is no text": ({"source.doi": 10.1}, "doi is 10.1, but must be a text"),
    "fewer that is no text": ({"claims.X1.fewer": True}, "fewer is True, but must be a text"),
    "two reasons": (
        {"claims.X1.contrasts": [], "claims.X1.untested": "a", "claims.X1.untestable": "b"},
        "give it contrasts",
    ),
    "id that leads elsewhere": ({"claims.X1.contrasts.0.id": "X1../../x"}, "cannot be an id"),
    "claim that is a number": ({"claims": {1: {}}}, "claims: 1 cannot be an id"),
    "claims that differ in case": ({"claims.x1": {}}, "two ids differ in nothing but case"),
    "level that is a truth value": ({"claims.X1.dimensions.metric.levels": {True: "a", "f1": "b"}}, "put it in quotes"),
    "alpha beyond quantiles": ({"level.alpha": 1e-12}, "nobody computes the quantiles"),
    "unit of a level and no region": (
        {"claims.X1.contrasts.0.region": 0, "claims.X1.dimensions.metric.levels.f1": {"why": "a", "region": 2}},
        "levels of metric have a region of their own",
    ),
    "unit of a summary": (
        {"claims.X1.dimensions.summary.levels.trimmed": {"why": "a", "region": 2}},
        "summary: its levels change no unit of values",
    ),
    "shared dimension that nobody names": ({"dimensions": {"colour": toy.SEEDS}}, "no claim names"),
}


@pytest.mark.parametrize(("changes", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_ends_in_a_sentence(changes: Any, message: str) -> None:
    node: Any = copy.deepcopy(toy.file())
    if isinstance(changes, dict):
        for path, value in changes.items():
            _change(node, path, value)
    else:
        node = changes
    with pytest.raises(ConfigError, match=r"claims\.yaml") as caught:
        register_of(node, toy.CONTRASTS, where="claims.yaml")
    assert message in str(caught.value)


def _change(node: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    for step in way:
        node = node[int(step) if step.isdigit() else step]
    if value is None:
        del node[last]
    else:
        node[last] = value


def test_several_contrasts_need_a_rule_and_ids_of_their_own() -> None:
    both = [toy.contrast(), toy.contrast(id="X1.b")]
    with pytest.raises(ConfigError, match="say under `rule` how they decide"):
        toy.register(2, X1=toy.entry(*both))
    with pytest.raises(ConfigError, match=r"two have the same: X1\.a"):
        toy.register(2, X1=toy.entry(toy.contrast(), toy.contrast(), rule="all"))


def test_a_dimension_may_be_described_once_for_several_claims() -> None:
    node = toy.file(2, X1=toy.entry(), X2=toy.entry(toy.contrast(id="X2.a")))
    node["dimensions"] = {"metric": toy.METRIC}
    for claim in node["claims"].values():
        claim["dimensions"] = {**claim["dimensions"], "metric": None}
    found = register_of(node, toy.CONTRASTS, where="claims.yaml")
    assert {entry.dimensions["metric"].registered for entry in found.entries} == {"accuracy"}


def test_claims_on_monitoring_and_on_tools_fit_the_same_form() -> None:
    """P5 asks for points at equal numbers of retrains, T2 for a ratio of seconds; both are evaluated as any other claim."""
    dimensions = {"metric": toy.METRIC, "seeds": toy.SEEDS, "summary": toy.SUMMARY}
    retrains = {
        "role": "question",
        "registered": "weak",
        "levels": {"weak": "as many for both", "none": "as each comes"},
    }
    policies = toy.entry(
        toy.contrast(id="P5.accuracy.triggered-periodic", statement="retrained when drift is found − by the calendar"),
        statement="Retraining when drift is found beats retraining by the calendar.",
        dimensions={**dimensions, "opponent": retrains},
    )
    size = {
        "id": "T2.seconds.mlflow-dvc",
        "statement": "MLflow / DVC",
        "test": "log ratio",
        "unit": "log ratio",
        "region": 0.1,
    }
    tools = toy.entry(
        toy.contrast(**size, **{"with": {"opponent": "weak"}}),
        statement="DVC scales best with the size of data.",
        dimensions=dimensions,
    )
    found = evaluate(toy.register(2, P5=policies, T2=tools, T9=_untestable()), toy.OFFERS, toy.cells())
    assert [(each.entry.id, str(each.verdict)) for each in found] == [
        ("P5", "supported"),
        ("T2", "supported"),
        ("T9", "not testable by software"),
    ]


def _untestable() -> dict[str, str]:
    return {"statement": "Teams work better together.", "place": "section 5", "untestable": "it takes people"}


def test_a_register_may_wait_for_its_first_contrast() -> None:
    found = toy.register(0, T9=_untestable())
    assert found.level == pytest.approx(0.95)


def test_the_limits_of_a_contrast_that_are_none_are_told_with_their_place() -> None:
    stated = toy.contrast(test="stated", stated=3, limits=[5, 1])
    del stated["region"]
    with pytest.raises(ConfigError, match=r"X1: contrast 1: limits is \[5, 1\]"):
        toy.register(0, X1=toy.entry(stated))
