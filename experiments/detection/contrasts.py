"""The contrasts that put D1 to D9 to the test, each in the claimed direction."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from experiments.detection.design import DESIGN, MAIN, MATCHED, Where
from experiments.detection.record_queries import asked, seen_by, usual
from experiments.detection.study import PERCENT, Study
from experiments.detection.tables import alarm_precision, comparing, power
from harness.analysis.query import either
from harness.claims.contrasts import CHECK, Directional, Stated
from harness.core import Floats
from harness.detectors.run import DEFAULT, Run
from harness.scoring import measures

DELAY_REGION, SHARE_REGION, FALSE_REGION, RATIO_REGION = 0.25, 5.0, 2.0, math.log(1.1)
"""Months; points of accuracy, detection or a share; points of false positives; ten percent of a ratio."""

EFFECTIVE = 80.0
"""A detector is called effective from this percentage of rightly judged streams on."""

DDM, EDDM, KS = DESIGN.compared
TRIVIAL = Run("metronome", DEFAULT), Run("never", DEFAULT)
"""A metronome, and the silence that it is mixed with."""

SETTINGS = ((MATCHED, "", "primary"), (DEFAULT, "at defaults, ", CHECK))
"""Where matched false alarms decide."""


def claims(study: Study) -> Iterator[Directional | Stated]:
    """D1 to D9 of the register, each as one or several contrasts in the claimed direction."""
    yield from _delay_claims(study)
    yield from _accuracy_claims(study)
    yield from _false_positive_claims(study)
    yield from _effect_claims(study)
    yield from _subtlety_claims(study)
    yield from _harm_claims(study)
    yield from _kind_claims(study)
    yield from _nominal_claims(study)


def _delay_claims(study: Study) -> Iterator[Directional | Stated]:
    """D1 and D2: which detector is earlier."""
    visible = Where(scenarios=study.design.visible)
    for claim, where, pairs in (
        ("D1", MAIN, (("EDDM − DDM", EDDM, DDM),)),
        ("D2", visible, (("DDM − KS", DDM, KS), ("EDDM − DDM", EDDM, DDM))),
    ):
        for setting, before, family in SETTINGS:
            for name, later, earlier in pairs:
                runs = Run(later, setting), Run(earlier, setting)
                gap, both = study.contrast(measures.delay, *runs, where), asked(study, where) & seen_by(*runs)
                on = "" if claim == "D1" else ", on drifts that both see"
                key = f"{claim}.delay.{later}-{earlier}@{setting}"
                yield Directional(key, f"{before}delay: {name}{on}", gap, DELAY_REGION, "months", family, both)
        for name, later, earlier in pairs:
            runs = Run(later, DEFAULT), Run(earlier, DEFAULT)
            gap, both = study.contrast(measures.delay, *runs, where), asked(study, where) & seen_by(*runs)
            key = f"{claim}.delay.{later}-{earlier}@{DEFAULT}.stated"
            yield Stated(key, f"delay at defaults: {name}", gap, 1.0, "months", records=both)


def _accuracy_claims(study: Study) -> Iterator[Directional | Stated]:
    """D3: which detector judges more streams rightly."""
    for setting, before, family in SETTINGS:
        for name, first, second in (("DDM − KS", DDM, KS), ("KS − EDDM", KS, EDDM)):
            runs = Run(first, setting), Run(second, setting)
            gap, both = study.contrast(measures.accuracy, *runs), asked(study, MAIN) & seen_by(*runs)
            key = f"D3.accuracy.{first}-{second}@{setting}"
            yield Directional(key, f"{before}accuracy: {name}", gap, SHARE_REGION, family=family, records=both)
    yield from _stated(study, "D3", "accuracy")


def _false_positive_claims(study: Study) -> Iterator[Directional | Stated]:
    """D4: which detector has fewer false positives, at defaults."""
    for setting, before, family in (
        (DEFAULT, "", "primary"),
        (MATCHED, f"set to {MATCHED} %, ", CHECK),
    ):
        for name, first, second in (("DDM − KS", DDM, KS), ("EDDM − DDM", EDDM, DDM)):
            runs = Run(first, setting), Run(second, setting)
            gap, both = study.contrast(measures.false_positives, *runs), asked(study, MAIN) & seen_by(*runs)
            key = f"D4.false_positives.{first}-{second}@{setting}"
            yield Directional(key, f"{before}false positives: {name}", gap, FALSE_REGION, family=family, records=both)
    yield from _stated(study, "D4", "false_positives")


def _stated(study: Study, claim: str, key: str) -> Iterator[Stated]:
    what, measure, _ = comparing.HEADLINE[key]
    for name in DESIGN.compared:
        run = Run(name, DEFAULT)
        values, records = study.values(measure, run).to_numpy(dtype=np.float64), asked(study, MAIN) & seen_by(run)
        words = f"{what.removesuffix(', %')} at defaults: {name.upper()}"
        published, name_of_it = DESIGN.published[name][key], f"{claim}.{key}.{name}@{DEFAULT}.stated"
        yield Stated(name_of_it, words, values, published, limits=PERCENT, records=records)


def _effect_claims(study: Study) -> Iterator[Directional]:
    """D5: right on four streams of five, and better than alarms that know nothing."""
    main = asked(study, MAIN)
    for name in (DDM, EDDM):
        for setting, before, family in SETTINGS:
            run = Run(name, setting)
            values = study.values(measures.accuracy, run).to_numpy(dtype=np.float64) - EFFECTIVE
            key, what, records = (
                f"D5.accuracy.{name}-80@{setting}",
                f"{before}accuracy: {name.upper()} − 80",
                main & seen_by(run),
            )
            yield Directional(key, what, values, 0.0, family=family, records=records)
        runs = Run(name, MATCHED), Run("random", MATCHED)
        gap, key = study.contrast(measures.accuracy, *runs), f"D5.accuracy.{name}-random@{MATCHED}"
        what, records = f"accuracy: {name.upper()} − random alarms", main & seen_by(*runs)
        yield Directional(key, what, gap, SHARE_REGION, records=records)
        beyond, key = over_metronome(study, runs[0]), f"D5.accuracy.{name}-metronome@{MATCHED}"
        what, records = f"accuracy: {name.upper()} − metronome at equal false alarms", main & seen_by(runs[0], *TRIVIAL)
        yield Directional(key, what, beyond, SHARE_REGION, records=records)


def over_metronome(study: Study, run: Run) -> Floats:
    """Accuracy beyond that of a metronome switched on for a share of streams that is the run's false positives."""
    beside = (run, *TRIVIAL)
    accuracy, ticking, silent = (study.values(measures.accuracy, one, beside=beside) for one in beside)
    share = study.values(measures.false_positives, run, beside=beside) / 100
    return np.asarray((accuracy - share * ticking - (1 - share) * silent).dropna(), dtype=np.float64)


def _subtlety_claims(study: Study) -> Iterator[Directional]:
    """D6: the smallest shift that is found four times in five, of other tests over that of KS."""
    others = (
        ("psi", "PSI"),
        ("chi_square_binned", "binned chi-square"),
        ("classifier_two_sample", "two-sample classifier"),
    )
    for setting, before, family in SETTINGS:
        for name, title in others:
            runs = Run(KS, setting), Run(name, setting)
            ratio, both = power.log_ratio(study, *runs), power.shifted(study) & seen_by(*runs)
            what = f"{before}smallest shift, log ratio to KS: {title}"
            key = f"D6.smallest_shift.{name}-{KS}@{setting}"
            yield Directional(key, what, ratio, RATIO_REGION, "log ratio", family, both)


def _harm_claims(study: Study) -> Iterator[Directional]:
    """D7: how much an alarm of KS raises the probability of harm."""
    for setting, before, family in SETTINGS:
        lift = alarm_precision.lift(study, Run(KS, setting))
        what = f"{before}P(harm given an alarm of KS) − P(harm)"
        records = usual(study) & seen_by(Run(KS, setting))
        yield Directional(f"D7.lift.{KS}@{setting}", what, lift, SHARE_REGION, family=family, records=records)
    even = alarm_precision.even_lift(study, Run(KS, MATCHED))
    what, records = "the same with as many harmless streams as harmful ones", usual(study) & seen_by(Run(KS, MATCHED))
    yield Directional(f"D7.lift_even.{KS}@{MATCHED}", what, even, SHARE_REGION, family=CHECK, records=records)


def _kind_claims(study: Study) -> Iterator[Directional]:
    """D8: which detector finds more drifts of which kind."""
    concept, data = (Where(scenarios=study.design.kinds.get(kind, ())) for kind in ("concept", "data"))
    for setting, before, family in SETTINGS:
        ddm, ks = Run(DDM, setting), Run(KS, setting)
        lead, what = study.contrast(measures.found, ddm, ks, concept), f"{before}found of concept drift: DDM − KS"
        key, of_concept = f"D8.found_of_concept.{DDM}-{KS}@{setting}", asked(study, concept) & seen_by(ddm, ks)
        yield Directional(key, what, lead, SHARE_REGION, family=family, records=of_concept)
        lead, what = study.contrast(measures.found, ks, ddm, data), f"{before}found of data drift: KS − DDM"
        key, of_data = f"D8.found_of_data.{KS}-{DDM}@{setting}", asked(study, data) & seen_by(ddm, ks)
        yield Directional(key, what, lead, SHARE_REGION, family=family, records=of_data)
        both, what = _interaction(study, ddm, ks, concept, data), f"{before}interaction: the sum of both"
        key, records = f"D8.interaction.{DDM}-{KS}@{setting}", either([of_concept, of_data])
        yield Directional(key, what, both, SHARE_REGION, family=family, records=records)


def _interaction(study: Study, first: Run, second: Run, its_own: Where, other: Where) -> Floats:
    """How much more the first leads on its own kind than on the other, on data sets that have both."""
    leads = [
        study.values(measures.found, first, where, beside=(second,))
        - study.values(measures.found, second, where, beside=(first,))
        for where in (its_own, other)
    ]
    return np.asarray((leads[0] - leads[1]).dropna(), dtype=np.float64)


def _nominal_claims(study: Study) -> Iterator[Directional]:
    """D9: unseen categories, on sets with nominal columns."""
    nominal = Where(scenarios=("unseen_category",), partial=True)
    for setting, before, family in SETTINGS:
        run = Run("chi_square", setting)
        values = study.values(measures.accuracy, run, nominal).to_numpy(dtype=np.float64)
        key, what = f"D9.accuracy.chi_square-80@{setting}", f"{before}accuracy: chi-square − 80"
        records = asked(study, nominal) & seen_by(run)
        yield Directional(key, what, values - EFFECTIVE, 0.0, family=family, records=records)
    runs = Run("chi_square", MATCHED), Run("random", MATCHED)
    beyond, records = study.contrast(measures.accuracy, *runs, nominal), asked(study, nominal) & seen_by(*runs)
    key = f"D9.accuracy.chi_square-random@{MATCHED}"
    yield Directional(key, "accuracy: chi-square − random alarms", beyond, SHARE_REGION, records=records)
