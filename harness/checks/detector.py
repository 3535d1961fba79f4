"""What a detector has to hold, so that it can be swept, replayed, calibrated and scored like those that come along."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from harness.checks.check import Broken, Suite
from harness.checks.detector_settings import (
    its_knob_is_a_parameter,
    its_knob_turns_from_many_alarms_to_few,
    wrong_input_is_refused_in_one_sentence,
)
from harness.checks.detector_subject import Subject, make
from harness.core import Ints, Skip
from harness.detectors.contract import Scan
from harness.detectors.errors import Warm

# ---- one scan -------------------------------------------------------------------------------------------------------


def alarms_ascend_within_the_signal(subject: Subject) -> None:
    """Positions are whole numbers, each once, and no row both warns and alarms."""
    signal = subject.signal()
    scan = subject.scan(signal)
    for what, positions in (("alarms", scan.alarms), ("warnings", scan.warnings)):
        _ascending(what, np.asarray(positions), len(signal))
    both = sorted({*map(int, scan.alarms)} & {*map(int, scan.warnings)})
    if both:
        raise Broken(f"row {both[0]} is both an alarm and a warning: a row with both is an alarm alone.")


def _ascending(what: str, positions: Ints, n_rows: int) -> None:
    if positions.ndim != 1 or positions.dtype.kind not in "iu":
        raise Broken(
            f"{what} have to be positions, an array of whole numbers; these are of type {positions.dtype} and of shape "
            f"{positions.shape}."
        )
    outside = positions[(positions < 0) | (positions >= n_rows)]
    if outside.size:
        raise Broken(f"{what} name row {outside[0]}, and the signal has rows 0 to {n_rows - 1}.")
    if (falling := np.flatnonzero(np.diff(positions) <= 0)).size:
        first, second = positions[falling[0]], positions[falling[0] + 1]
        raise Broken(f"{what} have to ascend: row {second} comes after row {first}.")


def scores_and_features_fit_the_signal(subject: Subject) -> None:
    """One score a row or none at all; one list of columns an alarm or none at all."""
    signal = subject.signal()
    scan = subject.scan(signal)
    if len(scan.score) not in (0, len(signal)):
        raise Broken(f"it gives {len(scan.score)} scores for {len(signal)} rows: one for each row, or none.")
    if len(scan.features) not in (0, len(scan.alarms)):
        raise Broken(
            f"it names columns for {len(scan.features)} of {len(scan.alarms)} alarms: for each alarm, or for none."
        )
    width = signal.shape[1] if signal.ndim == 2 else 0
    for alarm, columns in zip(scan.alarms, scan.features, strict=False):
        if any(not 0 <= column < width for column in columns):
            raise Broken(f"at the alarm in row {alarm} it names columns {list(columns)}, and there are {width}.")


def the_signal_is_left_as_it_was(subject: Subject) -> None:
    """Other detectors read it too."""
    signal = subject.signal()
    before = signal.copy()
    subject.scan(signal)
    if not np.array_equal(signal, before, equal_nan=True):
        changed = (signal != before) & ~(np.isnan(signal) & np.isnan(before))
        raise Broken(f"scanning writes into the signal (first in row {np.argwhere(changed)[0][0]}): copy it first.")


def short_signals_can_be_scanned(subject: Subject) -> None:
    """A closed loop scans what is left after an alarm, be it one row or none."""
    for n_rows in (0, 1, 2):
        scan = subject.scan(subject.signal()[:n_rows])
        _ascending("alarms", np.asarray(scan.alarms), n_rows)


# ---- several scans --------------------------------------------------------------------------------------------------


def made_anew_it_gives_the_same_alarms(subject: Subject) -> None:
    """The same bits on every run: all chance comes from the generator that `start` is given."""
    one, other = (subject.scan(subject.signal(), subject.make()) for _ in range(2))
    _same(one, other, "made twice from the same file and given the same generator, it gives other alarms")


def a_fresh_start_is_fresh(subject: Subject) -> None:
    """Nothing of a signal stays in the detector: what one run carries is in its state."""
    before = subject.scan(subject.signal())
    subject.scan(subject.signal(seed=1))
    _same(before, subject.scan(subject.signal()), "after it has read another signal, a fresh start gives other alarms")


def two_runs_do_not_disturb_each_other(subject: Subject) -> None:
    """Two states live side by side."""
    signals = subject.signal(), subject.signal(seed=1)
    states = [subject.start() for _ in signals]
    parts: tuple[list[Scan], list[Scan]] = ([], [])
    cuts = [0, len(signals[0]) // 3, len(signals[0]) // 2, len(signals[0])]
    for begin, end in pairwise(cuts):
        for signal, state, found in zip(signals, states, parts, strict=True):
            found.append(_moved(subject.detector.scan(signal[begin:end], state), begin))
    for signal, found in zip(signals, parts, strict=True):
        _same(subject.scan(signal), _joined(found), "read in turns, two signals give other alarms than each by itself")


def scanning_in_pieces_gives_what_scanning_whole_gives(subject: Subject) -> None:
    """A stream may be cut anywhere, also where nothing is between two cuts."""
    signal = subject.signal()
    whole, n_rows = subject.scan(signal), len(signal)
    for cuts in ([n_rows // 2], [1, 1, 17, n_rows // 3, n_rows // 2 + 7, n_rows - 1]):
        state = subject.start()
        bounds = [0, *cuts, n_rows]
        found = [_moved(subject.detector.scan(signal[begin:end], state), begin) for begin, end in pairwise(bounds)]
        words = "two pieces" if len(cuts) == 1 else f"{len(bounds) - 1} pieces"
        _same(whole, _joined(found), f"scanning in {words} gives other alarms than scanning whole")


def what_it_keeps_of_a_signal_is_its_own(subject: Subject) -> None:
    """The array of a piece may be used for the next one."""
    signal = subject.signal()
    whole, half = subject.scan(signal), len(signal) // 2
    state, buffer = subject.start(), signal[:half].copy()
    first = subject.detector.scan(buffer, state)
    buffer[:] = 0.0
    found = _joined([first, _moved(subject.detector.scan(signal[half:], state), half)])
    _same(whole, found, "when the array of a scanned piece is written into, later alarms change")


def warmed_it_goes_on_from_the_reference(subject: Subject) -> None:
    """By `warm: reference` it gives what it gives on reference and stream in one, without what comes before the stream."""
    detector: Any = subject.detector
    if not hasattr(detector, "warm"):
        raise Skip("it cannot be warmed: it has no key warm", code="no-warm")
    signal, reference = subject.signal(), subject.reference()
    cold, warmed = (replace(detector, warm=warm) for warm in (Warm.NONE, Warm.REFERENCE))
    whole = _moved(subject.scan(np.concatenate([reference, signal]), cold), -len(reference))
    _same(
        _from_0(whole), subject.scan(signal, warmed), "warmed by a reference and then reading on, it gives other alarms"
    )


def _from_0(scan: Scan) -> Scan:
    return Scan(scan.alarms[scan.alarms >= 0], scan.warnings[scan.warnings >= 0])


def it_pickles(subject: Subject) -> None:
    """Workers are other processes."""
    try:
        copied = pickle.loads(pickle.dumps(subject.detector))
    except Exception as error:
        raise Broken(f"it cannot be pickled, as workers need it: {error}.") from error
    _same(
        subject.scan(subject.signal()),
        subject.scan(subject.signal(), copied),
        "pickled and back, it gives other alarms",
    )


def _moved(scan: Scan, by: int) -> Scan:
    return Scan(np.asarray(scan.alarms) + by, np.asarray(scan.warnings) + by)


def _joined(scans: list[Scan]) -> Scan:
    alarms, warnings = (np.concatenate([getattr(scan, what) for scan in scans]) for what in ("alarms", "warnings"))
    return Scan(alarms.astype(np.int64), warnings.astype(np.int64))


def _same(expected: Scan, found: Scan, problem: str) -> None:
    for what in ("alarms", "warnings"):
        one, other = (np.asarray(getattr(scan, what)).tolist() for scan in (expected, found))
        if one != other:
            where = min(set(one) ^ set(other), default=0)
            words = problem if what == "alarms" else problem.replace("alarms", "warnings")
            raise Broken(f"{words} (first at row {where}).")


SUITE: Suite[Subject] = Suite(
    make,
    (
        alarms_ascend_within_the_signal,
        scores_and_features_fit_the_signal,
        the_signal_is_left_as_it_was,
        short_signals_can_be_scanned,
        made_anew_it_gives_the_same_alarms,
        a_fresh_start_is_fresh,
        two_runs_do_not_disturb_each_other,
        scanning_in_pieces_gives_what_scanning_whole_gives,
        what_it_keeps_of_a_signal_is_its_own,
        warmed_it_goes_on_from_the_reference,
        it_pickles,
        its_knob_is_a_parameter,
        its_knob_turns_from_many_alarms_to_few,
        wrong_input_is_refused_in_one_sentence,
    ),
    lambda subject: f"reads {subject.detector.input}",
)
