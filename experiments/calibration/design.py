"""What a calibration has to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.analysis.detector_families import shipped_panel
from harness.core import ROWS_PER_MONTH


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a calibration has to show.

    Attributes:
        panel: detectors by kind, baselines last, in the order of the tables.
        rates: wanted, in percent, as text.
        checked: the rate at which detectors are compared.
        accepted: the realised rates that pass, in percent.
        rows_per_month: of the main part; other months stand in the CSV file of all settings alone.
    """

    panel: Mapping[str, Sequence[str]]
    rates: Sequence[str]
    checked: str
    accepted: tuple[float, float]
    rows_per_month: int


DESIGN = Design(
    panel=shipped_panel(),
    rates=("1", "5", "10", "20"),
    checked="5",
    accepted=(3.0, 7.0),
    rows_per_month=ROWS_PER_MONTH,
)
