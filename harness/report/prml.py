"""A register as PRML manifests: one a contrast, each with the hash that other tools check it by.

PRML (Pre-Registered ML Manifest, version 0.1, https://spec.falsify.dev/v0.1) knows one number and one threshold. What is
compared is the lower end of the interval that decides, with the region of practical equivalence: "supported" is a pass. The
manifest says nothing of size left open, of neighbours, or of confirmation; `register.json` does.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from harness.claims.entries import Contrast, Entry, Register
from harness.report.freezing import WHOLE

VERSION = "prml/0.1"


def manifests(register: Register, frozen: Mapping[str, str], created: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """The id and the manifest of every contrast that is tested.

    Args:
        register: of a study.
        frozen: its digests, by part; that of the data is what the manifest names as its data set.
        created: when, with a time zone.
    """
    for entry in register.entries:
        for contrast in entry.tested:
            yield contrast.id, _manifest(register, entry, contrast, frozen, created)


def _manifest(
    register: Register, entry: Entry, contrast: Contrast, frozen: Mapping[str, str], created: datetime
) -> dict[str, Any]:
    return {
        "version": VERSION,
        "claim_id": str(_uuid7(created, f"{frozen[WHOLE]} {contrast.id}")),
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "metric": f"urn:mlops-harness:{register.study}:{contrast.id}:low",
        "comparator": ">=" if contrast.region else ">",
        "threshold": float(contrast.region),
        "dataset": {"id": f"data sets of the study {register.study}", "hash": frozen.get("data") or frozen[WHOLE]},
        "seed": 0,
        "producer": {"id": "mlops-harness"},
        "metric_args": {
            "contrast": contrast.of,
            "level": register.level,
            "register": frozen[WHOLE],
            "test": str(contrast.test),
            "unit": contrast.unit,
        },
        "notes": f"{entry.id}: {entry.statement} {contrast.statement}; lower end of the interval over data sets.",
    }


def _uuid7(created: datetime, name: str) -> uuid.UUID:
    """The same id for the same name and time: RFC 9562's version 7, with a hash in the place of random bits."""
    drawn = int.from_bytes(hashlib.sha256(name.encode()).digest()[:10], "big")
    time = int(created.timestamp()) * 1000
    bits = (time << 80) | (7 << 76) | ((drawn >> 62 & 0xFFF) << 64) | (2 << 62) | (drawn & ((1 << 62) - 1))
    return uuid.UUID(int=bits)


def canonical(manifest: Mapping[str, Any]) -> str:
    """The text of a manifest whose sha256 is its hash (PRML 0.1, section 3)."""
    text: str = yaml.safe_dump(
        dict(manifest), default_flow_style=False, sort_keys=True, width=float("inf"), allow_unicode=True
    )
    return text.rstrip() + "\n"


def write(register: Register, frozen: Mapping[str, str], folder: Path, created: datetime) -> list[Path]:
    """Write `<contrast>.yaml`, and its hash as `<contrast>.prml.sha256`; the paths of the manifests."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, manifest in manifests(register, frozen, created):
        text = canonical(manifest)
        paths.append(folder / f"{name}.yaml")
        paths[-1].write_text(text, encoding="utf-8")
        hashed = hashlib.sha256(text.encode()).hexdigest()
        (folder / f"{name}.prml.sha256").write_text(hashed + "\n", encoding="utf-8")
    return paths
