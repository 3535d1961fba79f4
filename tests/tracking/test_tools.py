"""What real tools do in their environments; a tool that is not on this machine is skipped with its code."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.core import Skip
from harness.planning.tracker_catalogue import read_trackers
from harness.tracking.tool import Tool
from harness.tracking.workloads.bench import Bench
from harness.tracking.workloads.data import Data
from harness.tracking.workloads.features import Grade, graded_probe
from harness.tracking.workloads.kill import Kill
from harness.tracking.workloads.probes import LATE_ROW, PROBES, _file, _with_data
from harness.tracking.workloads.versions import Versions
from harness.tracking.workloads.writers import Writers

pytestmark = pytest.mark.slow
Made = Callable[..., Bench]
TOOLS = read_trackers()


def here(name: str) -> Tool:
    """The tool, if it is on this machine."""
    try:
        TOOLS[name].python()
    except Skip as skip:
        pytest.skip(f"{skip.code}: {skip}")
    return TOOLS[name]


@pytest.mark.parametrize("probe", ["typed_params", "by_param", "differing"])
def test_parameters_of_a_run_without_metrics_are_in_trackio_by_lines_of_ours(probe: str, bench: Made) -> None:
    found = graded_probe(PROBES[probe], bench(here("trackio")))
    assert found["grade"] == Grade.OURS, found["evidence"]


def test_what_differs_is_no_matter_of_types_in_tensorboard(bench: Made) -> None:
    found = graded_probe(PROBES["differing"], bench(here("tensorboard")))
    assert found["grade"] == Grade.OURS, found["evidence"]


@pytest.mark.parametrize(
    ("probe", "grade"),
    [("told_apart", Grade.FAILS), ("data_back", Grade.NATIVE), ("lineage", Grade.NATIVE), ("users", Grade.NATIVE)],
)
def test_that_mlflow_looks_at_the_first_rows_alone_counts_once(probe: str, grade: Grade, bench: Made) -> None:
    found = graded_probe(PROBES[probe], bench(here("mlflow")))
    assert found["grade"] == grade, found["evidence"]


@pytest.mark.parametrize(
    ("name", "probe", "grade", "helped"),
    [
        ("mlflow", "told_apart", Grade.FAILS, Grade.OURS),
        ("mlflow", "typed_params", Grade.FAILS, Grade.OURS),
        ("mlflow", "fetched_runs", Grade.NEEDS_SERVICE, Grade.OURS),
        ("mlflow", "fetched_model", Grade.NEEDS_SERVICE, Grade.FAILS),
        ("mlflow_dvc", "fetched_runs", Grade.NEEDS_SERVICE, Grade.OURS),
        ("trackio", "fetched_model", Grade.NEEDS_SERVICE, Grade.OURS),
    ],
)
def test_our_code_helps_where_what_a_tool_has_is_wrong_or_needs_a_service(
    name: str, probe: str, grade: Grade, helped: Grade, bench: Made
) -> None:
    """A copy of MLflow's folder has no models: its runs name them by places in the folder that was copied."""
    found = graded_probe(PROBES[probe], bench(here(name)))
    assert (found["grade"], found["helped"]["grade"]) == (grade, helped), found


def test_mlflow_asked_by_a_digest_gives_the_first_file_that_has_it_and_by_the_run_its_own(bench: Made) -> None:
    made = bench(here("mlflow"))
    with made.session() as session:
        files = [_file(made, str(value), value, LATE_ROW) for value in (1, 2)]
        told = [_with_data(session, f"run-{number}", path) for number, path in enumerate(files)]
        (_, digest), (second, same) = told
        backs = [made.folder / f"back-{number}.csv" for number in range(2)]
        session.call("restore_data", version=digest, into=str(backs[0]))
        session.call("restore_data", version=digest, into=str(backs[1]), run=second)
    assert digest == same
    assert [path.read_bytes() for path in backs] == [path.read_bytes() for path in files]


@pytest.mark.parametrize(
    ("name", "probe", "grade"),
    [
        ("mlflow", "packages", Grade.NATIVE),
        ("git", "packages", Grade.OURS),
        ("dvc", "packages", Grade.OURS),
        ("tensorboard", "packages", Grade.OURS),
        ("trackio", "packages", Grade.OURS),
        ("dvc", "data_back", Grade.NATIVE),
        ("dvc", "best", Grade.NATIVE),
    ],
)
def test_what_a_tool_does_by_itself_is_not_ours(name: str, probe: str, grade: Grade, bench: Made) -> None:
    found = graded_probe(PROBES[probe], bench(here(name)))
    assert found["grade"] == grade, found["evidence"]


@pytest.mark.parametrize("name", ["mlflow", "mlflow_dvc"])
def test_mlflow_keeps_the_bytes_of_data_without_a_version(name: str, bench: Made) -> None:
    made = bench(here(name))
    with made.session() as session:
        run = session.call("start", name="bytes").value
        reply = session.call("data_bytes", run=run, path=str(made.file("data.csv", b"a,b\n1,2\n")))
        session.call("finish", run=run)
    assert (reply.value, reply.ours) == (None, {})
    [kept] = (made.folder / "box").rglob("data/data.csv")
    assert kept.read_bytes() == b"a,b\n1,2\n"


@pytest.mark.parametrize(("probe", "grade"), [("exact_metrics", Grade.OURS), ("code", Grade.NATIVE)])
def test_the_commands_of_dvc_declare_what_a_run_has_and_nothing_else(probe: str, grade: Grade, bench: Made) -> None:
    found = graded_probe(PROBES[probe], bench(here("dvc"), interface="command_line"))
    assert found["grade"] == grade, found["evidence"]


@pytest.mark.parametrize("interface", ["api", "command_line"])
def test_steps_of_a_killed_run_of_dvc_lie_in_the_working_tree(interface: str, bench: Made) -> None:
    found = Kill(name="kill", steps=7).run(bench(here("dvc"), interface=interface))
    assert found.clock == {"survived": 7, "reads_the_finished": True, "works_on": True}


def test_what_wandb_gives_back_with_its_service_alone_is_not_counted(bench: Made) -> None:
    made = bench(here("wandb"))
    assert Kill(name="kill", steps=7).run(made).clock == {"works_on": True}
    found = Writers(name="two", writers=2).run(bench(here("wandb")))
    assert found.clock["listed"] == 20
    assert "right" not in found.clock


@pytest.mark.parametrize("name", ["git_lfs", "dvc", "mlflow", "mlflow_dvc", "trackio"])
def test_versions_of_a_model_come_out_of_a_tool_again(name: str, bench: Made) -> None:
    assert Versions(name="versions").run(bench(here(name))).measurements == {
        **{"tracked": 6, "found_best": True, "compared": True, "asked_back": True, "rolled_back": True},
        **{"traced": [True] * 6, "retrained": ["same"] * 6, "cannot": {}, "errors": {}},
        "controls": {"data": "differs", "parameters": "differs"},
    }


@pytest.mark.parametrize("name", ["git_lfs", "dvc", "mlflow", "mlflow_dvc", "trackio"])
def test_versions_of_data_come_back_from_a_tool(name: str, bench: Made) -> None:
    found = Data(name="small", megabytes=0.5).run(bench(here(name)))
    assert found.measurements == {
        "megabytes": 0.5,
        "told_apart": True,
        "came_back": [True] * 3,
        "cannot": {},
        "errors": {},
    }
