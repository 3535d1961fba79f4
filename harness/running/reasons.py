"""Reasons of skips and failures, counted by code and shown by their sentences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from harness.core import Code, Record

SHOWN_SENTENCES = 3

LONGEST_SHOWN = 400
"""Characters of a sentence on the screen; the record has all of it."""


class Reason(NamedTuple):
    """Why one trial was skipped or failed: for programs and for people."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Given:
    """How often a code was given as a reason, and in which sentences.

    Attributes:
        code: the code.
        sentences: the number of trials by sentence, the commonest first.
    """

    code: str
    sentences: Mapping[str, int]

    @property
    def n_trials(self) -> int:
        """The number of trials with this code."""
        return sum(self.sentences.values())


def shown_error(record: Record) -> str:
    """What a screen shows below the reason: the traceback; nothing of a trial that was stopped, whose stack the record has."""
    return "" if record.code == Code.OUT_OF_TIME else record.error


def by_code(counts: Mapping[Reason, int]) -> tuple[Given, ...]:
    """The reasons grouped by code, the commonest code first."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (code, sentence), count in counts.items():
        found[code][sentence] += count
    given = (Given(code, dict(sentences.most_common())) for code, sentences in found.items())
    return tuple(sorted(given, key=lambda one: -one.n_trials))


def in_words(status: str, reasons: Sequence[Given], *, shown: int) -> Iterator[str]:
    """Lines that count the trials of a status by reason: a sentence, or a code above its commonest sentences."""
    for one in reasons[:shown]:
        sentences = list(one.sentences.items())
        if len(sentences) == 1:
            yield f"{status} x{one.n_trials}: {_short(sentences[0][0]) or one.code}"
            continue
        yield f"{status} x{one.n_trials}: {one.code}, in {len(sentences)} sentences"
        yield from (f"  x{count}: {_short(sentence)}" for sentence, count in sentences[:SHOWN_SENTENCES])
        if len(sentences) > SHOWN_SENTENCES:
            rest = sum(count for _, count in sentences[SHOWN_SENTENCES:])
            yield f"  x{rest}: {len(sentences) - SHOWN_SENTENCES} more sentences"
    if len(reasons) > shown:
        rest = sum(one.n_trials for one in reasons[shown:])
        yield f"{status} x{rest}: {len(reasons) - shown} more reasons"


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_SHOWN else f"{sentence[:LONGEST_SHOWN]} ..."
