"""No tool writes outside of its folder or connects anywhere, as the kernel sees it."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.planning.tracker_catalogue import read_trackers
from harness.tracking.tool import Tool
from harness.tracking.workloads.bench import Bench

TOOLS = read_trackers()
HARMLESS = ("/dev/", "/proc/")
SOCKET = re.compile(re.escape(tempfile.gettempdir()) + r"/wandb-[\d-]+(/socket)?")
"""Through which W&B's two processes speak: it stands in the machine's folder for what is temporary, outside of the trial's."""

WRITES = re.compile(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]+)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT)[^)]*\)\s+= \d')
MAKES = re.compile(r'(?:mkdir|rename|unlink|symlink|link)(?:at2?)?\(.*?"(/[^"]+)"[^)]*\)\s+= 0')
CONNECTS = re.compile(r"connect\(\d+, \{sa_family=AF_INET6?, sin6?_port=htons\((\d+)\)[^}]*?\"([^\"]+)\"")
LOCAL = {"127.0.0.1", "::1"}


@dataclass(frozen=True)
class Watched(Tool):
    """A tool whose process is watched by strace."""

    wrapper: str = ""

    def python(self) -> Path:
        super().python()
        return Path(self.wrapper)


def watched(tool: Tool, folder: Path) -> tuple[Tool, Path]:
    """The tool, and where strace writes what it did."""
    seen, wrapper = folder / "seen.txt", folder / "python"
    wrapper.write_text(
        f'#!/bin/sh\nexec strace -f -qq -s 300 -e trace=%file,connect -o {seen} {tool.python()} "$@"\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    fields = {
        name: getattr(tool, name) for name in ("name", "adapter", "interfaces", "environment", "programs", "variables")
    }
    return Watched(**fields, wrapper=str(wrapper)), seen


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not on the path")
@pytest.mark.parametrize(
    ("name", "interface"), [(name, one) for name in sorted(TOOLS) for one in TOOLS[name].interfaces]
)
def test_a_tool_writes_in_its_folder_alone_and_connects_to_nobody(
    name: str, interface: str, tmp_path: Path, bench: Callable[..., Bench]
) -> None:
    if not TOOLS[name].is_here:
        pytest.skip(f"{name} is not installed")
    tool, seen = watched(TOOLS[name], tmp_path)
    made = bench(tool, interface=interface, budget=500)
    model = made.file("model.bin", b"model" * 1000)
    data = made.file("data.csv", b"a,b\n1,2\n")
    with made.session() as session:
        run = session.call("start", name="watched").value
        made.has(session, "params", run=run, values={"size": 1})
        made.has(session, "metrics", run=run, values={"accuracy": 0.5})
        made.has(session, "steps", run=run, metric="loss", values=[0.5, 0.25])
        made.has(session, "model", run=run, path=str(model))
        made.has(session, "data", run=run, path=str(data))
        made.has(session, "code", run=run, folder=str(data.parent))
        made.has(session, "packages", run=run)
        session.call("finish", run=run)
        made.has(session, "promote", name="product", run=run)
        made.has(session, "best", metric="accuracy")
        made.has(session, "restore_model", run=run, into=str(tmp_path / "out.bin"))
    text = seen.read_text(errors="replace")
    written = {path for pattern in (WRITES, MAKES) for path in pattern.findall(text) if path.startswith("/")}
    assert written, "strace saw nothing"
    assert {
        path for path in written if not (path.startswith((str(tmp_path), *HARMLESS)) or SOCKET.fullmatch(path))
    } == set()
    assert {address for _, address in CONNECTS.findall(text)} <= LOCAL
