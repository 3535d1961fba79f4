"""Numbers for the sentences of the paper: as they are printed, what they are, and where they come from.

A source is data: what `harness.analysis.query` can look up again, or what stands in the code.

    {"table", "row", "columns"}     cells of a table of the report, which says itself which records they rest on
    {"records", "by"}               what `by`, a dotted path of the code, finds in the records of a query
    {"declared"}                    a value in the code, by its dotted path, fixed before any record
    {"given"}                       an argument of the command
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.analysis.query import EVERYTHING, Query
from harness.inference.estimate import Interval
from harness.report.rounding import rounded
from harness.report.table import MISSING, number_text

Source = Mapping[str, Any]
Value = float | int | str | None | Sequence[float | str | None]


@dataclass(frozen=True)
class Number:
    """A number, or a few words, that a sentence of the paper uses.

    Attributes:
        text: as it is printed.
        value: the number itself, rounded as all that is written (`harness.report.rounding`); both ends of an interval, the
            members of a list, or words; None where there is no number, or no finite one.
        format: how the text comes of the value: `kind` (decimals, interval, count, shortest, list or text) and its settings.
        source: where the value comes from, see this module.
    """

    text: str
    value: Value
    format: Mapping[str, Any]
    source: Source

    @classmethod
    def of_decimals(cls, value: float, decimals: int, source: Source, *, signed: bool = False) -> Number:
        """A measurement with so many decimals."""
        form = {"kind": "decimals", "decimals": decimals, "signed": signed}
        return cls(number_text(value, decimals, signed=signed), _written(value), form, source)

    @classmethod
    def of_interval(cls, ends: Interval, decimals: int, source: Source) -> Number:
        """Both ends of an interval, as "1 to 2"."""
        low, high = ends.low, ends.high
        form = {"kind": "interval", "decimals": decimals}
        text = f"{number_text(low, decimals)} to {number_text(high, decimals)}"
        return cls(text, [_written(low), _written(high)], form, source)

    @classmethod
    def of_count(cls, count: int, source: Source, *, grouped: bool = False) -> Number:
        """A count, with commas between thousands if grouped."""
        return cls(f"{count:,}" if grouped else str(count), int(count), {"kind": "count", "grouped": grouped}, source)

    @classmethod
    def of_shortest(cls, value: float, source: Source) -> Number:
        """A level or a bound, without trailing zeros."""
        return cls(f"{value:.10g}", _written(value), {"kind": "shortest"}, source)

    @classmethod
    def of_list(cls, values: Sequence[float | str], source: Source, *, unit: str = "", empty: str = "") -> Number:
        """Levels or names, with commas between them and the unit behind the last; or the words for none."""
        texts = [value if isinstance(value, str) else f"{value:.10g}" for value in values]
        written = [value if isinstance(value, str) else _written(value) for value in values]
        return cls(", ".join(texts) + unit if values else empty, written, {"kind": "list", "unit": unit}, source)

    @classmethod
    def of_words(cls, words: str, source: Source) -> Number:
        """A verdict, a name or a sentence."""
        return cls(words, words, {"kind": "text"}, source)

    @classmethod
    def missing(cls, source: Source, text: str = MISSING) -> Number:
        """A number that the records do not give."""
        return cls(text, None, {"kind": "text"}, source)

    def as_json(self) -> dict[str, Any]:
        """To be written into a file."""
        return {"text": self.text, "value": self.value, "format": dict(self.format), "source": dict(self.source)}


Numbers = Mapping[str, Number]
"""By the key that the paper asks for."""


def cells(table: str, row: Mapping[str, Any], *columns: str) -> Source:
    """Cells of a table of the report: columns of its frame in the rows with these values."""
    return {"table": table, "row": dict(row), "columns": list(columns)}


def found(by: str, records: Query = EVERYTHING) -> Source:
    """The result of a function on records, by its dotted path."""
    return {"records": records.as_json(), "by": by}


def declared(path: str) -> Source:
    """A value in the code, by its dotted path."""
    return {"declared": path}


def given(name: str) -> Source:
    """An argument of the command that makes the report."""
    return {"given": name}


def _written(value: float) -> float | None:
    return rounded(float(value)) if math.isfinite(value) else None
