"""Codes for records that have only a sentence as their reason: the one place that reads sentences.

Records of layout 1 give reasons as sentences only; an empty `error` marks a refusal. Codes are added when such records are
read; no file is rewritten. The sentences here are never changed, and records of later layouts do not need them.

The reason why a calibration found no setting is still a measurement, and a sentence: a code instead would be another
measurement. A test searches for settings in vain and finds its sentences here, so that their words cannot change alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from harness.core import Code, Status

FIRST_LAYOUT_WITH_CODES = 2

_SKIPPED = [
    (re.compile(pattern), code)
    for pattern, code in (
        (r"cannot be imported: install it, or put its folder on PYTHONPATH$", Code.NOT_INSTALLED),
        (r"^a harm of \S+ points cannot be reached on .*: it jumps from ", Code.HARM_JUMPED_OVER),
        (r"^a harm of \S+ points cannot be reached on ", Code.HARM_OUT_OF_REACH),
        (r" features that are numeric and not constant, \d+ needed$", Code.TOO_FEW_NUMERIC_FEATURES),
        (r" features that are nominal and not constant, \d+ needed$", Code.TOO_FEW_NOMINAL_FEATURES),
        (r" features that are not constant, \d+ needed$", Code.TOO_FEW_FEATURES),
        (r" has one feature only, and nothing that it could be paired with$", Code.TOO_FEW_FEATURES),
        (r" has no feature left on which missing values could depend$", Code.TOO_FEW_FEATURES),
        (r" is a regression set and has no classes to swap$", Code.NEEDS_CLASSES),
        (r"^a majority vote has no meaning for a regression target", Code.NEEDS_CLASSES),
        (r"^the target is the same in every row that is drawn", Code.CONSTANT_TARGET),
        (r"^the rarest class of .* has \d+ rows, too few for ", Code.RARE_CLASS),
        (r"^the rarest class has \d+ rows to cut into ", Code.RARE_CLASS),
        (r"^only \d+ rows of the rarest class are left to train on", Code.RARE_CLASS),
        (r"^only \d+ rows are left to train on", Code.TOO_FEW_ROWS),
        (r"^there are \d+ rows to cut into ", Code.TOO_FEW_ROWS),
        (r" rows, but one pass over \d+ rows needs ", Code.TOO_FEW_ROWS),
        (r"^a pool of \d+ rows is too small to draw this drift", Code.TOO_FEW_ROWS),
        (r"^the \w+ pool has \d+ rows, \d+ are needed to draw none twice$", Code.TOO_FEW_ROWS),
        (r" rows; at least \d+ are needed for three pools$", Code.TOO_FEW_ROWS),
        (r"^the pool has no models to combine$", Code.EMPTY_POOL),
        (r"^a model of the pool gives no class probabilities", Code.NO_PROBABILITIES),
        (r"^AdaBoost weights its rows, and the model ", Code.CANNOT_WEIGH_ROWS),
        (r" is an ensemble by itself; ", Code.ALREADY_AN_ENSEMBLE),
        (r"^the model .* has no \w+ estimator$", Code.NO_ESTIMATOR),
    )
]
_FAILED = [
    (re.compile(pattern), code)
    for pattern, code in (
        (r"^it passed its limit of \S+ seconds", Code.OUT_OF_TIME),
        (r"^its (worker process|job|node|sweep) ", Code.WORKER_LOST),
        (r"^MemoryError", Code.OUT_OF_MEMORY),
        (r"^ModuleNotFoundError", Code.MODULE_NOT_FOUND),
        (r"^ValueError: .* cannot be recorded$", Code.NOT_RECORDABLE),
    )
]


class Impossible(StrEnum):
    """Why a detector has no setting for a rate."""

    KNOB_ENDS = "knob-ends"
    RATE_JUMPS = "rate-jumps"
    OTHER = "other"


_IMPOSSIBLE = [
    (re.compile(r"^alarms on \d+ % at the end of "), Impossible.KNOB_ENDS),
    (re.compile(r"^no setting comes nearer than \S+ %$"), Impossible.RATE_JUMPS),
]


def kind_of_impossible(sentence: str) -> Impossible:
    """The kind of an entry of the calibration's measurement `impossible`."""
    return next((kind for pattern, kind in _IMPOSSIBLE if pattern.search(sentence)), Impossible.OTHER)


def lacks_codes(header: Mapping[str, object]) -> bool:
    """Whether this header or metadata belongs to a layout without codes."""
    schema = header.get("schema", 1)
    return isinstance(schema, int) and schema < FIRST_LAYOUT_WITH_CODES


def with_sources(columns: Sequence[str]) -> list[str]:
    """The columns and, if codes are among them, also the columns from which codes are made."""
    return list(dict.fromkeys([*columns, *(("status", "reason", "error") if "code" in columns else ())]))


def completed(table: pa.Table) -> pa.Table:
    """The rows, each with a code unless it is ok. The table needs the columns status, reason and error."""
    if "code" not in table.column_names:
        table = table.append_column("code", pa.array([""] * len(table), pa.string()))
    codes = table["code"].combine_chunks()
    is_asked = pc.and_(pc.equal(codes, ""), pc.not_equal(table["status"].combine_chunks(), Status.OK))
    asked = table.filter(is_asked)
    columns = (asked["status"], asked["reason"], pc.equal(asked["error"], ""))
    found = [str(_code(*row)) for row in zip(*(column.to_pylist() for column in columns), strict=True)]
    codes = pc.replace_with_mask(codes, is_asked, pa.array(found, pa.string()))
    return table.set_column(table.column_names.index("code"), "code", codes)


@lru_cache(maxsize=1 << 16)
def _code(status: str, reason: str, is_refused: bool) -> Code:
    if status == Status.SKIPPED:
        return next((code for pattern, code in _SKIPPED if pattern.search(reason)), Code.MAKES_NO_SENSE)
    if is_refused:
        return Code.REFUSED
    return next((code for pattern, code in _FAILED if pattern.search(reason)), Code.RAISED)
