"""Event files of TensorBoard: a run for each cell of the design, with its seeds as steps. Values become float32 there."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import orjson

from harness.core import ConfigError, HarnessError
from harness.mirrors.shown import Run
from harness.running import files

SEED = "seed"
_INSTALL = "pip install 'mlops-harness[tensorboard]'"
_NO_NAME = re.compile(r"[^\w.-]+")
_DIGITS = 8


def write_events(runs: Iterable[Run], folder: Path, study: str) -> Path:
    """Write a folder of event files for each cell, in the place of earlier ones; the folder of the study.

    Args:
        runs: of a study. Those without metrics are left out: TensorBoard shows scalars alone.
        folder: for the folders of studies.
        study: its name.

    Raises:
        ConfigError: tensorboardX is not installed.
        HarnessError: the folder cannot be written to.
    """
    if importlib.util.find_spec("tensorboardX") is None:
        raise ConfigError(f"this needs the package 'tensorboardX', which is not installed: {_INSTALL}.")
    cells: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        if run.metrics:
            cells[_cell(run)].append(run)
    made, place = folder / f".{study}.new", folder / study
    try:
        shutil.rmtree(made, ignore_errors=True)  # of a process that was killed
        made.mkdir(parents=True)
        for cell, members in cells.items():
            _write(made / cell, members)
        shutil.rmtree(place, ignore_errors=True)
        made.replace(place)
    except OSError as error:
        raise HarnessError(f"cannot write {place}: {error.strerror}; {files.remedy(error)} and try again.") from error
    return place


def _cell(run: Run) -> str:
    """A folder's name for all factors but the seed: short levels, and digits of a digest of all of them."""
    levels = {name: value for name, value in run.params.items() if name != SEED}
    digest = hashlib.sha256(orjson.dumps(levels, option=orjson.OPT_SORT_KEYS)).hexdigest()[:_DIGITS]
    return f"{_NO_NAME.sub('-', run.name.partition('#')[0].strip())[:80]}-{digest}"


def _write(folder: Path, members: Iterable[Run]) -> None:
    from tensorboardX import SummaryWriter

    with SummaryWriter(logdir=str(folder)) as writer:
        for run in sorted(members, key=lambda one: float(one.params.get(SEED, 0))):
            for name, value in run.metrics.items():
                writer.add_scalar(name, value, int(run.params.get(SEED, 0)), walltime=run.started / 1000)
