"""Contrasts: what a claim of the source paper says about data, with a rule of decision fixed in advance.

A contrast is known by its id, which begins with the claim's own id and a dot: "S1.accuracy.stacking-bagging". Seeds, keys and
joins go by ids and families, so that a statement may be put in better words at any time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.analysis.query import Query
from harness.core import Floats

STATED, CHECK = "stated", "sensitivity"
"""The families of printed numbers and of checks."""


class _OfClaim:
    """Something with an id that begins with a claim's."""

    id: str

    @property
    def claim(self) -> str:
        """The claim's id in the register, e.g. "S1"."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Directional(_OfClaim):
    """A claim that something is larger than something else.

    Attributes:
        id: of the contrast within the study, e.g. "S1.accuracy.stacking-bagging".
        statement: the contrast in words.
        differences: one value a data set, positive in the claimed direction.
        region: half the width of the region of practical equivalence, in the same unit.
        unit: of the differences.
        family: "primary" claims are adjusted by Holm; "secondary" ones, of another metric, by Benjamini and Hochberg; a
            check ("sensitivity") of a primary claim is shown unadjusted and gets no say in the claim's verdict.
        records: those that it rests on, of both sides; None if nobody has declared it.
    """

    id: str
    statement: str
    differences: Floats
    region: float
    unit: str = "points"
    family: str = "primary"
    records: Query | None = None


@dataclass(frozen=True)
class Share(_OfClaim):
    """A claim that something holds on more data sets than chance would have it.

    Attributes:
        id: as for `Directional`.
        statement: what is counted, less the chance of it.
        hits: 1 for each data set on which it holds, else 0.
        against: the share by chance.
        region: half the width of the region of practical equivalence, in points.
        unit: of the difference of shares.
        family: as for `Directional`.
        records: as for `Directional`.
    """

    id: str
    statement: str
    hits: Floats
    against: float
    region: float
    unit: str = "points"
    family: str = "primary"
    records: Query | None = None


@dataclass(frozen=True)
class Stated(_OfClaim):
    """A claim of a number.

    Attributes:
        id: as for `Directional`.
        statement: what the number is of.
        values: one measured value a data set.
        stated: the published number.
        unit: of both.
        limits: the least and the largest value that there can be.
        records: as for `Directional`.
    """

    id: str
    statement: str
    values: Floats
    stated: float
    unit: str = "points"
    limits: tuple[float, float] = (-math.inf, math.inf)
    records: Query | None = None

    @property
    def family(self) -> str:
        """The family of stated numbers, which are neither tested nor adjusted."""
        return STATED


Contrast = Directional | Share | Stated
"""Any contrast."""
