"""What one trial of each study does."""

from harness.trials.synthesis import SynthesisTrial

__all__ = ["SynthesisTrial"]
