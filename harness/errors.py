"""Errors form one tree, so that a caller can catch what it can mend.

HarnessError            the run was asked for something it cannot do; one sentence says what, where, what to do
├── DataError           a data set is not usable
│   └── UnavailableError  it cannot be had now: a network, a package index or a disk is in the way
├── ConfigError         a configuration, a name or a word of a command line is wrong
│   └── UnreadableError   a detector cannot read what there is of a stream; it says so with a code
└── AnswerError         a model or a detector answered what cannot be
"""

from __future__ import annotations

from typing import ClassVar


class HarnessError(Exception):
    """The run was asked for something it cannot do. The message is one sentence for the user.

    Attributes:
        exit_code: of a command that ends with this error: 2 for what the user gave, 1 for all else (a disk, a network).
    """

    exit_code: ClassVar[int] = 1


class DataError(HarnessError):
    """A data set is not available or not usable."""

    exit_code = 2


class UnavailableError(DataError):
    """A data set that there is cannot be had now: the same command may do later."""

    exit_code = 1


class ConfigError(HarnessError):
    """A configuration, a name or a word of a command line is wrong."""

    exit_code = 2


class UnreadableError(ConfigError):
    """A detector cannot read what there is of a stream, such as confidences that are all the same.

    Attributes:
        code: the reason for programs, one of `harness.core.Code`.
    """

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.code = str(code)


class AnswerError(HarnessError):
    """A model or a detector answered what cannot be, such as a probability of 5."""
