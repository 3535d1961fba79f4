"""Executed probes: each asks a tool to do one thing, and looks whether it did. They stand in seven needs of equal weight.

A probe gets a bench with an empty store and uses the calls that it is about, and no others: stand-ins that run count.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from harness.tracking.sandbox import bytes_on_disk
from harness.tracking.session import Session
from harness.tracking.subject.making import sha256
from harness.tracking.workloads.bench import Bench

EARLY_ROW, LATE_ROW = 10, 15_000
"""The row that differs between two versions: one that every tool sees, for probes of what is done with versions, and one that
tools do not see which look at the first rows alone, for the probe that asks for this."""

FLOATS = {
    "third": 1 / 3,
    "tiny": 5e-324,
    "huge": 1.7976931348623157e308,
    "next": 1.0000000000000002,
    "whole": 2.0**53 + 2,
}
TYPED = {"number": 7, "real": 0.1, "switch": True, "text": "svm"}
FEW = {"a": {"kind": "tree", "size": 1}, "b": {"kind": "svm", "size": 2}, "c": {"kind": "tree", "size": 3}}
SCORES = {"a": 0.7, "b": 0.9, "c": 0.8}
MEGABYTE = 1_000_000


class Seen(NamedTuple):
    """What a probe saw.

    Attributes:
        passed: whether the tool did what was asked.
        evidence: what it gave, in words.
    """

    passed: bool
    evidence: str


@dataclass(frozen=True)
class Probe:
    """One thing that a tool is asked to do.

    Attributes:
        need: of the seven, the one to which it belongs.
        asks: what is asked, in words.
        look: does it, in sessions on the bench; raises what sessions raise.
    """

    need: str
    asks: str
    look: Callable[[Bench], Seen]


def _compared(wanted: Any, got: Any) -> Seen:
    """Whether two values are the same, types included."""
    if repr(wanted) == repr(got):
        return Seen(True, f"gave {_short(got)}")
    return Seen(False, f"asked for {_short(wanted)}, gave {_short(got)}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 160 else f"{text[:150]} ..."


def _run(session: Session, name: str, **told: Any) -> Any:
    """Record a run by those calls that are named. Returns its id."""
    run = session.call("start", name=name).value
    for call, arguments in told.items():
        session.call(call, run=run, **arguments)
    session.call("finish", run=run)
    return run


def _few(session: Session, call: str) -> dict[str, Any]:
    """Three runs, with parameters or with metrics. Returns their ids by name."""
    told = FEW if call == "params" else {name: {"accuracy": value} for name, value in SCORES.items()}
    return {name: _run(session, name, **{call: {"values": values}}) for name, values in told.items()}


# ---- record -------------------------------------------------------------------------------------------------------------


def _typed_params(bench: Bench) -> Seen:
    with bench.session() as session:
        run = _run(session, "typed", params={"values": TYPED})
    with bench.session() as session:
        found = session.call("read", run=run).value["params"]
    return _compared(TYPED, {name: found.get(name) for name in TYPED})


def _exact_metrics(bench: Bench) -> Seen:
    with bench.session() as session:
        run = _run(session, "exact", metrics={"values": FLOATS})
    with bench.session() as session:
        found = session.call("read", run=run).value["metrics"]
    return _compared(FLOATS, {name: found.get(name) for name in FLOATS})


def _history(bench: Bench) -> Seen:
    values = [1.0 / 2**step for step in range(100)]
    with bench.session() as session:
        run = _run(session, "steps", steps={"metric": "loss", "values": values})
    with bench.session() as session:
        found = session.call("history", run=run, metric="loss").value
    return Seen(
        found == values, f"gave {len(found)} of 100 steps, {'in order' if found == values else 'not as they were'}"
    )


def _code(bench: Bench) -> Seen:
    """The code of a run is what ran, not what was committed: the file is changed between two runs."""
    folder, texts = bench.file("source/train.py").parent, (b"rate = 1\n", b"rate = 2\n")
    with bench.session() as session:
        runs = []
        for number, text in enumerate(texts):
            bench.file("source/train.py", text)
            runs.append(_run(session, f"code-{number}", code={"folder": str(folder)}))
    into = bench.folder / "code"
    into.mkdir()
    with bench.session() as session:
        session.call("restore_code", run=runs[0], into=str(into))
    found = {str(path.relative_to(into)): path.read_bytes().decode() for path in into.rglob("*") if path.is_file()}
    return _compared({"train.py": texts[0].decode()}, found)


def _packages(bench: Bench) -> Seen:
    with bench.session() as session:
        run = _run(session, "packages", packages={})
    with bench.session() as session:
        found = session.call("environment", run=run).value
    named = [line for line in found if "==" in line]
    return Seen(len(named) > 0, "gave packages with their versions" if named else "named no package")


# ---- find ---------------------------------------------------------------------------------------------------------------


def _best(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _few(session, "metrics")
    with bench.session() as session:
        return _named(runs, ["b"], [session.call("best", metric="accuracy").value])


def _by_param(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _few(session, "params")
    with bench.session() as session:
        return _named(runs, ["a", "c"], session.call("find", param="kind", value="tree").value)


def _listed(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _few(session, "metrics")
    with bench.session() as session:
        return _named(runs, ["a", "b", "c"], session.call("runs").value)


def _named(runs: dict[str, Any], wanted: list[str], got: list[Any]) -> Seen:
    """The same, with runs by the names that they were given."""
    names = {run: name for name, run in runs.items()}
    return _compared(wanted, sorted(names.get(run, "another run") for run in got))


# ---- compare ------------------------------------------------------------------------------------------------------------


def _differing(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _few(session, "params")
    with bench.session() as session:
        found = session.call("compare", one=runs["a"], other=runs["c"]).value
    shown = {name: [_untyped(value) for value in values] for name, values in found.items()}
    return _compared({"size": [1.0, 3.0]}, shown)


def _untyped(value: Any) -> float | str:
    """A value without its type, about which another probe asks: what reads as a number is one."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)


def _export(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _few(session, "metrics")
    into = bench.folder / "table.csv"
    with bench.session() as session:
        session.call("export", into=str(into))
    with into.open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = {name: [row for row in rows if run in row.values()] for name, run in runs.items()}
    right = [len(found[name]) == 1 and str(score) in found[name][0].values() for name, score in SCORES.items()]
    return Seen(all(right), f"wrote {len(rows)} rows, of which {sum(right)} of 3 have the run and its metric")


# ---- restore ------------------------------------------------------------------------------------------------------------


def _models(bench: Bench, session: Session) -> list[Any]:
    """Three runs, each with a model of its own."""
    contents = (b"first" * 1000, b"second" * 1000, b"third" * 1000)
    paths = [str(bench.file(f"{number}/model.bin", content)) for number, content in enumerate(contents)]
    return [_run(session, f"model-{number}", model={"path": path}) for number, path in enumerate(paths)]


def _model_back(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _models(bench, session)
    return _first_model(bench, "box", runs[0])


def _first_model(bench: Bench, place: str, run: Any) -> Seen:
    into = bench.folder / "model.bin"
    with bench.session(place) as session:
        session.call("restore_model", run=run, into=str(into))
    given = [sha256(bench.folder / "files" / str(number) / "model.bin") for number in range(3)]
    found = given.index(sha256(into)) if sha256(into) in given else None
    return Seen(
        found == 0, "gave other bytes" if found is None else f"gave the model of run {found}, asked for that of 0"
    )


def _promoted(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _models(bench, session)
        session.call("promote", name="product", run=runs[0])
        session.call("promote", name="product", run=runs[1])
    with bench.session() as session:
        return _compared(1, _index(runs, session.call("promoted", name="product").value))


def _rolled_back(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _models(bench, session)
        session.call("promote", name="product", run=runs[0])
        session.call("promote", name="product", run=runs[1])
    with bench.session() as session:
        session.call("roll_back", name="product")
        return _compared(0, _index(runs, session.call("promoted", name="product").value))


def _index(runs: list[Any], run: Any) -> int | None:
    return runs.index(run) if run in runs else None


# ---- version data -------------------------------------------------------------------------------------------------------


def _file(bench: Bench, name: str, value: int, row: int = EARLY_ROW) -> Path:
    """A file of data with a value of its own in one row."""
    lines = ["a,b", *(f"{number},{value if number == row else 1}" for number in range(LATE_ROW + 1))]
    return bench.file(f"{name}/data.csv", ("\n".join(lines) + "\n").encode())


def _with_data(session: Session, name: str, path: Path) -> tuple[Any, Any]:
    """A run that learns from a file. Returns its id, and the version of the data."""
    run = session.call("start", name=name).value
    version = session.call("data", run=run, path=str(path)).value
    session.call("finish", run=run)
    return run, version


def _told_apart(bench: Bench) -> Seen:
    with bench.session() as session:
        versions = [_with_data(session, f"run-{one}", _file(bench, str(one), one, LATE_ROW))[1] for one in (1, 2)]
    differ = versions[0] != versions[1]
    return Seen(differ, f"gave {'two versions' if differ else 'one version'} to files that differ in row {LATE_ROW}")


def _same_version(bench: Bench) -> Seen:
    with bench.session() as session:
        versions = [_with_data(session, name, _file(bench, name, 1))[1] for name in ("one", "same")]
    same = versions[0] == versions[1]
    return Seen(same, f"gave {'one version' if same else 'two versions'} to equal files")


def _data_back(bench: Bench) -> Seen:
    paths = [_file(bench, str(one), one) for one in (1, 2)]
    with bench.session() as session:
        told = [_with_data(session, f"run-{number}", path) for number, path in enumerate(paths)]
    backs = [bench.folder / f"back-{number}.csv" for number in range(2)]
    with bench.session() as session:
        for (run, version), back in zip(told, backs, strict=True):
            session.call("restore_data", version=version, into=str(back), run=run)
    right = [sha256(path) == sha256(back) for path, back in zip(paths, backs, strict=True)]
    return Seen(all(right), f"gave back {sum(right)} of 2 versions with the bytes that they had")


def _lineage(bench: Bench) -> Seen:
    with bench.session() as session:
        told = [_with_data(session, f"run-{one}", _file(bench, str(one), one)) for one in (1, 2)]
    with bench.session() as session:
        found = [session.call("lineage", run=run).value for run, _ in told]
    right = found == [version for _, version in told] and found[0] != found[1]
    return Seen(right, f"named {'the version of each run' if right else 'versions that do not tell the runs apart'}")


def _users(bench: Bench) -> Seen:
    values = {"a": 1, "b": 2, "c": 1}
    with bench.session() as session:
        told = {name: _with_data(session, name, _file(bench, name, value)) for name, value in values.items()}
    with bench.session() as session:
        found = session.call("uses", version=told["a"][1]).value
    return _named({name: run for name, (run, _) in told.items()}, ["a", "c"], found)


# ---- share --------------------------------------------------------------------------------------------------------------


def _fetched_runs(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _few(session, "metrics")
        session.call("push", remote=str(bench.folder / "remote"))
    _out_of_reach(bench)
    with bench.session("elsewhere") as session:
        session.call("fetch", remote=str(bench.folder / "remote"))
        return _named(runs, ["a", "b", "c"], session.call("runs").value)


def _out_of_reach(bench: Bench) -> None:
    """Take the first store away, as it is for another machine: what only points to it is found out."""
    shutil.rmtree(bench.folder / "box")


def _fetched_model(bench: Bench) -> Seen:
    with bench.session() as session:
        runs = _models(bench, session)
        session.call("push", remote=str(bench.folder / "remote"))
    _out_of_reach(bench)
    with bench.session("elsewhere") as session:
        session.call("fetch", remote=str(bench.folder / "remote"))
    return _first_model(bench, "elsewhere", runs[0])


# ---- survive ------------------------------------------------------------------------------------------------------------


def _reopened(bench: Bench) -> Seen:
    """A second process records into the store of a first one, and both runs are there for a third."""
    with bench.session() as session:
        one = _run(session, "one", metrics={"values": {"accuracy": 0.5}})
    with bench.session() as session:
        other = _run(session, "other", metrics={"values": {"accuracy": 0.6}})
    with bench.session() as session:
        found = [session.call("read", run=run).value["metrics"].get("accuracy") for run in (one, other)]
    right = found[0] is not None and found[1] is not None and abs(found[0] - 0.5) + abs(found[1] - 0.6) < 1e-6
    return Seen(right, f"gave {_short(found)}")


def _resumed(bench: Bench) -> Seen:
    with bench.session() as session:
        run = _run(session, "resumed", steps={"metric": "loss", "values": [0.5, 0.25]})
    with bench.session() as session:
        session.call("resume", run=run, metric="loss", values=[0.125, 0.0625])
    with bench.session() as session:
        return _compared([0.5, 0.25, 0.125, 0.0625], session.call("history", run=run, metric="loss").value)


def _removed(bench: Bench) -> Seen:
    """A run with a model of a megabyte that is deleted is not listed any more, and most of the megabyte is free again."""
    content = b"".join(number.to_bytes(4, "big") for number in range(MEGABYTE // 4))
    with bench.session() as session:
        run = _run(session, "large", model={"path": str(bench.file("model.bin", content))})
    before = bytes_on_disk(bench.folder / "box")
    with bench.session() as session:
        session.call("remove", run=run)
    with bench.session() as session:
        is_gone = run not in session.call("runs").value
    freed = (before - bytes_on_disk(bench.folder / "box")) > 0.2 * MEGABYTE
    return Seen(
        is_gone and freed,
        f"the run is {'gone' if is_gone else 'still listed'}, its space {'free' if freed else 'taken'}",
    )


PROBES = {
    "typed_params": Probe("record", "parameters keep their types", _typed_params),
    "exact_metrics": Probe("record", "metrics come back with all bits of a double", _exact_metrics),
    "history": Probe("record", "a hundred steps of a metric come back in order", _history),
    "code": Probe("record", "the code of a run is what ran, committed or not", _code),
    "packages": Probe("record", "which packages were installed", _packages),
    "best": Probe("find", "the run with the largest metric, which is not the last", _best),
    "by_param": Probe("find", "the runs with a value of a parameter", _by_param),
    "listed": Probe("find", "all runs", _listed),
    "differing": Probe("compare", "the parameters in which two runs differ", _differing),
    "export": Probe("compare", "a table of all runs as CSV", _export),
    "model_back": Probe("restore", "the model of an earlier run, by its bytes", _model_back),
    "promoted": Probe("restore", "a name that stands for the model in service", _promoted),
    "rolled_back": Probe("restore", "the model that was in service before", _rolled_back),
    "told_apart": Probe("version", f"two files that differ in row {LATE_ROW} are two versions", _told_apart),
    "same_version": Probe("version", "two equal files are one version", _same_version),
    "data_back": Probe("version", "each version of the data, by its bytes", _data_back),
    "lineage": Probe("version", "the version of the data of a run", _lineage),
    "users": Probe("version", "the runs that used a version of the data", _users),
    "fetched_runs": Probe("share", "runs, brought to another store through a folder", _fetched_runs),
    "fetched_model": Probe("share", "a model, brought to another store through a folder", _fetched_model),
    "reopened": Probe("survive", "runs of two processes, one after the other, in one store", _reopened),
    "resumed": Probe("survive", "a finished run goes on in a new process", _resumed),
    "removed": Probe("survive", "a deleted run gives its space back", _removed),
}
"""The probes by name, in the order of the needs."""

NEEDS = tuple(dict.fromkeys(probe.need for probe in PROBES.values()))
