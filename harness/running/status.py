"""How the studies stand: what is recorded, what failed and why, what the newest sweep still lacks. It only reads."""

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
        reasons: for failed and for skipped trials, how often each code was given and in which sentences, the commonest first.
        of_another_protocol: stale trials that were measured under another protocol version than the present one.
        of_other_data: stale trials whose data set has other content in the newest sweep that names it.
        missing: trials that the newest sweep would run if it were continued: they have no record, or one whose reason lies
            outside the trial (see `harness.running.store.resume_rule`). None if there is no plan.
        failed_of_newest: failed trials that the newest sweep wants.
        command: the words after `harness run` that continue the newest sweep; empty if there is no plan.
        torn: lines that a crash cut off; they are left out.
        duplicates: records that another record of the same trial superseded.
        newest: the time of the last record; None for an empty store.
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
        """The number of trials whose records no longer count."""
        return self.of_another_protocol + self.of_other_data


class StudyFolder(NamedTuple):
    """A folder with records or plans of a study."""

    tier: str
    path: Path


def study_folders(results: Path) -> Iterator[StudyFolder]:
    """The folders below `results` with records or plans of a study, tier by tier, the standard tier first."""
    tiers = [StudyFolder(places.STANDARD_TIER, results)]
    tiers += [StudyFolder(hidden.name[1:], hidden) for hidden in sorted(results.glob(".*"))]
    for tier, parent in tiers:
        for path in sorted(parent.glob("[!.]*")):
            if any((path / trace).exists() for trace in _TRACES):
                yield StudyFolder(tier, path)


def look(folder: StudyFolder) -> Standing:
    """The standing of one study, from its store and its newest plan. Raises `HarnessError` if either is damaged."""
    stored = store.read(folder.path, STANDING)
    plan = plans.newest_plan(folder.path)
    return assess(stored, plan, study=folder.path.name, tier=folder.tier, newest=_newest(folder.path, stored))


def assess(stored: Stored, plan: Plan | None, *, study: str, tier: str, newest: datetime | None) -> Standing:
    """The standing of a study, from what is stored and what was planned."""
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
    """The reasons of the records with that status, the commonest code first."""
    asked = table.select(["code", "reason"]).filter(pc.equal(table["status"], status))
    return by_code(Counter(map(Reason, asked["code"].to_pylist(), asked["reason"].to_pylist())))


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    """How often each text occurs, in the order of first occurrence."""
    return {str(count["values"]): int(count["counts"]) for count in column.value_counts().to_pylist()}


def _n_true(mask: pa.Array | pa.ChunkedArray) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _newest(folder: Path, stored: Stored) -> datetime | None:
    """When a part was last written to. For a store with only a compacted file: when its newest part was begun."""
    written = []
    for part in part_paths(folder):
        with contextlib.suppress(FileNotFoundError):  # merged in the meantime
            written.append(datetime.fromtimestamp(part.stat().st_mtime, UTC))
    begun = [datetime.fromisoformat(header["started"]) for header in stored.headers.values()]
    return max([*written, *begun], default=None)
