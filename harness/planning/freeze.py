"""What `frozen.json` holds of a study, and the order in which the tiers that decide on its claims are run.

Fresh data sets are spent by the first model that is fitted on them. So what they are to confirm is fixed, and committed,
before: the register, the code that answers it, every data set with its checksum, and the power that they have.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hydra.core.config_loader import ConfigLoader
from omegaconf import OmegaConf

from harness import places
from harness.building import instantiate
from harness.core import ConfigError, Status
from harness.data import Dataset
from harness.planning.grids import apart, asks_for_all, grids, plain
from harness.planning.levels import file_of, node_of
from harness.planning.yaml_files import read_mapping
from harness.report.freezing import FROZEN, SHORT, WHOLE, carried, frozen, read_frozen
from harness.report.promised import earlier_values, promises
from harness.report.registers import claims_of, with_registers
from harness.report.rounding import rounded
from harness.running import files
from harness.running.status import StudyFolder, look

NO_DATA: Mapping[str, Sequence[str]] = {}
STANDARD, REPLICATION, CONFIRMATION = places.FROZEN_TIERS


class Written(NamedTuple):
    """What freezing has written.

    Attributes:
        path: the file.
        digest: of all that is frozen.
        before: the digest that stood there; "" if there was none.
        is_late: whether records of the standard tier were there already.
    """

    path: Path
    digest: str
    before: str
    is_late: bool


def write_frozen(
    study: str, results: Path, loader: ConfigLoader, own: Sequence[Path] = (), *, again: bool = False
) -> Written:
    """Freeze the register of a study: write `frozen.json` into its folder of the standard tier, to be committed.

    No model is fitted, and of data sets only what they state is read. The file holds no date: equal content has equal bytes.

    Args:
        study: its name.
        results: the folder of all results. The `register.json` of an earlier report there gives the spread for the power.
        loader: Hydra's.
        own: a user's folders.
        again: whether records that are there already are no hindrance; the file then says that it is late.

    Raises:
        ConfigError: the study has no register or a design makes no sense; a fresh data set is in another tier, or one of the
            replication is not in the standard tier; or there are records of the standard tier and `again` is not given.
    """
    register = claims_of(study, own).register
    home = places.study_folder(results, STANDARD, study)
    n_there = sum(look(StudyFolder(STANDARD, home)).counts.values())
    if n_there and not again:
        raise ConfigError(
            f"{study} has {n_there} records of the tier {STANDARD} already: a register is frozen before the first trial. With "
            f"--again it is frozen all the same, and {FROZEN} says that it came after them."
        )
    sets = _sets(study, loader)
    _check_sets(study, sets)
    data = {name: [checksum] for name, checksum in _checksums({name for of in sets.values() for name in of}).items()}
    digests, before = frozen(study, data, own), read_frozen(home)
    content = {
        "study": study,
        "digests": digests,
        "late": bool(n_there),
        "level": {"alpha": register.alpha, "contrasts": register.n_contrasts, "interval": rounded(register.level)},
        "sets": sets,
        "data": data,
        "contrasts": promises(register, len(sets.get(CONFIRMATION, ())), earlier_values(register, home)),
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    files.write_atomically(home / FROZEN, text.encode())
    return Written(home / FROZEN, digests[WHOLE], before.digests[WHOLE] if before else "", bool(n_there))


def _sets(study: str, loader: ConfigLoader) -> dict[str, list[str]]:
    """The names of data sets of each tier's design; of the tiers that there is a design for."""
    if study not in loader.get_group_options("experiment"):
        return {}
    [whole] = apart([f"experiment={study}"], loader)
    designed = plain(whole.config, "design", resolve=False) or {}
    found = {}
    for tier in (one for one in places.FROZEN_TIERS if one in designed):
        [asked] = apart([f"experiment={study}", f"tier={tier}"], loader)
        usual = str(asked.config.hydra.runtime.choices.get("dataset", ""))
        words = {word for grid in grids(asked, loader) for word in grid.get("dataset", [f"dataset={usual}"])}
        found[tier] = sorted(word.partition("=")[2] for word in words)
    return found


def _check_sets(study: str, sets: Mapping[str, Sequence[str]]) -> None:
    standard, fresh = set(sets.get(STANDARD, ())), set(sets.get(CONFIRMATION, ()))
    if shared := sorted(fresh & standard):
        raise ConfigError(f"{study}: {', '.join(shared)} cannot be fresh: design.{STANDARD} uses them too.")
    if other := sorted(set(sets.get(REPLICATION, ())) - standard):
        raise ConfigError(
            f"{study}: {', '.join(other)} cannot be replicated: design.{REPLICATION} uses them, design.{STANDARD} does not."
        )


def _checksums(names: set[str]) -> dict[str, str]:
    found = {}
    for name in sorted(names):
        dataset = instantiate(OmegaConf.to_container(node_of(file_of("dataset", name)), resolve=True))
        assert isinstance(dataset, Dataset)
        found[dataset.name] = dataset.fingerprint()
    return dict(sorted(found.items()))


def digests_for(
    study: str, tier: str, results: Path, data: Mapping[str, Sequence[str]], own: Sequence[Path] = ()
) -> Mapping[str, str]:
    """The digests of the register that the plan of a sweep carries, by part; none if the study has no register."""
    kept = read_frozen(places.study_folder(results, STANDARD, study)) if tier in places.FROZEN_TIERS else None
    return carried(study, kept, data, own)


def check_order(
    study: str,
    tier: str,
    results: Path,
    own: Sequence[Path] = (),
    *,
    designed: Collection[str] = (),
    data: Mapping[str, Sequence[str]] = NO_DATA,
) -> tuple[str, ...]:
    """Whether a tier may be run now.

    Args:
        study: its name. A shipped study without a register, such as the calibration, serves those that have one.
        tier: which tier.
        results: the folder of all results.
        own: a user's folders.
        designed: the tiers that the study has a design for, beside those of the frozen ones.
        data: checksums of the sweep's data sets by name, if they are known.

    Returns:
        What is to be said of it, in sentences; nothing if all is in order.

    Raises:
        ConfigError: the fresh data sets of the confirmation would be spent before the register is frozen, or after it has
            changed, or before the tiers that come first.
    """
    if tier not in places.FROZEN_TIERS:
        return ()
    said: list[str] = []
    for name in _served(study, tier, own):
        if trouble := _trouble(name, results, own, data, is_own=name == study):
            if tier == CONFIRMATION and not trouble.is_code_alone:
                raise ConfigError(
                    f"{trouble.sentence} Fresh data sets are spent by the first model that is fitted on them, so that nothing "
                    f"is run at tier={CONFIRMATION} before: harness claims --freeze study={name}"
                )
            said.append(trouble.sentence)
    kept = read_frozen(places.study_folder(results, STANDARD, study))
    known = {*designed, *(kept.sets if kept else ())}  # a trial that is asked for alone comes with no design
    first = places.FROZEN_TIERS[: places.FROZEN_TIERS.index(tier)]
    return (*said, *_before(study, tier, results, [one for one in first if one in known]))


def _served(study: str, tier: str, own: Sequence[Path]) -> list[str]:
    """The studies on whose claims a run at this tier decides."""
    known = with_registers(own)
    if study in known:
        return [study]
    is_shipped = (places.shipped("experiments") / study).is_dir()
    return [name for name in with_registers() if tier in _designed(name)] if is_shipped else []


def _designed(study: str) -> set[str]:
    """The tiers that a study has a design for."""
    return set(read_mapping(file_of("experiment", study)).get("design") or {})


class _Trouble(NamedTuple):
    sentence: str
    is_code_alone: bool = False


def _trouble(
    study: str, results: Path, own: Sequence[Path], data: Mapping[str, Sequence[str]], *, is_own: bool
) -> _Trouble | None:
    """What is wrong with what is frozen of a study, if anything is."""
    kept = read_frozen(places.study_folder(results, STANDARD, study))
    if kept is None:
        return _Trouble(f"The register of {study} is not frozen: there is no {FROZEN}, and its claims will say so.")
    used = data if is_own else {name: sums for name, sums in data.items() if name in kept.data}
    now = carried(study, kept, used, own)
    changed = [part for part in now if part != WHOLE and now[part] != kept.digests.get(part)]
    if not changed:
        return None
    parts, short = " and ".join(changed), kept.digests[WHOLE][:SHORT]
    sentence = f"The register of {study} was frozen as {short}, and has other {parts} now."
    return _Trouble(sentence, changed == ["code"])


def _before(study: str, tier: str, results: Path, first: Sequence[str]) -> tuple[str, ...]:
    """What is to be said, or refused, if the tiers that come first are not complete."""
    said = []
    for earlier in first:
        folder = places.study_folder(results, earlier, study)
        standing, published = look(StudyFolder(earlier, folder)), places.published(folder)
        # what a part of a design asked for is no whole tier
        is_whole = asks_for_all(standing.command) if published is None else published.exists()
        if standing.counts.get(Status.OK) and not standing.missing and is_whole:
            continue
        sentence = f"{study} is not complete at tier={earlier}, which comes before tier={tier}"
        if tier == CONFIRMATION:
            raise ConfigError(f"{sentence}; first harness run -m experiment={study} tier={earlier}")
        said.append(f"{sentence}.")
    return tuple(said)
