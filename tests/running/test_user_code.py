"""The version of a user's code: its file, what that imports from its folder, and installed packages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from harness import places
from harness.building import CODE, locate
from harness.core import ConfigError
from harness.memo import Memo
from harness.running import store, user_code
from harness.running.execute import execute
from harness.running.identity import PlannedTrial
from harness.running.user_code import changed, code_of, differing


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of a user's with modules, which are imported anew in each test."""
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    files = {
        "alone.py": "class Model: ...\n",
        "own/__init__.py": "from .models import Model\n",
        "own/models.py": "import json\nimport numpy as np\nfrom . import parts\nclass Model: ...\n",
        "own/parts/__init__.py": "from own.parts.deep import f\n",
        "own/parts/deep.py": "def f():\n    import late\n    from lazy.inside import nothing\n",
        "own/unused.py": "",
        "late.py": "from sklearn.base import BaseEstimator\nfrom harness.core import Skip\n",
        "lazy/inside.py": "nothing = 1\n",
    }
    for place, text in files.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] in ("alone", "own", "late", "lazy")]:
        del sys.modules[name]
    locate.cache_clear()
    user_code.forget()


def spec(target: str, name: str = "mine", **more: Any) -> dict[str, Any]:
    return {
        "model": {"name": name, "_target_": "harness.synthesis.Learner", "classifier": {"_target_": target}},
        **more,
    }


def version(target: str, name: str = "mine") -> dict[str, str]:
    user_code.forget()
    return code_of(spec(target, name)).get(target, {})


def test_it_has_the_file_all_that_this_imports_from_its_folder_and_packages(mine: Path) -> None:
    found = version("own.models.Model")
    assert {part for part in found if part.endswith(".py")} == {
        "own/__init__.py",
        "own/models.py",
        "own/parts/__init__.py",
        "own/parts/deep.py",
        "late.py",
        "lazy/inside.py",
    }
    packages = {part: number for part, number in found.items() if not part.endswith(".py")}
    assert packages == {name: metadata.version(name) for name in ("numpy", "scikit-learn")}
    assert version("own.Model") == found  # by the package that passes it on


@pytest.mark.parametrize("file", ["own/models.py", "own/parts/deep.py", "late.py", "lazy/inside.py"])
def test_an_edit_of_any_of_these_files_changes_it(file: str, mine: Path) -> None:
    before = version("own.models.Model")
    (mine / file).write_text((mine / file).read_text() + "# edited\n")
    after = version("own.models.Model")
    assert {part for part in before if before[part] != after[part]} == {file}


def test_other_files_and_the_place_of_the_folder_do_not(mine: Path) -> None:
    before = version("own.models.Model")
    (mine / "own" / "unused.py").write_text("x = 1\n")
    (mine / "alone.py").write_text("class Model: y = 1\n")
    assert version("own.models.Model") == before


def test_files_that_import_each_other_are_read_once(mine: Path) -> None:
    (mine / "alone.py").write_text("import late\nclass Model: ...\n")
    (mine / "late.py").write_text("def f():\n    import alone\n")
    assert set(version("alone.Model")) == {"alone.py", "late.py"}


def test_a_module_named_by_a_text_is_imported_too(mine: Path) -> None:
    (mine / "alone.py").write_text("import importlib\nlate = importlib.import_module('late')\nclass Model: ...\n")
    assert "late.py" in version("alone.Model")


def test_of_an_installed_package_it_is_name_and_version(monkeypatch: pytest.MonkeyPatch) -> None:
    assert version("river.drift.ADWIN") == {"river": metadata.version("river")}
    assert version("sklearn.dummy.DummyClassifier") == {"scikit-learn": metadata.version("scikit-learn")}
    monkeypatch.setattr(metadata, "version", lambda _: "99")
    assert version("river.drift.ADWIN") == {"river": "99"}


def test_shipped_levels_have_none_at_whatever_setting_and_in_whatever_they_stand() -> None:
    assert version("sklearn.tree.DecisionTreeClassifier", "tree") == {}
    assert version("sklearn.dummy.DummyClassifier", "tree")  # not what tree is made of
    assert version("harness.synthesis.Learner") == {}
    assert version("builtins.dict") == {}


@pytest.mark.parametrize("study", ["synthesis", "calibration", "detection"])
def test_published_records_have_none(study: str) -> None:
    published = places.shipped("conf").parent / "results" / study
    specs = store.base_specs(published)
    if not specs:
        pytest.skip("no published records")
    assert not any(code_of(one) or CODE in one for one in list(specs.values())[::7])


def test_sources_of_data_have_none_since_a_checksum_stands_for_them(mine: Path) -> None:
    assert code_of({"dataset": {"name": "d", "source": {"_target_": "alone.Model"}}}) == {}


def test_what_cannot_be_imported_has_none(mine: Path) -> None:
    (mine / "alone.py").write_text("1 / 0\n")
    for target in ("alone.Model", "nobody_has_this.Model", "own.models.Absent"):
        assert code_of(spec(target)) == {}


def test_another_version_is_named_by_the_files_that_differ(mine: Path) -> None:
    planned = spec("own.models.Model")
    planned = {**planned, **user_code.as_entry(planned)}
    assert changed(planned) == []
    (mine / "late.py").write_text("x = 1\n")
    user_code.forget()
    assert changed(planned) == ["late.py", "scikit-learn"]
    assert differing(planned, code_of(planned)) == ["late.py", "scikit-learn"]
    assert differing(spec("own.models.Model"), code_of(planned))  # recorded before versions were
    assert (
        differing(
            spec("sklearn.tree.DecisionTreeClassifier", "tree"), {"sklearn.tree.DecisionTreeClassifier": {"a": "1"}}
        )
        == []
    )


def test_a_trial_whose_code_has_changed_since_it_was_planned_is_refused_and_run_again(mine: Path) -> None:
    planned = spec("alone.Model")
    trial = PlannedTrial("toy", {**planned, **user_code.as_entry(planned)}, "")
    (mine / "alone.py").write_text("class Model: x = 1\n")
    user_code.forget()
    record = execute(trial, lambda _: pytest.fail("it must not be built"), Memo()).record
    assert (record.code, record.error) == ("setting-refused", "")
    assert "alone.py changed since this trial was planned" in record.reason
    with pytest.raises(ConfigError):
        user_code.refuse_changed(trial.spec)
