"""Everything that comes along passes the checks that a user's own things have to pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness import places
from harness.checks.checking import check_all
from harness.checks.own import GROUPS, Found, find

CONF = places.shipped("conf")
SAMPLE = [
    "action/challenger",
    "dataset/iris",
    "detector/ddm",
    "detector/delay_adjusted_cbpe",
    "detector/disagreement",
    "detector/fhddm_river",
    "detector/ks",
    "model/tree",
    "policy/cara_t",
    "scenario/mean_shift",
    "scenario/shift_then_permutation",
    "synthesis/stacking",
]
EVERY = find([CONF], GROUPS)


def passes(found: Found, results: Path) -> None:
    [checked] = check_all([found], [], results)
    assert not [f"{finding.check}: {finding.why}" for finding in checked.failed]


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_of_what_comes_along_passes(name: str, tmp_path: Path) -> None:
    [found] = find([CONF], [name])
    passes(found, tmp_path)


@pytest.mark.exhaustive
@pytest.mark.parametrize("found", EVERY, ids=[f"{found.group}-{found.name}" for found in EVERY])
def test_everything_that_comes_along_passes(found: Found, tmp_path: Path) -> None:
    passes(found, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("found", find([CONF], ["study"]), ids=lambda found: found.name)
def test_a_study_that_comes_along_passes(found: Found, tmp_path: Path) -> None:
    passes(found, tmp_path)
