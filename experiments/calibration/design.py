"""What a calibration has to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.analysis.detector_families import shipped_panel
from harness.core import ROWS_PER_MONTH
from harness.detectors.run import BAND
from harness.inference.estimate import DECIMALS


@dataclass(frozen=True, kw_only=True)
class Design:
    """What a calibration has to show.

    Attributes:
        panel: detectors by kind, baselines last, in the order of the tables.
        rates: wanted, in percent, as text.
        checked: the rate at which detectors are compared.
        rows_per_month: of the main part; other months stand in the CSV file of all settings alone.
    """

    panel: Mapping[str, Sequence[str]]
    rates: Sequence[str]
    checked: str
    rows_per_month: int

    @property
    def accepted(self) -> tuple[float, float]:
        """The realised rates that are in band at the checked rate, in percent."""
        least, most = (round(end * float(self.checked), DECIMALS) for end in BAND)
        return least, most


DESIGN = Design(
    panel=shipped_panel(),
    rates=("1", "5", "10", "20"),
    checked="5",
    rows_per_month=ROWS_PER_MONTH,
)
