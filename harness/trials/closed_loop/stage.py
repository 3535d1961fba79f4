"""What a staged stream asks of a model: the evaluation pool in every state of the drift, and the scored rows.

A *state* is a strength of each part of the drift. At each time the pool is in some state, or in several with some probability.
What a model loses then is known exactly, since the pool is finite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from harness.core import Floats, Ints
from harness.drift import Rows, StagedStream, error_signal
from harness.drift.concepts import Concepts

State = tuple[float, ...]
"""A strength of each part of a drift."""


class Course(NamedTuple):
    """The states of a stream, and the probability of each at each time, shape (n_rows, n_states)."""

    states: tuple[State, ...]
    shares: Floats


@dataclass(frozen=True, eq=False)
class Stage:
    """All rows that a model is asked about on a stream, each once, and where each of them counts.

    They are numbered: first those of the evaluation pool as they are before any drift, then `changed`.

    Attributes:
        pool: the first of them, shape (n_evaluate, n_features).
        changed: the others, shape (n_changed, n_features).
        entries: number of each row of the pool in each state, shape (n_states, n_evaluate).
        targets: of these, shape (n_states, n_evaluate).
        weights: with which they are drawn, shape (n_states, n_evaluate); those of a state sum to 1.
        course: the states, and how probable each is at each time.
        scored: number of the row of each time, shape (n_rows,).
        scored_target: of these, shape (n_rows,).
    """

    pool: Floats
    changed: Floats
    entries: Ints
    targets: Ints | Floats
    weights: Floats
    course: Course
    scored: Ints
    scored_target: Ints | Floats

    @classmethod
    def of(cls, stream: StagedStream, rows_per_period: int) -> Stage:
        """The stage of a stream. Where a drift grows from row to row, a period counts as at its mean strength."""
        course = course_of(stream, rows_per_period)
        drift = stream.drift
        pool = drift.pools.before.matrix
        numbered = _Numbered(pool)
        rows = [drift.rows(drift.pools.evaluate, state) for state in course.states]
        entries = np.stack([numbered(one, np.arange(len(pool))) for one in rows])
        weights = np.stack([_weights(drift, state) for state in course.states])
        targets: Any = np.stack([one.target for one in rows])
        scored, target = _scored(stream, course.states, entries, targets, numbered)
        return cls(pool, numbered.changed(), entries, targets, weights, course, scored, target)

    def losses(self, answer: Ints | Floats, threshold: float | None) -> Floats:
        """The expected loss in each state, shape (n_states,), exact over the pool.

        Args:
            answer: to all rows in their order, shape (n_evaluate + n_changed,).
            threshold: of errors, for regression.
        """
        wrong = error_signal(self.targets, answer[self.entries], threshold)
        losses: Floats = (wrong * self.weights).sum(axis=1)
        return losses

    def errors(self, answer: Ints | Floats, threshold: float | None) -> Floats:
        """1 for each scored row that is answered wrong, else 0, shape (n_rows,)."""
        return error_signal(self.scored_target, answer[self.scored], threshold)


class _Numbered:
    """Numbers rows: one that is as in the pool has its number there, any other a new one."""

    def __init__(self, pool: Floats) -> None:
        self._pool, self._new, self._n_rows = pool, [pool[:0]], len(pool)

    def __call__(self, rows: Rows, places: Ints) -> Ints:
        """The numbers of rows that are at these places of the pool before any drift."""
        known = self._pool[places]
        differs = ((rows.matrix != known) & ~(np.isnan(rows.matrix) & np.isnan(known))).any(axis=1)
        numbers, n_new = places.copy(), int(differs.sum())
        numbers[differs] = self._n_rows + np.arange(n_new)
        self._new.append(rows.matrix[differs])
        self._n_rows += n_new
        return numbers

    def changed(self) -> Floats:
        return np.concatenate(self._new)


def course_of(stream: StagedStream, rows_per_period: int) -> Course:
    """The states of a stream and their probabilities.

    A part is on at its full strength with probability alpha, each part for itself. A part that grows from row to row is at the
    mean strength of the period, from its first row to its last.
    """
    n_rows, parts = stream.n_rows, stream.drift.parts
    probability, strengths = np.ones((n_rows, 1)), np.zeros((n_rows, 1, 0))
    for part, schedule in zip(parts, stream.schedules, strict=True):
        alpha = schedule.alpha
        if schedule.incremental:
            ways = [(np.ones(n_rows), part.strength * _mean_of_periods(alpha, rows_per_period))]
        else:
            ways = [(1 - alpha, np.zeros(n_rows)), (alpha, np.full(n_rows, part.strength))]
        probability = np.concatenate([probability * share[:, None] for share, _ in ways], axis=1)
        strengths = np.concatenate([_appended(strengths, strength) for _, strength in ways], axis=1)
    flat, n_ways = strengths.reshape(n_rows * strengths.shape[1], -1), strengths.shape[1]
    known, number = np.unique(flat, axis=0, return_inverse=True)
    shares = np.zeros((n_rows, len(known)))
    np.add.at(shares, (np.repeat(np.arange(n_rows), n_ways), number.ravel()), probability.ravel())
    met = shares.any(axis=0) | ~known.any(axis=1)  # the world before is a state of every stream
    return Course(tuple(tuple(map(float, state)) for state in known[met]), shares[:, met])


def _mean_of_periods(alpha: Floats, rows_per_period: int) -> Floats:
    means = [alpha[start : start + rows_per_period].mean() for start in range(0, len(alpha), rows_per_period)]
    return np.repeat(means, rows_per_period)[: len(alpha)]


def _appended(strengths: Floats, strength: Floats) -> Floats:
    column = np.broadcast_to(strength[:, None, None], (*strengths.shape[:2], 1))
    return np.concatenate([strengths, column], axis=2)


def _weights(drift: Concepts, state: State) -> Floats:
    weights = drift.weights(drift.pools.evaluate, state)
    return (
        np.full(len(drift.pools.evaluate), 1 / len(drift.pools.evaluate))
        if weights is None
        else weights / weights.sum()
    )


def _scored(
    stream: StagedStream, states: Sequence[State], entries: Ints, targets: Ints | Floats, numbered: _Numbered
) -> tuple[Ints, Ints | Floats]:
    """The number and the target of the row of each time; rows with a strength of their own are numbered here."""
    places, own = stream.arrivals.places, stream.arrivals.strengths
    if stream.is_incremental:
        rows = stream.rows()
        return numbered(rows, places), rows.target
    by_concept = {
        concept: states.index(tuple(own[:, time])) for concept, time in _first_times(stream.arrivals.concepts)
    }
    state = np.array([by_concept[concept] for concept in stream.arrivals.concepts.tolist()])
    return entries[state, places], targets[state, places]


def _first_times(concepts: Ints) -> list[tuple[int, int]]:
    """Each concept with a time at which it is met."""
    known, first = np.unique(concepts, return_index=True)
    return list(zip(known.tolist(), first.tolist(), strict=True))
