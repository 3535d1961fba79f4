"""A thousand mistakes over all commands, made of what `conf/`, signatures and parsers say: each ends in one sentence.

pytest tests/fuzz --mistakes 3000 --fuzz-seed 7
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from harness.cli import main
from harness.planning.levels import register_resolvers
from tests.fuzz import surface
from tests.fuzz.attempt import attempt, stubbed
from tests.fuzz.judging import Tally
from tests.fuzz.maker import Maker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that has `kept`, a folder of results with the record of one small trial."""
    place = tmp_path / "here"
    place.mkdir()
    answer = attempt(["run", "model=nb", "n_folds=2"], place)
    assert answer.code == 0, answer.said
    (place / "results").rename(place / "kept")
    return place


def kinds_of_trials() -> list[surface.Kind]:
    register_resolvers()
    types = run_types()
    found = []
    with initialize_config_dir(config_dir=str(surface.CONF), version_base="1.3"):
        for trial in surface.groups()["trial"]:
            config = OmegaConf.to_container(compose("config", overrides=[f"trial={trial}"]), resolve=False)
            assert isinstance(config, dict)
            found.append(surface.kind_of(trial, {str(key): value for key, value in config.items()}, types))
    return found


def run_types() -> dict[str, surface.Type]:
    """The types of settings of a run, which no `_target_` takes."""
    text, names = frozenset({str}), surface.Type(frozenset({list}), each=surface.Type(frozenset({str})))
    return {
        "results": surface.Type(text, bounds=(bool,)),
        "workers": surface.Type(frozenset({int, None}), bounds=(lambda value: value >= 1,)),
        "retry_failed": surface.Type(frozenset({bool})),
        "limits.seconds": surface.Type(frozenset({int, float, None}), bounds=(lambda value: value > 0,)),
        "share": names,
        "exclusive": surface.Type(frozenset({bool, None})),
        "pool": surface.Type(frozenset({list}), bounds=(), each=surface.Type(choices=tuple(surface.groups()["model"]))),
        "detectors": surface.Type(frozenset({list}), each=surface.Type(choices=tuple(surface.groups()["detector"]))),
        "settings": surface.Type(frozenset({list}), each=surface.Type(choices=("default",))),
        "policies": surface.Type(
            frozenset({list}), each=surface.Type(choices=(*surface.groups()["policy"], *surface.groups()["detector"]))
        ),
        "actions": surface.Type(frozenset({list}), each=surface.Type(choices=tuple(surface.groups()["action"]))),
        "expectations": surface.Type(frozenset({list}), each=surface.Type(choices=("renewed", "fixed"))),
        "cool_downs": surface.Type(
            frozenset({list}), each=surface.Type(frozenset({int, float}), bounds=(lambda value: value >= 0,))
        ),
    }


def tried(seed: int, number: int, place: Path) -> Tally:
    """What becomes of so many mistakes."""
    tally = Tally()
    with stubbed():
        maker = Maker(kinds_of_trials(), surface.groups(), surface.commands(main.main), seed)
        for mistake in itertools.islice(maker(), number):
            shutil.rmtree(place / "results", ignore_errors=True)
            if mistake.before is not None:
                mistake.before(place)
            tally.add(mistake, attempt(mistake.words, place), place)
    return tally


@pytest.mark.slow
def test_a_thousand_mistakes_end_in_one_sentence_each(folder: Path, pytestconfig: pytest.Config) -> None:
    tally = tried(pytestconfig.getoption("fuzz_seed"), pytestconfig.getoption("mistakes"), folder)
    problems = [*tally.tracebacks, *tally.unclear, *tally.silent]
    assert not problems, "\n".join([tally.figures, *problems[:40]])
