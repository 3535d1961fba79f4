"""MLflow with DVC, with the lines of ours that MLflow alone gets."""

from __future__ import annotations

from harness.tracking.adapters.mlflow_dvc import MlflowDvc
from harness.tracking.adapters.mlflow_helped import MlflowHelped


class MlflowDvcHelped(MlflowHelped, MlflowDvc):
    """Both stores stand in one folder, and are copied together."""


TRACKER = MlflowDvcHelped
