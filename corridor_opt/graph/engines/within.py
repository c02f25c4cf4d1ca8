"""What paths within limits may use of a graph: looked for near the best value first, then farther."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from corridor_opt.graph.arrays import NO_LIMIT, Integers, Query
from corridor_opt.graph.engines.part import Meeting, Part, capped, meet, narrowed, whole
from corridor_opt.graph.engines.squeeze import Mix, beyond, squeezed

if TYPE_CHECKING:
    from corridor_opt.graph.engines.contracted import Contracted

TIGHT = 1.25  # a limit that is no more than so many times the least there is leaves little to search
SLACK = 1024  # the first look goes this part of 2^16 farther than the least there is
CLOSE = 512  # among tight limits, this part farther than a lower bound
NEXT = 64  # several paths are thought to be found this part above the first
WIDER = 16  # how many times farther the next look goes


class Within:
    """What is left of a graph by limits on all criteria, and by how far a look goes.

    Parameters
    ----------
    query, shared
        The graph, and what was made ready for it.
    columns
        Criteria: the one that is minimised, then those with limits.
    upper
        Limits on them.
    count
        How many paths are asked for.
    large
        Arcs from which on a look begins near the best value.
    check_clock
        Called between steps; raises where there is no time left.

    Attributes
    ----------
    ceiling
        Paths up to this value of the minimised criterion are looked at.
    mix
        A further criterion, a mix of two, that the look has brought along.
    """

    def __init__(
        self,
        query: Query,
        shared: Contracted | None,
        columns: Sequence[int],
        upper: Integers,
        count: int,
        large: int,
        check_clock: Callable[[], None],
    ) -> None:
        self.columns, self.upper, self.count, self.large, self.check_clock = columns, upper, count, large, check_clock
        self.whole, self.number = whole(query, shared)
        self.buckets = min(1 << 22, 64 * len(self.whole.ground.head) + (1 << 16))
        self.meetings: dict[int, Meeting] = {}
        self.limited: Part | None = None
        self.mix: Mix | None = None
        # the first path is not above what turns up, the next ones not far above
        self.more = 0 if count == 1 else NEXT
        self.ceiling = int(upper[0])
        self.looked = 0
        self.near, self.slack = self.first_look()

    def nothing(self) -> bool:
        """Whether it is known already that no path keeps the limits."""
        return any(met.least > self.upper[j] for j, met in self.meetings.items())

    def farther(self, found: bool) -> None:
        """Go farther with the next look; `found`: whether the last ones brought paths."""
        self.looked += 1
        if self.near and len(self.columns) > 1 and (self.looked > 2 or not found):
            self.near, self.slack, self.looked = False, CLOSE, 0
        else:
            self.slack = self.slack * WIDER if self.looked < 3 else NO_LIMIT
            self.more *= WIDER

    def first_look(self) -> tuple[bool, int]:
        """Choose whether to begin near the best value without limits or with all that a tight limit leaves."""
        if len(self.whole.ground.head) < self.large:
            return False, NO_LIMIT
        for j in range(1, len(self.columns)):
            if self.upper[j] <= TIGHT * self.met(j).least:
                return False, CLOSE
        self.met(0)
        return True, 0 if self.count == 1 and len(self.columns) == 1 else SLACK

    def usable(self) -> Part | None:
        """Find what paths may use that are no worse than the slack allows; None if there is none."""
        self.mix = None
        if self.near:
            self.ceiling = min(int(self.upper[0]), beyond(self.met(0).least, self.slack))
            part = self.narrow(self.whole, 0, self.ceiling)
            for j in range(1, len(self.columns)):
                part = self.narrow(part, j, int(self.upper[j]))
            return part
        self.ceiling = int(self.upper[0])
        if self.limited is None:
            self.limited = self.whole
            for j in sorted(range(1, len(self.columns)), key=self.tightness):
                self.limited = self.narrow(self.limited, j, int(self.upper[j]))
        if self.limited is None or self.limited is self.whole or self.slack >= NO_LIMIT:
            return self.narrow(self.limited, 0, self.ceiling)
        part, self.ceiling, self.mix = squeezed(
            self.limited, self.upper.tolist(), self.slack, self.more, self.buckets, self.check_clock
        )
        return part if part.columns else None

    def tightness(self, j: int) -> float:
        """Say how tight a limit is, as far as that is known."""
        return int(self.upper[j]) / max(self.meetings[j].least, 1) if j in self.meetings else NO_LIMIT

    def narrow(self, part: Part | None, j: int, limit: int) -> Part | None:
        """Keep what paths within one limit may use; None where there are none."""
        if part is None:
            return None
        self.check_clock()
        limit = capped(limit)
        if part is self.whole:
            met, column, keep = self.met(j), self.columns[j], self.columns
            self.meetings.pop(j)
        else:
            met, column, keep = meet(part, j, limit, self.buckets), j, list(range(len(self.columns)))
        return None if met.least > limit else narrowed(part, column, limit, met, keep)

    def met(self, j: int) -> Meeting:
        """Search all of the graph from both ends in one criterion, once."""
        if j not in self.meetings:
            self.check_clock()
            self.meetings[j] = meet(self.whole, self.columns[j], capped(int(self.upper[j])), self.buckets)
        return self.meetings[j]
