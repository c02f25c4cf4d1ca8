"""A graph contracted once for many queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from corridor_opt.graph.arrays import Integers, Query

if TYPE_CHECKING:
    from corridor_opt.kernels.chains import Core
    from corridor_opt.kernels.dial import Backward

MOST_BUCKETS = 1 << 22


class Contracted(NamedTuple):
    """What the searches of one graph share.

    Attributes
    ----------
    core
        Its chains made single arcs.
    backward
        The core's arcs by the vertex they enter.
    largest
        Largest weight of the core's arcs in each criterion.
    """

    core: Core
    backward: Backward
    largest: Integers

    def most_buckets(self) -> int:
        """Say how many buckets are in proportion to the graph."""
        return min(MOST_BUCKETS, 64 * len(self.core.head) + (1 << 16))

    def has_buckets_for(self, largest: int) -> bool:
        """Say whether a largest weight leaves it at that."""
        return largest <= self.most_buckets()


def contracted(query: Query) -> Contracted:
    """Contract the open arcs of a query's graph and turn them round."""
    from corridor_opt.kernels import chains, dial

    core = chains.contract(query.first_out, query.head, query.weight, query.is_open)
    backward = dial.turn(core.first, core.head, core.weight)
    largest = backward.weight.max(axis=1, initial=0).astype("int64")
    return Contracted(core, backward, largest)
