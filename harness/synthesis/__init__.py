"""Models and the ways to combine them."""

from harness.synthesis.best import BestByCV
from harness.synthesis.crossed import AdaBoost, Bagging, Single
from harness.synthesis.greedy import Greedy
from harness.synthesis.learner import Learner
from harness.synthesis.preprocessing import Preprocessing
from harness.synthesis.stacking import Stacking
from harness.synthesis.training import Fitted, Method, Prediction, Training
from harness.synthesis.voting import HardVote, SoftVote

__all__ = [
    "AdaBoost",
    "Bagging",
    "BestByCV",
    "Fitted",
    "Greedy",
    "HardVote",
    "Learner",
    "Method",
    "Prediction",
    "Preprocessing",
    "Single",
    "SoftVote",
    "Stacking",
    "Training",
]
