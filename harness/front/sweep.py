"""Many trials, as `harness run -m` runs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from harness.analysis.frame import record_frame
from harness.cli.progress import Bar, fetch_with_progress, track
from harness.front.overrides import command_of, folder_of, words_of
from harness.planning import hydra_session
from harness.planning.run_settings import study_folder
from harness.planning.sweeps import Sweep, Wanted, plan_sweep, wanted
from harness.planning.sweeps import run as run_sweep
from harness.running import store, threads
from harness.running.sweep import Summary
from harness.settings import check_arguments


class Ended(NamedTuple):
    """One sweep of a call.

    Attributes:
        folder: where its records are.
        summary: how many trials were planned, known and run, and why some failed.
        trial_ids: of all of its trials.
    """

    folder: Path
    summary: Summary
    trial_ids: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Swept:
    """What came of a sweep. In a notebook it shows the summary and the head of the frame.

    Attributes:
        frame: one row for each trial that was asked for, recorded now or before; columns as of `harness.records`.
        sweeps: one for each experiment, tier or study that was named.
    """

    frame: pd.DataFrame
    sweeps: tuple[Ended, ...]

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        lines = "".join(f"<div>{line}</div>" for line in self._lines())
        return lines + self.frame.to_html(max_rows=10, border=0)

    def _lines(self) -> Iterator[str]:
        for folder, summary, _ in self.sweeps:
            yield f"{summary.in_words} Records: {folder}"
            yield from filter(None, (*summary.remarks, summary.mirror_broke))
            for reason, count in sorted(summary.failures.items(), key=lambda item: -item[1])[:5]:
                yield f"  failed x{count}: {reason}"


def sweep(
    *overrides: str,
    config_dir: str | Path | None = None,
    results: str | Path | None = None,
    workers: int | None = None,
) -> Swept:
    """Run every trial that is not recorded, in parallel: `harness run -m` with the same words.

    >>> import harness
    >>> swept = harness.sweep("dataset=iris,wine", "model=tree,svm", workers=2)
    >>> swept
    4 trials: 0 recorded before; 4 ok. Records: results/.adhoc/synthesis
    >>> swept.frame.pivot(index="dataset", columns="model", values="accuracy").round(3)
    model      svm   tree
    dataset
    ...

    Lists, ranges and globs, experiments with their tiers, and several of these one after the other, are as on the command
    line. A bar is shown at a terminal, and in a notebook that has ipywidgets. Failed and skipped trials are rows of the frame.
    It works in a notebook, by `python -c` and in a script, which needs no `if __name__ == "__main__"`: the workers of
    `executor=local` do not run the script again. So nothing that a trial is made of can be defined in it; put classes in a
    module beside your YAML files. This process is left as `harness.run` leaves it.

    Args:
        overrides: as on the command line, each a text of its own: "model=tree,svm", "seed=range(0,5)".
        config_dir: a folder of your own with YAML files; modules in it can be imported, by workers too.
        results: the folder of all results, for results=...
        workers: processes, for workers=...; one for each core by default.

    Raises:
        HarnessError: something asked for is not there or makes no sense; one sentence.
        KeyboardInterrupt: it was interrupted; what ended is recorded, and the same call continues.
    """
    check_arguments(sweep, {"config_dir": config_dir, "results": results, "workers": workers})
    own, words = folder_of(config_dir), words_of(overrides, results=results, workers=workers)
    with hydra_session.visit(own), threads.lent():
        with hydra_session.loading(own) as loader:
            sweeps = wanted(words, loader)
        ended = tuple(_run(one, own, command_of(words, own, many=True)) for one in sweeps)
        return Swept(pd.concat([_frame_of(one) for one in ended], ignore_index=True), ended)


def _run(one: Wanted, config_dir: Path | None, command: Sequence[str]) -> Ended:
    """Each sweep is planned when its turn comes, since it may need what the one before recorded."""
    planned = _planned(one, config_dir)
    with Bar(len(planned.trials)) as bar:
        summary = run_sweep(planned, bar.show, fetch_with_progress, command)
    if summary.interrupted:
        raise KeyboardInterrupt("stopped; everything that ended is recorded, and the same call continues")
    return Ended(study_folder(one.asked.config), summary, tuple(trial.trial_id for trial in planned.trials))


def _planned(one: Wanted, config_dir: Path | None) -> Sweep:
    with hydra_session.loading(config_dir):
        return plan_sweep(one, lambda choices, total: track(choices, "composing", total))


def _frame_of(ended: Ended) -> pd.DataFrame:
    return record_frame(store.read(ended.folder).only(ended.trial_ids))
