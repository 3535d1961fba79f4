"""A real stream: rows in the order of their file, each scored before any model learns it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from harness.core import Code, Skip, UnreadableError
from harness.detectors.baselines import Oracle
from harness.detectors.contract import Input
from harness.detectors.ddm import DDM
from harness.detectors.ks import KS
from harness.drift import Clock, LeakError, Ordered
from harness.memo import Memo
from harness.policies.alarms import OnAlarm
from harness.policies.bank_of import bank_of
from harness.policies.calendar import AtTruth, Calendar
from harness.policies.entry import Entry, Reality
from harness.policies.judging import Average, Challenger, RollBack
from harness.policies.recalibration import Recalibrate
from harness.policies.replay import replay
from harness.policies.retraining import Extend, Last
from harness.policies.world import Averaged, Recalibrated, Recipe
from harness.synthesis import Preprocessing
from harness.trials.closed_loop import OrderedWorld
from harness.trials.closed_loop.baselines import baselines
from harness.trials.closed_loop.reading import Reading, _signals
from harness.trials.closed_loop.windows import Windows
from harness.trials.deployment import Deployment
from tests.trials.made_worlds import LOGISTIC, TREE, Given, table

M, N_ROWS, BEFORE = 12, 48, 24
BLOCKS = (0, 48)
EASY = table("numeric")
NOISY = replace(
    EASY, name="noisy", target=np.where(np.arange(120) % 3, EASY.target, np.arange(120) % 2), checksum="noisy"
)


def real(model: Any = TREE, *, seed: int = 0, labelled_share: float = 1.0, **settings: Any) -> OrderedWorld:
    """A block of four months of 12 rows and the two months before them, of 120 made rows in two blocks."""
    given = {"rows": NOISY, "months": 4, "blocks": BLOCKS, **settings}
    sampling, clock = Ordered(blocks=given["blocks"]), Clock(M, given["months"])
    data: Any = Given(given["rows"])
    deployment = Deployment(data, model, Preprocessing(), sampling, clock, seed, train_rows=M)
    return OrderedWorld(deployment.start(Memo()), labelled_share=labelled_share)


def errors_by_hand(of: OrderedWorld, model: Recipe, rows: slice) -> Any:
    """Where a model errs on rows of the block, each of them predicted."""
    population = of.block.population
    return of.said_of(model, population.matrix[rows]).target != population.target[rows]


# ---- blocks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "first"), [(0, 0), (1, 48)])
def test_a_block_is_the_rows_of_the_file_in_their_order(seed: int, first: int) -> None:
    whole, of = NOISY, real(seed=seed)
    matrix, target = of.stream.rows()
    np.testing.assert_array_equal(matrix, whole.matrix[first + BEFORE : first + BEFORE + N_ROWS])
    np.testing.assert_array_equal(target, whole.target[first + BEFORE : first + BEFORE + N_ROWS])
    np.testing.assert_array_equal(of.stream.reference().matrix, whole.matrix[first + M : first + BEFORE])
    assert (of.n_rows, of.n_periods, of.truth) == (N_ROWS, 16, None)


@pytest.mark.parametrize("settings", [{"blocks": (0, 40)}, {"blocks": (0, 49), "seed": 1}, {"months": 5}])
def test_a_block_without_its_rows_is_skipped(settings: dict[str, Any]) -> None:
    with pytest.raises(Skip, match=r"block . of noisy begins with row .*: choose fewer months") as caught:
        real(**settings)
    assert caught.value.code == Code.TOO_FEW_ROWS


# ---- what is learned ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recipe", "ids"),
    [
        (Recipe(0, M), range(12, 24)),
        (Recipe(30, M), range(42, 54)),
        (Recipe(6, M), range(18, 30)),
        (Recipe(6, 2 * M), range(6, 30)),
        (Recipe(6, 4 * M), range(30)),
        (Recipe(20, None), range(12, 44)),
        (Recipe(-12, M), range(12)),
        (Recipe(-6, None), range(6, 18)),
    ],
    ids=str,
)
def test_a_model_learns_the_newest_rows_of_before(recipe: Recipe, ids: range) -> None:
    of = real()
    assert of.windows.of(recipe).ids.tolist() == list(ids)


def test_labels_that_never_arrive_teach_nothing() -> None:
    of = real(labelled_share=0.5)
    labelled = np.flatnonzero(of.labelled())
    assert of.windows.of(Recipe(40, 8)).ids.tolist() == (BEFORE + labelled[labelled < 40][-8:]).tolist()


def test_a_challenger_leaves_out_a_quarter_that_no_challenger_learns() -> None:
    of = real()
    challenger = Recipe(40, M, is_challenger=True)
    learned, held_back = of.windows.of(challenger).ids, of.windows.held_back(challenger).ids
    assert sorted([*learned, *held_back]) == list(range(BEFORE + 28, BEFORE + 40))
    every = [of.windows.of(Recipe(until, M, is_challenger=True)).ids for until in range(12, 49)]
    assert not np.isin(held_back, np.concatenate(every)).any()


def test_a_row_that_was_not_scored_yet_is_never_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Windows, "_times", lambda self, recipe: self.times[: recipe.until + 1])
    of = real(LOGISTIC)
    for learn in (
        lambda: of.windows.of(Recipe(20, M)),
        lambda: of.said(Recipe(20, M)),
        lambda: of.windows.to_recalibrate(Recalibrated(of.initial, 20, M, "platt")),
    ):
        with pytest.raises(LeakError, match="had not been scored by then"):
            learn()


# ---- what is lost, and what is known --------------------------------------------------------------------------------


def test_a_model_loses_its_share_of_errors() -> None:
    of, model = real(), Recipe(15, M)
    wrong = errors_by_hand(of, model, slice(BEFORE, None))
    np.testing.assert_array_equal(of.errors(model), wrong)
    np.testing.assert_array_equal(of.losses(model), wrong.reshape(16, 3).mean(axis=1))


def test_a_model_is_judged_by_rows_that_it_has_not_learned() -> None:
    of = real()
    assert not errors_by_hand(of, Recipe(24, M), slice(BEFORE + 12, BEFORE + 24)).any()  # a full tree knows them
    expected = errors_by_hand(of, Recipe(12, M), slice(BEFORE + 12, BEFORE + 24))
    assert expected.any()
    np.testing.assert_array_equal(of.reference_errors(Recipe(24, M), 24, 0), expected)
    late = errors_by_hand(of, Recipe(6, M), slice(BEFORE + 6, BEFORE + 18))
    np.testing.assert_array_equal(of.reference_errors(Recipe(18, M), 24, 6), late)
    first = errors_by_hand(of, Recipe(-12, M), slice(12, 24))
    np.testing.assert_array_equal(of.reference_errors(of.initial, 0, 0), first)


def test_rows_of_after_its_fit_judge_a_model_itself() -> None:
    of = real()
    own = errors_by_hand(of, of.initial, slice(BEFORE + 24, BEFORE + 36))
    np.testing.assert_array_equal(of.reference_errors(of.initial, 36, 0), own)


def test_confidences_and_disagreements_are_compared_with_those_of_rows_not_learned() -> None:
    of, served, earlier = real(LOGISTIC), Recipe(24, M), Recipe(12, M)
    month = slice(BEFORE + 12, BEFORE + 24)
    signals = _signals(of, Reading("x", DDM(), served, 24, 0, None), errors=np.zeros(24))
    said = of.said(earlier)
    assert said.probabilities is not None
    np.testing.assert_array_equal(signals.confidence.reference[:, 0], said.probabilities[month].max(axis=1))
    np.testing.assert_array_equal(signals.confidence.reference[:, 1], errors_by_hand(of, earlier, month))
    np.testing.assert_array_equal(
        signals.confidence.signal[:, 0], of.said(served).probabilities[BEFORE + 24 :].max(axis=1)
    )
    np.testing.assert_array_equal(signals.disagreement.reference, of.otherwise(earlier)[month])
    np.testing.assert_array_equal(signals.disagreement.signal, of.otherwise(served)[BEFORE + 24 :])


def test_models_that_answer_together_and_new_curves_are_judged_by_earlier_ones_too() -> None:
    of = real(LOGISTIC)
    month = slice(BEFORE + 12, BEFORE + 24)
    together, earlier = (Averaged((Recipe(until - 6, M), Recipe(until, M))) for until in (24, 12))
    np.testing.assert_array_equal(of.judged(together).probabilities[month], of.said(earlier).probabilities[month])
    curve, before = (Recalibrated(Recipe(until - 12, M), until, M, "platt") for until in (24, 12))
    np.testing.assert_array_equal(of.judged(curve).probabilities[month], of.said(before).probabilities[month])


# ---- policies -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [0, 3, 5])
def test_the_path_of_a_calendar_is_that_of_the_bank(late: int) -> None:
    of = real()
    run = replay(Entry(name="x", policy=Calendar(weeks=3), action=Last()), of, Reality(label_delay=late))
    bank = bank_of(of, M, late_periods=-(-late // 3))
    np.testing.assert_array_equal(run.path, bank.path(list(run.points)))
    assert len(run.points) >= 4


@pytest.mark.parametrize(
    "action",
    [Extend(), Challenger(action=Last()), RollBack(action=Last()), Average(action=Last()), Recalibrate(how="platt")],
)
def test_every_action_lives_on_a_real_stream(action: Any) -> None:
    of = real(LOGISTIC)
    run = replay(Entry(name="x", policy=Calendar(weeks=4), action=action), of, Reality(label_delay=3))
    assert run.asked
    assert np.isfinite(run.path).all()


def test_tests_of_rows_compare_with_the_month_before_the_model() -> None:
    of, detector = real(), KS(window=6, step=3, level=0.2)
    matrix = of.block.population.matrix
    nominal = of.deployed.table.nominal_mask
    for since in (0, 9):
        expected = detector.scan(matrix[BEFORE + since :], detector.start(matrix[M + since : BEFORE + since], nominal))
        found = of.scan("ks", detector, of.initial, since, 0)
        assert found.alarms.tolist() == (expected.alarms + since).tolist()


def test_whoever_acts_on_the_truth_is_told_that_nobody_knows_it() -> None:
    for policy in (AtTruth(), OnAlarm(detector=Oracle())):
        with pytest.raises(UnreadableError, match="the truth about this stream is not known") as refused:
            replay(Entry(name="x", policy=policy), real(), Reality())
        assert refused.value.code == Code.NO_TRUTH
    assert Oracle.input is Input.TRUTH


# ---- answers without a model ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "share"), [(0, 1.0), (5, 1.0), (12, 0.5)])
def test_baselines_answer_with_the_labels_that_are_known(late: int, share: float) -> None:
    of = real(labelled_share=share)
    target = of.block.population.target
    has_label = [*[True] * BEFORE, *of.labelled()]
    wrong: dict[str, list[bool]] = {"no_change": [], "majority": []}
    for time in range(BEFORE, len(target)):
        known = [target[row] for row in range(time - late) if has_label[row]]
        wrong["no_change"].append(target[time] != known[-1])
        wrong["majority"].append(target[time] != np.bincount(known).argmax())
    for name, losses in baselines(of, late).items():
        np.testing.assert_allclose(losses, np.reshape(wrong[name], (16, 3)).mean(axis=1))


def test_numbers_are_answered_by_the_newest_one_and_by_their_mean() -> None:
    of = real(rows=table("regression"))
    target, limit = of.block.population.target, of.deployed.threshold
    assert limit is not None
    means = [target[:time].mean() for time in range(BEFORE, len(target))]
    expected = (np.abs(target[BEFORE:] - means) > limit).reshape(16, 3).mean(axis=1)
    np.testing.assert_allclose(baselines(of, 0)["majority"], expected)
