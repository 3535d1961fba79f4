"""Panels of entries: policies with what they do, from readable names such as `ddm@5+challenger+fixed+cool_1`.

A name is a policy, behind "@" the rate of false alarms that its detectors are set to, and behind "+" an action, an expectation
and a cool-down, as far as they differ from what is usual. What a name leaves open is crossed: each action, setting, expectation
and cool-down of the panel. Levels that cannot change what a policy does are left out, so that no entry stands there twice.

A policy is a file of `conf/policy`, which names its detectors by their files. The name of a detector means the policy that acts
on its alarms, so that a detector of one's own is a policy without a second file.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from harness.building import locate
from harness.core import Code, ConfigError
from harness.detectors.contract import Input
from harness.detectors.run import DEFAULT, Run
from harness.planning.levels import checked_list, hint, names_of
from harness.planning.panel_settings import Asked, Set, asked_by, detector_at, level_node
from harness.policies.alarms import OnAlarm
from harness.policies.contract import Policy
from harness.policies.entry import Entry, Expectation
from harness.policies.unset import Unset
from harness.running.identity import FOUND

USUAL = "usual"
COOL = "cool_"
_USUALLY = (USUAL, str(Expectation.RENEWED), "0")
_TELLS_NOTHING = (Input.ROWS, Input.NOTHING, Input.TRUTH)
"""Inputs for which it does not matter what is expected of the model."""


class Wanted(NamedTuple):
    """What an entry is made of: names, and "" for what is to be crossed."""

    policy: str
    setting: str = ""
    action: str = ""
    expectation: str = ""
    cool_down: str = ""

    @property
    def name(self) -> str:
        """As a record has it; what is usual goes without saying."""
        parts = (self.action, self.expectation, f"{COOL}{self.cool_down}")
        said = [part for part, usual in zip(parts, _USUALLY, strict=True) if part not in (usual, f"{COOL}{usual}")]
        return "+".join([Run(self.policy, self.setting).name, *said])


def entries(node: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries that an `_entries_` node asks for, in the order of their names' list, each once.

    Args:
        node: `_entries_` (names), `actions`, `expectations`, `cool_downs` (in months), and what `asked_by` reads. Equal nodes
            give the same list object.

    An entry whose detectors the calibration of this world has no setting for stands there too: it says why it does nothing.

    Raises:
        ConfigError: a name means nothing, a file does not exist, or the calibration has no such world or setting.
    """
    wanted = [_read(str(one)) for one in checked_list("policies", node["_entries_"])]
    actions, expectations, cool_downs = (
        tuple(map(str, checked_list(key, node[key]))) for key in ("actions", "expectations", "cool_downs")
    )
    levels = actions, expectations, tuple(map(_months, cool_downs))
    asked = asked_by(node, more=[one.setting for one in wanted if one.setting])
    return _entries(tuple(wanted), levels, asked)


def forget() -> None:
    """Look files up again: they may have changed."""
    _entries.cache_clear()


@cache
def _entries(wanted: tuple[Wanted, ...], levels: tuple[tuple[str, ...], ...], asked: Asked) -> list[dict[str, Any]]:
    return [
        _entry(one, asked) for one in dict.fromkeys(each for one in wanted for each in _crossed(one, levels, asked))
    ]


# ---- names -----------------------------------------------------------------------------------------------------------


def _read(name: str) -> Wanted:
    """What a name says. Raises `ConfigError` if it says something twice."""
    first, *rest = name.split("+")
    policy, _, setting = first.partition("@")
    said: dict[str, str] = {}
    for part in rest:
        key, value = "action", part
        if part in set(Expectation):
            key = "expectation"
        elif part.startswith(COOL):
            key, value = "cool_down", _months(part.removeprefix(COOL))
        if key in said:
            raise ConfigError(f"policies: {name} says twice what its {key.replace('_', '-')} is; write each part once.")
        said[key] = value
    return Wanted(policy, setting, **said)


def _crossed(one: Wanted, levels: Sequence[Sequence[str]], asked: Asked) -> Iterator[Wanted]:
    """The entries that a name stands for: what it leaves open at every level of the panel that makes a difference."""
    detectors, makes_a_difference = _detectors(one.policy, asked), _differences(one.policy, asked)
    settings = asked.settings if detectors else (DEFAULT,)
    if one.setting and not detectors:
        raise ConfigError(f"policies: {one.policy}@{one.setting}: {one.policy} has no detector that could be set so.")
    open_ = [
        (said,) if said else given if key in makes_a_difference else (usual,)
        for key, said, given, usual in zip(Wanted._fields[2:], one[2:], levels, _USUALLY, strict=True)
    ]
    for setting, *rest in itertools.product((one.setting,) if one.setting else settings, *open_):
        yield Wanted(one.policy, setting, *rest)


def _months(text: str) -> str:
    """A number of months, written in one way. Raises `ConfigError` if it is none."""
    try:
        return f"{float(text):g}"
    except ValueError:
        raise ConfigError(f"cool_downs: {text!r} is no number of months.") from None


# ---- policies --------------------------------------------------------------------------------------------------------


def _policy(name: str, asked: Asked) -> dict[Any, Any]:
    """The node of a policy, whose detectors are names. Raises `ConfigError` if nothing has this name."""
    if name in names_of("policy"):
        return level_node("policy", name, asked.rows_per_month)
    if name in names_of("detector"):
        about = level_node("detector", name, asked.rows_per_month).get("about")
        return {**acting_on(name), **({"about": about} if about else {})}
    known = sorted({*names_of("policy"), *names_of("detector")})
    raise ConfigError(f"policies: there is no policy or detector {name!r}; {hint(name, known)}")


def policy_node(name: str, rows_per_month: int) -> dict[Any, Any]:
    """The node of a policy with its detectors at their defaults. Raises `ConfigError` if nothing has this name."""
    asked = Asked((DEFAULT,), rows_per_month, "", Path())
    sets = {one: detector_at(one, DEFAULT, asked) for one in _detectors(name, asked)}
    return _with_detectors(_policy(name, asked), sets)


def acting_on(detector: str) -> dict[Any, Any]:
    """The node of the policy that acts on the alarms of a detector, which it names."""
    return {"_target_": f"{OnAlarm.__module__}.{OnAlarm.__name__}", "name": detector, "detector": detector}


def _detectors(policy: str, asked: Asked) -> list[str]:
    """The names of the detectors that a policy listens to."""
    node = _policy(policy, asked)
    named = [node.get("detector"), *(node.get("detectors") or ())]
    return [one for one in named if isinstance(one, str)]


def _differences(policy: str, asked: Asked) -> frozenset[str]:
    """Which of action, expectation and cool-down can change what a policy does; all, if its class cannot be looked at."""
    try:
        target = locate(_policy(policy, asked)["_target_"])
        inputs = [_input_of(name, asked) for name in _detectors(policy, asked)]
    except ModuleNotFoundError:  # the trial is skipped, and says so
        return Policy.varies_with
    found: frozenset[str] = getattr(target, "varies_with", Policy.varies_with)
    is_told_nothing = bool(inputs) and all(one in _TELLS_NOTHING for one in inputs)
    return found - {"expectation"} if is_told_nothing else found


def _input_of(detector: str, asked: Asked) -> Input:
    return getattr(locate(level_node("detector", detector, asked.rows_per_month)["_target_"]), "input", Input.ERROR)


# ---- entries ---------------------------------------------------------------------------------------------------------


def _entry(wanted: Wanted, asked: Asked) -> dict[str, Any]:
    """The node of an entry; one that does nothing if the calibration could not set one of its detectors so."""
    sets = {name: detector_at(name, wanted.setting, asked) for name in _detectors(wanted.policy, asked)}
    unset = next((name for name, found in sets.items() if found is None), None)
    entry = {
        "_target_": f"{Entry.__module__}.{Entry.__name__}",
        "name": wanted.name,
        "policy": _with_detectors(_policy(wanted.policy, asked), sets)
        if unset is None
        else _unset(wanted, unset, asked),
        "action": level_node("action", wanted.action, asked.rows_per_month),
        "expectation": wanted.expectation,
        "cool_down": float(wanted.cool_down),
    }
    about = {name: found.about for name, found in sets.items() if found and found.about}
    return {**entry, "about": {FOUND: about}} if about else entry


def _unset(wanted: Wanted, detector: str, asked: Asked) -> dict[str, Any]:
    """The node of a policy that says that this detector of it could not be set, and the code of why."""
    known = asked.found.get(detector)
    code = (known and known.code) or str(Code.NO_SETTING)
    name = Run(wanted.policy, wanted.setting).name
    return {"_target_": f"{Unset.__module__}.{Unset.__name__}", "name": name, "code": code}


def _with_detectors(node: Mapping[Any, Any], sets: Mapping[str, Set | None]) -> dict[Any, Any]:
    """The node of a policy with its detectors in place of their names."""

    def whole(one: Any) -> Any:
        found = sets.get(one) if isinstance(one, str) else None
        return found.node if found else one

    filled = {key: whole(value) if key == "detector" else value for key, value in node.items()}
    return {**filled, "detectors": [whole(one) for one in node["detectors"]]} if "detectors" in node else filled
