"""What a folder of results holds, as its own files say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from harness import places
from harness.core import ConfigError, HarnessError
from harness.report.writing import CAPTIONS, ORIGINS
from harness.running import files, store
from harness.running.store import summary
from harness.running.store.stored import dataset_of

Known = Mapping[tuple[str, str | None], Mapping[str, Any]]

RECORDS = "trials.parquet"
PARQUET = ".parquet"
_PATTERNS = ("*.parquet", "*.json", "tables/*", "figures/*")

_ABOUT = {
    "trials.parquet": "The record of every trial: its settings, what was measured, how long it took.",
    "replication.parquet": "The records of the same design with new seeds.",
    "confirmation.parquet": "The records of data sets that were kept back until the claims were frozen.",
    "answers.parquet": "What detectors said of each stream, row by row where it matters.",
    "digests.json": "Digests of records and files, and the root of all; `harness verify` compares them.",
    "frozen.json": "The register of claims as it was frozen before the first trial.",
    "register.json": "Every claim with its verdict, and what becomes of it under other defensible choices.",
    "numbers.json": "Every number that stands in a sentence of the paper, and what it was made of.",
    "summary.json": "How many trials were planned, by which command, and when the last one ended.",
    CAPTIONS: "The captions of the figures.",
    ORIGINS: "Of each figure the tables whose cells it draws, and the function that draws it.",
}
_LABELS = "The labels that models predicted, for every fold and row, and the true ones."


@dataclass(frozen=True)
class Item:
    """A file of the folder.

    Attributes:
        path: within the folder, with slashes.
        about: what is in it.
        size: in bytes.
        sha256: of its content.
    """

    path: str
    about: str
    size: int
    sha256: str

    @property
    def study(self) -> str:
        """The study whose file it is."""
        return self.path.partition("/")[0]


@dataclass(frozen=True)
class Sweep:
    """A sweep that made a file of records.

    Attributes:
        study, tier: of the sweep.
        records: the path of the file, within the folder of results.
        command: the words after `harness run`.
        started: when its first trial began, as ISO 8601; None if no header says so.
        ended: when its last trial ended, likewise.
        revisions: of the code, sorted.
        software: the version of each package, and of Python.
        processors: and the BLAS core that each was taken for.
        sets: the names of its data sets.
        n_trials: that were recorded.
    """

    study: str
    tier: str
    records: str
    command: Sequence[str]
    started: str | None
    ended: str | None
    revisions: Sequence[str]
    software: Mapping[str, str]
    processors: Sequence[str]
    sets: Sequence[str]
    n_trials: int


@dataclass(frozen=True)
class About:
    """What the authors say of the whole.

    Attributes:
        name: of it.
        description: in a sentence or two.
        author: who answers for it.
        licence: of records, tables and figures, as an address.
        is_ours: whether they are results of the studies of the harness, which test the claims of a paper.
    """

    name: str
    description: str
    author: str
    licence: str
    is_ours: bool


@dataclass(frozen=True)
class Facts:
    """What the folder holds.

    Attributes:
        results: the folder.
        sweeps: in order of studies and tiers.
        items: in order of their paths.
        sets: what is known of each data set that a sweep used: title, source, licence, citation.
    """

    results: Path
    sweeps: Sequence[Sweep]
    items: Sequence[Item]
    sets: Mapping[str, Mapping[str, Any]]

    @property
    def studies(self) -> list[str]:
        """The studies, in alphabetical order."""
        return sorted({sweep.study for sweep in self.sweeps})

    @property
    def newest(self) -> str:
        """The day of the newest record, as ISO 8601: what is described was complete on it."""
        return max(day for sweep in self.sweeps for day in (sweep.ended, sweep.started) if day)[:10]

    @property
    def n_trials(self) -> int:
        """Of all sweeps."""
        return sum(sweep.n_trials for sweep in self.sweeps)


def read_facts(results: Path, studies: Sequence[str], known: Known) -> Facts:
    """What the standard and the published tiers of these studies hold.

    Args:
        results: the folder.
        studies: whose records are in it.
        known: what is known of each data set of the catalogue, by its name and the checksum of its content: a file of a user's
            may have the same name.

    Raises:
        ConfigError: there are records that no report has put into the study's file yet.
        HarnessError: a file is damaged, or no header says when records were measured.
    """
    sweeps = [sweep for study in studies for sweep in _sweeps(results, study, known)]
    if not any(sweep.started or sweep.ended for sweep in sweeps):
        raise HarnessError(f"no record in {results} says when it was measured, so that there is nothing to describe.")
    names = sorted({name for sweep in sweeps for name in sweep.sets})
    items = [item for study in studies for item in _items(results, study)]
    abouts = {name: about for (name, _), about in known.items()}
    return Facts(results, sweeps, items, {name: abouts.get(name, {}) for name in names})


def _sweeps(results: Path, study: str, known: Known) -> Iterator[Sweep]:
    standard = places.study_folder(results, places.STANDARD_TIER, study)
    yield _sweep(standard / RECORDS, study, places.STANDARD_TIER, results, known)
    for tier in places.PUBLISHED_TIERS:
        if (path := standard / f"{tier}{PARQUET}").is_file():
            yield _sweep(path, study, tier, results, known)


def _sweep(path: Path, study: str, tier: str, results: Path, known: Known) -> Sweep:
    folder = places.study_folder(results, tier, study)
    stored = store.read(folder, ("trial_id", "spec", "header"))
    if not path.is_file() or pq.read_metadata(path).num_rows != len(stored):
        raise ConfigError(
            f"{path} does not hold all records of {study}; first: harness report study={study} tier={tier}"
        )
    headers = [stored.headers[key] for key in stored.table["header"].unique().to_pylist()]
    said = summary.read(folder)
    software = {name: version for header in _by_start(headers) for name, version in header.get("packages", {}).items()}
    return Sweep(
        study,
        tier,
        path.relative_to(results).as_posix(),
        said.command,
        min((header["started"] for header in headers if "started" in header), default=None),
        said.newest.isoformat(timespec="seconds") if said.newest else None,
        sorted({str(header["revision"]) for header in headers if header.get("revision")}),
        {"python": _joined(header.get("python") for header in headers), **software},
        sorted({_processor(header) for header in headers}),
        sorted({_set_name(stored.specs[key], known) for key in stored.table["spec"].unique().to_pylist()} - {""}),
        len(stored),
    )


def _set_name(spec: Any, known: Known) -> str:
    """The name of a data set; with the first digits of its checksum if it is another than the one that we know by this name."""
    name, checksum = dataset_of(spec)
    is_ours = (name, checksum) in known or all(name != one for one, _ in known)
    return name if is_ours else f"{name} {(checksum or 'unknown')[:8]}"


def _by_start(headers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(headers, key=lambda header: str(header.get("started", "")))


def _processor(header: Mapping[str, Any]) -> str:
    cores = {str(library["architecture"]) for library in header.get("blas", ()) if "architecture" in library}
    return f"{header.get('cpu', 'unknown')} ({', '.join(sorted(cores)) or 'BLAS core unknown'})"


def _joined(values: Any) -> str:
    return ", ".join(sorted({str(value) for value in values if value}))


def _items(results: Path, study: str) -> Iterator[Item]:
    folder = places.study_folder(results, places.STANDARD_TIER, study)
    captions = _captions(folder)
    for path in sorted({path for pattern in _PATTERNS for path in folder.glob(pattern) if path.is_file()}):
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        yield Item(f"{study}/{name}", _about(name, captions), len(content), hashlib.sha256(content).hexdigest())


def _captions(folder: Path) -> dict[str, str]:
    """The captions of tables and figures by "tables/name" and "figures/name". Raises `HarnessError` if a file is damaged."""
    found = _read(folder / CAPTIONS, lambda figures: {f"figures/{name}": str(each) for name, each in figures.items()})
    for path in sorted(folder.glob("tables/*.json")):
        found |= _read(path, lambda table, stem=path.stem: {f"tables/{stem}": str(table.get("caption", ""))})  # type: ignore[misc]
    return found


def _read(path: Path, read: Callable[[Any], dict[str, str]]) -> dict[str, str]:
    return files.read_json(
        path, read, absent={}, advice=f"make it again: harness report study={path.parent.parent.name}"
    )


def _about(name: str, captions: Mapping[str, str]) -> str:
    stem = name.rpartition(".")[0]
    if stem.endswith("labels"):
        return _LABELS
    return _ABOUT.get(name) or captions.get(stem) or captions.get(stem.removesuffix("_page")) or f"The file {name}."
