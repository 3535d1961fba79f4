"""A study of somebody's own with a register and a design for every tier, and the words that freeze and run it."""

from __future__ import annotations

from pathlib import Path

import harness
from harness.cli import claims
from harness.report.freezing import FROZEN

EXPERIMENT = """\
# @package _global_
defaults: [override /trial: synthesis, override /tier: standard]
study: depth
n_folds: 2
design:
  standard: {all: {dataset: "iris", model: "nb,stump", seed: "0"}}
  replication: {all: {dataset: "iris", model: "nb,stump", seed: "1000"}}
  confirmation: {all: {dataset: "wine", model: "nb", seed: "0"}}
"""


def freeze(*words: str) -> Path:
    claims.main(["--freeze", "study=depth", "--config-dir", "mine", *words])
    return Path("results") / "depth" / FROZEN


def sweep(tier: str, *words: str) -> harness.Swept:
    return harness.sweep("experiment=depth", f"tier={tier}", *words, config_dir="mine", workers=1)


def said(swept: harness.Swept) -> str:
    return " ".join(swept.sweeps[0].summary.remarks)
