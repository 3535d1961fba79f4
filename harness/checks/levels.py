"""What holds for a level of any group: its file can be read, it is named as its file, and no shipped level has that name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.checks.check import Check, Noted, require
from harness.planning.level_names import cannot_be_recorded, named_otherwise, shadows

_NEEDS_NO_NAME = ("detector",)
"""Of these a class of another library need not have one: the file's name stands for it."""


@dataclass(frozen=True)
class Level:
    """A file of a user's, or one that is shipped.

    Attributes:
        group: the folder that it is in.
        path: the file.
        node: what it describes, as far as it can be read by itself.
    """

    group: str
    path: Path
    node: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The level's name, which is its file's."""
        return self.path.stem


def no_shipped_level_has_its_name(level: Level) -> None:
    """Else one of the two is silently taken for the other."""
    problem = shadows(f"{level.group}/{level.name}", level.path)
    require(not problem, problem)


def it_is_named_as_its_file(level: Level) -> None:
    """Records know a level by its name, the command line by its file."""
    name = level.node.get("name")
    if name is None and level.group in _NEEDS_NO_NAME:
        return
    require(name == level.name, named_otherwise(name, level.path))


def it_has_a_title(level: Level) -> None:
    """Tables print it."""
    if "name" not in level.node and level.group in _NEEDS_NO_NAME:
        return
    about = level.node.get("about")
    title = about.get("title") if isinstance(about, Mapping) else None
    if not (isinstance(title, str) and title.strip()):
        raise Noted(
            f"it has no title: tables print {level.name.replace('_', ' ')!r} unless about: {{title: ...}} says more."
        )


def its_name_can_stand_in_records(level: Level) -> None:
    """Records join names by "+" and put the setting of a detector behind "@"; the command line reads commas and brackets."""
    problem = cannot_be_recorded(level.name)
    require(not problem, problem)


CHECKS: tuple[Check[Level], ...] = (
    its_name_can_stand_in_records,
    no_shipped_level_has_its_name,
    it_is_named_as_its_file,
    it_has_a_title,
)
