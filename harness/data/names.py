"""Names of columns: a column called 2 comes as a number from YAML and Hydra, and one that is not there has a neighbour."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from harness.data.overrides import override

SEPARATORS = (",", ";", "\t", "|")
"""What stands between the cells of text files."""


def as_texts(names: Any) -> Any:
    """A list with its numbers as text, in a tuple; anything else as it is."""
    if not isinstance(names, Sequence) or isinstance(names, str):
        return names
    return tuple(str(name) if is_name(name) else name for name in names)


def is_name(value: Any) -> bool:
    """Whether a value is a number that stands for its text."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def closest(name: str, known: Sequence[str]) -> str:
    """The end of a sentence about a column that is not there: a guess, the columns that are, and perhaps a separator."""
    in_lower_case = {existing.lower(): existing for existing in known}
    close = difflib.get_close_matches(name.lower(), in_lower_case, n=1)
    guess = f"; did you mean '{in_lower_case[close[0]]}'?" if close else ";"
    found = f"{guess} it has: {', '.join(list(known)[:20])}{' ...' if len(known) > 20 else ''}"
    if len(known) != 1:
        return found
    separator = next((one for one in SEPARATORS if one in known[0]), None)
    proposed = f": {override('separator', separator)}" if separator else ""
    return f"{found} (another separator? see dataset.separator{proposed})"
