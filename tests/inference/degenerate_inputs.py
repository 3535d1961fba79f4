"""Degenerate inputs, generated: for each kind of argument what users have given, or will."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from harness.inference.paired import paired_t
from harness.inference.pairwise import pairwise
from harness.inference.within import corrected_t
from harness.randomness import stream

Inputs = dict[str, Any]

GOOD = [0.5, -0.25, 1.5, 2.0, 0.75, 1.25, -0.5, 3.0, 0.25, 1.0, 2.5, 0.125]


def kinds_of(base: list[float], wrap: Callable[[Any], Any] = lambda column: column) -> Inputs:
    """A sample in all the ways in which it can be held, by name, each wrapped into what a function takes."""
    plain = np.array(base)
    found: Inputs = {
        "list": base,
        "tuple": tuple(base),
        "floats of half size": plain.astype(np.float16),
        "small unsigned integers": np.arange(250, 250 + len(base)).astype(np.uint8),
        "small signed integers": np.array([100, -100, *range(len(base) - 2)], dtype=np.int8),
        "large integers": [10**400, *range(len(base) - 1)],
        "truth values": plain > plain.mean(),
        "objects": plain.astype(object),
        "objects with None": [None, *base[1:]],
        "objects with NA": [pd.NA, *base[1:]],
        "only None": [None] * len(base),
        "text of numbers": [str(each) for each in base],
        "one text": ["0,5", *base[1:]],
        "bytes": [b"1"] * len(base),
        "complex": plain.astype(complex),
        "dates": np.arange(len(base)).astype("datetime64[ns]"),
        "durations": np.arange(len(base)).astype("timedelta64[ns]"),
        "date objects": [datetime.datetime(2026, 1, 1)] * len(base),
        "masked": np.ma.masked_array(plain, mask=[True] + [False] * (len(base) - 1)),
        "all masked": np.ma.masked_array(plain, mask=True),
        "series": pd.Series(base),
        "series with a shifted index": pd.Series(base, index=range(5, 5 + len(base))),
        "series with one index for all": pd.Series(base, index=[0] * len(base)),
        "nullable": pd.Series(base, dtype="Float64").mask(pd.Series(base) > 1),
        "nullable truths": pd.Series([True, None, *[False] * (len(base) - 2)], dtype="boolean"),
        "categories": pd.Series(base).astype("category"),
        "text of pandas": pd.Series(base).astype(str),
        "times with zone": pd.Series(pd.date_range("2026-01-01", periods=len(base), tz="UTC")),
        "nested": [[each] for each in base],
        "ragged": [[1.0], [1.0, 2.0], *[[1.0]] * (len(base) - 2)],
        "a dictionary": dict(enumerate(base)),
        "a set": set(base),
        "a generator": (each for each in base),
        "a text": "0.5",
        "a number": 0.5,
        "None": None,
        "a frame": pd.DataFrame({"a": base, "b": base}),
    }
    return {name: wrap(value) for name, value in found.items()}


def values_of() -> Inputs:
    """Samples of numbers that are hard to compute with."""
    some = np.array(GOOD)
    return {
        "nothing": [],
        "one": [1.5],
        "two": [1.0, 2.0],
        "two alike": [1.0, 1.0],
        "zeros": [0.0] * 8,
        "negative zeros": [-0.0, 0.0, -0.0],
        "constant": [3.0] * 8,
        "constant on an offset": [1e12] * 8,
        "varied on an offset": (1e12 + some).tolist(),
        "last digits of an offset": [1e16, 1e16 + 2, 1e16 + 4, 1e16 + 2],
        "huge": (1e300 * some).tolist(),
        "large": (1e149 * some).tolist(),
        "tiny": (1e-300 * some).tolist(),
        "smallest": [5e-324, 1e-323, 0.0, -5e-324],
        "millions": (1e6 * some).tolist(),
        "hundred-thousandths": (1e-5 * some).tolist(),
        "of all sizes": [1e-300, 1.0, 1e100, -1e-9, -1e12],
        "NaN in one": [math.nan, *GOOD[1:]],
        "NaN in all": [math.nan] * 4,
        "NaN in all but one": [math.nan, 1.0, math.nan],
        "infinite in one": [math.inf, *GOOD[1:]],
        "infinite in all": [math.inf, -math.inf, math.inf],
        "one apart": [0.0] * 30 + [1.0],
        "nearly constant": [1.0, 1.0, 1.0 + 1e-7, 1.0],
        "rounding": [0.1 + 0.2 - 0.3, 0.0, 1e-16, -1e-16],
        "many": stream(0, "degenerate").normal(size=2000),
    }


def samples() -> Inputs:
    """One sample, of shape (n,)."""
    return {**values_of(), **kinds_of(GOOD)}


def tables() -> Inputs:
    """Data sets by methods."""
    rng = stream(1, "degenerate")
    good = pd.DataFrame(rng.normal(size=(12, 3)), columns=list("abc"))
    columns = {f"a is {name}": value for name, value in {**values_of(), **kinds_of(GOOD)}.items()}
    framed = {name: good.assign(a=value) for name, value in columns.items() if _fits(value, 12)}
    return {
        **framed,
        **{f"all {name}": pd.DataFrame(dict.fromkeys("abc", value)) for name, value in values_of().items()},
        "a list": good.to_numpy().tolist(),
        "an array": good.to_numpy(),
        "a series": good["a"],
        "None": None,
        "a text": "abc",
        "empty": pd.DataFrame(),
        "no row": good.iloc[:0],
        "no column": good[[]],
        "one row": good.iloc[:1],
        "two rows": good.iloc[:2],
        "one method": good[["a"]],
        "numbers for names": good.set_axis([1, 2, 3], axis=1),
        "names that read alike": good.set_axis([1, "1", "b"], axis=1),
        "a name twice": good.set_axis(["a", "a", "b"], axis=1),
        "no name": good.set_axis(["a", None, "b"], axis=1),
        "dates for names": good.set_axis(pd.date_range("2026-01-01", periods=3), axis=1),
        "levels of names": good.set_axis(pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)]), axis=1),
        "permuted index": good.iloc[::-1],
        "an index twice": good.set_axis([0] * 12),
        "an index without names": good.set_axis([None, *range(11)]),
        "all methods alike": pd.DataFrame(np.ones((12, 40)), columns=[f"m{i}" for i in range(40)]),
        "one method twice": good.assign(b=good["a"]),
        "constant gaps": pd.DataFrame(np.tile([1.0, 2.0, 3.0], (12, 1)), columns=list("abc")),
        "never complete": good.mask(np.arange(36).reshape(12, 3) % 3 == np.arange(12)[:, None] % 3),
        "forty methods": pd.DataFrame(rng.normal(size=(12, 40))),
        "ninety by eighty, small": pd.DataFrame(rng.normal(scale=0.01, size=(90, 80))),
        "in millions": pd.DataFrame(rng.normal(scale=1e6, size=(35, 30))),
        "in hundred-thousandths": pd.DataFrame(rng.normal(scale=1e-5, size=(45, 40))),
    }


def narrow_tables() -> Inputs:
    """Tables whose pairs of methods are less than a thousand."""
    return {name: table for name, table in tables().items() if np.ndim(table) != 2 or np.shape(table)[1] <= 40}


def grids() -> Inputs:
    """Rows by columns without names."""
    good = stream(6, "degenerate").normal(size=(8, 4))
    return {
        "an array": good,
        "a list of lists": good.tolist(),
        "ragged": [[1.0, 2.0], [1.0]],
        "one column": good[:, :1],
        "one row": good[:1],
        "no column": good[:, :0],
        "no row": good[:0],
        "three dimensions": good.reshape(2, 4, 4),
        "text": good.astype(str),
        "masked": np.ma.masked_greater(good, 1),
        "small unsigned integers": np.arange(32, dtype=np.uint8).reshape(8, 4) * 8,
        "huge": 1e300 * good,
        "tiny": 1e-300 * good,
        "alike": np.ones((8, 4)),
        "a column twice": good[:, [0, 1, 1, 2]],
        "NaN": np.full((8, 4), math.nan),
        "NaN in one": np.where(good == good.max(), math.nan, good),
        "infinite in one": np.where(good == good.max(), math.inf, good),
    }


def designs() -> Inputs:
    """Long frames with the columns value, factor, other and block."""
    rng = stream(2, "degenerate")
    grid = [(f"s{s}", a, b) for s in range(6) for a in "xyz" for b in "uv"]
    good = pd.DataFrame(grid, columns=["block", "factor", "other"]).assign(value=rng.normal(size=36))
    base = good["value"].tolist()
    valued = {f"value is {name}": value for name, value in kinds_of(base).items() if _fits(value, 36)}
    numbers = {f"value is {name}": np.resize(value, 36) for name, value in values_of().items() if len(value)}
    labels = {
        "missing in one": [None, *good["factor"][1:]],
        "missing in all": [None] * 36,
        "NaN in one": [math.nan, *good["factor"][1:]],
        "one for all": ["x"] * 36,
        "numbers": [1.0, 2.0, 3.0] * 12,
        "numbers and text": [1, "1", "b"] * 12,
        "truth values": [True, False, True] * 12,
        "categories": pd.Categorical(good["factor"], categories=list("xyzq")),
        "nullable": pd.array([1, None, 3] * 12, dtype="Int64"),
        "dates": pd.date_range("2026-01-01", periods=36),
        "all different": [f"l{i}" for i in range(36)],
        "lists": [[1], [2], [3]] * 12,
    }
    labelled = {
        f"{column} is {name}": good.assign(**{column: value}) for name, value in labels.items() for column in good
    }
    return {
        **{name: good.assign(value=value) for name, value in {**valued, **numbers}.items()},
        **{name: frame for name, frame in labelled.items() if not name.startswith("value")},
        "a list": good.to_numpy().tolist(),
        "None": None,
        "a dictionary": good.to_dict("list"),
        "empty": good.iloc[:0],
        "no column": pd.DataFrame(),
        "one row": good.iloc[:1],
        "two rows": good.iloc[:2],
        "one block": good[good["block"] == "s0"],
        "one level": good[good["factor"] == "x"],
        "a cell never": good[(good["factor"] != "x") | (good["other"] != "u")],
        "a column twice": pd.concat([good, good[["factor"]]], axis=1),
        "an index twice": good.set_axis([0] * 36),
        "a long column of numbers for a factor": pd.DataFrame(
            {"value": rng.normal(size=3000), "factor": rng.integers(1500, size=3000), "other": 0, "block": range(3000)}
        ),
    }


def lives() -> Inputs:
    """Long frames with the columns delay, found, group and size, a row for each delay."""
    rng = stream(7, "degenerate")
    good = pd.DataFrame({"delay": np.arange(24.0), "found": [1, 1, 0] * 8, "group": list("aabb") * 6})
    good["size"] = rng.normal(size=24)
    valued = {
        f"{column} is {name}": good.assign(**{column: value})
        for column in good
        for name, value in {**kinds_of(good["size"].abs().tolist()), **values_of()}.items()
        if _fits(value, 24)
    }
    return {
        **valued,
        "nothing found": good.assign(found=0),
        "all found": good.assign(found=1),
        "all at once": good.assign(delay=3.0),
        "one group": good.assign(group="a"),
        "a group found first": good.assign(delay=np.where(good["group"] == "a", 1.0, 2.0) + good["delay"] / 100),
        "a group never found": good.assign(found=(good["group"] == "a").astype(int)),
        "a group without a label": good.assign(group=good["group"].where(good["group"] == "a")),
        "sizes that tell": good.assign(size=-good["delay"]),
        "huge sizes": good.assign(size=1e149 * good["size"]),
        "missing sizes": good.assign(size=good["size"].where(good["size"] > 0)),
        "one row": good.iloc[:1],
        "two rows": good.iloc[:2],
        "no row": good.iloc[:0],
        "no column": pd.DataFrame(),
        "a list": good.to_numpy().tolist(),
        "None": None,
    }


def levels() -> Inputs:
    """The level of an interval or of a test."""
    return {
        str(each): each for each in (-1, 0, 1, 2, 95, 1e-300, 1 - 1e-16, 0.05, 0.5, 0.95, math.nan, math.inf)
    } | wrong()


def wrong() -> Inputs:
    """No number at all, whatever number is asked for."""
    return {
        "None": None,
        "a text": "0.95",
        "a truth value": True,
        "NA": pd.NA,
        "a list": [0.95],
        "an array": np.array([0.95, 0.9]),
        "complex": 1j,
        "a date": datetime.datetime(2026, 1, 1),
        "a duration": np.timedelta64(1, "D"),
        "a frame": pd.DataFrame(),
    }


def amounts() -> Inputs:
    """A size, region, ratio or standard deviation."""
    return {
        str(each): each for each in (-1, 0, 1, 0.5, 2, 1e300, -1e300, 1e-300, math.nan, math.inf, 10**400)
    } | wrong()


def counts() -> Inputs:
    """A number of tests, methods, data sets, resamples."""
    return {
        str(each): each for each in (-1, 0, 1, 2, 3, 12.0, 2.5, 1000, 10**18, 10**400, math.nan, math.inf)
    } | wrong()


def probabilities() -> Inputs:
    """The p values of a family."""
    bounds = {"below": [0.5, -1.0], "above": [2.0, -1.0], "bounds": [0.0, 1.0], "with NaN": [math.nan, 0.01, 0.2]}
    return {**samples(), **bounds}


def families() -> Inputs:
    """Declared pairs of the methods a, b, c."""
    return {
        "none": None,
        "empty": [],
        "one": [("a", "b")],
        "texts": ["ab", "bc"],
        "a text": "ab",
        "three": [("a", "b", "c")],
        "unknown": [("a", "z")],
        "itself": [("a", "a")],
        "twice": [("a", "b"), ("b", "a")],
        "numbers": [(1, 2)],
        "a number": 5,
        "missing": [("a", None)],
        "a dictionary": {"a": "b"},
        "an array": np.array([["a", "b"]]),
    }


def rankings() -> Inputs:
    """The methods a, b, c, best first."""
    return {
        "all": ["a", "b", "c"],
        "two": ["c", "a"],
        "none": [],
        "unknown": ["a", "z"],
        "twice": ["a", "a"],
        "a text": "abc",
        "None": None,
        "a number": 5,
        "numbers": [1, 2],
        "an index": pd.Index(["a", "b", "c"]),
    }


def limits() -> Inputs:
    """The least and the largest possible value."""
    return {
        "open": (-math.inf, math.inf),
        "share": (0.0, 1.0),
        "far off": (50.0, 51.0),
        "turned": (1, 0),
        "NaN": (0, math.nan),
        "three": (0, 1, 2),
        "list": [0, 100],
        "text": "01",
        "texts": ("0", "1"),
    } | wrong()


def column_names() -> Inputs:
    """Names of columns of a frame that has value, factor, other and block."""
    return {
        "factor": "factor",
        "the value": "value",
        "unknown": "nothing",
        "number": 3,
        "None": None,
        "NaN": math.nan,
        "list": ["factor"],
        "empty": "",
    }


def terms() -> Inputs:
    """Terms of a linear model on a frame that has value, factor, other and block."""
    return {
        "two": ["factor", "other"],
        "product": ["factor", "other", ("factor", "other")],
        "product alone": [("factor", "other")],
        "text": "factor",
        "empty": [],
        "empty product": [()],
        "twice": ["factor", "factor"],
        "itself": [("factor", "factor")],
        "the value": ["value"],
        "the sets": ["block"],
        "unknown": ["nothing"],
        "number": [3],
        "None in a list": [None],
        "NaN in a list": [math.nan],
        "a set in a list": [{"factor"}],
        "an array": np.array(["factor"]),
    } | wrong()


def results(kind: str) -> Inputs:
    """Results of other functions, and what is none."""
    found = {
        "estimate": {name: paired_t(each) for name, each in _few().items()},
        "test": {name: corrected_t(each, test_train_ratio=0.25) for name, each in _few().items()},
        "pairs": {"all": pairwise(pd.DataFrame(stream(3, "degenerate").normal(size=(12, 3)), columns=list("abc")))},
    }[kind]
    return found | wrong()


def generators() -> Inputs:
    """Generators of random numbers, and what is none."""
    return {"generator": stream(4, "degenerate"), "seed": 3, "legacy": np.random.RandomState(0)} | wrong()


def _few() -> dict[str, list[float]]:
    return {"some": GOOD, "none": [], "one": [1.0], "constant": [2.0] * 5, "zero": [0.0] * 5}


def _fits(value: Any, n: int) -> bool:
    """Whether pandas takes the value for a column of n rows."""
    if isinstance(value, str | set) or value is None or isinstance(value, Iterator | pd.DataFrame | dict):
        return False
    if isinstance(value, pd.Series) and not value.index.equals(pd.RangeIndex(n)):
        return False
    return not hasattr(value, "__len__") or len(value) == n
