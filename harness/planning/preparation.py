"""What is done once before any trial of a sweep starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.building import instantiate
from harness.core import ConfigError
from harness.data.carriers import Carrier
from harness.data.download import fetch
from harness.data.fetching import absent
from harness.detectors.run import Run
from harness.detectors.step_by_step import as_detector
from harness.detectors.warming import warm
from harness.planning.trials import datasets_of
from harness.running.identity import PlannedTrial

Fetch = Callable[[Sequence[Carrier]], object]
"""Brings carriers into the cache."""


def prepare(trials: Sequence[PlannedTrial], bring: Fetch = fetch) -> None:
    """Fetch data, then check and compile detectors, once for all trials.

    Args:
        trials: those that are to be run.
        bring: how carriers that are not in the cache are fetched; a command line shows a bar.

    Raises:
        DataError: data cannot be had.
        ConfigError: a detector cannot be made of its file.
    """
    datasets = datasets_of(trials)
    for dataset in datasets:
        dataset.announce()
    bring(absent(datasets))
    panels = {id(trial.spec["detectors"]): trial.spec["detectors"] for trial in trials if "detectors" in trial.spec}
    nodes = {Run.of(one["name"]).detector: one["detector"] for panel in panels.values() for one in panel}
    made = []
    for name, node in nodes.items():
        try:
            made.append(as_detector(instantiate(node)))
        except ConfigError as error:
            raise ConfigError(f"detector {name}: {error}") from error
        except ModuleNotFoundError:  # its trials are skipped, and say what to install
            continue
    warm(made)
