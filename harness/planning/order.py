"""The order of the tiers that decide on claims, and the data sets that each of them may use.

Fresh data sets are spent by the first model that is fitted on them. So the tier that confirms has them for itself: it comes
last, under the register that was frozen, and nothing that serves the same claims meets its sets before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from harness import places
from harness.core import ConfigError, Status
from harness.planning.grids import asks_for_all
from harness.planning.levels import file_of
from harness.planning.yaml_files import read_mapping
from harness.report.freezing import FROZEN, SHORT, WHOLE, Frozen, carried, read_frozen
from harness.report.registers import with_registers
from harness.running import store
from harness.running.identity import PlannedTrial
from harness.running.status import StudyFolder, look
from harness.running.store import plans

STANDARD, REPLICATION, CONFIRMATION = places.STANDARD_TIER, places.REPLICATION_TIER, places.CONFIRMATION_TIER


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What somebody wants to run.

    Attributes:
        study: its name.
        tier: the tier's name.
        results: the folder of all results.
        own: a user's folders.
        target: the class of the trials, as their `_target_` names it.
        designed: the tiers that the study has a design for, beside those of the frozen ones.
        trials: what is planned; None before that.
    """

    study: str
    tier: str
    results: Path
    own: Sequence[Path] = ()
    target: str = ""
    designed: Collection[str] = ()
    trials: Sequence[PlannedTrial] | None = None

    @property
    def data(self) -> Mapping[str, Sequence[str]]:
        """The checksums of the data sets by name; none before trials are planned."""
        return plans.versions_of(self.trials or ()).data

    def kept(self, study: str) -> Frozen | None:
        """What is frozen of a study."""
        return read_frozen(places.study_folder(self.results, STANDARD, study))


def check_order(intent: Intent) -> tuple[str, ...]:
    """Whether a tier may be run now, on these data sets.

    Returns:
        What is to be said of it, in sentences; nothing if all is in order.

    Raises:
        ConfigError: fresh data sets would be spent before the register is frozen, or after it has changed, or before the tiers
            that come first, or by something else than the tier that confirms; or a tier would repeat trials of an earlier one.
    """
    served = _served(intent)
    said: tuple[str, ...] = ()
    if intent.tier == CONFIRMATION or (intent.tier in places.FROZEN_TIERS and _has_a_name(intent)):
        said = (*_registers(intent, served), *_earlier(intent, served))
    if intent.trials is not None:
        _check_sets(intent, {study: kept for study in served if (kept := intent.kept(study)) is not None})
        _check_new(intent)
    return said


def _has_a_name(intent: Intent) -> bool:
    """Whether the study is one whose tiers decide on claims: it has a register or came along."""
    return intent.study in with_registers(intent.own) or (places.shipped("experiments") / intent.study).is_dir()


def _served(intent: Intent) -> list[str]:
    """The studies on whose claims this run decides, or whose data sets it can spend.

    These are the study itself; those that a shipped study without a register serves, as the calibration does; and for a name
    that somebody gave (study=mine) those of the study that has such trials.
    """
    if intent.study in with_registers(intent.own):
        return [intent.study]
    names = [intent.study] if _has_a_name(intent) else _with_trials_of(intent)
    shipped = with_registers()
    if any(name not in shipped for name in names):
        return [name for name in shipped if intent.tier not in places.FROZEN_TIERS or intent.tier in _designed(name)]
    return names


def _with_trials_of(intent: Intent) -> list[str]:
    """The shipped studies whose trials are of that class."""
    files = sorted((places.shipped("conf") / "trial").glob("*.yaml"))
    found = [read_mapping(path) for path in files]
    return [str(one["study"]) for one in found if one.get("trial", {}).get("_target_") == intent.target]


def _designed(study: str) -> set[str]:
    """The tiers that a study has a design for."""
    return set(read_mapping(file_of("experiment", study)).get("design") or {})


# ---- registers ------------------------------------------------------------------------------------------------------


class _Trouble(NamedTuple):
    sentence: str
    is_code_alone: bool = False


def _registers(intent: Intent, served: Iterable[str]) -> Iterator[str]:
    """What is to be said, or refused, of the registers that are served."""
    for study in served:
        trouble = _trouble(intent, study)
        if trouble and intent.tier == CONFIRMATION and not trouble.is_code_alone:
            raise ConfigError(
                f"{trouble.sentence} Fresh data sets are spent by the first model that is fitted on them, so that nothing "
                f"is run at tier={CONFIRMATION} before: harness claims --freeze study={study}{_again(intent, study)}"
            )
        if trouble:
            yield trouble.sentence


def _again(intent: Intent, study: str) -> str:
    """The flag that freezing needs where records are; the file then says that it came after them."""
    return " --again" if any(n_recorded(study, intent.results).values()) else ""


def n_recorded(study: str, results: Path) -> dict[str, int]:
    """The number of records of a study by tier, of the tiers that decide on claims."""
    folders = {tier: places.study_folder(results, tier, study) for tier in places.FROZEN_TIERS}
    return {tier: sum(look(StudyFolder(tier, folder)).counts.values()) for tier, folder in folders.items()}


def _trouble(intent: Intent, study: str) -> _Trouble | None:
    """What is wrong with what is frozen of a study, if anything is."""
    kept = intent.kept(study)
    if kept is None:
        return _Trouble(f"The register of {study} is not frozen: there is no {FROZEN}, and its claims will say so.")
    data = intent.data
    used = data if study == intent.study else {name: sums for name, sums in data.items() if name in kept.data}
    now = carried(study, kept, used, intent.own)
    changed = [part for part in now if part != WHOLE and now[part] != kept.digests.get(part)]
    if not changed:
        return None
    parts, short = " and ".join(changed), kept.digests[WHOLE][:SHORT]
    sentence = f"The register of {study} was frozen as {short}, and has other {parts} now."
    return _Trouble(sentence, changed == ["code"])


# ---- tiers that come first ------------------------------------------------------------------------------------------


def _earlier(intent: Intent, served: Sequence[str]) -> Iterator[str]:
    """What is to be said, or refused, if the tiers that come first are not complete."""
    first = places.FROZEN_TIERS[: places.FROZEN_TIERS.index(intent.tier)]
    for study in [intent.study] if _has_a_name(intent) else served:
        kept = intent.kept(study)
        known = {*intent.designed, *(kept.sets if kept else ())}  # a trial that is asked for alone comes with no design
        for tier in (one for one in first if one in known and not is_complete(study, one, intent.results)):
            sentence = f"{study} is not complete at tier={tier}, which comes before tier={intent.tier}"
            if intent.tier == CONFIRMATION:
                raise ConfigError(f"{sentence}; first harness run -m experiment={study} tier={tier}")
            yield f"{sentence}."


def is_complete(study: str, tier: str, results: Path) -> bool:
    """Whether everything that the design of a tier asks for is recorded. Where no plan is kept, nobody knows that it is."""
    folder = places.study_folder(results, tier, study)
    standing, published = look(StudyFolder(tier, folder)), places.published(folder)
    if published is not None and published.exists():  # which is written when a whole tier is
        return bool(standing.counts.get(Status.OK)) and standing.missing == 0
    # what a part of a design asked for is no whole tier
    is_whole = published is None and bool(standing.command) and asks_for_all(standing.command)
    return is_whole and bool(standing.counts.get(Status.OK)) and standing.missing == 0


# ---- data sets and trials -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sets:
    """Data sets by name and by content, since a copy under another name is the same set."""

    names: frozenset[str]
    checksums: frozenset[str]

    @classmethod
    def of(cls, every: Iterable[Frozen], tiers: Collection[str]) -> _Sets:
        """The sets of some tiers of what is frozen."""
        found = [(kept, name) for kept in every for tier in tiers for name in kept.sets.get(tier, ())]
        checksums = (checksum for kept, name in found for checksum in kept.data.get(name, ()))
        return cls(frozenset(name for _, name in found), frozenset(checksums))

    def of_these(self, data: Mapping[str, Sequence[str]]) -> list[str]:
        """The names of the data sets that are among them."""
        return [name for name, sums in data.items() if name in self.names or self.checksums.intersection(sums)]


def _check_sets(intent: Intent, kept: Mapping[str, Frozen]) -> None:
    """Raise `ConfigError` if a fresh data set would be spent, or one that is none were to confirm."""
    fresh = _Sets.of(kept.values(), [CONFIRMATION])
    if intent.tier == CONFIRMATION:
        named = set(fresh.of_these(intent.data))
        if kept and (others := [name for name in intent.data if name not in named]):
            raise ConfigError(
                f"{', '.join(others)}: no fresh data set of {' or '.join(kept)}, and those alone can confirm; {FROZEN} names "
                f"{', '.join(sorted(fresh.names)) or 'none'}."
            )
        return
    in_use = set(_Sets.of(kept.values(), [STANDARD, REPLICATION]).of_these(intent.data))
    decides = intent.tier in places.FROZEN_TIERS and _has_a_name(intent)
    for study, of_study in kept.items():
        spent = [name for name in _Sets.of([of_study], [CONFIRMATION]).of_these(intent.data) if name not in in_use]
        if spent and (decides or not is_complete(study, CONFIRMATION, intent.results)):
            before = "" if decides else f", or first harness run -m experiment={study} tier={CONFIRMATION}"
            raise ConfigError(
                f"{', '.join(spent)}: kept fresh for tier={CONFIRMATION} of {study}, and spent by the first model that is "
                f"fitted on it; choose another data set{before}."
            )


def _check_new(intent: Intent) -> None:
    """Raise `ConfigError` if a tier that replicates or confirms would repeat trials of an earlier one."""
    if intent.tier not in places.PUBLISHED_TIERS or intent.trials is None:
        return
    planned = pa.array([trial.trial_id for trial in intent.trials], pa.string())
    for tier in places.FROZEN_TIERS[: places.FROZEN_TIERS.index(intent.tier)]:
        known = store.read(places.study_folder(intent.results, tier, intent.study), ("trial_id",)).table["trial_id"]
        if n_known := pc.sum(pc.is_in(planned, value_set=known)).as_py():
            raise ConfigError(
                f"{n_known:,} of {len(planned):,} trials of {intent.study} at tier={intent.tier} are trials of tier={tier}, "
                f"which repeated would say nothing new: give design.{intent.tier} other seeds or data sets."
            )
