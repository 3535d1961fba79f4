"""`import harness` offers a handful of things, loads none of them before it is asked, and tells type checkers what they are."""

from __future__ import annotations

import doctest
import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import harness
from harness import places

Script = Callable[..., subprocess.CompletedProcess[str]]
FUNCTIONS = ("run", "sweep", "records", "load_detector", "score", "compare", "survey")


def test_import_harness_loads_nothing_but_itself(script: Script) -> None:
    answer = script("import sys; before = set(sys.modules); import harness; print(*set(sys.modules) - before)")
    assert answer.stdout.split() == ["harness"]


def test_everything_that_is_offered_is_there_and_listed() -> None:
    assert set(FUNCTIONS) < set(harness.__all__) <= set(dir(harness))
    assert all(getattr(harness, name).__name__ == name for name in harness.__all__)


def test_a_name_that_is_not_offered_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'harness' has no attribute 'swep'"):
        harness.swep  # type: ignore[attr-defined]  # noqa: B018


def test_packages_are_found_as_before(script: Script) -> None:
    answer = script("from harness import places; import harness.scoring; print(harness.scoring.score.__module__)")
    assert answer.stdout.strip() == "harness.scoring.alarms"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_example_of_each_runs_as_shown(name: str, folder: Path) -> None:
    function = getattr(harness, name)
    if name == "records":
        harness.run("dataset=iris")
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=options)
    [test] = doctest.DocTestFinder(recurse=False).find(function, name, module=False, globs={})
    said: list[str] = []
    runner.run(test, out=said.append)
    assert runner.failures == 0, "".join(said)
    assert test.examples


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_of_each_is_explained(name: str) -> None:
    function = getattr(harness, name)
    said = inspect.getdoc(function) or ""
    assert all(f"    {argument}: " in said for argument in inspect.signature(function).parameters)


REVEALING = """\
import harness
import pandas as pd

reveal_type(harness.run("dataset=wine"))
reveal_type(harness.sweep("model=tree,svm", workers=2).frame)
reveal_type(harness.records("synthesis"))
reveal_type(harness.load_detector("ddm"))
reveal_type(harness.score([1], [1], 10))
reveal_type(harness.compare(pd.DataFrame()).note)
harness.swep
harness.run(dataset="wine")
"""


def test_type_checkers_see_precise_types_from_outside(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    (tmp_path / "user.py").write_text(REVEALING, encoding="utf-8")
    (tmp_path / "mypy.ini").write_text("[mypy]\nfollow_imports = silent\nignore_missing_imports = true\n")
    environment = {**os.environ, "MYPYPATH": str(places.shipped("conf").parent)}
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(tmp_path), "user.py"]
    answer = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    said = answer.stdout.replace("builtins.", "")
    assert re.findall(r'Revealed type is "(.*)"', said) == [
        "harness.front.run.Ran",
        "pandas.core.frame.DataFrame",
        "pandas.core.frame.DataFrame",
        "harness.detectors.contract.Detector",
        "pandas.core.series.Series[float]",
        "str",
    ], answer.stdout
    assert 'Module has no attribute "swep"' in answer.stdout
    assert 'Unexpected keyword argument "dataset" for "run"' in answer.stdout


def test_the_package_says_that_it_is_typed() -> None:
    assert Path(str(importlib.import_module("harness").__file__)).with_name("py.typed").exists()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: harness.run(results=3), "run: results has to be text or a path, not 3"),
        (lambda: harness.run(config_dir=3), "run: config_dir has to be text or a path, not 3"),
        (lambda: harness.sweep(workers="2"), "sweep: workers has to be a whole number, not '2'"),
        (lambda: harness.sweep(workers=True), "sweep: workers has to be a whole number, not True"),
        (lambda: harness.sweep(results=["a"]), "sweep: results has to be text or a path"),
        (lambda: harness.records("synthesis", folds="no"), "records: folds has to be true or false, not 'no'"),
        (lambda: harness.records("synthesis", results=3), "records: results has to be text or a path, not 3"),
        (lambda: harness.records("synthesis", tier=3), "records: tier has to be text, not 3"),
        (lambda: harness.records(3), "records: study has to be text, not 3"),
        (lambda: harness.load_detector(3), "load_detector: name has to be text, not 3"),
        (lambda: harness.load_detector("ddm", config_dir=3), "load_detector: config_dir has to be text or a path"),
        (lambda: harness.load_detector("ddm", rows_per_month="3"), "rows_per_month has to be a whole number, not '3'"),
        (lambda: harness.load_detector("ddm", rows_per_month=pd.DataFrame()), "has to be a whole number, not Empty"),
        (lambda: harness.score([], [], 10, rows_per_month="3"), "rows_per_month is '3'"),
        (lambda: harness.score([], [], True), "horizon holds truth values"),
        (lambda: harness.compare(3), "frame is 3"),
        (lambda: harness.compare(pd.DataFrame({"a": []}), block=3), "block=3 is no column"),
        (lambda: harness.survey(3, scale=(1, 5)), "frame is 3"),
        (lambda: harness.survey(pd.DataFrame({"a": [1]})), "there is no scale"),
        (lambda: harness.survey(pd.DataFrame({"a": [1]}), scale=5), "the scale is 5"),
        (lambda: harness.survey(pd.DataFrame({"a": [1]}), scale=(1, 5), items="a"), "items is 'a'"),
        (lambda: harness.survey(pd.DataFrame({"a": [1]}), scale=(1, 5), group=3), "group is 3"),
    ],
)
def test_an_argument_of_another_type_is_one_sentence(call: Callable[[], object], said: str, folder: Path) -> None:
    with pytest.raises(harness.HarnessError) as refused:
        call()
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not list(folder.iterdir())
