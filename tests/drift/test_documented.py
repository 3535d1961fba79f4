"""What docs/drift.md shows works, and what it lists is complete."""

from __future__ import annotations

import re

import yaml
from hydra.utils import instantiate

from harness import places
from harness.drift import Scenario, injectors, profiles

TEXT = (places.shipped("docs") / "drift.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def test_the_pieces_go_together_as_shown() -> None:
    [code] = blocks("python")
    exec(compile(code, "docs/drift.md", "exec"), {})


def test_the_scenario_of_ones_own_is_one() -> None:
    [text] = blocks("yaml")
    scenario = instantiate(yaml.safe_load(text))
    assert isinstance(scenario, Scenario)
    assert (scenario.strength.harm, scenario.strength.raw) == (None, 0.3)


def test_every_injector_and_profile_is_listed() -> None:
    listed = set(re.findall(r"^\| `(\w+)", TEXT, re.MULTILINE))
    shipped = {name for name in injectors.__all__ if hasattr(getattr(injectors, name), "bind")} - {"Injector"}
    courses = {name for name, value in vars(profiles).items() if hasattr(value, "schedule") and name[0] != "_"}
    assert shipped | (courses - {"Profile"}) <= listed
