"""What an injector is: the description of a drift. Bound to the pools of a trial, it says what happens to a row.

Random choices (features, directions, which rows are touched first) are made once, when the injector is bound, from streams
named by the injector and the purpose. A larger strength touches all rows that a smaller one touches, and more, so that
strengths are compared on common random numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

import numpy as np

from harness.core import Floats, Ints
from harness.drift.pools import Pools
from harness.drift.population import Rows

Strengths = float | Floats
"""One number for all rows, or one for each row, shape (n,). 0 leaves a row as it is."""

Named = Callable[[str], np.random.Generator]
"""A generator of the stream named by a purpose."""


class Kind(StrEnum):
    """What of the joint distribution P(x, y) a drift changes."""

    CONCEPT = "concept"
    """P(y | x): another rule holds, everywhere or in a region, which a model could learn."""
    NOISE = "noise"
    """P(y | x) as well, but the best rule stays: labels are changed at random, on at most half of the rows."""
    DATA = "data"
    """P(x): rows look different. What a row's label means may stay the same or change with it."""
    PRIOR = "prior"
    """How often a row arrives, by its label: P(y), with P(x | y) as it was. An `Improvement`, which draws rows by whether their
    label can be explained, is counted here too: it changes no row and no label."""
    BOTH = "both"
    """Several of these, of scenarios that share a stream; no injector is of this kind."""
    NONE = "none"
    """Nothing."""


def united(kinds: Iterable[Kind]) -> Kind:
    """The kind of several things at once: the one that they have in common, or `Kind.BOTH`. `Kind.NONE` adds nothing."""
    distinct = set(kinds) - {Kind.NONE}
    if len(distinct) > 1:
        return Kind.BOTH
    return distinct.pop() if distinct else Kind.NONE


MOST_NOISE = 0.5
"""The share of rows from which on labels that were changed at random are another rule. Up to it they are noise."""


def kind_of_changed_labels(share: float) -> Kind:
    """What labels that are changed on a random share of the rows count as."""
    return Kind.CONCEPT if share > MOST_NOISE else Kind.NOISE


@dataclass(frozen=True, eq=False)
class Injection:
    """A drift bound to the pools of one trial.

    Attributes:
        touched: ascending indices of the features whose values, or whose draw, it changes directly.
        labels: whether it changes labels, or how often each is drawn.
        change: given a fresh copy of rows, which it may write into, their ids and the strength, returns the changed rows;
            None if values stay as they are.
        weights: given ids and one strength, the weights with which these rows are drawn, shape (n,), positive somewhere;
            None if all rows are drawn alike.
    """

    touched: Ints
    labels: bool
    change: Callable[[Rows, Ints, Strengths], Rows] | None = None
    weights: Callable[[Ints, float], Floats] | None = None

    @property
    def moves_rows(self) -> bool:
        """Whether other rows come, so that one who reads rows alone can see it."""
        return self.weights is not None or bool(self.touched.size)


class Injector(Protocol):
    """A kind of drift with its parameters. Implementations are frozen dataclasses.

    An injector whose kind depends on its strength has a method `kind_at(strength)` besides, see `kind_at`.

    Attributes:
        kind: what it changes, as far as that can be told without a strength.
        version: raised when what the injector does to a row changes, so that kept answers of models are not mixed up.
    """

    kind: ClassVar[Kind]
    version: ClassVar[int]

    @property
    def strongest(self) -> float:
        """The largest strength that a calibration tries."""
        ...

    def bind(self, pools: Pools, named: Named) -> Injection:
        """This drift in the world of these pools. Raises `Skip` where it makes no sense."""
        ...


def kind_at(injector: Injector, strength: float) -> Kind:
    """What an injector changes at a strength: nothing at 0; what its own `kind_at` says if it has one; or else its `kind`."""
    if not strength:
        return Kind.NONE
    told: Callable[[float], Kind] | None = getattr(injector, "kind_at", None)
    return told(strength) if told else injector.kind


def no_features() -> Ints:
    """The `touched` of a drift that changes no feature by itself."""
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Nothing:
    """No drift, for a control."""

    kind: ClassVar[Kind] = Kind.NONE
    version: ClassVar[int] = 1
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:  # noqa: ARG002 - as the contract says
        """Nothing happens to any row."""
        return Injection(touched=no_features(), labels=False)
