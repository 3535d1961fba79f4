"""Which trials are to be run again: those of ids, or a random sample of those behind a number or of a whole study."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from harness import places
from harness.core import ConfigError
from harness.provenance import cores
from harness.provenance.trusting import refusal
from harness.recent import Recent
from harness.running import status, store
from harness.running.publishing import read_published
from harness.running.store.stored import Stored


def with_ids(prefixes: Sequence[str], results: Path, tier: str) -> dict[Path, list[str]]:
    """The trials whose ids begin so, by the folder that they are in.

    Args:
        prefixes: whole ids or their first digits.
        results: the folder of all results.
        tier: that is looked through; the published tiers come after it.

    Raises:
        ConfigError: no record, or several, have such an id.
    """
    folders = [folder.path for folder in status.study_folders(results) if folder.tier == tier]
    folders += [
        places.study_folder(results, other, path.name)
        for path in folders
        for other in places.PUBLISHED_TIERS
        if other != tier
    ]
    known = {
        folder: store.read(folder, ("trial_id",)).table["trial_id"].to_pylist()
        for folder in folders
        if store.exists(folder)
    }
    found: dict[Path, list[str]] = {}
    for prefix in prefixes:
        meant = [(folder, one) for folder, ids in known.items() for one in ids if one.startswith(prefix)]
        if len(meant) != 1:
            said = ", ".join(f"{one[:16]} of {folder.name}" for folder, one in meant[:4])
            what = (
                f"{len(meant)} records have an id that begins with {prefix}: {said}"
                if meant
                else f"no record has the id {prefix}"
            )
            raise ConfigError(f"{what}; `harness trace` prints ids, and {results} was looked through at tier={tier}.")
        [(folder, one)] = meant
        found.setdefault(folder, []).append(one)
    return found


def sampled(ids: Iterable[str], size: int, seed: int) -> list[str]:
    """So many of these, or all if there are no more, in random order; a smaller sample begins a larger one of the same seed."""
    known = sorted(ids)
    random.Random(seed).shuffle(known)
    return known[:size]


class Stratum(NamedTuple):
    """The records of a study on which tables rest: those of its published tiers too, and none that are stale.

    Attributes:
        study: its name.
        n_records: all of them.
        here: those that can be run again here, each with the folder that it is in.
        elsewhere: how many others there are, by why they cannot.
    """

    study: str
    n_records: int
    here: Mapping[str, Path]
    elsewhere: Mapping[str, int]


@dataclass(frozen=True)
class Sample:
    """A random sample of the records of each of some studies.

    A small study would hardly be in a sample of all records together, and a bound on all would say nothing of it.

    Attributes:
        strata: one for each study.
        cores: of the processor, on which records were measured that can be run again.
        trusted: what of a user's own may be built.
        seed: of the draw.
        ids: of each study in the order drawn: a smaller sample of the same seed begins a larger one.
    """

    strata: Sequence[Stratum]
    cores: tuple[str, ...]
    trusted: tuple[str, ...]
    seed: int
    ids: Sequence[str] = ()

    @property
    def by_folder(self) -> dict[Path, list[str]]:
        """The ids by the folder that they are in."""
        folder_of = {one: folder for stratum in self.strata for one, folder in stratum.here.items()}
        found: dict[Path, list[str]] = {}
        for one in self.ids:
            found.setdefault(folder_of[one], []).append(one)
        return found

    def of_size(self, size: int) -> Sample:
        """So many records, of each study as many as of any other, or all if there are no more."""
        sizes, left = dict.fromkeys((stratum.study for stratum in self.strata), 0), size
        while left and (some := [one.study for one in self.strata if sizes[one.study] < len(one.here)]):
            for study in some[:left]:
                sizes[study] += 1
            left -= len(some[:left])
        return self.of_sizes(sizes)

    def of_sizes(self, sizes: Mapping[str, int]) -> Sample:
        """So many records of each study; of one that is not named, none."""
        drawn = (sampled(one.here, sizes.get(one.study, 0), self.seed) for one in self.strata)
        return replace(self, ids=[each for some in drawn for each in some])


def of_studies(
    folders: Sequence[Path], seed: int, trusted: Collection[str] = (), only: Collection[str] | None = None
) -> Sample:
    """An empty sample of the records in these folders, from which `of_size` draws.

    Args:
        folders: of studies; those of the standard tier bring those of its published tiers along.
        seed: of the draw.
        trusted: what of a user's own may be built (`refuse_strangers`).
        only: cores, as a certificate names them; those that this processor can run unless given.
    """
    found, known = [], set[str]()
    for folder in folders:
        here, elsewhere = dict[str, Path](), Counter[str]()
        for one in (folder, *places.published_folders(folder)):
            if store.exists(one):
                read = store.read if one == folder else read_published
                stored = read(one, ("trial_id", "spec", "header")).current()
                core_of = {key: cores.of_header(header) for key, header in stored.headers.items()}
                for ids, core, why in _by_why(stored, core_of, trusted, only):
                    if why:
                        elsewhere[why] += len(ids)
                    else:
                        here |= dict.fromkeys(ids, one)
                        known.add(core)
        found.append(Stratum(folder.name, len(here) + elsewhere.total(), here, dict(elsewhere)))
    return Sample(found, tuple(sorted(known)), tuple(trusted), seed)


def _by_why(
    stored: Stored, core_of: Mapping[str, str], trusted: Collection[str], only: Collection[str] | None
) -> Iterator[tuple[list[str], str, str]]:
    """The ids of trials, the core that they were measured on, and why they cannot be run here; "" if they can."""
    refusals = Recent[str, str](lambda spec: refusal(stored.specs[spec], trusted), size=1 << 16)
    for header, core in core_of.items():
        table = stored.table.filter(pc.equal(stored.table["header"], header))
        if not len(table):
            continue
        if not core or not (cores.can_run(core) if only is None else core in only):
            yield table["trial_id"].to_pylist(), core, f"core {core or 'unknown'}"
            continue
        whys = pa.array([refusals(spec) for spec in table["spec"].to_pylist()], pa.string())
        for why in whys.unique().to_pylist():
            yield table["trial_id"].filter(pc.equal(whys, why)).to_pylist(), core, why


def records_with(folder: Path, ids: Sequence[str]) -> Stored:
    """The records of these trials with all columns."""
    return store.read_trial(folder, ids[0]) if len(ids) == 1 else store.read(folder).only(ids)
