"""The smallest complete script of each tool: it records three runs, finds the best, and takes its model back.

How long a script is says something about ease of use, and not much: not how long it takes to find out, nor how it reads.
"""

from __future__ import annotations

import ast
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core import Code, Skip
from harness.tracking import sandbox
from harness.tracking.session import OverBudgetError
from harness.tracking.subject.making import sha256
from harness.tracking.workloads.bench import SPARE_SECONDS, Bench, Found, Workload

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
CONTENTS = (b"first" * 100, b"best" * 100, b"last" * 100)
"""The models of the three runs; a script knows their scores."""

WANTED = 1


@dataclass(frozen=True, kw_only=True)
class Steps(Workload):
    """The script of the tool, run in its environment."""

    def run(self, bench: Bench) -> Found:
        """Run it and check what it gives back. Raises `Skip` if no script can do it with this tool."""
        script = SCRIPTS / f"{bench.tool.name}.py"
        if not script.is_file():
            raise Skip(f"no script can find and restore a run with {bench.tool.name} alone", code=Code.NOT_OFFERED)
        for number, content in enumerate(CONTENTS):
            bench.file(f"{number}.bin", content)
        out, began = bench.folder / "out.bin", time.perf_counter()
        try:
            done = _run(bench, script, out)
        except subprocess.TimeoutExpired as over:
            raise OverBudgetError(f"the script of {bench.tool.name} took more than {over.timeout:g} seconds") from over
        seconds = round(time.perf_counter() - began, 6)
        works = done.returncode == 0 and sha256(out) == sha256(bench.folder / "files" / f"{WANTED}.bin")
        return Found({"works": works, **counted(script.read_text(encoding="utf-8"))}, {"wall": seconds})


def _run(bench: Bench, script: Path, out: Path) -> subprocess.CompletedProcess[bytes]:
    work = bench.folder / "store"
    work.mkdir(parents=True)
    variables = sandbox.variables(bench.folder, bench.tool.variables)
    python = bench.tool.python()
    variables["PATH"] = f"{python.parent}{os.pathsep}{variables.get('PATH', '')}"
    if not bench.tool.environment:  # our own records are those of this very harness
        variables["PYTHONPATH"] = str(SCRIPTS.parents[2])
    command = [str(python), "-sPB", str(script), str(bench.folder / "files"), str(out)]
    return subprocess.run(
        command,
        cwd=work,
        env=variables,
        capture_output=True,
        timeout=bench.budget + SPARE_SECONDS,
        check=False,
    )


def counted(source: str) -> dict[str, Any]:
    """Statements of a script, calls, and programs that it starts."""
    nodes = list(ast.walk(ast.parse(source)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    started = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "run"]
    docstrings = [node for node in nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)]
    statements = [node for node in nodes if isinstance(node, ast.stmt)]
    return {"statements": len(statements) - len(docstrings), "calls": len(calls), "commands": len(started)}
