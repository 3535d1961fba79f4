"""The contrasts of the register by kind of drift, by harm, and as protocol 1 registered them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.detection import protocol_1
from experiments.detection.record_queries import named
from experiments.detection.scenarios import of_kind
from experiments.detection.study import Study
from harness.analysis.query import OK, Query
from harness.claims.answers import Answers
from harness.claims.entries import Contrast, Entry, Test
from harness.claims.evaluation import decided
from harness.claims.specified import decisive
from harness.drift import Kind
from harness.inference.decision import Decision, Stated
from harness.report.registers import claims_of
from harness.report.table import Basis, Column, Key, Table

ASKED_BY = ("kind", "concept", "drifts")
"""Dimensions of which a level is a kind of drift."""

FIXED: Mapping[str, str] = {"D4": "no drift", "D6": of_kind(Kind.DATA), "D9": of_kind(Kind.DATA)}
"""What the claims are about that no such dimension has."""


HARM, HARMS = "harm", (5, 10, 20)
"""The dimension of how much a drift harms, and its levels in points."""


class Answered(NamedTuple):
    """A contrast under some choices.

    Attributes:
        found: estimate, interval at the register's level, and verdict.
        records: that it rests on.
    """

    found: Decision | Stated
    records: Query


def by_kind_table(study: Study) -> Table:
    """Every claim of the register by what changes: label noise, concept drift, data drift."""
    caption = (
        "The contrasts of the register by what changes, all else as registered: estimates with the intervals that decide. "
        "Label noise leaves the best rule as it is; concept drift changes it for all rows or a region; data drift changes "
        "values or weights of rows. D2 is of those data drifts that tests of errors and of rows can both see; logarithms stand "
        "for ratios."
    )
    return _asked_by(study, "contrasts_by_kind", "kind", _kinds, caption)


def by_harm_table(study: Study) -> Table:
    """Every claim of the register that is about drifts of several harms, by harm."""
    caption = (
        "The contrasts of the register by the harm that was asked of a drift, in points of accuracy, all else as registered: "
        "estimates with the intervals that decide. The registered contrast has all of them alike, but not every drift can do "
        "every harm: at greater ones there are fewer drifts of data."
    )
    return _asked_by(study, "contrasts_by_harm", "harm", _harms, caption)


def _asked_by(
    study: Study,
    name: str,
    what: str,
    levels: Callable[[_Asked, Entry, Contrast], Iterator[tuple[str | int, dict[str, str]]]],
    caption: str,
) -> Table:
    """The decisive contrasts, each at several levels of what it is asked of."""
    asked = _Asked(study)
    rows, records = [], {}
    for entry in asked.entries:
        for contrast in decisive(entry):
            for level, choices in levels(asked, entry, contrast):
                answer = asked.of(entry, contrast, choices)
                rows.append({"claim": entry.id, "id": contrast.id, what: level, **_row(contrast, answer.found)})
                records[contrast.id, level] = answer.records
    columns = [
        named("claim", "claim"),
        named("contrast", "statement"),
        named(what, what),
        named("unit", "unit"),
        Column("sets", "n", 0),
        Column.of_estimate("estimate", "estimate", 2, signed=True),
        Column("verdict", "verdict"),
    ]
    keys = [Key(("id", what), records)]
    frame = pd.DataFrame(rows, columns=["claim", "id", "statement", what, *_ANSWERED])
    return Table(name, caption, frame, columns, keys=keys, where=OK)


def protocol_1_table(study: Study) -> Table:
    """Every contrast as it was published, as it was registered then but on the records of now, and as it is registered now."""
    asked = _Asked(study)
    rows, then, now = [], {}, {}
    for entry in asked.entries:
        for contrast in entry.contrasts:
            before = {
                name: level
                for name, level in protocol_1.CHOICES.items()
                if name in entry.dimensions and level in entry.dimensions[name].levels
            }
            earlier, later = asked.of(entry, contrast, before), asked.of(entry, contrast, {})
            published = protocol_1.PUBLISHED.get(contrast.id)
            row = {"claim": entry.id, "id": contrast.id, **_row(contrast, later.found)}
            row["published"] = math.nan if published is None else published.estimate
            row |= {f"then_{name}": value for name, value in _row(contrast, earlier.found).items() if name in _DECIDED}
            rows.append(row)
            then[(contrast.id,)], now[(contrast.id,)] = earlier.records, later.records
    of_then, of_now = [Key(("id",), then)], [Key(("id",), now)]
    columns = [
        named("claim", "claim"),
        named("contrast", "statement"),
        named("unit", "unit"),
        Column("published", "published", 2, signed=True, basis=Basis.PUBLISHED),
        Column.of_estimate("by its choices", "then_estimate", 2, signed=True, keys=of_then),
        Column("verdict", "then_verdict", keys=of_then),
        Column.of_estimate("as registered", "estimate", 2, signed=True, keys=of_now),
        Column("verdict now", "verdict", keys=of_now),
    ]
    caption = (
        "What protocol 1 published of each contrast, what its choices give on the records of now (streams pooled over all "
        "kinds, harm to the reference model, nothing read before the stream, settings whatever they gave), and what is "
        "registered now."
    )
    frame = pd.DataFrame(rows, columns=["claim", "id", "statement", *_ANSWERED, "published", *_THEN])
    hidden = [Column(name, name, keys=of_then) for name in ("then_n",)] + [Column("sets", "n", keys=of_now)]
    return Table("protocol_1", caption, frame, columns, keys=[Key(("id",), now)], where=OK, unprinted=hidden)


_DECIDED = ("n", "estimate", "estimate_low", "estimate_high", "verdict")
_ANSWERED = ("unit", *_DECIDED)
_THEN = tuple(f"then_{name}" for name in _DECIDED)


def _row(contrast: Contrast, found: Decision | Stated) -> dict[str, Any]:
    return {
        "statement": contrast.statement,
        "unit": "log ratio" if contrast.test is Test.LOG_RATIO else contrast.unit,
        "n": found.n,
        "estimate": found.estimate,
        "estimate_low": found.interval.low,
        "estimate_high": found.interval.high,
        "verdict": str(found.verdict),
    }


class _Asked:
    """The register, asked of a study's records."""

    def __init__(self, study: Study) -> None:
        claims = claims_of("detection")
        self.entries, self._level = claims.register.entries, claims.register.level
        self.answers: Answers = study.cube.remembered("answers", lambda: Answers(claims.offers, study.cube))

    def of(self, entry: Entry, contrast: Contrast, choices: Mapping[str, str]) -> Answered:
        """A contrast with some choices, and all others as registered; what the contrast itself gives stays."""
        every = {**entry.registered, **choices}
        values = self.answers.vector(entry, contrast, every).values
        records = self.answers.records(contrast, every)
        assert records is not None
        return Answered(decided(values[np.isfinite(values)], contrast, self._level), records)

    def reads(self, contrast: Contrast) -> set[str]:
        """The choices that a contrast reads and that the register does not fix for it."""
        return self.answers.offers.contrasts[contrast.of].choices.keys() - contrast.given.keys()


def _kinds(asked: _Asked, entry: Entry, contrast: Contrast) -> Iterator[tuple[str | int, dict[str, str]]]:
    """The kinds that a contrast can be asked of, in words, and the choices that ask for each."""
    name = next((one for one in ASKED_BY if one in entry.dimensions and one in asked.reads(contrast)), None)
    if name is None:
        fixed = of_kind(Kind.DATA) if "kind" in contrast.given else FIXED.get(entry.id, "")
        yield fixed, {}
        return
    for kind in (Kind.NOISE, Kind.CONCEPT, Kind.DATA):
        if str(kind) in entry.dimensions[name].levels:
            yield of_kind(kind), {name: str(kind)}


def _harms(asked: _Asked, entry: Entry, contrast: Contrast) -> Iterator[tuple[str | int, dict[str, str]]]:
    """The harms that a contrast can be asked of, and the choices that ask for each."""
    if HARM in entry.dimensions and HARM in asked.reads(contrast):
        yield from ((harm, {HARM: str(harm)}) for harm in HARMS if str(harm) in entry.dimensions[HARM].levels)
