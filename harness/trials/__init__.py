"""What one trial of each study does, and what a screen shows of it.

synthesis                one pass over the folds of a data set
detection, calibration   a stream read by a panel of detectors; the knobs of a panel turned
deployment, signals      a deployed model, and what there is to read of its stream
view                     what a screen shows, as plain data; `detection_view` and `calibration_view` are those of their trials
"""

from harness.trials.calibration import CalibrationTrial
from harness.trials.detection import DetectionTrial
from harness.trials.synthesis import SynthesisTrial

__all__ = ["CalibrationTrial", "DetectionTrial", "SynthesisTrial"]
