"""With plain files."""

import json
import shutil
import sys
from pathlib import Path

models, out = map(Path, sys.argv[1:])
for name, score in {"0": 0.7, "1": 0.9, "2": 0.8}.items():
    run = Path("runs") / name
    run.mkdir(parents=True)
    (run / "run.json").write_text(json.dumps({"size": int(name), "score": score}))
    shutil.copyfile(models / f"{name}.bin", run / "model.bin")

best = max(Path("runs").iterdir(), key=lambda run: json.loads((run / "run.json").read_text())["score"])
shutil.copyfile(best / "model.bin", out)
