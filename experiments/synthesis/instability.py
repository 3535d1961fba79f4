"""How much what a method answers changes when it is trained again: from its predicted labels, and from its accuracy."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from harness.analysis.frame import POINTS
from harness.core import Floats, Ints

Pair = Callable[[Ints, Ints], float]


def changed(one: Ints, other: Ints) -> float:
    """The share of rows that two repeats label differently."""
    return float(np.mean(one != other))


def changed_beyond_chance(one: Ints, other: Ints) -> float:
    """Half of 1 − kappa: the share of rows, in proportion to what chance would change, as if there were two even classes.

    Source: Cohen 1960, doi 10.1177/001316446002000104. 0 if both repeats know one class only, the same one.
    """
    n = 1 + max(int(one.max()), int(other.max()))
    by_chance = 1 - float(np.bincount(one, minlength=n) @ np.bincount(other, minlength=n)) / len(one) ** 2
    return 0.5 * changed(one, other) / by_chance if by_chance > 0 else 0.0


def changed_by_class(one: Ints, other: Ints) -> float:
    """1 − Dice's overlap of the rows that two repeats give a class, mean over the classes that either gives.

    Source: Dice 1945, doi 10.2307/1932409.
    """
    n = 1 + max(int(one.max()), int(other.max()))
    both = np.bincount(one[one == other], minlength=n)
    each = np.bincount(one, minlength=n) + np.bincount(other, minlength=n)
    return float(np.mean(1 - 2 * both[each > 0] / each[each > 0]))


OF_LABELS: Mapping[str, Pair] = MappingProxyType(
    {"labels": changed, "beyond_chance": changed_beyond_chance, "by_class": changed_by_class}
)
"""Measures of two repeats' labels, as shares."""


MEASURES = (*OF_LABELS, "between_repeats", "between_folds")
"""All measures, of labels and of accuracy."""


def of_labels(repeats: Sequence[Ints], measure: str) -> float:
    """Points by which the labels of repeats differ, mean over pairs of repeats; NaN with fewer than two."""
    pairs = list(itertools.combinations(repeats, 2))
    return POINTS * float(np.mean([OF_LABELS[measure](*pair) for pair in pairs])) if pairs else np.nan


def of_accuracy(accuracy: Floats) -> Mapping[str, Floats]:
    """Points by which accuracy differs: between repeats, and as its standard deviation over the folds of a repeat.

    Args:
        accuracy: shares, shape (n_methods, n_sets, n_seeds, n_folds), NaN where there is none.

    Returns:
        `between_repeats` and `between_folds`, shape (n_methods, n_sets); NaN where repeats or folds lack.
    """
    means = accuracy.mean(axis=-1)
    pairs = [
        np.abs(means[..., one] - means[..., other]) for one, other in itertools.combinations(range(means.shape[-1]), 2)
    ]
    gaps = np.mean(pairs, axis=0) if pairs else np.full(accuracy.shape[:2], np.nan)
    spread = accuracy.std(axis=-1, ddof=1) if accuracy.shape[-1] > 1 else np.full(means.shape, np.nan)
    return {"between_repeats": POINTS * gaps, "between_folds": POINTS * spread.mean(axis=-1)}
