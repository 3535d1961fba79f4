"""Whether a detector alarms is what its scan says; labels come late, and what nobody can make is not read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from harness.core import UnreadableError
from harness.detectors.contract import Input
from harness.randomness import stream
from harness.trials.signals import Compared, Signals, arriving
from tests.detectors.test_error_contract import LEVELS, READ, load


def signals(later: float) -> Signals:
    """A tenth of 400 rows is wrong, then this share of 400 more."""
    rng = stream(0, "signals", str(later))
    errors = (rng.random(800) < np.repeat([0.1, later], 400)).astype(np.float64)
    reference = (rng.random(200) < 0.1).astype(np.float64)
    onset = np.where(np.arange(800) == 400, 1.0 * (later > 0.1), 0.0)
    nothing = np.empty((0, 0))
    return Signals(errors, reference, np.zeros(0, dtype=bool), lambda: nothing, lambda: nothing, lambda: onset)


@pytest.mark.parametrize("level", LEVELS)
def test_a_detector_alarms_where_its_scan_has_an_alarm(level: str) -> None:
    detector = load(level)
    assert detector.input in READ
    for later in (0.1, 0.2, 0.9):
        read = signals(later)
        found = read.alarms(detector, lambda: np.random.default_rng(1))
        assert found == (len(read.scan(detector, np.random.default_rng(1)).alarms) > 0)


# ---- confidences and disagreements -----------------------------------------------------------------------------------

CONFIDENCE, ERRORS = np.array([0.5, 0.6, 0.7, 0.8]), np.array([1.0, 0.0, 1.0, 0.0])
NAN = np.nan


@pytest.mark.parametrize(
    ("label_delay", "labelled", "late"),
    [
        (0, None, [[0.5, 1], [0.6, 0], [0.7, 1], [0.8, 0]]),
        (1, None, [[NAN, NAN], [0.5, 1], [0.6, 0], [0.7, 1]]),
        (1, [True, False, True, True], [[NAN, NAN], [0.5, 1], [NAN, NAN], [0.7, 1]]),
        (4, None, [[NAN, NAN]] * 4),
        (9, [True] * 4, [[NAN, NAN]] * 4),
    ],
)
def test_a_label_arrives_beside_a_later_row(
    label_delay: int, labelled: list[bool] | None, late: list[list[float]]
) -> None:
    found = arriving(CONFIDENCE, ERRORS, label_delay, None if labelled is None else np.array(labelled))
    np.testing.assert_array_equal(found, np.column_stack([CONFIDENCE, late]))


@pytest.mark.parametrize("what", ["confidence", "disagreement"])
def test_what_nobody_can_make_is_refused_with_a_code(what: str) -> None:
    for read in (signals(0.1), signals(0.1).made_for({Input(what)})):
        with pytest.raises(UnreadableError) as refused:
            getattr(read, what)
        assert refused.value.code == "no-signal"


def test_signals_for_a_panel_ask_at_once_and_only_for_what_it_reads() -> None:
    asked: list[str] = []

    def make(what: str) -> Compared:
        asked.append(what)
        return Compared(np.zeros(3), np.zeros(2))

    lazy = replace(
        signals(0.1),
        make_confidence=lambda: make("confidence"),
        make_disagreement=lambda: make("disagreement"),
    )
    assert (lazy.made_for({Input.ERROR}).make_confidence, asked) == (None, [])
    made = lazy.made_for({Input.ERROR, Input.DISAGREEMENT})
    assert (asked, made.make_confidence) == (["disagreement"], None)
    assert len(made.disagreement.signal) == len(made.disagreement.reference) + 1
    assert asked == ["disagreement"]
