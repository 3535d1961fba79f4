"""Plans: what each sweep was asked for. They tell which trials are missing, and which data and classes have changed.

A single trial leaves no plan. If it makes records stale, it leaves a note of the same form without trials.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from harness.building import CODE
from harness.core import HarnessError
from harness.running import files, provenance
from harness.running.identity import ID_DIGITS, PlannedTrial, canonical_json
from harness.running.store import summary
from harness.running.store.reading import refuse_newer

_OLD_WIDTH = 64
"""Digits of an id in plans that do not say it."""

_IS_NOTE = "is_note"
NO_CODE: Mapping[str, Mapping[str, str]] = {}
NO_REGISTER: Mapping[str, str] = {}


class Versions(NamedTuple):
    """What trials are made of that may change.

    Attributes:
        data: the checksums of data sets by name.
        code: the versions of a user's classes (see `harness.running.user_code`) by class.
    """

    data: Mapping[str, Sequence[str]]
    code: Mapping[str, Mapping[str, str]]


def versions_of(trials: Iterable[PlannedTrial]) -> Versions:
    """What these trials are made of."""
    data: dict[str, set[str]] = {}
    code: dict[str, Mapping[str, str]] = {}
    for trial in trials:
        code.update(trial.spec.get(CODE, {}))
        if trial.checksum:
            data.setdefault(trial.spec["dataset"]["name"], set()).add(trial.checksum)
    return Versions({name: sorted(checksums) for name, checksums in sorted(data.items())}, code)


@dataclass(frozen=True)
class Plan:
    """What a sweep was asked for.

    Attributes:
        path: its file.
        ids: the ids of its trials, sorted; an array of text. None if only their number is left of it.
        n_trials: the number of its trials.
        command: the words after `harness run`.
        data: the checksums of its data sets by name.
        register: the digests of the study's register of claims when it was planned, by part; empty if it had none.
    """

    path: Path
    ids: pa.StringArray | None
    n_trials: int
    command: tuple[str, ...]
    data: Mapping[str, Sequence[str]] = field(default_factory=dict)
    register: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def trials(self) -> frozenset[str]:
        """The ids of its trials."""
        return frozenset(self.ids.to_pylist() if self.ids is not None else ())


def write_plan(
    folder: Path,
    trial_ids: Iterable[str],
    data: Mapping[str, Sequence[str]],
    command: Sequence[str] | None = None,
    *,
    code: Mapping[str, Mapping[str, str]] = NO_CODE,
    register: Mapping[str, str] = NO_REGISTER,
) -> Path:
    """Write the plan of a sweep.

    Args:
        folder: the study's folder.
        trial_ids: the ids (hexadecimal, all of one length) in any order.
        data: the checksums of its data sets by name.
        command: the words that asked for it; those of this process unless given.
        code: the versions of a user's classes.
        register: the digests of the study's register of claims, by part.

    Returns:
        The path of the plan without its suffix, for other files of the sweep.

    Raises:
        HarnessError: the folder cannot be written to.
    """
    trials = sorted(set(trial_ids))
    ids = b"".join(bytes.fromhex(trial_id) for trial_id in trials)
    stem = folder / "sweeps" / str(time.time_ns())
    ids_file = _file_with(folder, ids)
    if ids_file is None:
        ids_file = stem.with_suffix(".ids")
        files.write_atomically(ids_file, ids)
    asked = {} if command is None else {"command": list(command)}
    frozen = {"register": dict(register)} if register else {}
    about = {**asked, **frozen, "data": data, "code": code, "n_trials": len(trials), "ids": ids_file.name}
    about["id_digits"] = max(map(len, trials), default=ID_DIGITS)
    files.write_atomically(stem.with_suffix(".json"), canonical_json({**provenance.header(), **about}).encode())
    return stem


def write_versions(folder: Path, trials: Iterable[PlannedTrial]) -> None:
    """Note what these trials are made of, so that records of other versions count as stale.

    Raises:
        HarnessError: the folder cannot be written to.
    """
    stem = folder / "sweeps" / str(time.time_ns())
    about = {**versions_of(trials)._asdict(), _IS_NOTE: True}
    files.write_atomically(stem.with_suffix(".json"), canonical_json({**provenance.header(), **about}).encode())


def _file_with(folder: Path, ids: bytes) -> Path | None:
    """The newest plan's file of ids, if it holds exactly these ids."""
    for path in _newest(folder):
        found = path.with_name(_content(path).get("ids", "none"))
        if found.exists() and found.stat().st_size == len(ids) and found.read_bytes() == ids:
            return found
    return None


def newest_plan(folder: Path) -> Plan | None:
    """The plan of the newest sweep of a study, else what its summary keeps, or None. Raises `HarnessError` if it is damaged."""
    for path in _newest(folder):
        content = _content(path)
        try:
            ids = (
                _read_ids(path.with_name(content["ids"]), content.get("id_digits", _OLD_WIDTH))
                if "ids" in content
                else pa.array(sorted(content["trials"]), pa.string())
            )
            data, register = content.get("data", {}), content.get("register", {})
            return Plan(path, ids, len(ids), tuple(content["command"]), data, register)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise _damage(path) from error
    kept = summary.read(folder)
    return None if kept.planned is None else _of_summary(folder, kept)


def _of_summary(folder: Path, kept: summary.Summary) -> Plan:
    return Plan(folder / summary.NAME, None, kept.planned or 0, kept.command, register=kept.register)


def newest_data(folder: Path, names: Iterable[str]) -> dict[str, frozenset[str]]:
    """The checksums of each data set in the newest plan that names it. Sets that no plan names are left out."""
    return {name: frozenset(checksums) for name, checksums in _newest_of("data", folder, names).items()}


def newest_code(folder: Path, targets: Iterable[str]) -> dict[str, dict[str, str]]:
    """The version of each of a user's classes in the newest plan that names it. Classes that no plan names are left out."""
    return {target: dict(version) for target, version in _newest_of("code", folder, targets).items()}


def _newest_of(kind: str, folder: Path, names: Iterable[str]) -> dict[str, Any]:
    wanted = set(names)
    found: dict[str, Any] = {}
    for path in _paths(folder) if wanted else ():
        if wanted <= found.keys():
            break
        said = _content(path).get(kind, {})
        found = {name: version for name, version in said.items() if name in wanted} | found
    return found


def _newest(folder: Path) -> list[Path]:
    """The newest plan, if there is one; notes without trials are passed over."""
    return next(([path] for path in _paths(folder) if _IS_NOTE not in _content(path)), [])


def _paths(folder: Path) -> list[Path]:
    """All plans, the newest first. Their names are times in nanoseconds."""
    return sorted((folder / "sweeps").glob("*.json"), key=lambda path: path.stem.zfill(20), reverse=True)


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
        refuse_newer(path, content)
    except (ValueError, AttributeError) as error:
        raise _damage(path) from error
    return dict(content)


def _read_ids(path: Path, width: int) -> pa.StringArray:
    text = path.read_bytes().hex().encode()
    if len(text) % width:
        raise ValueError("not a whole number of ids")
    offsets = np.arange(0, len(text) + 1, width, dtype=np.int32)
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(text))


def _damage(path: Path) -> HarnessError:
    return HarnessError(f"the plan {path} is damaged; delete it and give its sweep's command again.")
