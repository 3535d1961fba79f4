"""A survey in numbers: every item described, groups compared item by item, and whether the items measure one thing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from harness.analysis.answers import Answers
from harness.analysis.scale import Scale
from harness.inference.descriptives import describe
from harness.inference.dominance import cliffs_delta
from harness.inference.groups import kruskal_wallis
from harness.inference.mean import mean, within
from harness.inference.multiplicity import holm
from harness.inference.proportions import wilson
from harness.inference.reliability import Reliability, cronbach_alpha


@dataclass(frozen=True)
class Survey:
    """What can be said of answers on a scale.

    Attributes:
        answers: what was answered.
        items: one row an item: item, reversed, n, missing, median, first_quartile, third_quartile, mean (with mean_low,
            mean_high), sd, and the shares of answers above the middle of the scale (with above_low and above_high by Wilson),
            on it (middle) and below; and the number of each answer, `count_1` for the first.
        by_group: the same, one row an item and group, with the column group; empty without groups.
        tests: one row an item, whether groups differ: item, n, statistic, df, p, p_holm (over items), effect with effect_low
            and effect_high, note. Of two groups it is Brunner and Munzel's test with Cliff's delta, first - second; of more
            Kruskal and Wallis's with epsilon squared, which has no interval. Empty without two groups.
        pairs: of more than two groups one row an item and pair: item, first, second, n_first, n_second, delta with low and
            high, p, p_holm (over all of them), note.
        reliability: Cronbach's alpha of all items.
        level: of each interval.
    """

    answers: Answers
    items: pd.DataFrame
    by_group: pd.DataFrame
    tests: pd.DataFrame
    pairs: pd.DataFrame
    reliability: Reliability
    level: float

    @property
    def groups(self) -> list[str]:
        """The groups, in order."""
        return self.answers.group_names


def surveyed(answers: Answers, *, level: float = 0.95) -> Survey:
    """Describe the items, compare the groups, and say whether the items measure one thing.

    Each row is a respondent and stands for itself: a respondent who answered twice is no two.

    Args:
        answers: what was answered.
        level: of each interval.
    """
    groups = answers.group_names
    parts = {group: answers.of_group(group) for group in groups}
    described = [{"item": name, **_described(answers, answers.items[name], level)} for name in answers.items]
    by_group = [
        {"item": name, "group": group, **_described(answers, part[name], level)}
        for name in answers.items
        for group, part in parts.items()
    ]
    return Survey(
        answers=answers,
        items=pd.DataFrame(described),
        by_group=pd.DataFrame(by_group),
        tests=_with_holm(
            [_tested(answers, str(name), parts, level) for name in answers.items] if len(groups) > 1 else []
        ),
        pairs=_with_holm(list(_paired(parts, level)) if len(groups) > 2 else []),
        reliability=cronbach_alpha(answers.items, level=level),
        level=level,
    )


def counted(scale: Scale, row: pd.Series[Any]) -> list[int]:
    """The number of each answer, lowest first, of a row of `items` or `by_group`."""
    return [int(row[f"count_{place}"]) for place in range(1, len(scale.values) + 1)]


def _described(answers: Answers, column: pd.Series[Any], level: float) -> dict[str, Any]:
    scale, values = answers.scale, column.to_numpy(dtype=np.float64)
    found, centre = describe(values), within(mean(values, level=level), (scale.low, scale.high))
    above, below = (int(np.sum(side)) for side in (values > scale.middle, values < scale.middle))
    share = wilson(above, found.n, level=level)
    return {
        "reversed": str(column.name) in answers.turned,
        "n": found.n,
        "missing": found.n_missing,
        "median": found.median,
        "first_quartile": found.first_quartile,
        "third_quartile": found.third_quartile,
        "mean": found.mean,
        "mean_low": centre.interval.low,
        "mean_high": centre.interval.high,
        "sd": found.sd,
        "above": share.estimate,
        "above_low": share.interval.low,
        "above_high": share.interval.high,
        "middle": (found.n - above - below) / found.n if found.n else math.nan,
        "below": below / found.n if found.n else math.nan,
        **{f"count_{place}": int(np.sum(values == value)) for place, value in enumerate(scale.values, start=1)},
    }


def _tested(answers: Answers, name: str, parts: Mapping[str, pd.DataFrame], level: float) -> dict[str, Any]:
    if len(parts) == 2:
        test = cliffs_delta(*(part[name].dropna() for part in parts.values()), level=level)
        ends = test.interval.low, test.interval.high
        return _test(name, test, test.estimate, ends)
    frame = pd.DataFrame({"answer": answers.items[name].to_numpy(), "group": answers.groups})
    ranked = kruskal_wallis(frame.dropna(), value="answer", factor="group")
    return _test(name, ranked, ranked.effect_size, (math.nan, math.nan))


def _test(name: str, test: Any, effect: float, ends: tuple[float, float]) -> dict[str, Any]:
    return {
        "item": name,
        "n": test.n,
        "statistic": test.statistic,
        "df": test.df,
        "p": test.p,
        "effect": effect,
        "effect_low": ends[0],
        "effect_high": ends[1],
        "note": test.note,
    }


def _paired(parts: Mapping[str, pd.DataFrame], level: float) -> Iterator[dict[str, Any]]:
    for name in next(iter(parts.values())):
        for first, second in itertools.combinations(parts, 2):
            test = cliffs_delta(parts[first][name].dropna(), parts[second][name].dropna(), level=level)
            yield {
                "item": name,
                "first": first,
                "second": second,
                "n_first": test.n_first,
                "n_second": test.n_second,
                "delta": test.estimate,
                "low": test.interval.low,
                "high": test.interval.high,
                "p": test.p,
                "note": test.note,
            }


def _with_holm(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    if not rows:
        return pd.DataFrame()
    frame = pd.DataFrame(rows)
    frame.insert(list(frame.columns).index("p") + 1, "p_holm", holm(frame["p"]).p)
    return frame
