"""Preparation of a sweep, done once before its trials start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.building import instantiate
from harness.core import ConfigError
from harness.data.carriers import Carrier
from harness.data.download import fetch
from harness.data.fetching import absent
from harness.detectors.run import Run
from harness.detectors.step_by_step import as_detector
from harness.detectors.warming import warm
from harness.planning.translation import in_sentences
from harness.planning.trials import datasets_of
from harness.running.identity import PlannedTrial

_PANELS = {"detectors", "entries"}

Fetch = Callable[[Sequence[Carrier]], object]
"""A function that downloads carriers into the cache."""


def prepare(trials: Sequence[PlannedTrial], bring: Fetch = fetch) -> None:
    """Fetch data, then check and compile detectors, once for all trials.

    Args:
        trials: the trials to run.
        bring: fetches carriers that are not in the cache; the command line shows a progress bar.

    Raises:
        DataError: data are not available.
        ConfigError: a detector cannot be built from its file.
    """
    datasets = datasets_of(trials)
    for dataset in datasets:
        dataset.announce()
    bring(absent(datasets))
    made = []
    for name, node in _detectors(trials).items():
        try:
            with in_sentences("it cannot be made"):
                made.append(as_detector(instantiate(node)))
        except ConfigError as error:
            raise ConfigError(f"detector {name}: {error}") from error
        except Exception:  # a package is missing, it cannot be set, its class raises: its trials say so
            continue
    warm(made)


def _detectors(trials: Sequence[PlannedTrial]) -> dict[str, Any]:
    """The nodes of the detectors that any trial asks for, by name; of one that stands there at several settings the last."""
    members = {id(spec[key]): spec[key] for spec in (one.spec for one in trials) for key in _PANELS & spec.keys()}
    found: dict[str, Any] = {}
    for one in (member for panel in members.values() for member in panel):
        if "policy" in one:
            policy = one["policy"]
            nodes = [policy.get("detector"), *(policy.get("detectors") or ())]
            found |= {str(node.get("name", policy["name"])): node for node in nodes if isinstance(node, Mapping)}
        else:
            found[Run.of(one["name"]).detector] = one["detector"]
    return found
