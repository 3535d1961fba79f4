"""A node becomes its object, and what does not fit is said in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from harness.building import build, instantiate
from harness.core import ConfigError
from harness.detectors.ddm import DDM


class Careful:
    """Raises a TypeError of its own."""

    def __init__(self, number: int, *, factor: int = 1, **others: Any) -> None:
        self.answer = number * factor + None  # type: ignore[operator]


def node(target: str, **parameters: Any) -> dict[str, Any]:
    return {"_target_": target, **parameters}


def test_a_node_is_made_with_what_is_below_it() -> None:
    assert instantiate([node("harness.detectors.ddm.DDM", warm_start=5)]) == [DDM(warm_start=5)]


def test_a_partial_node_waits_for_the_rest() -> None:
    make = instantiate(node("harness.detectors.ddm.DDM", _partial_=True, warm_start=5))
    assert make(drift_threshold=2.0) == DDM(warm_start=5, drift_threshold=2.0)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            node("harness.detectors.ddm.DDM", drift_treshold=2),
            "harness.detectors.ddm.DDM has no parameter 'drift_treshold'; did you mean 'drift_threshold'?",
        ),
        (node("river.drift.ADWIN", dleta=0.1), "river.drift.ADWIN has no parameter 'dleta'; did you mean 'delta'?"),
        (
            node("harness.detectors.contract.Knob", name="x", loosest=1, strictest=0, zzz=1),
            "harness.detectors.contract.Knob has no parameter 'zzz'; there are: name, loosest, strictest, logarithmic.",
        ),
        (node("river.drift.NoDrift", delta=1), "river.drift.NoDrift has no parameter 'delta'; it has none."),
        (
            node("harness.detectors.contract.Knob", name="x", loosest=1),
            "harness.detectors.contract.Knob needs a value for 'strictest'.",
        ),
        (
            node("harness.detectors.contract.Knob", _args_=["x", 1, 0, False, 5]),
            "harness.detectors.contract.Knob cannot be made: too many positional arguments.",
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_parameters_that_do_not_fit_are_one_sentence(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        instantiate({"trial": [wrong]})
    assert str(refused.value) == sentence


def test_a_type_error_of_the_constructor_itself_stays() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        instantiate(node(f"{__name__}.Careful", number=1, whatever=2))


def test_a_compiled_target_that_says_nothing_of_its_parameters_keeps_its_error() -> None:
    with pytest.raises(TypeError, match="range"):
        instantiate(node("builtins.range", stop="x"))


def trial_of(*detectors: dict[str, Any]) -> Any:
    """Any class will do for a trial."""
    return build({"_target_": "types.SimpleNamespace", "detectors": list(detectors), "seed": 0})


def test_trials_share_parts_of_shipped_classes() -> None:
    one, other = (trial_of(node("harness.detectors.ddm.DDM", warm_start=5)) for _ in range(2))
    assert one is not other
    assert one.detectors is other.detectors


def test_equal_numbers_of_two_types_are_two_parts() -> None:
    one, other = (trial_of(node("harness.detectors.ddm.DDM", drift_threshold=number)) for number in (3, 3.0))
    assert one.detectors[0] is not other.detectors[0]


def test_no_trial_shares_a_part_with_a_class_of_somebody_else() -> None:
    mine = node("types.SimpleNamespace", inner=node("harness.detectors.ddm.DDM"))
    spec = {"_target_": "types.SimpleNamespace", "detectors": [mine]}
    one, other = build(spec), build(spec)
    one.detectors[0].changed = True
    assert not hasattr(other.detectors[0], "changed")


def test_a_part_that_cannot_be_made_is_refused_every_time() -> None:
    for _ in range(2):
        with pytest.raises(ConfigError, match="drift_threshold"):
            trial_of(node("harness.detectors.ddm.DDM", drift_treshold=2))
