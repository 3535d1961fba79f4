"""Why a calibration finds no setting is a recorded sentence, whose kind is told by one module: both have to agree."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from harness.detectors.contract import Knob
from harness.running.store.legacy import Impossible, kind_of_impossible
from harness.trials.calibration_search import Draws, Search


class Stubborn(Search):
    """Alarms on a share of streams that follows its knob as it likes."""

    def __init__(self, share_at: Callable[[float], float]) -> None:
        stream: Any = SimpleNamespace(scan=lambda *_: None)
        detector: Any = SimpleNamespace(knob=Knob("level", loosest=0.0, strictest=1.0))
        super().__init__("stubborn", detector, [stream] * 100, Draws(0, "wine"))
        self._share_at = share_at

    def share(self, value: float) -> float:
        return self._share_at(value)


@pytest.mark.parametrize(
    ("share_at", "kind"),
    [
        (lambda value: 0.5, Impossible.KNOB_ENDS),  # however strict
        (lambda value: 0.0, Impossible.KNOB_ENDS),  # however loose
        (lambda value: 1.0 if value < 0.3 else 0.0, Impossible.RATE_JUMPS),
    ],
)
def test_the_kind_of_a_vain_search_is_told_from_what_it_records(
    share_at: Callable[[float], float], kind: Impossible
) -> None:
    found = Stubborn(share_at).all_rates([0.05])
    assert not found.settings
    assert kind_of_impossible(found.impossible["5"]) is kind


def test_a_search_that_succeeds_gives_no_reason() -> None:
    found = Stubborn(lambda value: 1 - value).all_rates([0.05])
    assert found.settings["5"] == pytest.approx(0.95, abs=0.03)
    assert not found.impossible
