"""`harness survey`: answers on a scale, from a file of somebody's own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from harness.analysis.answers import answers_of
from harness.analysis.scale import scale_of
from harness.analysis.survey import surveyed
from harness.cli.outputs import check_outputs, tell
from harness.cli.screen import show
from harness.cli.words import Parser
from harness.core import ConfigError
from harness.data.own_frame import OwnFrame, read_own
from harness.data.sources.csv import MISSING
from harness.report.document import to_json
from harness.report.document_files import check_kind, write_document
from harness.report.surveyed import document_of_survey

DESCRIPTION = """\
Answers on a scale, such as from "strongly disagree" to "strongly agree", from a CSV or Parquet file with one row a
respondent: every item described, groups compared item by item, Cronbach's alpha, and stacked bars that part in the middle.

A file such as

  person,group,q1,q2,q3
  p01,control,4,5,2
  p02,treated,3,,1
  ...

is read as it is; separator and encoding are found. Answers are whole numbers of the scale, or the names of the answers. An
empty cell is a missing answer; one that is not on the scale is refused.
"""
EXAMPLES = """\
examples:
  harness survey answers.csv --scale 1 5                       columns with answers from 1 to 5 are the items
  harness survey answers.csv --scale 1 5 --group group         and groups are compared
  harness survey answers.csv --scale 1 5 --items q1 q2 q3 --reversed q2
                                                               q2 is worded the other way: 1 counts as 5
  harness survey answers.csv --scale 1 5 --missing 99 "don't know"
  harness survey answers.csv --labels never seldom often always
                                                               answers in words, the lowest first
  harness survey answers.csv --scale 1 3 --labels no maybe yes numbers in the file, words in the figure
  harness survey answers.csv --scale 1 5 --out report.html     one page with the figures inside; also .tex, .json, or a folder
  harness survey answers.csv --scale 1 5 --json                the numbers on the screen; docs/surveys.md says what they are
"""


def main(argv: Sequence[str]) -> int:
    """Describe the answers in a file, on the screen or in files.

    Returns:
        The exit code, 0.

    Raises:
        HarnessError: a file that cannot be read, a column that is not there, no scale, or an answer that is not on it.
    """
    words = _parser().parse_args(argv)
    for out in words.out:
        check_kind(out)
    check_outputs(words.out, words.file)
    if words.scale is None and not words.labels:
        raise ConfigError(
            f"which answers are there in {words.file}? Give --scale 1 5, the lowest and the highest, or --labels, all in order."
        )
    scale = scale_of(words.scale, words.labels)
    read = _read(words)
    answers = answers_of(
        read.frame, scale, items=words.items, group=words.group, turned=words.reversed, missing=words.missing
    )
    document = document_of_survey(surveyed(answers, level=words.level), read.said)
    if words.json:
        print(to_json(document), end="")
    elif not words.out:
        show(document)
    for out in words.out:
        tell(write_document(document, out), is_json=words.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="harness survey",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", metavar="FILE", help="answers, one row a respondent: .csv, .tsv, .txt (also .gz) or .parquet"
    )
    parser.add_argument(
        "--scale", nargs=2, type=int, metavar=("LOW", "HIGH"), help="the lowest and the highest answer, such as 1 5"
    )
    parser.add_argument(
        "--labels", nargs="+", default=[], metavar="TEXT", help="the names of all answers, lowest first"
    )
    parser.add_argument(
        "--items", nargs="+", default=[], metavar="COLUMN", help="the questions (all columns with such answers)"
    )
    parser.add_argument("--group", default="", metavar="COLUMN", help="compare respondents by this column")
    parser.add_argument(
        "--reversed", nargs="+", default=[], metavar="COLUMN", help="items that are worded the other way"
    )
    parser.add_argument(
        "--missing",
        nargs="+",
        default=[],
        metavar="TEXT",
        help='entries that are no answer, such as 99 or "don\'t know"',
    )
    parser.add_argument("--level", type=float, default=0.95, metavar="L", help="of the intervals (0.95)")
    parser.add_argument(
        "--out",
        action="append",
        type=Path,
        default=[],
        metavar="PATH",
        help="write .html, .tex or .json, or a folder of all; may be given again",
    )
    parser.add_argument("--json", action="store_true", help="the numbers as JSON on the screen")
    return parser


def _read(words: argparse.Namespace) -> OwnFrame:
    """The file. Numerals are numbers whatever their decimal mark; an answer may be called "none" and is not missing then."""
    names = [words.group] if words.group else []
    found = read_own(words.file, labels=names, numbers=words.items)
    columns = words.items or [str(name) for name in found.frame.columns if name != words.group]
    if any(label.casefold() in map(str.casefold, MISSING) for label in words.labels):
        return read_own(words.file, labels=[*names, *columns], numbers=[])
    return read_own(words.file, labels=names, numbers=columns)
