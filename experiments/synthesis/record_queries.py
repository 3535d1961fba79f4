"""Which records a method, or a comparison of methods, rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from experiments.synthesis.study import Study
from harness.analysis.query import OK, Among, Query, either, where
from harness.report.table import Basis, Column, Key


def made_by(study: Study, methods: Iterable[str]) -> Query:
    """The trials of any of the methods."""
    return either(_made_by(study, method) for method in methods)


def _made_by(study: Study, method: str) -> Query:
    """The trials of one method, which is told by how models are combined, the base model and the pool."""
    name, _, pool = method.removesuffix("]").partition("[")
    synthesis, _, model = name.partition(":")
    if model:
        return where(synthesis=synthesis, model=model)
    if (study.trials.loc[study.trials["method"] == method, "synthesis"] == "single").any():
        return where(synthesis="single", model=synthesis)
    return where(synthesis=synthesis, pool=pool or (None, "+".join(study.design.pool)))


def method_key(study: Study, methods: Iterable[str]) -> Key:
    """Rows of one method each."""
    return Key(("method",), {(method,): made_by(study, [method]) for method in methods})


def main(study: Study) -> Query:
    """Classification without label noise on all training rows."""
    return classification(study) & where(label_noise=0, train_size=1)


def classification(study: Study) -> Query:
    """All trials with a class to predict, but for sets that are part of another set."""
    trials = study.trials[study.trials["accuracy"].notna()]
    return OK & where(dataset=tuple(sorted(trials["dataset"].unique()))) & _of_task("classification")


def regression() -> Query:
    """All trials with a number to predict."""
    return OK & _of_task("regression")


def of_set(names: Iterable[Any]) -> Key:
    """Rows of one data set each."""
    return Key(("dataset",), {(name,): where(dataset=name) for name in names})


def named(title: str, value: str) -> Column:
    """A column of names."""
    return Column(title, value, basis=Basis.DESIGN)


def _of_task(task: str) -> Query:
    return Query((Among(("spec.dataset.task",), (task,)),))
