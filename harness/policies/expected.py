"""Totals of schedules that know nothing of a stream, random and periodic ones: exact, for every number of retrains."""

from __future__ import annotations

import numpy as np

from harness.inference.arrays import Floats, Ints


def random_totals(losses: Floats, feasible: Ints) -> Floats:
    """The mean total over all schedules of n feasible points, for n = 0 to m, shape (m + 1,).

    A model answers in a period if its point is chosen and none of the feasible ones since. If n of m points are chosen with
    equal chances, the chance of that depends on the number of those alone, so that losses are summed by it: no
    schedule is enumerated, and no sum of losses beyond n_periods² terms is made.

    Args:
        losses: shape (n_periods, n_periods), as a `Bank` holds them.
        feasible: shape (m,), ascending points.
    """
    m, periods = len(feasible), np.arange(len(losses))
    so_far = np.searchsorted(feasible, periods, side="right")
    initial = np.bincount(so_far, weights=losses[0], minlength=m + 1)
    model, period = np.nonzero(periods >= feasible[:, np.newaxis])
    later = np.bincount(so_far[period] - model - 1, weights=losses[feasible[model], period], minlength=m)
    none = _none_of(m)
    this_one = np.arange(m + 1)[:, np.newaxis] / (m - np.arange(m))  # chosen, if some others are not
    return none @ initial + (none[:, :m] * this_one) @ later


def _none_of(m: int) -> Floats:
    """The chance that none of f given points is among n that are drawn of m, shape (m + 1, m + 1), by n and f."""
    n, f = np.ogrid[: m + 1, :m]
    factors = np.clip((m - f - n) / (m - f), 0, None)
    return np.concatenate([np.ones((m + 1, 1)), np.cumprod(factors, axis=1)], axis=1)


def periodic_totals(between: Floats) -> Floats:
    """The mean total over the phases of a systematic sample of n feasible points, for n = 0 to m, shape (m + 1,).

    The i-th point of phase p is number floor((p + i m) / n) of the m feasible ones, i = 0 to n - 1. The phases p = 0 to m - 1
    are those of a start that is uniform over the fractional interval m / n; each point is in n of them.

    Args:
        between: shape (m + 2, m + 2), as `Segments` has it.

    Source: Madow and Madow (1944), doi 10.1214/aoms/1177731312.
    """
    m = len(between) - 2
    phases = np.arange(max(m, 1))[:, np.newaxis]
    totals = np.empty(m + 1)
    for n in range(m + 1):
        nodes = np.full((len(phases), n + 2), m + 1)
        nodes[:, 0] = 0
        nodes[:, 1:-1] = 1 + (phases + np.arange(n) * m) // max(n, 1)
        totals[n] = between[nodes[:, :-1], nodes[:, 1:]].sum(axis=1).mean()
    return totals


def inner_totals(between: Floats) -> Floats:
    """The total under the n feasible points that part a stream into n + 1 equal parts, for n = 0 to m, shape (m + 1,).

    The i-th point is number i (m + 1) / (n + 1) of the m feasible ones, rounded, i = 1 to n. The phases of `periodic_totals`
    include points at either end, where a retrain is worth little; these do not.

    Args:
        between: shape (m + 2, m + 2), as `Segments` has it.
    """
    m = len(between) - 2
    totals = np.empty(m + 1)
    for n in range(m + 1):
        nodes = (2 * np.arange(n + 2) * (m + 1) + n + 1) // (2 * (n + 1))
        totals[n] = between[nodes[:-1], nodes[1:]].sum()
    return totals
