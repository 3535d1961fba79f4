"""What one trial of each study does."""

from harness.trials.calibration import CalibrationTrial
from harness.trials.detection import DetectionTrial
from harness.trials.synthesis import SynthesisTrial

__all__ = ["CalibrationTrial", "DetectionTrial", "SynthesisTrial"]
