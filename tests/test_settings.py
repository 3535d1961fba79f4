"""Settings say beside their fields what they may be, and the same mistake gets the same sentence in every class."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

import numpy as np
import pytest

import harness
from harness.core import ConfigError
from harness.settings import Checked, above, at_least, at_most, below, check_arguments, each_once, other_than, require

if TYPE_CHECKING:
    from somewhere import Unknown  # type: ignore[import-not-found]


class Towards(StrEnum):
    HERE = "here"
    THERE = "there"


@dataclass(frozen=True)
class Walk(Checked):
    steps: Annotated[int, at_least(1)] = 1
    pace: Annotated[float, above(0), below(10)] | None = None
    rests: Annotated[Sequence[Annotated[float, at_least(0), at_most(1)]], each_once()] = (0.5,)
    legs: Annotated[Sequence[Any], each_once("name")] = ({"name": "left"}, {"name": "right"})
    mode: Literal["slow", "fast"] = "slow"
    towards: Towards = Towards.HERE
    slope: Annotated[float, other_than(0)] = 1.0
    unknown: Unknown = None

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self, "pace", at_most(2 * self.steps))


@dataclass(frozen=True)
class LongWalk(Walk):
    steps: Annotated[int, at_most(5)] = 3
    name: str = "long"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"steps": 0}, "Walk: steps has to be at least 1, not 0"),
        ({"steps": 1.5}, "Walk: steps has to be a whole number, not 1.5"),
        ({"steps": True}, "Walk: steps has to be a whole number, not True"),
        ({"steps": None}, "Walk: steps has to be a whole number, not None"),
        ({"pace": 10}, "Walk: pace has to be above 0 and below 10, not 10"),
        ({"pace": 3.0}, "Walk: pace has to be at most 2, not 3.0"),
        ({"pace": float("nan")}, "Walk: pace has to be a finite number, not nan"),
        ({"rests": 0.5}, "Walk: rests has to be a list, not 0.5"),
        ({"rests": "often"}, "Walk: rests has to be a list, not 'often'"),
        ({"rests": None}, "Walk: rests has to be a list, not None"),
        ({"rests": []}, "Walk: rests has to be a list that names one or more, each once, not []"),
        ({"rests": [0.5, 0.5]}, "Walk: rests has to be a list that names one or more, each once, not [0.5, 0.5]"),
        ({"rests": [0.1, 5]}, "Walk: each of rests has to be at least 0 and at most 1, not 5"),
        ({"rests": [0.1, "x"]}, "Walk: each of rests has to be a finite number, not 'x'"),
        ({"legs": [{"name": "left"}] * 2}, "Walk: legs has to be a list that names one or more, each once, not "),
        ({"mode": "idle"}, "Walk: unknown mode 'idle'; choose one of slow, fast"),
        ({"towards": "nowhere"}, "Walk: unknown towards 'nowhere'; choose one of here, there"),
        ({"slope": 0.0}, "Walk: slope has to be other than 0, not 0.0"),
    ],
)
def test_a_wrong_setting_is_one_sentence(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Walk(**settings)
    assert str(refused.value).startswith(sentence)
    assert sentence.endswith(" ") or str(refused.value) == sentence


def test_what_is_within_its_bounds_is_left_as_it_is() -> None:
    walk = Walk(steps=np.int64(2), pace=4, rests=[0, 1], towards="there", mode="fast")  # type: ignore[arg-type]
    assert (walk.steps, walk.pace, walk.rests, walk.towards) == (2, 4, [0, 1], "there")


def test_a_derived_class_keeps_the_bounds_and_is_called_by_its_name() -> None:
    for steps in (0, 6):
        with pytest.raises(ConfigError, match=f"^long: steps has to be at least 1 and at most 5, not {steps}$"):
            LongWalk(steps=steps)
    assert LongWalk().steps == 3


def checked_classes() -> Iterator[type]:
    """All classes of the package that check their settings."""
    for module in pkgutil.walk_packages(harness.__path__, "harness."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ModuleNotFoundError:  # of an extra that is not installed
                continue
    below_it = [Checked]
    while below_it:
        one = below_it.pop()
        below_it += one.__subclasses__()
        if one.__module__.startswith("harness.") and one is not Checked:
            yield one


def test_every_class_of_the_package_can_read_the_types_of_its_fields() -> None:
    """A type that is imported for type checkers alone cannot be read, so that its bounds would go unchecked."""
    classes = list(checked_classes())
    assert len(classes) > 55
    for one in classes:
        assert {field.name for field in fields(one)} <= set(get_type_hints(one))


# ---- what others say of their parameters ----------------------------------------------------------------------------


class Theirs:
    def __init__(
        self,
        share: float = 0.5,
        kinds: list[str] | str = "all",
        sizes: dict[str, int] | None = None,
        late: float = None,  # type: ignore[assignment]  # noqa: RUF013 - as older packages write it
        unsaid=3,  # type: ignore[no-untyped-def]
        on=True,
        walk: Walk | None = None,
    ) -> None: ...


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"share": "half"}, "Theirs: share has to be a finite number, not 'half'"),
        ({"kinds": 3}, "Theirs: kinds has to be a list or text, not 3"),
        ({"kinds": [3]}, "Theirs: kinds has to be a list or text, not [3]"),
        ({"sizes": {"a": "b"}}, "Theirs: sizes.a has to be a whole number, not 'b'"),
        ({"sizes": ["a"]}, "Theirs: sizes has to be a mapping, not ['a']"),
        ({"unsaid": "4"}, "Theirs: unsaid has to be a number, not a truth value or text that means one, not '4'"),
        ({"on": "no"}, "Theirs: on has to be true or false, not text that means it, not 'no'"),
        ({"unsaid": True}, "Theirs: unsaid has to be a number, not a truth value or text that means one, not True"),
        ({"walk": {"steps": 1}}, "Theirs: walk has to be a node with a _target_ (Walk), not {'steps': 1}"),
        ({"walk": "far"}, "Theirs: walk has to be a node with a _target_ (Walk), not 'far'"),
    ],
)
def test_annotations_and_defaults_of_a_class_of_somebody_else_are_kept_to(named: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check_arguments(Theirs, named)
    assert str(refused.value) == sentence


def test_what_they_allow_passes() -> None:
    check_arguments(Theirs, {"share": 1, "kinds": ["a"], "sizes": {"a": 1}, "late": None, "unsaid": "auto", "on": 1})
    check_arguments(Theirs, {"kinds": "all", "sizes": None, "unknown": object()})
    check_arguments(len, {"obj": 3})
