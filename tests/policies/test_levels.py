"""Every file of conf/policy and conf/action lives through made-up streams; a new file is tested by being there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness import places
from harness.building import instantiate
from harness.checks.lives import lived, lives, told_apart
from harness.planning.entry_panel import policy_node
from harness.planning.hydra_session import loading
from harness.planning.panel_settings import level_node
from harness.policies.calendar import AtTruth
from harness.policies.contract import Action, Policy
from harness.policies.run import Fate


def levels(group: str) -> list[str]:
    return sorted(path.stem for path in (places.shipped("conf") / group).glob("*.yaml"))


@pytest.fixture(scope="module", autouse=True)
def loader() -> Iterator[Any]:
    with loading() as found:
        yield found


@pytest.mark.parametrize("level", levels("policy"))
def test_a_policy_decides_the_same_each_time_it_is_made(level: str) -> None:
    for life in lives():
        policies = [instantiate(policy_node(level, 300)) for _ in range(2)]
        assert all(isinstance(policy, Policy) and policy.name == level for policy in policies)
        assert told_apart(*(lived(policy, life) for policy in policies)) == ""


@pytest.mark.parametrize("level", levels("action"))
def test_an_action_answers_a_change_that_is_known(level: str) -> None:
    changed, late, _ = lives()
    action = instantiate(level_node("action", level, 300))
    assert isinstance(action, Action)
    assert action.name == level
    assert lived(AtTruth(), changed, action).asked == (10,)  # the first week after row 700
    assert lived(AtTruth(), late, action).outcomes == (Fate.PROMOTED,)
