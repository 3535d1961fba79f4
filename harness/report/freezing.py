"""Freezing a register: digests of what is claimed and how it is answered, fixed before the first trial.

`harness claims --freeze` writes them into `results/<study>/frozen.json`, which is committed (`harness.planning.freeze` makes
it); every plan of a sweep carries them, so that records tell under which register they were measured.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import places
from harness.core import PROTOCOL_VERSION, HarnessError
from harness.running import files
from harness.running.identity import digest
from harness.running.imports_of_source import closure
from harness.yaml_text import parsed, read_text

PACKAGE, FILE, MODULE = "experiments", "claims.yaml", "claims"

FROZEN = "frozen.json"
"""The committed file that says what is frozen, in the study's folder of the standard tier."""

PARTS = ("claims", "code", "data", "protocol")
"""What a register is frozen with."""

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
        "data": _of_data(data),
        "protocol": str(PROTOCOL_VERSION),
    }
    return {**parts, WHOLE: digest(parts)}


def _of_data(data: Mapping[str, Sequence[str]]) -> str:
    return digest({name: sorted(checksums) for name, checksums in data.items()})


@dataclass(frozen=True)
class Frozen:
    """What is read of a committed `frozen.json`.

    Attributes:
        study: whose register it is.
        digests: by part, as `frozen` gives them.
        data: the checksums of all data sets of the frozen designs, by name.
        sets: the names of the data sets of each tier's design, by tier.
        is_late: whether records of the standard tier were there before it.
        power: by contrast, the chances that fresh data sets show what it may say, by the names that `promised` gives them.
    """

    study: str
    digests: Mapping[str, str]
    data: Mapping[str, Sequence[str]]
    sets: Mapping[str, Sequence[str]]
    is_late: bool = False
    power: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)


def read_frozen(folder: Path) -> Frozen | None:
    """What is frozen of the study whose folder of the standard tier this is; None if nothing is.

    Raises:
        HarnessError: the file is damaged.
    """
    advice = "put back the committed one"
    kept: Frozen | None = files.read_json(folder / FROZEN, _read_frozen, absent=None, advice=advice)
    if kept is not None and kept.study != folder.name:
        raise HarnessError(f"{folder / FROZEN} is that of the study {kept.study!r}; {advice}.")
    return kept


def _read_frozen(content: Mapping[str, Any]) -> Frozen:
    """Check a committed file against itself: what it names has a checksum, and its digests are those of its content."""
    digests, data, sets = _texts(content["digests"]), _lists(content["data"]), _lists(content["sets"])
    parts = {part: digests[part] for part in PARTS}
    if digests != {**parts, WHOLE: digest(parts)} or digests["data"] != _of_data(data):
        raise ValueError("its digests are not those of what it holds")
    if not set(sets) <= set(places.FROZEN_TIERS) or {name for names in sets.values() for name in names} != set(data):
        raise ValueError("its sets are not those of its data")
    if content["late"] not in (True, False):
        raise ValueError("it does not say when it was made")
    powers = {str(one["id"]): one["power"].items() for one in content["contrasts"]}
    power = {contrast: {str(name): _chance(value) for name, value in each} for contrast, each in powers.items()}
    return Frozen(str(content["study"]), digests, data, sets, bool(content["late"]), power)


def _texts(node: Any) -> dict[str, str]:
    """A mapping of texts. Raises `ValueError` if it is none."""
    if not isinstance(node, dict) or not all(isinstance(one, str) for one in node.values()):
        raise ValueError("a mapping of texts is none")
    return node


def _lists(node: Any) -> dict[str, list[str]]:
    """A mapping of lists of texts. Raises `ValueError` if it is none."""
    if not isinstance(node, dict) or not all(
        isinstance(every, list) and all(isinstance(one, str) for one in every) for every in node.values()
    ):
        raise ValueError("a mapping of lists of texts is none")
    return node


def _chance(value: Any) -> float | None:
    """A probability, or null. Raises `ValueError` if it is neither."""
    found = number(value)
    if found is not None and not 0 <= found <= 1:
        raise ValueError(f"{value!r} is no probability")
    return found


def carried(
    study: str, kept: Frozen | None, data: Mapping[str, Sequence[str]], own: Sequence[Path] = ()
) -> dict[str, str]:
    """The digests of today that the plan of a sweep carries; those of `kept`, if nothing has changed since.

    Args:
        study: its name.
        kept: what is frozen; its data sets count beside those of the sweep.
        data: the checksums of the sweep's data sets by name.
        own: a user's folders.
    """
    return frozen(study, {**(kept.data if kept else {}), **data}, own)


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
        committed: what `frozen.json` holds; None if there is none.
        again: by tier, the digests that stand in the plans of what replicates and confirms.
    """

    then: Mapping[str, str]
    now: Mapping[str, str]
    same_values: bool | None = None
    committed: Frozen | None = None
    again: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        study: str,
        then: Mapping[str, str],
        own: Sequence[Path] = (),
        *,
        same_values: bool | None = None,
        committed: Frozen | None = None,
        again: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Freeze:
        """The register of a study beside the digests that stand in a plan."""
        parts = {name: part for name, part in frozen(study, {}, own).items() if name != WHOLE}
        now = {**parts, **({"data": then["data"]} if "data" in then else {})}
        return cls(then, {**now, WHOLE: digest(now)}, same_values, committed, again or {})

    @property
    def changed(self) -> list[str]:
        """The parts that have changed since the plan was made."""
        return [part for part in self.now if part != WHOLE and self.then and self.then.get(part) != self.now[part]]

    @property
    def run_under_another(self) -> list[str]:
        """The parts in which the register of the records differs from the committed one."""
        kept = {} if self.committed is None else self.committed.digests
        return [part for part in kept if part != WHOLE and self.then and self.then.get(part) != kept[part]]

    @property
    def is_flagged(self) -> bool:
        """Whether something has changed that may change a verdict."""
        of_today = self.changed not in ([], ["code"]) or (self.changed == ["code"] and not self.same_values)
        return of_today or any(
            parts not in ([], ["code"]) for parts in (self.run_under_another, *self.otherwise.values())
        )

    @property
    def otherwise(self) -> dict[str, list[str]]:
        """By tier that replicates or confirms, the parts in which its register was not that of the first records.

        Without a committed file each plan has the digest of its own data sets, which differ from tier to tier.
        """
        found, left_out = {}, {WHOLE} if self.committed is not None else {WHOLE, "data"}
        for tier, digests in self.again.items():
            if parts := [part for part in self.then if part not in left_out and digests.get(part) != self.then[part]]:
                found[tier] = parts
        return found

    def in_words(self) -> str:
        """A sentence, and one more for each tier that was run under another register."""
        others = (
            f" The {tier} was run under a register with other {' and '.join(parts)}."
            for tier, parts in self.otherwise.items()
        )
        return self._of_first() + "".join(others)

    def _of_first(self) -> str:
        """What there is to say of the records of the standard tier."""
        if not self.then:
            return "The register was not frozen before these records were made: this is no preregistration."
        short, mark = self.then[WHOLE][:SHORT], "CHANGED: the" if self.is_flagged else "The"
        if self.committed is None:
            when = "before the first trial, in the plan alone"
        elif self.committed.is_late:
            when = "when there were records already, which is no preregistration"
        else:
            when = "before the first trial"
        if self.run_under_another and self.committed is not None:
            parts = " and ".join(self.run_under_another)
            return (
                f"{mark} register was frozen as {self.committed.digests[WHOLE][:SHORT]} {when}, but the trials were run under "
                f"{short}, with other {parts}."
            )
        if not self.changed:
            return f"The register was frozen as {short} {when}, and is unchanged."
        parts = " and ".join(self.changed)
        then = (
            f"it has other {parts} now"
            if self.is_flagged
            else f"its {parts} changed since, which changes none of its values"
        )
        return f"{mark} register was frozen as {short} {when}; {then}."


WRITTEN = "register.json"
"""The file beside the tables that holds the evaluated register."""


def estimates_written(folder: Path) -> dict[str, float | None]:
    """The estimates of registered contrasts that an earlier report has written into a study's folder, by id."""
    if not (folder / WRITTEN).is_file():
        return {}
    advice = "delete it: the next `harness report` writes it anew"
    return files.read_json(folder / WRITTEN, _estimates, absent={}, advice=advice)


def _estimates(content: Mapping[str, Any]) -> dict[str, float | None]:
    return {str(each["id"]): number(each["estimate"]) for claim in content["claims"] for each in claim["contrasts"]}


def number(value: Any) -> float | None:
    """A number of a report, or null. Raises `ValueError` if it is neither."""
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    raise ValueError(f"{value!r} is no number")
