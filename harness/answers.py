"""What models and detectors may answer. What cannot be is refused here, in one sentence, wherever an answer is taken.

A check costs a few nanoseconds a row: it looks at the least and the greatest answer, and for the rows that are wrong only
if there is one.
"""

from __future__ import annotations

import contextlib
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from harness.core import Floats, Ints
from harness.errors import AnswerError

TOLERANCE = 1e-2
"""How far the probabilities of a row may be off. Half precision, the coarsest there is, makes their sum wrong by 5e-4. So does
scikit-learn's naive Bayes by 2e-3, far from all rows that it has learned, where logarithms of densities have 13 digits."""

LARGEST = float(np.finfo(np.float32).max)
"""The largest value that is kept of a regression, and whose square is still a number."""

_KINDS = "biuf"


def class_codes(answer: Any, n_rows: int, n_classes: int, who: str) -> Ints:
    """The classes that a model answered, shape (n_rows,).

    Args:
        answer: whole numbers from 0 to n_classes - 1, of any type of numbers.
        n_rows: the number of rows that it was asked about.
        n_classes: the number of classes.
        who: the model, as a sentence begins with it.

    Raises:
        AnswerError: it is something else, or for another number of rows.
    """
    codes = _numbers(answer, (n_rows,), "one class a row", who)
    is_whole = codes.dtype.kind != "f" or bool((codes == np.floor(codes)).all())
    if n_rows and not (codes.min() >= 0 and codes.max() < n_classes and is_whole):
        given = codes.astype(np.float64)
        is_wrong = ~((given >= 0) & (given < n_classes) & (given == np.floor(given)))
        _refuse_rows(who, given, is_wrong, f"each answer has to be one of the classes 0 to {n_classes - 1}")
    return codes.astype(np.int64, copy=False)


def class_probabilities(answer: Any, n_rows: int, n_classes: int, who: str) -> Floats:
    """The probabilities that a model answered, shape (n_rows, n_classes), as they are; raises as `class_codes` does.

    They lie between 0 and 1, and those of a row sum to 1, both within `TOLERANCE`.
    """
    found = _numbers(answer, (n_rows, n_classes), "one probability for each row and class", who)
    probabilities = found.astype(np.float64, copy=False)
    if not n_rows:
        return probabilities
    if not (probabilities.min() >= -TOLERANCE and probabilities.max() <= 1 + TOLERANCE):
        is_wrong = ~((probabilities >= -TOLERANCE) & (probabilities <= 1 + TOLERANCE))
        strange = probabilities[np.arange(n_rows), is_wrong.argmax(axis=1)]  # the first wrong one of a row
        _refuse_rows(who, strange, np.any(is_wrong, axis=1), "a probability has to lie between 0 and 1")
    sums = probabilities @ np.ones(n_classes)  # a fifth of the time of sum(axis=1)
    is_off: NDArray[Any] = np.abs(sums - 1) > TOLERANCE
    if is_off.any():
        _refuse_rows(who, sums, is_off, "the probabilities of a row have to sum to 1", "probabilities that sum to ")
    return probabilities


def values(answer: Any, n_rows: int, who: str) -> Floats:
    """The values that a regression model answered, finite, shape (n_rows,); raises as `class_codes` does."""
    found = _numbers(answer, (n_rows,), "one value a row", who).astype(np.float64, copy=False)
    if n_rows and not (found.min() >= -LARGEST and found.max() <= LARGEST):
        is_wrong = ~(np.abs(found) <= LARGEST)
        _refuse_rows(who, found, is_wrong, f"each answer has to be a finite number, of size {LARGEST:.1g} at most")
    return found


def alarm_positions(answer: Any, n_rows: int, who: str) -> Ints:
    """The rows of a signal at which a detector alarmed, ascending and each once, shape (n,).

    Args:
        answer: whole numbers from 0 to n_rows - 1.
        n_rows: the length of the signal.
        who: the detector, as a sentence begins with it.

    Raises:
        AnswerError: it is something else.
    """
    found = answer if isinstance(answer, np.ndarray) else _array(answer, who)
    if found.ndim != 1 or (found.dtype.kind not in "iu" and found.size):
        words = f"of type {found.dtype} and of shape {found.shape}"
        raise AnswerError(f"{who} gave alarms {words}: they have to be a list of positions, which are whole numbers.")
    if not found.size:
        return found.astype(np.int64, copy=False)
    if found[0] < 0 or found[-1] >= n_rows or (found.size > 1 and not (found[1:] > found[:-1]).all()):
        _refuse_positions(found, n_rows, who)
    return found.astype(np.int64, copy=False)


# ---- refusing -----------------------------------------------------------------------------------------------------------


def _array(answer: Any, who: str) -> NDArray[Any]:
    try:
        return np.asarray(answer)
    except (TypeError, ValueError):  # rows of different lengths
        raise AnswerError(f"{who} answered with a {type(answer).__name__} that is no array of numbers.") from None


def _numbers(answer: Any, shape: tuple[int, ...], needed: str, who: str) -> NDArray[Any]:
    """The answer as an array of numbers of this shape."""
    found = _array(answer, who)
    if found.dtype.kind == "O":
        with contextlib.suppress(TypeError, ValueError):
            found = found.astype(np.float64)
    if found.dtype.kind not in _KINDS:
        example = f" such as {found.flat[0]!r}" if found.size else ""
        raise AnswerError(
            f"{who} answered with what is no number{example} (of type {found.dtype}): {needed} is needed."
        )
    if found.shape != shape:
        raise AnswerError(
            f"{who} answered {shape[0]} rows with an array of shape {found.shape}: {needed} is needed, of shape {shape}."
        )
    return found


def _refuse_rows(who: str, answers: NDArray[Any], is_wrong: NDArray[Any], needed: str, words: str = "") -> NoReturn:
    row = int(is_wrong.argmax())
    count = f"{np.count_nonzero(is_wrong)} of {len(is_wrong)} rows"
    raise AnswerError(
        f"{who} gave an answer that cannot be for {count} (first {words}{answers[row]:.6g} in row {row}): {needed}."
    )


def _refuse_positions(found: NDArray[Any], n_rows: int, who: str) -> NoReturn:
    outside = found[(found < 0) | (found >= n_rows)]
    if outside.size:
        raise AnswerError(f"{who} gave an alarm in row {outside[0]}, and the signal has rows 0 to {n_rows - 1}.")
    place = int(np.flatnonzero(np.diff(found) <= 0)[0])
    raise AnswerError(
        f"{who} gave alarms that do not ascend (row {found[place + 1]} after row {found[place]}): each comes once, in order."
    )
