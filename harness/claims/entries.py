"""The register of a study: what is claimed, which contrasts decide, and every defensible way to answer them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

SUMMARY = "summary"
"""The dimension that the register applies itself, to the values of data sets; no contrast is given it."""


class Role(StrEnum):
    """What a choice changes."""

    QUESTION = "question"
    """What is claimed: shares are never taken over questions."""
    ANALYSIS = "analysis"
    """How it is answered."""
    SCOPE = "scope"
    """Of which data sets it is said."""


class Test(StrEnum):
    """How a contrast's values decide."""

    __test__ = False  # it is no test of pytest's

    MEAN = "mean"
    """The mean over data sets."""
    LOG_RATIO = "log ratio"
    """The same of logarithms of ratios, which are printed as ratios."""
    SHARE = "share"
    """The share of data sets on which something holds, less the share by chance, in points."""
    STATED = "stated"
    """A printed number, against the prediction interval for a new data set."""


class Rule(StrEnum):
    """How the contrasts of a claim decide together."""

    ALL = "all"
    """All support it; one is enough against it."""
    ORDER = "order"
    """The same, of the steps of an order."""
    ANY = "any"
    """One supports it; all are needed against it."""


class Summary(StrEnum):
    """How values of data sets become one number."""

    MEAN = "mean"
    """Student's interval: differences are taken for symmetric."""
    TRIMMED = "trimmed"
    """Yuen's: some at either end do not count."""
    MEDIAN = "median"
    """The exact one of signs: no shape is assumed, and no data set counts by how far out it lies."""


@dataclass(frozen=True)
class Level:
    """A level of a dimension.

    Attributes:
        why: it is defensible.
        region: half the width of the region of practical equivalence, if its values have a unit of their own.
    """

    why: str
    region: float | None = None


@dataclass(frozen=True)
class Dimension:
    """Something that can be chosen otherwise.

    Attributes:
        name: of the choice.
        role: what it changes.
        registered: the level that decides.
        levels: by name, with the registered one.
    """

    name: str
    role: Role
    registered: str
    levels: Mapping[str, Level]


@dataclass(frozen=True)
class Contrast:
    """A registered contrast.

    Attributes:
        id: begins with that of its claim and a dot.
        statement: what it is of, in words.
        of: the name of what the study offers.
        given: what it is asked with beside the levels of dimensions; may fix a dimension for this contrast.
        test: how it decides.
        unit: of its values.
        region: half the width of the region of practical equivalence, NaN for a stated number.
        is_less: whether smaller values support the claim.
        against: the share by chance.
        stated: the printed number.
        limits: the least and the largest value that there can be.
        n_fresh: the number of fresh data sets that can answer it, as far as its design and their columns tell; None for all.
    """

    id: str
    statement: str
    of: str
    given: Mapping[str, Any]
    test: Test
    unit: str
    region: float = math.nan
    is_less: bool = False
    against: float = math.nan
    stated: float = math.nan
    limits: tuple[float, float] = (-math.inf, math.inf)
    n_fresh: int | None = None

    @property
    def is_tested(self) -> bool:
        """Whether it has a direction that can be supported."""
        return self.test is not Test.STATED


@dataclass(frozen=True)
class Entry:
    """A claim.

    Attributes:
        id: such as "S1".
        statement: what is claimed.
        place: where the source says so.
        rule: how its contrasts decide together.
        contrasts: those that are registered; none if nobody can answer it yet.
        dimensions: by name.
        fewer: why it has fewer analysis dimensions or specifications than an entry should; empty if it has not.
        untested: why it has no contrasts yet, or "".
        untestable: why software cannot test it, or "".
    """

    id: str
    statement: str
    place: str
    rule: Rule
    contrasts: tuple[Contrast, ...]
    dimensions: Mapping[str, Dimension]
    fewer: str = ""
    untested: str = ""
    untestable: str = ""

    def of_role(self, role: Role) -> tuple[Dimension, ...]:
        """Its dimensions of a role, in order."""
        return tuple(one for one in self.dimensions.values() if one.role == role)

    @property
    def registered(self) -> dict[str, str]:
        """The registered level of every dimension."""
        return {name: one.registered for name, one in self.dimensions.items()}

    @property
    def tested(self) -> tuple[Contrast, ...]:
        """The contrasts that decide on it."""
        return tuple(one for one in self.contrasts if one.is_tested)


class Replicate(NamedTuple):
    """What counts as one value of a contrast, in words: one, and several."""

    one: str
    several: str


DATA_SETS = Replicate("data set", "data sets")


@dataclass(frozen=True)
class Register:
    """All claims of a study.

    Attributes:
        study: its name.
        source: the publication: doi and title.
        alpha: the level that all contrasts share.
        n_contrasts: over how many it is divided; frozen, so that no verdict changes when another study joins.
        entries: in the order of the file.
        node: what was read, plain.
        replicate: what counts as one value, if it is no data set.
    """

    study: str
    source: Mapping[str, str]
    alpha: float
    n_contrasts: int
    entries: tuple[Entry, ...]
    node: Mapping[str, Any]
    replicate: Replicate = DATA_SETS

    @property
    def level(self) -> float:
        """The level of the intervals that decide: Bonferroni's."""
        return 1 - self.alpha / max(self.n_contrasts, 1)

    @cached_property
    def by_id(self) -> Mapping[str, Entry]:
        """The entries by their ids."""
        return {entry.id: entry for entry in self.entries}

    def only(self, ids: Sequence[str]) -> Register:
        """The register with these claims alone, at the same level."""
        chosen = tuple(entry for entry in self.entries if entry.id in ids)
        return replace(self, entries=chosen)
