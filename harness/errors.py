"""Errors form one tree, so that a caller can catch what it can mend.

HarnessError            the run was asked for something it cannot do; one sentence says what, where, what to do
├── DataError           a data set cannot be had or is not usable
├── ConfigError         a configuration is wrong
└── AnswerError         a model or a detector answered what cannot be
"""

from __future__ import annotations


class HarnessError(Exception):
    """The run was asked for something it cannot do. The message is one sentence for the user."""


class DataError(HarnessError):
    """A data set is not available or not usable."""


class ConfigError(HarnessError):
    """A configuration is wrong."""


class AnswerError(HarnessError):
    """A model or a detector answered what cannot be, such as a probability of 5."""
