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
    """P(y | x): the same rows get other labels."""
    DATA = "data"
    """P(x): rows look different. What a row's label means may stay the same or change with it."""
    PRIOR = "prior"
    """P(y), with P(x | y) as it was."""
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


class Injector(Protocol):
    """A kind of drift with its parameters. Implementations are frozen dataclasses."""

    kind: ClassVar[Kind]

    @property
    def strongest(self) -> float:
        """The largest strength that a calibration tries."""
        ...

    def bind(self, pools: Pools, named: Named) -> Injection:
        """This drift in the world of these pools. Raises `Skip` where it makes no sense."""
        ...


def no_features() -> Ints:
    """The `touched` of a drift that changes no feature by itself."""
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Nothing:
    """No drift, for a control."""

    kind: ClassVar[Kind] = Kind.NONE
    strongest: float = 1.0

    def bind(self, pools: Pools, named: Named) -> Injection:  # noqa: ARG002 - as the contract says
        """Nothing happens to any row."""
        return Injection(touched=no_features(), labels=False)
