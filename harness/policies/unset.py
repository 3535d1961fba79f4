"""The policy of a detector that no setting is known for: it stands in a panel and says why it does nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from harness.core import Code, UnreadableError
from harness.policies.calendar import Blind
from harness.policies.now import Now
from harness.settings import not_empty

_WHY = {
    Code.CONSTANT_CONFIDENCE: "the model is equally sure of all its answers",
    Code.NO_PROBABILITIES: "the model gives no probabilities",
}


@dataclass(frozen=True, kw_only=True)
class Unset(Blind):
    """Stands for a policy whose detectors the calibration could not set to a rate of false alarms.

    Attributes:
        code: why, one of `Code`.
    """

    name: str = "unset"
    code: Annotated[str, not_empty()] = Code.NO_SETTING

    def decide(self, now: Now) -> bool:  # noqa: ARG002
        """Nothing.

        Raises:
            UnreadableError: always, with the code.
        """
        why = next((words for code, words in _WHY.items() if code == self.code), "no knob gives that rate there")
        raise UnreadableError(f"the calibration has found no setting for {self.name}: {why}", code=self.code)
