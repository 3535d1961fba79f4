"""Every published record gives back its trial: the id that it stands under, and objects of today's classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness import places
from harness.building import instantiate, locate
from harness.core import Record, Status
from harness.running import store
from harness.running.identity import PlannedTrial
from harness.running.rebuilding import rebuilt, rebuilt_all
from harness.running.store.compacted import read_compacted
from harness.running.store.stored import Stored

STUDIES = ("calibration", "detection", "synthesis")


@pytest.fixture(scope="module", params=STUDIES)
def published(request: pytest.FixtureRequest, published_folder: Callable[[str], Path]) -> Stored:
    """What tells the trials of a study's published records."""
    found = read_compacted(published_folder(request.param), ["trial_id", "study", "factors", "spec", "header"])
    return Stored(found.table, found.specs, found.headers)


@dataclass(frozen=True)
class Rebuilt:
    """The trials of a store.

    Attributes:
        n: how many there are.
        wrong: factors of those whose id is not that of their record.
        samples: of each base spec the last row and its trial.
    """

    n: int
    wrong: list[dict[str, Any]]
    samples: list[tuple[int, PlannedTrial]]


@pytest.fixture(scope="module")
def trials(published: Stored) -> Rebuilt:
    ids, specs = (published.table[name].to_pylist() for name in ("trial_id", "spec"))
    last, wrong, n = {}, [], 0
    for row, trial in enumerate(rebuilt_all(published)):
        n += 1
        last[specs[row]] = (row, trial)
        if trial.trial_id != ids[row]:
            wrong.append(trial.factors)
    return Rebuilt(n, wrong, list(last.values()))


def test_every_published_record_has_the_id_of_its_trial(published: Stored, trials: Rebuilt) -> None:
    assert trials.n == len(published) > 0
    assert not trials.wrong, (len(trials.wrong), trials.wrong[:3])


def test_ids_that_are_made_together_are_those_of_the_trials(trials: Rebuilt) -> None:
    """One trial of each base spec; all others differ from it in the levels of scalars."""
    for _, trial in trials.samples:
        assert PlannedTrial(trial.study, trial.spec, trial.checksum).trial_id == trial.trial_id


def test_a_record_alone_gives_the_same_trial(published: Stored, trials: Rebuilt) -> None:
    for row, trial in trials.samples[:200]:
        found = published.table.slice(row, 1).to_pylist()[0]
        factors = {name: level for name, level in found.pop("factors").items() if level is not None}
        record = Record(status=Status.OK, factors=factors, **found)
        assert rebuilt(record, published.specs[record.spec], published.headers[record.header]) == trial


def test_a_published_trial_is_found_as_all_are_read() -> None:
    """The published files are of layout 1: whoever reads them completes them."""
    folder = places.study_folder(places.shipped("results"), places.STANDARD_TIER, "synthesis")
    whole = store.read(folder)
    for status in (Status.OK, Status.SKIPPED):
        known = next(one for one in whole.records if one.status is status)
        one = store.read_trial(folder, known.trial_id)
        assert (one.records, one.specs) == ((known,), {known.spec: whole.specs[known.spec]})


def test_every_target_of_published_specs_can_be_found(published: Stored) -> None:
    """Each `_target_` at any depth; a class that moved leaves its old path behind."""
    for target in {target for spec in published.specs.values() for target in _targets(spec)}:
        assert callable(locate(target)), target


def test_every_published_base_spec_makes_a_trial(trials: Rebuilt) -> None:
    """Each base spec once, with the levels of one of its records."""
    for _, trial in trials.samples:
        assert callable(instantiate(trial.spec).run)


def _targets(node: Any) -> Iterator[str]:
    below = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    if isinstance(node, Mapping) and "_target_" in node:
        yield node["_target_"]
    for child in below:
        yield from _targets(child)
