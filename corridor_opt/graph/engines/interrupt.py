"""Ctrl-C while compiled code runs: noted at once, raised between two calls."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class Interrupts:
    """Holds Ctrl-C back until `raise_if_any`, or until the block ends.

    A KeyboardInterrupt that comes while a compiled function hands over its result would end the process, for numba
    does not expect it there. Only the main thread gets signals; elsewhere this does nothing.
    """

    def __init__(self) -> None:
        self.noted = False
        self.before: Any = None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT)):
            self.before = signal.signal(signal.SIGINT, self.note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)
        if kind is None:
            self.raise_if_any()

    def note(self, number: int, frame: FrameType | None) -> None:
        """Note that Ctrl-C was pressed."""
        self.noted = True

    def raise_if_any(self) -> None:
        """Let the caller's own handler have a Ctrl-C that was noted: it raises KeyboardInterrupt as a rule."""
        if self.noted:
            self.noted = False
            self.before(signal.SIGINT, None)
