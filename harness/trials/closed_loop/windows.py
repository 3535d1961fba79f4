"""What models may learn from on a staged stream: labelled rows of the pools that are never scored."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.core import Ints
from harness.drift import Pools, Rows, StagedStream
from harness.policies.world import Averaged, Model, Recalibrated, Recipe

HELD_BACK = 0.25
"""The share of different rows to adapt with that no challenger learns from."""


class Window(NamedTuple):
    """Rows to learn from, the oldest first: their ids, and what they are like under the drift."""

    ids: Ints
    rows: Rows


class Windows:
    """The rows that each model of a stream learns from. One comes with each row of the stream; some have a label."""

    def __init__(self, stream: StagedStream, *, labelled_share: float) -> None:
        """The windows of a stream. Raises `Skip` if there are no rows to adapt with."""
        self._stream, self._share = stream, labelled_share
        self._pools.require_adapt("a policy that retrains")

    @property
    def _pools(self) -> Pools:
        return self._stream.drift.pools

    # ---- labels ---------------------------------------------------------------------------------------------------------

    @cached_property
    def scored(self) -> NDArray[np.bool_]:
        """The scored rows whose label ever arrives, shape (n_rows,)."""
        return self._have_labels("evaluate")

    @cached_property
    def times(self) -> Ints:
        """The times whose row to learn from has a label, ascending."""
        return np.flatnonzero(self._have_labels("adapt"))

    def _have_labels(self, pool: str) -> NDArray[np.bool_]:
        luck = self._pools.stream("labelled", pool, self._stream.draw).random(self._stream.n_rows)
        found: NDArray[np.bool_] = luck < self._share
        return found

    def known_by(self, start: int, n_labels: int) -> int:
        """The row before which so many labels have come in, of times from `start` on; n_rows + 1 if the stream ends before."""
        last = int(np.searchsorted(self.times, start)) + n_labels - 1
        return int(self.times[last]) + 1 if last < len(self.times) else self._stream.n_rows + 1

    # ---- windows --------------------------------------------------------------------------------------------------------

    def of(self, recipe: Recipe) -> Window:
        """What a recipe learns from.

        Where there are too few labelled rows, training rows come first: those that came last before the stream. With `n_rows`
        of None these are the rows of the initial model. A challenger leaves out what is held back.
        """
        times = self._times(recipe)
        n_before = self._stream.rows_per_month if recipe.n_rows is None else recipe.n_rows - len(times)
        if recipe.is_challenger:
            times = times[~self._is_held_back[self._all.ids[times]]]
        before = self._before(recipe, n_before)
        old, new = self._pools.population.take(before), self._at(times)
        rows = Rows(np.concatenate([old.matrix, new.rows.matrix]), np.concatenate([old.target, new.rows.target]))
        return Window(np.concatenate([before, new.ids]), rows)

    def _before(self, recipe: Recipe, n_rows: int) -> Ints:  # noqa: ARG002 - see `OrderedWindows`
        """The ids of so many training rows, the newest last."""
        return self._pools.training(n_rows)[::-1]

    def held_back(self, challenger: Recipe) -> Window:
        """The rows of its window that a challenger does not learn from."""
        times = self._times(challenger)
        return self._at(times[self._is_held_back[self._all.ids[times]]])

    def to_recalibrate(self, model: Recalibrated) -> Window:
        """The rows on which a model's probabilities are fitted anew: the newest of those whose ids its base has not learned."""
        times = self._times(Recipe(model.until, None))
        learned = np.concatenate([self.of(recipe).ids for recipe in recipes(model.base)])
        return self._at(times[~np.isin(self._all.ids[times], learned)][-model.n_rows :])

    def _times(self, recipe: Recipe) -> Ints:
        known = self.times[: np.searchsorted(self.times, recipe.until)]
        return known if recipe.n_rows is None else known[max(0, len(known) - recipe.n_rows) :]

    def _at(self, times: Ints) -> Window:
        ids, rows = self._all
        return Window(ids[times], Rows(rows.matrix[times], rows.target[times]))

    @cached_property
    def _all(self) -> Window:
        return Window(self._stream.adapt_ids(), self._stream.adapt_rows())

    @property
    def _learnable(self) -> Ints:
        """The ids of the rows that can be learned from."""
        return self._pools.adapt

    @cached_property
    def _is_held_back(self) -> NDArray[np.bool_]:
        """Of each id, whether challengers are judged by it: always the same ones, so that none has learned one before.

        Equal rows are held back together.
        """
        groups = self._pools.population.groups
        different = np.unique(groups[self._learnable])
        n_held_back = max(1, round(HELD_BACK * len(different)))
        chosen = self._pools.stream("held back").permutation(different)[:n_held_back]
        return np.isin(groups, chosen)


def recipes(model: Model) -> list[Recipe]:
    """All recipes that a model is made of."""
    if isinstance(model, Recipe):
        return [model]
    return [one for part in (model.members if isinstance(model, Averaged) else (model.base,)) for one in recipes(part)]
