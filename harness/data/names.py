"""Names of columns as YAML and Hydra give them: a column called 2 comes as a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def as_texts(names: Any) -> Any:
    """A list with its numbers as text, in a tuple; anything else as it is."""
    if not isinstance(names, Sequence) or isinstance(names, str):
        return names
    return tuple(str(name) if is_name(name) else name for name in names)


def is_name(value: Any) -> bool:
    """Whether a value is a number that stands for its text."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
