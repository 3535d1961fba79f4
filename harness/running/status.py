"""How the studies stand: what is recorded, what failed and why, what the newest sweep still lacks. It only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from harness import places
from harness.core import Status
from harness.running import store
from harness.running.reasons import Given, Reason, by_code
from harness.running.store import Stored, plans
from harness.running.store.plans import Plan
from harness.running.store.resume_rule import settled_rows
from harness.running.store.rows import STANDING
from harness.running.store.strangers import sifted

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
        of_other_code: stale trials that were made by an earlier version of a class or a level of a user's.
        changed_code: the files, packages and levels with that other version.
        planned: trials that the newest sweep wants. None if there is no plan.
        settled: of these the trials that it would not run if it were continued, by status.
        skips: of these the skipped ones, by code, the commonest first.
        failed_elsewhere: failed trials that the newest sweep does not want.
        command: the words after `harness run` that continue the newest sweep; empty if there is no plan.
        torn: lines that a crash cut off; they are left out.
        duplicates: records that another record of the same trial superseded.
        newest: when the newest record was written; None if that is not known.
        strangers: a sentence for each kind of what does not belong into the folder and was left out.
        begun: when the process that began last did so; None for an empty store.
    """

    study: str
    tier: str
    counts: Mapping[Status, int]
    reasons: Mapping[Status, Sequence[Given]]
    of_another_protocol: int
    of_other_data: int
    of_other_code: int
    changed_code: Sequence[str]
    planned: int | None
    settled: Mapping[Status, int]
    skips: Mapping[str, int]
    failed_elsewhere: int
    command: tuple[str, ...]
    torn: int
    duplicates: int
    newest: datetime | None
    begun: datetime | None
    strangers: tuple[str, ...] = ()

    @property
    def missing(self) -> int | None:
        """Trials that the newest sweep would run if it were continued. None if there is no plan.

        They have no record, or one whose reason lies outside the trial (see `harness.running.store.resume_rule`).
        """
        return None if self.planned is None else max(0, self.planned - sum(self.settled.values()))

    @property
    def failed_of_newest(self) -> int:
        """Failed trials that the newest sweep wants."""
        return self.settled.get(Status.FAILED, 0)

    @property
    def stale(self) -> int:
        """The number of trials whose records no longer count."""
        return self.of_another_protocol + self.of_other_data + self.of_other_code


class StudyFolder(NamedTuple):
    """A folder with records or plans of a study."""

    tier: str
    path: Path


def study_folders(results: Path) -> Iterator[StudyFolder]:
    """The folders below `results` with records or plans of a study, tier by tier, the standard tier first.

    A tier that is published is there too, although its folder need not exist.
    """
    tiers = {hidden.name[1:]: hidden for hidden in results.glob(".*")}
    tiers |= {tier: results / f".{tier}" for tier in places.PUBLISHED_TIERS}
    for tier, parent in {places.STANDARD_TIER: results, **dict(sorted(tiers.items()))}.items():
        names = {path.name for path in (*parent.glob("[!.]*"), *results.glob("[!.]*"))}
        for path in (parent / name for name in sorted(names)):
            if any((path / trace).exists() for trace in _TRACES) or store.exists(path):
                yield StudyFolder(tier, path)


def look(folder: StudyFolder) -> Standing:
    """The standing of one study, from its store and its newest plan. Raises `HarnessError` if either is damaged."""
    found = sifted(folder.path, store.read(folder.path, STANDING))
    plan = plans.newest_plan(folder.path)
    standing = assess(found.stored, plan, study=folder.path.name, tier=folder.tier)
    return replace(standing, strangers=found.remarks)


def assess(stored: Stored, plan: Plan | None, *, study: str, tier: str) -> Standing:
    """The standing of a study, from what is stored and what was planned."""
    current = stored.current().table
    other_protocol, other_data = stored.of_another_protocol(), stored.of_other_data()
    older = pc.or_(other_protocol, other_data)
    settled = _settled(stored.table, plan)
    skipped = settled.filter(pc.equal(settled["status"], Status.SKIPPED))
    begun = [datetime.fromisoformat(header["started"]) for header in stored.headers.values()]
    return Standing(
        study=study,
        tier=tier,
        counts=_by_status(current),
        reasons={status: _reasons(current, status) for status in (Status.FAILED, Status.SKIPPED)},
        of_another_protocol=_n_true(other_protocol),
        of_other_data=_n_true(pc.and_(other_data, pc.invert(other_protocol))),
        of_other_code=_n_true(pc.and_(stored.of_other_code(), pc.invert(older))),
        changed_code=stored.changed_code,
        planned=None if plan is None else plan.n_trials,
        settled=_by_status(settled),
        failed_elsewhere=_n_failed_elsewhere(current, plan),
        skips=dict(Counter(_counted(skipped["code"])).most_common()),
        command=() if plan is None else plan.command,
        torn=stored.torn,
        duplicates=stored.duplicates,
        newest=stored.newest,
        begun=max(begun, default=None),
    )


def _settled(table: pa.Table, plan: Plan | None) -> pa.Table:
    """The rows of planned trials that need not be run again; of all trials if nobody knows which were planned."""
    if plan is None:
        return table.slice(0, 0)
    settled = table.filter(settled_rows(table, retry_failed=False))
    return settled if plan.ids is None else settled.filter(pc.is_in(settled["trial_id"], plan.ids))


def _n_failed_elsewhere(table: pa.Table, plan: Plan | None) -> int:
    if plan is None or plan.ids is None:
        return 0
    failed = table.filter(pc.equal(table["status"], Status.FAILED))
    return _n_true(pc.invert(pc.is_in(failed["trial_id"], plan.ids)))


def _by_status(table: pa.Table) -> dict[Status, int]:
    return {Status(status): count for status, count in _counted(table["status"]).items()}


def _reasons(table: pa.Table, status: Status) -> tuple[Given, ...]:
    """The reasons of the records with that status, the commonest code first."""
    asked = table.select(["code", "reason"]).filter(pc.equal(table["status"], status))
    return by_code(Counter(map(Reason, asked["code"].to_pylist(), asked["reason"].to_pylist())))


def _counted(column: pa.ChunkedArray) -> dict[str, int]:
    """How often each text occurs, in the order of first occurrence."""
    return {str(count["values"]): int(count["counts"]) for count in column.value_counts().to_pylist()}


def _n_true(mask: pa.Array | pa.ChunkedArray) -> int:
    return int(pc.sum(mask).as_py() or 0)
