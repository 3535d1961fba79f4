"""Every trial refuses settings that make no sense when it is planned, each mistake in the same words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.core import ConfigError
from harness.planning.made_once import make_all
from harness.planning.trials import plan
from harness.trials import CalibrationTrial

SMALL = ("dataset=pima", "model=tree")


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("n_streams=0", "n_streams has to be at least 1, not 0"),
        ("n_fresh=0", "n_fresh has to be at least 1, not 0"),
        ("seed=-1", "seed has to be at least 0, not -1"),
        ("months=3", "months has to be at least 4, not 3"),
        ("rows_per_month=1", "rows_per_month has to be at least 2, not 1"),
        ("n_fresh=2.5", "n_fresh has to be a whole number, not 2.5"),
        ("rates=[5]", "each of rates has to be above 0 and below 1, not 5"),
        ("rates=[0.1,0.1]", r"rates has to be a list that names one or more, each once, not \[0.1, 0.1\]"),
        ("rates=[]", r"rates has to be a list that names one or more, each once, not \[\]"),
        ("rates=0.1", "rates has to be a list, not 0.1"),
        ("train_rows=0", "train_rows has to be at least 1, not 0"),
    ],
)
def test_a_calibration_is_refused_before_it_runs(word: str, sentence: str, composed: Callable[..., Any]) -> None:
    with pytest.raises(ConfigError, match=f"^CalibrationTrial: {sentence}$"):
        make_all([plan(composed("trial=calibration", *SMALL, word))])


@pytest.mark.parametrize(
    ("trial", "word", "sentence"),
    [
        ("detection", "seed=-1", "DetectionTrial: seed has to be at least 0, not -1"),
        ("synthesis", "seed=-1", "SynthesisTrial: seed has to be at least 0, not -1"),
        ("detection", "rows_per_month=2.5", "DetectionTrial: rows_per_month has to be a whole number, not 2.5"),
        ("detection", "harm=0", "DetectionTrial: harm has to be other than 0, not 0"),
        ("synthesis", "train_size=0", "SynthesisTrial: train_size has to be above 0 and at most 1, not 0"),
    ],
)
def test_the_same_mistake_has_the_same_words_in_every_trial(
    trial: str, word: str, sentence: str, composed: Callable[..., Any]
) -> None:
    with pytest.raises(ConfigError, match=f"^{sentence}$"):
        make_all([plan(composed(f"trial={trial}", *SMALL, word))])


def test_a_detector_of_a_panel_is_named_once() -> None:
    parts: Any = dict.fromkeys(("dataset", "model", "preprocessing", "sampling"), object())
    with pytest.raises(
        ConfigError, match=r"^CalibrationTrial: detectors has to be a list that names one or more, each once"
    ):
        CalibrationTrial(**parts, detectors=[{"name": "ddm"}, {"name": "ddm"}])
