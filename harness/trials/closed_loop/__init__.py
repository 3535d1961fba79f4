"""The closed loop: what serves on a stream, what is learned from it, and what becomes of the losses.

world            a staged stream as policies know it, and what each model loses there, exactly           StagedWorld
ordered          a real stream, in the order of its file, where rows are learned once they were scored   OrderedWorld
baselines        answers without a model on a real stream                                                baselines
models           the models that can be had on a stream: what each of them says, and where it errs       Models
stage            all rows that a model is asked about, and how probable each state of the drift is       Stage
windows          what models may learn from                                                              Windows
recalibration    probabilities fitted anew; several models that answer together
reading          what detectors read of the rows that a model serves
record           banks, runs and models as a record has them, and read back
"""

from harness.trials.closed_loop.ordered import OrderedWorld
from harness.trials.closed_loop.world import ClosedLoop, StagedWorld

__all__ = ["ClosedLoop", "OrderedWorld", "StagedWorld"]
