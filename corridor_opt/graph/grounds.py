"""A graph with all that paths through it come to, made ready once for many searches."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import Integers, Query, checked
from corridor_opt.graph.methods import Method, SearchLimits
from corridor_opt.graph.shared import Shared

if TYPE_CHECKING:
    from corridor_opt.graph.prepared import PreparedGraph, Toward
    from corridor_opt.graph.search import FrontArrays
    from corridor_opt.kernels.arcs import Arcs

WORD = 64  # items a word of bits


@dataclass(frozen=True, eq=False)
class Ground:
    """A graph with all that paths through it come to.

    Parameters
    ----------
    first_out, head, tail
        See `routing_graph.RoutingGraph`.
    weight
        int64 (arcs, k): every criterion, searched or not.
    is_open
        bool (arcs,): arcs that may be used.
    held
        uint64 (arcs, words): items each arc holds, see `shared.Shared`, as bits: see `as_bits`.
    gain
        int64 (items, k): what each item adds once to a path that meets it.
    searched
        Columns: the criterion that is minimised or, for fronts, all of them; then others that have limits.
    """

    first_out: Integers
    head: Integers
    tail: Integers
    weight: Integers
    is_open: NDArray[np.bool_]
    held: NDArray[np.uint64]
    gain: Integers
    searched: tuple[int, ...]

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what each process makes for itself."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def _columns(self) -> Integers:
        return np.array(self.searched)

    @functools.cached_property
    def narrow(self) -> Integers:
        """Weights of the searched columns."""
        return np.ascontiguousarray(self.weight[:, self._columns])

    @functools.cached_property
    def shared(self) -> Shared | None:
        """Items that count in a searched column; None where none does."""
        items = np.flatnonzero(self.gain[:, self._columns].any(axis=1))
        if not len(items):
            return None
        member = (self.held[:, items // WORD] >> (items % WORD).astype(np.uint64)) & np.uint64(1)
        return Shared(member.astype(np.bool_), self.gain[np.ix_(items, self._columns)])

    @functools.cached_property
    def laid(self) -> Arcs:
        """Arcs as one-to-all searches read them, with the weights of the first searched column."""
        from corridor_opt.kernels import arcs

        query = self.query
        return arcs.pair_up(query.first_out, query.head, query.weight, query.is_open)

    @functools.cached_property
    def query(self) -> Query:
        """Arrays that kernels may trust, with the first searched column alone; its ends stand for nothing."""
        return checked(self.first_out, self.head, self.narrow[:, :1], 0, 0, None, self.is_open, None)

    @functools.cached_property
    def prepared(self) -> PreparedGraph:
        """The graph contracted for fronts."""
        from corridor_opt.graph.prepared import prepare

        return prepare(self.first_out, self.head, self.narrow, is_open=self.is_open)

    def front(
        self,
        source: int,
        target: int,
        upper: Integers,
        limits: SearchLimits | None,
        method: Method | None = None,
        toward: Toward | None = None,
    ) -> FrontArrays:
        """Search the front of one pair; `toward` has what is known of the target.

        Raises
        ------
        KeyboardInterrupt
            A Ctrl-C, which a search takes for the end of its patience: half a part of many pairs is of no use.
        """
        from corridor_opt.graph.search import pareto_front  # which makes kernels ready, these among them

        if toward is not None:
            found = toward.front(source, method=method, search_limits=limits, upper=upper)
        else:
            found = pareto_front(
                self.first_out,
                self.head,
                self.narrow,
                source,
                target,
                is_open=self.is_open,
                upper=upper,
                shared=self.shared,
                method=method,
                search_limits=limits,
            )
        if found.reason == "interrupt":
            raise KeyboardInterrupt
        return found

    def values(self, sums: Integers, met: NDArray[np.uint64]) -> Integers:
        """Give what paths come to: sums of their arcs, and what each item they met adds."""
        items = np.arange(len(self.gain))
        bits = (met[:, items // WORD] >> (items % WORD).astype(np.uint64)) & np.uint64(1)
        total: Integers = sums + bits.astype(np.int64) @ self.gain
        return total

    def of_path(self, path: Integers) -> Integers:
        """Give what one path comes to: int64 (k,)."""
        met = np.bitwise_or.reduce(self.held[path], axis=0)[None]
        return self.values(self.weight[path].sum(axis=0)[None], met)[0]


def as_bits(member: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Pack rows of booleans into words of 64 bits, at least one: uint64 (rows, words)."""
    rows, items = member.shape
    words = np.zeros((rows, max(1, -(-items // WORD))), np.uint64)
    for item in range(items):
        words[:, item // WORD] |= member[:, item].astype(np.uint64) << np.uint64(item % WORD)
    return words
