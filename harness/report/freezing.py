"""Freezing a register: digests of what is claimed and how it is answered, which stand in a plan before the first trial."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import places
from harness.core import PROTOCOL_VERSION
from harness.running import files
from harness.running.identity import digest
from harness.running.imports_of_source import closure
from harness.yaml_text import parsed, read_text

PACKAGE, FILE, MODULE = "experiments", "claims.yaml", "claims"

WHOLE = "digest"
"""The part of a frozen register that stands for all others."""

SHORT = 12
"""Digits of a digest that sentences have."""


def frozen(study: str, data: Mapping[str, Sequence[str]], own: Sequence[Path] = ()) -> dict[str, str]:
    """The digests of a study's register, by part: `claims` (the file), `code` (the contrasts), `data`, `protocol`, `digest`.

    No code of the study is run. Comments and the order of keys in the file do not count.

    Args:
        study: its name.
        data: checksums of data sets by name.
        own: a user's folders.

    Returns:
        The digests, sha256 in hexadecimal; nothing if the study has no register.
    """
    folder = _folder(study, own)
    if folder is None:
        return {}
    parts = {
        "claims": digest(_plain(content_of(folder / FILE))),
        "code": digest(_code(study, folder)),
        "data": digest({name: sorted(checksums) for name, checksums in data.items()}),
        "protocol": str(PROTOCOL_VERSION),
    }
    return {**parts, WHOLE: digest(parts)}


def _folder(study: str, own: Sequence[Path]) -> Path | None:
    """The study's folder, if it has a register."""
    every = [places.shipped(PACKAGE), *(folder / PACKAGE for folder in own)]
    return next((parent / study for parent in every if (parent / study / FILE).is_file()), None)


def content_of(path: Path) -> Any:
    """What a register's file holds. Raises `ConfigError` if it is no YAML, or has a key twice in one mapping."""
    return parsed(Path(shown(path)), read_text(path))


def shown(path: Path) -> str:
    """A path for messages: within the checkout if it is there."""
    top = places.shipped(PACKAGE).parent
    return str(path.relative_to(top)) if path.is_relative_to(top) else str(path)


def _code(study: str, folder: Path) -> dict[str, str]:
    """The study's own files that its contrasts are made of; the library is told by the revision of the records."""
    file = folder / f"{MODULE}.py"
    if not file.is_file():
        return {}
    return closure(f"{PACKAGE}.{study}.{MODULE}", file, lambda path: not path.is_relative_to(folder)).files


def _plain(node: Any) -> Any:
    """The content with texts for keys, and for numbers that are not finite, as JSON has them."""
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, float) and not math.isfinite(node):
        return str(node)
    return [_plain(one) for one in node] if isinstance(node, list) else node


@dataclass(frozen=True)
class Freeze:
    """What the records say of the register, beside what it is now.

    Attributes:
        then: the digests that stand in the plan of the records; empty if it was not frozen.
        now: those of today. Data that have changed make records stale, so that those of the plan are today's.
        same_values: whether the contrasts have the values that were written before; None if nothing was.
    """

    then: Mapping[str, str]
    now: Mapping[str, str]
    same_values: bool | None = None

    @classmethod
    def of(
        cls, study: str, then: Mapping[str, str], own: Sequence[Path] = (), *, same_values: bool | None = None
    ) -> Freeze:
        """The register of a study beside the digests that stand in a plan."""
        parts = {name: part for name, part in frozen(study, {}, own).items() if name != WHOLE}
        now = {**parts, **({"data": then["data"]} if "data" in then else {})}
        return cls(then, {**now, WHOLE: digest(now)}, same_values)

    @property
    def changed(self) -> list[str]:
        """The parts that have changed since the plan was made."""
        return [part for part in self.now if part != WHOLE and self.then and self.then.get(part) != self.now[part]]

    @property
    def is_flagged(self) -> bool:
        """Whether something has changed that may change a verdict."""
        return bool(self.changed) and not (self.changed == ["code"] and self.same_values)

    def in_words(self) -> str:
        """One sentence."""
        if not self.then:
            return "The register was not frozen before these records were made: this is no preregistration."
        short = self.then[WHOLE][:SHORT]
        if not self.changed:
            return f"The register was frozen as {short} before the first trial, and is unchanged."
        if not self.is_flagged:
            return f"The register was frozen as {short}; the code of its contrasts has changed since, their values have not."
        parts = " and ".join(self.changed)
        return f"CHANGED: the register was frozen as {short} before the first trial, and its {parts} differ now."


WRITTEN = "register.json"
"""The file beside the tables that holds the evaluated register."""


def estimates_written(folder: Path) -> dict[str, float | None]:
    """The estimates of registered contrasts that an earlier report has written into a study's folder, by id."""
    if not (folder / WRITTEN).is_file():
        return {}
    advice = "delete it: the next `harness report` writes it anew"
    return files.read_json(folder / WRITTEN, _estimates, absent={}, advice=advice)


def _estimates(content: Mapping[str, Any]) -> dict[str, float | None]:
    return {each["id"]: each["estimate"] for claim in content["claims"] for each in claim["contrasts"]}
