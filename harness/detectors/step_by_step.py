"""Detectors that read one row at a time, as river's do, made to scan signals."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from harness.core import ConfigError, Floats
from harness.detectors.contract import Detector, Input, Knob, Scan, Startable


class StepDetector(Protocol):
    """river's protocol. An object may also have `warning_detected`, `clone(new_params)` and a parameter `seed`."""

    @property
    def drift_detected(self) -> bool:
        """Whether the last row alarmed."""
        ...

    def update(self, x: Any) -> Any:
        """Read one row."""
        ...


@dataclass(frozen=True, kw_only=True)
class StepByStep(Startable):
    """A river-protocol object as a detector, at the speed of a Python call for each row.

    It has no knob, for nothing is known of the object's parameters.

    Attributes:
        detector: an object that has read nothing yet; it is copied at every start and never changed.
    """

    input: ClassVar[Input] = Input.ERROR
    knob: ClassVar[Knob | None] = None

    detector: StepDetector

    def start(
        self,
        reference: Floats | None = None,  # noqa: ARG002 - the protocol knows no reference
        columns: NDArray[np.bool_] | None = None,  # noqa: ARG002
        rng: np.random.Generator | None = None,
    ) -> StepDetector:
        """A fresh copy of the object; a parameter `seed` that is None becomes an integer drawn from `rng`.

        Raises:
            ConfigError: the object is to be seeded, and there is no `rng`.
        """
        settings: dict[str, Any] = {}
        if getattr(self.detector, "seed", 0) is None:
            if rng is None:
                name = type(self.detector).__name__
                raise ConfigError(f"{name} draws random numbers: give start() a generator (rng), or {name} a seed")
            settings["seed"] = int(rng.integers(2**31))
        return _copied(self.detector, settings)

    def scan(self, signal: NDArray[Any], state: StepDetector) -> Scan:
        """Read `signal` row by row."""
        alarms, warnings = [], []
        for position, value in enumerate(signal.tolist()):
            state.update(value)
            if state.drift_detected:
                alarms.append(position)
            elif getattr(state, "warning_detected", False):
                warnings.append(position)
        return Scan(np.array(alarms, dtype=np.int64), np.array(warnings, dtype=np.int64))


def _copied(detector: StepDetector, settings: Mapping[str, Any]) -> StepDetector:
    """A copy with other parameters: made anew where the object can `clone`, else set on a deep copy."""
    if hasattr(detector, "clone"):
        return cast(StepDetector, detector.clone(dict(settings)) if settings else detector.clone())
    copied = copy.deepcopy(detector)
    for name, value in settings.items():
        setattr(copied, name, value)
    return copied


def as_detector(thing: Any) -> Detector:
    """`thing` itself if it is a detector, or wrapped if it is a river-protocol object.

    Raises:
        ConfigError: it is neither.
    """
    if hasattr(thing, "start") and hasattr(thing, "scan"):
        return cast(Detector, thing)
    if hasattr(thing, "update") and hasattr(thing, "drift_detected"):
        return cast(Detector, StepByStep(detector=thing, name=type(thing).__name__))
    kind = thing.__name__ if isinstance(thing, type) else type(thing).__name__
    raise ConfigError(
        f"{kind} is no detector: it needs start and scan, or update and drift_detected as river's detectors have"
    )
