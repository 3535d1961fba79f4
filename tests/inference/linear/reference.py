"""Numbers that R computed once, and the frames from which it did (reference/linear.json, with each expression)."""

import json
from pathlib import Path

import pandas as pd

_KEPT = json.loads((Path(__file__).parent.parent / "reference" / "linear.json").read_text(encoding="utf-8"))


def frame(name):
    return pd.DataFrame(_KEPT["data"][name])


def numbers(name):
    return _KEPT["values"][name]["is"]


def uneven_seeds():
    """The frame b without some seeds and without one cell."""
    b = frame("b")
    lost = (b["seed"] == 2) & b["set"].isin(["s1", "s3"]) & (b["method"] == "b")
    return b[~lost & ~((b["set"] == "s5") & (b["method"] == "c"))]
