"""The names of the random streams that the bootstrap of each contrast draws from: frozen, never to be reworded.

The first published tables named a contrast's stream by its sentence. Bootstrap intervals have to come out the same ever after,
so the sentences of that time stand here, whatever the contrasts say today. A contrast that is not in the list, as all later
ones, draws from its id.
"""

from __future__ import annotations

from collections.abc import Mapping

DRAWS: Mapping[str, str] = {
    "D1.delay.eddm-ddm@5": "delay: EDDM − DDM",
    "D1.delay.eddm-ddm@default": "check: at defaults, delay: EDDM − DDM",
    "D2.delay.ddm-ks@5": "delay: DDM − KS, on drifts that both see",
    "D2.delay.eddm-ddm@5": "delay: EDDM − DDM, on drifts that both see",
    "D2.delay.ddm-ks@default": "check: at defaults, delay: DDM − KS, on drifts that both see",
    "D2.delay.eddm-ddm@default": "check: at defaults, delay: EDDM − DDM, on drifts that both see",
    "D3.accuracy.ddm-ks@5": "accuracy: DDM − KS",
    "D3.accuracy.ks-eddm@5": "accuracy: KS − EDDM",
    "D3.accuracy.ddm-ks@default": "check: at defaults, accuracy: DDM − KS",
    "D3.accuracy.ks-eddm@default": "check: at defaults, accuracy: KS − EDDM",
    "D4.false_positives.ddm-ks@default": "false positives: DDM − KS",
    "D4.false_positives.eddm-ddm@default": "false positives: EDDM − DDM",
    "D4.false_positives.ddm-ks@5": "check: set to 5 %, false positives: DDM − KS",
    "D4.false_positives.eddm-ddm@5": "check: set to 5 %, false positives: EDDM − DDM",
    "D5.accuracy.ddm-80@5": "accuracy: DDM − 80",
    "D5.accuracy.ddm-80@default": "check: at defaults, accuracy: DDM − 80",
    "D5.accuracy.ddm-random@5": "accuracy: DDM − random alarms",
    "D5.accuracy.ddm-metronome@5": "accuracy: DDM − metronome at equal false alarms",
    "D5.accuracy.eddm-80@5": "accuracy: EDDM − 80",
    "D5.accuracy.eddm-80@default": "check: at defaults, accuracy: EDDM − 80",
    "D5.accuracy.eddm-random@5": "accuracy: EDDM − random alarms",
    "D5.accuracy.eddm-metronome@5": "accuracy: EDDM − metronome at equal false alarms",
    "D6.smallest_shift.psi-ks@5": "smallest shift, log ratio to KS: PSI",
    "D6.smallest_shift.chi_square_binned-ks@5": "smallest shift, log ratio to KS: binned chi-square",
    "D6.smallest_shift.classifier_two_sample-ks@5": "smallest shift, log ratio to KS: two-sample classifier",
    "D6.smallest_shift.psi-ks@default": "check: at defaults, smallest shift, log ratio to KS: PSI",
    "D6.smallest_shift.chi_square_binned-ks@default": "check: at defaults, smallest shift, log ratio to KS: binned chi-square",
    "D6.smallest_shift.classifier_two_sample-ks@default": (
        "check: at defaults, smallest shift, log ratio to KS: two-sample classifier"
    ),
    "D7.lift.ks@5": "P(harm given an alarm of KS) − P(harm)",
    "D7.lift.ks@default": "check: at defaults, P(harm given an alarm of KS) − P(harm)",
    "D7.lift_even.ks@5": "check: the same with as many harmless streams as harmful ones",
    "D8.found_of_concept.ddm-ks@5": "found of concept drift: DDM − KS",
    "D8.found_of_data.ks-ddm@5": "found of data drift: KS − DDM",
    "D8.interaction.ddm-ks@5": "interaction: the sum of both",
    "D8.found_of_concept.ddm-ks@default": "check: at defaults, found of concept drift: DDM − KS",
    "D8.found_of_data.ks-ddm@default": "check: at defaults, found of data drift: KS − DDM",
    "D8.interaction.ddm-ks@default": "check: at defaults, interaction: the sum of both",
    "D9.accuracy.chi_square-80@5": "accuracy: chi-square − 80",
    "D9.accuracy.chi_square-80@default": "check: at defaults, accuracy: chi-square − 80",
    "D9.accuracy.chi_square-random@5": "accuracy: chi-square − random alarms",
}
