"""Named streams: each is a matter of its own name and seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.randomness import stream, stream_integer

parts = st.lists(st.one_of(st.text(max_size=8), st.integers(0, 1000)), max_size=4)


def test_known_streams_give_known_numbers() -> None:
    assert stream(0, "folds").integers(1000, size=5).tolist() == [662, 590, 195, 247, 953]
    assert stream(1, "folds").integers(1000, size=5).tolist() == [666, 705, 147, 366, 179]
    assert stream_integer(0, "folds") == 1422237922
    assert stream_integer(0, "model", "tree", 3) == 1493613408
    assert stream(7, "label noise", "fold 2").random() == 0.6879599991602731


def test_drawing_from_one_stream_does_not_move_another() -> None:
    alone = stream(0, "folds").random(3)
    among_others = stream(0, "folds")
    stream(0, "a method that was added later").random(100)
    np.testing.assert_array_equal(among_others.random(3), alone)


@given(parts, parts)
def test_two_purposes_are_two_streams(first: list[str | int], second: list[str | int]) -> None:
    same = [(type(part), part) for part in first] == [(type(part), part) for part in second]
    assert (stream_integer(0, *first) == stream_integer(0, *second)) == same


@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_two_seeds_are_two_streams(first: int, second: int) -> None:
    assert (stream(first, "folds").random() == stream(second, "folds").random()) == (first == second)


def test_a_number_and_its_text_are_two_purposes() -> None:
    assert stream_integer(0, "fold", 1) != stream_integer(0, "fold", "1")


@given(st.integers(0, 2**40), parts)
def test_an_integer_for_a_library_fits_its_random_state(seed: int, purpose: list[str | int]) -> None:
    assert 0 <= stream_integer(seed, *purpose) < 2**31


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="non-negative"):
        stream(-1, "folds")
