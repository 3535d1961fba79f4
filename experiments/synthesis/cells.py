"""The records of the synthesis study, summed to a `Cube`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from experiments.synthesis.cube import MAIN, Cube, Facts, Key, Part
from experiments.synthesis.design import DESIGN
from experiments.synthesis.instability import OF_LABELS, of_accuracy, of_labels
from experiments.synthesis.record_queries import classification, made_by
from experiments.synthesis.study import Study
from harness.core import Floats
from harness.report.evidence import Evidence

SCORES = ("accuracy", "precision", "recall", "f1", "roc_auc", "brier", "train_accuracy")
CLOCKS = ("fit_seconds", "predict_seconds")

FOLDS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"mean": np.nanmean, "median": np.nanmedian, "least": np.nanmin}
)
"""How the folds of a trial become one number."""

REPEATS: Mapping[str, slice] = MappingProxyType({"both": slice(None), "first": slice(0, 1), "second": slice(1, 2)})
"""Which repeats of the cross-validation are averaged, by the order of their seeds."""


def cells(evidence: Evidence) -> Cube:
    """The cube of the study's records; takes a second or two."""
    study = Study.of(evidence, DESIGN, (*SCORES, *CLOCKS, "n_test"))
    trials = study.trials[study.trials["accuracy"].notna()]
    axes = _Axes.of(trials)
    blocks = {metric: axes.block(trials, metric) for metric in (*SCORES, *CLOCKS)}
    blocks["brier"] = 1 - blocks["brier"] / 2
    return Cube(
        facts=_facts(study, axes.datasets),
        methods={method: row for row, method in enumerate(axes.methods)},
        numbers=_numbers(axes.parts, blocks),
        n_trials=_n_trials(axes.parts, blocks["accuracy"]),
        unsteady=_unsteady(study, axes, blocks["accuracy"]),
        seeds=axes.seeds,
        known=classification(study),
        made={method: made_by(study, [method]) for method in axes.methods},
    )


@dataclass(frozen=True)
class _Axes:
    """What stands along the axes of an array of folds."""

    parts: tuple[Part, ...]
    methods: tuple[str, ...]
    datasets: tuple[str, ...]
    seeds: tuple[int, ...]

    @classmethod
    def of(cls, trials: pd.DataFrame) -> _Axes:
        """The levels that occur, in order."""
        parts = {Part(*pair) for pair in zip(trials["label_noise"], trials["train_size"], strict=True)}
        methods, datasets, seeds = (tuple(sorted(set(trials[name]))) for name in ("method", "dataset", "seed"))
        return cls(tuple(sorted(parts)), methods, datasets, seeds)

    def block(self, trials: pd.DataFrame, metric: str) -> Floats:
        """Every fold of every trial, shape (n_parts, n_methods, n_sets, n_seeds, n_folds), NaN where there is none."""
        measured = trials.get(f"{metric}_folds", [()] * len(trials))
        folds = [each if isinstance(each, tuple) else () for each in measured]
        shape = tuple(map(len, (self.parts, self.methods, self.datasets, self.seeds)))
        block = np.full((*shape, max(map(len, folds), default=1)), np.nan)
        for place, values in zip(self._places(trials), folds, strict=True):
            block[place][: len(values)] = values
        return block

    def _places(self, trials: pd.DataFrame) -> list[tuple[int, ...]]:
        levels: Sequence[Sequence[Any]] = (self.parts, self.methods, self.datasets, self.seeds)
        part, *others = ({level: place for place, level in enumerate(each)} for each in levels)
        columns = ("label_noise", "train_size", "method", "dataset", "seed")
        rows = zip(*(trials[name] for name in columns), strict=True)
        return [
            (part[Part(noise, size)], *(known[level] for known, level in zip(others, row, strict=True)))
            for noise, size, *row in rows
        ]


def _over(block: Floats, summarise: Callable[..., Any]) -> Floats:
    """The block without its last axis, summarised over what is known there; NaN where nothing is."""
    if not block.shape[-1]:
        return np.full(block.shape[:-1], np.nan)
    nothing = np.asarray(~np.isfinite(block).any(axis=-1))
    found = summarise(np.where(nothing[..., np.newaxis], 0.0, block), axis=-1)
    return np.where(nothing, np.nan, found)


def _numbers(parts: Sequence[Part], blocks: Mapping[str, Floats]) -> dict[Key, Floats]:
    found: dict[Key, Floats] = {}
    for (metric, block), (folds, summarise) in itertools.product(blocks.items(), FOLDS.items()):
        summarised = _over(block, summarise)
        for repeats, chosen in REPEATS.items():
            averaged = _over(summarised[..., chosen], np.nanmean)
            found |= {Key(metric, part, folds, repeats): averaged[place] for place, part in enumerate(parts)}
    return found


def _n_trials(parts: Sequence[Part], accuracy: Floats) -> dict[tuple[Part, str], Floats]:
    there = np.asarray(np.isfinite(accuracy).any(axis=-1))
    return {
        (part, repeats): there[place][..., chosen].sum(axis=-1).astype(np.float64)
        for place, part in enumerate(parts)
        for repeats, chosen in REPEATS.items()
    }


def _unsteady(study: Study, axes: _Axes, accuracy: Floats) -> dict[str, Floats]:
    """Every measure of `instability`, of the trials without noise on all rows."""
    shape = len(axes.methods), len(axes.datasets)
    if MAIN not in axes.parts:
        return {}
    found = dict(of_accuracy(accuracy[axes.parts.index(MAIN)]))
    known = study.main[study.main["trial_id"].isin(study.evidence.labels)].sort_values("seed")
    for measure in OF_LABELS:
        found[measure] = np.full(shape, np.nan)
        for (method, dataset), ids in known.groupby(["method", "dataset"])["trial_id"]:
            repeats = [study.evidence.labels[trial_id] for trial_id in ids]
            found[measure][axes.methods.index(method), axes.datasets.index(dataset)] = of_labels(repeats, measure)
    return found


def _facts(study: Study, datasets: Sequence[str]) -> dict[str, Facts]:
    """Facts of each data set, from the spec of any of its trials and the rows of its folds; NaN for what a spec lacks."""
    of_specs = (spec.get("dataset", {}) for spec in study.evidence.stored.specs.values())
    nodes = {node.get("name"): node for node in of_specs}
    trials = study.trials.drop_duplicates("dataset")
    tested = dict(zip(trials["dataset"], trials["n_test_folds"], strict=True)) if len(trials) else {}
    return {
        name: Facts(
            n_rows=nodes.get(name, {}).get("rows", np.nan),
            n_columns=nodes.get(name, {}).get("features", np.nan),
            n_classes=len(nodes.get(name, {}).get("classes") or ()) or np.nan,
            n_used=float(np.sum(tested[name])),
        )
        for name in datasets
    }
