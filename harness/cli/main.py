"""The `harness` command: picks the file of the command and turns errors into one sentence."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from harness.core import HarnessError

TRIALS_FAILED, INTERRUPTED = 3, 130
"""Exit codes, beside 0, 1 (an error) and 2 (a command line that makes no sense)."""

COMMANDS = {
    "run": "run one trial, or with -m a sweep (Hydra's grammar: harness run --help)",
    "status": "what is recorded: done, failed and why, missing",
    "report": "tables and figures of every study that has records",
    "paper": "the paper as PDF, every number from the records",
    "data": "list, fetch and check the data sets",
    "check": "try models, detectors, scenarios, data sets and studies of your own before a sweep relies on them",
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
        The exit code: 0 if all went well, 1 after an error, 2 for a command line that makes no sense, 3 if trials failed,
        130 after Ctrl-C.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    _speak()
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_help(), end="")
        return 0
    command, *rest = arguments
    if command not in COMMANDS:
        print(f"harness: there is no command {command!r}; there are: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    try:
        return int(importlib.import_module(f"harness.cli.{command}").main(rest))
    except HarnessError as error:
        return report_error(error)
    except KeyboardInterrupt:
        return INTERRUPTED


def _speak() -> None:
    """Show the log messages of the harness's own modules. The root logger is Hydra's."""
    logger = logging.getLogger("harness")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.propagate = False


def report_error(error: HarnessError) -> int:
    """The exit code of an error, which is printed in one sentence."""
    Console(stderr=True, soft_wrap=True, highlight=False).print(f"[bold red]error:[/] {escape(str(error))}")
    return 1


def _help() -> str:
    return HELP.format(commands="\n".join(f"  {name:<8} {what}" for name, what in COMMANDS.items()))
