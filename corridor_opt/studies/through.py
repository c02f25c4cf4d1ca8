"""Ways through something that visit no place twice.

A search that must use one of some arcs may go there and turn back, which no planner calls a way through. Such walks
are put aside by branching: a way that visits no place twice enters a place at most once, before it has met what it must
meet or after; the walk that enters it twice is in neither half. Each half is searched again, the most promising first,
until what is best visits no place twice. (The branching of E. L. Lawler, A procedure for computing the K best solutions
to discrete optimization problems, Management Science 18(7), 1972, on places instead of arcs.)
"""

from __future__ import annotations

import copy
import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.graph.encode import NAMES
from corridor_opt.graph.methods import SearchLimits
from corridor_opt.graph.routing_graph import Ints, Mask, layered
from corridor_opt.graph.shared import Shared
from corridor_opt.studies.task import Task

if TYPE_CHECKING:
    from corridor_opt.graph.search import FrontArrays

MOST_HALVES = 400  # searches for one best way
MOST_FRONTS = 24  # searches for a front of ways
MOST_LABELS = 600_000  # of the searches for a front of ways, together; the same on every machine
AT_ONCE = 2**22  # comparisons held in memory at a time
SAMPLE = 256  # walks that are looked at to choose the next place


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways through something, none beaten by another in all criteria searched.

    Parameters
    ----------
    values
        Whole steps of each criterion searched, sorted.
    paths
        Arcs of the base graph of each.
    exact
        Whether they are all: False where the search stopped before; each of them is a way all the same.
    """

    values: Ints
    paths: list[Ints]
    exact: bool


class Through:
    """Searches of ways of a task that use some arcs and visit no place twice.

    Parameters
    ----------
    task
        The question in one world.
    wanted
        Arcs of the base graph; a way uses one of them at least.

    Notes
    -----
    Where the question has stops of its own (`via`), a route may have to visit a place twice; then only places on both
    sides of the arc wanted count.
    """

    def __init__(self, task: Task, wanted: Mask) -> None:
        self.task = task
        self.graph = layered(task.graph, [task.spread(wanted, False)])
        n = task.graph.vertices
        base, self.origin = task.base, self.graph.origin
        self.source, self.target = task.source, task.target + n
        place_of = {node: i for i, node in enumerate(dict.fromkeys(base.node))}
        place = np.array([place_of[node] for node in base.node], np.int64)
        start, end = (place_of[one.node] for one in (task.question.origin, task.question.destination))
        self.start = start
        tail, head = (place[v % base.vertices] for v in (self.graph.tail, self.graph.head))
        self.enters = tail != head
        self.into = np.where(self.enters, head, -1)
        self.after = self.graph.tail >= n  # arcs beyond what is wanted
        self.closed = self.spread(wanted, False) & (self.graph.head < n)  # the first use leads on
        if not task.question.via:
            self.closed |= self.enters & ((head == start) | (tail == end))

    def spread(self, base: np.ndarray, between: object) -> np.ndarray:
        """Carry an array over arcs of the base graph to the graph of the search."""
        rows = base[self.origin]
        rows[self.origin < 0] = np.array(between, dtype=base.dtype)
        return rows

    def best(
        self,
        weight: Ints,
        is_open: Mask | None = None,
        *,
        criterion: str = "",
        limits: Sequence[str] = (),
    ) -> tuple[int, Ints] | None:
        """Find the best way by one weight.

        Parameters
        ----------
        weight
            A number for each arc of the base graph.
        is_open
            Arcs of the base graph; those of the task when None.
        criterion
            The criterion the weight is of, so that what hazards and laws add to it is counted; none when empty.
        limits
            Limited criteria whose limits are kept.

        Returns
        -------
        tuple or None
            Its value and the arcs of the base graph; None where there is no way.

        Raises
        ------
        TimeoutError
            Undecided after `MOST_HALVES` searches.
        """
        open_arcs = self.spread(self.task.weights.is_open if is_open is None else is_open, True) & ~self.closed
        columns = [self.spread(weight, 0)]
        columns += [self._column(name) for name in limits]
        at = [self.task.searched.index(name) for name in limits]
        upper = [None, *(self.task.upper[i] for i in at)] if limits else None
        shared = self._shared([criterion, *limits]) if criterion else None
        weights = np.column_stack(columns)
        ticket = count()
        heap: list[tuple[int, int, Mask, Ints]] = []

        def push(closed: Mask) -> None:
            found = self._search(weights, open_arcs & ~closed, upper, shared, None)
            if len(found.values):
                heapq.heappush(heap, (int(found.values[0, 0]), next(ticket), closed, found.paths[0]))

        push(np.zeros(len(open_arcs), bool))
        for _ in range(MOST_HALVES // 2):
            if not heap:
                return None
            value, _, closed, path = heapq.heappop(heap)
            twice = self._twice(path)
            if twice is None:
                return value, self._arcs(path)
            for half in self._halves(*twice):
                push(closed | half)
        raise TimeoutError

    def front(
        self,
        upper: Sequence[int | None] | None = None,
        matters: Callable[[Ints], Mask] | None = None,
        most: int | None = None,
    ) -> Ways:
        """Find the ways that no other way beats in all criteria searched.

        Parameters
        ----------
        upper
            Greatest value of each criterion searched; the limits of the question when None.
        matters
            Says of values whether a way of such values, or worse ones, may be of use; others need not be found. What
            does not matter must not matter when it gets worse. All matter when None.
        most
            Searches at most; `MOST_FRONTS` when None.
        """
        task = self.task
        limit = task.upper if upper is None else upper
        open_arcs = self.spread(task.weights.is_open, True) & ~self.closed
        weights = np.column_stack([self._column(name) for name in task.searched])
        shared = self._shared(task.searched)
        todo = [np.zeros(len(open_arcs), bool)]
        values = np.zeros((0, len(task.searched)), np.int64)
        paths: list[Ints] = []
        labels, exact = MOST_LABELS, True
        for _ in range(MOST_FRONTS if most is None else most):
            if not todo:
                break
            closed = todo.pop(0)
            found = self._search(weights, open_arcs & ~closed, limit, shared, SearchLimits(labels=max(labels, 1)))
            labels -= found.expanded
            exact &= found.status == "complete"
            if not len(found.values):
                continue
            walks = self._walks(found.paths)
            useful = np.ones(len(walks), bool) if matters is None else matters(found.values)
            straight = np.flatnonzero(~walks & useful)
            values, paths = _merged(values, paths, found.values[straight], [found.paths[i] for i in straight])
            turning = np.flatnonzero(walks & useful)
            turning = turning[~covered(found.values[turning], values)].tolist()
            if turning and labels > 0:
                step = max(len(turning) // SAMPLE, 1)
                seen = [self._twice(found.paths[i]) for i in turning[::step]]
                ways = Counter(one for one in seen if one is not None)
                todo += [closed | half for half in self._halves(*ways.most_common(1)[0][0])]
            elif turning:
                exact = False
        exact &= not todo
        return Ways(values, [self._arcs(path) for path in paths], exact)

    def _search(
        self,
        weights: Ints,
        is_open: Mask,
        upper: Sequence[int | None] | None,
        shared: Shared | None,
        limits: SearchLimits | None,
    ) -> FrontArrays:
        from corridor_opt.graph.search import pareto_front

        graph = self.graph
        return pareto_front(
            graph.first_out,
            graph.head,
            weights,
            self.source,
            self.target,
            is_open=is_open,
            upper=upper,
            shared=shared,
            search_limits=limits,
        )

    def weight_of(self, name: str) -> Ints:
        """What each arc of the base graph adds to a criterion, penalties included."""
        j = NAMES.index(name)
        return np.asarray(self.task.weights.weight[:, j] + self.task.penalty[:, j])

    def _column(self, name: str) -> Ints:
        return self.spread(self.weight_of(name), 0)

    def _shared(self, criteria: Sequence[str]) -> Shared | None:
        gain = self.task.gain[:, [NAMES.index(name) for name in criteria]]
        return Shared(self.spread(self.task.held, False), gain) if gain.any() else None

    def _arcs(self, path: Ints) -> Ints:
        """Arcs of the base graph of a path."""
        arcs = self.origin[path]
        return arcs[arcs >= 0]

    def _walks(self, paths: Sequence[Ints]) -> Mask:
        """Which paths enter a place twice."""
        lengths = [len(path) for path in paths]
        arcs = np.concatenate([np.asarray(path) for path in paths])
        number = np.repeat(np.arange(len(paths)), lengths)
        into = self.into[arcs]
        hit = into >= 0
        places = int(self.into.max(initial=0)) + 1
        keys = np.concatenate([number[hit] * places + into[hit], np.arange(len(paths)) * places + self.start])
        _, inverse, times = np.unique(keys, return_inverse=True, return_counts=True)
        twice = np.zeros(len(paths), bool)
        again = times[inverse] > 1
        twice[np.concatenate([number[hit], np.arange(len(paths))])[again]] = True
        if self.task.question.via:
            for i in np.flatnonzero(twice).tolist():
                twice[i] = self._twice(paths[i]) is not None
        return twice

    def _twice(self, path: Ints) -> tuple[int, int] | None:
        """Two arcs of a path that enter one place, the nearest to each other; None where no place is entered twice."""
        entered: dict[int, tuple[int, int]] = {self.start: (-1, -1)}
        best: tuple[int, int, int] | None = None
        for at, arc in enumerate(path.tolist()):
            place = int(self.into[arc])
            if place < 0:
                continue
            if place in entered:
                before, first = entered[place]
                both = first < 0 or bool(self.after[first]) != bool(self.after[arc])
                if (both or not self.task.question.via) and (best is None or at - before < best[0]):
                    best = (at - before, first, arc)
            entered[place] = (at, arc)
        return None if best is None else best[1:]

    def _halves(self, first: int, second: int) -> list[Mask]:
        """What to close so that either entrance to a place is shut; every way fits one of the two."""
        place = self.into[second]
        if first < 0:  # the origin itself
            return [self.into == place]
        if not self.after[first] and self.after[second]:
            return [(self.into == place) & self.after, (self.into == place) & ~self.after]
        one, other = (np.zeros(len(self.into), bool) for _ in range(2))
        one[first], other[second] = True, True
        return [one, other]


def on_base(task: Task) -> Task:
    """Give the same task with paths read as arcs of the base graph."""
    plain = copy.copy(task)
    plain.graph = task.base
    return plain


def covered(points: Ints, by: Ints) -> Mask:
    """Which points have another that is no worse in any criterion, or equal."""
    rows = max(AT_ONCE // max(by.size, 1), 1)
    parts = [
        np.asarray((by <= points[i : i + rows, None, :]).all(axis=2)).any(axis=1) for i in range(0, len(points), rows)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, bool)


def _merged(values: Ints, paths: list[Ints], more: Ints, found: list[Ints]) -> tuple[Ints, list[Ints]]:
    """Put two sets of points together, neither of which holds one that beats another of it; sorted."""
    if not len(values):
        return more, found
    known = set(map(tuple, values.tolist()))
    new = [i for i, point in enumerate(more.tolist()) if tuple(point) not in known]
    new = [i for i, beaten in zip(new, covered(more[new], values), strict=True) if not beaten]
    old = np.flatnonzero(~covered(values, more[new])).tolist()
    both, all_paths = np.vstack([values[old], more[new]]), [*(paths[i] for i in old), *(found[i] for i in new)]
    order = np.lexsort(both.T[::-1]).tolist()
    return both[order], [all_paths[i] for i in order]
