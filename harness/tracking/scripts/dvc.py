"""With DVC and DVCLive."""

import shutil
import subprocess
import sys
from pathlib import Path

import dvc.api
from dvclive import Live


def run(*words: str) -> None:
    """Run a command."""
    subprocess.run(words, check=True, capture_output=True)


models, out = map(Path, sys.argv[1:])
run("git", "init", "-q")
run("dvc", "init", "-q")
run("git", "commit", "-q", "-m", "begin")
for name, score in {"0": 0.7, "1": 0.9, "2": 0.8}.items():
    shutil.copyfile(models / f"{name}.bin", "model.bin")
    with Live(exp_name=f"run-{name}", report=None) as live:
        live.log_param("size", int(name))
        live.log_metric("score", score)
        live.log_artifact("model.bin")

best = max(dvc.api.exp_show(), key=lambda row: row.get("score") or 0)["Experiment"]
out.write_bytes(dvc.api.read("model.bin", rev=best, mode="rb"))
