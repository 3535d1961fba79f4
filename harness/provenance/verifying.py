"""What can be checked of a folder of results, and what each check proves.

None of these runs a trial or builds what a record names: a folder of somebody else is read and nothing more.
"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from harness import places
from harness.building import build
from harness.core import ConfigError, DataTable, HarnessError, Ints, Record, Status
from harness.data.splits import folds
from harness.provenance import manifest
from harness.provenance.checking import Check, Faults, checked
from harness.provenance.digests import differing, digests_of, root_of
from harness.provenance.manifest import Manifest
from harness.provenance.remaking import made_anew
from harness.provenance.sampling import of_studies
from harness.provenance.trusting import refuse_strangers
from harness.randomness import stream_integer
from harness.running import predicted_labels, store
from harness.running.publishing import read_published
from harness.running.rebuilding import NULLS_IN_SPECS, rebuilt_all
from harness.running.store.compacted import NAME as TRIALS
from harness.running.store.earlier import LABELS
from harness.running.store.stored import Stored

PRINTED = 32
"""Digits of a root as the paper prints it, enough to tell any two apart."""

ALWAYS = ("digests", "history", "ids", "labels")
"""The checks of each study; that of the root is of all."""

SHOWN = 5
"""Faults of a check that are told; the others are counted."""


def verify(
    folders: Sequence[Path],
    *,
    tables: bool = False,
    figures: bool = False,
    root: str = "",
    found: dict[str, Manifest] | None = None,
    own: Sequence[Path] = (),
    trusted: Collection[str] = (),
) -> Iterator[Check]:
    """Check the folders of studies.

    Args:
        folders: of the standard tier, whose published tiers are taken along, or of any other.
        tables: make the tables anew, and compare them with the files.
        figures: draw the figures anew as well.
        root: of all studies, as it stands in a paper or a certificate; "" if none is given.
        found: gets what each study holds now, by its name.
        own: a user's folders, whose studies make tables of their records.
        trusted: what of a user's own may be built (`refuse_strangers`).
    """
    manifests = {} if found is None else found
    for folder in folders:
        checks: dict[str, Callable[[], Faults]] = {
            "digests": partial(_digests, folder, manifests),
            "history": partial(_history, folder),
            "ids": partial(_ids, folder, trusted),
            "labels": partial(_labels, folder, trusted),
        }
        for name, check in checks.items():
            yield checked(name, folder.name, check)
    if tables or figures:
        yield from made_anew(folders, own, figures=figures)
    yield checked("root", "", partial(_root, manifests, root))


def n_checks(folders: Sequence[Path], *, tables: bool = False) -> int:
    """How many checks `verify` yields."""
    return len(folders) * (len(ALWAYS) + tables) + 1


def drawn(folders: Sequence[Path], replays: Mapping[str, Any]) -> Check:
    """Whether the trials of a certificate are the sample of its seed.

    Args:
        folders: of the studies that it is of.
        replays: what the certificate says of them (`harness.provenance.certificate.read`).
    """
    ids = sorted(str(one["trial_id"]) for one in replays["trials"])
    sizes = {study: (one["records"], one["here"]) for study, one in replays["studies"].items()}

    def compared() -> Faults:
        sample = of_studies(folders, replays["seed"], replays["trusted"], only=replays["cores"])
        faults = []
        if sizes != {one.study: (one.n_records, len(one.here)) for one in sample.strata}:
            faults.append("its numbers of records are not those of these results.")
        if ids != sorted(sample.of_sizes(Counter(str(one["study"]) for one in replays["trials"])).ids):
            faults.append(f"its trials are not those that seed {replays['seed']} draws.")
        return len(ids), faults

    return checked("sample", "", compared)


def overall_root(manifests: dict[str, Manifest]) -> str:
    """The root of all studies."""
    return root_of({study: each.root for study, each in manifests.items()})


def root_of_folders(folders: Sequence[Path]) -> str:
    """The root of the studies in these folders, as their digests.json say. Raises `HarnessError` if one is damaged."""
    return overall_root({folder.name: manifest.read(folder) for folder in folders})


# ---- digests --------------------------------------------------------------------------------------------------------


def _digests(folder: Path, manifests: dict[str, Manifest]) -> Faults:
    now = manifest.made_of(folder)
    manifests[folder.name] = now
    written = manifest.read(folder)
    faults = list(_shadowed(folder, now))
    for tier in sorted({*now.tiers, *written.tiers}):
        if tier not in now.tiers or tier not in written.tiers:
            faults.append(f"{folder.name}: the records of tier={tier} are {'new' if tier in now.tiers else 'gone'}.")
            continue
        if now.tiers[tier].n_records != written.tiers[tier].n_records:
            counts = f"{now.tiers[tier].n_records:,} records, and {written.tiers[tier].n_records:,} were written"
            faults.append(f"{folder.name}: tier={tier} has {counts}.")
        parts = differing(now.tiers[tier].parts, written.tiers[tier].parts)
        faults += [f"{folder.name}: records of {part} at tier={tier} say other than was written." for part in parts]
    if now.register != written.register:
        faults.append(f"{folder.name}: a plan says another register of claims than was written.")
    same = {_FILE_OF.get(tier, TRIALS) for tier, each in now.tiers.items() if each == written.tiers.get(tier)}
    for name in differing(now.files, written.files):
        what = "new" if name not in written.files else "gone" if name not in now.files else "another than was written"
        but = ", though its measurements are the same" if name in same and what.startswith("another") else ""
        faults.append(f"{folder.name}/{name} is {what}{but}.")
    return sum(each.n_records for each in now.tiers.values()) + len(now.files), faults


_FILE_OF = {tier: f"{tier}.parquet" for tier in places.PUBLISHED_TIERS}
"""The file of records of each tier that stands beside those of the standard tier."""


def _shadowed(folder: Path, now: Manifest) -> Iterator[str]:
    """A folder of a published tier is read before the published file, by replays and traces: both have to say the same."""
    for tier in set(now.tiers) - {places.tier_of(folder)}:
        place = places.study_folder(folder.parent, tier, folder.name)
        if place.is_dir():
            published = read_published(place).table["trial_id"].to_pylist()
            if digests_of(store.read(place).only(published)).root != now.tiers[tier].root:
                yield f"{place} holds other records than are published of tier={tier}, and hides these: move it away."


def _history(folder: Path) -> Faults:
    """Whether the manifest is the committed one. Without a history there is nothing to compare it with."""
    path = folder / manifest.NAME
    if not any((parent / ".git").exists() for parent in folder.resolve().parents):
        return 0, []
    committed = _git(folder, "ls-tree", "--object-only", "HEAD", "--", f"./{manifest.NAME}")
    if not committed:
        return 0, []
    is_there = path.is_file() and _git(folder, "hash-object", "--no-filters", "--", str(path.resolve())) == committed
    return 1, [] if is_there else [f"{path} is not the one that was committed."]


def _git(folder: Path, *words: str) -> str:
    """What git says. It may not fetch what is lacking: where from, and by which program, a stranger's folder would tell it.

    Raises:
        HarnessError: it cannot tell, though there is a history.
    """
    alone = {**os.environ, "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}
    try:
        said = subprocess.run(
            ["git", *words], cwd=folder, env=alone, capture_output=True, check=True, timeout=60, text=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        why = str(getattr(error, "stderr", "") or error).strip().partition("\n")[0]
        raise HarnessError(
            f"there is a history beside {folder}, and git cannot tell what was committed: {why}"
        ) from error
    return said.stdout.strip()


def _root(manifests: dict[str, Manifest], root: str) -> Faults:
    now = overall_root(manifests)
    if not root:
        return 0, []
    if not (len(root) >= PRINTED and now.startswith(root)):
        return len(manifests), [f"the root is {now}, and {root} was given: some record or file is another."]
    return len(manifests), []


# ---- ids ------------------------------------------------------------------------------------------------------------


def _ids(folder: Path, trusted: Collection[str]) -> Faults:
    n, faults = 0, []
    for tier, stored in _every_tier(folder, ("trial_id", "study", "factors", "spec", "header")):
        _refuse_old_strangers(stored, trusted)
        ids = stored.table["trial_id"].to_pylist()
        n += len(ids)
        wrong = [one for one, trial in zip(ids, rebuilt_all(stored), strict=True) if trial.trial_id != one]
        faults += [f"{folder.name}, tier={tier}: {one[:12]} is not the id of its settings." for one in wrong[:SHOWN]]
        if len(wrong) > SHOWN:
            faults.append(f"{folder.name}, tier={tier}: {len(wrong) - SHOWN} ids more are not those of their settings.")
    return n, faults


def _refuse_old_strangers(stored: Stored, trusted: Collection[str]) -> None:
    """Of records of layout 1 the class of the trial is asked for its parameters: it has to be one of ours."""
    for spec, header in set(zip(stored.table["spec"].to_pylist(), stored.table["header"].to_pylist(), strict=True)):
        if stored.headers[header].get("schema", 1) < NULLS_IN_SPECS and "_target_" in stored.specs[spec]:
            refuse_strangers({"_target_": stored.specs[spec]["_target_"]}, trusted)


def _every_tier(folder: Path, columns: Sequence[str] | None = None) -> Iterator[tuple[str, Stored]]:
    tier = places.tier_of(folder)
    yield tier, store.read(folder, columns).current()
    for other in places.published_folders(folder):
        stored = read_published(other)
        if len(stored):
            yield places.tier_of(other), stored


# ---- labels ---------------------------------------------------------------------------------------------------------


def _labels(folder: Path, trusted: Collection[str]) -> Faults:
    """Compare the accuracy of each fold with that of the labels. The rows of a fold follow from data set and seed."""
    n, faults = 0, []
    known = _Known({}, {})
    for place in (folder, *places.published_folders(folder)):
        labels = predicted_labels.read(places.published(place, "labels") or place / LABELS)
        if not labels:
            continue
        stored = (store.read(place).current() if place == folder else read_published(place)).only(labels)
        for record in stored.records:
            n += 1
            if fault := _accuracy_fault(record, stored, labels[record.trial_id], known, trusted):
                faults.append(f"{folder.name}, tier={places.tier_of(place)}: {record.trial_id[:12]} {fault}")
    return n, faults


class _Known(NamedTuple):
    """What records share: data sets by checksum and size, and the test rows of the folds."""

    tables: dict[tuple[str, int], DataTable]
    cuts: dict[tuple[str, int, int, int], list[Ints]]

    def table(self, spec: Mapping[str, Any]) -> DataTable:
        """The data set of a trial."""
        node = spec["dataset"]
        key = (str(node["checksum"]), int(node.get("max_rows") or 0))
        if key not in self.tables:
            dataset: Any = build(node)
            self.tables[key] = dataset.load()
        return self.tables[key]

    def test_rows(self, spec: Mapping[str, Any], n_folds: int, seed: int) -> list[Ints]:
        """The rows that each fold tests, as `harness.trials.SynthesisTrial` cuts them."""
        table = self.table(spec)
        key = (table.name, table.n_rows, n_folds, seed)
        if key not in self.cuts:
            state = stream_integer(seed, "folds", table.name)
            found = folds(table.target, table.groups, n_classes=table.n_classes, n_folds=n_folds, random_state=state)
            self.cuts[key] = [cut.test for cut in found]
        return self.cuts[key]


def _accuracy_fault(record: Record, stored: Stored, labels: Ints, known: _Known, trusted: Collection[str]) -> str:
    spec = stored.specs[record.spec]
    refuse_strangers(spec.get("dataset", {}), trusted)
    if record.status is not Status.OK:
        return "has labels and did not end well."
    table, (n_folds, seed) = known.table(spec), (int(_level(record, spec, name)) for name in ("n_folds", "seed"))
    if len(labels) != table.n_rows:
        return f"has {len(labels)} labels of {table.n_rows} rows."
    accuracies = [float(np.mean(table.target[rows] == labels[rows])) for rows in known.test_rows(spec, n_folds, seed)]
    return (
        "" if accuracies == list(record.measurements.get("accuracy", ())) else "has other accuracies than its labels."
    )


def _level(record: Record, spec: Mapping[str, Any], name: str) -> Any:
    return record.factors[name] if name in record.factors else spec[name]


def clean_bound(n: int, share: float = 0.95) -> float:
    """The share of wrong records that n clean ones of a random sample exclude, at this level: about 3 / n at 95 %."""
    if n < 1:
        raise ConfigError("a bound needs one record at least.")
    return float(1 - (1 - share) ** (1 / n))
