"""The contrasts that put D1 to D9 to the test, each in the claimed direction."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from experiments.detection.design import DESIGN, MAIN, MATCHED, Where
from experiments.detection.study import PERCENT, Study
from experiments.detection.tables import alarm_precision, comparing, power
from harness.claims.contrasts import CHECK, Directional, Stated
from harness.core import Floats
from harness.detectors.run import DEFAULT, Run
from harness.scoring import measures

DELAY_REGION, SHARE_REGION, FALSE_REGION, RATIO_REGION = 0.25, 5.0, 2.0, math.log(1.1)
"""Months; points of accuracy, detection or a share; points of false positives; ten percent of a ratio."""

EFFECTIVE = 80.0
"""A detector is called effective from this percentage of rightly judged streams on."""

DDM, EDDM, KS = DESIGN.compared
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
                gap = study.contrast(measures.delay, Run(later, setting), Run(earlier, setting), where)
                on = "" if claim == "D1" else ", on drifts that both see"
                key = f"{claim}.delay.{later}-{earlier}@{setting}"
                yield Directional(key, f"{before}delay: {name}{on}", gap, DELAY_REGION, "months", family)
        for name, later, earlier in pairs:
            gap = study.contrast(measures.delay, Run(later, DEFAULT), Run(earlier, DEFAULT), where)
            key = f"{claim}.delay.{later}-{earlier}@{DEFAULT}.stated"
            yield Stated(key, f"delay at defaults: {name}", gap, 1.0, "months")


def _accuracy_claims(study: Study) -> Iterator[Directional | Stated]:
    """D3: which detector judges more streams rightly."""
    for setting, before, family in SETTINGS:
        for name, first, second in (("DDM − KS", DDM, KS), ("KS − EDDM", KS, EDDM)):
            gap = study.contrast(measures.accuracy, Run(first, setting), Run(second, setting))
            key = f"D3.accuracy.{first}-{second}@{setting}"
            yield Directional(key, f"{before}accuracy: {name}", gap, SHARE_REGION, family=family)
    yield from _stated(study, "D3", "accuracy")


def _false_positive_claims(study: Study) -> Iterator[Directional | Stated]:
    """D4: which detector has fewer false positives, at defaults."""
    for setting, before, family in (
        (DEFAULT, "", "primary"),
        (MATCHED, f"set to {MATCHED} %, ", CHECK),
    ):
        for name, first, second in (("DDM − KS", DDM, KS), ("EDDM − DDM", EDDM, DDM)):
            gap = study.contrast(measures.false_positives, Run(first, setting), Run(second, setting))
            key = f"D4.false_positives.{first}-{second}@{setting}"
            yield Directional(key, f"{before}false positives: {name}", gap, FALSE_REGION, family=family)
    yield from _stated(study, "D4", "false_positives")


def _stated(study: Study, claim: str, key: str) -> Iterator[Stated]:
    what, measure, _ = comparing.HEADLINE[key]
    for name in DESIGN.compared:
        values = study.values(measure, Run(name, DEFAULT)).to_numpy(dtype=np.float64)
        words = f"{what.removesuffix(', %')} at defaults: {name.upper()}"
        published = DESIGN.published[name][key]
        yield Stated(f"{claim}.{key}.{name}@{DEFAULT}.stated", words, values, published, limits=PERCENT)


def _effect_claims(study: Study) -> Iterator[Directional]:
    """D5: right on four streams of five, and better than alarms that know nothing."""
    for name in (DDM, EDDM):
        for setting, before, family in SETTINGS:
            run = Run(name, setting)
            values = study.values(measures.accuracy, run).to_numpy(dtype=np.float64)
            key = f"D5.accuracy.{name}-80@{setting}"
            yield Directional(key, f"{before}accuracy: {name.upper()} − 80", values - EFFECTIVE, 0.0, family=family)
        at_random = study.contrast(measures.accuracy, Run(name, MATCHED), Run("random", MATCHED))
        key = f"D5.accuracy.{name}-random@{MATCHED}"
        yield Directional(key, f"accuracy: {name.upper()} − random alarms", at_random, SHARE_REGION)
        beyond = over_metronome(study, Run(name, MATCHED))
        key = f"D5.accuracy.{name}-metronome@{MATCHED}"
        yield Directional(key, f"accuracy: {name.upper()} − metronome at equal false alarms", beyond, SHARE_REGION)


def over_metronome(study: Study, run: Run) -> Floats:
    """Accuracy beyond that of a metronome switched on for a share of streams that is the run's false positives."""
    metronome, never = Run("metronome", DEFAULT), Run("never", DEFAULT)
    beside = (run, metronome, never)
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
            ratio = power.log_ratio(study, Run(KS, setting), Run(name, setting))
            what = f"{before}smallest shift, log ratio to KS: {title}"
            key = f"D6.smallest_shift.{name}-{KS}@{setting}"
            yield Directional(key, what, ratio, RATIO_REGION, "log ratio", family)


def _harm_claims(study: Study) -> Iterator[Directional]:
    """D7: how much an alarm of KS raises the probability of harm."""
    for setting, before, family in SETTINGS:
        lift = alarm_precision.lift(study, Run(KS, setting))
        what = f"{before}P(harm given an alarm of KS) − P(harm)"
        yield Directional(f"D7.lift.{KS}@{setting}", what, lift, SHARE_REGION, family=family)
    even = alarm_precision.even_lift(study, Run(KS, MATCHED))
    what = "the same with as many harmless streams as harmful ones"
    yield Directional(f"D7.lift_even.{KS}@{MATCHED}", what, even, SHARE_REGION, family=CHECK)


def _kind_claims(study: Study) -> Iterator[Directional]:
    """D8: which detector finds more drifts of which kind."""
    concept, data = (Where(scenarios=study.design.kinds.get(kind, ())) for kind in ("concept", "data"))
    for setting, before, family in SETTINGS:
        ddm, ks = Run(DDM, setting), Run(KS, setting)
        lead = study.contrast(measures.found, ddm, ks, concept)
        key = f"D8.found_of_concept.{DDM}-{KS}@{setting}"
        yield Directional(key, f"{before}found of concept drift: DDM − KS", lead, SHARE_REGION, family=family)
        lead = study.contrast(measures.found, ks, ddm, data)
        key = f"D8.found_of_data.{KS}-{DDM}@{setting}"
        yield Directional(key, f"{before}found of data drift: KS − DDM", lead, SHARE_REGION, family=family)
        both = _interaction(study, ddm, ks, concept, data)
        key = f"D8.interaction.{DDM}-{KS}@{setting}"
        yield Directional(key, f"{before}interaction: the sum of both", both, SHARE_REGION, family=family)


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
        key = f"D9.accuracy.chi_square-80@{setting}"
        yield Directional(key, f"{before}accuracy: chi-square − 80", values - EFFECTIVE, 0.0, family=family)
    beyond = study.contrast(measures.accuracy, Run("chi_square", MATCHED), Run("random", MATCHED), nominal)
    key = f"D9.accuracy.chi_square-random@{MATCHED}"
    yield Directional(key, "accuracy: chi-square − random alarms", beyond, SHARE_REGION)
