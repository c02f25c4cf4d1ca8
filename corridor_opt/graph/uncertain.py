"""A graph under hazards: its best paths in each world, and what planned paths come to there.

A world gives each hazard a state, 0 where it is not active; what a state costs stands in a table. So thousands of
worlds are a small matrix, and weights are made where a few of them are solved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corridor_opt.errors import DataError
from corridor_opt.graph.arrays import Integers
from corridor_opt.graph.spread import spread, spread_faults, workers

LARGEST = 2.0**28  # of an arc's generalised cost: several charges may come on top
FRONTS = 16  # worlds of one task of `best_paths` at most
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


class Best(NamedTuple):
    """The fronts of consecutive worlds, closures waited out where that is better.

    Attributes
    ----------
    least
        int64 (worlds, 2): least money, least hours.
    general
        float64 (worlds,): least generalised cost, in steps of money.
    paths
        One path for each point of these fronts, each once.
    complete
        bool (worlds,): whether the search did not stop at a limit; where it did, what is least was not proven.
    """

    least: Integers
    general: NDArray[np.float64]
    paths: list[Integers]
    complete: NDArray[np.bool_]


def best_paths(
    ground: Uncertain,
    state: NDArray[np.int8],
    *,
    executor: Any = None,
    threads: int | None = None,
    search_limits: Any = None,
    progress: Callable[[int, int], object] | None = None,
) -> Best:
    """Find the exact front of money and hours in every world, as one would choose who knew the world beforehand.

    Hazards only add. So the front of a world with some of its hazards left out is its front if no path on it meets
    another; else those that are met are laid on too. Most worlds come to few different searches.

    Parameters
    ----------
    ground
        The graph and its hazards.
    state
        int8 (worlds, hazards).
    executor, threads
        See `spread.spread`.
    search_limits
        Of each search.
    progress
        Called with worlds done and all worlds.
    """
    if faults := spread_faults(executor, threads):
        raise DataError("tasks cannot be spread so", faults)
    same = (state == state[:1]).all(axis=0)
    asked = np.where(same, state, np.int8(0))  # what is laid on each world so far
    found: dict[bytes, _Front] = {}
    left = list(range(len(state)))
    while left:
        new = list({row.tobytes(): row for row in asked[left] if row.tobytes() not in found}.values())
        size = min(FRONTS, -(-len(new) // (2 * workers(executor, threads))) or 1)
        parts = [np.array(new[i : i + size]) for i in range(0, len(new), size)]
        fronts: Iterator[list[_Front]] = spread(
            _fronts, (ground, search_limits), parts, executor=executor, threads=threads
        )
        for part, some in zip(parts, fronts, strict=True):
            found |= {row.tobytes(): one for row, one in zip(part, some, strict=True)}
            if progress is not None:
                progress(len(state) - len(left), len(state))
        before, left = left, []
        for w in before:
            one = found[asked[w].tobytes()]
            met = one.met & (asked[w] != state[w])
            if one.complete and met.any():
                asked[w, met] = state[w, met]
                left.append(w)
    if progress is not None:
        progress(len(state), len(state))
    every = [found[row.tobytes()] for row in asked]
    return Best(
        np.array([one.least for one in every]),
        np.array([one.general for one in every]),
        list({path.tobytes(): path for one in every for path in one.paths}.values()),
        np.array([one.complete for one in every]),
    )


class _Front(NamedTuple):
    """The front of one world.

    Attributes
    ----------
    least, general, paths, complete
        As in `Best`.
    met
        bool (hazards,): which of all hazards lie on its paths.
    """

    least: Integers
    general: float
    paths: list[Integers]
    complete: bool
    met: NDArray[np.bool_]


def _fronts(asked: tuple[Uncertain, Any], state: NDArray[np.int8]) -> list[_Front]:
    """Find the fronts of a few worlds."""
    from corridor_opt.graph.search import pareto_front
    from corridor_opt.graph.shared import Shared

    ground, limits = asked
    fronts = []
    for row in state:
        active = np.flatnonzero(row)
        weight = ground.weight
        if ground.more is not None:
            weight, on = weight.copy(), row[ground.more.hazard] > 0
            np.add.at(weight, ground.more.arc[on], ground.more.amount[on])
        shared = Shared(ground.member[:, active], ground.once[active, row[active]])
        found = pareto_front(
            ground.first_out,
            ground.head,
            weight,
            ground.source,
            ground.target,
            is_open=ground.is_open,
            shared=shared,
            search_limits=limits,
        )
        least, general = np.zeros(2, np.int64), 0.0
        met: NDArray[np.bool_] = np.zeros(ground.member.shape[1], bool)
        if len(found.values):
            least = found.values.min(axis=0)
            general = float((found.values[:, 0] + ground.price * found.values[:, 1]).min())
            met = np.asarray(ground.member[np.concatenate(found.paths)].any(axis=0))
        fronts.append(_Front(least, general, found.paths, found.status == "complete", met))
    return fronts


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
