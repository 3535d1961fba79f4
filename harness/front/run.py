"""One trial, as `harness run` runs it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from harness.cli.progress import fetch_with_progress
from harness.core import Record, Status
from harness.front.overrides import command_of, folder_of, words_of
from harness.planning import hydra_session
from harness.planning.one_trial import plan_one, run_or_find
from harness.planning.run_settings import check_sweep_settings
from harness.running import threads
from harness.running.reasons import shown_error
from harness.settings import check_arguments
from harness.trials.timeline import Timeline, drawn
from harness.trials.view import Grid, Line, Shown, Span, levels, spans, view


@dataclass(frozen=True, repr=False)
class Ran:
    """How one trial went. In a notebook and at the prompt it shows what `harness run` shows.

    Attributes:
        title: the study and the level of each factor.
        record: all that is recorded: factors, `measurements` (one value a fold, mostly), clock, reasons.
        folder: where the record is.
        shown: the lines and tables that the trial's class has shown; none unless it went well.
        remarks: what there is to say of the order in which tiers are run.
    """

    title: str
    record: Record
    folder: Path
    shown: tuple[Shown, ...]
    remarks: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """ok, failed or skipped."""
        return self.record.status

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Mean, min and max, not rounded, of each number that was measured, by its name; what is none is in the record."""
        return pd.DataFrame(spans(self.record), columns=list(Span._fields)).set_index("metric")

    def __repr__(self) -> str:
        return "\n".join([self.title, *map(_text, self.shown), *self._closing])

    def _repr_html_(self) -> str:
        shown = (_html(part) for part in self.shown)
        return "".join([_paragraph(self.title), *shown, *map(_paragraph, self._closing)])

    @property
    def _closing(self) -> Iterator[str]:
        yield from self.remarks
        if self.status is not Status.OK:
            yield f"{self.status}: {self.record.reason}"
        yield f"trial {self.record.trial_id[:12]} in {self.folder}"
        if error := shown_error(self.record):
            yield error


def run(*overrides: str, config_dir: str | Path | None = None, results: str | Path | None = None) -> Ran:
    """Run one trial, unless it is recorded, and record it: `harness run` with the same words.

    >>> import harness
    >>> tried = harness.run("dataset=wine", "model=svm", "seed=3")
    >>> round(float(tried.scores["mean"]["accuracy"]), 3)  # over five folds
    0.966

    A trial that fails or makes no sense is an outcome and no error: it is recorded and returned, with its `status` and the
    reason. Hydra, the arguments and threads of this process and its working folder are left as they were. Calls from several
    threads wait for each other.

    Args:
        overrides: as on the command line, each a text of its own: "dataset=wine", "pool=[tree,svm]", "~preprocessing".
        config_dir: a folder of your own with YAML files; modules in it can be imported.
        results: the folder of all results, for results=...

    Raises:
        HarnessError: the trial cannot be run at all (a name or setting that is none, data that cannot be had); one sentence.
    """
    check_arguments(run, {"config_dir": config_dir, "results": results})
    own, words = folder_of(config_dir), words_of(overrides, results=results)
    with hydra_session.visit(own), threads.lent():
        with hydra_session.loading(own) as loader:
            config = hydra_session.compose(loader, words)
            check_sweep_settings(config)
            one = plan_one(config)
        record = run_or_find(one, config, command_of(words, own, many=False), fetch_with_progress)
        shown = view(record, one.trial.spec) if record.status is Status.OK else ()
    return Ran(f"{record.study} {levels(one.trial.factors)}", record, one.folder, tuple(shown), one.remarks)


# ---- drawing ---------------------------------------------------------------------------------------------------------


def _frame(grid: Grid) -> pd.DataFrame:
    titles = [column.title for column in grid.columns]
    return pd.DataFrame([[*row.cells, *[""] * (len(titles) - len(row.cells))] for row in grid.rows], columns=titles)


def _text(part: Shown) -> str:
    if isinstance(part, Line):
        return part.text
    if isinstance(part, Timeline):
        return "\n".join(drawn(part))
    frame = _frame(part)
    left = [column.title for column in part.columns if column.align == "left"]
    widths = {title: max(map(len, [title, *frame[title]])) for title in left}
    aligned = frame.assign(**{title: frame[title].str.ljust(width) for title, width in widths.items()})
    aligned.columns = pd.Index([title.ljust(widths.get(title, 0)) for title in frame.columns])
    lines = aligned.to_string(index=False).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def _html(part: Shown) -> str:
    if isinstance(part, Line):
        return _paragraph(part.text)
    if isinstance(part, Timeline):
        return f"<pre>{html.escape(_text(part))}</pre>"
    return _frame(part).to_html(index=False, border=0, justify="left")


def _paragraph(text: str) -> str:
    return f"<div style='white-space: pre-wrap'>{html.escape(text)}</div>"
