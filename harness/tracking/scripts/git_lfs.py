"""With Git LFS."""

import json
import shutil
import subprocess
import sys
from pathlib import Path


def run(*words: str) -> bytes:
    """What a command prints."""
    return subprocess.run(["git", *words], check=True, capture_output=True).stdout


models, out = map(Path, sys.argv[1:])
run("init", "-q")
run("lfs", "install", "--local")
run("lfs", "track", "*.bin")
for name, score in {"0": 0.7, "1": 0.9, "2": 0.8}.items():
    Path("run.json").write_text(json.dumps({"size": int(name), "score": score}))
    shutil.copyfile(models / f"{name}.bin", "model.bin")
    run("add", ".gitattributes", "run.json", "model.bin")
    run("commit", "-q", "-m", name)
    run("tag", name)

best = max(run("tag").decode().split(), key=lambda tag: json.loads(run("show", f"{tag}:run.json"))["score"])
run("checkout", "-q", best)
shutil.copyfile("model.bin", out)
