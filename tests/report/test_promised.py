"""The power that is stated beforehand is that of the fresh sets that can answer."""

from __future__ import annotations

from typing import Any

import pytest

from harness.report.promised import Assumed, promises
from tests.claims import toy

EARLIER = {"X1.a": Assumed(2.0, 1.5, 0.5, "an earlier report")}


def promised(**contrast: Any) -> dict[str, Any]:
    register = toy.register(1, X1=toy.entry(toy.contrast(id="X1.a", **contrast)))
    [found] = promises(register, 12, EARLIER)
    return found


@pytest.mark.parametrize(("fresh", "n"), [({}, 6), ({"fresh": 9}, 9), ({"fresh": 40}, 12)])
def test_how_many_sets_can_answer_is_said_by_the_register_or_by_earlier_records(fresh: dict[str, int], n: int) -> None:
    assert promised(**fresh)["assumed"]["n"] == n


def test_more_sets_have_more_power() -> None:
    few, many = (promised(fresh=n)["power"]["supported_at_mean"] for n in (3, 12))
    assert 0 < few < many < 1
