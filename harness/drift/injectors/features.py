"""Which features a drift touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from harness.core import Code, ConfigError, Floats, Ints, Skip
from harness.drift.pools import Pools
from harness.settings import Checked, above, at_least, at_most


@dataclass(frozen=True, kw_only=True)
class Features(Checked):
    """A choice of features; exactly one way of choosing is set.

    Attributes:
        named: their names.
        at: their positions.
        drawn: how many are drawn by the seed, of those that the drift can touch.
        share: which share of those is drawn, at least one.
        most_used: the so many that the reference model uses most; a drift of theirs is likely to harm.
        least_used: the so many that it uses least; a drift of theirs is likely to be harmless.
    """

    may_be_a_mapping: ClassVar[bool] = True

    named: tuple[str, ...] | None = None
    at: tuple[int, ...] | None = None
    drawn: Annotated[int, at_least(1)] | None = None
    share: Annotated[float, above(0), at_most(1)] | None = None
    most_used: Annotated[int, at_least(1)] | None = None
    least_used: Annotated[int, at_least(1)] | None = None

    def __post_init__(self) -> None:
        """Make tuples of lists, and refuse an unclear choice with a `ConfigError`."""
        super().__post_init__()
        for name in ("named", "at"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, tuple(value))
        stated = [field.name for field in fields(self) if getattr(self, field.name) is not None]
        if len(stated) != 1:
            raise ConfigError(
                f"features: {', '.join(stated) or 'nothing'} is set; set exactly one of "
                f"{', '.join(field.name for field in fields(self))}."
            )

    def choose(
        self,
        pools: Pools,
        rng: np.random.Generator,
        usable: NDArray[np.bool_],
        *,
        what: str,
        lacking: str = Code.TOO_FEW_FEATURES,
        least: int = 1,
    ) -> Ints:
        """Ascending indices of the features.

        Args:
            pools: of the trial.
            rng: for the choices that draw.
            usable: shape (n_features,), which features the drift can touch.
            what: which features these are, in words, for the message.
            lacking: the code of a set that has too few of them.
            least: how many there must be.

        Raises:
            Skip: the set has too few features of that kind.
            ConfigError: a feature is named that the set does not have, or that the drift cannot touch.
        """
        if self.named is not None or self.at is not None:
            return self._stated(pools, usable, what, least)
        able = np.flatnonzero(usable)
        wanted = max(least, self._how_many(len(able)))
        if len(able) < wanted:
            why = f"{pools.population.name} has {len(able)} features that are {what}, {wanted} needed"
            raise Skip(why, code=lacking)
        # drawn in any case, for ties
        order = rng.permutation(able)
        if self.most_used is not None or self.least_used is not None:
            use = pools.reference_model.importance[order]
            order = order[np.argsort(-use if self.most_used is not None else use, kind="stable")]
        chosen: Ints = np.sort(order[:wanted])
        return chosen

    def _how_many(self, n_able: int) -> int:
        if self.share is not None:
            return max(1, round(self.share * n_able))
        return self.drawn or self.most_used or self.least_used or 1

    def _stated(self, pools: Pools, usable: NDArray[np.bool_], what: str, least: int) -> Ints:
        columns = pools.population.columns
        unknown = [name for name in self.named or () if name not in columns]
        unknown += [str(position) for position in self.at or () if not 0 <= position < len(columns)]
        if unknown:
            raise ConfigError(
                f"features: {pools.population.name} has no feature {unknown[0]}; it has {', '.join(columns)}."
            )
        positions = [columns.index(name) for name in self.named] if self.named is not None else list(self.at or ())
        chosen: Ints = np.unique(np.array(positions, dtype=np.int64))
        if not usable[chosen].all() or len(chosen) < least:
            raise ConfigError(
                f"features: of {pools.population.name} at least {least} that are {what} must be named, "
                f"but these are {', '.join(columns[position] for position in chosen) or 'none'}."
            )
        return chosen


@dataclass(frozen=True, kw_only=True)
class OnFeatures(Checked):
    """What injectors that touch a choice of features share.

    Attributes:
        features: which ones; a mapping is read as the fields of `Features`.
    """

    features: Features = Features(drawn=1)

    def __post_init__(self) -> None:
        """Read the mapping that a YAML gives."""
        super().__post_init__()
        given: Any = self.features
        if isinstance(given, Mapping):
            object.__setattr__(self, "features", Features(**given))


def numeric(pools: Pools) -> NDArray[np.bool_]:
    """Which features are numeric and not constant."""
    varies: NDArray[np.bool_] = pools.moments.sd > 0
    return ~pools.population.nominal & varies


def any_kind(pools: Pools) -> NDArray[np.bool_]:
    """Which features, numeric or nominal, are not constant."""
    varies: NDArray[np.bool_] = pools.moments.sd > 0
    return varies


def standardised(pools: Pools, column: int, rng: np.random.Generator) -> Floats:
    """The z-score of one feature, shape (n_rows,); 0 where missing.

    Of a nominal feature it is that of whether a row has one level, drawn here.
    """
    values = pools.population.matrix[:, column]
    if pools.population.nominal[column]:
        present = pools.before.matrix[:, column]
        level = rng.choice(np.unique(present[~np.isnan(present)]))
        indicator: Floats = ((values == level) - np.mean(present == level)) / np.std(present == level)
        return indicator
    standard: Floats = np.nan_to_num((values - pools.moments.mean[column]) / pools.moments.sd[column])
    return standard


def share_below(values: Floats, rng: np.random.Generator) -> Floats:
    """The rank of each value in (0, 1); ties, and missing values at the end, in random order."""
    share = np.empty(len(values))
    share[np.lexsort((rng.random(len(values)), values))] = (np.arange(len(values)) + 0.5) / len(values)
    return share
