"""Plans: what each sweep was asked for. They tell which trials are missing and which data have changed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from harness.core import HarnessError
from harness.running import files, provenance
from harness.running.identity import canonical_json
from harness.running.store import summary
from harness.running.store.reading import refuse_newer

_ID_BYTES = 32  # of a sha256


@dataclass(frozen=True)
class Plan:
    """What a sweep was asked for.

    Attributes:
        path: its file.
        ids: the ids of its trials, sorted; an array of text. None if only their number is left of it.
        n_trials: the number of its trials.
        command: the words after `harness run`.
        data: the checksums of its data sets by name.
    """

    path: Path
    ids: pa.StringArray | None
    n_trials: int
    command: tuple[str, ...]
    data: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def trials(self) -> frozenset[str]:
        """The ids of its trials."""
        return frozenset(self.ids.to_pylist() if self.ids is not None else ())


def write_plan(
    folder: Path, trial_ids: Iterable[str], data: Mapping[str, Sequence[str]], command: Sequence[str] | None = None
) -> Path:
    """Write the plan of a sweep.

    Args:
        folder: the study's folder.
        trial_ids: the ids (sha256 in hexadecimal) in any order.
        data: the checksums of its data sets by name.
        command: the words that asked for it; those of this process unless given.

    Returns:
        The path of the plan without its suffix, for other files of the sweep.

    Raises:
        HarnessError: the folder cannot be written to.
    """
    ids = b"".join(bytes.fromhex(trial_id) for trial_id in sorted(set(trial_ids)))
    stem = folder / "sweeps" / str(time.time_ns())
    ids_file = _file_with(folder, ids)
    if ids_file is None:
        ids_file = stem.with_suffix(".ids")
        files.write_atomically(ids_file, ids)
    asked = {} if command is None else {"command": list(command)}
    about = {**asked, "data": data, "n_trials": len(ids) // _ID_BYTES, "ids": ids_file.name}
    files.write_atomically(stem.with_suffix(".json"), canonical_json({**provenance.header(), **about}).encode())
    return stem


def _file_with(folder: Path, ids: bytes) -> Path | None:
    """The newest plan's file of ids, if it holds exactly these ids."""
    for path in _paths(folder)[:1]:
        found = path.with_name(_content(path).get("ids", "none"))
        if found.exists() and found.stat().st_size == len(ids) and found.read_bytes() == ids:
            return found
    return None


def newest_plan(folder: Path) -> Plan | None:
    """The plan of the newest sweep of a study, else what its summary keeps, or None. Raises `HarnessError` if it is damaged."""
    for path in _paths(folder)[:1]:
        content = _content(path)
        try:
            ids = (
                _read_ids(path.with_name(content["ids"]))
                if "ids" in content
                else pa.array(sorted(content["trials"]), pa.string())
            )
            return Plan(path, ids, len(ids), tuple(content["command"]), content.get("data", {}))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise _damage(path) from error
    kept = summary.read(folder)
    return None if kept.planned is None else Plan(folder / summary.NAME, None, kept.planned, kept.command)


def newest_data(folder: Path, names: Iterable[str]) -> dict[str, frozenset[str]]:
    """The checksums of each data set in the newest plan that names it. Sets that no plan names are left out."""
    wanted = set(names)
    found: dict[str, frozenset[str]] = {}
    for path in _paths(folder):
        if wanted <= found.keys():
            break
        data = _content(path).get("data", {})
        found = {name: frozenset(checksums) for name, checksums in data.items() if name in wanted} | found
    return found


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


def _read_ids(path: Path) -> pa.StringArray:
    text = path.read_bytes().hex().encode()
    width = 2 * _ID_BYTES
    if len(text) % width:
        raise ValueError("not a whole number of ids")
    offsets = np.arange(0, len(text) + 1, width, dtype=np.int32)
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(text))


def _damage(path: Path) -> HarnessError:
    return HarnessError(f"the plan {path} is damaged; delete it and give its sweep's command again.")
