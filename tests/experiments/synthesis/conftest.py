"""The published records of the synthesis study, their cube, and the register that is asked of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from experiments.synthesis.cells import cells
from experiments.synthesis.claims import CONTRASTS
from experiments.synthesis.cube import Cube
from harness import places
from harness.claims.entries import Register
from harness.claims.parsing import register_of
from harness.report.evidence import Evidence
from harness.report.studies import evidence_of
from harness.running import store


@pytest.fixture(scope="package")
def evidence(published_folder: Callable[[str], Path]) -> Evidence:
    folder = published_folder("synthesis")
    return evidence_of(folder, store.read(folder).current(), places.STANDARD_TIER)


@pytest.fixture(scope="package")
def cube(evidence: Evidence) -> Cube:
    return cells(evidence)


@pytest.fixture(scope="package")
def register() -> Register:
    path = places.shipped("experiments") / "synthesis" / "claims.yaml"
    return register_of(yaml.safe_load(path.read_text(encoding="utf-8")), CONTRASTS, where=path.name)
