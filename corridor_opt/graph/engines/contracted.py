"""A graph contracted once for many queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from corridor_opt.graph.arrays import Integers, Query

if TYPE_CHECKING:
    from corridor_opt.kernels.arcs import Arcs
    from corridor_opt.kernels.chains import Core

MOST_BUCKETS = 1 << 22


class Contracted(NamedTuple):
    """What the searches of one graph share.

    Attributes
    ----------
    core
        Its chains made single arcs.
    backward, forward
        The core's arcs by the vertex they enter and by the one they leave.
    longest
        int64 (k,): sum over the vertices of the core of the largest weight of an arc out of each, which no path
        without circles exceeds. Ends of a query inside chains add their own arcs.
    """

    core: Core
    backward: Arcs
    forward: Arcs
    longest: Integers

    @property
    def largest(self) -> Integers:
        """Largest weight of the core's arcs in each criterion."""
        largest: Integers = self.forward.largest
        return largest

    def of(self, columns: Sequence[int]) -> Contracted:
        """Keep some criteria only, in any order."""
        kept = list(columns)
        core = self.core._replace(weight=np.ascontiguousarray(self.core.weight[:, kept]))
        backward, forward = (
            arcs._replace(pair=arcs.pair[kept], largest=arcs.largest[kept], total=arcs.total[kept])
            for arcs in (self.backward, self.forward)
        )
        return Contracted(core, backward, forward, self.longest[kept])

    def most_buckets(self) -> int:
        """Say how many buckets are in proportion to the graph."""
        return min(MOST_BUCKETS, 64 * len(self.core.head) + (1 << 16))

    def has_buckets_for(self, largest: int) -> bool:
        """Say whether a largest weight leaves it at that."""
        return largest <= self.most_buckets()


def contracted(query: Query, *keep: int) -> Contracted:
    """Contract the open arcs of a query's graph and turn them round; some vertices stay in any case."""
    from corridor_opt.kernels import arcs, chains

    core = chains.contract(query.first_out, query.head, query.weight, query.is_open, np.array(keep, np.int64))
    every = query.is_open[:0]
    return Contracted(
        core,
        arcs.turn(core.first, core.head, core.weight, every),
        arcs.pair_up(core.first, core.head, core.weight, every),
        chains.longest(core.first, core.weight),
    )
