"""MLflow with lines of ours where its own answer is wrong or needs a server."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from harness.tracking.adapters.copied import Copied
from harness.tracking.adapters.mlflow import Mlflow
from harness.tracking.contract import ours


class MlflowHelped(Copied, Mlflow):
    """Parameters are JSON, versions of data the hash of all bytes, and the folder is copied."""

    @ours
    def text(self, value: Any) -> str:
        return json.dumps(value)

    @ours
    def read(self, run: str) -> dict[str, dict[str, Any]]:
        found = super().read(run)
        return {**found, "params": {name: json.loads(text) for name, text in found["params"].items()}}

    @ours
    def digest(self, path: str) -> str | None:
        return hashlib.blake2b(Path(path).read_bytes(), digest_size=16).hexdigest()


TRACKER = MlflowHelped
