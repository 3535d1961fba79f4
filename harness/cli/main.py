"""The `harness` command: picks the file of the command and turns errors into one sentence."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import logging
import os
import sys
from collections.abc import Sequence

from harness.cli.faults import check_folder, in_our_words
from harness.cli.faults import report_error as report_error
from harness.core import ConfigError

TRIALS_FAILED, INTERRUPTED = 3, 130
"""Exit codes, beside 0, 1 (a disk, a network, a fault) and 2 (something that was given makes no sense)."""

COMMANDS = {
    "run": "run one trial, or with -m a sweep (Hydra's grammar: harness run --help)",
    "status": "what is recorded: done, failed and why, missing",
    "report": "tables and figures of every study that has records",
    "export": "records in MLflow, trackio or TensorBoard, or as one table",
    "compare": "methods of a file of your own against each other: means, pairs with verdicts, ranks",
    "survey": "answers on a scale from a file of your own: items, groups, reliability",
    "paper": "the paper as PDF, every number from the records",
    "claims": "every claim with its verdict, and what becomes of it under other defensible choices",
    "claim": "one claim in full: contrasts, verdict, what it hangs on",
    "trace": "from a number of a table, a sentence or a claim to its trials",
    "replay": "run trials again and compare them with their records, bit for bit",
    "verify": "whether results are what was measured, and what each check proves",
    "review": "a reviewer's hour: claims, costs, checks, random trials run again, a certificate",
    "crate": "descriptions of the results for archives: RO-Crate and Croissant",
    "data": "list, fetch and check the data sets",
    "tracker": "list and install the tracking tools that are compared",
    "check": "try models, detectors, policies, scenarios, data sets and studies of your own before a sweep relies on them",
}

HELP = """\
harness: fair, reproducible experiments on how models are combined, tracked and monitored

usage: harness COMMAND [...]        harness COMMAND --help explains a command

{commands}

Start here:
  harness data list                                   which data sets there are
  harness run dataset=wine model=svm                  one trial: five folds, scored and recorded
  harness run -m dataset=iris,wine model=tree,svm     a sweep: every combination, in parallel, resumable
  harness run -m experiment=synthesis tier=smoke      a whole study, small
  harness report tier=smoke && harness paper tier=smoke
  harness check --config-dir mine                     whether what you bring will do
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit code: 0 if all went well, 1 if a disk, a network or the harness itself is in the way, 2 for something that was
        given and makes no sense, 3 if trials failed, 130 after Ctrl-C.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    _speak()
    try:
        code = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # of `harness data list | head`
        _leave_the_pipe()
        return 0
    except Exception as error:
        return report_error(in_our_words(error))
    return code


def _run(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_help(), end="")
        return 0
    command, *rest = arguments
    if command not in COMMANDS:
        close = difflib.get_close_matches(command, COMMANDS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(COMMANDS)}."
        raise ConfigError(f"there is no command {command!r}; {hint}")
    check_folder()
    return int(importlib.import_module(f"harness.cli.{command}").main(rest))


def _leave_the_pipe() -> None:
    """Whatever is still to be written goes nowhere: the reader of this process's output has gone."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _speak() -> None:
    """Show the log messages of the harness's own modules, and any character on any terminal. The root logger is Hydra's."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # it may be no terminal, or closed
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # it may know few characters
    logger = logging.getLogger("harness")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.propagate = False


def _help() -> str:
    return HELP.format(commands="\n".join(f"  {name:<8} {what}" for name, what in COMMANDS.items()))
