"""How the studies stand: what is recorded, what failed and why, what the newest sweep still wants. Reads only."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from harness import places
from harness.core import Status
from harness.running import store
from harness.running.reasons import Given, Reason, by_code
from harness.running.store import Stored, plans
from harness.running.store.parts import part_paths
from harness.running.store.plans import Plan
from harness.running.store.resume_rule import settled_rows
from harness.running.store.rows import STANDING

_TRACES = ("parts", "sweeps", "trials.parquet")


@dataclass(frozen=True)
class Standing:
    """How one study stands at one tier.

    Attributes:
        study: the study's name.
        tier: the tier's name.
        counts: trials by status, stale ones left out.
        reasons: of the failed and of the skipped trials, how many gave each code, the commonest first, and their sentences.
        of_another_protocol: stale trials: measured under another protocol version than the present one.
        of_other_data: stale trials: their data set has other content in the newest sweep that names it.
        missing: trials of the newest sweep that it would run if it went on: they have no record, or one whose reason lies
            outside the trial (see `harness.running.store.resume_rule`). None if no sweep has left its plan.
        failed_of_newest: failed trials that the newest sweep wants.
        command: the newest sweep's words after `harness run`, which continue it; empty if there is no plan.
        torn: lines cut off by a crash and left out.
        duplicates: records superseded by another one of the same trial.
        newest: when something was last recorded; None for an empty store.
    """

    study: str
    tier: str
    counts: Mapping[Status, int]
    reasons: Mapping[Status, Sequence[Given]]
    of_another_protocol: int
    of_other_data: int
    missing: int | None
    failed_of_newest: int
    command: tuple[str, ...]
    torn: int
    duplicates: int
    newest: datetime | None

    @property
    def stale(self) -> int:
        """Trials whose records no longer count."""
        return self.of_another_protocol + self.of_other_data


class StudyFolder(NamedTuple):
    """Where a study has left something."""

    tier: str
    path: Path


def study_folders(results: Path) -> Iterator[StudyFolder]:
    """The folders below `results` in which a study has left records or plans, tier by tier, the standard one first."""
    tiers = [StudyFolder(places.STANDARD_TIER, results)]
    tiers += [StudyFolder(hidden.name[1:], hidden) for hidden in sorted(results.glob(".*"))]
    for tier, parent in tiers:
        for path in sorted(parent.glob("[!.]*")):
            if any((path / trace).exists() for trace in _TRACES):
                yield StudyFolder(tier, path)


def look(folder: StudyFolder) -> Standing:
    """Read a study's store and its newest plan. Raises `HarnessError` if either is damaged."""
    stored = store.read(folder.path, STANDING)
    plan = plans.newest_plan(folder.path)
    return assess(stored, plan, study=folder.path.name, tier=folder.tier, newest=_newest(folder.path, stored))


def assess(stored: Stored, plan: Plan | None, *, study: str, tier: str, newest: datetime | None) -> Standing:
    """Compare what is stored with what was planned."""
    current = stored.current().table
    failed = current.filter(pc.equal(current["status"], Status.FAILED))
    other_protocol = stored.of_another_protocol()
    return Standing(
        study=study,
        tier=tier,
        counts={Status(status): count for status, count in _counted(current["status"]).items()},
        reasons={status: _reasons(current, status) for status in (Status.FAILED, Status.SKIPPED)},
        of_another_protocol=_n_true(other_protocol),
        of_other_data=_n_true(pc.and_(stored.of_other_data(), pc.invert(other_protocol))),
        missing=None if plan is None else _n_missing(plan, stored.table),
        failed_of_newest=0 if plan is None else _n_true(pc.is_in(failed["trial_id"], plan.ids)),
        command=() if plan is None else plan.command,
        torn=stored.torn,
        duplicates=stored.duplicates,
        newest=newest,
    )


def _n_missing(plan: Plan, table: pa.Table) -> int:
    settled = table["trial_id"].filter(settled_rows(table, retry_failed=False))
    return len(plan.ids) - _n_true(pc.is_in(plan.ids, settled.combine_chunks()))


def _reasons(table: pa.Table, status: Status) -> tuple[Given, ...]:
    """How many records of that status gave each code, the commonest first."""
    asked = table.select(["code", "reason"]).filter(pc.equal(table["status"], status))
    return by_code(Counter(map(Reason, asked["code"].to_pylist(), asked["reason"].to_pylist())))


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    """How often each text occurs, in the order of first occurrence."""
    return {str(count["values"]): int(count["counts"]) for count in column.value_counts().to_pylist()}


def _n_true(mask: pa.Array | pa.ChunkedArray) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _newest(folder: Path, stored: Stored) -> datetime | None:
    """When a part was last written to; of a store that has only the compacted file, when its newest part was begun."""
    written = []
    for part in part_paths(folder):
        with contextlib.suppress(FileNotFoundError):  # merged meanwhile
            written.append(datetime.fromtimestamp(part.stat().st_mtime, UTC))
    begun = [datetime.fromisoformat(header["started"]) for header in stored.headers.values()]
    return max([*written, *begun], default=None)
