"""Made faults, each found by the check that is there for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.checks.check import Verdict
from harness.checks.checking import Checked
from harness.core import Record, Status
from harness.running import store
from harness.running.provenance import header

Check = Callable[..., Checked]


def found(checked: Checked, check: str) -> str:
    """The sentence of a check that failed."""
    sentences = {finding.check: finding.why for finding in checked.failed}
    assert check in sentences, checked.findings
    return sentences[check]


def noted(checked: Checked) -> dict[str, str]:
    return {finding.check: finding.why for finding in checked.of(Verdict.NOTE)}


# ---- detectors ------------------------------------------------------------------------------------------------------

DETECTOR = '''\
"""Alarms after so many errors, with a fault."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from harness.detectors.contract import Input, Knob, Scan, Startable

KEPT = []


@dataclass(frozen=True, kw_only=True)
class Bad(Startable):
    """Alarms at every 20th error."""

    input: ClassVar[Input] = Input.ERROR
    knob: ClassVar[Knob | None] = Knob("every", loosest=1, strictest=1e9, logarithmic=True)
    every: float = 20

    def start(self, reference=None, columns=None, rng=None):
        return {"errors": 0, "rng": rng, "last": np.empty(0)}

    def scan(self, signal, state):
        alarms = []
        for row, error in enumerate(signal):
            state["errors"] += error
            if state["errors"] >= self.every:
                alarms.append(row)
                state["errors"] = 0
        return Scan(np.array(alarms, dtype=np.int64))
'''
AT_THE_END = "return Scan(np.array(alarms, dtype=np.int64))"
AT_THE_START = "alarms = []\n"

DETECTORS = [
    (
        "a fresh start is fresh",
        "after it has read another signal, a fresh start gives other alarms",
        (AT_THE_START, "alarms = []\n        KEPT.append(1)\n        state['errors'] += len(KEPT) % 7\n"),
    ),
    (
        "scanning in pieces gives what scanning whole gives",
        "scanning in two pieces gives other alarms than scanning whole (first at row 6",
        (AT_THE_START, "alarms = []\n        state['errors'] = 0\n"),
    ),
    (
        "alarms ascend within the signal",
        "alarms name row 1200, and the signal has rows 0 to 1199",
        (AT_THE_END, "return Scan(np.array([*alarms, len(signal)], dtype=np.int64))"),
    ),
    (
        "alarms ascend within the signal",
        "alarms have to be positions, an array of whole numbers; these are of type float64",
        (AT_THE_END, "return Scan(np.array(alarms, dtype=float))"),
    ),
    (
        "alarms ascend within the signal",
        "is both an alarm and a warning",
        (AT_THE_END, "return Scan(np.array(alarms, dtype=np.int64), np.array(alarms, dtype=np.int64))"),
    ),
    (
        "scores and features fit the signal",
        "it gives 1 scores for 1200 rows",
        (AT_THE_END, "return Scan(np.array(alarms, dtype=np.int64), score=np.zeros(1))"),
    ),
    (
        "the signal is left as it was",
        "scanning writes into the signal (first in row",
        (AT_THE_END, f"signal[signal > 0] = 0.5\n        {AT_THE_END}"),
    ),
    (
        "made anew it gives the same alarms",
        "given the same generator, it gives other alarms",
        (AT_THE_END, "return Scan(np.flatnonzero(np.random.default_rng().random(len(signal)) < 0.01))"),
    ),
    (
        "warmed it goes on from the reference",
        "warmed by a reference and then reading on, it gives other alarms",
        ("    every: float = 20\n", "    every: float = 20\n    warm: str = 'none'\n"),
    ),
    (
        "short signals can be scanned",
        "IndexError: index 0 is out of bounds for axis 0 with size 0",
        (AT_THE_START, "alarms = []\n        first = signal[0]\n"),
    ),
    (
        "what it keeps of a signal is its own",
        "when the array of a scanned piece is written into, later alarms change",
        (
            AT_THE_START,
            """before = state["last"]
        whole = np.concatenate([before, signal])
        state["last"] = whole if len(before) else signal
        found = np.flatnonzero((np.cumsum(whole) % self.every == 0) & (whole == 1))
        return Scan(found[found >= len(before)] - len(before))
""",
        ),
    ),
    (
        "its knob turns from many alarms to few",
        "Are the two exchanged?",
        ("loosest=1, strictest=1e9", "loosest=9, strictest=1"),
    ),
    (
        "its knob turns from many alarms to few",
        "gives no alarm on signals with a change",
        ("loosest=1,", "loosest=1e8,"),
    ),
    ("its knob is a parameter", "its knob is 'length', which is None", ('Knob("every"', 'Knob("length"')),
    ("it can be made", "Bad does not say what it reads: give it input = Input.ERROR", ("Input.ERROR", '"mistakes"')),
    (
        "it pickles",
        "it cannot be pickled, as workers need it",
        ("every: float = 20", "every: float = 20\n    rule: Any = field(default_factory=lambda: lambda x: x)"),
    ),
]


@pytest.mark.parametrize(("check", "why", "fault"), DETECTORS, ids=[why[:40] for _, why, _ in DETECTORS])
def test_a_fault_of_a_detector_is_found(check: str, why: str, fault: tuple[str, str], checked: Check) -> None:
    assert fault[0] in DETECTOR
    module = f"bad_detector_{abs(hash((check, why)))}"
    files = {f"{module}.py": DETECTOR.replace(*fault), "detector/bad.yaml": f"_target_: {module}.Bad\nname: bad\n"}
    assert why in found(checked(files), check)


def test_a_detector_without_a_fault_passes(checked: Check) -> None:
    files = {"good_detector.py": DETECTOR, "detector/good.yaml": "_target_: good_detector.Bad\nname: good\n"}
    result = checked(files)
    assert not result.failed
    assert result.facts == "reads error"
    assert noted(result) == {
        "it has a title": "it has no title: tables print 'good' unless about: {title: ...} says more.",
        "wrong input is refused in one sentence": "given rows instead of errors, it ends with a ValueError instead of a "
        "harness.core.DataError.",
    }


def test_a_crash_names_the_line_of_the_users_own(checked: Check) -> None:
    text = DETECTOR.replace('state["errors"] += error', 'state["errors"] += error / self.nothing')
    files = {"crashing.py": text, "detector/bad.yaml": "_target_: crashing.Bad\nname: bad\n"}
    line = 1 + text.splitlines().index('            state["errors"] += error / self.nothing')
    result = checked(files)
    why = found(result, "alarms ascend within the signal")
    assert why.startswith("AttributeError: 'Bad' object has no attribute 'nothing' (")
    assert why.endswith(f"mine/crashing.py, line {line})")
    assert "Traceback" in result.failed[0].trace


# ---- models ---------------------------------------------------------------------------------------------------------

MODEL = '''\
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Bad(ClassifierMixin, BaseEstimator):
    """The nearest class mean."""

    def __init__(self, random_state=None, n_jobs=None):
        self.random_state, self.n_jobs = random_state, n_jobs

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.means_ = np.stack([X[y == label].mean(axis=0) for label in self.classes_])
        return self

    def predict_proba(self, X):
        nearness = np.exp(-np.abs(X[:, None] - self.means_).sum(axis=2)) + 1e-9
        return nearness / nearness.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
'''
LEARNER = "_target_: harness.synthesis.Learner\nname: bad\nclassifier: {{_target_: {}.Bad}}\nabout: {{title: Bad}}\n"
FITTED = "        return self\n\n    def predict_proba"

MODELS = [
    (
        "the same seed gives the same answers",
        "fitted twice with the same random_state on the numeric set, it answers otherwise",
        (FITTED, f"        self.means_ += np.random.default_rng().normal(size=self.means_.shape)\n{FITTED}"),
    ),
    ("it leaves the rows as they were", "fitting writes into the training rows", (FITTED, f"        X *= 2\n{FITTED}")),
    (
        "it leaves the rows as they were",
        "predicting writes into the rows",
        ("        nearness =", "        X[0] = 1.0\n        nearness ="),
    ),
    (
        "probabilities lie between 0 and 1 and sum to 1",
        "sum to 0.5",
        ("return nearness / ", "return 0.5 * nearness / "),
    ),
    ("it keeps to one thread", "n_jobs=4 brings threads of its own: set n_jobs: 1", ("n_jobs=None", "n_jobs=4")),
    (
        "it pickles",
        "it cannot be pickled, as workers need it",
        (FITTED, f"        self.rule_ = lambda x: x\n{FITTED}"),
    ),
    (
        "it learns and answers where values are missing",
        "ValueError: too many columns",
        (
            "        self.classes_ = np",
            "        if len(X) > 1: raise ValueError('too many columns')\n        self.classes_ = np",
        ),
    ),
]


@pytest.mark.parametrize(("check", "why", "fault"), MODELS, ids=[why[:40] for _, why, _ in MODELS])
def test_a_fault_of_a_model_is_found(check: str, why: str, fault: tuple[str, str], checked: Check) -> None:
    assert fault[0] in MODEL
    module = f"bad_model_{abs(hash((check, why)))}"
    files = {f"{module}.py": MODEL.replace(*fault), "model/bad.yaml": LEARNER.format(module)}
    assert why in found(checked(files), check)


def test_a_model_without_a_fault_passes_and_one_task_is_enough(checked: Check) -> None:
    result = checked({"good_model.py": MODEL, "model/bad.yaml": LEARNER.format("good_model")})
    assert not result.failed
    assert not noted(result)
    assert [finding.check for finding in result.of(Verdict.SKIPPED)] == ["it learns and answers a value"]


def test_a_model_of_neither_task_is_found(checked: Check) -> None:
    result = checked({"model/bad.yaml": "_target_: harness.synthesis.Learner\nname: bad\n"})
    assert found(result, "it can be made") == "it has neither a classifier nor a regressor."


def test_an_ensemble_that_does_not_say_so_is_noted(checked: Check) -> None:
    node = (
        "_target_: harness.synthesis.Learner\nname: bad\nclassifier: {_target_: sklearn.ensemble.BaggingClassifier}\n"
    )
    assert "should it say ensemble: true?" in noted(checked({"model/bad.yaml": node}))["an ensemble says so"]


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_name_other_than_the_files_is_found(checked: Check) -> None:
    result = checked({"model/mine.yaml": LEARNER.format("anything")})
    assert found(result, "it is named as its file").endswith("write name: mine.")


def test_a_shipped_name_is_found_and_both_files_are_named(checked: Check) -> None:
    result = checked({"detector/ddm.yaml": "_target_: harness.detectors.ddm.DDM\nname: ddm\n"})
    why = found(result, "no shipped level has its name")
    assert "mine/detector/ddm.yaml" in why
    assert "conf/detector/ddm.yaml" in why


def test_an_unknown_key_is_found(checked: Check) -> None:
    result = checked({"detector/bad.yaml": "_target_: harness.detectors.ddm.DDM\nname: bad\nwarning: 2\n"})
    assert "harness.detectors.ddm.DDM has no parameter 'warning'" in found(result, "it can be made")


def test_a_file_that_is_no_yaml_is_found(checked: Check) -> None:
    assert "bad.yaml, line 2, column 1: this is no YAML" in found(
        checked({"detector/bad.yaml": "name: [bad\n"}), "it can be read"
    )


def test_a_package_that_is_not_installed_is_named(checked: Check) -> None:
    result = checked({"detector/bad.yaml": "_target_: nobody_has_this.Detector\n"})
    assert "No module named 'nobody_has_this'" in found(result, "it can be made")


# ---- scenarios ------------------------------------------------------------------------------------------------------

INJECTOR = '''\
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.drift import Injection, Kind, Rows


@dataclass(frozen=True)
class Bad:
    """The first column grows."""

    kind: ClassVar[Kind] = Kind.DATA
    strongest: float = 3.0

    def bind(self, pools, named):
        luck = named("rows").random(len(pools.population.target))

        def change(rows, ids, strength):
            rows.matrix[:, 0] += strength * luck[ids]
            return rows

        return Injection(touched=np.array([0]), labels=False, change=change)
'''
SCENARIO = """\
_target_: harness.drift.Scenario
name: bad
injector: {{_target_: {}.Bad}}
profile: {{_target_: harness.drift.Abrupt}}
strength: {{raw: 1.0}}
about: {{title: Bad}}
"""
CHANGE = "            return rows\n"

INJECTORS = [
    (
        "only what it names is changed",
        "it changes column 'x1' of the numeric set, which touched does not name",
        (CHANGE, f"            rows.matrix[:, 1] += strength\n{CHANGE}"),
    ),
    (
        "only what it names is changed",
        "it changes labels, and its Injection says labels=False",
        (CHANGE, f"            if np.any(strength):\n                rows.target[:5] = 1 - rows.target[:5]\n{CHANGE}"),
    ),
    ("strength 0 changes nothing", "at strength 0 it changes rows", ("+= strength *", "+= (1 + strength) *")),
    (
        "the same seed stages the same stream",
        "staged twice with the same seed, its streams differ",
        ('named("rows")', "np.random.default_rng()"),
    ),
    ("it has a kind", "it has no kind", ("    kind: ClassVar[Kind] = Kind.DATA\n", "")),
    ("it changes something", "it changes nothing, and it is of kind data", ("luck[ids]", "0")),
    (
        "the original rows stay as they are",
        "it writes into the rows of the data set",
        (CHANGE, f"            pools.population.matrix[ids, 0] += 0.5 * np.max(strength)\n{CHANGE}"),
    ),
    (
        "made anew it is the same",
        "the two are not equal: make it a frozen dataclass",
        ("@dataclass(frozen=True)\n", ""),
    ),
    (
        "it makes sense somewhere",
        "sets that were tried: never",  # real ones too where they are in the cache
        ("        luck =", "        from harness.core import Skip\n        raise Skip('never')\n        luck ="),
    ),
]


@pytest.mark.parametrize(("check", "why", "fault"), INJECTORS, ids=[why[:40] for _, why, _ in INJECTORS])
def test_a_fault_of_a_scenario_is_found(check: str, why: str, fault: tuple[str, str], checked: Check) -> None:
    assert fault[0] in INJECTOR
    module = f"bad_injector_{abs(hash((check, why)))}"
    files = {f"{module}.py": INJECTOR.replace(*fault), "scenario/bad.yaml": SCENARIO.format(module)}
    assert why in found(checked(files), check)


def test_a_scenario_without_a_fault_passes_and_its_kind_is_said(checked: Check) -> None:
    result = checked({"good_injector.py": INJECTOR, "scenario/bad.yaml": SCENARIO.format("good_injector")})
    assert not result.failed
    assert not noted(result)
    assert result.facts == "kind data"


def test_a_profile_that_begins_before_its_event_is_found(checked: Check) -> None:
    profile = """\
        from dataclasses import dataclass

        import numpy as np

        from harness.drift.profiles import Interval, Schedule


        @dataclass(frozen=True)
        class Early:
            def schedule(self, clock, onset):
                return Schedule(np.ones(clock.n_rows), truth=(Interval(onset, clock.n_rows),))
        """
    node = SCENARIO.format("early_injector").replace("harness.drift.Abrupt", "early_profile.Early")
    files = {"early_injector.py": INJECTOR, "early_profile.py": profile, "scenario/bad.yaml": node}
    assert "are changed already" in found(checked(files), "before the first event nothing changes")


# ---- ways to combine models -----------------------------------------------------------------------------------------

METHOD = """\
from dataclasses import dataclass

import numpy as np

from harness.memo import Timed
from harness.synthesis import Learner


@dataclass(frozen=True)
class Bad:
    model: Learner
    name: str = "bad"

    def fit(self, training):
        fitted = training.fit_learner(self.model)
        return Timed(fitted.value, fitted.seconds)
"""
METHODS = [
    (
        "it makes a model of classes",
        "fit returns a FittedEstimator",
        ("return Timed(fitted.value, fitted.seconds)", "return fitted.value"),
    ),
    (
        "the same seed gives the same answers",
        "fitted twice on the same rows, it answers otherwise",
        (
            "fitted = training.fit_learner(self.model)",
            "from dataclasses import replace\n"
            "        shuffled = np.random.default_rng().permutation(training.target)\n"
            "        other = replace(training, target=shuffled, path=('shuffled',))\n"
            "        fitted = other.fit_learner(self.model)",
        ),
    ),
    (
        "it leaves the rows as they were",
        "it writes into the target of its training",
        ("fitted = training", "training.target[0] = 1 - training.target[0]\n        fitted = training"),
    ),
    (
        "it makes sense somewhere",
        "it skips every set: never",
        (
            "        fitted = training",
            "        from harness.core import Skip\n        raise Skip('never')\n        fitted = training",
        ),
    ),
]


@pytest.mark.parametrize(("check", "why", "fault"), METHODS, ids=[why[:40] for _, why, _ in METHODS])
def test_a_fault_of_a_way_to_combine_models_is_found(
    check: str, why: str, fault: tuple[str, str], checked: Check
) -> None:
    assert fault[0] in METHOD
    module = f"bad_method_{abs(hash((check, why)))}"
    node = f"_target_: {module}.Bad\nname: bad\nmodel: ${{model}}\n"
    assert why in found(checked({f"{module}.py": METHOD.replace(*fault), "synthesis/bad.yaml": node}), check)


# ---- data sets ------------------------------------------------------------------------------------------------------

DATASET = """\
_target_: harness.data.Dataset
name: bad
task: classification
source: {{_target_: {}, {}}}
target: y
"""
SOURCE = """\
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Source:
    changes: bool = False

    def read(self):
        rng = np.random.default_rng(None if self.changes else 0)
        y = np.repeat(["a", "b"], 20)
        values = rng.normal(size=40).round(1)
        return pd.DataFrame({"id": range(40), "x": values, "copy": y, "same": 1.0, "y": y})
"""


def test_a_source_that_gives_other_rows_each_time_is_found(checked: Check) -> None:
    files = {"bad_source.py": SOURCE, "dataset/bad.yaml": DATASET.format("bad_source.Source", "changes: true")}
    assert "a source has to give the same rows" in found(checked(files), "read again it is the same")


def test_a_file_that_is_not_there_is_found(checked: Check) -> None:
    files = {"dataset/bad.yaml": DATASET.format("harness.data.sources.File", "path: nowhere.csv")}
    assert "nowhere.csv" in found(checked(files), "it loads")


def test_what_is_worth_knowing_of_a_data_set_is_noted(checked: Check) -> None:
    files = {"noted_source.py": SOURCE, "dataset/bad.yaml": DATASET.format("noted_source.Source", "changes: false")}
    result = checked(files)
    assert not result.failed
    notes = noted(result)
    assert "checksum: " in notes["its content is pinned"]
    assert "of one value in all rows: same" in notes["no column is constant"]
    assert "like an id: id" in notes["no column numbers the rows"]
    assert "column 'copy' alone tells the target" in notes["no column tells the target"]
    assert "its licence is not said" in notes["its licence is known"]


# ---- studies --------------------------------------------------------------------------------------------------------

SWEEP = """\
# @package _global_
study: depth
design:
  smoke:
    alone: {{dataset: iris, seed: "0,1", model: "{}"}}
"""


def test_a_sweep_over_a_level_that_does_not_exist_is_found(checked: Check) -> None:
    result = checked({"experiment/depth.yaml": SWEEP.format("stump,trees")})
    assert not result.failed  # a first trial is what is planned
    result = checked({"experiment/depth.yaml": SWEEP.format("trees,stump")})
    assert "trees" in found(result, "its sweep composes at every tier")


def test_a_sweep_without_a_design_is_found(checked: Check) -> None:
    result = checked({"experiment/depth.yaml": "# @package _global_\nstudy: depth\n"})
    assert "has no design" in found(result, "its sweep composes at every tier")


def test_a_study_that_records_under_another_name_is_noted(checked: Check) -> None:
    result = checked({"experiment/wide.yaml": SWEEP.format("stump")})
    assert "study: wide" in noted(result)["its records are its own"]


def test_a_trial_whose_class_does_not_exist_is_found(checked: Check) -> None:
    sweep = SWEEP.format("stump") + "trial: {_target_: nobody_has_this.Trial}\n"
    assert "nobody_has_this" in found(checked({"experiment/depth.yaml": sweep}), "its trials can be built")


def test_a_folder_without_a_report_is_found(checked: Check) -> None:
    result = checked({"experiment/mute.yaml": SWEEP.format("stump"), "experiments/mute/__init__.py": '"""Why?"""\n'})
    assert "makes no report" in found(result, "its report is made of its records")


def test_a_report_that_crashes_on_its_records_is_found_with_its_line(checked: Check, tmp_path: Path) -> None:
    writer = store.PartWriter(tmp_path / "results" / ".smoke" / "fragile", header())
    record = Record("0" * 64, "fragile", Status.OK, {"model": "tree", "seed": 0}, "", "", {"accuracy": 0.5}, {})
    writer.append(record, {"made": "up"}, {})
    writer.close()
    package = '"""Why?"""\n\n\ndef report(evidence):\n    return len(evidence.stored) / 0\n'
    result = checked({"experiments/fragile/__init__.py": package})
    why = found(result, "its report is made of its records")
    assert why.startswith("ZeroDivisionError: division by zero (")
    assert why.endswith("experiments/fragile/__init__.py, line 5)")
