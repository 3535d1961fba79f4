"""The base specs in a study's folder, without its records."""

from __future__ import annotations

import contextlib
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.running.store import plans
from harness.running.store.compacted import read_specs
from harness.running.store.levels import read_levels
from harness.running.store.lines import parse
from harness.running.store.parts import part_paths
from harness.running.store.stored import Stored, code_in, dataset_of

_SPEC = b'{"kind":"spec",'


def base_specs(folder: Path) -> dict[str, Any]:
    """Base specs by digest, of the compacted file and of all parts; some may have no record.

    Damaged lines are left out: whoever reads the records refuses them.

    Raises:
        HarnessError: the compacted file is damaged, or a newer harness wrote it.
    """
    found = read_specs(folder)
    for path in part_paths(folder):
        with contextlib.suppress(FileNotFoundError):  # merged meanwhile
            for line in _lines(path):
                with contextlib.suppress(ValueError, KeyError):
                    content = parse(line)
                    found[content["digest"]] = content["spec"]
    return found


def current_specs(folder: Path) -> dict[str, Any]:
    """The base specs of which no data set, class or level has changed since. Raises as `base_specs`, or for a damaged plan."""
    specs = base_specs(folder)
    names, targets = (
        {dataset_of(spec)[0] for spec in specs.values()},
        {one for spec in specs.values() for one in code_in(spec)},
    )
    stale = Stored(
        specs=specs,
        data=plans.newest_data(folder, names),
        code=plans.newest_code(folder, targets),
        levels=read_levels(folder),
    ).stale_specs
    return {digest: spec for digest, spec in specs.items() if digest not in stale}


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            place = content.find(b"\n" + _SPEC)
            while place >= 0:
                end = content.find(b"\n", place + 1)
                yield content[place + 1 : end if end >= 0 else len(content)]
                place = content.find(b"\n" + _SPEC, end) if end >= 0 else -1
