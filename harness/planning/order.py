"""The order of the tiers that decide on claims, and the data sets that each of them may use.

Fresh data sets are spent by the first model that is fitted on them. So the tier that confirms has them for itself: it comes
last, under the register that was frozen, and nothing that serves the same claims meets its sets before.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from harness import places
from harness.building import locate
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
from harness.running.store.stored import dataset_of

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
        is_whole: whether it is all that the design of the tier asks for.
        trials: what is planned; none before that.
    """

    study: str
    tier: str
    results: Path
    own: Sequence[Path] = ()
    target: str = ""
    designed: Collection[str] = ()
    is_whole: bool = False
    trials: Sequence[PlannedTrial] = ()

    @property
    def data(self) -> Mapping[str, Sequence[str]]:
        """The checksums of the data sets by name; none before trials are planned."""
        return plans.versions_of(self.trials).data

    def kept(self, study: str) -> Frozen | None:
        """What is frozen of a study."""
        return read_frozen(places.study_folder(self.results, STANDARD, study))

    @property
    def has_a_name(self) -> bool:
        """Whether the study is one whose tiers decide on claims: it has a register or came along."""
        return self.study in with_registers(self.own) or (places.shipped("experiments") / self.study).is_dir()

    def command(self, words: str) -> str:
        """A command in words that can be typed: in the same folder of results, with the same folders of a user."""
        elsewhere = "" if self.results == Path("results") else f" results={self.results}"
        return f"harness {words}{elsewhere}{''.join(f' --config-dir {folder}' for folder in self.own)}"


def check_before(intent: Intent) -> tuple[str, ...]:
    """Whether a tier may be run now, before its trials are planned, which may take a while.

    Returns:
        What is to be said of it, in sentences; nothing if all is in order.

    Raises:
        ConfigError: fresh data sets would be spent before the register is frozen, or after it has changed, or before the tiers
            that come first.
    """
    if not _decides(intent):
        return ()
    claims = _claims(intent)
    list(_registers(intent, claims))
    return tuple(_earlier(intent, claims))


def check_planned(intent: Intent) -> tuple[str, ...]:
    """Whether these trials may be run at their tier.

    Returns:
        What is to be said of the registers, in sentences; nothing if all is in order.

    Raises:
        ConfigError: a register has other data; fresh data sets would be spent by something else than the tier that confirms, or
            be left out of it; or a tier would repeat trials of an earlier one.
    """
    said = tuple(_registers(intent, _claims(intent))) if _decides(intent) else ()
    _check_sets(intent)
    _check_new(intent)
    return (*said, *_left_out(intent))


def _decides(intent: Intent) -> bool:
    return intent.tier == CONFIRMATION or (intent.tier in places.FROZEN_TIERS and intent.has_a_name)


def _claims(intent: Intent) -> list[str]:
    """The studies on whose claims this run decides.

    These are the study itself; those that a shipped study without a register serves, as the calibration does; and for a name
    that somebody gave (study=mine) those of the study that has such trials.
    """
    if intent.study in with_registers(intent.own):
        return [intent.study]
    return _served(intent, [intent.study] if intent.has_a_name else _with_trials_of(intent))


def _served(intent: Intent, studies: Sequence[str]) -> list[str]:
    """The shipped studies with a register that these are, or serve: those that are confirmed, at the tiers that they have."""
    shipped = with_registers()
    if all(study in shipped for study in studies):
        return list(studies)
    asked = {intent.tier, CONFIRMATION} if intent.tier in places.FROZEN_TIERS else {CONFIRMATION}
    return [study for study in shipped if asked <= _designed(study)]


def _with_trials_of(intent: Intent) -> list[str]:
    """The shipped studies that have trials of that class, or of one that it is derived from."""
    asked, found = _class(intent.target), []
    for path in sorted((places.shipped("conf") / "trial").glob("*.yaml")):
        content = read_mapping(path)
        own = _class(content.get("trial", {}).get("_target_", ""))
        if asked is not None and own is not None and issubclass(asked, own):
            found.append(str(content["study"]))
    return found


def _class(target: str) -> type | None:
    """The class of that name; None if it is none that can be found, which its trials say themselves."""
    with contextlib.suppress(ConfigError, ModuleNotFoundError):
        found = locate(target)
        return found if isinstance(found, type) else None
    return None


def _keepers(intent: Intent) -> list[str]:
    """The studies whose fresh data sets this run can spend.

    Beside those on whose claims it decides: whatever is frozen under the name of the study, shipped studies that have such
    trials, and for a name without a register those of the user's own.
    """
    own = (
        [study for study in with_registers(intent.own) if study not in with_registers()]
        if not intent.has_a_name
        else []
    )
    others = [intent.study, *_served(intent, _with_trials_of(intent)), *own]
    return list(dict.fromkeys([*_claims(intent), *others]))


def _designed(study: str) -> set[str]:
    """The tiers that a study has a design for."""
    return set(read_mapping(file_of("experiment", study)).get("design") or {})


# ---- registers ------------------------------------------------------------------------------------------------------


def _registers(intent: Intent, claims: Iterable[str]) -> Iterator[str]:
    """What is to be said, or refused, of the registers of these studies."""
    for study in claims:
        kept = intent.kept(study)
        changed = [] if kept is None else _changed(intent, study, kept)
        if kept is not None and not changed:
            continue
        sentence = f"The register of {study} is not frozen: there is no {FROZEN}"
        if kept is not None:
            parts = " and ".join(changed)
            sentence = f"The register of {study} was frozen as {kept.digests[WHOLE][:SHORT]}, and has other {parts} now"
        if intent.tier == CONFIRMATION and changed != ["code"]:
            again = " --again" if any(n_recorded(study, intent.results).values()) else ""
            raise ConfigError(
                f"{sentence}. Fresh data sets are spent by the first model that is fitted on them, so that nothing is run at "
                f"tier={CONFIRMATION} before: {intent.command(f'claims --freeze study={study}{again}')}"
            )
        yield f"{sentence}." if kept is not None else f"{sentence}, and its claims will say so."


def _changed(intent: Intent, study: str, kept: Frozen) -> list[str]:
    """The parts of a register that are other than they were frozen."""
    data = intent.data
    used = data if study == intent.study else {name: sums for name, sums in data.items() if name in kept.data}
    now = carried(study, kept, used, intent.own)
    return [part for part in now if part != WHOLE and now[part] != kept.digests.get(part)]


def n_recorded(study: str, results: Path) -> dict[str, int]:
    """The number of records of a study by tier, stale ones too, of the tiers that decide on claims."""
    folders = {tier: places.study_folder(results, tier, study) for tier in places.FROZEN_TIERS}
    return {tier: len(store.read(folder, ("trial_id",))) for tier, folder in folders.items()}


# ---- tiers that come first ------------------------------------------------------------------------------------------


def _earlier(intent: Intent, claims: Sequence[str]) -> Iterator[str]:
    """What is to be said, or refused, if the tiers that come first are not complete."""
    first = places.FROZEN_TIERS[: places.FROZEN_TIERS.index(intent.tier)]
    for study in [intent.study] if intent.has_a_name else claims:
        kept = intent.kept(study)
        known = {*intent.designed, *(kept.sets if kept else ())}  # a trial that is asked for alone comes with no design
        for tier in (one for one in first if one in known and not is_complete(study, one, intent.results)):
            sentence = f"{study} is not complete at tier={tier}, which comes before tier={intent.tier}"
            if intent.tier == CONFIRMATION:
                raise ConfigError(f"{sentence}; first {intent.command(f'run -m experiment={study} tier={tier}')}")
            yield f"{sentence}."


def is_complete(study: str, tier: str, results: Path) -> bool:
    """Whether everything that the design of a tier asks for is recorded. Where no plan is kept, nobody knows that it is."""
    folder = places.study_folder(results, tier, study)
    standing, published = look(StudyFolder(tier, folder)), places.published(folder)
    if published is not None and published.exists():  # which is written when a whole tier is
        return bool(standing.counts.get(Status.OK)) and standing.missing == 0
    # what a part of a design asked for is no whole tier, nor what another experiment did
    named = [word.partition("=")[2].split(",") for word in standing.command if word.startswith("experiment=")]
    is_whole = published is None and any(study in names for names in named) and asks_for_all(standing.command)
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


def _check_sets(intent: Intent) -> None:
    """Raise `ConfigError` if a fresh data set would be spent, or one that is none were to confirm."""
    claims = _claims(intent) if _decides(intent) else []
    kept = {study: found for study in _keepers(intent) if (found := intent.kept(study)) is not None}
    if intent.tier == CONFIRMATION:
        _check_fresh(intent, [kept[study] for study in claims if study in kept])
        return
    for study, found in kept.items():
        spent = _Sets.of([found], [CONFIRMATION]).of_these(intent.data)
        if spent and (study in claims or not is_complete(study, CONFIRMATION, intent.results)):
            way = f", or first {intent.command(f'run -m experiment={study} tier={CONFIRMATION}')}"
            raise ConfigError(
                f"{', '.join(spent)}: kept fresh for tier={CONFIRMATION} of {study}, and spent by the first model that is "
                f"fitted on it; choose another data set{'.' if study in claims else way}"
            )


def _check_fresh(intent: Intent, kept: Sequence[Frozen]) -> None:
    """Raise `ConfigError` if a data set is to confirm that none of these studies has kept fresh."""
    fresh = _Sets.of(kept, [CONFIRMATION])
    named = set(fresh.of_these(intent.data))
    if kept and (others := [name for name in intent.data if name not in named]):
        studies = " or ".join(one.study for one in kept)
        raise ConfigError(
            f"{', '.join(others)}: no fresh data set of {studies}, and those alone can confirm; {FROZEN} names "
            f"{', '.join(sorted(fresh.names)) or 'none'}."
        )


def _left_out(intent: Intent) -> Iterator[str]:
    """What is to be said, or refused, if a whole tier lacks data sets that were frozen for it."""
    kept = intent.kept(intent.study) if intent.is_whole and intent.tier in places.FROZEN_TIERS else None
    names = {dataset_of(trial.spec)[0] for trial in intent.trials}
    if kept is None or not (lacking := [name for name in kept.sets.get(intent.tier, ()) if name not in names]):
        return
    sentence = f"design.{intent.tier} of {intent.study} lacks {', '.join(lacking)}, which {FROZEN} names"
    if intent.tier == CONFIRMATION:
        raise ConfigError(f"{sentence}; put back what was frozen.")
    yield f"{sentence}."


def _check_new(intent: Intent) -> None:
    """Raise `ConfigError` if a tier that replicates or confirms would repeat trials of an earlier one."""
    if intent.tier not in places.PUBLISHED_TIERS:
        return
    planned = pa.array([trial.trial_id for trial in intent.trials], pa.string())
    for tier in places.FROZEN_TIERS[: places.FROZEN_TIERS.index(intent.tier)]:
        earlier = store.read(places.study_folder(intent.results, tier, intent.study), ("trial_id",))
        if n_known := earlier.n_of(planned):
            raise ConfigError(
                f"{n_known:,} of {len(planned):,} trials of {intent.study} at tier={intent.tier} are trials of tier={tier}, "
                f"which repeated would say nothing new: give design.{intent.tier} other seeds or data sets."
            )
