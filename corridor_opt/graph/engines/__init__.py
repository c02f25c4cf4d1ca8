"""The kinds of search behind one face: each finds bounds, opens its source and settles labels in chunks.

    wide      exact, 64 bits, a heap: any numbers, small graphs
    narrow    exact, 32 bits, buckets, over a contracted graph: large graphs
    bounded   within (1 + eps), as narrow
    single    one criterion: Dijkstra
    first     the best path within limits: narrow, stopped at its first solution
    best      the best simple paths within limits, one after the other, 64 bits
    shared    exact, where arcs share items that are paid for once; 64 bits, a heap

What they share: `contracted` and `bounding` (a graph made ready, bounds of a query), `order` (of criteria), `part`,
`squeeze` and `within` (what limits leave of a graph), `shared_items` (what is left of items), `run` (limits, clock and
progress of a search), `interrupt` (Ctrl-C).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from corridor_opt.graph.arrays import Integers

if TYPE_CHECKING:
    from corridor_opt.kernels.buckets import Bucketed
    from corridor_opt.kernels.labels import Labels
    from corridor_opt.kernels.shared_labels import SharedLabels


class Unfit(Exception):
    """The numbers of a query are too large for 32 bits or for buckets."""


class Counts(NamedTuple):
    """Labels settled, open and ever generated."""

    settled: int
    open: int
    generated: int


class Engine(Protocol):
    """One search, advanced in chunks.

    Attributes
    ----------
    lower
        Distances from the source to the target in the caller's order, 0 until they are known.
    """

    lower: Integers

    def bound(self, check_clock: Callable[[], None]) -> int:
        """Find bounds and the usable graph; give their bytes, 0 where no path is within the limits."""

    def open(self) -> int:
        """Open the source; give the bytes of the labels."""

    def advance(self, pops: int, most: int) -> int:
        """Settle labels; give a status of `kernels.labels` or `kernels.buckets`."""

    def growth(self, status: int) -> int:
        """Give the bytes that `grow` would add."""

    def grow(self, status: int) -> None:
        """Make more room."""

    def counts(self) -> Counts:
        """Count labels."""

    def solutions(self) -> int:
        """Count the points of the front that are certain."""

    def leading(self) -> int:
        """Say in the order of which criterion points are found."""

    def proven(self) -> tuple[int, ...]:
        """Give a key: every point of the front that is lexicographically smaller is found."""

    def front(self) -> tuple[Integers, list[Integers]]:
        """Copy values and paths out of the state."""


def counted(labels: Labels | Bucketed | SharedLabels | None) -> Counts:
    """Read the tally of a state.

    Parameters
    ----------
    labels
        State of a search; None before it is opened.

    Returns
    -------
    Counts
        None of any kind before.
    """
    from corridor_opt.kernels import labels as pool

    if labels is None:
        return Counts(0, 0, 0)
    tally = labels.tally
    return Counts(int(tally[pool.SETTLED]), int(tally[pool.OPEN]), int(tally[pool.GENERATED]))
