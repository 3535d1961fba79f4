"""What a survey says in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from harness.analysis.survey import Survey
from harness.report.table import number_text, p_phrase

_LISTED = 8


@dataclass(frozen=True)
class SurveyWords:
    """Sentences on a survey.

    Attributes:
        found: what they are about.
    """

    found: Survey

    @property
    def alpha(self) -> float:
        """The level of tests."""
        return 1 - self.found.level

    def label(self, item: str) -> str:
        """The item, and whether it was turned around."""
        return f"{item} (reversed)" if item in self.found.answers.turned else str(item)

    # ---- head -----------------------------------------------------------------------------------------------------------

    def title(self) -> str:
        """What it is about."""
        answers = self.found.answers
        return f"{_number(len(answers.items.columns), 'item')} answered by {_number(len(answers.items), 'respondent')}"

    def setting(self) -> str:
        """The scale, what was reversed, and the groups."""
        answers, scale = self.found.answers, self.found.answers.scale
        parts = [f"{len(scale.values)} answers, from {scale.names[0]} to {scale.names[-1]}."]
        if answers.turned:
            parts.append(f"Reversed, so that a high answer means the same throughout: {_listed(answers.turned)}.")
        if answers.group and self.found.groups:
            counts = pd.Series(answers.groups).value_counts()
            sizes = ", ".join(f"{name} ({counts[name]})" for name in self.found.groups)
            parts.append(f"Groups by {answers.group}: {sizes}.")
        return " ".join(parts)

    def in_short(self) -> list[str]:
        """The items that are rated highest and lowest, what is missing, the groups, and alpha."""
        return [*self._extremes(), *self._missing(), *self._groups(), *self._alpha()]

    def _extremes(self) -> Iterator[str]:
        known = self.found.items.dropna(subset=["above"]).sort_values("above", ascending=False, kind="stable")
        if known.empty:
            yield "Nobody answered any item."
            return
        if len(self.found.answers.items) == 1:
            yield "There is one respondent: what is said of the answers is said of that one."
        most, least = known.iloc[0], known.iloc[-1]
        if len(known) == 1:
            yield f"Of {self.label(most['item'])} {self._share(most)} answers lie above the middle of the scale."
        elif most["above"] == least["above"]:
            yield f"All items are rated alike: {self._share(most)} answers lie above the middle of the scale."
        else:
            yield (
                f"{self.label(most['item'])} is rated highest: {self._share(most)} answers lie above the middle of the scale."
            )
            yield f"{self.label(least['item'])} is rated lowest: {self._share(least)} answers lie there."

    def _share(self, row: pd.Series[Any]) -> str:
        ends = f"{100 * row['above_low']:.0f} to {100 * row['above_high']:.0f} %"
        return f"{100 * row['above']:.0f} % ({ends}) of {int(row['n'])}"

    def _missing(self) -> Iterator[str]:
        items = self.found.items
        unanswered = items[items["n"] == 0]
        if len(unanswered):
            yield f"Nobody answered {_listed(map(self.label, unanswered['item']))}."
        lost, every = int(items["missing"].sum()), int((items["n"] + items["missing"]).sum())
        if lost and len(unanswered) < len(items):
            yield f"{lost} of {every} answers are missing ({100 * lost / every:.1f} %); each item counts those it has."

    # ---- groups ---------------------------------------------------------------------------------------------------------

    def without_groups(self) -> str:
        """Why groups are not compared."""
        groups = self.found.groups
        if not groups:
            return f"No respondent has a {self.found.answers.group}, so that there is nothing to compare."
        return f"There is one group, {groups[0]}, so that there is nothing to compare."

    def _groups(self) -> Iterator[str]:
        tests, answers = self.found.tests, self.found.answers
        if not answers.group:
            return
        if tests.empty:
            yield self.without_groups()
            return
        decided = tests[tests["p_holm"] < self.alpha].sort_values("p", kind="stable")
        tested = int(tests["p"].notna().sum())
        if not tested:
            yield "No item could be tested: the groups are too small, or nobody answered."
            return
        if decided.empty:
            yield (
                f"On none of {_number(tested, 'item')} are the groups told apart after Holm's adjustment. That is no proof "
                "that they answer alike: see how wide the intervals are."
            )
            return
        yield f"The groups are told apart on {len(decided)} of {_number(tested, 'item')}, after Holm's adjustment."
        for _, row in decided.head(_LISTED).iterrows():
            yield self._decided(row)
        if len(decided) > _LISTED:
            yield f"... and {len(decided) - _LISTED} more."

    def _decided(self, row: pd.Series[Any]) -> str:
        groups = self.found.groups
        if len(groups) > 2:
            effect = f"ε² = {number_text(row['effect'], 2)}, p {p_phrase(row['p_holm'])}"
            return f"{self.label(row['item'])}: {effect}.{self._between(row)}"
        sign = 1 if row["effect"] > 0 else -1
        higher, lower = groups[::sign]
        ends = sorted((sign * row["effect_low"], sign * row["effect_high"]))
        interval = f" ({number_text(ends[0], 2)} to {number_text(ends[1], 2)})"
        chance = 100 * (1 + abs(row["effect"])) / 2
        return (
            f"{self.label(row['item'])}: {higher} > {lower}, δ = {number_text(abs(row['effect']), 2)}{interval}, "
            f"p {p_phrase(row['p_holm'])}; of two, one of each, that of {higher} answers higher in {chance:.0f} %, ties half."
        )

    def _between(self, row: pd.Series[Any]) -> str:
        pairs = self.found.pairs
        decided = pairs[(pairs["item"] == row["item"]) & (pairs["p_holm"] < self.alpha)].to_dict("records")
        texts = [f"{pair['first']} {'>' if pair['delta'] > 0 else '<'} {pair['second']}" for pair in decided]
        return f" Told apart: {_listed(texts)}." if texts else " No pair of groups is told apart."

    def caption_of_tests(self) -> str:
        """What the table of tests shows."""
        group, groups = self.found.answers.group, self.found.groups
        if len(groups) == 2:
            return (
                f"Groups by {group}: Cliff's δ, above 0 where {groups[0]} answers higher than {groups[1]}, with its "
                f"{self.found.level:.0%} interval, and Brunner and Munzel's test."
            )
        return f"{len(groups)} groups by {group}: Kruskal and Wallis's test of each item, with ε² as effect."

    def caption_of_pairs(self) -> str:
        """What the table of pairs shows."""
        return (
            "Pairs of groups, the smallest p first: Cliff's δ, above 0 where the first answers higher, and the p of "
            "Brunner and Munzel's test."
        )

    def on_holm(self) -> str:
        """Over what p was adjusted."""
        return f"p is adjusted by Holm over {_number(len(self.found.tests), 'item')}; each interval stands by itself."

    def on_holm_of_pairs(self) -> str:
        """Over what p was adjusted."""
        return (
            f"p is adjusted by Holm over all {len(self.found.pairs)} pairs and items; each interval stands by itself."
        )

    def remarks(self, frame: pd.DataFrame) -> list[str]:
        """What is degenerate about some tests."""
        silent = self.found.by_group[self.found.by_group["n"] == 0]
        nobody = _listed(f"{self.label(row['item'])} ({row['group']})" for row in silent.to_dict("records"))
        by_note: dict[str, list[str]] = {}
        for label, note in zip(frame["label"], frame["note"], strict=True):
            by_note.setdefault(note, []).append(label)
        remarks = [f"{_listed(names)}: {note}" for note, names in by_note.items() if note]
        return [*remarks[:_LISTED], f"Without answers: {nobody}." if nobody else ""]

    def foremost(self, n: int) -> str:
        """Which items are shown."""
        return f"{n} of {len(self.found.tests)} items are shown, those of the smallest p."

    # ---- one thing or several -------------------------------------------------------------------------------------------

    def _alpha(self) -> Iterator[str]:
        found = self.found.reliability
        if len(self.found.items) > 1 and not math.isnan(found.estimate):
            yield f"{self._alpha_text()}."

    def _alpha_text(self) -> str:
        found = self.found.reliability
        ends = " to ".join(number_text(end, 2) for end in (found.interval.low, found.interval.high))
        return f"Cronbach's alpha of the {len(found.items)} items is {number_text(found.estimate, 2)} ({ends})"

    def reliability(self) -> list[str]:
        """Alpha, what it means, and items that run against the others."""
        found = self.found.reliability
        if math.isnan(found.estimate):
            return [found.note]
        against = [self.label(item.name) for item in found.items if item.rest_correlation < 0]
        return [
            f"{self._alpha_text()}, over {found.n} respondents with every answer. {found.note}".strip(),
            "It takes answers for equally spaced numbers. A high one does not say that the items measure one thing alone.",
            *(
                [f"Against the others: {_listed(against)}. Is it worded the other way? Then name it as reversed."]
                if against
                else []
            ),
        ]

    def methods(self) -> str:
        """The tests, for whoever has to describe them."""
        two = (
            "Groups are compared item by item, by Brunner and Munzel's test and Cliff's δ with its interval from the same "
            "test, which allow for ties and unequal spread. "
        )
        more = (
            "Groups are compared item by item by Kruskal and Wallis's test, and pair by pair by Brunner and Munzel's test with "
            "Cliff's δ. "
        )
        compared = "" if self.found.tests.empty else (two if len(self.found.groups) == 2 else more) + "Holm adjusts p. "
        return (
            f"Each row is one respondent, and respondents are taken as independent. {compared}Shares have Wilson's interval, "
            "means Student's, and Cronbach's alpha Feldt's. Medians and quartiles are of R's type 7."
        )


def _number(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _listed(names: Iterable[str]) -> str:
    given = list(map(str, names))
    return ", ".join(given[:_LISTED]) + (f" and {len(given) - _LISTED} more" if len(given) > _LISTED else "")
