"""Planned paths in many worlds, and the best paths of each, against naive twins on small random multigraphs."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass

import numpy as np
import pytest
import reference
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, worlds

from corridor_opt.graph.uncertain import Routes, Uncertain, best_paths, follow_plans
from corridor_opt.kernels import policy

examples = settings(max_examples=EXAMPLES, deadline=None)
LEVELS = 3  # lengths of a closure


@dataclass(frozen=True)
class Hazardous:
    """A multigraph with hazards on its arcs, planned paths, and where one turns away on them."""

    world: World
    member: np.ndarray
    more: np.ndarray
    once: np.ndarray
    closes: np.ndarray
    price: float
    paths: tuple[tuple[int, ...], ...]
    turns: tuple[tuple[int, ...], ...]

    @property
    def open_arcs(self) -> np.ndarray:
        mask = self.world.is_open or (True,) * len(self.world.arcs)
        return np.array(mask, np.bool_)

    @property
    def general(self) -> list[int]:
        return [self.together(weight) for _, _, weight in self.world.arcs]

    def together(self, amount) -> int:
        """Generalised cost of money and hours, rounded as the library does."""
        return int(np.rint(amount[0] + self.price * amount[1]))

    @property
    def expected(self) -> np.ndarray:
        """Generalised price of waiting, as expected when a closure is met: the mean of the levels."""
        mean = self.once[:, 1:].mean(axis=1)
        return np.where(self.closes, np.rint(mean[:, 0] + self.price * mean[:, 1]), 0).astype(np.int64)

    @property
    def ground(self) -> Uncertain:
        first_out, head, weight = self.world.csr()
        more = self.more if self.more.any() else None
        return Uncertain(
            first_out, head, self.open_arcs, weight, self.world.source, self.world.target,
            self.member, more, self.once, self.closes, self.price,
        )  # fmt: skip

    def held(self) -> list[dict[int, tuple[int, int]]]:
        return [
            {int(h): tuple(self.more[a, h].tolist()) for h in np.flatnonzero(row)} for a, row in enumerate(self.member)
        ]

    def states(self) -> np.ndarray:
        """Every world: what is active, and how long closures last."""
        ways = [range(LEVELS + 1) if close else (0, 1) for close in self.closes]
        rows = list(itertools.product(*ways))
        return np.array(rows, np.int8).reshape(len(rows), len(self.closes))

    def ways_on(self, state) -> tuple[list[int], list[int]]:
        """Distances to the target over what is open, and the first arc of a way of that length."""
        arcs = []
        for a, (tail, head, weight) in enumerate(self.world.arcs):
            active = [h for h in np.flatnonzero(self.member[a]) if state[h]]
            if self.open_arcs[a] and not any(self.closes[h] for h in active):
                charge = sum(self.together(self.once[h, state[h]]) + self.together(self.more[a, h]) for h in active)
                arcs.append((tail, head, (self.together(weight) + charge, a)))
        plain = [(tail, head, (weight[0],)) for tail, head, weight in arcs]
        found = reference.distances_to(self.world.n, plain, self.world.target, 0)
        first = [-1] * self.world.n
        done = {self.world.target}
        while True:  # by rounds from the target, so that arcs of weight 0 make no circle
            near = [
                (tail, a)
                for tail, head, (cost, a) in arcs
                if tail not in done and head in done and found[head] is not None and found[tail] == cost + found[head]
            ]
            if not near:
                return [-1 if d is None else d for d in found], first
            for tail, a in near:
                first[tail] = a
            done |= {tail for tail, _ in near}


@st.composite
def hazardous(draw: st.DrawFn, *, multiply: bool = True, planned: bool = True) -> Hazardous:
    """Up to three hazards on random arcs: closures of three lengths, charges paid once, some bound to arcs."""
    world = draw(worlds(criteria=2, limits=False))
    m, count = len(world.arcs), draw(st.integers(0, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    member = rng.integers(0, draw(st.integers(1, 3)) + 1, (m, count)) == 0
    closes = rng.integers(0, 3, count) > 0
    once = np.zeros((count, LEVELS + 1, 2), np.int64)
    once[:, 1:] = rng.integers(0, draw(st.sampled_from([3, 12])), (count, LEVELS, 2))
    once[closes, :, 0] = 0  # waiting takes hours
    more = np.zeros((m, count, 2), np.int64)
    if multiply and draw(st.booleans()):
        more = rng.integers(0, 3, more.shape) * (member & ~closes)[:, :, None]
    mask = world.is_open or (True,) * m
    ends = [(world.source, world.target)]
    if planned:  # rather another question than none
        ends += [(tail, head) for (tail, head, _), is_open in zip(world.arcs, mask, strict=True) if is_open]
    for source, target in ends:
        world = dataclasses.replace(world, source=source, target=target)
        every = [path for _, path in reference.simple_paths(world.n, world.arcs, source, target, 2)]
        plans = [path for path in every if path and all(mask[a] for a in path)][:5]
        if plans:
            break
    turns = tuple(tuple(int(rng.integers(0, i + 1)) for i in range(len(path))) for path in plans)
    price = draw(st.sampled_from([0.0, 0.4, 1.0, 2.5]))
    return Hazardous(world, member, more, once, closes, price, tuple(plans), turns)


def twin(one: Hazardous, state, ways, place: int) -> tuple[int, int, bool]:
    """What a plan comes to in a world, by the twin."""
    return reference.follow(
        one.paths[place],
        one.turns[place],
        [arc[:2] for arc in one.world.arcs],
        [arc[2] for arc in one.world.arcs],
        one.general,
        one.held(),
        one.closes.tolist(),
        one.expected.tolist(),
        frozenset(np.flatnonzero(state).tolist()),
        [tuple(one.once[h, state[h]].tolist()) for h in range(len(state))],
        ways,
    )


def followed(one: Hazardous, states, ways) -> tuple[np.ndarray, np.ndarray]:
    """What the kernel says, with ways on as given (None: nobody turns away)."""
    first_out, head, weight = one.world.csr()
    arc, hazard = np.nonzero(one.member)
    first = np.concatenate([[0], np.cumsum(np.bincount(arc, minlength=len(head)))]).astype(np.int64)
    lengths = [len(path) for path in one.paths]
    plans = policy.Plans(
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.array([a for path in one.paths for a in path], np.int32),
        np.array([t for turn in one.turns for t in turn], np.int32),
    )
    tail = np.repeat(np.arange(one.world.n), np.diff(first_out)).astype(np.int32)
    ground = policy.Ground(
        tail, head.astype(np.int32), weight, np.array(one.general, np.int64), first, hazard.astype(np.int32),
        np.ascontiguousarray(one.more[arc, hazard]), one.closes, one.expected,
    )  # fmt: skip
    once = np.ascontiguousarray(one.once[np.arange(states.shape[1]), states])
    n = one.world.n
    distance, last = np.zeros((0, n), np.int64), np.zeros((0, n), np.int32)
    if ways is not None:
        distance = np.array([d for d, _ in ways], np.int64).reshape(-1, n)
        last = np.array([f for _, f in ways], np.int32).reshape(-1, n)
    value = np.full((len(states), len(one.paths), 2), -1, np.int64)
    broken = np.zeros((len(states), len(one.paths)), bool)
    policy.follow(plans, ground, policy.Happening(states > 0, once, distance, last), value, broken)
    return value, broken


@examples
@given(hazardous(), st.booleans())
def test_follow_is_the_twin(one, may_turn):
    states = one.states()
    ways = [one.ways_on(state) for state in states] if may_turn else None
    value, broken = followed(one, states, ways)
    for w, state in enumerate(states):
        for r in range(len(one.paths)):
            told = (*value[w, r].tolist(), bool(broken[w, r]))
            assert told == twin(one, state, None if ways is None else ways[w], r)


@examples
@given(hazardous(), st.booleans())
def test_follow_plans_is_the_twin(one, may_turn):
    """With the ways on of the library where several are best: their length is that of the twin."""
    from corridor_opt.graph import uncertain

    states = one.states()
    ways = None
    if may_turn:
        distance, last = uncertain._ways_on(one.ground, np.array(one.general, np.int64), states)
        assert distance.tolist() == [one.ways_on(state)[0] for state in states]
        ways = list(zip(distance.tolist(), last.tolist(), strict=True))
    routes = Routes([np.array(p) for p in one.paths], [np.array(t) for t in one.turns])
    found = follow_plans(one.ground, states, routes, one.expected, may_turn=may_turn, threads=1)
    for w, state in enumerate(states):
        for r in range(len(one.paths)):
            told = (*found.value[w, r].tolist(), bool(found.broken[w, r]))
            assert told == twin(one, state, None if ways is None else ways[w], r)


@examples
@given(hazardous(planned=False))
def test_best_paths_are_the_fronts_of_each_world(one):
    world, states = one.world, one.states()
    best = best_paths(one.ground, states, threads=1)
    assert best.complete
    held = [frozenset(np.flatnonzero(row).tolist()) for row in one.member]
    points = set()
    for w, state in enumerate(states):
        active = [h for h in range(len(state)) if state[h]]
        arcs, on = [], []
        for a, (tail, head, weight) in enumerate(world.arcs):
            if one.open_arcs[a]:
                more = one.more[a, active].sum(axis=0) if active else (0, 0)
                arcs.append((tail, head, (int(weight[0] + more[0]), int(weight[1] + more[1]))))
                on.append(frozenset(active.index(h) for h in held[a] if h in active))
        gain = [tuple(one.once[h, state[h]].tolist()) for h in active]
        front = reference.shared_front(world.n, arcs, on, gain, world.source, world.target, 2)
        if front:
            assert best.least[w].tolist() == [min(v[c] for v in front) for c in range(2)]
            assert best.general[w] == pytest.approx(min(v[0] + one.price * v[1] for v in front))
        points |= {(w, v) for v in front}
    # the paths given hold one for every point of every front
    for w, value in points:
        ground = [one.ground._replace(is_open=np.isin(np.arange(len(world.arcs)), path)) for path in best.paths]
        assert any(world_value(one, path, states[w]) == value for path in best.paths), ground
    for path in best.paths:
        assert any((w, world_value(one, path, states[w])) in points for w in range(len(states)))


def world_value(one: Hazardous, path, state) -> tuple[int, int]:
    """Money and hours of a path where every closure on it is waited out."""
    arcs = path.tolist()
    met = {int(h) for a in arcs for h in np.flatnonzero(one.member[a]) if state[h]}
    total = sum((np.array(one.world.arcs[a][2]) for a in arcs), np.zeros(2, np.int64))
    total = total + sum((one.once[h, state[h]] for h in met), np.zeros(2, np.int64))
    total = total + sum((one.more[a, h] for a in arcs for h in np.flatnonzero(one.member[a]) if state[h]), 0)
    return tuple(int(x) for x in total)


@examples
@given(hazardous(), st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3))
def test_foresight_is_no_dearer_than_turning_and_turning_than_waiting(one, chances):
    """In every world the best is no dearer than what a plan comes to; in the mean over all worlds it never costs to
    turn away: the way on is known in full and the stretch given up is priced without what may still happen on it.

    Money and hours as they are, so that rounding of generalised cost cannot matter: price 0, 1 or whole.
    """
    assume(one.price in (0.0, 1.0))
    states = one.states()
    weight = np.ones(len(states))
    for h, close in enumerate(one.closes):
        share = chances[h] / LEVELS if close else chances[h]
        weight *= np.where(states[:, h] > 0, share, 1 - chances[h])
    assert weight.sum() == pytest.approx(1)
    routes = Routes([np.array(p) for p in one.paths], [np.array(t) for t in one.turns])
    best = best_paths(one.ground, states, threads=1)
    # expected as it is, not rounded: a plan that turns at a tie of rounding may lose a fraction of a step
    slack = float(len(one.closes))
    mean = {}
    for name, may_turn in (("detour", True), ("wait", False)):
        found = follow_plans(one.ground, states, routes, one.expected, may_turn=may_turn, threads=1)
        together = found.value[..., 0] + one.price * found.value[..., 1]
        assert (together >= best.general[:, None] - 1e-9).all()
        assert (found.value >= best.least[:, None]).all()
        mean[name] = weight @ together
    assert (mean["detour"] <= mean["wait"] + slack).all()


def test_a_closure_by_hand():
    """Two ways of 10 and 14 days; the first is closed for 1 to 7 days, 4 on average, known at its second arc."""
    world = World(3, 2, ((0, 1, (0, 5)), (0, 2, (0, 14)), (1, 2, (0, 5))), 0, 2)
    member = np.array([[False], [False], [True]])
    once = np.array([[[0, 0], [0, 1], [0, 4], [0, 7]]])
    no_more = np.zeros((3, 1, 2), np.int64)
    plan = Hazardous(world, member, no_more, once, np.array([True]), 1.0, ((0, 2), (1,)), ((0, 1), (0,)))
    states = plan.states()
    routes = Routes([np.array(p) for p in plan.paths], [np.array(t) for t in plan.turns])
    stuck = follow_plans(plan.ground, states, routes, plan.expected, may_turn=True, threads=1)
    assert stuck.value[:, 0, 1].tolist() == [10, 11, 14, 17], "there is no way on from the second node"
    assert stuck.broken[:, 0].tolist() == [False, True, True, True]
    assert stuck.value[:, 1, 1].tolist() == [14] * 4
    early = Routes(routes.paths, [np.array([0, 0]), np.array([0])])
    told = follow_plans(plan.ground, states, early, plan.expected, may_turn=True, threads=1)
    assert told.value[:, 0, 1].tolist() == [10, 11, 14, 17], "told at the start: 4 and 10 are no more than 14"
    dear = follow_plans(plan.ground, states, early, plan.expected + 1, may_turn=True, threads=1)
    assert dear.value[:, 0, 1].tolist() == [10, 14, 14, 14]
    best = best_paths(plan.ground, states, threads=1)
    assert best.least[:, 1].tolist() == [10, 11, 14, 14]
