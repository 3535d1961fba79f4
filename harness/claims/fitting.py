"""Whether the contrasts and dimensions of a claim fit each other, and what the study offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from harness.claims import nodes
from harness.claims.entries import SUMMARY, Contrast, Dimension, Role, Test
from harness.claims.offers import Offered
from harness.core import ConfigError


def check_choices(
    contrasts: Sequence[Contrast], dimensions: Mapping[str, Dimension], offered: Mapping[str, Offered], where: str
) -> None:
    """Refuse choices that no contrast reads, contrasts that lack one, and units that cannot be compared.

    Args:
        contrasts: of a claim.
        dimensions: of it, by name.
        offered: what the study offers.
        where: the claim, for messages.

    Raises:
        ConfigError: they do not fit.
    """
    tested = [one for one in contrasts if one.is_tested]
    read: set[str] = set()
    for contrast in contrasts:
        at = f"{where}: {contrast.id}"
        if contrast.of not in offered:
            raise ConfigError(f"{at}: the study offers no {contrast.of!r}{nodes.hint(contrast.of, offered)}.")
        takes = offered[contrast.of].choices
        for name in contrast.given:
            if name not in takes:
                raise ConfigError(
                    f"{at}: {contrast.of} reads no {name!r}{nodes.hint(name, takes)}; leave it out of `with`."
                )
        lacking = [
            name for name, needed in takes.items() if needed and name not in contrast.given and name not in dimensions
        ]
        if lacking:
            raise ConfigError(
                f"{at}: {contrast.of} needs {', '.join(lacking)}: give it under `with`, or as a dimension."
            )
        _check_regions(
            contrast,
            contrast.is_tested or not tested,
            [one for name, one in dimensions.items() if name in takes.keys() - contrast.given],
            at,
        )
        read |= takes.keys() - contrast.given.keys()
    for name, one in dimensions.items():
        if one.role is not Role.SCOPE and name != SUMMARY and name not in read:
            raise ConfigError(f"{where}: no contrast of it reads the dimension {name!r}; leave it out.")
        if (one.role is Role.SCOPE or name == SUMMARY) and any(
            level.region is not None for level in one.levels.values()
        ):
            raise ConfigError(f"{where}: {name}: its levels change no unit of values; leave out their region.")


def _check_regions(contrast: Contrast, decides: bool, dimensions: Iterable[Dimension], where: str) -> None:
    """Refuse units of levels that cannot be put into that of the registered region; one that decides meets all levels."""
    own = [
        one.name
        for one in dimensions
        if any(level.region is not None and (decides or name == one.registered) for name, level in one.levels.items())
    ]
    if own and not (contrast.region > 0 and contrast.test is not Test.SHARE):
        raise ConfigError(
            f"{where}: levels of {', '.join(own)} have a region of their own, and this contrast has none above 0 that their "
            "values could be put into units of; give it one, or fix the dimension under `with`."
        )
