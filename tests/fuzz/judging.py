"""What has to hold of every answer: no traceback, one sentence that names what is wrong, and nothing accepted in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.attempt import Answer
from tests.fuzz.mistakes import Mistake


@dataclass
class Tally:
    """What became of the mistakes that were tried."""

    tried: int = 0
    accepted: int = 0
    tracebacks: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    def add(self, mistake: Mistake, answer: Answer, folder: Path) -> None:
        """Count an answer."""
        said = answer.crash or answer.said.strip()[-400:]
        line = f"[{mistake.operator}] {' '.join(map(repr, mistake.words))} -> {answer.code} {said!r}"
        self.tried += 1
        if answer.crash or "Traceback" in answer.said or "fault of the harness" in answer.said:
            self.tracebacks.append(line)
        elif answer.code in (None, 0):
            self.accepted += 1
            if mistake.surely or _is_outside(answer, folder):
                self.silent.append(line)
        elif problem := unclear(mistake, answer):
            self.unclear.append(f"{problem}: {line}")

    @property
    def figures(self) -> str:
        """The figures in one line."""
        return (
            f"{self.tried} tried, {len(self.tracebacks)} tracebacks, {len(self.unclear)} unclear, {len(self.silent)} silent "
            f"({self.accepted} accepted)"
        )


def unclear(mistake: Mistake, answer: Answer) -> str:
    """Why what was said is not one clear sentence; "" if it is."""
    lines = [line for line in answer.said.splitlines() if line.strip()]
    if len(lines) != 1:
        return f"{len(lines)} lines"
    (line,) = lines
    if not line.startswith("error: "):
        return "no error:"
    if answer.code != 2 and not mistake.operator.startswith("store"):
        return f"exit code {answer.code}"
    if "HYDRA_FULL_ERROR" in line or "hydra.cc" in line or "object_type" in line:
        return "Hydra's own"
    if not any((one or "''").lower() in line.lower() for one in mistake.about):
        return f"names none of {mistake.about}"
    return "" if len(line) < 1500 else "too long"


def _is_outside(answer: Answer, folder: Path) -> bool:
    return answer.folder is not None and folder.resolve() not in (folder / answer.folder).resolve().parents
