"""What protocol 1 registered and published, to be seen beside what is registered now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

CHOICES: Mapping[str, str] = {
    "kind": "all",
    "concept": "labels",
    "part": "unseen_category",
    "weights": "streams",
    "harm_to": "reference",
    "warm": "none",
    "warm_up": "30",
    "pairs": "left_out",
}
"""The levels that protocol 1 registered where others are now. All other dimensions are registered as they were."""


class Published(NamedTuple):
    """A contrast in the table `claims` of revision 7fe7220: number of data sets and estimate, of a ratio its logarithm."""

    n: int
    estimate: float


PUBLISHED: Mapping[str, Published] = {
    "D1.delay.eddm-ddm@5": Published(10, 0.1801812858),
    "D1.delay.eddm-ddm@default.stated": Published(14, -0.6943016228),
    "D2.delay.ddm-ks@5": Published(9, 0.6392393748),
    "D2.delay.eddm-ddm@5": Published(10, 0.1041952688),
    "D2.delay.ddm-ks@default.stated": Published(13, 0.4015896593),
    "D2.delay.eddm-ddm@default.stated": Published(14, -0.7935026551),
    "D3.accuracy.ddm-ks@5": Published(9, -6.55563369),
    "D3.accuracy.ks-eddm@5": Published(13, 15.69546948),
    "D3.accuracy.ddm@default.stated": Published(14, 51.77679892),
    "D3.accuracy.eddm@default.stated": Published(14, 13.60235876),
    "D3.accuracy.ks@default.stated": Published(13, 67.41023354),
    "D4.false_positives.ddm-ks@default": Published(13, 26.07692308),
    "D4.false_positives.eddm-ddm@default": Published(14, 55.73809524),
    "D4.false_positives.ddm@default.stated": Published(14, 35.73015873),
    "D4.false_positives.eddm@default.stated": Published(14, 91.46825397),
    "D4.false_positives.ks@default.stated": Published(13, 9.230769231),
    "D5.accuracy.ddm-80@5": Published(10, -18.49282056),
    "D5.accuracy.ddm-random@5": Published(10, 12.34696874),
    "D5.accuracy.ddm-metronome@5": Published(10, 13.73495721),
    "D5.accuracy.eddm-80@5": Published(14, -26.18437198),
    "D5.accuracy.eddm-random@5": Published(14, 5.109195109),
    "D5.accuracy.eddm-metronome@5": Published(14, 6.164834373),
    "D6.smallest_shift.psi-ks@5": Published(10, 0.05770987379),
    "D6.smallest_shift.chi_square_binned-ks@5": Published(4, -0.004705776257),
    "D6.smallest_shift.classifier_two_sample-ks@5": Published(4, 0.2572162732),
    "D7.lift.ks@5": Published(13, 1.474390676),
    "D8.found_of_concept.ddm-ks@5": Published(9, 36.77255595),
    "D8.found_of_data.ks-ddm@5": Published(9, 53.06394921),
    "D8.interaction.ddm-ks@5": Published(9, 89.83650515),
    "D9.accuracy.chi_square-80@5": Published(6, 13.70273052),
    "D9.accuracy.chi_square-random@5": Published(6, 45.30897898),
}
"""By the id of the register."""
