"""Errors as one sentence on the terminal, those that nobody foresaw too."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from harness.core import ConfigError, HarnessError


def report_error(error: HarnessError) -> int:
    """The exit code of an error, which is printed in one sentence."""
    sentence = " ".join(str(error).split())
    Console(stderr=True, soft_wrap=True, highlight=False).print(f"[bold red]error:[/] {escape(sentence)}")
    return error.exit_code


def in_our_words(error: BaseException) -> HarnessError:
    """An error that no part of the harness raised on purpose, as one of ours.

    What a system refuses (a disk, a file, memory) is told as it says it. All else is a fault of the harness; its traceback
    is written to a file that the sentence names.
    """
    if isinstance(error, HarnessError):
        return error
    if isinstance(error, MemoryError):
        return HarnessError("there is not enough memory for this; ask for fewer rows, trials or workers.")
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return HarnessError(f"{where}{error.strerror}; see to that file, folder or disk, and try again.")
    said = " ".join(str(error).split())
    what = f"{type(error).__name__}: {said[:200]}" if said else type(error).__name__
    return HarnessError(
        f"this is a fault of the harness and not yours ({what}); please report it{_with(_written(error))}."
    )


def check_folder() -> None:
    """Raise `ConfigError` if the folder in which the command was called is not there any more."""
    try:
        Path.cwd()
    except OSError as error:
        raise ConfigError("the folder that this is called in is not there any more; change to another one.") from error


def _with(written: Path | None) -> str:
    return f" with {written}" if written else ""


def _written(error: BaseException) -> Path | None:
    """The file that now holds the traceback; None if nothing can be written."""
    text = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="harness-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            file.write(f"{' '.join(sys.argv)}\n{text}")
    except OSError:
        return None
    return Path(file.name)
