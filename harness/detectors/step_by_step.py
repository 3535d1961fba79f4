"""Detectors that read one row at a time, as river's do, made to scan signals."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, Self, cast

import numpy as np
from numpy.typing import NDArray

from harness.core import ConfigError, Floats
from harness.detectors.contract import Detector, Input, Knob, Scan, Startable
from harness.detectors.errors import Warm, required_reference


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

    Attributes:
        detector: an object that has read nothing yet; it is copied at every start and never changed.
        knob: names the parameter of the object that sets it to a rate of false alarms; by None it cannot be calibrated, for
            nothing is known of the object's parameters.
        warm: what the object has read before the stream.
    """

    input: ClassVar[Input] = Input.ERROR

    detector: StepDetector
    knob: Knob | None = None
    warm: Warm = Warm.NONE

    def __post_init__(self) -> None:
        super().__post_init__()
        kind = type(self.detector).__name__
        if self.knob is not None and not isinstance(self.knob, Knob):
            raise ConfigError(f"the knob of {kind} has to be a {Knob.__module__}.Knob, not {self.knob!r}")
        if self.knob and not (hasattr(self.detector, self.knob.name) or _clones_with_settings(self.detector)):
            raise ConfigError(f"{kind} has no {self.knob.name!r} to turn: no such attribute, and no clone(new_params)")

    def turned(self, value: float) -> Self:
        """The detector with a copy of its object whose knob is at this value.

        Raises:
            ConfigError: it has no knob.
        """
        if self.knob is None:
            raise ConfigError(f"{type(self.detector).__name__} has no knob to turn: name one of its parameters")
        return replace(self, detector=_copied(self.detector, {self.knob.name: value}))

    def start(
        self,
        reference: Floats | None = None,
        columns: NDArray[np.bool_] | None = None,  # noqa: ARG002 - an error has no columns
        rng: np.random.Generator | None = None,
    ) -> StepDetector:
        """A fresh copy of the object, which has read the errors of `reference` if it is warmed.

        A parameter `seed` that is None becomes an integer drawn from `rng`.

        Raises:
            ConfigError: the object is to be seeded, and there is no `rng`; or it is to be warmed, and there is no reference.
        """
        settings: dict[str, Any] = {}
        if getattr(self.detector, "seed", 0) is None:
            if rng is None:
                name = type(self.detector).__name__
                raise ConfigError(f"{name} draws random numbers: give start() a generator (rng), or {name} a seed")
            settings["seed"] = int(rng.integers(2**31))
        copied = _copied(self.detector, settings)
        if self.warm == Warm.REFERENCE:
            self.scan(required_reference(reference, self.name or type(self.detector).__name__), copied)
        return copied

    def scan(self, signal: NDArray[Any], state: StepDetector) -> Scan:
        """Read `signal` row by row."""
        alarms, warnings = [], []
        for position, value in enumerate(np.asarray(signal).tolist()):
            state.update(value)
            if state.drift_detected:
                alarms.append(position)
            elif getattr(state, "warning_detected", False):
                warnings.append(position)
        return Scan(np.array(alarms, dtype=np.int64), np.array(warnings, dtype=np.int64))


def _copied(detector: StepDetector, settings: Mapping[str, Any]) -> StepDetector:
    """A copy that has read nothing, with other parameters.

    An object whose `clone` takes parameters is cloned. Any other one is copied if nothing changes, else made anew from the
    parameters that it shows as attributes; where it does not show them all, they are set on a copy.
    """
    clone: Any = getattr(detector, "clone", None)
    if _clones_with_settings(detector):
        return cast(StepDetector, clone(dict(settings)) if settings else clone())
    # river's dummy draws other parameters when it clones itself
    parameters = _shown_parameters(detector) if clone or settings else {}
    if parameters and settings.keys() <= parameters.keys():
        make = cast(Callable[..., StepDetector], type(detector))
        return make(**{**copy.deepcopy(parameters), **settings})
    copied: StepDetector = clone() if clone else copy.deepcopy(detector)
    for name, value in settings.items():
        setattr(copied, name, value)
    return copied


def _clones_with_settings(detector: Any) -> bool:
    """Whether it has river's `clone(new_params)`."""
    try:
        inspect.signature(detector.clone).bind({})
    except (AttributeError, TypeError, ValueError):
        return False
    return True


def _shown_parameters(detector: StepDetector) -> dict[str, Any]:
    """The parameters that it was made with, as far as attributes of their names tell; {} unless they tell all."""
    try:
        named = inspect.signature(type(detector)).parameters.values()
    except ValueError:  # compiled, and it does not say
        return {}
    by_name = all(one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY) for one in named)
    if not by_name or not all(hasattr(detector, one.name) for one in named):
        return {}
    return {one.name: getattr(detector, one.name) for one in named}


def as_detector(thing: Any) -> Detector:
    """`thing` itself if it is a detector, or wrapped if it is a river-protocol object.

    A detector from outside this package may lack a knob; it then counts as one whose knob is None.

    Raises:
        ConfigError: it is neither, or a detector that does not say what it reads.
    """
    made = not isinstance(thing, type)
    if made and hasattr(thing, "start") and hasattr(thing, "scan"):
        if not isinstance(getattr(thing, "input", None), Input):
            raise ConfigError(
                f"{type(thing).__name__} does not say what it reads: give it input = Input.ERROR, Input.ROWS, "
                f"Input.CONFIDENCE, Input.DISAGREEMENT or Input.NOTHING (from {Input.__module__})"
            )
        return cast(Detector, thing)
    if made and hasattr(thing, "update") and hasattr(thing, "drift_detected"):
        return StepByStep(detector=thing, name=type(thing).__name__)
    kind = type(thing).__name__ if made else f"the class {thing.__name__}, of which no object is made,"
    raise ConfigError(
        f"{kind} is no detector: it needs start and scan, or update and drift_detected as river's detectors have"
    )
