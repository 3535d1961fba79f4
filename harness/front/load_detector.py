"""A detector by the name of its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.building import instantiate
from harness.core import ROWS_PER_MONTH, ConfigError
from harness.detectors.contract import Detector
from harness.detectors.step_by_step import as_detector
from harness.front.overrides import folder_of
from harness.inference import inputs
from harness.planning import hydra_session
from harness.planning.panel_settings import level_node
from harness.settings import check_arguments


def load_detector(
    name: str, *, config_dir: str | Path | None = None, rows_per_month: int = ROWS_PER_MONTH, **parameters: Any
) -> Detector:
    """The detector that a file of `conf/detector` describes, or one of yours, with some of its parameters changed.

    >>> import harness
    >>> import numpy as np
    >>> ddm = harness.load_detector("ddm", drift_threshold=2.5)
    >>> errors = np.array([0, 0, 0, 1] * 200 + [1, 0] * 50)  # from row 800 on every second prediction is wrong
    >>> ddm.alarms(errors)
    array([...])

    Args:
        name: of the file, such as "ddm", "adwin" or "ks"; docs/detectors.md has all of them.
        config_dir: a folder of your own with `detector/<name>.yaml`.
        rows_per_month: of detectors whose files speak of months.
        parameters: values of the file to be replaced; of an object of another library, its own parameters.

    Returns:
        Parameters without state. `alarms(signal)` gives the positions of alarms in one signal from a fresh start; `input` says
        what a signal is: errors (1 wrong, 0 right) or rows. Those that compare with earlier rows need `reference=`.

    Raises:
        ConfigError: there is no such detector or parameter, or a value is not allowed; one sentence.
    """
    named = {"name": name, "config_dir": config_dir, "rows_per_month": rows_per_month}
    check_arguments(load_detector, named)
    inputs.count(rows_per_month, what="rows_per_month", least=1)
    own = folder_of(config_dir)
    with hydra_session.visit(own):
        with hydra_session.loading(own):
            node = level_node("detector", name, rows_per_month)
        try:
            return as_detector(instantiate({**node, **parameters}))
        except ModuleNotFoundError as error:
            raise ConfigError(f"detector {name} needs the package {error.name!r}, which is not installed.") from error
