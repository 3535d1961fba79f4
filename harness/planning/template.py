"""Templates of trials that differ in a few values. A template makes a trial and its id in microseconds."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.core import PROTOCOL_VERSION
from harness.running.identity import LATER, Path, PlannedTrial, canonical_json, id_of, identifying, plain_number

_MARK = "\ue000hole {}\ue000"
_MARKS = re.compile(r'"\\ue000hole (\d+)\\ue000"')


class Template:
    """A spec with holes.

    Trials of one template share all parts of their specs without holes. So a hundred thousand of them take little memory,
    and are small when they are sent to a worker. Their ids equal those that `PlannedTrial.trial_id` computes from the whole
    spec.
    """

    def __init__(self, study: str, spec: Mapping[str, Any], checksum: str, holes: Mapping[str, Sequence[Path]]) -> None:
        """A template of trials.

        Args:
            study: the study's name.
            spec: any filled spec; the values in the holes do not matter.
            checksum: the checksum of the content of the data set.
            holes: the places for the value of each setting.
        """
        self._blank = PlannedTrial(study, spec, checksum)
        self._holes = holes
        self._text, self._asked = self._identity_text()
        self._later = [key for key, paths in holes.items() if any(path[0] in LATER for path in paths)]

    def _identity_text(self) -> tuple[list[str], list[tuple[str, bool]]]:
        """The text whose hash is the trial id, cut at the holes; and for each cut its setting, and whether that is a level."""
        settings = [(key, path) for key, paths in self._holes.items() for path in paths]
        marked = filled(self._blank.spec, {path: _MARK.format(n) for n, (_, path) in enumerate(settings)})
        blank = self._blank
        text = canonical_json([PROTOCOL_VERSION, blank.study, identifying(marked), blank.checksum])
        pieces = _MARKS.split(text)
        cuts = [settings[int(number)] for number in pieces[1::2]]
        return pieces[::2], [(key, len(path) == 1) for key, path in cuts]

    def trial(self, values: Mapping[str, Any]) -> PlannedTrial:
        """The trial with these values in the holes, one for each setting of the template."""
        spec = filled(self._blank.spec, {path: values[key] for key, paths in self._holes.items() for path in paths})
        planned = PlannedTrial(self._blank.study, spec, self._blank.checksum)
        if any(values[key] is None for key in self._later):  # the text of its identity has no such hole
            return planned
        with contextlib.suppress(ValueError):  # not finite: `PlannedTrial.trial_id` refuses it later
            vars(planned)["trial_id"] = self._trial_id(values)  # the cached property's value, sooner
        return planned

    def _trial_id(self, values: Mapping[str, Any]) -> str:
        text = self._text[0]
        for (key, is_level), piece in zip(self._asked, self._text[1:], strict=True):
            text += canonical_json(plain_number(values[key]) if is_level else values[key]) + piece
        return id_of(text)


def filled(spec: Mapping[str, Any], values: Mapping[Path, Any]) -> dict[str, Any]:
    """The spec with other values at these places. Only the containers on the way to them are copied."""
    whole = dict(spec)
    for path, value in values.items():
        node: Any = whole
        for part in path[:-1]:
            child = node[part]
            node[part] = dict(child) if isinstance(child, Mapping) else list(child)
            node = node[part]
        node[path[-1]] = value
    return whole
