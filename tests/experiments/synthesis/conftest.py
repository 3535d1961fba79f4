"""The published records of the synthesis study, and their cube."""

from __future__ import annotations

import pytest

from experiments.synthesis.cells import cells
from experiments.synthesis.cube import Cube
from harness import places
from harness.report.evidence import Evidence
from harness.report.studies import evidence_of
from harness.running import store


@pytest.fixture(scope="package")
def evidence() -> Evidence:
    folder = places.study_folder(places.shipped("results"), places.STANDARD_TIER, "synthesis")
    return evidence_of(folder, store.read(folder).current(), places.STANDARD_TIER)


@pytest.fixture(scope="package")
def cube(evidence: Evidence) -> Cube:
    return cells(evidence)
