"""`harness compare`: methods against each other, from a file of results."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from harness.analysis.assessment import Assessment, assess
from harness.analysis.score_table import ScoreTable, declared_family, score_table
from harness.cli.outputs import check_outputs, tell
from harness.cli.screen import show
from harness.cli.words import Parser
from harness.core import ConfigError
from harness.data.own_frame import read_own
from harness.report.compared import Asked, document_of
from harness.report.document import to_json
from harness.report.document_files import check_kind, write_document

DESCRIPTION = """\
Methods against each other on the same data sets, from a CSV or Parquet file with one row a score: means with intervals,
every pair with a verdict in words, mean ranks, what the tests assume and what they could have seen.

A file such as

  dataset,method,accuracy
  iris,tree,0.94
  iris,forest,0.96
  wine,tree,0.90
  ...

is read as it is; separator, decimals and encoding are found. Several rows of one data set and method (seeds, folds) are
averaged first, since data sets are the unit. Columns that you do not name are not read: leave out rows that are no repeats.
"""
EXAMPLES = """\
examples:
  harness compare results.csv                          columns dataset, method and accuracy; every pair
  harness compare results.csv --block task --method model --score rmse --lower-is-better
  harness compare results.csv --region 0.01            differences below 0.01 are practically none
  harness compare results.csv --control tree           each method against one
  harness compare results.csv --pairs forest:tree forest:svm
  harness compare results.csv --out report.html        one page with the figures inside; also .tex, .json, .csv, or a folder
  harness compare results.csv --json                   the numbers on the screen; docs/comparing.md says what they are
"""


def main(argv: Sequence[str]) -> int:
    """Compare the methods of a file, on the screen or in files.

    Returns:
        The exit code, 0: a comparison that decides nothing is a result.

    Raises:
        HarnessError: a file that cannot be read, a column or a method that is not there, or scores that are no numbers.
    """
    words = _parser().parse_args(argv)
    for out in words.out:
        if not _is_csv(out):
            check_kind(out)
    check_outputs(words.out, words.file)
    read = read_own(words.file, labels=[words.block, words.method], numbers=[words.score])
    _check_columns(words, list(map(str, read.frame.columns)))
    table = score_table(read.frame, block=words.block, method=words.method, score=words.score)
    found = _assessed(table, words)
    asked = Asked(words.block, words.method, words.score, words.unit, read.said)
    document = document_of(found, asked, table.note)
    if words.json:
        print(to_json(document), end="")
    elif not words.out:
        show(document)
    for out in words.out:
        if _is_csv(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            found.pairs.to_csv(out, index=False)
            tell([out], is_json=words.json)
        else:
            tell(write_document(document, out), is_json=words.json)
    return 0


def _is_csv(out: Path) -> bool:
    return out.suffix.lower() == ".csv" and not out.is_dir()


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="harness compare",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "file", metavar="FILE", help="results, one row a score: .csv, .tsv, .txt (also .gz) or .parquet"
    )
    parser.add_argument("--block", default="dataset", metavar="COLUMN", help="what scores are paired over (dataset)")
    parser.add_argument("--method", default="method", metavar="COLUMN", help="what is compared (method)")
    parser.add_argument("--score", default="accuracy", metavar="COLUMN", help="the number (accuracy)")
    parser.add_argument("--lower-is-better", action="store_true", help="scores are errors or losses")
    parser.add_argument(
        "--region", type=float, default=0.0, metavar="R", help="smaller differences are practically none"
    )
    how_sure = parser.add_mutually_exclusive_group()
    how_sure.add_argument("--level", type=float, default=0.95, metavar="L", help="of the intervals (0.95)")
    how_sure.add_argument("--alpha", type=float, metavar="A", help="the same as --level 1 - A")
    family = parser.add_mutually_exclusive_group()
    family.add_argument("--pairs", nargs="+", metavar="A:B", help="only these pairs, which are the family of tests")
    family.add_argument("--control", default="", metavar="METHOD", help="each method against this one")
    parser.add_argument("--unit", default="", metavar="TEXT", help="of the score, for headings, such as points")
    parser.add_argument(
        "--out",
        action="append",
        type=Path,
        default=[],
        metavar="PATH",
        help="write .html, .tex, .json or .csv (all pairs), or a folder of all; may be given again",
    )
    parser.add_argument("--json", action="store_true", help="the numbers as JSON on the screen")
    return parser


def _check_columns(words: argparse.Namespace, columns: Sequence[str]) -> None:
    for option in ("block", "method", "score"):
        name = getattr(words, option)
        if name not in columns:
            wide = "; a table with a column for each method has to be made long first (pandas: melt)"
            raise ConfigError(
                f"{words.file} has no column {name!r}: it has {_listed(columns)}; name one by --{option}"
                f"{wide if option != 'block' else ''}."
            )


def _assessed(table: ScoreTable, words: argparse.Namespace) -> Assessment:
    methods = [str(name) for name in table.scores.columns]
    pairs = [_pair(word, methods) for word in words.pairs] if words.pairs else None
    declared_family(methods, pairs=pairs, column=words.method)
    return assess(
        table.scores,
        pairs=pairs,
        control=words.control,
        level=words.level if words.alpha is None else _level_of(words.alpha),
        region=words.region,
        lower_is_better=words.lower_is_better,
    )


def _level_of(alpha: float) -> float:
    if not 0 < alpha < 1:
        raise ConfigError(f"--alpha is {alpha:g}, but must lie between 0 and 1: give 0.05 for 5 %.")
    return 1 - alpha


def _pair(word: str, methods: Sequence[str]) -> tuple[str, str]:
    """The two methods of a word. Their names may have colons of their own."""
    ways = [(word[:at], word[at + 1 :]) for at, character in enumerate(word) if character == ":"]
    known = [way for way in ways if way[0] in methods and way[1] in methods]
    if len(known) == 1:
        return known[0]
    if len(known) > 1:
        raise ConfigError(f"--pairs {word}: that can be read as more than one pair; rename a method.")
    if not ways:
        raise ConfigError(f"--pairs {word}: give two methods with a colon between them, as in tree:forest.")
    raise ConfigError(f"--pairs {word}: there are no such two methods; there are {_listed(methods)}.")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
