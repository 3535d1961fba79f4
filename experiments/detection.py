"""Which detector sees which drift, how soon, and at what price?

The source paper prints a table of three detectors, without data, drifts, windows or settings: DDM 2 months, 95 % accuracy, 5 %
false positives; EDDM 3, 90, 8; KS 1, 92, 3. This study stages drifts of known harm in half-years of real rows and puts its
claims D1 to D9 to the test.

Definitions (`docs/detection.md` has all of them):

- The data set is the replicate: seeds, models, scenarios and harms are pooled first, over streams that both sides of a contrast
  have read. The main comparison is over streams with a drift that was staged at 5, 10 or 20 points of harm, months of 300 rows,
  labels at once; drift-free twins are the streams of the same sets and models without a drift. Sets on which unseen
  categories alone are staged answer D9 and are in no mean over scenarios.
- Delay is restricted to two months, at which a miss counts. Accuracy is that of judging whole streams (A1), false positives the
  share of drift-free half-years with an alarm (F1), detection the share of streams whose first drift is found. A second drift
  of a stream is met by tests that the first has set off already: it counts in A2 to A4 of `sensitivity` alone.
- Every contrast is taken at defaults and at matched false alarms (5 % of half-years). Matched decides, defaults are a check; of
  D4 it is the other way around, for matching makes false alarms equal.

Rules of decision: a contrast is supported if it is significant at 5 % after Holm over all primary contrasts, and at least the
region of practical equivalence: 0.25 months, 2 points of false positives, 5 points of accuracy, detection or a share, 10 % of a
ratio; refuted if its 95 % interval lies below 0 (reversed) or inside that region (negligible); inconclusive otherwise. A claim
is supported if all its contrasts are, refuted if one is, and not answered if one has no records. A stated number is judged by
the 95 % prediction interval for a new data set.

What is asked, and the contrasts that decide:

    D1  Does DDM detect earlier than EDDM? Delay of EDDM − DDM.
    D2  Is KS earlier still? Delay of DDM − KS and of EDDM − DDM, on drifts that both kinds can see (shift, scale, harmful
        reweighting). The table `region` says where over rows a month and label delay the order holds.
    D3  Is DDM more accurate than KS, and KS than EDDM? A1 of DDM − KS and of KS − EDDM.
    D4  Has KS fewer false positives than DDM, and DDM than EDDM? F1 of DDM − KS and of EDDM − DDM, at defaults.
    D5  Are DDM and EDDM effective? A1 of each less 80, less that of random alarms, less that of a metronome at equal false
        alarms: one that is switched on for as many streams as the detector has false positives, and silent on all others.
    D6  Does KS see subtler shifts than other tests? Logarithm of the smallest mean shift that is found four times in five, of
        PSI, binned chi-square and the two-sample classifier, over that of KS, on streams shifted by given strengths.
    D7  Did what KS flags call for retraining? P(2 points or more lost given an alarm) − P(2 points or more lost).
    D8  Is DDM the one for concept drift and KS for data drift? Detection of DDM − KS on concept drift, of KS − DDM on data
        drift, and the sum of the two, which is the interaction.
    D9  Does chi-square find drift in nominal data? A1 on unseen categories, less 80, and less that of random alarms.

What was fixed when: definitions, regions and families come from the protocol and the register of claims, older than any trial.
The contrasts were written down before the first standard run, after records of three small sets. Its results, on other onsets
and with other settings, were then read, and the study was revised and run again: sets with one scenario left the main
comparison, second drifts of a stream left delay and detection, seasons left D7, D6 went to streams shifted by given strengths
and to matched settings, months of tests of rows became months at every M, and harms that are jumped over were skipped. The
revision was asked for on grounds of method, but made by people who knew the results; so this is not a registered protocol.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from harness.analysis.claims import Directional, Stated
from harness.analysis.detection import comparing, conditions, inventory, kinds, localising, power, warranted
from harness.analysis.detection.design import MAIN, PANEL, Design, Where
from harness.analysis.detection.drawing import figures
from harness.analysis.detection.recorded import DEFAULT, Run
from harness.analysis.detection.study import PERCENT, Study
from harness.analysis.detection.wording import numbers
from harness.analysis.report import Evidence, Report
from harness.analysis.verdicts import judged, verdict_table
from harness.core import Floats
from harness.scoring import measures

MATCHED = "5"
DELAY_REGION, SHARE_REGION, FALSE_REGION, RATIO_REGION = 0.25, 5.0, 2.0, math.log(1.1)
"""Months; points of accuracy, detection or a share; points of false positives; ten percent of a ratio."""

EFFECTIVE = 80.0
"""Percent of streams judged rightly from which on a detector is called effective."""

DESIGN = Design(
    compared=("ddm", "eddm", "ks"),
    panel=PANEL,
    whole=(
        "ks_weekly",
        "ks_sliding",
        "ks_any",
        "ks_bh",
        "ks_share",
        "ks_first",
        "chi_square_binned",
        "classifier_two_sample",
        "mmd",
    ),
    published={
        "ddm": {"delay": 2, "accuracy": 95, "false_positives": 5},
        "eddm": {"delay": 3, "accuracy": 90, "false_positives": 8},
        "ks": {"delay": 1, "accuracy": 92, "false_positives": 3},
    },
    matched=MATCHED,
    curve=("1", "10", "20"),
    kinds={
        "concept": (
            *(
                "label_permutation",
                "label_permutation_sigmoid",
                "label_permutation_linear",
                "label_permutation_recurring",
            ),
            *("label_swap", "label_noise", "local_concept", "local_concept_sigmoid", "improvement"),
        ),
        "data": (
            *(
                "mean_shift",
                "mean_shift_sigmoid",
                "mean_shift_incremental",
                "mean_shift_recurring",
                "mean_shift_harmless",
            ),
            *(
                "scale",
                "sensor_bias",
                "sensor_bias_incremental",
                "sensor_stuck",
                "missing_completely",
                "missing_at_random",
            ),
            *("unseen_category", "feature_swap", "feature_permutation", "correlation_only"),
            *("reweighting", "reweighting_sigmoid", "reweighting_drawn"),
        ),
        "prior": ("prior_shift", "prior_shift_sigmoid"),
        "both": ("shift_then_permutation",),
    },
    eventless=("label_permutation_blip", "label_permutation_seasonal", "mean_shift_blip", "mean_shift_seasonal"),
    seasonal=("label_permutation_seasonal", "mean_shift_seasonal"),
    visible=(
        *("mean_shift", "mean_shift_sigmoid", "mean_shift_incremental", "mean_shift_recurring", "scale"),
        *("reweighting", "reweighting_sigmoid"),
    ),
    curved=(
        *("label_permutation", "label_permutation_sigmoid", "mean_shift", "mean_shift_sigmoid", "reweighting"),
        "local_concept",
    ),
    partial=("heart", "contraceptive", "kr_vs_kp", "mushroom", "splice"),
    rows_per_month=300,
    drawn=("ddm", "eddm", "adwin", "cusum", "fhddm", "ks", "psi", "random"),
)

DDM, EDDM, KS = DESIGN.compared
SETTINGS = ((MATCHED, "", "primary"), (DEFAULT, "check: at defaults, ", "sensitivity"))
"""Where matched false alarms decide."""


def report(evidence: Evidence) -> Report:
    """Tables, figures and numbers of the study."""
    study = Study.of(evidence, DESIGN)
    verdicts = judged(list(claims(study)))
    tables = [
        *comparing.paper_tables(study),
        comparing.common_table(study),
        verdict_table(
            verdicts,
            "The claims of the source paper on drift detection, each as contrasts in the claimed direction, with 95 % "
            "intervals over data sets (for a stated number: the prediction interval for a new data set).",
            [
                "p is adjusted by Holm over all primary contrasts. Checks are not adjusted and have no say in a claim's "
                "verdict. A contrast without records is not measured. The CSV file has bootstrap-t intervals and regions.",
            ],
            units=True,
        ),
        *kinds.kind_tables(study),
        kinds.interaction_table(study),
        kinds.scenario_table(study),
        conditions.harm_table(study),
        conditions.region_table(study),
        conditions.windows_table(study),
        kinds.eventless_table(study),
        warranted.warranted_table(study),
        power.power_table(study),
        localising.localisation_table(study),
        *comparing.sensitivity_tables(study),
        inventory.staged_table(study),
        inventory.unread_table(study),
        inventory.trials_table(study),
    ]
    return Report(
        [table for table in tables if len(table.frame)], list(figures(study, verdicts)), numbers(study, verdicts)
    )


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
    """D1 and D2: who is earlier."""
    visible = Where(scenarios=DESIGN.visible)
    for claim, where, pairs in (
        ("D1", MAIN, (("EDDM − DDM", EDDM, DDM),)),
        ("D2", visible, (("DDM − KS", DDM, KS), ("EDDM − DDM", EDDM, DDM))),
    ):
        for setting, before, family in SETTINGS:
            for name, later, earlier in pairs:
                gap = study.contrast(measures.delay, Run(later, setting), Run(earlier, setting), where)
                on = "" if claim == "D1" else ", on drifts that both see"
                yield Directional(claim, f"{before}delay: {name}{on}", gap, DELAY_REGION, "months", family)
        for name, later, earlier in pairs:
            gap = study.contrast(measures.delay, Run(later, DEFAULT), Run(earlier, DEFAULT), where)
            yield Stated(claim, f"delay at defaults: {name}", gap, 1.0, "months")


def _accuracy_claims(study: Study) -> Iterator[Directional | Stated]:
    """D3: who judges more streams rightly."""
    for setting, before, family in SETTINGS:
        for name, first, second in (("DDM − KS", DDM, KS), ("KS − EDDM", KS, EDDM)):
            gap = study.contrast(measures.accuracy, Run(first, setting), Run(second, setting))
            yield Directional("D3", f"{before}accuracy: {name}", gap, SHARE_REGION, family=family)
    yield from _stated(study, "D3", "accuracy")


def _false_positive_claims(study: Study) -> Iterator[Directional | Stated]:
    """D4: who cries wolf less, at defaults."""
    for setting, before, family in (
        (DEFAULT, "", "primary"),
        (MATCHED, f"check: set to {MATCHED} %, ", "sensitivity"),
    ):
        for name, first, second in (("DDM − KS", DDM, KS), ("EDDM − DDM", EDDM, DDM)):
            gap = study.contrast(measures.false_positives, Run(first, setting), Run(second, setting))
            yield Directional("D4", f"{before}false positives: {name}", gap, FALSE_REGION, family=family)
    yield from _stated(study, "D4", "false_positives")


def _stated(study: Study, claim: str, key: str) -> Iterator[Stated]:
    what, measure, _ = comparing.HEADLINE[key]
    for name in DESIGN.compared:
        values = study.values(measure, Run(name, DEFAULT)).to_numpy(dtype=np.float64)
        what = what.removesuffix(", %")
        yield Stated(claim, f"{what} at defaults: {name.upper()}", values, DESIGN.published[name][key], limits=PERCENT)


def _effect_claims(study: Study) -> Iterator[Directional]:
    """D5: right on four streams of five, and better than alarms that know nothing."""
    for name in (DDM, EDDM):
        for setting, before, family in SETTINGS:
            run = Run(name, setting)
            values = study.values(measures.accuracy, run).to_numpy(dtype=np.float64)
            yield Directional("D5", f"{before}accuracy: {name.upper()} − 80", values - EFFECTIVE, 0.0, family=family)
        at_random = study.contrast(measures.accuracy, Run(name, MATCHED), Run("random", MATCHED))
        yield Directional("D5", f"accuracy: {name.upper()} − random alarms", at_random, SHARE_REGION)
        beyond = over_metronome(study, Run(name, MATCHED))
        yield Directional("D5", f"accuracy: {name.upper()} − metronome at equal false alarms", beyond, SHARE_REGION)


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
            yield Directional("D6", what, ratio, RATIO_REGION, "log ratio", family)


def _harm_claims(study: Study) -> Iterator[Directional]:
    """D7: how much an alarm of KS says about harm."""
    for setting, before, family in SETTINGS:
        lift = warranted.lift(study, Run(KS, setting))
        yield Directional("D7", f"{before}P(harm given an alarm of KS) − P(harm)", lift, SHARE_REGION, family=family)
    even = warranted.even_lift(study, Run(KS, MATCHED))
    what = "check: the same with as many harmless streams as harmful ones"
    yield Directional("D7", what, even, SHARE_REGION, family="sensitivity")


def _kind_claims(study: Study) -> Iterator[Directional]:
    """D8: who finds more of which kind."""
    concept, data = (Where(scenarios=DESIGN.kinds[kind]) for kind in ("concept", "data"))
    for setting, before, family in SETTINGS:
        ddm, ks = Run(DDM, setting), Run(KS, setting)
        lead = study.contrast(measures.found, ddm, ks, concept)
        yield Directional("D8", f"{before}found of concept drift: DDM − KS", lead, SHARE_REGION, family=family)
        lead = study.contrast(measures.found, ks, ddm, data)
        yield Directional("D8", f"{before}found of data drift: KS − DDM", lead, SHARE_REGION, family=family)
        both = _interaction(study, ddm, ks, concept, data)
        yield Directional("D8", f"{before}interaction: the sum of both", both, SHARE_REGION, family=family)


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
        yield Directional("D9", f"{before}accuracy: chi-square − 80", values - EFFECTIVE, 0.0, family=family)
    beyond = study.contrast(measures.accuracy, Run("chi_square", MATCHED), Run("random", MATCHED), nominal)
    yield Directional("D9", "accuracy: chi-square − random alarms", beyond, SHARE_REGION)
