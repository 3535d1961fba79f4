"""Numbers that are written as people write them: decimal commas, thousands separators, units, currencies, per cent."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

ENOUGH = 0.9
"""The share of distinct cells that have to follow one convention before a column counts as numbers written as text."""

_APOSTROPHES = "'\u2019"
_WRITTEN_AS = {" ": " ", "'": f"[{_APOSTROPHES}]", ".": r"\.", ",": ","}
_FEW = 500

LOSS = "()"
"""The "unit" of negative numbers as accountants write them: (12) is -12."""

_CELL = re.compile(
    rf"(?P<sign>[-+\u2212]?)\s*(?P<before>[^\d\s.,+\-\u2212{_APOSTROPHES}]{{1,4}}\.?)?\s*(?P<second>[-+\u2212]?)\s*"
    rf"(?P<body>[.,]?\d(?:[\d., {_APOSTROPHES}]*[\d.,])?)(?P<exponent>[eE][-+]?\d+)?"
    rf"(?:(?<=[.,])[-\u2013\u2014]{{1,2}})?\s*(?P<after>\D{{0,12}}[23]?)"
)
_CURRENCIES = re.compile(
    "EUR|USD|GBP|CHF|JPY|CNY|RMB|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|INR|BRL|ZAR|KRW|SGD|HKD|MXN|RUB|ILS|"
    r"KR\.?|FR\.?|RS\.?|Z\u0141|K\u010c|FT|LEI|(?:R|US|A|C|S|NT|HK)\$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Convention:
    """A way to write numbers.

    Attributes:
        decimal: "." or ",".
        thousands: what stands between groups of digits: one of `. , '` or a space (of any width); None for nothing.
        unit: the unit, currency or per cent sign beside each number; "" for none.
    """

    decimal: str = "."
    thousands: str | None = None
    unit: str = ""

    def number(self, cell: str) -> float | None:
        """The number that a cell holds, without its unit; None if it is not written in this way. 12 % is 12."""
        parts = _parts(cell)
        if parts is None or parts.unit not in ("", self.unit):
            return None
        if not _shape(self.decimal, self.thousands).fullmatch(parts.digits):
            return None
        digits = re.sub(_WRITTEN_AS[self.thousands], "", parts.digits) if self.thousands else parts.digits
        return float(parts.sign + digits.replace(self.decimal, ".") + parts.exponent)

    def reads(self, cell: str) -> bool:
        """Whether a cell is a number that is written in this way, whatever its unit."""
        return replace(self, unit=main_unit([cell])).number(cell) is not None

    def goes_with(self, other: Convention) -> bool:
        """Whether one decimal and one thousands mark serve both ways."""
        return self.decimal == other.decimal and (
            self.thousands == other.thousands or None in (self.thousands, other.thousands)
        )


PLAIN = Convention()


class Parts(NamedTuple):
    """The parts of a cell that looks like one number: `sign` is "-" or "", the unit stands before or after the digits."""

    sign: str
    digits: str
    exponent: str
    unit: str


def has_leading_zero(cell: str) -> bool:
    """Whether a cell looks like a number but begins with a superfluous zero, as codes do."""
    parts = _parts(cell)
    return parts is not None and re.match(r"0\d", parts.digits) is not None


def units_of(cells: Iterable[str]) -> Counter[str]:
    """The units of the cells that look like numbers, each with the number of its cells; the unit "" is none."""
    return Counter(parts.unit for cell in cells if (parts := _parts(cell)) is not None)


def main_unit(cells: Iterable[str]) -> str:
    """The most frequent unit of the cells; "" if none has a unit."""
    units = [(n, unit) for unit, n in units_of(cells).items() if unit]
    return max(units, key=lambda one: one[0])[1] if units else ""


def convention_of(cells: Iterable[str], configured: Convention = PLAIN) -> tuple[Convention, ...]:
    """The convention that at least 90 % of the distinct cells follow; two if the cells can be read in two ways.

    Args:
        cells: the cells that are not missing.
        configured: the convention that is in force. It is preferred if it fits as well as others.

    Returns:
        Nothing if there is none, or if a cell has a leading zero.
    """
    distinct = list(dict.fromkeys(cell.strip() for cell in cells))
    if not distinct or _best_share(distinct[:_FEW], configured) < ENOUGH - 0.2 or any(map(has_leading_zero, distinct)):
        return ()
    candidates = _candidates(distinct, configured)
    shares = {one: _share(one, distinct) for one in candidates}
    best = max(shares.values())
    if best < ENOUGH:
        return ()
    fitting = [one for one in candidates if shares[one] == best]
    way = (configured.decimal, configured.thousands)
    if way != (PLAIN.decimal, PLAIN.thousands) and way == (fitting[0].decimal, fitting[0].thousands):
        return (fitting[0],)
    values = {tuple(one.number(cell) for cell in distinct[:_FEW]): one for one in reversed(fitting)}
    return tuple(reversed(values.values()))


def _best_share(cells: Sequence[str], configured: Convention) -> float:
    return max(_share(one, cells) for one in _candidates(cells, configured))


def _share(convention: Convention, cells: Sequence[str]) -> float:
    return sum(convention.number(cell) is not None for cell in cells) / len(cells)


def _candidates(cells: Sequence[str], configured: Convention) -> list[Convention]:
    """The configured way first, then those that assume least. The unit is the most frequent one."""
    unit = main_unit(cells)
    ways = [(configured.decimal, configured.thousands), (".", None), (",", None)]
    ways += [(".", mark) for mark in (",", " ", "'")] + [(",", mark) for mark in (".", " ", "'")]
    return [Convention(decimal, thousands, unit) for decimal, thousands in dict.fromkeys(ways)]


@cache
def _shape(decimal: str, thousands: str | None) -> re.Pattern[str]:
    point = _WRITTEN_AS[decimal]
    whole = r"\d+"
    if thousands:
        mark = _WRITTEN_AS[thousands]
        groups = rf"(?:{mark}\d{{3}})+" if thousands != "," else r"(?:,\d{2,3})*,\d{3}"  # 1,00,000 in India
        whole = rf"(?:\d+|[1-9]\d{{0,2}}{groups})"  # nobody groups the digits of 0,126
    return re.compile(rf"{whole}(?:{point}\d*)?|{point}\d+")


@lru_cache(maxsize=100_000)
def _parts(cell: str) -> Parts | None:
    normal = unicodedata.normalize("NFKC", cell).strip()  # spaces of any width are one, digits of full width are digits
    if normal.startswith("(") and normal.endswith(")") and (inner := _parts(normal[1:-1])) is not None:
        return None if inner.unit or inner.sign else inner._replace(sign="-", unit=LOSS)
    found = _CELL.fullmatch(normal)
    if found is None or re.search(r"\d[\u00b2\u00b3\u00b9\u2070-\u2079]", cell):
        return None
    before, after = found["before"] or "", found["after"].strip()
    if (before and not _is_currency(before)) or (after and (before or not _is_unit(after))):
        return None
    if found["sign"] and found["second"]:
        return None
    sign = "-" if (found["sign"] or found["second"]) in ("-", "\u2212") else ""
    return Parts(sign, found["body"].rstrip(".,"), found["exponent"] or "", (before or after).casefold())


def _is_currency(text: str) -> bool:
    return (
        text == "%"
        or _CURRENCIES.fullmatch(text) is not None
        or all(unicodedata.category(sign) == "Sc" for sign in text)
    )


def _is_unit(text: str) -> bool:
    first = text[0]
    return first.isalpha() or first in '%\u2030\u00b0\u2032\u2033"' or unicodedata.category(first) == "Sc"
