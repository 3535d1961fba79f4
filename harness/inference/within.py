"""A against B on one data set, over repeated cross-validation.

The J differences of k-fold cross-validation are correlated, since they share training rows. So a plain t test rejects a
true null hypothesis in half of all studies. The corrected test enlarges the variance of the mean accordingly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy import stats

from harness.errors import ConfigError
from harness.inference import inputs
from harness.inference.estimate import Estimate, TTest, sentences
from harness.inference.student import one_sample_t


@dataclass(frozen=True)
class RopePosterior:
    """The probabilities that A is worse than B, practically equal to B, and better.

    Attributes:
        left: P(difference < -region).
        rope: P(-region <= difference <= region), the region of practical equivalence.
        right: P(difference > region).
        region: half the width of that region, in the unit of the differences.
        n: the number of differences.
        note: empty, or what was degenerate.
    """

    left: float
    rope: float
    right: float
    region: float
    n: int
    note: str = ""


def corrected_t(differences: ArrayLike, *, test_train_ratio: float, level: float = 0.95) -> TTest:
    """The corrected resampled t test of Nadeau and Bengio: Var(mean) = s^2 (1/J + n_test/n_train), J - 1 df.

    The correction assumes that splits have the correlation n_test / (n_test + n_train). This is an approximation and
    somewhat conservative. 10 times 10-fold cross-validation is recommended.

    Args:
        differences: shape (J,), A - B on each of the J test folds of all repeats.
        test_train_ratio: n_test / n_train of one split: 1/9 for ten folds, 1/4 for five.
        level: of the interval.

    Returns:
        The test. If all differences are equal and not zero, p is NaN: correlated values allow no sign test.

    Raises:
        ConfigError: if the ratio is not positive.

    Source: Nadeau and Bengio (2003), doi 10.1023/A:1024068626366; for repeated k-fold cross-validation
    Bouckaert and Frank (2004), doi 10.1007/978-3-540-24775-3_3.
    """
    if not inputs.number(test_train_ratio, what="test_train_ratio") > 0:
        raise ConfigError(f"test_train_ratio is {test_train_ratio}, but must be positive: give 1/9 for ten folds")
    return one_sample_t(differences, shared=test_train_ratio, level=level)


def corrected_mean(values: ArrayLike, *, test_train_ratio: float, level: float = 0.95) -> Estimate:
    """One method's mean over the folds of repeated cross-validation, with the corrected interval.

    Args:
        values: shape (J,), the metric on each test fold of all repeats.
        test_train_ratio: n_test / n_train of one split.
        level: of the interval.
    """
    test = corrected_t(values, test_train_ratio=test_train_ratio, level=level)
    return Estimate(estimate=test.estimate, interval=test.interval, n=test.n, note=test.note)


def rope_posterior(test: TTest, *, region: float) -> RopePosterior:
    """The correlated Bayesian t test: the posterior of the mean difference, cut at -region and +region.

    The prior is the one that matches the frequentist test. Then the posterior is Student's t with the test's estimate,
    standard error and degrees of freedom. Without variance all probability lies on the estimate.

    Args:
        test: a result of `corrected_t`.
        region: half the width of the region of practical equivalence, 0 or more.

    Source: Corani and Benavoli (2015), doi 10.1007/s10994-015-5486-z.
    """
    inputs.check_kind(test, TTest, what="test")
    inputs.region(region)
    if math.isnan(test.standard_error):
        return RopePosterior(math.nan, math.nan, math.nan, region, test.n, test.note)
    if test.standard_error == 0:
        left, right = float(test.estimate < -region), float(test.estimate > region)
        note = sentences(test.note, "All posterior probability lies on that value.")
        return RopePosterior(left, 1 - left - right, right, region, test.n, note)
    left = float(stats.t.cdf((-region - test.estimate) / test.standard_error, test.df))
    right = float(stats.t.sf((region - test.estimate) / test.standard_error, test.df))
    return RopePosterior(left, 1 - left - right, right, region, test.n, test.note)
