"""Lines that run along a link: those on a way between its ends that is not much longer than the shortest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.draft import scipy_part

if TYPE_CHECKING:
    from corridor_opt.model.joining.hold import Ground

# A way beside a link is longer than the shortest by no more than the larger of the two; assumptions.
WIDER = 1.1
WIDER_KM = 5.0


def parallel(ground: Ground, km: np.ndarray, ends: tuple[int, int], most: float) -> dict[int, float]:
    """Find the lines on ways between two places that visit no place twice.

    Looked at are, for each line, the shortest way to one of its ends, the line, and the shortest way from its other
    end (Abraham et al. 2013, "Alternative routes in road networks", with lines in place of nodes).

    Parameters
    ----------
    ground
        The lines.
    km
        Lengths of all lines.
    ends
        Numbers of the two places on the ground.
    most
        Km; when the shortest way is longer than that, nothing is found.

    Returns
    -------
    dict
        Km of the shortest such way by row of a line; empty when there is no way.
    """
    lines = ground.lines(km)
    reach = WIDER * most + WIDER_KM
    far, before = scipy_part("sparse.csgraph").dijkstra(
        lines.matrix, False, ends, return_predecessors=True, limit=reach
    )
    shortest = float(far[0, ends[1]])
    if not shortest <= most:
        return {}
    reach = max(WIDER * shortest, shortest + WIDER_KM)
    low, high = ground.low, ground.high
    there, back = far[0, low] + km[ground.rows] + far[1, high], far[0, high] + km[ground.rows] + far[1, low]
    whole = np.minimum(there, back)
    trees = [_Tree(tree) for tree in before]
    found: dict[int, float] = {}
    near = np.flatnonzero(whole <= reach)
    for i in near[np.argsort(whole[near], kind="stable")]:
        one, other = (low[i], high[i]) if there[i] <= back[i] else (high[i], low[i])
        out, home = trees[0].way(int(one)), trees[1].way(int(other))
        if set(out).isdisjoint(home):
            for row in (*lines.along(out), *lines.along(home), ground.rows[i]):
                found.setdefault(int(row), float(whole[i]))
    return found


class _Tree:
    """Shortest ways to the root of a tree, found once each."""

    def __init__(self, before: np.ndarray) -> None:
        self.before = before
        self.known: dict[int, tuple[int, ...]] = {}

    def way(self, node: int) -> tuple[int, ...]:
        """Give the numbers from a node to the root."""
        steps = [node]
        while steps[-1] not in self.known and self.before[steps[-1]] >= 0:
            steps.append(int(self.before[steps[-1]]))
        whole = (*steps[:-1], *self.known.get(steps[-1], (steps[-1],)))
        self.known[node] = whole
        return whole
