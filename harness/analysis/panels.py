"""The detectors that studies compare, by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

BASELINES, OTHERS = "baselines", "others"
"""Kinds: of trivial detectors, and of detectors and scenarios that somebody else brought."""

_OF_ERRORS = "ddm eddm rddm hddm_a hddm_w fhddm adwin page_hinkley cusum ecdd stepd kswin performance_window"

PANEL: Mapping[str, Sequence[str]] = {
    "tests of errors": _OF_ERRORS.split(),
    "tests of rows": ("ks", "chi_square", "psi"),
    BASELINES: ("never", "metronome", "metronome_2", "metronome_3", "random", "oracle"),
}
"""The detectors that read every stream, by kind, in the order of the tables; `conf/panel.yaml` is their list."""


def including(panel: Mapping[str, Sequence[str]], own: Sequence[str]) -> dict[str, Sequence[str]]:
    """The panel with somebody else's detectors before the baselines."""
    others = {OTHERS: own} if own else {}
    return {kind: panel[kind] for kind in panel if kind != BASELINES} | others | {BASELINES: panel[BASELINES]}
