"""What an object is made of, in plain JSON types: its class and parameters, so that equal objects have equal descriptions.

A description names a model, an injector or a preprocessing across processes, machines and versions of libraries, which a hash
of its pickle does not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

DIGITS = 32
"""Hexadecimal digits of a digest: 128 bits."""


def description(thing: Any) -> Any:
    """The class and the parameters of an object, at any depth.

    Parameters are the fields of a dataclass that take part in comparisons, what `get_params` of a scikit-learn estimator says,
    or else the public attributes. Numbers, texts and None stand for themselves.

    Raises:
        TypeError: something in it is no plain value and has no attributes.
    """
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing.value if isinstance(thing, Enum) else thing
    if isinstance(thing, Mapping):
        return {str(key): description(value) for key, value in thing.items()}
    if isinstance(thing, Set):
        return sorted((description(one) for one in thing), key=_text)
    if isinstance(thing, Sequence) or hasattr(thing, "tolist"):
        return [description(one) for one in thing] if isinstance(thing, Sequence) else thing.tolist()
    if isinstance(thing, type) or not hasattr(thing, "__dict__"):
        return _path(thing if isinstance(thing, type) else _required_function(thing))
    return {"_target_": _path(type(thing)), **{name: description(value) for name, value in _parameters(thing).items()}}


def digest_of(thing: Any) -> str:
    """The first digits of the sha256 of an object's description."""
    return hashlib.sha256(_text(description(thing)).encode()).hexdigest()[:DIGITS]


def _parameters(thing: Any) -> dict[str, Any]:
    if is_dataclass(thing):
        return {one.name: getattr(thing, one.name) for one in fields(thing) if one.compare}
    if hasattr(thing, "get_params"):
        return dict(thing.get_params(deep=False))
    if callable(thing) and hasattr(thing, "__qualname__"):
        return {"function": _path(thing)}
    return {name: value for name, value in vars(thing).items() if not name.startswith("_")}


def _required_function(thing: Any) -> Any:
    if not hasattr(thing, "__qualname__"):
        raise TypeError(f"{thing!r} cannot be described: it has neither fields, parameters nor attributes")
    return thing


def _path(thing: Any) -> str:
    return f"{getattr(thing, '__module__', '')}.{thing.__qualname__}"


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
