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

from corridor_opt.graph.foresight import best_in_each_world
from corridor_opt.graph.uncertain import More, Routes, Uncertain, follow_plans, ways_on

examples = settings(max_examples=EXAMPLES, deadline=None)
LEVELS = 3  # lengths of a closure


@dataclass(frozen=True)
class Hazardous:
    """A multigraph with hazards on its arcs, planned paths, and the places where one turns away."""

    world: World
    member: np.ndarray
    more: np.ndarray
    once: np.ndarray
    closes: np.ndarray
    price: float
    paths: tuple[tuple[int, ...], ...]
    place: tuple[int, ...]
    unloads: tuple[bool, ...]

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
        more = More(*np.nonzero(self.member), self.more[self.member]) if self.more.any() else None
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

    @property
    def routes(self) -> Routes:
        return Routes([np.array(path) for path in self.paths], np.array(self.place), np.array(self.unloads, np.bool_))

    def known_general(self, states) -> list[int]:
        """Generalised cost of arcs with the charges that every world makes."""
        always = [h for h in range(len(self.closes)) if not self.closes[h] and states[:, h].all()]
        return [
            cost
            + sum(
                self.together(self.once[h, states[:, h].max()]) + self.together(self.more[a, h])
                for h in always
                if self.member[a, h]
            )
            for a, cost in enumerate(self.general)
        ]

    def ways_on(self, general, known: frozenset[int]) -> tuple[list[int], list[int]]:
        """Distances to the target where some closures are known, and the first arc of a way of that length."""
        arcs = [
            (tail, head, (general[a],), a)
            for a, (tail, head, _) in enumerate(self.world.arcs)
            if self.open_arcs[a] and not known & set(np.flatnonzero(self.member[a]).tolist())
        ]
        found = reference.distances_to(self.world.n, [arc[:3] for arc in arcs], self.world.target, 0)
        first = [-1] * self.world.n
        done = {self.world.target}
        while True:  # by rounds from the target, so that arcs of weight 0 make no circle
            near = [
                (tail, a)
                for tail, head, (cost,), a in arcs
                if tail not in done and head in done and found[head] is not None and found[tail] == cost + found[head]
            ]
            if not near:
                return [-1 if d is None else d for d in found], first
            for tail, a in near:
                first[tail] = a
            done |= {tail for tail, _ in near}


@st.composite
def hazardous(draw: st.DrawFn, *, most: int = 3, planned: bool = True) -> Hazardous:
    """Up to three hazards on random arcs: closures of three lengths, charges paid once, some bound to arcs."""
    world = draw(worlds(criteria=2, limits=False))
    m, count = len(world.arcs), draw(st.integers(0, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    member = rng.integers(0, draw(st.integers(1, 3)) + 1, (m, count)) == 0
    closes = rng.integers(0, 3, count) > 0
    once = np.zeros((count, LEVELS + 1, 2), np.int64)
    once[:, 1:] = rng.integers(0, draw(st.sampled_from([3, 12])), (count, LEVELS, 2))
    once[closes, :, 0] = 0  # waiting takes hours
    more = np.zeros((m, count, 2), np.int64)
    if draw(st.booleans()):
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
    place = tuple(rng.integers(0, draw(st.integers(1, 7)), world.n).tolist())
    unloads = tuple((rng.integers(0, 3, m) == 0).tolist())
    price = draw(st.sampled_from([0.0, 0.4, 1.0, 2.5]))
    return Hazardous(world, member, more, once, closes, price, tuple(plans), place, unloads)


def twin(one: Hazardous, state, general, ways, place: int) -> tuple[int, int, bool]:
    """What a plan comes to in a world, by the twin."""
    return reference.follow(
        one.paths[place],
        one.place,
        one.unloads,
        [arc[:2] for arc in one.world.arcs],
        [arc[2] for arc in one.world.arcs],
        general,
        one.held(),
        one.closes.tolist(),
        one.expected.tolist(),
        frozenset(np.flatnonzero(state).tolist()),
        [tuple(one.once[h, state[h]].tolist()) for h in range(len(state))],
        ways,
    )


@examples
@given(hazardous(), st.booleans(), st.data())
def test_followed_plans_are_the_twin(one, may_turn, data):
    """Every world, or some of them: then charges may be there in all of them, which are known beforehand.

    Of several best ways on that of the library is taken; their length is that of the twin.
    """
    states = one.states()
    states = states[data.draw(st.lists(st.integers(0, len(states) - 1), min_size=1, max_size=12, unique=True))]
    general = one.known_general(states)
    asked: dict[frozenset[int], tuple[list[int], list[int]]] = {}

    def ways(known: frozenset[int]) -> tuple[list[int], list[int]]:
        if known not in asked:
            row = np.isin(np.arange(len(one.closes)), list(known))[None]
            distance, last = ways_on(one.ground, np.array(general, np.int64), row)
            assert distance[0].tolist() == one.ways_on(general, known)[0]
            asked[known] = distance[0].tolist(), last[0].tolist()
        return asked[known]

    found = follow_plans(one.ground, states, one.routes, one.expected, may_turn=may_turn, threads=1)
    for w, state in enumerate(states):
        for r in range(len(one.paths)):
            told = (*found.value[w, r].tolist(), bool(found.broken[w, r]))
            assert told == twin(one, state, general, ways if may_turn else None, r)


@examples
@given(hazardous(planned=False))
def test_best_paths_are_the_fronts_of_each_world(one):
    world, states = one.world, one.states()
    best = best_in_each_world(one.ground, states, threads=1)
    assert best.complete.all()
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


def means(one: Hazardous, chances) -> dict[str, np.ndarray]:
    """Mean generalised cost of each plan under both policies, over all worlds; in none below the best of the world."""
    states = one.states()
    weight = np.ones(len(states))
    for h, close in enumerate(one.closes):
        share = chances[h] / LEVELS if close else chances[h]
        weight *= np.where(states[:, h] > 0, share, 1 - chances[h])
    assert weight.sum() == pytest.approx(1)
    best = best_in_each_world(one.ground, states, threads=1)
    mean = {}
    for name, may_turn in (("detour", True), ("wait", False)):
        found = follow_plans(one.ground, states, one.routes, one.expected, may_turn=may_turn, threads=1)
        together = found.value[..., 0] + one.price * found.value[..., 1]
        assert (together >= best.general[:, None] - 1e-9).all()
        assert (found.value >= best.least[:, None]).all()
        mean[name] = weight @ together
    return mean


chances = st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3)


@examples
@given(hazardous(), chances)
def test_foresight_is_no_dearer_than_any_policy(one, chances):
    means(one, chances)


@examples
@given(hazardous(most=1), chances)
def test_with_one_hazard_turning_away_is_no_dearer_than_waiting(one, chances):
    """One turns only where the way on, known in full, costs less than the wait is expected to.

    With more hazards it is no law: the way on may meet another one. Prices are whole, so that nothing is rounded but
    the expected wait.
    """
    assume(one.price in (0.0, 1.0))
    mean = means(one, chances)
    assert (mean["detour"] <= mean["wait"] + 1).all()


def test_turning_away_may_cost_more_than_to_wait():
    """From one closure into a longer one, of which one hears there: waiting would have been right."""
    arcs = ((0, 1, (0, 1)), (0, 2, (0, 1)), (1, 3, (0, 1)), (2, 3, (0, 1)))
    world = World(4, 2, arcs, 0, 3)
    member = np.array([[1, 0], [0, 0], [0, 0], [0, 1]], np.bool_)
    once = np.array([[[0, 0]] + [[0, 2]] * 3, [[0, 0]] + [[0, 50]] * 3])
    plan = Hazardous(
        world, member, np.zeros((4, 2, 2), np.int64), once, np.array([True, True]), 1.0,
        ((0, 2),), (0, 1, 2, 3), (False,) * 4,
    )  # fmt: skip
    both = np.array([[1, 1], [1, 0]], np.int8)
    turned = follow_plans(plan.ground, both, plan.routes, plan.expected, may_turn=True, threads=1)
    waited = follow_plans(plan.ground, both, plan.routes, plan.expected, may_turn=False, threads=1)
    assert turned.value[:, 0, 1].tolist() == [52, 2]
    assert waited.value[:, 0, 1].tolist() == [4, 4]


def test_a_closure_by_hand():
    """Two ways of 10 and 14 days; the first is closed for 1 to 7 days, 4 on average, known at its second arc."""
    world = World(3, 2, ((0, 1, (0, 5)), (0, 2, (0, 14)), (1, 2, (0, 5))), 0, 2)
    member = np.array([[False], [False], [True]])
    once = np.array([[[0, 0], [0, 1], [0, 4], [0, 7]]])
    no_more = np.zeros((3, 1, 2), np.int64)
    plan = Hazardous(world, member, no_more, once, np.array([True]), 1.0, ((0, 2), (1,)), (0, 1, 2), (False,) * 3)
    states = plan.states()

    def hours(one: Hazardous, expected) -> list[list[int]]:
        found = follow_plans(one.ground, states, one.routes, expected, may_turn=True, threads=1)
        assert found.broken[:, 0].tolist() == [False, True, True, True]
        return found.value[:, :, 1].T.tolist()

    assert hours(plan, plan.expected) == [[10, 11, 14, 17], [14] * 4], "there is no way on from the second node"
    for told in ({"place": (0, 0, 1)}, {"unloads": (False, False, True)}):
        early = dataclasses.replace(plan, **told)
        assert hours(early, plan.expected)[0] == [10, 11, 14, 17], "told at the start: 4 and 10 are no more than 14"
        assert hours(early, plan.expected + 1)[0] == [10, 14, 14, 14]
    best = best_in_each_world(plan.ground, states, threads=1)
    assert best.least[:, 1].tolist() == [10, 11, 14, 14]
