"""Numbers that a detector cannot work with are refused in a sentence, and nothing that its knob may be turned to is."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import NoneType
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from harness import places
from harness.core import ConfigError
from harness.detectors.baselines import Random
from harness.detectors.contract import Knob, Startable
from harness.detectors.ddm import DDM

FOLDER = places.shipped("conf") / "detector"
LEVELS = [path.stem for path in sorted(FOLDER.glob("*.yaml"))]


def load(level: str) -> Any:
    return instantiate(OmegaConf.load(FOLDER / f"{level}.yaml"))


every = pytest.mark.parametrize("level", LEVELS)


# ---- knobs -----------------------------------------------------------------------------------------------------------


@every
def test_every_value_of_a_knob_is_accepted(level: str) -> None:
    detector = load(level)
    knob = detector.knob
    if knob is None:
        with pytest.raises(ConfigError, match="has no knob to turn"):
            detector.turned(1.0)
        return
    space = np.geomspace if knob.logarithmic else np.linspace
    for value in (knob.loosest, *space(knob.loosest, knob.strictest, 50)[1:-1].tolist(), knob.strictest):
        assert detector.turned(value) == replace(detector, **{knob.name: value})


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"loosest": float("nan")}, "delta: loosest has to be a finite number, not nan"),
        ({"strictest": "x"}, "delta: strictest has to be a finite number, not 'x'"),
        ({"logarithmic": 1}, "delta: logarithmic has to be true or false, not 1"),
        ({"logarithmic": True}, "delta: strictest has to be above 0, not 0.0"),
    ],
)
def test_a_knob_without_a_range_is_refused(parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=f"^{sentence}$"):
        Knob(**{"name": "delta", "loosest": 1.0, "strictest": 0.0, **parameters})


# ---- types -----------------------------------------------------------------------------------------------------------


@every
def test_numbers_of_every_kind_are_checked_by_their_fields(level: str) -> None:
    """Whatever the class: NaN, infinity, text, true and halves are refused where a number or a whole number is meant."""
    detector = load(level)
    kinds: dict[Any, list[Any]] = {
        int: [2.5, float("nan"), "3", True],
        float: [float("nan"), float("inf"), -float("inf"), "x", True, 10**400],
    }
    hints = get_type_hints(type(detector))
    for name in (one.name for one in fields(detector)):
        kind, *others = {*(get_args(hints[name]) or (hints[name],))} - {NoneType}
        for wrong in [] if others else kinds.get(kind, []):
            with pytest.raises(ConfigError, match=rf"^{level}: {name} has to be a (whole|finite) number, not "):
                replace(detector, **{name: wrong})


@pytest.mark.parametrize("number", [np.float64(3), np.float32(3), np.int64(3), 3])
def test_numbers_of_numpy_and_whole_ones_are_numbers(number: Any) -> None:
    assert DDM(drift_threshold=number).drift_threshold == 3


@pytest.mark.parametrize(
    ("level", "parameters", "sentence"),
    [
        ("hddm_a", {"two_sided_test": 1}, "hddm_a: two_sided_test has to be true or false, not 1"),
        ("ddm", {"name": 3}, "name has to be text, not 3"),
        ("fhddm", {"sliding_window_size": None}, "fhddm: sliding_window_size has to be a whole number, not None"),
        ("kswin", {"seed": "x"}, "kswin: seed has to be a whole number, not 'x'"),
    ],
)
def test_other_types_are_checked_too(level: str, parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        replace(load(level), **parameters)


def test_a_detector_of_ones_own_is_checked_by_its_fields_as_well() -> None:
    """A module without `from __future__ import annotations` has types where others have their names."""
    own: Any = dataclass(frozen=True, kw_only=True)(
        type(
            "Own", (Startable,), {"__annotations__": {"length": float, "most": int | None}, "length": 1.0, "most": None}
        )
    )
    assert own(length=2, most=3).length == 2
    for wrong in ({"length": "2"}, {"most": 2.5}):
        with pytest.raises(ConfigError, match=r"^Own: "):
            own(**wrong)


# ---- bounds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "parameters", "allowed"),
    [
        ("adwin", {"delta": 1.5}, "above 0 and at most 1"),
        ("adwin", {"clock": 0}, "at least 1"),
        ("adwin", {"min_window_length": 0}, "at least 1"),
        ("adwin_moa", {"grace_period": -1}, "at least 0"),
        ("chi_square", {"window": 1}, "at least 2"),
        ("cusum", {"min_instances": -1}, "at least 0"),
        ("cusum_page", {"threshold": -1.0}, "at least 0"),
        ("ddm", {"warm_start": -1}, "at least 0"),
        ("ddm_moa", {"warning_threshold": -1.0}, "at least 0"),
        ("ecdd", {"scale": -1.0}, "at least 0"),
        ("ecdd_moa", {"warm_start": -1}, "at least 0"),
        ("eddm", {"beta": -1.0}, "at least 0 and at most 1"),
        ("eddm_moa", {"alpha": 1.1}, "at least 0 and at most 1"),
        ("fhddm", {"sliding_window_size": 0}, "at least 1"),
        ("fhddms", {"short_window_size": 0}, "at least 1 and at most 100"),
        ("hddm_w_moa", {"lambda_val": 0.0}, "above 0 and below 1"),
        ("kswin", {"alpha": -0.1}, "at least 0 and at most 1"),
        ("kswin", {"window_size": 1}, "at least 2"),
        ("metronome", {"times": 0}, "at least 1"),
        ("mmd", {"permutations": 0}, "at least 1"),
        ("page_hinkley", {"alpha": 2.5}, "at least 0 and at most 1"),
        ("page_hinkley_moa", {"alpha": -1.0}, "at least 0 and at most 1"),
        ("performance_window", {"points": -5.0}, "at least 0"),
        ("psi", {"threshold": -1.0}, "at least 0"),
        ("rddm", {"stable_concept": 0}, "at least 1"),
        ("rddm", {"max_concept": 0}, "at least 1"),
        ("rddm", {"warning_limit": 0}, "at least 1"),
        ("rddm", {"drift_level": -1.0}, "at least 0"),
        ("rddm", {"drift_level": 1.5}, "at least warning_level, 1.773"),
        ("stepd", {"window_size": 0}, "at least 1"),
        ("stepd_moa", {"alpha_warning": 1.0}, "above 0 and below 1"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, dict) else None,
)
def test_a_number_out_of_bounds_is_refused_with_what_is_allowed(
    level: str, parameters: dict[str, Any], allowed: str
) -> None:
    [(name, value)] = parameters.items()
    with pytest.raises(ConfigError) as refused:
        replace(load(level), **parameters)
    assert str(refused.value) == f"{level}: {name} has to be {allowed}, not {value}"


def test_a_level_of_warnings_that_a_knob_passes_is_refused_where_the_knob_moves_it_too() -> None:
    """The others stay as they are anywhere within the range of their knob, as calibrated settings of HDDM are."""
    with pytest.raises(ConfigError, match=r"rddm: drift_level has to be at least warning_level, 3, not 2\.258"):
        replace(load("rddm"), warning_level=3.0)
    assert replace(load("rddm"), warning_level=2.258).scale == 1
    for level in ("ddm", "ddm_moa", "ddm_paper", "eddm", "hddm_a", "hddm_w", "stepd"):
        knob = load(level).knob
        replace(load(level), **{knob.name: knob.loosest})


@pytest.mark.parametrize(
    ("level", "parameters"),
    [
        ("ks", {"rule": "all"}),
        ("psi", {"rule": "bh"}),
        ("ks", {"reference": "last"}),
        ("page_hinkley", {"mode": "left"}),
        ("ecdd", {"run_length": "100"}),
    ],
)
def test_an_unknown_choice_is_refused_with_those_there_are(level: str, parameters: dict[str, Any]) -> None:
    [(name, value)] = parameters.items()
    with pytest.raises(ConfigError, match=f"^{level}: unknown {name} '{value}'; choose one of "):
        replace(load(level), **parameters)


def test_the_rarest_random_alarms_still_ascend() -> None:
    gaps = np.diff(Random(rate=1e-15).start(rng=np.random.default_rng(0)).ahead)
    assert (gaps > 0).all()
    with pytest.raises(ConfigError, match="rate has to be at least 1e-15"):
        Random(rate=1e-19)
