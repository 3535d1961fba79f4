"""Our own time around the fit: what a trial costs when its model costs nothing.

Run by `make bench`; docs/benchmarks.md holds numbers and what they mean. The model is scikit-learn's `DummyClassifier`, and
the data set is Iris, so that what is left is folds, preparation, scores, predictions, the record and its identity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hydra import initialize_config_dir
from hydra.core.config_loader import ConfigLoader
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode
from hydra.utils import instantiate
from omegaconf import DictConfig
from pytest_benchmark.fixture import BenchmarkFixture
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

from harness import places
from harness.building import build
from harness.core import Outcome, Status
from harness.memo import Memo
from harness.planning.levels import register_resolvers
from harness.planning.planner import Planner
from harness.running import provenance, store
from harness.running.execute import blank_record, execute
from harness.running.identity import PlannedTrial, base_spec, without_documentation
from harness.synthesis import Preprocessing

NO_MODEL = ("dataset=iris", "model=majority")
SCORERS = ("accuracy", "precision_macro", "recall_macro", "f1_macro", "roc_auc_ovr", "neg_log_loss", "neg_brier_score")


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    with threadpool_limits(limits=1):
        yield


@pytest.fixture
def sweep() -> Iterator[tuple[DictConfig, ConfigLoader]]:
    """A sweep's own composition, and Hydra's loader."""
    register_resolvers()
    with initialize_config_dir(config_dir=str(places.shipped("conf")), version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        yield loader.load_configuration("config", overrides=[], run_mode=RunMode.MULTIRUN), loader


@pytest.fixture
def planned(sweep: tuple[DictConfig, ConfigLoader]) -> PlannedTrial:
    """A trial without a model to speak of."""
    return Planner(*sweep)(NO_MODEL)


@pytest.fixture
def outcome(planned: PlannedTrial) -> Outcome:
    """What it measures."""
    return build(planned.spec).run(Memo())


# ---- one trial, part by part ----------------------------------------------------------------------------------------


@pytest.mark.benchmark(group="one trial")
def test_plan(benchmark: BenchmarkFixture, sweep: tuple[DictConfig, ConfigLoader]) -> None:
    """The spec of a trial and its id, where only settings are new."""
    planner, seeds = Planner(*sweep), count()
    planner([*NO_MODEL, "seed=0"])
    benchmark(lambda: planner([*NO_MODEL, f"seed={next(seeds)}"]).trial_id)


@pytest.mark.benchmark(group="one trial")
def test_plan_a_new_set_of_choices(benchmark: BenchmarkFixture, sweep: tuple[DictConfig, ConfigLoader]) -> None:
    """The same where the choices were met, but never together."""
    planner = Planner(*sweep)
    sets, models = ("wine", "pima", "sonar"), ("svm", "knn", "tree", "nb", "mlp")
    for choice in (["dataset=iris", "model=majority"], *([f"dataset={one}", "model=majority"] for one in sets)):
        planner(choice)
    for one in models:
        planner(["dataset=iris", f"model={one}"])
    fresh = iter([[f"dataset={dataset}", f"model={model}"] for dataset in sets for model in models])
    benchmark.pedantic(lambda: planner(next(fresh)).trial_id, rounds=len(sets) * len(models))


@pytest.mark.benchmark(group="one trial")
def test_compose_with_plain_hydra(benchmark: BenchmarkFixture, sweep: tuple[DictConfig, ConfigLoader]) -> None:
    """What Hydra's own composition of one trial of a sweep costs."""
    seeds, (config, loader) = count(), sweep
    benchmark(lambda: loader.load_sweep_config(config, [*NO_MODEL, f"seed={next(seeds)}"]))


@pytest.mark.benchmark(group="one trial")
def test_build(benchmark: BenchmarkFixture, planned: PlannedTrial) -> None:
    """Objects from the spec."""
    benchmark(build, planned.spec)


@pytest.mark.benchmark(group="one trial")
def test_build_with_hydra(benchmark: BenchmarkFixture, planned: PlannedTrial) -> None:
    """The same objects by `hydra.utils.instantiate`."""
    benchmark(instantiate, dict(planned.spec), _convert_="all")


@pytest.mark.benchmark(group="one trial")
def test_run_five_folds_without_a_model(benchmark: BenchmarkFixture, planned: PlannedTrial) -> None:
    """Folds, preparation, a dummy's fits, eight scores on each of five folds, predictions."""
    trial = build(planned.spec)
    benchmark(lambda: trial.run(Memo()))


@pytest.mark.benchmark(group="one trial")
def test_execute_around_a_run_that_does_nothing(
    benchmark: BenchmarkFixture, planned: PlannedTrial, outcome: Outcome
) -> None:
    """One BLAS thread, the record and its check."""

    class Nothing:
        def run(self, memo: Memo) -> Outcome:  # noqa: ARG002
            return outcome

    benchmark(lambda: execute(planned, lambda _: Nothing(), Memo()))


@pytest.mark.benchmark(group="one trial")
@pytest.mark.parametrize("kept", ["record", "record and predictions"])
def test_append(
    benchmark: BenchmarkFixture, planned: PlannedTrial, outcome: Outcome, tmp_path: Path, kept: str
) -> None:
    """A line of a part; with predictions also a file that is written, synced and renamed."""
    record = execute(planned, build, Memo()).record
    writer = store.PartWriter(tmp_path, provenance.header())
    spec, arrays = base_spec(without_documentation(planned.spec)), outcome.predictions if "pred" in kept else {}
    benchmark(writer.append, record, spec, arrays)
    writer.close()


# ---- the same five folds by scikit-learn ----------------------------------------------------------------------------


@pytest.mark.benchmark(group="one trial")
def test_scikit_learn_cross_validate_with_such_scorers(benchmark: BenchmarkFixture) -> None:
    """The same preparation, model, folds and scores, but calibration error, predictions and model size."""
    features, target = load_iris(return_X_y=True)
    numbers = Preprocessing().build(features[0] != features[0])
    pipeline = make_pipeline(numbers, DummyClassifier(strategy="prior"))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    benchmark(lambda: cross_validate(pipeline, features, target, cv=folds, scoring=_quiet_scorers()))


def _quiet_scorers() -> dict[str, Any]:
    """Scorers by name; a class that is never predicted has precision 0 without a warning, as with us."""
    from sklearn.metrics import get_scorer, make_scorer, precision_score

    quiet = make_scorer(precision_score, average="macro", zero_division=0)
    return {name: quiet if name == "precision_macro" else get_scorer(name) for name in SCORERS}


# ---- many records ---------------------------------------------------------------------------------------------------

N_RECORDS = 10_000


@pytest.fixture
def full_store(planned: PlannedTrial, outcome: Outcome, tmp_path: Path) -> Path:
    """10,000 records of five folds and eight scores, in four parts."""
    record = replace(
        blank_record(planned, Status.OK), measurements=dict(outcome.measurements), clock=dict(outcome.clock)
    )
    spec = base_spec(without_documentation(planned.spec))
    for part in range(4):
        writer = store.PartWriter(tmp_path, provenance.header())
        for number in range(part, N_RECORDS, 4):
            writer.append(replace(record, trial_id=f"{number:064x}"), spec, {})
        writer.close()
    return tmp_path


@pytest.mark.benchmark(group="10,000 records")
def test_read_parts(benchmark: BenchmarkFixture, full_store: Path) -> None:
    """What resuming a sweep costs before its first trial."""
    assert len(benchmark(store.read, full_store).records) == N_RECORDS


@pytest.mark.benchmark(group="10,000 records")
def test_read_compacted(benchmark: BenchmarkFixture, full_store: Path) -> None:
    """The same from the one Parquet file of a clone."""
    store.compact(full_store)
    for part in (full_store / "parts").iterdir():
        part.unlink()
    assert len(benchmark(store.read, full_store).records) == N_RECORDS


@pytest.mark.benchmark(group="10,000 records")
def test_compact(benchmark: BenchmarkFixture, full_store: Path) -> None:
    """Parts into one Parquet file."""
    benchmark.pedantic(store.compact, args=(full_store,), rounds=3)
