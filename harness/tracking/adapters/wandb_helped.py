"""Weights & Biases offline, with its folder copied where it shares runs through its service alone."""

from __future__ import annotations

from harness.tracking.adapters.copied import Copied
from harness.tracking.adapters.wandb import Wandb


class WandbHelped(Copied, Wandb):
    """The folder is copied."""


TRACKER = WandbHelped
