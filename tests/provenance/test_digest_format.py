"""Digests can be computed from docs/digests.md alone: this does it without the harness."""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
import struct
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

COLUMNS = ("trial_id", "study", "status", "code", "reason", "factors", "measurements", "predictions", "spec", "header")
RESULTS = Path(__file__).parents[2] / "results"

Leaf = tuple[str, str, list[Any]]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def core(header: Any) -> str:
    return next((str(one["architecture"]) for one in header["blas"] if one.get("internal_api") == "openblas"), "")


def leaves(steps: list[str | int], values: list[Any]) -> list[Leaf]:
    path = json.dumps(steps, separators=(",", ":"))
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        return []
    if dict in kinds:
        names = {name for value in values if value for name in value}
        below = ((name, [None if value is None else value.get(name) for value in values]) for name in names)
        return [leaf for name, members in below for leaf in leaves([*steps, name], members)]
    if list in kinds:
        lengths = [None if value is None else float(len(value)) for value in values]
        return [(path, "#", lengths), *leaves([*steps, 0], [one for value in values if value for one in value])]
    if kinds == {str}:
        return [(path, "t", values)]
    return [(path, "b" if kinds == {bool} else "n", [None if one is None else float(one) + 0.0 for one in values])]


def content(kind: str, values: list[Any]) -> bytes:
    there = "".join("0" if one is None else "1" for one in values)
    there = there + "0" * (-len(there) % 8) if "0" in there else ""
    holes = bytes(int(there[at : at + 8], 2) for at in range(0, len(there), 8))
    if kind != "t":
        return holes + b"".join(struct.pack("<d", 0.0 if one is None else one) for one in values)
    texts = [(one or "").encode() for one in values]
    return holes + b"".join(struct.pack("<q", len(one)) for one in texts) + b"".join(texts)


def part(records: list[dict[str, Any]]) -> str:
    found = hashlib.sha256()
    every = [leaf for name in records[0] for leaf in leaves([name], [record[name] for record in records])]
    for path, kind, values in sorted(every, key=lambda leaf: leaf[:2]):
        inside = content(kind, values)
        found.update(f"{path}\0{kind}{len(inside)}\0".encode() + inside)
    return found.hexdigest()


def parts(path: Path) -> dict[str, str]:
    file = pq.ParquetFile(path)
    said = file.metadata.metadata
    specs, headers = json.loads(lzma.decompress(base64.b64decode(said[b"specs.xz"]))), json.loads(said[b"headers"])
    records = sorted(file.read(columns=list(COLUMNS)).to_pylist(), key=lambda record: record["trial_id"])
    by = [
        name
        for name in ("dataset", "scenario", "synthesis", "tracker")
        if any(name in one["factors"] for one in records)
    ]
    found: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        spec = json.dumps(specs[record["spec"]], sort_keys=True, separators=(",", ":"))
        record |= {"spec": sha256(spec.encode()), "core": core(headers[record.pop("header")])}
        name = " / ".join("-" if record["factors"][one] is None else str(record["factors"][one]) for one in by)
        found.setdefault(name, []).append(record)
    return {name: part(members) for name, members in found.items()}


def root(digests: dict[str, str]) -> str:
    return sha256("".join(f"{name}\n{digest}\n" for name, digest in sorted(digests.items())).encode())


@pytest.mark.parametrize("study", ["calibration", "synthesis", "tracking"])
def test_published_digests_are_found_by_the_page_alone(study: str) -> None:
    written = json.loads((RESULTS / study / "digests.json").read_text(encoding="utf-8"))
    roots = {}
    for tier, said in written["tiers"].items():
        found = parts(RESULTS / study / f"{'trials' if tier == 'standard' else tier}.parquet")
        assert found == said["parts"]
        roots[tier] = root(found)
        assert roots[tier] == said["root"]
    paths = [path for name in ("tables", "figures") for path in (RESULTS / study / name).rglob("*") if path.is_file()]
    paths += [path for ending in ("json", "parquet") for path in (RESULTS / study).glob(f"*.{ending}")]
    files = {path.relative_to(RESULTS / study).as_posix(): sha256(path.read_bytes()) for path in paths}
    del files["digests.json"]
    assert files == written["files"]
    roots["files"] = sha256("".join(f"{digest}  {name}\n" for name, digest in sorted(files.items())).encode())
    roots["register"] = sha256(json.dumps(dict(sorted(written["register"].items()))).encode())
    assert sha256(json.dumps(dict(sorted(roots.items()))).encode()) == written["root"]
