"""The records of the synthesis study as frames, with what the study declares about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.synthesis.design import Design
from harness.analysis.frame import FOLDED, POINTS, scores, trial_frame
from harness.core import Floats, HarnessError
from harness.inference.estimate import Estimate
from harness.inference.mean import mean
from harness.report.evidence import Evidence
from harness.report.tiers import how_to_record
from harness.running.identity import digest

SHARES = ("accuracy", "precision", "recall", "f1", "roc_auc", "train_accuracy", "calibration_error")
"""Metrics that are reported in points."""


_EMPTY = (
    *("trial_id", "method", "spec", "dataset", "synthesis", "model", "seed", "label_noise", "train_size"),
    *("n_folds", "inner_folds", "accuracy", "r2"),
)
"""Columns of the frame of no trial at all."""


@dataclass(frozen=True)
class Study:
    """The records as frames.

    Attributes:
        design: what is compared.
        evidence: what the frames are made of.
        trials: all trials that ended well, but for sets that are part of another set.
        main: classification without label noise on all training rows: what most tables are about.
        regression: regression trials.
        n_variants: trials left out because a method was also run with other settings; see `_usual_variant`.
    """

    design: Design
    evidence: Evidence
    trials: pd.DataFrame
    main: pd.DataFrame
    regression: pd.DataFrame
    n_variants: int = 0

    @classmethod
    def of(cls, evidence: Evidence, design: Design, folded: Sequence[str] = FOLDED) -> Study:
        """Sort the trials into the parts of the design, whatever trials there are; `folded` are kept with every fold."""
        trials = (
            trial_frame(evidence.stored, ("accuracy", "r2"), folded)
            if evidence.has_results
            else pd.DataFrame(columns=_EMPTY)
        )
        trials = trials[~trials["dataset"].isin(evidence.dependent_sets)]
        if "pool" in trials:
            other = trials["pool"].notna() & (trials["pool"] != "+".join(design.pool))
            trials.loc[other, "method"] += "[" + trials.loc[other, "pool"] + "]"
        every, trials = len(trials), _usual_variant(trials, evidence.stored.specs)
        classification = trials["accuracy"].notna()
        plain = (trials["label_noise"] == 0) & (trials["train_size"] == 1)
        main, regression = trials[classification & plain], trials[~classification & plain]
        return cls(design, evidence, trials, main, regression, every - len(trials))

    def check(self) -> None:
        """Refuse a report that lacks what every table needs.

        Raises:
            HarnessError: a main method has no trial.
        """
        lacking = [method for method in self.design.required if method not in set(self.main["method"])]
        if lacking:
            raise HarnessError(
                f"the report needs trials of every main method, and there are none of {', '.join(lacking)}; "
                f"{how_to_record('synthesis', self.evidence.tier)}."
            )

    @property
    def methods(self) -> list[str]:
        """The compared methods that have trials, in the order of the tables."""
        known = set(self.main["method"])
        return [method for family in self.design.families.values() for method in family if method in known]

    @property
    def ranked(self) -> list[str]:
        """The compared methods without the trivial baseline, which would only widen the critical difference."""
        return [method for method in self.methods if method not in self.design.families["baseline"]]

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
        """The gain of a combined base model over the model alone, on each data set."""
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
        """The printed name of a method, with what is other in its pool."""
        method, _, pool = method.removesuffix("]").partition("[")
        if pool:
            models = tuple(pool.split("+"))
            return f"{self.title(method)} ({self.design.pools.get(models, ', '.join(models))})"
        synthesis, _, model = method.partition(":")
        titles = self.evidence.titles
        if model:
            return f"{self._title('synthesis', synthesis)} ({self._title('model', model).lower()})"
        return self._title("synthesis" if synthesis in titles["synthesis"] else "model", synthesis)

    def _title(self, group: str, name: str) -> str:
        return self.evidence.titles[group].get(name, name.replace("_", " "))


def _usual_variant(trials: pd.DataFrame, specs: Mapping[str, Any]) -> pd.DataFrame:
    """The trials without those of a method's rarer settings.

    Members, folds, hyperparameters or preprocessing that a user varied in the same results folder make another method,
    which must not be averaged with the one of the design under one name. The settings with most trials are the usual ones.
    """

    def settings(key: str) -> str:
        spec = specs.get(key, {})
        return digest([spec.get("dataset", {}).get("max_rows"), {k: v for k, v in spec.items() if k != "dataset"}])

    variants = trials["spec"].map(settings) + trials["n_folds"].astype(str) + "/" + trials["inner_folds"].astype(str)
    usual = variants.groupby(trials["method"]).agg(lambda column: column.value_counts().index[0])
    return trials[variants == trials["method"].map(usual)]
