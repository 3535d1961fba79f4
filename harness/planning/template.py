"""Many trials that differ in a few values: composed once, filled in and named in microseconds each."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.core import PROTOCOL_VERSION
from harness.running.identity import PlannedTrial, canonical_json, identifying, plain_number

Path = tuple[str | int, ...]
"""The keys and indices that lead to one value within a spec."""

_MARK = "\ue000hole {}\ue000"
_MARKS = re.compile(r'"\\ue000hole (\d+)\\ue000"')


class Template:
    """A spec with holes.

    Trials of one template share every part of their specs that has no hole, so that a hundred thousand of them are small in
    memory and on the way to a worker. Their ids are those that `PlannedTrial.trial_id` computes from the whole spec.
    """

    def __init__(self, study: str, spec: Mapping[str, Any], checksum: str, holes: Mapping[str, Sequence[Path]]) -> None:
        """A template of trials.

        Args:
            study: the study's name.
            spec: any filled spec; what stands in the holes does not matter.
            checksum: of the content of the data set.
            holes: where the value of each setting goes.
        """
        self._blank = PlannedTrial(study, spec, checksum)
        self._holes = holes
        self._text, self._asked = self._identity_text()

    def _identity_text(self) -> tuple[list[str], list[tuple[str, bool]]]:
        """The text whose hash is a trial's id, cut at the holes; for each cut the setting, and whether it is a level."""
        settings = [(key, path) for key, paths in self._holes.items() for path in paths]
        marked = filled(self._blank.spec, {path: _MARK.format(n) for n, (_, path) in enumerate(settings)})
        blank = self._blank
        text = canonical_json([PROTOCOL_VERSION, blank.study, identifying(marked), blank.checksum])
        pieces = _MARKS.split(text)
        cuts = [settings[int(number)] for number in pieces[1::2]]
        return pieces[::2], [(key, len(path) == 1) for key, path in cuts]

    def trial(self, values: Mapping[str, Any]) -> PlannedTrial:
        """The trial with these values in the holes; each setting of the template has one."""
        spec = filled(self._blank.spec, {path: values[key] for key, paths in self._holes.items() for path in paths})
        planned = PlannedTrial(self._blank.study, spec, self._blank.checksum)
        with contextlib.suppress(ValueError):  # of what is no number, which the trial itself says when it is asked
            vars(planned)["trial_id"] = self._trial_id(values)  # what the cached property would find, much later
        return planned

    def _trial_id(self, values: Mapping[str, Any]) -> str:
        text = self._text[0]
        for (key, is_level), piece in zip(self._asked, self._text[1:], strict=True):
            text += canonical_json(plain_number(values[key]) if is_level else values[key]) + piece
        return hashlib.sha256(text.encode()).hexdigest()


def filled(spec: Mapping[str, Any], values: Mapping[Path, Any]) -> dict[str, Any]:
    """The spec with other values at these places; only what leads to them is copied."""
    whole = dict(spec)
    for path, value in values.items():
        node: Any = whole
        for part in path[:-1]:
            child = node[part]
            node[part] = dict(child) if isinstance(child, Mapping) else list(child)
            node = node[part]
        node[path[-1]] = value
    return whole
