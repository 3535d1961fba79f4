"""Run one planned trial and make its record, whatever happens."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from numpy.typing import NDArray

from harness.core import HarnessError, Outcome, Record, Skip, Status, Trial
from harness.memo import Memo
from harness.running import threads
from harness.running.identity import PlannedTrial
from harness.running.store.lines import record_line
from harness.running.store.settling import NOT_INSTALLED

Build = Callable[[Mapping[str, Any]], Trial]
"""Makes a trial of its spec; a top-level function, so that other processes can call it."""


class Executed(NamedTuple):
    """A record, with the arrays that are to be kept beside it."""

    record: Record
    predictions: Mapping[str, NDArray[Any]]


def execute(
    planned: PlannedTrial, build: Build, memo: Memo, *, within: AbstractContextManager[None] | None = None
) -> Executed:
    """Build the trial, then run it with one thread for BLAS and OpenMP and `within` a context, which can limit it.

    A trial that raises, or measures what is not a finite number, is recorded as failed with its traceback, or without one
    if the harness itself refused (data that cannot be had, a wrong setting). One that raises `Skip`, or whose package is
    not installed, is recorded as skipped with the reason. A refusal and a missing package lie outside of the trial, so
    such a trial is tried again.
    """
    try:
        trial = build(planned.spec)  # loads libraries, which must be there to be pinned, and are not the trial's affair
        threads.pin_to_one()
        with within or contextlib.nullcontext():
            outcome = trial.run(memo)
        record_line(
            {"measurements": outcome.measurements, "clock": outcome.clock}
        )  # what cannot be recorded has failed
    except Skip as skip:
        return Executed(blank_record(planned, Status.SKIPPED, reason=str(skip)), {})
    except (Exception, SystemExit) as error:  # somebody's model may call sys.exit
        package = _missing_package(error)
        if package:
            reason = f"the package {package!r} {NOT_INSTALLED}"
            return Executed(blank_record(planned, Status.SKIPPED, reason=reason), {})
        return Executed(_failed(planned, error), {})
    return Executed(_succeeded(planned, outcome), outcome.predictions)


def blank_record(planned: PlannedTrial, status: Status, *, reason: str = "", error: str = "") -> Record:
    """A record without measurements; the store fills in the digests."""
    return Record(
        trial_id=planned.trial_id,
        study=planned.study,
        status=status,
        factors={name: level for name, level in planned.factors.items() if level is not None},
        spec="",
        header="",
        reason=reason,
        error=error,
    )


def _succeeded(planned: PlannedTrial, outcome: Outcome) -> Record:
    blank = blank_record(planned, Status.OK)
    return Record(
        **{**vars(blank), "measurements": _without_empty(outcome.measurements), "clock": dict(outcome.clock)},
    )


def _without_empty(measurements: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves out what was not measured on any fold, such as log loss of a model without probabilities."""
    return {name: value for name, value in measurements.items() if not _is_empty(value)}


def _is_empty(value: Any) -> bool:
    return (
        value is None or value == {} or (isinstance(value, list) and bool(value) and all(one is None for one in value))
    )


def _failed(planned: PlannedTrial, error: BaseException) -> Record:
    for cause in _causes(error):
        if isinstance(cause, HarnessError):
            return blank_record(planned, Status.FAILED, reason=str(cause))
    root = error
    while isinstance(root.__cause__, Exception):
        root = root.__cause__
    reason = f"{type(root).__name__}: {str(root).strip().partition(chr(10))[0]}".rstrip(": ")
    return blank_record(planned, Status.FAILED, reason=reason, error="".join(traceback.format_exception(error)))


def _missing_package(error: BaseException) -> str:
    """The top-level package whose absence caused the error, or ""."""
    for cause in _causes(error):
        if isinstance(cause, ModuleNotFoundError) and cause.name and "." not in cause.name:
            return cause.name
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
