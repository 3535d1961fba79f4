"""What one trial of each study does, and what a screen shows of it.

synthesis                one pass over the folds of a data set
detection, calibration   a stream read by a panel of detectors; the knobs of a panel turned
calibration_search       the search for the settings of one detector
monitoring, closed_loop  a stream on which policies retrain; what models there can be, and what they lose
tracking                 one tracking tool under one workload
deployment, fits         a deployed model, and how models are fitted
signals                  what there is to read of a stream
label_free               how sure a model is, and how often models fitted again answer otherwise
view, timeline           what a screen shows, as plain data; that of a trial is beside it, as `detection_view`
headline                 the few numbers that a tool of others shows; those of a trial are in its view
"""

from harness.trials.calibration import CalibrationTrial
from harness.trials.detection import DetectionTrial
from harness.trials.monitoring import MonitoringTrial
from harness.trials.synthesis import SynthesisTrial
from harness.trials.tracking import TrackingTrial

__all__ = ["CalibrationTrial", "DetectionTrial", "MonitoringTrial", "SynthesisTrial", "TrackingTrial"]
