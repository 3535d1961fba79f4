"""Scores of a classifier on one set of rows."""

from __future__ import annotations

import numpy as np

from harness.core import DataError, Floats, Ints
from harness.inference import inputs

N_BINS = 10

ROUNDING = 1e-3
"""How far a probability may lie outside of 0 to 1: models that sum and scale in single precision do not end there exactly."""


def score_classes(truth: Ints, predicted: Ints, probabilities: Floats | None) -> dict[str, float | None]:
    """Every classification metric, all higher-is-better but log loss, Brier score and calibration error.

    Args:
        truth: class codes, shape (n,).
        predicted: class codes, shape (n,).
        probabilities: shape (n, n_classes), rows summing to 1; None if the model has none.

    Returns:
        accuracy; precision, recall and f1 averaged over the classes that occur in truth or prediction (macro; 0 for a
        class never predicted); roc_auc (one against the rest, macro); log_loss (natural log, probabilities clipped at
        the float64 epsilon); brier (sum over classes, 0 to 2); calibration_error. The last four are None without
        probabilities, and roc_auc is None if a class is absent from truth.

    Raises:
        DataError: no row, arrays for different numbers of rows, codes that are none or have no column, or probabilities that
            are no numbers between 0 and 1.
    """
    from sklearn.metrics import (
        precision_recall_fscore_support,  # takes a second to load, which alarms need not wait for
    )

    truth, predicted = _codes(truth, "truth"), _codes(predicted, "predicted")
    _check_rows(len(truth), predicted=len(predicted))
    precision, recall, f1, _ = precision_recall_fscore_support(truth, predicted, average="macro", zero_division=0)
    label_scores = {
        "accuracy": float(np.mean(truth == predicted)),
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(f1),
    }
    return {**label_scores, **_score_probabilities(truth, predicted, probabilities)}


def checked_probabilities(truth: Ints, probabilities: Floats) -> tuple[Ints, Floats]:
    """Class codes and probabilities that belong together. Raises `DataError` as `score_classes`."""
    codes = _codes(truth, "truth")
    return codes, _probabilities(codes, probabilities)


def _score_probabilities(truth: Ints, predicted: Ints, probabilities: Floats | None) -> dict[str, float | None]:
    if probabilities is None:
        return dict.fromkeys(("roc_auc", "log_loss", "brier", "calibration_error"))
    probabilities = _probabilities(truth, probabilities)
    _check_columns(predicted, "predicted", probabilities)
    of_truth = probabilities[np.arange(len(truth)), truth]
    truth_matrix = truth[:, None] == np.arange(probabilities.shape[1])
    return {
        "roc_auc": _roc_auc(truth, probabilities) if truth_matrix.any(axis=0).all() else None,
        "log_loss": float(-np.mean(np.log(np.clip(of_truth, np.finfo(np.float64).eps, None)))),
        "brier": float(np.mean(np.sum((probabilities - truth_matrix) ** 2, axis=1))),
        "calibration_error": calibration_error(truth, probabilities),
    }


def _roc_auc(truth: Ints, probabilities: Floats) -> float:
    from sklearn.metrics import roc_auc_score

    if probabilities.shape[1] == 2:
        return float(roc_auc_score(truth, probabilities[:, 1]))
    return float(np.mean([roc_auc_score(truth == code, column) for code, column in enumerate(probabilities.T)]))


def calibration_error(truth: Ints, probabilities: Floats, n_bins: int = N_BINS) -> float:
    """The expected calibration error of the predicted class (Guo et al. 2017, arXiv 1706.04599).

    The mean distance between confidence and accuracy over bins of equal width, weighted by their rows, in [0, 1].

    Args:
        truth: class codes, shape (n,).
        probabilities: shape (n, n_classes); the highest of a row is its confidence.
        n_bins: bins of width 1 / n_bins; a confidence on an edge belongs to the lower bin.

    Raises:
        ConfigError: no bin.
        DataError: as `score_classes`.
    """
    n_bins = inputs.count(n_bins, what="n_bins", least=1)
    truth, probabilities = checked_probabilities(truth, probabilities)
    confidence = probabilities.max(axis=1)
    hit = probabilities.argmax(axis=1) == truth
    bins = np.clip(np.ceil(confidence * n_bins).astype(np.int64) - 1, 0, n_bins - 1)
    gaps = np.bincount(bins, weights=confidence - hit, minlength=n_bins)
    return float(np.abs(gaps).sum() / len(truth))


def _codes(values: Ints, what: str) -> Ints:
    codes = inputs.whole(values, what=what, give="one class code, 0 or more, for each row")
    if not len(codes):
        raise DataError(f"{what} has no row: there is nothing to score")
    if codes.min() < 0:
        raise DataError(f"{what} has the class code {codes.min()}: codes count from 0")
    return codes


def _probabilities(truth: Ints, probabilities: Floats) -> Floats:
    """The probabilities, which have a row for each of the truth and a column for each code in it."""
    table = inputs.grid(
        probabilities, what="probabilities", give="one row for each row of truth and one column for each class"
    )
    _check_rows(len(truth), probabilities=len(table))
    _check_columns(truth, "truth", table)
    if not ((table >= -ROUNDING) & (table <= 1 + ROUNDING)).all():
        raise DataError("probabilities has a value that is missing or outside of 0 to 1")
    return table


def _check_columns(codes: Ints, what: str, table: Floats) -> None:
    if codes.max() >= table.shape[1]:
        raise DataError(f"{what} has the class code {codes.max()}, but probabilities has {table.shape[1]} columns only")


def _check_rows(n_rows: int, **others: int) -> None:
    for name, n in others.items():
        if n != n_rows:
            raise DataError(f"truth has {n_rows} rows and {name} {n}: give both for the same")
