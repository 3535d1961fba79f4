"""How the studies stand: what is recorded, what failed and why, what the newest sweep still wants. Reads only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from harness import places
from harness.core import HarnessError, Record, Status
from harness.running import store
from harness.running.execute import is_settled
from harness.running.store import Stored

_TRACES = ("parts", "sweeps", "trials.parquet")


@dataclass(frozen=True)
class Plan:
    """What a sweep was asked for.

    Attributes:
        trials: the ids of its trials.
        command: the words after `harness run`.
    """

    trials: frozenset[str]
    command: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """How one study stands at one tier.

    Attributes:
        study: the study's name.
        tier: the tier's name.
        counts: trials by status, those of an older protocol left out.
        reasons: of the failed and of the skipped trials, how many gave each reason.
        stale: trials measured under another protocol version than the present one.
        missing: trials of the newest sweep that it would run if it went on: they have no record, or one whose reason lies
            outside the trial (see `harness.running.execute.is_settled`). None if no sweep has left its plan.
        failed_of_newest: failed trials that the newest sweep wants.
        command: the newest sweep's words after `harness run`, which continue it; empty if there is no plan.
        torn: lines cut off by a crash and left out.
        duplicates: records superseded by another one of the same trial.
        newest: when something was last recorded; None for an empty store.
    """

    study: str
    tier: str
    counts: Mapping[Status, int]
    reasons: Mapping[Status, Mapping[str, int]]
    stale: int
    missing: int | None
    failed_of_newest: int
    command: tuple[str, ...]
    torn: int
    duplicates: int
    newest: datetime | None


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
    stored = store.read(folder.path)
    plan = _newest_plan(folder.path)
    return assess(stored, plan, study=folder.path.name, tier=folder.tier, newest=_newest(folder.path, stored))


def assess(stored: Stored, plan: Plan | None, *, study: str, tier: str, newest: datetime | None) -> Standing:
    """Compare what is stored with what was planned."""
    current = list(stored.current().records)
    wanted = plan.trials if plan else frozenset()
    settled = {record.trial_id for record in stored.records if is_settled(record, retry_failed=False)}
    return Standing(
        study=study,
        tier=tier,
        counts=Counter(record.status for record in current),
        reasons={status: _reasons(current, status) for status in (Status.FAILED, Status.SKIPPED)},
        stale=len(stored.records) - len(current),
        missing=None if plan is None else len(plan.trials - settled),
        failed_of_newest=sum(record.status is Status.FAILED and record.trial_id in wanted for record in current),
        command=() if plan is None else plan.command,
        torn=stored.torn,
        duplicates=stored.duplicates,
        newest=newest,
    )


def _reasons(records: list[Record], status: Status) -> dict[str, int]:
    """How many records of that status gave each reason, the commonest first."""
    return dict(Counter(record.reason for record in records if record.status is status).most_common())


def _newest_plan(folder: Path) -> Plan | None:
    plans = sorted((folder / "sweeps").glob("*.json"))  # named by nanoseconds
    if not plans:
        return None
    try:
        content = json.loads(plans[-1].read_bytes())
        return Plan(frozenset(content["trials"]), tuple(content["command"]))
    except (ValueError, TypeError, KeyError) as error:
        raise HarnessError(f"the plan {plans[-1]} is damaged; delete it and give its sweep's command again.") from error


def _newest(folder: Path, stored: Stored) -> datetime | None:
    """When a part was last written to; of a store that has only the compacted file, when its newest part was begun."""
    written = [datetime.fromtimestamp(part.stat().st_mtime, UTC) for part in (folder / "parts").glob("*.jsonl")]
    begun = [datetime.fromisoformat(header["started"]) for header in stored.headers.values()]
    return max([*written, *begun], default=None)
