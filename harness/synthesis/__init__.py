"""Models and the ways to combine them ("synthesis" in the source paper).

learner, preprocessing   a base model with its regression twin; imputation, encoding and scaling
training                 the rows of one fold, and shared fits
quick_rows               rows prepared as by scikit-learn without its checks
quick_trees              forests of scikit-learn, fitted and asked without what it repeats for every tree
predictions              what a fitted model answers, taken in one place
crossed                  methods for every base model: alone, bagged, boosted
pool, loss               a pool of different models, and the loss by which it is judged out of fold
voting, stacking, greedy, best
                         methods that combine a pool
"""

from harness.synthesis.best import BestByCV
from harness.synthesis.crossed import AdaBoost, Bagging, Single
from harness.synthesis.greedy import Greedy
from harness.synthesis.learner import Learner
from harness.synthesis.predictions import Fitted, Prediction, predicted
from harness.synthesis.preprocessing import Preprocessing
from harness.synthesis.stacking import Stacking
from harness.synthesis.training import Method, Training
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
    "predicted",
]
