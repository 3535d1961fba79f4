"""What is written is rounded: enough digits for any reader, too few to tell processors apart."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from harness.report.rounding import rounded, rounded_frame


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (1 / 3, 10, 0.3333333333),
        (0.1 + 0.2, 10, 0.3),
        (123456789.123456, 10, 123456789.1),
        (-2 / 3 * 1e-20, 10, -6.666666667e-21),
        (0.0000123456789, 6, 1.23457e-05),
        (5.0, 10, 5.0),
        (math.inf, 10, math.inf),
    ],
)
def test_so_many_significant_digits_are_kept(value: float, digits: int, written: float) -> None:
    assert rounded(value, digits) == written


def test_zero_has_no_sign_and_what_is_missing_stays_missing() -> None:
    assert math.copysign(1, rounded(-0.0)) == 1
    assert math.isnan(rounded(math.nan))


def test_rounding_twice_changes_nothing_more() -> None:
    rng = np.random.default_rng(0)
    for value in rng.standard_normal(1000) * 10.0 ** rng.integers(-12, 12, 1000):
        assert rounded(rounded(value)) == rounded(value)


def test_of_a_frame_numbers_are_rounded_and_counts_words_and_gaps_are_not() -> None:
    frame = pd.DataFrame(
        {
            "name": ["tree", "0.12345678901234"],
            "n": [12345678901234, 2],
            "value": [1 / 3, math.nan],
            "mixed": [2 / 3, None],
            "p": [1 / 3, 2 / 3],
        }
    )
    found = rounded_frame(frame.astype({"mixed": object}), ["p"])
    assert found.to_csv(index=False, lineterminator="\n") == (
        "name,n,value,mixed,p\ntree,12345678901234,0.3333333333,0.6666666667,0.333333\n0.12345678901234,2,,,0.666667\n"
    )
    assert list(found.dtypes) == list(frame.astype({"mixed": object}).dtypes)
