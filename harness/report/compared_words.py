"""What a comparison of methods says in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.analysis.assessment import MOST_SHOWN, Assessment
from harness.inference.decision import Direction, Size
from harness.report.table import number_text

_LISTED = 10
_LONGEST = 28
_METHODS = (
    "A verdict is that of a t interval at Bonferroni's level: better or worse if it lies on one side of zero, by at least the "
    "region if it lies beyond it, practically equal if it lies within the region, else open. Beside it stand the paired t test "
    "and the exact Wilcoxon signed-rank test, each adjusted by Holm. Mean ranks depend on which methods are compared (Benavoli "
    "et al. 2016); pairs do not."
)


@dataclass(frozen=True)
class Words:
    """Sentences on an assessment.

    Attributes:
        found: what they are about.
        block: what a data set is called.
        score: what the score is called.
        unit: of the score, or "".
    """

    found: Assessment
    block: str
    score: str
    unit: str

    @property
    def digits(self) -> int:
        """Decimals: two digits of the typical half-width of an interval, or of the spread of scores where there is none."""
        widths = (self.found.pairs["together_high"] - self.found.pairs["together_low"]).to_numpy() / 2
        known = widths[np.isfinite(widths) & (widths > 0)]
        spread = float(np.median(known)) if len(known) else float(np.nanstd(self.found.scores.to_numpy()) or 1.0)
        return int(np.clip(2 - math.ceil(math.log10(spread)), 0, 6)) if spread > 0 else 3

    @property
    def blocks(self) -> str:
        """What several data sets are called."""
        return self.block if self.block.endswith("s") else f"{self.block}s"

    def counted(self, n: int) -> str:
        """A number of data sets."""
        return f"{n} {self.block if n == 1 else self.blocks}"

    def number(self, value: float, *, signed: bool = False) -> str:
        """A score or a difference of scores."""
        return number_text(value, self.digits, signed=signed)

    def amount(self, value: float) -> str:
        """A number with its unit."""
        return f"{value:g} {self.unit}".rstrip()

    def with_unit(self, text: str) -> str:
        """A heading with the unit."""
        return f"{text} ({self.unit})" if self.unit else text

    # ---- head -----------------------------------------------------------------------------------------------------------

    def setting(self) -> str:
        """What is compared."""
        found = self.found
        direction = "less is better" if found.lower_is_better else "more is better"
        against = f", each against {found.control}" if found.control else ""
        region = f" Differences of less than {self.amount(found.region)} are practically none." if found.region else ""
        return f"{len(found.means)} methods on {self.counted(len(found.scores))}{against}; {self.score}, {direction}.{region}"

    def in_short(self) -> list[str]:
        """The best method, whether there is any difference, and what is decided of the pairs."""
        best = self.found.means.iloc[0]
        interval = "" if math.isnan(best["low"]) else f" ({self.number(best['low'])} to {self.number(best['high'])})"
        lines = [f"{best['method']} has the best mean, {self.number(best['mean'])}{interval}."]
        if len(self.found.scores) < 2:
            return [*lines, f"There is one {self.block}, and nothing can be tested on one: all verdicts are open."]
        return [*lines, self._counts(), *self._decided(), *self._hint()]

    def _counts(self) -> str:
        verdicts = self.found.pairs["verdict"].value_counts()
        n = len(self.found.pairs)
        decided = int(verdicts.get(Direction.FOR, 0) + verdicts.get(Direction.AGAINST, 0))
        none, still_open = int(verdicts.get(Size.NONE, 0)), int(verdicts.get(Direction.OPEN, 0))
        practically = f", {none} practically none" if self.found.region else ""
        pairs = "1 pair:" if n == 1 else f"{n} pairs:"
        return f"{pairs} {decided} decided for one side{practically}, {still_open} open."

    def _decided(self) -> Iterator[str]:
        pairs = self.found.pairs
        decided = pairs[pairs["verdict"] != Direction.OPEN]
        by_size = decided.reindex(decided["difference"].abs().sort_values(ascending=False, kind="stable").index)
        for row in by_size.head(_LISTED).to_dict("records"):
            yield self.sentence({str(key): value for key, value in row.items()})
        if len(by_size) > _LISTED:
            yield f"... and {len(by_size) - _LISTED} more that are decided."

    def _hint(self) -> Iterator[str]:
        if not self.found.region:
            yield "No region of practical equivalence was given, so that no verdict says whether a difference matters."
        if len(self.found.pairs) > MOST_SHOWN and not self.found.is_declared and not self.found.control:
            yield (
                f"All {len(self.found.pairs)} pairs share one level, which leaves little to each: to name a control, or the "
                "pairs that matter, decides more."
            )

    # ---- pairs ----------------------------------------------------------------------------------------------------------

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The verdict on a pair."""
        low, high = row["together_low"], row["together_high"]
        if row["size"] == Size.NONE:
            ends = f"{self.number(low, signed=True)} to {self.number(high, signed=True)}"
            return f"{row['first']} and {row['second']} are practically equal ({ends})."
        better, worse, sign = row["first"], row["second"], 1
        if row["direction"] == Direction.AGAINST:
            better, worse, sign, low, high = row["second"], row["first"], -1, -high, -low
        ends = f"{self.number(low)} to {self.number(high)}"
        size = ""
        if self.found.region:
            known = row["size"] == Size.AT_LEAST
            size = f", at least {self.amount(self.found.region)}" if known else "; whether it matters is open"
        unit = f" {self.unit}" if self.unit else ""
        return f"{better} is better than {worse} by {self.number(sign * row['difference'])}{unit} ({ends}){size}."

    def verdict(self, row: Mapping[str, Any]) -> str:
        """The verdict on the first method of a pair, for a cell."""
        if row["size"] == Size.NONE:
            return "practically equal"
        if row["direction"] == Direction.OPEN:
            return "open"
        word = "better" if row["direction"] == Direction.FOR else "worse"
        if not self.found.region:
            return word
        return f"{word}, by at least {self.found.region:g}" if row["size"] == Size.AT_LEAST else f"{word}, size open"

    def caption_of_pairs(self) -> str:
        """What the table of pairs shows."""
        m = len(self.found.pairs)
        together = f", so that all {m} hold together at {percent(self.found.level)}" if m > 1 else ""
        return (
            f"Pairs: mean advantage of the first over the second with the {percent(self.found.together)} interval that "
            f"decides{together}."
        )

    def methods(self) -> str:
        """The tests, for whoever has to describe them."""
        return (
            f"The unit is the {self.block}: several rows of one {self.block} and method are averaged first. Each pair rests on "
            f"the {self.blocks} with scores of both. {_METHODS}"
        )


def percent(share: float) -> str:
    """A share as per cent, with as many decimals as it needs, four at most."""
    text = f"{100 * share:.4f}".rstrip("0").rstrip(".")
    return f"{text} %"


def shortened(names: Sequence[str]) -> dict[str, str]:
    """Names for figures: one line, cut in the middle if they are too long, and still different; a dollar begins no formula."""
    lines = {name: " ".join(name.split()) for name in names}
    half = _LONGEST // 2
    short = {
        name: line if len(line) <= _LONGEST else f"{line[:half]}…{line[1 - half :]}" for name, line in lines.items()
    }
    times = Counter(short.values())
    for at, (name, cut) in enumerate(short.items(), start=1):
        short[name] = f"{cut[: _LONGEST - 4]} {at}" if times[cut] > 1 else cut
    return {name: cut.replace("$", r"\$") for name, cut in short.items()}
