"""The rows of a frame that an analysis of independent observations can use."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from harness.inference import inputs
from harness.inference.estimate import sentences


class Observations(NamedTuple):
    """The usable rows, and a note on the others.

    Attributes:
        rows: columns value, f0, f1 and so on, which a formula can name; factors as text.
        note: empty, or how many rows were left out and why.
    """

    rows: pd.DataFrame
    note: str


def observations(frame: pd.DataFrame, *, value: str, factors: tuple[str, ...]) -> Observations:
    """The rows with a finite value and a label of each factor.

    Raises:
        ConfigError: a column that is not there or named twice.
        DataError: values that are no numbers, or labels that cannot be told apart.
    """
    chosen = inputs.columns(frame, (value, *factors))
    plain = pd.DataFrame({"value": inputs.numbers(chosen[value], what=f"column {value}")})
    finite, notes = np.isfinite(plain["value"].to_numpy()), []
    if not finite.all():
        notes.append(f"{(~finite).sum()} of {len(chosen)} values are not finite and were left out.")
    for i, factor in enumerate(factors):
        plain[f"f{i}"] = inputs.levels(chosen[factor]).to_numpy()
        unlabelled = plain[f"f{i}"].isna().to_numpy()
        if unlabelled.any():
            notes.append(f"{unlabelled.sum()} of {len(chosen)} rows have no {factor} and were left out.")
        finite &= ~unlabelled
    return Observations(plain.loc[finite].reset_index(drop=True), sentences(*notes))
