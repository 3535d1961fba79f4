"""The names of the random streams that the bootstrap of each contrast draws from: frozen, never to be reworded.

The first published tables named a contrast's stream by its sentence. Bootstrap intervals have to come out the same ever after,
so the sentences of that time stand here, whatever the contrasts say today. A contrast that is not in the list, as all later
ones, draws from its id.
"""

from __future__ import annotations

from collections.abc import Mapping

DRAWS: Mapping[str, str] = {
    "S1.accuracy.stacking-gradient_boosting": "stacking − gradient boosting",
    "S1.accuracy.stacking-adaboost": "stacking − AdaBoost",
    "S1.accuracy.stacking-bagging": "stacking − bagging",
    "S1.accuracy.stacking_without_network-gradient_boosting": "check: stacking without the network − gradient boosting",
    "S1.accuracy.stacking_without_network-adaboost": "check: stacking without the network − AdaBoost",
    "S2.accuracy.gradient_boosting-bagging": "gradient boosting − bagging",
    "S2.accuracy.adaboost-bagging": "AdaBoost − bagging",
    "S4.precision.stacking-gradient_boosting": "precision: stacking − gradient boosting",
    "S4.precision.stacking-adaboost": "precision: stacking − AdaBoost",
    "S4.precision.stacking-bagging": "precision: stacking − bagging",
    "S4.recall.stacking-gradient_boosting": "recall: stacking − gradient boosting",
    "S4.recall.stacking-adaboost": "recall: stacking − AdaBoost",
    "S4.recall.stacking-bagging": "recall: stacking − bagging",
    "S5.adaboost-bagging.stump-depth3": "AdaBoost − bagging: on a stump less at depth 3",
    "S5.adaboost-bagging.stump-full": "check: on a stump less on a full tree, where AdaBoost stops at once",
    "S6.gain.tree-svm": "gain of bagging: on a full tree less on SVM",
    "S6.gain.tree-nb": "gain of bagging: on a full tree less on Naive Bayes",
    "S7.gain.over_1": "gain of bagging on a full tree, over 1",
    "S7.gain.under_5": "gain of bagging on a full tree, under 5",
    "S8.accuracy.stacking-best_by_cv": "stacking − best base model by inner CV",
    "S9.changed.single-soft_vote": "labels changed between repeats: single − soft voting",
    "S9.changed.single-hard_vote": "labels changed between repeats: single − hard voting",
    "S9.changed.single-stacking": "check: the same for stacking",
    "S9.accuracy.soft_vote-hard_vote": "check: accuracy, soft voting − hard voting",
    "S9.accuracy.soft_vote-stacking": "check: accuracy, soft voting − stacking",
    "S10.fit_seconds.stacking-bagging": "fit time, log of stacking / bagging",
    "S10.fit_seconds.stacking-gradient_boosting": "fit time, log of stacking / gradient boosting",
    "S10.fit_seconds.stacking-adaboost": "fit time, log of stacking / AdaBoost",
    "S10.predict_seconds.stacking-bagging": "predict time, log of stacking / bagging",
    "S10.predict_seconds.stacking-gradient_boosting": "predict time, log of stacking / gradient boosting",
    "S10.predict_seconds.stacking-adaboost": "predict time, log of stacking / AdaBoost",
    "S11.lost.gradient_boosting-bagging.depth3": "lost to 30 % label noise: gradient boosting − bagging, depth 3",
    "S11.lost.adaboost-bagging.depth3": "lost to 30 % label noise: AdaBoost − bagging, depth 3",
    "S11.lost.gradient_boosting-bagging.full": "check: gradient boosting − bagging, full trees",
    "S11.lost.adaboost-bagging.full": "check: AdaBoost − bagging, full trees",
    "S12.gap_grown.bagging-single.full": "train − test gap grown at 10% of rows: bagging − single, full",
    "S12.gap_grown.bagging-single.depth3": "train − test gap grown at 10% of rows: bagging − single, depth 3",
}
