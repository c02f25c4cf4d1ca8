"""Fronts where arcs share items that are paid for once, against enumeration."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, grid, stretched, worlds

from corridor_opt.errors import DataError
from corridor_opt.graph import Bounded, FrontArrays, SearchLimits, Shared, pareto_front
from corridor_opt.graph.engines import run
from corridor_opt.graph.engines import shared as engine
from corridor_opt.kernels import labels as pool

examples = settings(max_examples=5 * EXAMPLES, deadline=None)


@dataclasses.dataclass(frozen=True)
class Hazy:
    """A world whose arcs share items."""

    world: World
    held: tuple[frozenset[int], ...]
    gain: tuple[tuple[int, ...], ...]

    def shared(self) -> Shared:
        member = np.zeros((len(self.world.arcs), len(self.gain)), np.bool_)
        for a, items in enumerate(self.held):
            member[a, list(items)] = True
        return Shared(member, np.array(self.gain, np.int64).reshape(len(self.gain), self.world.k))


@st.composite
def hazy(draw: st.DrawFn, counts=(0, 1, 2, 3, 5), **options) -> Hazy:
    """A small world with items on random arcs, on all arcs of some, gains in some criteria."""
    world = draw(st.one_of(worlds(**options), stretched(**options)))
    count = draw(st.sampled_from(counts))
    largest = draw(st.sampled_from([1, 4, 15]))
    dull = draw(st.tuples(*[st.booleans()] * world.k))
    gain = []
    held: list[set[int]] = [set() for _ in world.arcs]
    rare = draw(st.integers(1, 4))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    for item in range(count):
        gain.append(tuple(0 if dull[c] else int(rng.integers(0, largest + 1)) for c in range(world.k)))
        for a in np.flatnonzero(rng.integers(0, rare + 1, len(world.arcs)) == 0).tolist():
            held[a].add(item)
    return Hazy(world, tuple(map(frozenset, held)), tuple(gain))


def ladder(items: int) -> Hazy:
    """Parallel arcs, then as many again; each item is held by one of the first and by one of the second."""
    side = int(np.ceil(np.sqrt(items)))
    rng = np.random.default_rng(items)
    arcs = [(v, v + 1, (5 * i, 5 * (side - i))) for v in (0, 1) for i in range(side)]
    held: list[set[int]] = [set() for _ in arcs]
    for item in range(items):
        held[item // side].add(item)
        held[side + item % side].add(item)
    gain = tuple(map(tuple, rng.integers(1, 5, (items, 2)).tolist()))
    return Hazy(World(3, 2, tuple(arcs), 0, 2), tuple(map(frozenset, held)), gain)


def regions(side: int, k: int, items: int, seed: int) -> Hazy:
    """A grid of streets whose items are squares of it; one adds to two criteria."""
    world = grid(side, k, seed, largest=40)
    rng = np.random.default_rng(seed)
    corner = rng.integers(0, side - 2, (items, 2))
    held = []
    for tail, _, _ in world.arcs:
        place = np.array(divmod(tail, side))
        held.append(frozenset(np.flatnonzero(((corner <= place) & (place < corner + 3)).all(axis=1)).tolist()))
    gain = np.zeros((items, k), np.int64)
    gain[:, -1] = rng.integers(5, 60, items)
    gain[0, 0] = 10
    return Hazy(world, tuple(held), tuple(map(tuple, gain.tolist())))


def solve(one: Hazy, **options) -> FrontArrays:
    """Search and check that the paths are simple, open and worth what is said."""
    world = one.world
    mask = None if world.is_open is None else np.array(world.is_open, np.bool_)
    options.setdefault("shared", one.shared())
    front = pareto_front(*world.csr(), world.source, world.target, is_open=mask, upper=world.upper, **options)
    for value, path in zip(front.values.tolist(), front.paths, strict=True):
        here, seen = world.source, {world.source}
        for a in path.tolist():
            assert world.arcs[a][0] == here
            assert mask is None or mask[a]
            here = world.arcs[a][1]
            assert here not in seen
            seen.add(here)
        assert here == world.target
        assert value == worth(one, path.tolist())
    assert (front.status == "complete") == (front.reason is None) == (front.proven is None)
    return front


def worth(one: Hazy, path: list[int]) -> list[int]:
    met = frozenset().union(*(one.held[a] for a in path))
    return [sum(one.world.arcs[a][2][c] for a in path) + sum(one.gain[i][c] for i in met) for c in range(one.world.k)]


def points_of(front: FrontArrays) -> list[tuple[int, ...]]:
    return [tuple(row) for row in front.values.tolist()]


def brute_force(one: Hazy) -> list[tuple[int, ...]]:
    world = one.world
    mask = world.is_open or (True,) * len(world.arcs)
    held = [items for items, is_open in zip(one.held, mask, strict=True) if is_open]
    return reference.shared_front(
        world.n, world.open_arcs, held, one.gain, world.source, world.target, world.k, world.upper
    )


@given(hazy())
@examples
def test_agrees_with_enumeration(one):
    assert points_of(solve(one)) == brute_force(one)


@given(hazy(counts=(64, 65, 127, 200), criteria=2))
@settings(max_examples=EXAMPLES, deadline=None)
def test_many_items_agree_with_enumeration(one):
    assert points_of(solve(one)) == brute_force(one)


@pytest.mark.parametrize("items", [65, 200, 300])
def test_many_items_that_must_all_be_carried(items):
    one = ladder(items)
    front = solve(one)
    assert points_of(front) == brute_force(one)
    assert len(front.values) > 1


@given(hazy(counts=(2, 3, 5)))
@settings(max_examples=EXAMPLES, deadline=None)
def test_small_chunks_and_growing_arrays_change_nothing(one):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "FIRST_CHUNK", 1)
        patch.setattr(pool, "FIRST_CAPACITY", 4)
        assert points_of(solve(one)) == brute_force(one)


@given(hazy(counts=(2, 3, 5)))
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_plain_test_finds_the_same(one):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "PLAIN", True)
        assert points_of(solve(one)) == brute_force(one)


def test_longer_fronts_agree_with_the_plain_test_and_with_small_chunks(monkeypatch):
    one = regions(side=9, k=3, items=12, seed=2)
    values = points_of(solve(one))
    assert len(values) > 60
    monkeypatch.setattr(run, "FIRST_CHUNK", 1)
    monkeypatch.setattr(pool, "FIRST_CAPACITY", 4)
    assert points_of(solve(one)) == values
    monkeypatch.setattr(engine, "PLAIN", True)
    assert points_of(solve(one)) == values


@given(hazy(), st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES, deadline=None)
def test_order_and_division_of_items_change_nothing(one, random):
    found = points_of(solve(one))
    shared = one.shared()
    order = list(range(len(one.gain)))
    random.shuffle(order)
    member, gain = np.asarray(shared.member), np.asarray(shared.gain)
    assert points_of(solve(one, shared=Shared(member[:, order], gain[order]))) == found
    # every item twice, with a half of its gain each
    halves = np.concatenate([gain // 2, gain - gain // 2])
    assert points_of(solve(one, shared=Shared(np.tile(member, 2), halves))) == found


@given(hazy(limits=False), st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_an_item_more_never_makes_anything_better(one, data):
    before = points_of(solve(one))
    arcs = data.draw(st.lists(st.booleans(), min_size=len(one.held), max_size=len(one.held)))
    gain = tuple(data.draw(st.tuples(*[st.integers(0, 9)] * one.world.k)))
    held = tuple(items | {len(one.gain)} if more else items for items, more in zip(one.held, arcs, strict=True))
    after = points_of(solve(Hazy(one.world, held, (*one.gain, gain))))
    assert all(any(np.all(np.array(old) <= new) for old in before) for new in after)
    assert bool(before) == bool(after)
    nothing = (0,) * one.world.k
    assert points_of(solve(Hazy(one.world, held, (*one.gain, nothing)))) == before


@given(hazy(counts=(0, 3)), st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_items_of_one_arc_each_are_weights(one, data):
    world = one.world
    gains = data.draw(st.lists(st.tuples(*[st.integers(0, 9)] * world.k), max_size=len(world.arcs)))
    arcs = tuple(
        (tail, head, tuple(x + y for x, y in zip(weight, more, strict=True)))
        for (tail, head, weight), more in zip(world.arcs, gains, strict=False)
    )
    heavier = dataclasses.replace(world, arcs=arcs + world.arcs[len(gains) :])
    held = tuple(frozenset({a} if a < len(gains) else ()) for a in range(len(world.arcs)))
    mask = None if world.is_open is None else np.array(world.is_open, np.bool_)
    alone = pareto_front(*heavier.csr(), world.source, world.target, is_open=mask, upper=world.upper)
    assert points_of(solve(Hazy(world, held, tuple(gains)))) == points_of(alone)


def test_what_need_not_be_carried_leaves_the_search_to_others(monkeypatch):
    # one item on the only bridge, one on two arcs out of one vertex, one on no way to the target
    arcs = ((0, 1, (1, 1)), (1, 2, (1, 9)), (1, 2, (9, 1)), (1, 2, (5, 5)), (2, 4, (1, 1)), (3, 4, (1, 1)))
    held = (frozenset({0}), frozenset({1}), frozenset({1}), frozenset(), frozenset({0}), frozenset({2}))
    one = Hazy(World(5, 2, arcs, 0, 4, upper=(50, 50)), held, ((7, 0), (0, 3), (1, 1)))
    monkeypatch.setattr(engine.Together, "open", lambda self: pytest.fail("an item was carried"))
    assert points_of(solve(one)) == brute_force(one)
    stopped = solve(one, search_limits=SearchLimits(labels=0))
    assert stopped.status == "limit"
    assert stopped.proven == (10, 6)


def test_one_vertex_is_its_own_target():
    one = Hazy(World(2, 1, ((0, 1, (1,)),), 0, 0), (frozenset({0}),), ((5,),))
    front = solve(one)
    assert front.values.tolist() == [[0]]
    assert [path.tolist() for path in front.paths] == [[]]


def test_large_numbers():
    most = 2**31 - 1
    arcs = tuple((v, v + 1, (most, most - i)) for v in range(4) for i in range(2))
    held = tuple(frozenset({a % 2, 2}) if a < 4 else frozenset({a % 2}) for a in range(8))
    one = Hazy(World(5, 2, arcs, 0, 4), held, ((2**50, 1), (1, 2**50), (2**55, 2**40)))
    assert points_of(solve(one)) == brute_force(one)


@given(hazy(counts=(2, 3, 5)), st.integers(0, 12))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_limit_on_labels_leaves_points_that_are_certain(one, labels):
    exact = points_of(solve(one))
    part = solve(one, search_limits=SearchLimits(labels=labels))
    found = points_of(part)
    if part.status == "complete":
        assert found == exact
        return
    assert part.reason == "labels"
    assert set(found) <= set(exact)
    lead = part.leading
    assert all(point in found for point in exact if point[lead] < part.proven[lead])


def test_bytes_seconds_and_an_interrupt_stop_a_search():
    one = regions(side=9, k=3, items=12, seed=2)
    assert solve(one, search_limits=SearchLimits(bytes=1)).reason == "bytes"
    assert solve(one, search_limits=SearchLimits(seconds=0)).reason == "seconds"
    told = []

    def interrupt(progress):
        told.append(progress)
        raise KeyboardInterrupt

    stopped = solve(one, progress=interrupt)
    assert stopped.reason == "interrupt"
    assert stopped.expanded >= told[0].expanded > 0


@given(hazy(), st.sampled_from([0.001, 0.05, 0.3, 1.0]))
@examples
def test_bounded_covers_the_exact_front_with_some_of_it(one, eps):
    exact, few = brute_force(one), points_of(solve(one, method=Bounded(eps)))
    assert set(few) <= set(exact)
    assert reference.uncovered(exact, few, eps) == []


@pytest.mark.parametrize("eps", [0.01, 0.2])
def test_bounded_searches_less(eps):
    one = regions(side=9, k=3, items=12, seed=2)
    exact, few = solve(one), solve(one, method=Bounded(eps))
    assert set(points_of(few)) <= set(points_of(exact))
    assert reference.uncovered(points_of(exact), points_of(few), eps) == []
    assert few.expanded < exact.expanded
    assert len(few.values) < len(exact.values) or eps < 0.1


def test_bounded_where_no_item_need_be_carried():
    one = regions(side=14, k=3, items=1, seed=4)
    everywhere = dataclasses.replace(one, held=(frozenset([0]),) * len(one.held))
    exact, few = solve(everywhere), solve(everywhere, method=Bounded(0.2))
    assert len(few.values) < len(exact.values)
    assert reference.uncovered(points_of(exact), points_of(few), 0.2) == []


@given(hazy(counts=(1, 3)))
@settings(max_examples=EXAMPLES, deadline=None)
def test_nothing_that_is_given_is_changed(one):
    shared = one.shared()
    first_out, head, weight = one.world.csr()
    given_arrays = [first_out, head, weight, shared.member, shared.gain]
    before = [array.copy() for array in given_arrays]
    for array in given_arrays:
        array.setflags(write=False)
    pareto_front(first_out, head, weight, one.world.source, one.world.target, shared=shared)
    assert all(np.array_equal(a, b) for a, b in zip(given_arrays, before, strict=True))


def test_all_faults_are_told_at_once():
    first_out, head, weight = [0, 1, 1], [1], [[1, 1]]
    shared = Shared(np.ones((3, 2), np.int64), [[1, -1, 2**62], [1, 1, 1], [1, 1, 1]])
    with pytest.raises(DataError) as told:
        pareto_front(first_out, head, weight, 0, 7, shared=shared, upper=[1])
    said = "\n".join(told.value.faults)
    for part in (
        "shared.member: bool expected, not int64",
        "shared.member: 3 rows for 1 arcs",
        "shared.gain: 3 rows for 2 items",
        "shared.gain: 3 columns for 2 criteria",
        "shared.gain: 1 negative, the first of item 0 in criterion 1: -1",
        "2^61",
        "target: 7",
        "upper: 1 limits",
    ):
        assert part in said
    for wrong in (([[True]], [[1]]), "items", Shared([[0.5]], [[1, 1]]), Shared([[True]], [[0.5, 1.0]])):
        with pytest.raises(DataError, match="shared"):
            pareto_front(first_out, head, weight, 0, 1, shared=wrong)
    assert pareto_front(first_out, head, weight, 0, 1, shared=Shared([[]], np.zeros((0, 2), int))).values.tolist() == [
        [1, 1]
    ]
