"""One error class: a code to act on, a sentence to read. The cause travels as ``__cause__``."""

from __future__ import annotations


class DuallaneError(Exception):
    """Raised for everything that Duallane refuses or cannot do.

    code: kebab-case word for programs ("node-missing", "daemon-unreachable", "sql-refused", ...).
    sentence: what happened, what it means, and what to do about it.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class RunCanceled(DuallaneError):
    """The run was cancelled from outside: raised by log_step, so that the training loop ends. Code "run-canceled"."""

    def __init__(self, sentence: str) -> None:
        super().__init__("run-canceled", sentence)


class FrameRingError(DuallaneError):
    """A frame or a ring that cannot be: "frame-size", "frame-format", "ring-space", "ring-closed", ..."""
