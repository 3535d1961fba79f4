"""The results as an RO-Crate: files, the sweeps that made them, and the software and data sets that went into those.

Each sweep is a `CreateAction`, whose instrument is the code at the revision that its records name, as a Software Heritage
identifier: it says which commit is meant wherever the repository is. No profile is claimed, for those of runs build on an
older version of the format.

Source: https://w3id.org/ro/crate/1.3
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from harness.provenance.crates.facts import About, Facts, Item, Sweep

NAME = "ro-crate-metadata.json"
SOURCE = "https://doi.org/10.36676/jrps.v16.i2.261"

_CONTEXT = "https://w3id.org/ro/crate/1.3"
_AUTHORS = "#authors"
_LICENCES = {"https://creativecommons.org/licenses/by/4.0/": "Creative Commons Attribution 4.0 International"}
_MEDIA = {".parquet": "application/vnd.apache.parquet", ".tex": "text/x-tex"}

Entity = dict[str, Any]


def ro_crate(facts: Facts, about: About) -> Entity:
    """The metadata document."""
    graph = [_descriptor(), _root(facts, about), *_about_all(about)]
    for study in facts.studies:
        items = [item for item in facts.items if item.study == study]
        graph += [_study(study, items), *map(_file, items)]
    graph += [_action(sweep, number) for number, sweep in enumerate(facts.sweeps)]
    graph += [_set(one, about) for one, about in facts.sets.items()]
    graph += _programs(facts.sweeps)
    return {"@context": f"{_CONTEXT}/context", "@graph": graph}


def _descriptor() -> Entity:
    return {
        "@id": NAME,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _CONTEXT},
    }


def _root(facts: Facts, about: About) -> Entity:
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": about.name,
        "description": about.description,
        "datePublished": facts.newest,
        "license": {"@id": about.licence},
        "author": {"@id": _AUTHORS},
        **({"isBasedOn": {"@id": SOURCE}} if about.is_ours else {}),
        "hasPart": _all([quote(f"{study}/") for study in facts.studies]),
        "mentions": _all([_action_id(number) for number in range(len(facts.sweeps))]),
    }


def _about_all(about: About) -> Iterator[Entity]:
    yield {
        "@id": about.licence,
        "@type": "CreativeWork",
        "name": _LICENCES.get(about.licence, about.licence),
        "description": "Of records, tables and figures. The code and the data sets have licences of their own.",
    }
    yield {"@id": _AUTHORS, "@type": "Organization", "name": about.author}
    if about.is_ours:
        yield {
            "@id": SOURCE,
            "@type": "ScholarlyArticle",
            "name": "MLOps for AI: Tracking, Synthesizing, and Monitoring Models",
            "description": "The paper whose claims are put to the test.",
        }


def _study(study: str, items: Sequence[Item]) -> Entity:
    return {
        "@id": quote(f"{study}/"),
        "@type": "Dataset",
        "name": study,
        "description": f"Records, tables, figures and digests of the study {study}.",
        "hasPart": _all([quote(item.path) for item in items]),
    }


def _file(item: Item) -> Entity:
    return {
        "@id": quote(item.path),
        "@type": "File",
        "name": item.path,
        "description": item.about,
        "encodingFormat": media_type(item.path),
        "contentSize": str(item.size),
        "sha256": item.sha256,
    }


def media_type(path: str) -> str:
    """The media type of a file by the end of its name."""
    suffix = f".{path.rpartition('.')[2]}"
    return _MEDIA.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")


def _action(sweep: Sweep, number: int) -> Entity:
    times = {"startTime": sweep.started, "endTime": sweep.ended}
    software = ", ".join(f"{name} {version}" for name, version in sorted(sweep.software.items()))
    return {
        "@id": _action_id(number),
        "@type": "CreateAction",
        "name": f"{sweep.study}, tier {sweep.tier}: {sweep.n_trials} trials",
        "description": f"harness run {' '.join(sweep.command)}; with {software}; on {'; '.join(sweep.processors)}.",
        "agent": {"@id": _AUTHORS},
        "instrument": _all([_program_id(revision) for revision in sweep.revisions] or [_program_id("")]),
        "object": _all([_set_id(name) for name in sweep.sets]),
        "result": {"@id": quote(sweep.records)},
        **{key: value for key, value in times.items() if value},
    }


def _action_id(number: int) -> str:
    return f"#sweep-{number}"


def _set(name: str, about: Mapping[str, Any]) -> Entity:
    known = {
        "name": about.get("title", name),
        "url": about.get("source"),
        "license": about.get("licence"),
        "citation": about.get("citation"),
    }
    return {"@id": _set_id(name), "@type": "CreativeWork", **{key: value for key, value in known.items() if value}}


def _set_id(name: str) -> str:
    return f"#set-{quote(name)}"


def _programs(sweeps: Sequence[Sweep]) -> Iterator[Entity]:
    known = {revision: sweep for sweep in sweeps for revision in sweep.revisions or [""]}
    for revision, sweep in sorted(known.items()):
        version = sweep.software.get("mlops-harness", "unknown")
        of_revision = {"@type": "SoftwareApplication", "version": version, "url": _program_id(revision)}
        yield {
            "@id": _program_id(revision),
            "name": "mlops-harness",
            "description": f"The harness, version {version}, {revision or 'installed without a revision'}.",
            **(of_revision if revision else {"@type": "CreativeWork"}),
        }


def _program_id(revision: str) -> str:
    return f"https://identifiers.org/swh:1:rev:{revision}" if revision else "#mlops-harness"


def _all(ids: Sequence[str]) -> Any:
    """References to entities: one as it is, several as a list, as the format recommends."""
    return {"@id": ids[0]} if len(ids) == 1 else [{"@id": each} for each in ids]
