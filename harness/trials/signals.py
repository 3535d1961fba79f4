"""The signals of one stream, and a detector that reads them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from harness.core import Code, ConfigError, Floats, UnreadableError
from harness.detectors.contract import Detector, Input, Scan, checked_scan
from harness.detectors.errors import Domain, ErrorDetector, checked


class Compared(NamedTuple):
    """A signal, and the reference that a detector compares it with."""

    signal: Floats
    reference: Floats


Make = Callable[[], Compared]


def arriving(confidence: Floats, errors: Floats, label_delay: int, labelled: NDArray[np.bool_] | None = None) -> Floats:
    """What a detector of confidences reads, shape (n, 3); see `Input.CONFIDENCE`.

    Args:
        confidence: of the model's answers, shape (n,).
        errors: 1.0 where they are wrong, else 0.0, shape (n,).
        label_delay: rows after which a label arrives.
        labelled: which labels ever arrive, shape (n,); all by default.
    """
    n_rows = len(confidence)
    signal = np.full((n_rows, 3), np.nan)
    signal[:, 0] = confidence
    rows = (
        np.arange(n_rows - label_delay)
        if labelled is None
        else np.flatnonzero(labelled[: max(0, n_rows - label_delay)])
    )
    signal[rows + label_delay, 1:] = np.column_stack([confidence[rows], errors[rows]])
    return signal


@dataclass(frozen=True)
class Signals:
    """The signals of one stream; those that few detectors read are made when they are asked for.

    Attributes:
        errors: of the deployed model, shape (n_rows,).
        reference_errors: of the same in the month before the stream, shape (rows_per_month,).
        nominal: which columns are nominal, shape (n_features,).
        make_rows: the rows, shape (n_rows, n_features).
        make_reference: the reference rows, shape (n_reference, n_features).
        make_truth: whether a drift is under way, shape (n_rows,).
        make_confidence: confidences and labels as they arrive, and the labelled reference; None where nobody can.
        make_disagreement: the share of refitted models that answer otherwise, here and on the reference; None where nobody can.
    """

    errors: Floats
    reference_errors: Floats
    nominal: NDArray[np.bool_]
    make_rows: Callable[[], Floats]
    make_reference: Callable[[], Floats]
    make_truth: Callable[[], Floats]
    make_confidence: Make | None = None
    make_disagreement: Make | None = None

    @cached_property
    def rows(self) -> Floats:
        """The rows, made once."""
        return self.make_rows()

    @cached_property
    def confidence(self) -> Compared:
        """Confidences, made once.

        Raises:
            UnreadableError: there are none.
        """
        if self.make_confidence is None:
            raise UnreadableError(
                "nobody knows how sure the model is of its answers: choose another detector", code=Code.NO_SIGNAL
            )
        return self.make_confidence()

    @cached_property
    def disagreement(self) -> Compared:
        """The share of refitted models that answer otherwise, made once.

        Raises:
            UnreadableError: there is none.
        """
        if self.make_disagreement is None:
            raise UnreadableError("nobody can fit the model again: choose another detector", code=Code.NO_SIGNAL)
        return self.make_disagreement()

    def made_for(self, inputs: Collection[Input]) -> Signals:
        """The same for detectors that read these inputs alone, without the model: what has to be asked of it is asked now."""
        made: dict[str, Make | None] = {
            "make_confidence": _made(lambda: self.confidence) if Input.CONFIDENCE in inputs else None,
            "make_disagreement": _made(lambda: self.disagreement) if Input.DISAGREEMENT in inputs else None,
        }
        return replace(self, **made)  # type: ignore[arg-type]

    def scan(self, detector: Detector, rng: np.random.Generator) -> Scan:
        """Let a detector read its kind of signal, from a fresh start.

        Raises:
            ConfigError: it cannot read it.
            AnswerError: what it found cannot be.
        """
        signal, state = self._for(detector, rng)
        return checked_scan(detector.scan(signal, state), signal, detector)

    def alarms(self, detector: Detector, make_rng: Callable[[], np.random.Generator]) -> bool:
        """Whether a detector alarms at least once, from a fresh start; raises as `scan` does."""
        if not (isinstance(detector, ErrorDetector) and detector.is_plain):
            return len(self.scan(detector, make_rng()).alarms) > 0
        state = detector.start(self.reference_errors, None, make_rng() if detector.draws else None)
        return detector.alarms_at_all(self._checked_errors, state)

    @cached_property
    def _checked_errors(self) -> Floats:
        """The errors, which are 0 or 1, so that every detector of errors can read them."""
        return checked(self.errors, Domain.BINARY, "a detector of errors")

    def _for(self, detector: Detector, rng: np.random.Generator) -> tuple[NDArray[Any], Any]:
        """The signal that a detector reads, and its fresh state."""
        if detector.input is Input.ERROR:
            return self.errors, detector.start(self.reference_errors, None, rng)
        if detector.input is Input.NOTHING:
            return self.errors, detector.start(None, None, rng)
        if detector.input is Input.TRUTH:
            return self.make_truth(), detector.start(None, None, rng)
        if detector.input is Input.CONFIDENCE:
            return self.confidence.signal, detector.start(self.confidence.reference, None, rng)
        if detector.input is Input.DISAGREEMENT:
            return self.disagreement.signal, detector.start(self.disagreement.reference, None, rng)
        return self.rows, detector.start(self.make_reference(), self.nominal, rng)


def code_of(error: ConfigError) -> str:
    """The code of why a detector cannot read a stream; "" where it has only a sentence."""
    return error.code if isinstance(error, UnreadableError) else ""


def unable_codes(codes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The codes by detector as a record has them: no field where there is none."""
    known = {name: code for name, code in codes.items() if code}
    return {"unable_codes": known} if known else {}


def _made(make: Make) -> Make:
    """Gives what `make` gives now, or raises what it raises, as often as it is asked."""
    try:
        found = make()
    except UnreadableError as error:
        return partial(_refuse, str(error), error.code)
    return lambda: found


def _refuse(sentence: str, code: str) -> NoReturn:
    raise UnreadableError(sentence, code=code)
