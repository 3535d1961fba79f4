"""What code of a user's own raises, in one sentence that names its file and line."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from harness.core import ConfigError, HarnessError

_CHECKS = Path(__file__).resolve().parents[1] / "checks"
"""Whose lines only call what is checked."""


class _Place(NamedTuple):
    file: str
    line: int | None


def in_one_sentence(error: BaseException, homes: Sequence[Path]) -> str:
    """What was raised, and the innermost line of the user's own where it happened, or else of whatever was called."""
    every = _places(error)
    where = next(iter(reversed(_of_user(every, homes) or every)), None)
    said = _said(error)
    text = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"{text} ({where.file}, line {where.line})" if where else text


@contextlib.contextmanager
def told(homes: Sequence[Path]) -> Iterator[None]:
    """Turn what a user's own part of a study raises into a `ConfigError`; what the harness itself raises stays what it is."""
    try:
        yield
    except HarnessError:
        raise
    except (Exception, SystemExit) as error:
        if not _of_user(_places(error), homes):
            raise
        raise ConfigError(f"{in_one_sentence(error, homes)}.") from error


def _places(error: BaseException) -> list[_Place]:
    """The lines that led to it, innermost last; of a module that cannot be parsed, the line that nobody can read."""
    frames = traceback.extract_tb(error.__traceback__)
    found = [_Place(one.filename, one.lineno) for one in frames if _CHECKS not in Path(one.filename).parents]
    if isinstance(error, SyntaxError) and error.filename:
        found.append(_Place(error.filename, error.lineno))
    return found


def _of_user(places: Sequence[_Place], homes: Sequence[Path]) -> list[_Place]:
    tops = [home.resolve() for home in homes]
    return [one for one in places if any(top in Path(one.file).resolve().parents for top in tops)]


def _said(error: BaseException) -> str:
    try:
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        return " ".join(said.split())
    except Exception:  # of a class whose own text cannot be made
        return ""
