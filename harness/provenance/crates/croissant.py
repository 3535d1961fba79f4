"""The records as a Croissant data set: every file of records, every column, its type and what it means.

Fields of structs are columns of their own here, found by a JSON path; lists say that they repeat, as do structs with a field
for each of many levels, such as detectors. The words on how the data came
about and what they are not good for (Croissant RAI) stand in `docs/data-statement.md` at length.

Source: http://mlcommons.org/croissant/1.1, http://mlcommons.org/croissant/RAI/1.0
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from harness.core import HarnessError
from harness.provenance.crates.facts import PARQUET, About, Facts, Item
from harness.provenance.crates.ro_crate import SOURCE

NAME = "croissant.json"
_CONFORMS = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")

_TERMS = (
    "citeAs", "column", "conformsTo", "extract", "field", "fileObject", "fileProperty", "fileSet", "format", "includes",
    "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex", "repeated", "replace",
    "separator", "source", "subField", "transform",
)  # fmt: skip
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS if term != "conformsTo"},
    "conformsTo": "dct:conformsTo",
}
"""The context of the format, as its specification gives it."""

_ABOUT = {
    "trial_id": "The digest of the settings: the same settings have the same id on every machine",
    "study": "The study that the trial belongs to",
    "status": "ok, failed or skipped",
    "code": "Why a trial is not ok, for programs",
    "reason": "The same in a sentence",
    "traceback": "Where an error was raised",
    "spec": "The digest of the base spec, which stands in the metadata of the file",
    "header": "The digest of what is known of code, packages and machine, likewise",
    "predictions": "The digest of all predictions of the trial",
}
_BELOW = {
    "factors": "A setting that varies within the study",
    "measurements": "What was measured",
    "clock": "Seconds or bytes that another machine would give otherwise",
}
_RAI = {
    "rai:dataCollection": (
        "Each record is one trial of a designed experiment: a program trained models on public data sets, injected drifts "
        "into streams that are drawn from them, ran detectors and tools, and wrote down what it measured."
    ),
    "rai:dataCollectionType": ["Experiments", "Software Collection"],
    "rai:dataImputationProtocol": "None. A trial that failed has a record with its code, and no measurement.",
    "rai:dataBiases": [
        "The data sets are small to medium tables for teaching and benchmarks, most of them of 1980 to 2000.",
        "Drifts are injected but in a few real streams, so that their frequency and shape are choices of the design.",
        "Seconds and bytes are of one kind of machine with two cores.",
    ],
    "rai:dataLimitations": [
        "The data set is the replicate: many trials of few sets do not make a large sample.",
        "Default settings are compared as well as tuned ones; other tuning may give another order.",
    ],
    "rai:dataUseCases": "Testing claims on ensembles, drift detection, retraining and tracking; comparing new methods.",
    "rai:personalSensitiveInformation": (
        "The records hold no rows of the data sets. Files of labels hold the class and the predicted class of rows by number; "
        "some sets are of patients, applicants or members of parliament, published without names decades ago."
    ),
    "rai:dataReleaseMaintenancePlan": "Published once; corrections come as a new version with other digests.",
}
_TYPES: tuple[tuple[Any, str], ...] = (
    (pa.types.is_boolean, "sc:Boolean"),
    (pa.types.is_integer, "sc:Integer"),
    (pa.types.is_floating, "sc:Float"),
)


_MANY = 8
"""Fields of one kind in a struct, above which they are levels."""


class _Leaf(NamedTuple):
    """A column, or a field below one.

    Attributes:
        column: of the table.
        path: of names below it.
        kind: of its values.
        repeats: whether there are several in a record.
    """

    column: str
    path: tuple[str, ...]
    kind: pa.DataType
    repeats: bool

    @property
    def name(self) -> str:
        """Of the field, with dots."""
        return ".".join((self.column, *self.path))


def croissant(facts: Facts, about: About) -> dict[str, Any]:
    """The metadata document. What it says on responsible use is of our own studies, and of no others."""
    files = [item for item in facts.items if item.path.endswith(PARQUET)]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(_CONFORMS[: 1 + about.is_ours]),
        "name": about.name,
        "description": about.description,
        "license": about.licence,
        "creator": {"@type": "sc:Organization", "name": about.author},
        "datePublished": facts.newest,
        "version": _version(facts),
        "citeAs": f"{about.author} ({facts.newest[:4]}). {about.name}.",
        **({"url": SOURCE, **_RAI} if about.is_ours else {}),
        "distribution": [_file_object(item) for item in files],
        "recordSet": [_record_set(item, _schema(facts.results / item.path)) for item in files],
    }


def _schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise HarnessError(f"{path} is damaged; put back the published one, or move it away.") from error


def _version(facts: Facts) -> str:
    return max((sweep.software.get("mlops-harness", "0.0.0") for sweep in facts.sweeps), default="0.0.0")


def _id(name: str) -> str:
    """A name as an id, in which the validator takes no spaces, however they are written."""
    return re.sub(r"\s", "_", name)


def _file_object(item: Item) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": _id(item.path),
        "name": item.path,
        "description": item.about,
        "contentUrl": quote(item.path),
        "contentSize": f"{item.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": item.sha256,
    }


def _record_set(item: Item, schema: pa.Schema) -> dict[str, Any]:
    name = item.path.removesuffix(PARQUET)
    leaves = [leaf for column in schema for leaf in _leaves(column.name, (), column.type, repeats=False)]
    key = {"key": {"@id": _id(f"{name}/trial_id")}} if item.path.endswith("trials.parquet") else {}
    return {
        "@type": "cr:RecordSet",
        "@id": _id(name),
        "name": name,
        "description": item.about,
        **key,
        "field": [_field(item, name, leaf) for leaf in leaves],
    }


def _leaves(column: str, path: tuple[str, ...], kind: pa.DataType, *, repeats: bool) -> Iterator[_Leaf]:
    if path and _is_by_level(kind):
        below = [leaf for field in kind for leaf in _leaves(column, (*path, "*"), field.type, repeats=True)]
        known = {leaf.name: leaf for leaf in below if not pa.types.is_null(leaf.kind)}
        yield from ({leaf.name: leaf for leaf in below} | known).values()
    elif pa.types.is_struct(kind):
        for field in kind:
            yield from _leaves(column, (*path, field.name), field.type, repeats=repeats)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _leaves(column, path, kind.value_type, repeats=True)
    elif pa.types.is_dictionary(kind):
        yield _Leaf(column, path, kind.value_type, repeats)
    else:
        yield _Leaf(column, path, kind, repeats)


def _is_by_level(kind: pa.DataType) -> bool:
    """Whether it has a field for each of many levels: structs, or values of one type."""
    if not pa.types.is_struct(kind) or kind.num_fields <= _MANY:
        return False
    return len({"struct" if pa.types.is_struct(field.type) else str(field.type) for field in kind}) == 1


def _field(item: Item, record_set: str, leaf: _Leaf) -> dict[str, Any]:
    below = {"transform": {"jsonPath": "$" + "".join(map(_step, leaf.path))}} if leaf.path else {}
    return {
        "@type": "cr:Field",
        "@id": _id(f"{record_set}/{leaf.name}"),
        "name": leaf.name,
        "description": _description(leaf),
        "dataType": next((text for is_one, text in _TYPES if is_one(leaf.kind)), "sc:Text"),
        **({"repeated": True} if leaf.repeats else {}),
        "source": {"fileObject": {"@id": _id(item.path)}, "extract": {"column": leaf.column}, **below},
    }


def _step(name: str) -> str:
    return f".{name}" if name.isidentifier() else "[*]" if name == "*" else f"[{name!r}]"


def _description(leaf: _Leaf) -> str:
    about: Mapping[str, str] = _BELOW if leaf.path else _ABOUT
    said = about.get(leaf.column, "A column of the file")
    levels = "; * stands for each level" if "*" in leaf.path else ""
    return f"{said}: {'.'.join(leaf.path)}{levels}." if leaf.path else f"{said}."
