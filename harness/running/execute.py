"""Run one planned trial and make its record, whatever happens."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Any, NamedTuple

from numpy.typing import NDArray

from harness.core import Answered, Code, ConfigError, DataError, HarnessError, Outcome, Record, Skip, Status, Trial
from harness.errors import AnswerError
from harness.memo import Memo
from harness.running import threads, user_code
from harness.running.identity import PlannedTrial
from harness.running.store.lines import record_line

Build = Callable[[Mapping[str, Any]], Trial]
"""Makes a trial from its spec. It is a top-level function, so that other processes can call it."""


class Executed(NamedTuple):
    """A record, with what is to be kept beside it."""

    record: Record
    predictions: Mapping[str, NDArray[Any]] = MappingProxyType({})
    answers: Sequence[Answered] = ()


def execute(
    planned: PlannedTrial, build: Build, memo: Memo, *, within: AbstractContextManager[None] | None = None
) -> Executed:
    """The record of one trial, which is built and then run with one thread for BLAS and OpenMP, inside the context `within`.

    A trial is recorded as failed, with its traceback, if it raises, measures a number that is not finite, or a model or
    detector gives an answer that cannot be. If the harness itself refused it (unavailable data, a wrong setting), there is no
    traceback. It is recorded as skipped, with the reason, if it raises `Skip` or its package is not installed. The next sweep
    runs refused trials and those without their package again, since the cause lies outside of the trial. The context `within`
    can set limits.
    """
    try:
        user_code.refuse_changed(planned.spec)
        trial = build(planned.spec)  # loads BLAS and OpenMP before they are pinned
        threads.pin_to_one()
        with within or contextlib.nullcontext():
            outcome = trial.run(memo)
    except Skip as skip:
        return Executed(blank_record(planned, Status.SKIPPED, code=skip.code, reason=str(skip)))
    except (Exception, SystemExit) as error:  # a user's model may call sys.exit
        return Executed(_without_outcome(planned, error))
    try:
        record_line({"measurements": outcome.measurements, "clock": outcome.clock})
    except Exception as error:
        return Executed(_failed(planned, error, Code.NOT_RECORDABLE))
    return Executed(_succeeded(planned, outcome), outcome.predictions, outcome.answers)


def blank_record(planned: PlannedTrial, status: Status, *, code: str = "", reason: str = "", error: str = "") -> Record:
    """A record without measurements. The store fills in the digests."""
    return Record(
        trial_id=planned.trial_id,
        study=planned.study,
        status=status,
        factors={name: level for name, level in planned.factors.items() if level is not None},
        spec="",
        header="",
        reason=reason,
        code=str(code),
        error=error,
    )


def _succeeded(planned: PlannedTrial, outcome: Outcome) -> Record:
    blank = blank_record(planned, Status.OK)
    return Record(
        **{**vars(blank), "measurements": _without_empty(outcome.measurements), "clock": dict(outcome.clock)},
    )


def _without_empty(measurements: Mapping[str, Any]) -> dict[str, Any]:
    """The measurements without those that no fold has, such as the log loss of a model without probabilities."""
    return {name: value for name, value in measurements.items() if not _is_empty(value)}


def _is_empty(value: Any) -> bool:
    return (
        value is None or value == {} or (isinstance(value, list) and bool(value) and all(one is None for one in value))
    )


def _without_outcome(planned: PlannedTrial, error: BaseException) -> Record:
    """The record of a trial that raised, because its package is missing, the harness refused it, or it failed."""
    package = _missing_package(error)
    if package:
        reason = f"the package {package!r} cannot be imported: install it, or put its folder on PYTHONPATH"
        return blank_record(planned, Status.SKIPPED, code=Code.NOT_INSTALLED, reason=reason)
    for cause in _causes(error):
        if isinstance(cause, AnswerError):
            return _failed(planned, error, Code.IMPOSSIBLE_ANSWER, reason=str(cause))
        if isinstance(cause, HarnessError):
            return blank_record(planned, Status.FAILED, code=_code_of_refusal(cause), reason=str(cause))
    return _failed(planned, error, _code_of_failure(_root(error)))


def _code_of_refusal(error: HarnessError) -> Code:
    if isinstance(error, DataError):
        return Code.DATA_REFUSED
    return Code.SETTING_REFUSED if isinstance(error, ConfigError) else Code.REFUSED


def _code_of_failure(root: BaseException) -> Code:
    if isinstance(root, MemoryError):
        return Code.OUT_OF_MEMORY
    return Code.MODULE_NOT_FOUND if isinstance(root, ModuleNotFoundError) else Code.RAISED


def _failed(planned: PlannedTrial, error: BaseException, code: Code, *, reason: str = "") -> Record:
    root = _root(error)
    reason = reason or f"{type(root).__name__}: {str(root).strip().partition(chr(10))[0]}".rstrip(": ")
    trace = "".join(traceback.format_exception(error))
    return blank_record(planned, Status.FAILED, code=code, reason=reason, error=trace)


def _root(error: BaseException) -> BaseException:
    """The first exception in the chain of causes."""
    while isinstance(error.__cause__, Exception):
        error = error.__cause__
    return error


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
