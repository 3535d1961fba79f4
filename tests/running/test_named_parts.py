"""What a name in a record stands for: of something set to a rate of false alarms, in one world."""

from __future__ import annotations

from typing import Any

import pytest

from harness.running.named_parts import named_parts


def of_entry(name: str, **parts: Any) -> list[tuple[str, ...]]:
    spec = {"dataset": {"name": "wine"}, "entries": [{"name": name, "policy": {"name": "ddm"}}], **parts}
    return [key for key, _ in named_parts(spec) if key[0] == "entries"]


def test_an_entry_at_its_defaults_is_the_same_everywhere() -> None:
    assert of_entry("ddm+extend", model={"name": "tree"}) == [("entries", "ddm+extend")]


@pytest.mark.parametrize(
    ("parts", "world"),
    [
        ({"model": {"name": "tree"}}, ("wine", "tree")),
        ({"synthesis": {"name": "single", "model": {"name": "tree"}}}, ("wine", "single", "tree")),
        ({"synthesis": {"name": "stacking"}}, ("wine", "stacking")),
    ],
)
def test_an_entry_at_a_rate_is_one_for_each_data_set_and_model(parts: Any, world: tuple[str, ...]) -> None:
    assert of_entry("ddm@5+extend", **parts) == [("entries", "ddm@5+extend", *world)]
