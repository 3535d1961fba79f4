"""What a study has to hold: its sweep composes at every tier, its trials can be built, its report is made of its records."""

from __future__ import annotations

import inspect
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.building import build, locate
from harness.checks.check import Broken, Noted, Suite, require
from harness.core import Record, Skip, Status
from harness.planning.composition import Composing
from harness.report.judging import whole_report
from harness.report.studies import evidence_of, load_study, study_folders
from harness.report.writing import write_report
from harness.running import store
from harness.running.identity import ID_DIGITS, PlannedTrial
from harness.running.status import study_folders as recorded_folders
from harness.trials.view import Grid, Line

SMALL = "smoke"
"""The tier that is looked at if the sweep has it; else its first."""


@dataclass(frozen=True)
class Subject:
    """A study by name.

    Attributes:
        name: of its sweep, its records and its folder.
        has_sweep: whether there is an experiment/<name>.yaml.
        own: a user's folders.
        composing: composes its sweep.
        results: where records may be.
    """

    name: str
    has_sweep: bool
    own: Sequence[Path]
    composing: Composing
    results: Path

    def trials(self) -> dict[str, PlannedTrial]:
        """The first trial of each grid at a small tier. Raises `Skip` if it has no sweep."""
        if not self.has_sweep:
            raise Skip(f"there is no experiment/{self.name}.yaml", code="no-sweep")
        tiers = self.composing.tiers(self.name)
        tier = SMALL if SMALL in tiers else tiers[0]
        return self.composing.first_trials(f"experiment={self.name}", f"tier={tier}")

    def recorded(self) -> Iterator[tuple[str, Path]]:
        """Tier and folder of its records. Raises `Skip` if there are none."""
        found = [one for one in recorded_folders(self.results) if one.path.name == self.name and store.exists(one.path)]
        if not found:
            raise Skip(f"it has no records in {self.results} yet", code="no-records")
        yield from ((one.tier, one.path) for one in found)


# ---- its sweep ------------------------------------------------------------------------------------------------------


def its_sweep_composes_at_every_tier(subject: Subject) -> None:
    """The first trial of every grid is planned; nothing is run."""
    if not subject.has_sweep:
        raise Skip(f"there is no experiment/{subject.name}.yaml", code="no-sweep")
    for tier in subject.composing.tiers(subject.name):
        planned = subject.composing.first_trials(f"experiment={subject.name}", f"tier={tier}")
        require(bool(planned), f"at tier={tier} it asks for no trial: one of its ranges or lists is empty.")


def its_records_are_its_own(subject: Subject) -> None:
    """Sweep, records and folder go by one name."""
    for trial in subject.trials().values():
        if trial.study != subject.name:
            raise Noted(
                f"its trials are recorded as study {trial.study!r}: write study: {subject.name}, if it is to have records and "
                "a report of its own."
            )


def its_trials_can_be_built(subject: Subject) -> None:
    """Each class exists and takes the settings that it is given."""
    for name, trial in subject.trials().items():
        built: Any = build(trial.spec)
        if not callable(getattr(built, "run", None)):
            raise Broken(f"the trial of its grid {name!r} is a {type(built).__name__}, which has no run(memo).")


def its_trials_are_known_by_their_settings(subject: Subject) -> None:
    """Planned twice, a trial has the same id, and JSON can hold what it is made of."""
    for trial in subject.trials().values():
        json.dumps(trial.spec)
        require(
            len(trial.trial_id) == ID_DIGITS and bool(trial.factors),
            "one of its trials has no factor that could be recorded.",
        )


# ---- its folder -----------------------------------------------------------------------------------------------------


def its_question_is_stated(subject: Subject) -> None:
    """At the top of its folder's __init__.py, before anything is run."""
    if subject.name not in study_folders(subject.own):
        raise Skip(f"there is no experiments/{subject.name}/, so it has the usual report", code="no-folder")
    stated = inspect.getdoc(load_study(subject.name, subject.own)) or ""
    if "?" not in stated:
        raise Noted(
            "the docstring of its __init__.py asks no question: state it, and the rules by which it is decided."
        )


def its_report_is_made_of_its_records(subject: Subject) -> None:
    """Tables, figures and numbers, written into a folder that is thrown away."""
    if subject.name in study_folders(subject.own):
        load_study(subject.name, subject.own)  # whether or not there are records
    for tier, folder in subject.recorded():
        stored = store.read(folder).current()
        report = whole_report(subject.name, evidence_of(folder, stored, tier, subject.own), subject.own)
        for what, pieces in (("tables", report.tables), ("figures", report.figures)):
            names = [piece.name for piece in pieces]
            twice = sorted({name for name in names if names.count(name) > 1})
            require(not twice, f"two {what} of its report are named {', '.join(twice)}.")
        with tempfile.TemporaryDirectory() as scratch:
            write_report(report, Path(scratch))


def what_its_trials_show_can_be_shown(subject: Subject) -> None:
    """The view of the trial's class, of a record of each kind of trial."""
    for trial in subject.trials().values():
        shown = getattr(locate(trial.spec["_target_"]), "shown", None)
        if shown is None:
            continue
        if any(
            not isinstance(part, (Grid, Line)) for record in _first_ok(subject) for part in shown(record, trial.spec)
        ):
            raise Broken("shown(record, spec) gives something else than lines and grids (harness.trials.view).")


def _first_ok(subject: Subject) -> Iterator[Record]:
    for _, folder in subject.recorded():
        yield from [record for record in store.read(folder).records if record.status is Status.OK][:1]


SUITE: Suite[Subject] = Suite(
    lambda subject: subject,
    (
        its_sweep_composes_at_every_tier,
        its_records_are_its_own,
        its_trials_can_be_built,
        its_trials_are_known_by_their_settings,
        its_question_is_stated,
        its_report_is_made_of_its_records,
        what_its_trials_show_can_be_shown,
    ),
)
