"""Folds, nested training subsets, parts of any size, and label noise.

Rows that are equal in every value and in the label are a group (`DataTable.groups`), which no split cuts: a model that has
learned one of them would be scored on what it has seen. Without equal rows every split is an ordinary stratified one.

All draws come from streams that are named by data set and seed of the trial. So with the same seed every method gets the same
folds, the same subset and the same wrong labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from harness.core import Code, Floats, Ints, Skip
from harness.randomness import stream

_NEARLY_ONE = 1 - 1e-9
"""What parts lack of earlier strata is made good a little less than in full, so that two parts never change places."""


class Fold(NamedTuple):
    """The positions of the training rows and of the test rows, which are disjoint."""

    train: Ints
    test: Ints


def folds(target: Ints | Floats, groups: Ints, *, n_classes: int, n_folds: int, random_state: int) -> list[Fold]:
    """Shuffled k folds, stratified for classification. Each row is in exactly one test part, each group in one as a whole.

    Without equal rows the test parts differ by at most one row, in all and in each class. With them see `dealt`.

    Args:
        target: shape (n,); class codes, or a regression target if `n_classes` is 0.
        groups: shape (n,); the group of each row.
        n_classes: the number of classes, 0 for regression.
        n_folds: at least 2.
        random_state: an integer from a named stream.

    Raises:
        Skip: a class (or the whole set) has fewer groups than there are folds.
    """
    fewest = n_of_rarest(target, groups, n_classes)
    if fewest < n_folds:
        what, code = ("the rarest class has", Code.RARE_CLASS) if n_classes else ("there are", Code.TOO_FEW_ROWS)
        why = f"{what} {fewest} different rows to cut into {n_folds} folds"
        raise Skip(f"{why}; lower n_folds, or merge or leave out that class", code=code)
    rng = np.random.default_rng(random_state)
    fold = dealt(_strata(target, n_classes), groups, [len(target) / n_folds] * n_folds, rng)
    return [Fold(np.flatnonzero(fold != number), np.flatnonzero(fold == number)) for number in range(n_folds)]


def n_of_rarest(target: Ints | Floats, groups: Ints, n_classes: int) -> int:
    """The number of groups of the rarest class, 0 if a class is absent; the number of all groups for regression."""
    first = np.unique(groups, return_index=True)[1]
    return int(np.min(np.bincount(_strata(target, n_classes)[first], minlength=n_classes)))


def _strata(target: Ints | Floats, n_classes: int) -> Ints:
    return target.astype(np.int64) if n_classes else np.zeros(len(target), dtype=np.int64)


def dealt(strata: Ints, groups: Ints, sizes: Sequence[float], rng: np.random.Generator) -> Ints:
    """The number of the part that each row goes to, shape (n,): a random part, but every stratum in proportion.

    Stratum by stratum, the rarest first, its groups are dealt in random order, the larger ones first: one to each part in a
    random order of parts, then each to the part that lacks most rows of the stratum, and of equals to the one that lacks most
    rows of earlier strata. So without equal rows parts of equal size differ by at most one row, in all and in each stratum, and
    parts of other sizes have exactly these if they are no smaller than twice the number of strata. With equal rows a part may
    have too many or too few, of a stratum at most about as many as its largest group has; but each gets a group of each stratum
    that has as many groups as there are parts.

    Args:
        strata: shape (n,), 0 or more; a group whose rows differ, as after label noise, is of that of its first row.
        groups: shape (n,), the group of each row.
        sizes: the rows that each part should have, n in all.
        rng: shuffles the groups.
    """
    first, group, rows = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)[1:]
    stratum, shares = strata[first], np.asarray(sizes) / len(groups)
    order = np.lexsort((rng.random(len(first)), -rows, stratum))
    part, lacking = np.empty(len(first), dtype=np.int64), np.zeros(len(shares))
    by_stratum = np.split(order, np.flatnonzero(np.diff(stratum[order])) + 1)
    turns = rng.permuted(np.tile(np.arange(len(shares)), (len(by_stratum), 1)), axis=1)
    for members, turn in zip(sorted(by_stratum, key=len), turns, strict=True):
        wanted = shares * rows[members].sum()
        due = wanted + np.minimum(np.maximum(lacking, -1), 1) * _NEARLY_ONE
        part[members] = turn[_dealt(rows[members], due[turn])]
        lacking += wanted - np.bincount(part[members], weights=rows[members], minlength=len(shares))
    return part[group]


def _dealt(rows: Ints, due: Floats) -> Ints:
    """The part of each group of one stratum, shape (n_groups,).

    Args:
        rows: of each group, the largest first.
        due: the rows that each part should have, parts in a random order; they sum to those of all groups.
    """
    lacks = due.tolist()
    parts = list(range(min(len(lacks), len(rows))))
    for chosen, size in zip(parts, rows.tolist(), strict=False):
        lacks[chosen] -= size
    n_repeated = int(np.searchsorted(-rows, -1))
    for size in rows[len(parts) : n_repeated].tolist():
        chosen = max(range(len(lacks)), key=lacks.__getitem__)
        lacks[chosen] -= size
        parts.append(chosen)
    # one by one, every other row would go to the part that lacks most: the first ones of all turns of all parts
    places = np.maximum(np.ceil(lacks), 0).astype(np.int64) + 1
    taker = np.repeat(np.arange(len(lacks)), places)
    turn = np.arange(len(taker)) - np.repeat(np.cumsum(places) - places, places)
    takers = taker[np.argsort(turn - np.array(lacks)[taker], kind="stable")]
    return np.concatenate([np.array(parts, dtype=np.int64), takers[: len(rows) - len(parts)]])


def nested_subset(
    target: Ints | Floats, groups: Ints, *, share: float, n_classes: int, seed: int, purpose: str
) -> Ints:
    """A share of the rows, stratified for classification. A smaller share is a subset of a larger one.

    The groups of each class are shuffled, and ranked by how much of their class comes before them. They are ordered by rank,
    and the first are taken.

    Args:
        target: shape (n,); class codes, or a regression target if `n_classes` is 0.
        groups: shape (n,); the group of each row.
        share: in (0, 1].
        n_classes: the number of classes, 0 for regression.
        seed: the seed of the trial.
        purpose: names the stream.

    Returns:
        Positions in increasing order, round(share * n) of them, and as many more as the last group has.
    """
    first, group, rows = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)[1:]
    shuffled = stream(seed, "training subset", purpose).permutation(len(first))
    stratum = _strata(target, n_classes)[first[shuffled]]
    rank = np.empty(len(first))
    for label in np.unique(stratum):
        members = np.flatnonzero(stratum == label)
        until = np.cumsum(rows[shuffled[members]])
        rank[members] = (until - rows[shuffled[members]] / 2) / until[-1]
    ordered = shuffled[np.argsort(rank, kind="stable")]
    before = np.cumsum(rows[ordered]) - rows[ordered]
    kept = np.zeros(len(first), dtype=bool)
    kept[ordered[before < round(share * len(target))]] = True
    return np.flatnonzero(kept[group])


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
