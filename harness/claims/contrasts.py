"""Contrasts: what a claim of the source paper says about data, with a rule of decision fixed in advance.

A contrast is known by its id, which begins with the claim's own id and a dot: "S1.accuracy.stacking-bagging". Seeds, keys and
joins go by ids and families, so that a statement may be put in better words at any time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from harness.analysis.query import Query
from harness.core import ConfigError, Floats
from harness.inference import inputs

STATED, CHECK = "stated", "sensitivity"
"""The families of printed numbers and of checks."""

_FAMILIES = ("primary", "secondary", CHECK)


class _OfClaim:
    """Something with an id that begins with a claim's."""

    id: str
    statement: str

    @property
    def claim(self) -> str:
        """The claim's id in the register, e.g. "S1"."""
        return self.id.partition(".")[0]

    def _read(self, field: str, numbers: Callable[..., Floats]) -> None:
        """Read the texts and the numbers of a contrast, once and for all."""
        inputs.text(self.id, what="the id of a contrast")
        inputs.text(self.statement, what=f"the statement of {self.id}")
        # The class is frozen to everyone else.
        object.__setattr__(self, field, numbers(getattr(self, field), what=f"{field} of {self.id}"))


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

    Raises:
        ConfigError: a region below 0, or a family that is none.
        DataError: differences that are no numbers.
    """

    id: str
    statement: str
    differences: Floats
    region: float
    unit: str = "points"
    family: str = "primary"
    records: Query | None = None

    def __post_init__(self) -> None:
        """Read what was given."""
        self._read("differences", inputs.numbers)
        _check_rule(self.region, self.family)


@dataclass(frozen=True)
class Share(_OfClaim):
    """A claim that something holds on more data sets than chance would have it.

    Attributes:
        id: as for `Directional`.
        statement: what is counted, less the chance of it.
        hits: 1 for each data set on which it holds, else 0; NaN where that is not known, which is left out.
        against: the share by chance.
        region: half the width of the region of practical equivalence, in points.
        unit: of the difference of shares.
        family: as for `Directional`.
        records: as for `Directional`.

    Raises:
        ConfigError: as `Directional`, or a chance outside of [0, 1].
        DataError: hits other than 0 and 1.
    """

    id: str
    statement: str
    hits: Floats
    against: float
    region: float
    unit: str = "points"
    family: str = "primary"
    records: Query | None = None

    def __post_init__(self) -> None:
        """Read what was given."""
        self._read("hits", inputs.hits)
        _check_rule(self.region, self.family)
        if not 0 <= inputs.number(self.against, what=f"against of {self.id}") <= 1:
            raise ConfigError(f"against of {self.id} is {self.against}, but the share by chance lies between 0 and 1")


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

    Raises:
        ConfigError: a stated number that is none, or limits that are not in order.
        DataError: values that are no numbers.
    """

    id: str
    statement: str
    values: Floats
    stated: float
    unit: str = "points"
    limits: tuple[float, float] = (-math.inf, math.inf)
    records: Query | None = None

    def __post_init__(self) -> None:
        """Read what was given."""
        self._read("values", inputs.numbers)
        inputs.number(self.stated, what=f"the stated number of {self.id}")
        inputs.limits(self.limits)

    @property
    def family(self) -> str:
        """The family of stated numbers, which are neither tested nor adjusted."""
        return STATED


def _check_rule(region: float, family: str) -> None:
    inputs.region(region)
    if family not in _FAMILIES:
        raise ConfigError(f"family is {family!r}, but must be one of {', '.join(_FAMILIES)}")


Contrast = Directional | Share | Stated
"""Any contrast."""
