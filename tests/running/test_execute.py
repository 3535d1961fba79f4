"""Whatever a trial does, it leaves a record."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from harness.core import Code, Record, Skip, Status
from harness.memo import Memo
from harness.running.execute import execute
from harness.running.store.resume_rule import is_settled

Run = Callable[..., Record]


@pytest.fixture
def record_of(toys: ModuleType) -> Run:
    """The record of a toy in that mood."""

    def run(mood: str, **settings: Any) -> Record:
        return execute(toys.planned(0, mood=mood, **settings)[0], toys.build, Memo()).record

    return run


def test_a_trial_that_ends_well_has_measurements_and_a_clock(record_of: Run) -> None:
    record = record_of("well")
    assert record.status is Status.OK
    assert record.measurements["n"] == 5
    assert record.clock == {"seconds": [0.0]}
    assert (record.reason, record.error) == ("", "")


def test_what_was_measured_on_no_fold_is_left_out(record_of: Run) -> None:
    assert set(record_of("well").measurements) == {"score", "n"}


def test_a_failure_is_recorded_with_one_line_and_its_traceback(record_of: Run) -> None:
    record = record_of("failing")
    assert record.status is Status.FAILED
    assert record.reason == "ArithmeticError: seed 0 does not like this"
    assert record.error.startswith("Traceback")
    assert "in failing" in record.error
    assert not record.measurements


def test_a_trial_that_makes_no_sense_is_skipped(record_of: Run) -> None:
    record = record_of("senseless")
    assert (record.status, record.reason, record.error) == (Status.SKIPPED, "it makes no sense", "")


@pytest.mark.parametrize(
    ("mood", "code"),
    [
        ("well", ""),
        ("senseless", Code.MAKES_NO_SENSE),
        ("senseless_for_a_reason_of_its_own", "no-second-sensor"),
        ("lacking", Code.NOT_INSTALLED),
        ("refused", Code.SETTING_REFUSED),
        ("without_data", Code.DATA_REFUSED),
        ("failing", Code.RAISED),
        ("leaving", Code.RAISED),
        ("lacking_a_module", Code.MODULE_NOT_FOUND),
        ("not_a_number", Code.NOT_RECORDABLE),
        ("out_of_memory", Code.OUT_OF_MEMORY),
    ],
)
def test_every_reason_has_its_code(record_of: Run, mood: str, code: str) -> None:
    record = record_of(mood)
    assert record.code == code
    assert type(record.code) is str
    assert bool(record.reason) == bool(code)


@pytest.mark.parametrize("code", ["", "No Sensor", "no_sensor", "-sensor", "sensor-", "sensör", "a\n"])
def test_a_code_is_a_slug(code: str) -> None:
    with pytest.raises(ValueError, match="is no code"):
        Skip("it makes no sense", code=code)


def test_a_reason_to_skip_travels_with_its_code() -> None:
    """Workers of joblib and executors send exceptions on."""
    reason = pickle.loads(pickle.dumps(Skip("no second sensor", code="no-second-sensor")))
    assert (str(reason), reason.code) == ("no second sensor", "no-second-sensor")


def test_a_missing_package_is_named_with_the_remedy(record_of: Run) -> None:
    record = record_of("lacking")
    assert record.status is Status.SKIPPED
    assert record.reason == (
        "the package 'a_package_that_nobody_has' cannot be imported: install it, or put its folder on PYTHONPATH"
    )


def test_a_missing_part_of_a_package_is_a_failure(record_of: Run) -> None:
    assert record_of("lacking_a_module").status is Status.FAILED


def test_a_refusal_of_the_harness_is_one_sentence_without_traceback(record_of: Run) -> None:
    record = record_of("refused")
    assert (record.status, record.error) == (Status.FAILED, "")
    assert record.reason == "Data set 'toy' is not there; fetch it."


def test_a_measurement_that_is_no_number_is_a_failure(record_of: Run) -> None:
    """JSON has no NaN: writing it would end the whole sweep."""
    record = record_of("not_a_number")
    assert record.status is Status.FAILED
    assert "cannot be recorded" in record.reason


def test_a_model_that_leaves_the_process_is_a_failure(record_of: Run) -> None:
    assert record_of("leaving").reason == "SystemExit: 3"


def test_ctrl_c_is_no_failure(toys: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: object) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(toys.Toy, "well", interrupt)
    with pytest.raises(KeyboardInterrupt):
        execute(toys.planned(0)[0], toys.build, Memo())


def test_factors_without_a_level_are_left_out(record_of: Run) -> None:
    assert record_of("well", group=None).factors == {"seed": 0, "mood": "well"}


@pytest.mark.parametrize(
    ("mood", "retry_failed", "settled"),
    [
        ("well", False, True),
        ("well", True, True),
        ("senseless", True, True),
        ("failing", False, True),
        ("failing", True, False),
        ("refused", False, False),  # the data may be there by now
        ("lacking", False, False),  # the package may be there by now
    ],
)
def test_only_what_lies_within_a_trial_settles_it(record_of: Run, mood: str, retry_failed: bool, settled: bool) -> None:
    assert is_settled(record_of(mood), retry_failed=retry_failed) == settled


def test_a_trial_without_a_record_is_not_settled() -> None:
    assert not is_settled(None, retry_failed=False)
