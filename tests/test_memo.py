"""Work is shared within a scope, together with the time it took."""

import pytest

from harness.memo import Memo, timed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """CPU seconds that pass only when a test says so."""
    now = [0.0]
    monkeypatch.setattr("harness.memo.time.process_time", lambda: now[0])
    return now


def costly(clock: list[float], calls: list[str]) -> str:
    clock[0] += 2.5
    calls.append("call")
    return "fitted"


def test_a_value_comes_with_the_seconds_it_took(clock: list[float]) -> None:
    assert timed(lambda: costly(clock, [])) == ("fitted", 2.5)


def test_the_second_asker_gets_the_value_and_the_seconds_of_the_first(clock: list[float]) -> None:
    memo, calls = Memo(), []
    memo.enter("scope")
    answers = [memo.once("key", lambda: costly(clock, calls)) for _ in range(2)]
    assert answers == [("fitted", 2.5), ("fitted", 2.5)]
    assert calls == ["call"]


def test_another_key_is_computed_anew(clock: list[float]) -> None:
    memo, calls = Memo(), []
    for key in ("a", "b"):
        memo.once(key, lambda: costly(clock, calls))
    assert len(calls) == len(memo) == 2


def test_entering_another_scope_forgets_and_the_same_one_does_not(clock: list[float]) -> None:
    memo, calls = Memo(), []
    for scope in (("iris", 0), ("iris", 0), ("iris", 1), ("iris", 0)):
        memo.enter(scope)
        memo.once("key", lambda: costly(clock, calls))
    assert len(calls) == 3
    assert len(memo) == 1


def test_a_failure_is_not_remembered(clock: list[float]) -> None:
    memo, calls = Memo(), []

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        memo.once("key", fail)
    assert memo.once("key", lambda: costly(clock, calls)).value == "fitted"
