"""What a stream costs: drawing it, looking errors up, its rows, and finding the strength of a harm.

Run by `pytest benchmarks/test_drift.py --benchmark-only`; docs/drift.md holds numbers and what they mean. A stream has 1800
rows.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf
from pytest_benchmark.fixture import BenchmarkFixture

from harness import places
from harness.data.subsample import subsample
from harness.drift import Clock, Drift, OnePass, Pools, Twin

CONF = places.shipped("conf")
SETS = ("iris", "magic")


def pools(name: str, sampling: Any = None) -> Pools:
    """Twin pools as at the standard tier, 1500 rows at most."""
    table = instantiate(OmegaConf.load(CONF / "dataset" / f"{name}.yaml"), _convert_="all").load()
    if sampling is None:
        table = subsample(table, 1500)
    return (sampling or Twin()).pools(table, Clock(), 0)


def scenario_of(name: str) -> Any:
    """A shipped scenario."""
    return instantiate(OmegaConf.load(CONF / "scenario" / f"{name}.yaml"))


def drift(scenario: str, among: Pools) -> Drift:
    """A shipped scenario on these pools."""
    made: Drift = scenario_of(scenario).on(among)
    return made


scenarios = pytest.mark.parametrize(
    "scenario", ["control", "label_permutation", "mean_shift_sigmoid", "prior_shift", "shift_then_permutation"]
)


@pytest.mark.benchmark(group="a stream")
@scenarios
@pytest.mark.parametrize("name", SETS)
def test_draw_a_stream(benchmark: BenchmarkFixture, name: str, scenario: str) -> None:
    """From ready pools: named random streams, onset, schedule, rows and concepts."""
    made, numbers = drift(scenario, pools(name)), count()
    benchmark(lambda: made.stream(next(numbers)))


@pytest.mark.benchmark(group="a stream")
def test_draw_a_stream_with_no_row_twice(benchmark: BenchmarkFixture) -> None:
    """From pools of 4 times what a stream takes."""
    made, numbers = drift("label_permutation", pools("magic", OnePass(train_rows=1000))), count()
    benchmark(lambda: made.stream(next(numbers)))


@pytest.mark.benchmark(group="errors of a stream")
@pytest.mark.parametrize("scenario", ["label_permutation", "mean_shift_incremental"])
def test_errors(benchmark: BenchmarkFixture, scenario: str) -> None:
    """A look-up, or for an incremental drift the rows and their prediction by a tree."""
    made = drift(scenario, pools("magic"))
    answers, stream = made.ask(made.pools.reference_model.predict), made.stream()
    benchmark(lambda: stream.errors(answers))


@pytest.mark.benchmark(group="rows of a stream")
@pytest.mark.parametrize("scenario", ["control", "mean_shift", "correlation_only"])
def test_rows(benchmark: BenchmarkFixture, scenario: str) -> None:
    """Only detectors that read rows need them."""
    stream = drift(scenario, pools("magic")).stream()
    benchmark(stream.rows)


def once_per_round(benchmark: BenchmarkFixture, prepare: Callable[[], Any], work: Callable[[Any], Any]) -> None:
    """Clock `work` on what `prepare` gives, which is not clocked and used once."""
    benchmark.pedantic(work, setup=lambda: ((prepare(),), {}), rounds=30)


@pytest.mark.benchmark(group="once per set and seed")
@pytest.mark.parametrize("name", SETS)
def test_split(benchmark: BenchmarkFixture, name: str) -> None:
    """Stratified thirds."""
    table = instantiate(OmegaConf.load(CONF / "dataset" / f"{name}.yaml"), _convert_="all").load()
    table = subsample(table, 1500)
    numbers = count()
    benchmark(lambda: Twin().pools(table, Clock(), next(numbers)))


@pytest.mark.benchmark(group="once per set and seed")
@pytest.mark.parametrize("name", SETS)
def test_calibrate_a_harm(benchmark: BenchmarkFixture, name: str) -> None:
    """Bind a mean shift and find the strength of ten points, the reference model included."""
    among, scenario = pools(name), scenario_of("mean_shift")

    def fresh() -> Pools:
        return Pools(
            among.population, among.train, among.adapt, among.evaluate, True, among.reference, among.clock, among.seed
        )

    once_per_round(benchmark, fresh, scenario.on)
