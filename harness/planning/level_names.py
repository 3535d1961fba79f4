"""The names of levels in a user's folder: none hides a shipped one, and each can stand in records.

Hydra takes the shipped one of two files with one name, so that the user's never runs. Names that differ by case alone are
one file on some systems, and are hard to tell apart in a table. Names of levels stand in records, which join them by "+" and
put the setting of a detector behind "@". A group whose shipped files fill the whole configuration (`experiment`, `trial`)
needs that header in a user's files too, else they set nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from harness import places
from harness.core import ConfigError

NAMED = ("model", "synthesis", "scenario", "dataset", "detector", "policy", "action")
"""Groups whose levels have a `name`, which is the level of the factor."""

_SHARED = {"policy": "detector", "detector": "policy"}
"""Groups whose names are one list's: a detector is a policy by its name."""

_READ_OTHERWISE = "@+,=[]{}():;'\"\\/$*"
_GLOBAL = "# @package _global_"
_PACKAGE = re.compile(r"#\s*@package\s")


def check_own_levels(folders: Sequence[Path]) -> None:
    """Refuse folders of a user's with a name that means two things, or nothing.

    Raises:
        ConfigError: the first such name; it names the file, and the other one if there are two.
    """
    for problem in problems(folders):
        raise ConfigError(problem)


def problems(folders: Sequence[Path], *, checked: Collection[str] = ()) -> Iterator[str]:
    """What is wrong with the names of the levels in these folders, one sentence each.

    Args:
        folders: a user's.
        checked: groups whose levels are checked one by one elsewhere; here only whether two of them share a name.
    """
    met: dict[tuple[str, str], Path] = {}
    for folder in folders:
        for path in _files(folder):
            place = _place(folder, path)
            group = place.rpartition("/")[0]
            if group not in checked:
                odd = cannot_be_recorded(path.stem)
                yield from filter(
                    None, (shadows(place, path), f"{path}: {odd}" if odd else "", lacks_header(group, path))
                )
            for name in {path.stem, _stated_name(group, path) or path.stem}:
                other = met.setdefault((_namespace(group, name), name.casefold()), path)
                if other.resolve() != path.resolve():
                    yield f"{path} has the name {name!r}, and so has {other}, which is of yours too; rename one."


def _files(folder: Path) -> Iterator[Path]:
    """The YAML files of a user's folder that the harness reads: those beside and in the folders of its groups."""
    yield from sorted(folder.glob("*.yaml"))
    for group in _groups():
        yield from sorted((folder / group).rglob("*.yaml"))


def _namespace(group: str, name: str) -> str:
    """A group, or one of two that share their names. What comes along in both is the same thing in both (never)."""
    other = _SHARED.get(group, group)
    is_shipped_in_both = all((places.shipped("conf") / one / f"{name}.yaml").is_file() for one in (group, other))
    return group if is_shipped_in_both else min(group, other)


def _groups() -> list[str]:
    return sorted(path.name for path in places.shipped("conf").iterdir() if path.is_dir())


def _place(folder: Path, path: Path) -> str:
    """Group and name, as the command line says them."""
    return path.relative_to(folder).with_suffix("").as_posix()


# ---- one level -------------------------------------------------------------------------------------------------------


def shadows(place: str, path: Path) -> str:
    """That a file has the name of a shipped one, or of a group; "" if it has not."""
    group, _, name = place.rpartition("/")
    if not group and name in _groups():
        return f"{path} is read by nothing: levels of {name} are files in {path.with_suffix('')}/."
    own = {name.casefold(), (_stated_name(group, path) or name).casefold()}
    for shipped in _shipped_beside(group, path):
        if shipped.stem.casefold() in own and shipped.resolve() != path.resolve():
            alike = "differs by case alone from" if _differs_by_case(name, shipped.stem) else "has the name of"
            return f"{path} {alike} {shipped}, which comes along; rename yours."
    return ""


def _shipped_beside(group: str, path: Path) -> list[Path]:
    """The shipped levels that a level must not share a name with; the shipped ones know what they share."""
    conf = places.shipped("conf")
    files = sorted((conf / group).glob("*.yaml"))
    if group not in _SHARED or conf.resolve() in path.resolve().parents:
        return files
    return [*files, *sorted((conf / _SHARED[group]).glob("*.yaml"))]


def _differs_by_case(one: str, other: str) -> bool:
    return one != other and one.casefold() == other.casefold()


def cannot_be_recorded(name: str) -> str:
    """That a level's name has characters that are read otherwise; "" if it has none."""
    odd = sorted({character for character in name if character in _READ_OTHERWISE})
    if not odd:
        return ""
    return f"its name has {' '.join(odd)}, which records or the command line read otherwise: use letters and _."


def lacks_header(group: str, path: Path) -> str:
    """That a file of a group that fills the whole configuration would set nothing; "" if it has its header."""
    shipped = sorted((places.shipped("conf") / group).glob("*.yaml")) if group else []
    if not shipped or not all(_has_header(one) for one in shipped) or _has_header(path):
        return ""
    return f"{path} would set nothing: its first line has to be `{_GLOBAL}`."


def _has_header(path: Path) -> bool:
    """Whether the comments at the head of a file say where it goes, as Hydra reads them."""
    for line in _text(path).splitlines():
        if line.strip() and not line.startswith("#"):
            return False
        if _PACKAGE.match(line):
            return True
    return False


def named_otherwise(name: Any, path: Path) -> str:
    """That a level's name is not its file's."""
    return f"its name is {name!r}, and its file is {path.name}: write name: {path.stem}."


def _stated_name(group: str, path: Path) -> str | None:
    """The name that a level states; None if it states none, leaves it to the command line, or is no YAML."""
    if group not in NAMED:
        return None
    try:
        node = yaml.load(_text(path), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:  # whoever reads the level says so
        return None
    name = node.get("name") if isinstance(node, Mapping) else None
    return name if isinstance(name, str) and "$" not in name and name != "???" else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):  # whoever reads the level says so
        return ""
