"""What detectors read of the rows that a model serves, and find in them, from a fresh start at its first row."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from harness.core import Floats, Ints
from harness.detectors.contract import Detector, Input, Scan
from harness.drift import onset_signal
from harness.policies.world import Model
from harness.randomness import stream as random_stream
from harness.trials.closed_loop.models import Models
from harness.trials.fits import hash_of
from harness.trials.label_free import confidence_of
from harness.trials.signals import Compared, Signals, arriving


class Reading(NamedTuple):
    """A detector from a fresh start.

    Attributes:
        name: of the detector; what it draws depends on it.
        detector: of any input.
        model: that it watches.
        since: the row from which the model serves.
        late: rows after which a label is known.
        promise: judged in place of the model on the month before the stream; None for the model on the month before `since`.
    """

    name: str
    detector: Detector
    model: Model
    since: int
    late: int
    promise: Model | None


def scan(models: Models, asked: Reading) -> Scan:
    """What the detector finds up to the end of the stream, at the rows at which it is known.

    A detector of errors reads the labelled rows alone, and knows each when its label is known. Tests of rows compare with the
    last month of rows before the model came into service, which are those before the stream for the initial one.

    Raises:
        ConfigError: it cannot read this stream or this model.
    """
    read = _of_errors if asked.detector.input is Input.ERROR else _of_all_rows
    return read(models, asked)


def _of_errors(models: Models, asked: Reading) -> Scan:
    """Late labels change when it knows, and what it compares with, but not what it reads."""
    late = asked.late if asked.since and asked.promise is None else 0
    key = ("errors", asked.name, hash_of(asked.detector), asked.model, asked.since, late, asked.promise)

    def found() -> Scan:
        times = np.flatnonzero(models.windows.scored[asked.since :]) + asked.since
        signals = _signals(models, asked, errors=models.errors(asked.model)[times])
        return _at(times, signals.scan(asked.detector, _rng(models, asked)))

    known = models.once(key, found)
    return Scan(known.alarms + asked.late, known.warnings + asked.late)


def _of_all_rows(models: Models, asked: Reading) -> Scan:
    """A test of rows runs once for all models and streams of equal rows."""
    times = np.arange(asked.since, models.n_rows)

    def found() -> Scan:
        signals = _signals(models, asked, errors=np.zeros(len(times)))
        return _at(times, signals.scan(asked.detector, _rng(models, asked)))

    key = ("found", asked.name, hash_of(asked.detector), asked.since)
    if asked.detector.input is Input.ROWS:
        return models.deployed.memo.once((*key, models.rows_key), found).value
    reads_the_model = asked.detector.input not in (Input.TRUTH, Input.NOTHING)
    return models.once((*key, (asked.model, asked.late, asked.promise) if reads_the_model else ()), found)


def _at(times: Ints, scan: Scan) -> Scan:
    return Scan(times[scan.alarms], times[scan.warnings])


def _rng(models: Models, asked: Reading) -> np.random.Generator:
    deployment = models.deployed.deployment
    return random_stream(deployment.seed, "detector", asked.name, deployment.dataset.name, asked.since)


def _signals(models: Models, asked: Reading, *, errors: Floats) -> Signals:
    judged, since = (asked.model, asked.since) if asked.promise is None else (asked.promise, 0)
    return Signals(
        errors=errors,
        reference_errors=models.reference_errors(judged, since, asked.late),
        nominal=models.deployed.table.nominal_mask,
        make_rows=lambda: models.rows[asked.since :],
        make_reference=lambda: _reference(models, asked.since),
        make_truth=lambda: onset_signal(models.stream)[asked.since :],
        make_confidence=None if models.deployed.threshold is not None else lambda: _confidences(models, asked),
        make_disagreement=lambda: _disagreements(models, asked),
    )


def _reference(models: Models, since: int) -> Floats:
    """The rows that a test compares with."""
    before = models.deployed.reference().matrix
    return models.last_month(before, models.rows[:since]) if since else before


def _confidences(models: Models, asked: Reading) -> Compared:
    """How sure the model is of its answers, with the errors that come to be known; and the same of labels known before."""
    sure, since = _sure(models, asked.model), asked.since
    signal = arriving(
        sure[models.stage.scored][since:],
        models.errors(asked.model)[since:],
        asked.late,
        models.windows.scored[since:],
    )
    judged, known = asked.model, models.known(since, asked.late)
    if asked.promise is not None:
        judged, known = asked.promise, known[:0]
    at_first = confidence_of(models.judged(judged), _who(models))
    confidence = models.last_month(at_first[models.places_before], at_first[models.stage.scored][known])
    errors = models.last_month(models.errors_before(judged), models.judged_errors(judged)[known])
    return Compared(signal, np.column_stack([confidence, errors]))


def _sure(models: Models, model: Model) -> Floats:
    """The probability of each answer, of all rows of the stage. Raises `UnreadableError` if the model gives none."""
    return confidence_of(models.said(model), _who(models))


def _who(models: Models) -> str:
    return f"the model {models.deployed.deployment.model.name!r}"


def _disagreements(models: Models, asked: Reading) -> Compared:
    """How many of the models that learned from the same rows, drawn anew, answer otherwise."""
    scored, at_first = models.otherwise(asked.model)[models.stage.scored], models.judged_otherwise(asked.model)
    before = models.last_month(at_first[models.places_before], at_first[models.stage.scored][: asked.since])
    return Compared(scored[asked.since :], before)
