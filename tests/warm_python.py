"""A Python that has imported the harness already: whatever it is asked to run, a copy of it runs, at a tenth of the price.

A process that starts anew spends two seconds on imports. Most tests of the command line ask what a command says and leaves
behind, not what it imports; for them a server imports once and forks for every command, which has its own folder,
environment, output and module of the tests' own. A server has one thread, so that forking is safe. Sweeps start no workers,
which would import all of it again (see `in_this_process.py`).

    python warm_python.py serve SOCKET               imports, listens, and ends with the process that started it
    python -SE warm_python.py ask SOCKET -m harness WORDS...
    python -SE warm_python.py ask SOCKET -c CODE [WORDS...]
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import warnings
from types import ModuleType

PRELOADED = (
    *(f"harness.cli.{command}" for command in ("check", "data", "paper", "report", "run", "status")),
    *("harness.trials", "harness.synthesis", "harness.detectors.kernel", "harness.analysis.frame"),
    *("hydra._internal.hydra", "hydra.core.override_parser.overrides_parser"),
    *("sklearn.datasets", "sklearn.ensemble", "sklearn.pipeline"),
)
"""What a command or a trial would import."""


def ask(address: str, words: list[str]) -> int:
    """Have words run with this process's folder, environment and streams; returns the exit code."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(address)
        folder = os.getcwd()  # noqa: PTH109 - importing pathlib takes longer than all the rest
        request = json.dumps({"words": words, "folder": folder, "environment": dict(os.environ)}).encode()
        socket.send_fds(line, [len(request).to_bytes(8, "big")], [0, 1, 2])
        line.sendall(request)
        answer = line.recv(8)
    return int(answer or -signal.SIGKILL)


def serve(address: str) -> None:
    """Answer requests until the process that started this one is gone."""
    _import()
    parent = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who answer
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        door.settimeout(1.0)
        while os.getppid() == parent:
            try:
                line, _ = door.accept()
            except TimeoutError:
                continue
            if os.fork() == 0:
                door.close()
                _answer(line)
            line.close()


def _import() -> None:
    """Not at the head of the file: those who ask need none of it."""
    import gc
    import importlib

    for name in PRELOADED:
        importlib.import_module(name)
    _sweep_here()
    gc.freeze()


def _sweep_here() -> None:
    """Have sweeps with the executor `local` run their trials where they are."""
    from in_this_process import STAND_INS  # beside this script

    from harness.running.executors import Local

    for name, instead in STAND_INS.items():
        setattr(Local, name, instead)


def _answer(line: socket.socket) -> None:
    """Run one request in a copy of this process, and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    line.settimeout(None)
    head, streams, _, _ = socket.recv_fds(line, 8, 3)
    with line.makefile("rb") as rest:
        request = json.loads(rest.read(int.from_bytes(head, "big")))
    runner = os.fork()
    if runner == 0:
        line.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        _run(request["words"], request["folder"], request["environment"])  # ends the process as Python ends
        return
    for stream in streams:
        os.close(stream)
    _, status = os.waitpid(runner, 0)
    line.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _run(words: list[str], folder: str, environment: dict[str, str]) -> None:
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:1] = [folder, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    sys.modules["__main__"] = ModuleType("__main__")
    kind, what, *rest = words
    if kind == "-m":
        from harness.cli.main import main

        sys.argv = [what, *rest]
        sys.exit(main())
    warnings.simplefilter("error")
    os.environ["PYTHONWARNINGS"] = "error"  # of processes that this one starts
    sys.argv = ["-c", *rest]
    exec(compile(what, "<string>", "exec"), sys.modules["__main__"].__dict__)
    sys.exit()


if __name__ == "__main__":
    role, address, *words = sys.argv[1:]
    if role == "ask":
        sys.exit(ask(address, words))
    serve(address)
