"""The records of the synthesis study as frames, with what the study declares about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harness.analysis.frame import POINTS, scores, trial_frame
from harness.analysis.inference.estimate import Estimate
from harness.analysis.inference.mean import mean
from harness.analysis.report import Evidence
from harness.core import Floats

SHARES = ("accuracy", "precision", "recall", "f1", "roc_auc", "train_accuracy", "calibration_error")
"""Metrics that are reported in points."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """What the study compares.

    Attributes:
        bagging, boosting, adaboost, stacking: the methods that stand for the source paper's words.
        published: its numbers, in percent, by method and metric.
        families: the compared methods, by kind; their order is the order of the tables.
        pool: the single models that the pooled methods combine.
        bases: the base models of the crossed methods.
        curved: methods whose label-noise and learning curves are drawn.
        pairs: the declared family of pairwise comparisons.
        region: half the width of the region of practical equivalence, in points.
    """

    bagging: str
    boosting: str
    adaboost: str
    stacking: str
    published: Mapping[str, Mapping[str, float]]
    families: Mapping[str, Sequence[str]]
    pool: Sequence[str]
    bases: Sequence[str]
    curved: Sequence[str]
    pairs: Sequence[tuple[str, str]]
    region: float


@dataclass(frozen=True)
class Study:
    """The records as frames.

    Attributes:
        design: what is compared.
        evidence: what the frames are made of.
        trials: all trials that ended well, but for sets that are part of another set.
        main: classification without label noise on all training rows: what most tables are about.
        regression: regression trials.
    """

    design: Design
    evidence: Evidence
    trials: pd.DataFrame
    main: pd.DataFrame
    regression: pd.DataFrame

    @classmethod
    def of(cls, evidence: Evidence, design: Design) -> Study:
        """Sort the trials into the parts of the design."""
        trials = trial_frame(evidence.stored.records, ("accuracy", "r2"))
        trials = trials[~trials["dataset"].isin(evidence.dependent_sets)]
        classification = trials["accuracy"].notna()
        plain = (trials["label_noise"] == 0) & (trials["train_size"] == 1)
        return cls(design, evidence, trials, trials[classification & plain], trials[~classification & plain])

    @property
    def methods(self) -> list[str]:
        """The compared methods that have trials, in the order of the tables."""
        known = set(self.main["method"])
        return [method for family in self.design.families.values() for method in family if method in known]

    @property
    def size(self) -> str:
        """How many data sets and repeats the main comparison has, in words."""
        n_folds = "/".join(f"{n:g}" for n in sorted(self.main["n_folds"].unique()))
        return f"{self.main['dataset'].nunique()} data sets, {self.main['seed'].nunique()} × {n_folds}-fold cross-validation"

    def scores(self, metric: str, methods: Sequence[str] | None = None) -> pd.DataFrame:
        """Data sets by methods (those compared unless given), in points for shares."""
        wanted = self.methods if methods is None else methods
        return scores(self.main, metric, wanted) * (POINTS if metric in SHARES else 1)

    def mean(self, metric: str, method: str) -> Estimate:
        """The mean over data sets with its 95 % interval."""
        return mean(self.scores(metric, [method])[method].dropna().to_numpy())

    def contrast(self, first: str, second: str, metric: str = "accuracy") -> Floats:
        """The difference on each data set, shape (n_sets,); NaN where one of them has no trial."""
        table = self.scores(metric, [first, second])
        return np.asarray(table[first] - table[second])

    def gain(self, synthesis: str, model: str) -> Floats:
        """What combining a base model gains over the model alone, on each data set."""
        return self.contrast(f"{synthesis}:{model}", model)

    def levels(self, factor: str) -> list[float]:
        """The levels of a factor among the classification trials, in increasing order."""
        return sorted(self.trials.loc[self.trials["accuracy"].notna(), factor].unique())

    def at(self, factor: str, level: float, metric: str = "accuracy") -> pd.DataFrame:
        """Data sets by curved methods at one level of label noise or training size, the other factor at its default."""
        other, default = ("train_size", 1.0) if factor == "label_noise" else ("label_noise", 0.0)
        chosen = (self.trials[factor] == level) & (self.trials[other] == default) & self.trials["accuracy"].notna()
        return scores(self.trials[chosen], metric, self.design.curved) * POINTS

    def title(self, method: str) -> str:
        """The printed name of a method."""
        synthesis, _, model = method.partition(":")
        titles = self.evidence.titles
        if model:
            return f"{self._title('synthesis', synthesis)} ({self._title('model', model).lower()})"
        return self._title("synthesis" if synthesis in titles["synthesis"] else "model", synthesis)

    def _title(self, group: str, name: str) -> str:
        return self.evidence.titles[group].get(name, name.replace("_", " "))
