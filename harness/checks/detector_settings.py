"""What the knob of a detector has to do, and what it has to say to wrong input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from harness.checks.check import Noted, require
from harness.checks.detector_subject import Signal, Subject
from harness.core import Floats, HarnessError, Skip
from harness.detectors.contract import Input
from harness.detectors.step_by_step import StepByStep

# ---- the knob -------------------------------------------------------------------------------------------------------


def its_knob_turns_from_many_alarms_to_few(subject: Subject) -> None:
    """Calibration searches between the two ends."""
    knob = _knob(subject)
    if knob is None:
        raise Skip("it has no knob, so it cannot be calibrated", code="no-knob")
    loosest = _n_alarms(subject, knob.loosest, drifts=True)
    require(
        loosest > 0, f"its knob at the loosest, {knob.name}={knob.loosest:g}, gives no alarm on signals with a change."
    )
    strictest = _n_alarms(subject, knob.strictest, drifts=False)
    require(
        strictest <= loosest / 10,
        f"its knob at the strictest, {knob.name}={knob.strictest:g}, gives {strictest} alarms on signals without a change, and "
        f"{loosest} at the loosest, {knob.loosest:g}, with one: it should give (almost) none. Are the two exchanged?",
    )


def _knob(subject: Subject) -> Any:
    return getattr(subject.detector, "knob", None)


def _n_alarms(subject: Subject, value: float, *, drifts: bool) -> int:
    detector: Any = subject.detector
    turned = detector.turned(value)
    return sum(len(subject.scan(subject.signal(seed, drifts=drifts), turned).alarms) for seed in range(2))


def its_knob_is_a_parameter(subject: Subject) -> None:
    """The file is written anew with another value."""
    knob = _knob(subject)
    if knob is not None and not isinstance(subject.detector, StepByStep):
        value = getattr(subject.detector, knob.name, None)
        require(
            isinstance(value, (int, float)) and not isinstance(value, bool),
            f"its knob is {knob.name!r}, which is {value!r}: name a parameter of the detector that is a number.",
        )


# ---- wrong input ----------------------------------------------------------------------------------------------------


def wrong_input_is_refused_in_one_sentence(subject: Subject) -> None:
    """Another shape than that of what it reads, a value that is none."""
    kind = subject.detector.input
    if isinstance(subject.detector, StepByStep) or kind not in _WRONG:
        raise Skip("what it reads is not checked by it", code="reads-anything")
    signal = subject.signal()
    read = [what for what, given in _WRONG[kind](signal).items() if not _refuses(subject, given, what)]
    if read:
        raise Noted(f"it reads {' and '.join(read)} without a word: raise harness.core.DataError.")


def _wrong_numbers(signal: Floats, what: str) -> dict[str, Floats]:
    return {
        f"rows instead of {what}": np.column_stack([signal, signal]),
        "a NaN": np.where(np.arange(len(signal)) == 7, np.nan, signal),
    }


def _wrong_confidences(signal: Floats) -> dict[str, Floats]:
    above, half = signal.copy(), signal.copy()
    above[7, 0], half[-1, 2] = 7.0, np.nan
    return {
        "one number a row instead of three": signal[:, 0],
        "a confidence of 7": above,
        "a label that arrives without an error": half,
    }


_WRONG: Mapping[Input, Callable[[Floats], dict[str, Floats]]] = {
    Input.ERROR: lambda signal: _wrong_numbers(signal, "errors"),
    Input.DISAGREEMENT: lambda signal: _wrong_numbers(signal, "shares of models"),
    Input.CONFIDENCE: _wrong_confidences,
    Input.ROWS: lambda signal: {"one number a row instead of rows": signal[:, 0]},
}


def _refuses(subject: Subject, signal: Signal, what: str) -> bool:
    try:
        subject.detector.scan(signal.copy(), subject.start())
    except HarnessError:
        return True
    except Exception as error:
        raise Noted(
            f"given {what}, it ends with a {type(error).__name__} instead of a harness.core.DataError."
        ) from error
    return False
