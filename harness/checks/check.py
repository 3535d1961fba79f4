"""A check: a function whose name is a sentence, tried on what a user brings."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from harness.core import HarnessError, Skip
from harness.running.raised_errors import in_one_sentence

T = TypeVar("T")

LONG_SECONDS = 10.0
"""A check that takes longer is said to."""

LIMIT_SECONDS = 300.0
"""A check that takes longer is broken off, and has failed."""


class Verdict(StrEnum):
    """What became of a check."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOTE = "note"
    """It holds well enough to be run, and something is worth knowing."""


class Broken(Exception):  # noqa: N818 - a verdict, not an error
    """Raised by a check that fails; the message says what is so, in words that follow "detector streak:"."""


class Noted(Exception):  # noqa: N818 - a verdict, not an error
    """Raised by a check for something that is worth knowing and forbids nothing."""


class OutOfTimeError(BaseException):
    """A check took longer than it may. No `except Exception` of the code that is checked catches it."""


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        check: its name, which is a sentence.
        verdict: what became of it.
        why: one sentence; empty if it is ok.
        seconds: wall time.
        trace: the traceback of a crash.
    """

    check: str
    verdict: Verdict
    why: str = ""
    seconds: float = 0.0
    trace: str = ""


Check = Callable[[T], None]
"""Returns if what it says holds. Raises `Broken`, `Noted` or `Skip` with a sentence; anything else is a crash."""


@dataclass(frozen=True)
class Suite(Generic[T]):
    """The checks of one kind of thing.

    Attributes:
        make: the thing, of the node of its YAML; raises if it cannot be made.
        checks: in the order in which they are run.
        facts: what is worth printing of it beside its verdict; "" for nothing.
    """

    make: Callable[[Any], T]
    checks: Sequence[Check[T]]
    facts: Callable[[T], str] = lambda _: ""


def tried(check: Check[T], subject: T, homes: Sequence[Path]) -> Finding:
    """What a check finds; never raises.

    Args:
        check: to run.
        subject: what it is run on.
        homes: folders of the user, whose lines are named in the sentence of a crash.
    """
    started = time.perf_counter()
    verdict, why, trace = Verdict.OK, "", ""
    try:
        with warnings.catch_warnings(), _limited(LIMIT_SECONDS):
            warnings.simplefilter("ignore")
            check(subject)
    except Noted as note:
        verdict, why = Verdict.NOTE, str(note)
    except Skip as skip:
        verdict, why = Verdict.SKIPPED, f"{skip} ({skip.code})"
    except (Broken, HarnessError) as broken:
        verdict, why = Verdict.FAILED, str(broken)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        verdict, why, trace = Verdict.FAILED, in_one_sentence(error, homes), traceback.format_exc()
    return Finding(sentence(check), verdict, why, time.perf_counter() - started, trace)


def sentence(check: Callable[..., Any]) -> str:
    """The name of a check, in words."""
    return check.__name__.replace("_", " ")


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Break off with `OutOfTimeError` after so long, where the system can (not on Windows, nor outside the main thread)."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: Any) -> None:  # noqa: ARG001 - as the system calls it
        raise OutOfTimeError(f"it takes more than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def require(holds: bool, problem: str) -> None:
    """Raise `Broken` with that sentence unless it holds."""
    if not holds:
        raise Broken(problem)
