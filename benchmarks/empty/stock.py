"""The same sweep with Hydra's own sweeper and a launcher of its own: the task is empty, its configuration the same."""

from __future__ import annotations

import hydra
from omegaconf import DictConfig

from harness import places


@hydra.main(config_path=str(places.shipped("conf")), config_name="config", version_base="1.3")
def task(config: DictConfig) -> None:
    """Nothing."""


if __name__ == "__main__":
    task()
