"""Folds, nested training subsets and label noise.

All three take the seed of the trial and draw from streams of their own. So with the same seed every method gets the same
folds, the same subset and the same wrong labels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from harness.core import Code, Floats, Ints, Skip
from harness.randomness import stream


class Fold(NamedTuple):
    """The positions of the training rows and of the test rows, which are disjoint."""

    train: Ints
    test: Ints


def folds(target: Ints | Floats, *, n_classes: int, n_folds: int, random_state: int) -> list[Fold]:
    """Shuffled k folds, stratified for classification. Each row is in exactly one test part.

    Args:
        target: shape (n,); class codes, or a regression target if `n_classes` is 0.
        n_classes: the number of classes, 0 for regression.
        n_folds: at least 2.
        random_state: an integer from a named stream.

    Raises:
        Skip: a class (or the whole set) has fewer rows than there are folds.
    """
    fewest = n_of_rarest(target, n_classes)
    if fewest < n_folds:
        what, code = ("the rarest class has", Code.RARE_CLASS) if n_classes else ("there are", Code.TOO_FEW_ROWS)
        why = f"{what} {fewest} rows to cut into {n_folds} folds; lower n_folds, or merge or leave out that class"
        raise Skip(why, code=code)
    splitter = StratifiedKFold if n_classes else KFold
    cut = splitter(n_splits=n_folds, shuffle=True, random_state=random_state)
    return [Fold(train, test) for train, test in cut.split(np.empty((len(target), 0)), target)]


def n_of_rarest(target: Ints | Floats, n_classes: int) -> int:
    """The number of rows of the rarest class, 0 if a class is absent; the number of all rows for regression."""
    return int(np.min(np.bincount(target.astype(np.int64), minlength=n_classes))) if n_classes else len(target)


def nested_subset(target: Ints | Floats, *, share: float, n_classes: int, seed: int, purpose: str) -> Ints:
    """A share of the rows, stratified for classification. A smaller share is a subset of a larger one.

    The rows of each class are shuffled and ranked. Rows are ordered by their rank as a fraction of their class, and the
    first are taken.

    Args:
        target: shape (n,); class codes, or a regression target if `n_classes` is 0.
        share: in (0, 1].
        n_classes: the number of classes, 0 for regression.
        seed: the seed of the trial.
        purpose: names the stream.

    Returns:
        Positions in increasing order, round(share * n) of them.
    """
    shuffled = stream(seed, "training subset", purpose).permutation(len(target))
    labels = target[shuffled] if n_classes else np.zeros(len(target))
    rank = np.empty(len(target))
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)
    first = np.argsort(rank, kind="stable")[: round(share * len(target))]
    return np.sort(shuffled[first])


def noisy_target(target: Ints | Floats, *, share: float, n_classes: int, seed: int, purpose: str) -> Ints | Floats:
    """A copy of `target` with a share of wrong rows. A larger share includes the wrong rows of a smaller one.

    A class label becomes one of the other classes with equal probability. A regression target becomes that of another row.

    Args:
        target: the training target, shape (n,).
        share: in [0, 1); round(share * n) rows are changed. With a training size below 1 the share is exact for the whole
            training fold, and holds on average for the rows that are kept.
        n_classes: 0 for regression.
        seed: the seed of the trial.
        purpose: names the stream.
    """
    rng = stream(seed, "label noise", purpose)
    order = rng.permutation(len(target))
    if n_classes:
        wrong = (target + rng.integers(1, n_classes, size=len(target))) % n_classes
    else:
        wrong = target[(np.arange(len(target)) + rng.integers(1, len(target), size=len(target))) % len(target)]
    noisy = target.copy()
    chosen = order[: round(share * len(target))]
    noisy[chosen] = wrong[chosen]
    return noisy
