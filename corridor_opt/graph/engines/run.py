"""One search under way: its limits, its clock and what it tells while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic, perf_counter
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from corridor_opt.errors import DataError
from corridor_opt.graph.engines import Engine, Unfit
from corridor_opt.graph.engines.interrupt import Interrupts
from corridor_opt.graph.methods import SearchLimits

Kind = TypeVar("Kind", bound=Engine)
Reason: TypeAlias = Literal["labels", "bytes", "seconds", "interrupt"]

FIRST_CHUNK = 1024  # labels that leave the queue before limits are looked at
MOST_LABELS = 2**31 - 2  # settled labels have 32-bit numbers; more would take 16 GB


class Progress(NamedTuple):
    """What a search tells its caller between two chunks of work.

    Attributes
    ----------
    expanded
        Labels settled so far.
    open
        Labels that wait.
    solutions
        Points of the front found so far.
    seconds
        Wall time since the search began, bounds included.
    bound
        Every point of the front that is lexicographically smaller has been found.
    """

    expanded: int
    open: int
    solutions: int
    seconds: float
    bound: tuple[int, ...]


class Stop(Exception):
    """A search limit was reached."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


class Run:
    """Lets an engine work within limits.

    Attributes
    ----------
    bytes
        Memory of the arrays of the search.
    """

    def __init__(self, limits: SearchLimits | None, progress: Callable[[Progress], object] | None) -> None:
        faults: list[str] = []
        if limits is not None and not isinstance(limits, SearchLimits):
            faults.append(f"search_limits: SearchLimits or None expected, not {limits!r}")
        if progress is not None and not callable(progress):
            faults.append(f"progress: something to call or None expected, not {progress!r}")
        if faults:
            raise DataError("this search cannot be run", faults)
        self.limits = limits if limits is not None else SearchLimits()
        self.progress = progress
        self.interrupts = Interrupts()
        self.bytes = 0
        self.began = perf_counter()
        self.searching: float | None = None
        self.ended: float | None = None

    def uncounted(self, work: Callable[[], object]) -> None:
        """Do what is not part of the search, such as to compile kernels, and put the clock back."""
        began = monotonic()
        work()
        self.began += monotonic() - began

    def search(self, engines: Iterable[Kind]) -> tuple[Kind | None, Reason | None]:
        """Let engines work, each until the numbers prove too large for it and the next one begins again.

        Parameters
        ----------
        engines
            Fresh ones, in the order in which to try them.

        Returns
        -------
        engine
            The last that was tried; None if none was.
        reason
            What stopped it, None when it came to its end.
        """
        engine: Kind | None = None
        try:
            for engine in engines:
                try:
                    self.settle(engine)
                    break
                except Unfit:
                    continue
        except Stop as stop:
            return engine, stop.reason
        except KeyboardInterrupt:
            return engine, "interrupt"
        return engine, None

    def settle(self, engine: Engine) -> None:
        """Find bounds, then settle labels, chunk after chunk, until the front is complete.

        Parameters
        ----------
        engine
            A fresh one.

        Raises
        ------
        Stop
            At a limit.
        """
        from corridor_opt.kernels import labels as pool

        self.searching = self.ended = None
        self.bytes = engine.bound(self.check_clock)
        self.searching = perf_counter()
        if self.bytes == 0:
            return
        most = MOST_LABELS if self.limits.labels is None else min(int(self.limits.labels), MOST_LABELS)
        self.grow(engine.open())
        pops = FIRST_CHUNK
        while True:
            self.check_clock()
            began = perf_counter()
            status = engine.advance(pops, most)
            if status == pool.DONE:
                self.ended = perf_counter()
                return
            if status == pool.FULL:
                raise Stop("labels")
            if status != pool.PAUSED:
                self.grow(engine.growth(status))
                engine.grow(status)
                continue
            # often enough for limits and Ctrl-C, seldom enough to cost nothing
            seconds = perf_counter() - began
            pops = max(pops // 2, 64) if seconds > 0.2 else 2 * pops if seconds < 0.05 else pops
            if self.progress is not None:
                counts = engine.counts()
                self.progress(
                    Progress(
                        expanded=counts.settled,
                        open=counts.open,
                        solutions=engine.solutions(),
                        seconds=perf_counter() - self.began,
                        bound=engine.proven(),
                    )
                )

    def check_clock(self) -> None:
        """Stop when the time is over or Ctrl-C was pressed."""
        self.interrupts.raise_if_any()
        if self.limits.seconds is not None and perf_counter() - self.began >= self.limits.seconds:
            raise Stop("seconds")

    def grow(self, more: int) -> None:
        """Account for new arrays, or stop when they are too many."""
        if self.limits.bytes is not None and self.bytes + more > self.limits.bytes:
            raise Stop("bytes")
        self.bytes += more

    def times(self) -> tuple[float, float, float]:
        """Give the seconds of bounds, of the search and since it ended."""
        now = perf_counter()
        ended = now if self.ended is None else self.ended
        searching = ended if self.searching is None else self.searching
        return searching - self.began, ended - searching, now - ended
