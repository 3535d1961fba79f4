"""A tool runs in a process of its own, which is asked by lines of JSON, times itself and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core import ConfigError, Skip
from harness.tracking import sandbox
from harness.tracking.contract import lines_of
from harness.tracking.session import CannotError, OverBudgetError, Session, ToolError
from harness.tracking.tool import Tool


def session(tool: Tool, folder: Path, *, seconds: float = 60.0, interface: str = "api") -> Session:
    return Session(tool, folder / "box", interface=interface, seconds=seconds)


def test_a_tool_answers_in_order_whatever_it_prints(toy: Tool, tmp_path: Path) -> None:
    with session(toy, tmp_path) as asked:
        asked.ask("start", name="one")
        asked.ask("start", name="two")
        assert [asked.answer("start").value, asked.answer("start").value] == ["one", "two"]
    assert "chatter" in (tmp_path / "box" / "errors.txt").read_text()


def test_wall_and_cpu_are_taken_apart_in_the_process_of_the_tool(toy: Tool, tmp_path: Path) -> None:
    with session(toy, tmp_path) as asked:
        reply = asked.call("start", name="one")
        assert reply.wall > 0
        assert reply.cpu >= 0
        assert reply.waited == max(0.0, reply.wall - reply.cpu)
    assert asked.whole.wall > reply.wall + asked.loaded.wall
    assert asked.whole.cpu > reply.cpu


def test_stand_ins_that_ran_are_told_with_their_lines(toy: Tool, tmp_path: Path) -> None:
    with session(toy, tmp_path) as asked:
        assert asked.call("start", name="one").ours == {}
        asked.call("metrics", run="one", values={"accuracy": 0.5})
        assert asked.call("best", metric="accuracy").ours == {"Toy.best": 3}
        assert asked.ours == {"Toy.best": 3}


def test_lines_of_code_are_neither_blank_nor_comments_nor_decorators() -> None:
    assert lines_of('@ours\ndef one():\n    """What it gives."""\n\n    # why\n    return 1\n') == 2


def test_what_a_tool_does_not_do_is_an_answer_with_a_code(toy: Tool, tmp_path: Path) -> None:
    with session(toy, tmp_path) as asked:
        with pytest.raises(CannotError, match="keeps no versions") as cannot:
            asked.call("data", run="one", path="x")
        assert cannot.value.code == "not-offered"
        with pytest.raises(CannotError, match="company") as service:
            asked.call("push", remote="x")
        assert service.value.code == "needs-service"


@pytest.mark.parametrize(
    ("call", "arguments", "says"),
    [
        ("read", {"run": "unknown"}, "KeyError"),
        ("history", {"run": "", "metric": "leave"}, "SystemExit"),
        ("environment", {"run": ""}, "TypeError"),
        ("nothing", {}, "AttributeError"),
    ],
)
def test_an_error_of_a_tool_is_one_sentence_and_it_goes_on(
    toy: Tool, tmp_path: Path, call: str, arguments: dict[str, str], says: str
) -> None:
    with session(toy, tmp_path) as asked:
        with pytest.raises(ToolError, match=rf"^toy: {call}: {says}"):
            asked.call(call, **arguments)
        assert asked.call("runs").value == []


def test_a_process_that_ends_by_itself_is_an_error(toy: Tool, tmp_path: Path) -> None:
    with session(toy, tmp_path) as asked, pytest.raises(ToolError, match="its process has ended"):
        asked.call("history", run="", metric="die")


def test_a_tool_that_writes_between_its_answers_is_an_error(toy: Tool, tmp_path: Path) -> None:
    with session(toy, tmp_path) as asked, pytest.raises(ToolError, match=r"garbage.*between the answers"):
        asked.call("history", run="", metric="scribble")


def test_a_tool_that_takes_too_long_is_stopped(toy: Tool, tmp_path: Path) -> None:
    with (
        pytest.raises(OverBudgetError, match="more than 5 seconds"),
        session(toy, tmp_path, seconds=5) as asked,
    ):
        asked.call("history", run="", metric="sleep")
    assert asked.whole.wall < 60


def test_what_was_not_written_is_gone_after_a_kill(toy: Tool, tmp_path: Path) -> None:
    with session(toy, tmp_path) as asked:
        asked.call("start", name="one")
        asked.call("finish", run="one")
        asked.call("start", name="two")
        asked.kill()
    with session(toy, tmp_path) as again:
        assert again.call("runs").value == ["one"]


def test_an_interface_that_a_tool_lacks_is_said(tmp_path: Path) -> None:
    plain = Tool("plain", "harness.tracking.adapters.plain", environment=False)
    with pytest.raises(CannotError, match="no command line"), session(plain, tmp_path, interface="command_line"):
        pass


def test_a_tool_without_its_environment_or_program_is_skipped_with_a_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "empty"))
    for tool in (Tool("mlflow", "toy_tool"), Tool("toy", "toy_tool", environment=False, programs=["no-such-program"])):
        with pytest.raises(Skip) as skip:
            tool.python()
        assert skip.value.code == "not-installed"
        assert not tool.is_here
    assert "no-such-program" in str(skip.value)


def test_an_adapter_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(ConfigError, match=r"tracker toy: there is no module harness\.nothing"):
        _ = Tool("toy", "harness.nothing.here", environment=False).file


def test_a_tool_sees_neither_our_variables_nor_our_home(
    toy: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_SECRET", "x")
    given = sandbox.variables(tmp_path, {"PLACE": "{folder}/in"})
    assert "MY_SECRET" not in given
    assert given["PLACE"] == f"{tmp_path}/in"
    assert all(given[name].startswith(str(tmp_path)) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME"))
