"""Both kinds of search, 64 bits by heap and 32 bits by buckets, prepared or not, against brute force."""

import dataclasses
import itertools
import signal

import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, grid, scattered, stretched, worlds

from corridor_opt.errors import DataError
from corridor_opt.graph import FrontArrays, SearchLimits, pareto_front, prepare, search
from corridor_opt.graph.engines import narrow, order, run, wide
from corridor_opt.kernels import labels as pool

examples = settings(max_examples=EXAMPLES, deadline=None)
NEVER = 2**62


@pytest.fixture(autouse=True)
def _buckets_for_the_smallest(monkeypatch):
    monkeypatch.setattr(search, "FEW_ARCS", 0)


def solve(world: World, *, prepared: bool = False, **options) -> FrontArrays:
    """Search a world and check that the paths are simple, open and worth what is said."""
    mask = None if world.is_open is None else np.array(world.is_open, np.bool_)
    options["upper"] = world.upper
    if prepared:
        front = prepare(*world.csr(), is_open=mask).front(world.source, world.target, **options)
    else:
        front = pareto_front(*world.csr(), world.source, world.target, is_open=mask, **options)
    for value, path in zip(front.values.tolist(), front.paths, strict=True):
        here, total, seen = world.source, [0] * world.k, {world.source}
        for a in path.tolist():
            tail, head, weight = world.arcs[a]
            assert tail == here
            assert head not in seen
            assert mask is None or mask[a]
            total = [x + w for x, w in zip(total, weight, strict=True)]
            here = head
            seen.add(head)
        assert here == world.target
        assert total == value
    assert (front.status == "complete") == (front.reason is None) == (front.proven is None)
    return front


def points_of(front: FrontArrays) -> list[tuple[int, ...]]:
    return [tuple(row) for row in front.values.tolist()]


def brute_force(world: World) -> list[tuple[int, ...]]:
    return reference.pareto_front(world.n, world.open_arcs, world.source, world.target, world.k, world.upper)


@given(worlds())
@examples
def test_buckets_agree_with_brute_force(world):
    assert points_of(solve(world)) == brute_force(world)


@given(stretched(), st.booleans())
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_chains_agree_with_brute_force(world, prepared):
    assert points_of(solve(world, prepared=prepared)) == brute_force(world)


@pytest.mark.parametrize("first", [0, 1, 2])
@given(world=worlds(criteria=3))
@settings(max_examples=max(EXAMPLES // 3, 20), deadline=None)
def test_any_order_of_criteria_gives_the_same(first, world):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrow, "first_order", lambda *_: np.roll(np.arange(3), first))
        assert points_of(solve(world)) == brute_force(world)


@given(world=st.integers(3, 6).flatmap(lambda k: worlds(criteria=k)))
@settings(max_examples=max(EXAMPLES // 2, 20), deadline=None)
def test_orders_tried_in_mid_search_change_nothing(world):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrow, "PROBE", 3)
        patch.setattr(narrow, "CLEARLY", 9)
        patch.setattr(order, "MOST_TIES", 0)
        assert points_of(solve(world)) == brute_force(world)


@given(stretched())
@settings(max_examples=max(EXAMPLES // 2, 20), deadline=None)
def test_small_chunks_and_growing_arrays_change_nothing(world):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "FIRST_CHUNK", 1)
        patch.setattr(pool, "FIRST_CAPACITY", 4)
        assert points_of(solve(world)) == brute_force(world)


@pytest.mark.parametrize("k", range(1, 7))
def test_both_engines_agree_on_longer_fronts(k, monkeypatch):
    world = grid(6 if k > 3 else 9, k, seed=k, largest=40)
    narrow = solve(world)
    monkeypatch.setattr(search, "FEW_ARCS", NEVER)
    wide = solve(world)
    assert points_of(narrow) == points_of(wide)
    assert len(narrow.values) > (20 if k > 2 else 0)


def test_ties_in_the_first_criterion_are_settled(monkeypatch):
    world = grid(6, 4, seed=3, largest=30)
    tied = dataclasses.replace(world, arcs=tuple((t, h, (1, *w[1:])) for t, h, w in world.arcs))
    narrow = solve(tied)
    monkeypatch.setattr(search, "FEW_ARCS", NEVER)
    assert points_of(narrow) == points_of(solve(tied))


def test_one_prepared_graph_serves_many_queries():
    world = scattered(60, 130, 3, seed=5)
    graph = prepare(*world.csr())
    found = 0
    for source, target in itertools.product(range(0, 60, 7), range(0, 60, 11)):
        alone = pareto_front(*world.csr(), source, target)
        shared = graph.front(source, target)
        assert np.array_equal(alone.values, shared.values)
        found += len(alone.values)
    assert found > 50
    with pytest.raises(DataError) as caught:
        graph.front(-1, 60, upper=[1], method="exact")
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["upper", "source", "target", "method"]


def test_numbers_too_large_for_32_bits_are_searched_in_64(monkeypatch):
    kinds = []
    for name in ("Wide", "Narrow"):
        kind = getattr(wide if name == "Wide" else narrow, name)
        original = kind.open
        monkeypatch.setattr(kind, "open", lambda self, o=original, n=name: (kinds.append(n), o(self))[1])
    most = 2**31 - 1
    # a bound beyond 32 bits; a chain beyond; costs beyond the buckets
    for weight, expected in ((5, "Narrow"), (10**6, "Wide"), (most, "Wide")):
        kinds.clear()
        arcs = []
        for v in range(3):
            arcs += [(v, v + 1, (weight, 1)), (v, v + 1, (1, weight)), (v + 1, v, (0, 0))]
        world = World(4, 2, tuple(sorted(arcs, key=lambda arc: arc[0])), 0, 3)
        assert points_of(solve(world)) == brute_force(world)
        assert kinds[-1] == expected


def test_a_sum_that_leaves_32_bits_in_mid_search_begins_again(monkeypatch):
    # every bound and every reduced cost fits, but detours add up
    big = 2**30
    arcs = []
    for v in range(4):
        arcs += [(v, v + 1, (0, big, 1)), (v, v + 1, (1, 0, 2)), (v, v + 1, (1, 1, 0))]
    world = World(5, 3, tuple(arcs), 0, 4)
    tried = []
    original = narrow.Narrow.advance

    def advance(self, pops, most):
        tried.append(1)
        return original(self, pops, most)

    monkeypatch.setattr(narrow.Narrow, "advance", advance)
    assert points_of(solve(world)) == brute_force(world)
    assert tried


def test_limits_in_a_gap_of_the_front_leave_nothing():
    arcs = [(0, 1, (8, 1)), (0, 2, (6, 6)), (1, 0, (2, 7)), (1, 1, (1, 4)), (1, 2, (5, 4)), (2, 0, (3, 6))]
    world = World(3, 2, tuple(arcs), 0, 2, None, (12, 5))
    assert brute_force(world) == []
    assert points_of(solve(world)) == points_of(solve(world, prepared=True)) == []
    for seed in range(40):
        world = grid(5, 2, seed=seed, largest=10)
        front = points_of(solve(world))
        for left, right in itertools.pairwise(front):
            between = dataclasses.replace(world, upper=(right[0] - 1, left[1] - 1))
            assert points_of(solve(between)) == points_of(solve(between, prepared=True)) == []


# limits ---------------------------------------------------------------------------------------------


def check_partial(front: FrontArrays, exact: list[tuple[int, ...]], first: int = 0) -> None:
    points = points_of(front)
    assert front.status == "limit"
    assert front.proven is not None
    assert set(points) <= set(exact)
    assert points == [p for p in exact if p[first] < front.proven[first]]
    assert {p for p in exact if p < front.proven} <= set(points)


@given(worlds(), st.integers(0, 30))
@examples
def test_every_part_of_a_front_is_exact_even_among_ties(world, labels):
    front = solve(world, search_limits=SearchLimits(labels=labels))
    if front.status == "complete":
        assert points_of(front) == brute_force(world)
    else:
        assert front.expanded == labels
        check_partial(front, brute_force(world))


def test_parts_of_fronts_in_another_order(monkeypatch):
    monkeypatch.setattr(narrow, "first_order", lambda *_: np.array([2, 0, 1]))
    world = grid(9, 3, seed=2, largest=4)
    exact = solve(world)
    for labels in range(0, exact.expanded, 37):
        front = solve(world, search_limits=SearchLimits(labels=labels))
        check_partial(front, points_of(exact), 2)
    assert len(front.values) > 3


def test_ctrl_c_and_progress(monkeypatch):
    monkeypatch.setattr(run, "FIRST_CHUNK", 16)
    world = grid(9, 4, seed=2, largest=9)
    exact = points_of(solve(world))

    def look(state):
        assert state.solutions == sum(p < state.bound for p in exact)
        if state.solutions > 5:
            signal.raise_signal(signal.SIGINT)

    front = solve(world, progress=look)
    assert front.reason == "interrupt"
    check_partial(front, exact)


# order ----------------------------------------------------------------------------------------------


def test_the_first_criterion_has_buckets_and_few_ties():
    fits = (10**6).__ge__
    assert order.first_order(np.array([1000, 9, 1000]), fits).tolist() == [0, 1, 2]
    assert order.first_order(np.array([9, 1000, 1000]), fits).tolist() == [1, 0, 2]
    assert order.first_order(np.array([10**7, 9, 8]), fits).tolist() == [1, 0, 2]
    assert order.first_order(np.array([10**7, 10**7]), fits) is None
    tried = [o.tolist() for o in order.others(np.array([1, 0, 2, 3]), np.array([1000, 2000, 9, 10**7]), fits)]
    assert tried == [[0, 1, 2, 3]]


def test_the_order_that_keeps_memories_short_is_taken(monkeypatch):
    # criteria 2 and 3 move together, so that vertices need to remember little once the first one is settled
    rng = np.random.default_rng(4)
    world = grid(14, 3, seed=4, largest=900)
    both = rng.integers(1, 900, len(world.arcs)).tolist()
    arcs = tuple((t, h, (b, w[1], b + w[0] // 100)) for (t, h, w), b in zip(world.arcs, both, strict=True))
    world = dataclasses.replace(world, arcs=arcs)
    taken = []
    original = narrow.Narrow.front
    monkeypatch.setattr(narrow.Narrow, "front", lambda self: (taken.append(self.order.tolist()), original(self))[1])
    whole = solve(world)
    monkeypatch.setattr(narrow, "PROBE", 800)
    probed = solve(world)
    assert points_of(whole) == points_of(probed)
    assert taken == [[0, 1, 2], [1, 0, 2]]
