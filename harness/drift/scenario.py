"""A scenario is an injector, a profile and a strength; on the pools of a seed it becomes a drift that makes streams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Annotated, Any, ClassVar

from harness.core import Code, ConfigError, Skip
from harness.drift.concepts import BoundScenario
from harness.drift.drift import Drift
from harness.drift.effective_rows import fewest_effective_rows
from harness.drift.harm import HarmCurve, Reached
from harness.drift.injectors import Injection, Injector, Kind, kind_at, united
from harness.drift.pools import Pools
from harness.drift.profiles import Profile, makes_events
from harness.settings import Checked, at_least, other_than


@dataclass(frozen=True, kw_only=True)
class Strength(Checked):
    """How strong a drift is; exactly one of the two is set.

    Attributes:
        raw: in the unit of the injector; 0 changes nothing.
        harm: points that the yardstick of the pools loses: of accuracy, or of R2 x 100. Negative for an improvement.
    """

    may_be_a_mapping: ClassVar[bool] = True

    raw: Annotated[float, at_least(0)] | None = None
    harm: Annotated[float, other_than(0)] | None = None  # for no drift use raw=0

    def __post_init__(self) -> None:
        """Refuse an unclear strength with a `ConfigError`."""
        super().__post_init__()
        if (self.raw is None) == (self.harm is None):
            raise ConfigError(
                f"strength: raw={self.raw} and harm={self.harm}; set one of them and leave the other null."
            )


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One drift of a stream.

    Attributes:
        name: the level of the factor `scenario`.
        injector: what changes.
        profile: when.
        strength: by how much; a mapping is read as the fields of `Strength`.
        about: documentation; no part of a trial's identity.
    """

    name: str
    injector: Injector
    profile: Profile
    strength: Strength
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Read the mapping that a YAML gives; refuse, with a `ConfigError`, a harm where nothing is changed."""
        given: Any = self.strength
        if isinstance(given, Mapping):
            unknown = set(given) - {known.name for known in fields(Strength)}
            if unknown:
                raise ConfigError(
                    f"scenario '{self.name}': strength has raw and harm, not {', '.join(sorted(unknown))}."
                )
            object.__setattr__(self, "strength", Strength(**given))
        if self.asks_for_harm and self.changes is Kind.NONE:
            raise ConfigError(
                f"harm={self.strength.harm:g} changes nothing, since scenario {self.name} stages no drift: leave it out, in a "
                "sweep by running streams without a drift apart."
            )

    @property
    def parts(self) -> tuple[Scenario, ...]:
        """The scenario itself."""
        return (self,)

    @property
    def changes(self) -> Kind:
        """What it changes, whether or not an event comes of it, as far as that can be told before its strength is found."""
        raw = self.strength.raw
        return kind_at(self.injector, raw) if raw else self.injector.kind

    @property
    def asks_for_harm(self) -> bool:
        """Whether its strength is a harm, so that it matters to which model the harm is done."""
        return self.strength.harm is not None

    @property
    def kind(self) -> Kind:
        """What it counts as: `Kind.NONE` if its profile makes no event, since then every alarm is false."""
        return self.changes if makes_events(self.profile) else Kind.NONE

    def at(self, *, raw: float | None = None, harm: float | None = None) -> Scenario:
        """The same scenario at another strength."""
        return replace(self, strength=Strength(raw=raw, harm=harm))

    def on(self, pools: Pools) -> Drift:
        """The drift in the world of these pools. A harm is done to their yardstick; a raw strength asks for none.

        Raises:
            Skip: it makes no sense on this set, its harm cannot be reached, or its draw weights rest on too few rows.
        """
        return _on(pools, self.parts)

    def _part(self, pools: Pools, number: int) -> BoundScenario:
        """This scenario bound to the pools, with its number on the stream; each number has random draws of its own."""
        pools = pools if self.asks_for_harm else pools.judged_by(None)
        identity = pools.harm_to
        injection = pools.once((self.injector, number, identity), lambda: self._bound(pools, number))
        found = self._strength(pools, injection, number)
        return BoundScenario(self.injector, injection, self.profile, found.strength, number, identity)

    def _bound(self, pools: Pools, number: int) -> Injection:
        return self.injector.bind(pools, partial(pools.stream, type(self.injector).__name__, number))

    def _strength(self, pools: Pools, injection: Injection, number: int) -> Reached:
        target = self.strength.harm
        if target is None:
            assert self.strength.raw is not None
            return Reached(self.strength.raw, float("nan"))
        key = (self.injector, number, pools.harm_to, "harm")
        curve = pools.once(key, lambda: HarmCurve(pools, injection, self.injector.strongest))
        return pools.once((*key, target), lambda: curve.reach(target))


def _on(pools: Pools, scenarios: Sequence[Scenario]) -> Drift:
    """The drift of these scenarios. Raises `Skip` if under any of its concepts too few effective rows are left."""
    drift = Drift(pools, tuple(scenario._part(pools, number) for number, scenario in enumerate(scenarios)))
    n_rows = len(pools.evaluate)
    least, known = fewest_effective_rows(n_rows), [drift.effective_rows(concept) for concept in range(drift.n_concepts)]
    left = min((one for one in known if one is not None), default=float("inf"))
    if left < least:
        why = f"on {pools.population.name} the draw weights leave {left:.1f} effective rows of {n_rows}, {least:g} are needed"
        raise Skip(f"{why}; choose a weaker drift or a larger set", code=Code.TOO_FEW_EFFECTIVE_ROWS)
    return drift


@dataclass(frozen=True, kw_only=True)
class Together:
    """Several scenarios on one stream: one after the other, or at the same time.

    A row is changed by each scenario in the order of the list. Each strength is found as if its scenario were alone.

    Attributes:
        name: the level of the factor `scenario`.
        scenarios: at most 8.
        about: documentation; no part of a trial's identity.
    """

    name: str
    scenarios: Sequence[Scenario]
    about: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Make a tuple of the list that a YAML gives."""
        if not 1 <= len(self.scenarios) <= 8:
            raise ConfigError(f"scenario '{self.name}': {len(self.scenarios)} scenarios on one stream; give 1 to 8.")
        object.__setattr__(self, "scenarios", tuple(self.scenarios))

    @property
    def parts(self) -> tuple[Scenario, ...]:
        """The scenarios."""
        return tuple(self.scenarios)

    @property
    def asks_for_harm(self) -> bool:
        """Whether the strength of any of them is a harm."""
        return any(scenario.asks_for_harm for scenario in self.scenarios)

    @property
    def changes(self) -> Kind:
        """What the scenarios change together; `Kind.BOTH` if that is of several kinds."""
        return united(scenario.changes for scenario in self.scenarios)

    @property
    def kind(self) -> Kind:
        """What they count as together; `Kind.BOTH` if there are events of several kinds."""
        return united(scenario.kind for scenario in self.scenarios)

    def at(self, *, raw: float | None = None, harm: float | None = None) -> Together:
        """The same scenarios, each at another strength."""
        return replace(self, scenarios=tuple(scenario.at(raw=raw, harm=harm) for scenario in self.scenarios))

    def on(self, pools: Pools) -> Drift:
        """The drift in the world of these pools. Raises `Skip` as each of the scenarios does."""
        return _on(pools, self.parts)
