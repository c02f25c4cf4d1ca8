"""A graph under hazards, and what planned paths come to in each world.

A world gives each hazard a state, 0 where it is not active; what a state costs stands in a table. So thousands of
worlds are a small matrix, and weights are made where a few of them are solved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor_opt.graph.arrays import Integers
from corridor_opt.graph.spread import spread

LARGEST = 2.0**28  # of an arc's generalised cost: several charges may come on top
SCORES = 256  # worlds of one task of `follow_plans`: what is found about ways on serves all of them


class More(NamedTuple):
    """What active hazards add to single arcs; few of all pairs of arc and hazard have any.

    Attributes
    ----------
    arc, hazard
        int64 (entries,): pairs, each once, where the hazard is met.
    amount
        int64 (entries, 2): money and hours.
    """

    arc: Integers
    hazard: Integers
    amount: Integers


class Uncertain(NamedTuple):
    """A graph with hazards on its arcs, and one question.

    Attributes
    ----------
    first_out, head, is_open
        As in `pareto_front`.
    weight
        int64 (m, 2): money and hours of each arc, in whole steps.
    source, target
        Vertices.
    member
        bool (m, hazards): where each hazard is met.
    more
        What an active hazard adds to this very arc; None where none does.
    once
        int64 (hazards, states, 2): what a path that meets a hazard pays once, by its state; 0 for state 0.
    closes
        bool (hazards,): whether it closes its arcs; `once` is then the price of waiting.
    price
        Steps of money that one step of hours is worth.
    """

    first_out: Integers
    head: Integers
    is_open: NDArray[np.bool_]
    weight: Integers
    source: int
    target: int
    member: NDArray[np.bool_]
    more: More | None
    once: Integers
    closes: NDArray[np.bool_]
    price: float


class Routes(NamedTuple):
    """Planned paths for `follow_plans`.

    Attributes
    ----------
    paths
        Arcs of each.
    place
        int (n,): vertices of one place have one number. Where an arc is closed one turns away where its place was
        reached.
    unloads
        bool (m,): arcs that, first at their place, turn away at the place before: who cannot unload was told so there.
    """

    paths: Sequence[Integers]
    place: Integers
    unloads: NDArray[np.bool_]


class Outcomes(NamedTuple):
    """What planned paths come to.

    Attributes
    ----------
    value
        int64 (worlds, paths, 2): money and hours.
    broken
        bool (worlds, paths): whether a closure lies on the path.
    """

    value: Integers
    broken: NDArray[np.bool_]


def follow_plans(
    ground: Uncertain,
    state: NDArray[np.int8],
    routes: Routes,
    expected: Integers,
    *,
    may_turn: bool,
    executor: Any = None,
    threads: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Outcomes:
    """Follow planned paths through every world: see `kernels.policy`.

    Parameters
    ----------
    ground, state
        See `best_paths`.
    routes
        What is planned.
    expected
        int64 (hazards,): generalised price of waiting for the end of a closure, as expected when it is met.
    may_turn
        Whether a shipper turns away at the last node before a closure where the best way on, as far as closures are
        known there, is better than to wait; else every closure is waited out.
    executor, threads, progress
        See `best_paths`.

    Returns
    -------
    Outcomes
        16 bytes a world and path, and one.
    """
    parts = [state[i : i + SCORES] for i in range(0, len(state), SCORES)]
    # charges that every world makes are known beforehand
    always = state.all(axis=0) & ~ground.closes
    asked = (ground, routes, expected, may_turn, np.where(always, state.max(axis=0, initial=0), 0))
    found: Iterator[Outcomes] = spread(_follow, asked, parts, executor=executor, threads=threads)
    values, broken, done = [], [], 0
    for part, one in zip(parts, found, strict=True):
        values.append(one.value)
        broken.append(one.broken)
        done += len(part)
        if progress is not None:
            progress(done, len(state))
    return Outcomes(np.concatenate(values), np.concatenate(broken))


def _follow(asked: tuple[Uncertain, Routes, Integers, bool, NDArray[np.int8]], state: NDArray[np.int8]) -> Outcomes:
    """Follow planned paths through a few worlds."""
    from corridor_opt.kernels import policy

    ground, routes, expected, may_turn, always = asked
    general, hazard_first, hazard, more = _by_arc(ground)
    general = general + _charges(ground, always)
    n, hazards, worlds = len(ground.first_out) - 1, state.shape[1], len(state)
    arcs = [np.asarray(path, np.int32) for path in routes.paths]
    plans = policy.Plans(
        np.concatenate([[0], np.cumsum([len(path) for path in arcs])]).astype(np.int64),
        np.concatenate([*arcs, np.zeros(0, np.int32)]),
    )
    laid = policy.Ground(
        np.repeat(np.arange(n, dtype=np.int32), np.diff(ground.first_out)),
        np.array(ground.head, np.int32),
        _own(ground.weight),
        general,
        hazard_first,
        hazard,
        more,
        _own(ground.closes),
        np.rint(np.asarray(expected) / _coarse(ground)).astype(np.int64),
        np.array(routes.place, np.int32),
        np.array(routes.unloads, bool),
    )
    once = ground.once[np.arange(hazards), state]
    happening = policy.Happening(state > 0, np.ascontiguousarray(once))
    shape = (worlds, len(arcs))
    trips = policy.Trips(
        np.zeros((*shape, 2), np.int64), np.zeros(shape, bool), np.zeros(shape, bool), np.zeros((*shape, 2), np.int32)
    )
    known = np.zeros((int(may_turn), hazards), bool)
    ways = policy.Ways(np.full(known.shape, -1, np.int32), np.zeros((0, n), np.int64), np.zeros((0, n), np.int32))
    rows = {row.tobytes(): i for i, row in enumerate(known)}
    while True:  # what is known to be closed grows by one closure a round
        if len(known) > len(ways.distance):
            distance, last = ways_on(ground, general, known[len(ways.distance) :])
            ways = ways._replace(
                distance=np.concatenate([ways.distance, distance]), last=np.concatenate([ways.last, last])
            )
        policy.follow(plans, laid, happening, ways, trips)
        if trips.done.all():
            return Outcomes(trips.value, trips.broken)
        for row, one in np.unique(trips.wanted[~trips.done], axis=0).tolist():
            larger = known[row].copy()
            larger[one] = True
            number = rows.setdefault(larger.tobytes(), len(rows))
            if number == len(known):
                known = np.vstack([known, larger])
                ways = ways._replace(child=np.vstack([ways.child, np.full((1, hazards), -1, np.int32)]))
            ways.child[row, one] = number


def _own(array: NDArray[Any]) -> NDArray[Any]:
    """Give an array in the one layout that kernels are compiled for; from other processes come read-only ones."""
    return np.require(array, requirements=("C", "A", "W"))


def ways_on(ground: Uncertain, general: Integers, known: NDArray[np.bool_]) -> tuple[Integers, NDArray[np.int32]]:
    """Find the best ways from everywhere to the target, by what is known to be closed.

    Parameters
    ----------
    ground, general
        The graph, and the generalised cost of its arcs.
    known
        bool (rows, hazards): closures known.

    Returns
    -------
    int64 (rows, n), int32 (rows, n)
        Distances, and first arcs; -1 where no way leads.
    """
    from corridor_opt.graph.weightings import CLOSED, Items, make_weightings
    from corridor_opt.graph.worlds import BYTES, LANES, world_distances

    arcs = [np.flatnonzero(row) for row in ground.member.T]
    first = np.concatenate([[0], np.cumsum([len(a) for a in arcs])]).astype(np.int64)
    items = Items(first, np.concatenate([*arcs, np.zeros(0, np.int64)]))
    add = np.where(known, CLOSED, 0)
    worlds = make_weightings(ground.first_out, ground.head, general, items=items, add=add, is_open=ground.is_open)
    needed = 8 * LANES * len(ground.head) + 12 * (len(known) + 3) * (len(ground.first_out) - 1)
    found = world_distances(worlds, ground.target, towards=True, threads=1, bytes=max(BYTES, needed))
    return found.distance[:, 0], np.ascontiguousarray(found.last[:, 0])


def _charges(ground: Uncertain, always: NDArray[np.int8]) -> Integers:
    """Generalised cost that charges of every world add to each arc that holds them; 0 for state 0."""
    charge = _general(ground, ground.once[np.arange(len(always)), always])
    total = np.zeros(len(ground.head), np.int64)
    for hazard in np.flatnonzero(charge):
        total[ground.member[:, hazard]] += charge[hazard]
    if ground.more is not None:
        on = always[ground.more.hazard] > 0
        np.add.at(total, ground.more.arc[on], _general(ground, ground.more.amount[on]))
    return total


def _general(ground: Uncertain, weight: Integers) -> Integers:
    """Generalised cost of money and hours, in steps that are coarse enough for sums of weights to be searched."""
    return np.rint((weight[..., 0] + ground.price * weight[..., 1]) / _coarse(ground)).astype(np.int64)


def _coarse(ground: Uncertain) -> float:
    """Steps of money in a step of generalised cost: 1, unless time is worth very much."""
    parts = [ground.weight[ground.is_open], ground.once.reshape(-1, 2)]
    most = max((float((part[:, 0] + ground.price * part[:, 1]).max(initial=0.0)) for part in parts), default=0.0)
    return max(10.0 ** math.ceil(math.log10(most / LARGEST)), 1.0) if most > 0 else 1.0


def _by_arc(ground: Uncertain) -> tuple[Integers, Integers, NDArray[np.int32], Integers]:
    """Generalised cost of arcs, and hazards by arc with what each adds there."""
    arc, hazard = np.nonzero(ground.member)
    first = np.zeros(len(ground.head) + 1, np.int64)
    np.cumsum(np.bincount(arc, minlength=len(ground.head)), out=first[1:])
    more = np.zeros((len(arc), 2), np.int64)
    if ground.more is not None:
        hazards = ground.member.shape[1]
        more[np.searchsorted(arc * hazards + hazard, ground.more.arc * hazards + ground.more.hazard)] = (
            ground.more.amount
        )
    return _general(ground, ground.weight), first, hazard.astype(np.int32), np.ascontiguousarray(more)
