"""The code that runs are tracked of: it makes a model of a file of data and of parameters, the same bits every time.

It stands alone, so that a copy that a tool gives back can be run in the place of this one.
"""

import pickle
from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

MODELS = {
    "tree": lambda size, seed: DecisionTreeClassifier(max_depth=size, random_state=seed),
    "forest": lambda size, seed: RandomForestClassifier(n_estimators=10 * size, random_state=seed),
    "logistic": lambda size, seed: LogisticRegression(C=10.0**size, max_iter=200, random_state=seed),
}


def train(data: str | PathLike[str], params: Mapping[str, Any]) -> bytes:
    """The bytes of a model.

    Args:
        data: a CSV file with a head, numbers, and the class in the last column.
        params: model, size, seed and features (numbers of columns, joined by blanks); numbers may be texts.
    """
    rows = np.loadtxt(data, delimiter=",", skiprows=1, ndmin=2)
    columns = [int(one) for one in params["features"].split()]
    model = MODELS[params["model"]](int(params["size"]), int(params["seed"]))
    return pickle.dumps((columns, model.fit(rows[:, columns], rows[:, -1].astype(int))), protocol=5)


def predict(model: bytes, rows: Any) -> Any:
    """Probabilities of the classes, shape (n_rows, n_classes), that a model of `train` gives."""
    columns, fitted = pickle.loads(model)
    return fitted.predict_proba(rows[:, columns])
