"""What a claim of the source paper says of data, as contrasts whose rule of decision is fixed in advance."""

from __future__ import annotations

import math
from dataclasses import dataclass

from harness.core import Floats


@dataclass(frozen=True)
class Directional:
    """A claim that something is larger than something else.

    Attributes:
        claim: the claim's id in the register, e.g. "S1".
        statement: the contrast in words.
        differences: one value a data set, positive in the claimed direction.
        region: half the width of the region of practical equivalence, in the same unit.
        unit: of the differences.
        family: "primary" claims are adjusted by Holm; "secondary" ones, of another metric, by Benjamini and Hochberg; a
            "sensitivity" check of a primary claim is shown unadjusted and gets no say in the claim's verdict.
    """

    claim: str
    statement: str
    differences: Floats
    region: float
    unit: str = "points"
    family: str = "primary"


@dataclass(frozen=True)
class Share:
    """A claim that something holds on more data sets than chance would have it.

    Attributes:
        claim: the claim's id.
        statement: what is counted, less the chance of it.
        hits: 1 for each data set on which it holds, else 0.
        against: the share by chance.
        region: half the width of the region of practical equivalence, in points.
        unit: of the difference of shares.
        family: as for `Directional`.
    """

    claim: str
    statement: str
    hits: Floats
    against: float
    region: float
    unit: str = "points"
    family: str = "primary"


@dataclass(frozen=True)
class Stated:
    """A claim of a number.

    Attributes:
        claim: the claim's id.
        statement: what the number is of.
        values: one measured value a data set.
        stated: the published number.
        unit: of both.
        limits: the least and the largest value that there can be.
    """

    claim: str
    statement: str
    values: Floats
    stated: float
    unit: str = "points"
    limits: tuple[float, float] = (-math.inf, math.inf)
