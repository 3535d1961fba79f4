"""The sweeper of `harness run -m`. It has Hydra's grammar of overrides, and the harness's store and workers.

Every Hydra application in the environment imports this module, so it imports the harness only when it sweeps.
"""

from __future__ import annotations

from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig


class HarnessSweeper(Sweeper):  # type: ignore[misc]  # Hydra comes without types
    """A sweeper that composes every trial of a sweep and runs those that are not recorded yet."""

    def __init__(self, params: DictConfig) -> None:
        self.params = params

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:  # noqa: ARG002
        """Store the sweep's configuration. Hydra calls this before `sweep`."""
        self.hydra_context = hydra_context
        self.config = config

    def sweep(self, arguments: list[str]) -> Any:
        """Run the sweep that the command line and the experiment ask for."""
        from harness.cli.run import run_sweeps
        from harness.planning.grids import Asked

        asked = Asked(arguments, dict(self.params), self.config)
        return run_sweeps(asked, self.hydra_context.config_loader)


ConfigStore.instance().store(
    group="hydra/sweeper",
    name="harness",
    node={"_target_": "hydra_plugins.harness_sweeper.sweeper.HarnessSweeper", "params": {}},
    provider="harness_sweeper",
)
