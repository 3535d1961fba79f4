"""trackio, with its folder copied where it shares runs through a Space alone."""

from __future__ import annotations

from harness.tracking.adapters.copied import Copied
from harness.tracking.adapters.trackio import Trackio


class TrackioHelped(Copied, Trackio):
    """The folder is copied."""


TRACKER = TrackioHelped
