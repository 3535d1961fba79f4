"""What trials have cost, as their clocks say."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from harness.provenance.costs import cpu_seconds

MOMENT = 1796061441.5


@pytest.mark.parametrize(
    ("clocks", "cost"),
    [
        ([{"fit_seconds": [0.25, 0.5], "model_bytes": [10, 20]}, {"fit_seconds": [1.0], "model_bytes": [10]}], 1.75),
        ([{"began": MOMENT, "wall": 8.0, "warm": [{"cpu": 0.5, "wall": 2.0}, {"cpu": 0.25, "wall": 4.0}]}], 0.75),
        ([{"began": MOMENT, "warm": None}, {"began": MOMENT, "warm": [{"cpu": 0.5, "wall": 2.0}]}], 0.5),
        ([{"began": MOMENT, "probes": {"best": 0.5}}], None),
        ([{"fit_seconds": None}], None),
    ],
)
def test_cpu_is_summed_and_neither_bytes_nor_moments_nor_what_was_waited(
    clocks: list[dict[str, Any]], cost: float | None
) -> None:
    assert cpu_seconds(pa.table({"clock": clocks})) == cost
