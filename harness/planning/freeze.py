"""What `frozen.json` holds of a study.

Fresh data sets are spent by the first model that is fitted on them. So what they are to confirm is fixed, and committed,
before: the register, the code that answers it, every data set with its checksum, and the power that they have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hydra.core.config_loader import ConfigLoader
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from harness import places
from harness.building import instantiate
from harness.core import ConfigError, HarnessError
from harness.data import Dataset
from harness.planning.grids import apart, grids, plain
from harness.planning.levels import file_of, node_of
from harness.planning.order import CONFIRMATION, REPLICATION, STANDARD, n_recorded
from harness.report.freezing import FROZEN, WHOLE, carried, frozen, read_frozen
from harness.report.promised import earlier_values, promises
from harness.report.registers import claims_of
from harness.report.rounding import rounded
from harness.running import files
from harness.running.status import study_folders
from harness.running.store.specs import base_specs
from harness.running.store.stored import dataset_of


class Written(NamedTuple):
    """What freezing has written.

    Attributes:
        path: the file.
        digest: of all that is frozen.
        before: the digest that stood there; "" if there was none.
        is_late: whether records of a tier that decides on claims were there already.
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
        ConfigError: the study has no register, or no design for the standard tier; a fresh data set is in another tier, or one
            of the replication is not in the standard tier; or there are records and `again` is not given.
    """
    register = claims_of(study, own).register
    home = places.study_folder(results, STANDARD, study)
    levels = _levels(study, loader)
    found = {level: _dataset(study, level) for level in sorted({level for of in levels.values() for level in of})}
    sets = {tier: sorted(found[level].name for level in of) for tier, of in levels.items()}
    checksums = {one.name: one.checksum for one in sorted(found.values())}
    _check_sets(study, sets, checksums)
    there = [f"{n} of tier={tier}" for tier, n in n_recorded(study, results).items() if n]
    there += [f"{name} at tier={tier}" for tier, name in _spent(study, results, sets.get(CONFIRMATION, ()), checksums)]
    if there and not again:
        raise ConfigError(
            f"{study} has records already ({', '.join(there)}): a register is frozen before the first trial, and before any "
            f"model is fitted on a fresh set. With --again it is frozen all the same, and {FROZEN} says that it came after."
        )
    data = {name: [checksum] for name, checksum in checksums.items()}
    digests, before = frozen(study, data, own), read_frozen(home)
    content = {
        "study": study,
        "digests": digests,
        "late": bool(there),
        "level": {"alpha": register.alpha, "contrasts": register.n_contrasts, "interval": rounded(register.level)},
        "sets": sets,
        "data": data,
        "contrasts": promises(register, len(sets.get(CONFIRMATION, ())), earlier_values(register, home)),
    }
    files.write_json(home / FROZEN, content)
    return Written(home / FROZEN, digests[WHOLE], before.digests[WHOLE] if before else "", bool(there))


def _levels(study: str, loader: ConfigLoader) -> dict[str, set[str]]:
    """The levels of the data sets of each tier's design; of the tiers that there is a design for."""
    designed: Mapping[str, Any] = {}
    if study in loader.get_group_options("experiment"):
        [whole] = apart([f"experiment={study}"], loader)
        designed = plain(whole.config, "design", resolve=False) or {}
    if STANDARD not in designed:
        raise ConfigError(
            f"{study}: conf/experiment/{study}.yaml has no design.{STANDARD}, so that nothing says which data sets the claims "
            "are about; write it before the register is frozen."
        )
    found = {}
    for tier in (one for one in places.FROZEN_TIERS if one in designed):
        [asked] = apart([f"experiment={study}", f"tier={tier}"], loader)
        usual = str(asked.config.hydra.runtime.choices.get("dataset", ""))
        words = {word for grid in grids(asked, loader) for word in grid.get("dataset", [f"dataset={usual}"])}
        if not words:
            raise ConfigError(
                f"{study}: design.{tier} asks for no trials, so that there is nothing to be frozen of it."
            )
        found[tier] = {word.partition("=")[2] for word in words}
    return found


class _Stated(NamedTuple):
    """What a data set states of itself."""

    name: str
    checksum: str


def _dataset(study: str, level: str) -> _Stated:
    """The name and the checksum of a data set of the design; it is not read."""
    try:
        dataset = instantiate(OmegaConf.to_container(node_of(file_of("dataset", level)), resolve=True))
        assert isinstance(dataset, Dataset)
        return _Stated(dataset.name, dataset.fingerprint())
    except (HarnessError, OmegaConfBaseException) as error:
        raise ConfigError(
            f"{study}: dataset={level} of its design states nothing that could be frozen; give the set a dataset/<name>.yaml "
            "with its checksum."
        ) from error


def _spent(
    study: str, results: Path, fresh: Collection[str], checksums: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The fresh sets that records of other tiers are of, each behind its tier."""
    names = {checksums[name]: name for name in fresh}
    for folder in study_folders(results):
        if folder.path.name == study and folder.tier not in places.FROZEN_TIERS:
            met = {dataset_of(spec)[1] for spec in base_specs(folder.path).values()}
            yield from ((folder.tier, name) for checksum, name in names.items() if checksum in met)


def _check_sets(study: str, sets: Mapping[str, Sequence[str]], checksums: Mapping[str, str]) -> None:
    """Refuse sets that cannot be fresh, or cannot be replicated. A copy under another name is the same set."""
    in_use = {checksums[name]: name for tier in (STANDARD, REPLICATION) for name in sets.get(tier, ())}
    if shared := [name for name in sets.get(CONFIRMATION, ()) if checksums[name] in in_use]:
        copies = [f"{name} is a copy of {in_use[checksums[name]]}" for name in shared if name not in in_use.values()]
        how = f" ({'; '.join(copies)})" if copies else ""
        raise ConfigError(f"{study}: {', '.join(shared)} cannot be fresh: design.{STANDARD} uses them too{how}.")
    if other := sorted(set(sets.get(REPLICATION, ())) - set(sets[STANDARD])):
        raise ConfigError(
            f"{study}: {', '.join(other)} cannot be replicated: design.{REPLICATION} uses them, design.{STANDARD} does not."
        )


def digests_for(
    study: str, tier: str, results: Path, data: Mapping[str, Sequence[str]], own: Sequence[Path] = ()
) -> Mapping[str, str]:
    """The digests of the register that the plan of a sweep carries, by part; none if the study has no register."""
    kept = read_frozen(places.study_folder(results, STANDARD, study)) if tier in places.FROZEN_TIERS else None
    return carried(study, kept, data, own)
