"""One-to-all searches, searches from both ends, and what two criteria leave in play, against brute force."""

import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, scattered, worlds

from corridor_opt.kernels import arcs, between, bounds, chains, dial, ends, far, meet, part, toward

ALL_OPEN = np.empty(0, np.bool_)
MOST = chains.MOST
examples = settings(max_examples=EXAMPLES, deadline=None)


def _arrays(world: World):
    first_out, head, weight = world.csr()
    is_open = np.array(world.is_open or [True] * len(world.arcs), np.bool_)
    return first_out, head.astype(np.int32), weight.astype(np.int32), is_open


def _known(distance, unreached=arcs.NONE):
    return [None if d == unreached else int(d) for d in distance]


def _distances(record):
    return _known(record[: record.size - 12 : 4])


def _forward(world: World, c: int):
    """Distances from the source by the naive twin."""
    turned = [(head, tail, weight) for tail, head, weight in world.open_arcs]
    return reference.distances_to(world.n, turned, world.source, c)


@given(worlds(limits=False))
@examples
def test_buckets_and_heaps_agree_with_the_naive_twin(world):
    arrays = _arrays(world)
    out, into = arcs.pair_up(*arrays), arcs.turn(*arrays)
    for c in range(world.k):
        for laid, begin, expected in (
            (out, world.source, _forward(world, c)),
            (into, world.target, reference.distances_to(world.n, world.open_arcs, world.target, c)),
        ):
            status, record, _ = dial.spread_from(laid, c, begin, -1)
            assert status == dial.EMPTY
            assert _distances(record) == expected
            assert _known(dial.distances_of(record, -1), -1) == expected
            by_heap = dial.new_record(laid.first)
            by_heap[4 * begin] = 0
            assert dial.spread_by_heap(laid.pair[c], by_heap, np.array([begin]))
            assert _distances(by_heap) == expected


@given(worlds(limits=False))
@examples
def test_wide_lengths_and_the_way_back(world):
    arrays = _arrays(world)
    for c in range(world.k):
        expected = _forward(world, c)
        distance, last = far.spread_far(*arrays, c, world.source, -1)
        assert _known(distance, bounds.UNREACHED) == expected
        status, record, _ = dial.spread_from(arcs.pair_up(*arrays), c, world.source, world.target)
        assert status in (dial.EMPTY, dial.STOPPED)
        if expected[world.target] is None:
            continue
        for found in (
            far.trace_back(arrays[0], last, 1, 0, world.source, world.target),
            far.trace_back(arrays[0], record, 4, 2, world.source, world.target),
        ):
            here, total = world.source, 0
            for a in found.tolist():
                tail, head, weight = world.arcs[a]
                assert tail == here
                assert arrays[3][a]
                here, total = head, total + weight[c]
            assert (here, total) == (world.target, expected[world.target])


def test_a_run_can_be_cut_off_and_taken_up_again():
    world = scattered(200, 1200, 1, seed=4)
    out = arcs.pair_up(*_arrays(world)[:3], ALL_OPEN)
    _, whole, _ = dial.spread_from(out, 0, 0, -1)
    queue, parts = dial.new_queue(50, int(out.total[0]), 1200), dial.new_record(out.first)
    dial.put(parts, 0, queue, 0, 50)
    dial.put(parts, 0, queue, 0, 0)
    dial.put(parts, 0, queue, 0, 9)
    for radius in range(0, 400, 7):
        dial.spread(out.pair[0], parts, queue, 50, radius, -1)
        settled = whole[::4] <= radius
        assert np.array_equal(parts[::4][settled], whole[::4][settled])
    assert np.array_equal(parts[::4], whole[::4])
    stop = int(np.argsort(whole[: 4 * 200 : 4])[100])
    status, early, settled = dial.spread_from(out, 0, 0, stop)
    assert status == dial.STOPPED
    assert early[4 * stop] == whole[4 * stop]
    assert 0 < settled < 200


def test_buckets_give_up_where_they_do_not_suit_and_tell_what_does_not_fit():
    # one weight dwarfs the others: most buckets are empty
    n = 400
    first = np.arange(n + 1, dtype=np.int64)
    first[n] = n - 1
    head = np.arange(1, n, dtype=np.int32)
    weight = np.full((n - 1, 1), 2**22, np.int32)
    weight[5] = 1
    heavy = arcs.pair_up(first, head, weight, ALL_OPEN)
    status, record, _ = dial.spread_from(heavy, 0, 0, -1)
    assert status == dial.EMPTY
    assert record[4 * (n - 1)] == weight.sum()
    queue = dial.new_queue(2**22, 1, n)  # as if the mean were small
    narrow = dial.new_record(first)
    dial.put(narrow, 0, queue, 0, 0)
    assert dial.spread(heavy.pair[0], narrow, queue, 2**22, MOST, -1) == dial.GIVEN_UP
    far_off = arcs.pair_up(first, head, np.full((n - 1, 1), MOST, np.int32), ALL_OPEN)
    assert dial.spread_from(far_off, 0, 0, -1)[0] == dial.TOO_FAR
    start = dial.new_record(first)
    start[0] = 0
    assert not dial.spread_by_heap(far_off.pair[0], start, np.array([0]))


def _between(world: World, upper):
    arrays = _arrays(world)
    into, out = arcs.turn(*arrays), arcs.pair_up(*arrays)
    every = np.arange(world.n, dtype=np.int32)
    none = ends.nothing(2)
    return arrays, into, out, between.between(into, out, none, upper, every, world.source, world.target)


def _check_bounds(world: World, lower, limit, bound, front):
    """Bounds are those of the ends, consistent, and below every path of the front; limits cut no point off."""
    assert lower.tolist() == [min(p[c] for p in front) for c in range(2)]
    assert all(p[c] <= limit[c] for p in front for c in range(2))
    exact = [reference.distances_to(world.n, world.open_arcs, world.target, c) for c in range(2)]
    kept = bound[0, : world.n] != arcs.NONE
    assert np.array_equal(kept, bound[1, : world.n] != arcs.NONE)
    for tail, head, weight in world.open_arcs:
        if kept[tail] and kept[head]:
            assert all(weight[c] + int(bound[c, head]) >= int(bound[c, tail]) for c in range(2))
    inner = [arc for arc in world.open_arcs if kept[arc[0]] and kept[arc[1]]]
    assert reference.pareto_front(world.n, inner, world.source, world.target, 2) == front
    for v in np.flatnonzero(kept):
        for c in range(2):
            least = reference.distances_to(world.n, inner, world.target, c)[v]
            assert exact[c][v] <= bound[c, v] or least is None
            assert least is None or bound[c, v] <= least


@given(worlds(criteria=2, limits=False))
@examples
def test_what_two_criteria_leave_in_play_holds_the_front(world):
    if world.source == world.target:
        return
    front = reference.pareto_front(world.n, world.open_arcs, world.source, world.target, 2)
    arrays, _, out, found = _between(world, np.full(2, MOST))
    if not front:
        assert found.status == between.NO_PATH
        return
    assert found.status == dial.EMPTY
    _check_bounds(world, found.lower, found.limit, found.bound, front)
    bound = np.full((2, world.n + 2), arcs.NONE, np.int32)
    for c in range(2):
        for v, d in enumerate(reference.distances_to(world.n, world.open_arcs, world.target, c)):
            bound[c, v] = arcs.NONE if d is None else d
    radius = np.full(2, MOST)
    toward.narrow(out, ends.nothing(2), bound, radius, world.source, world.target)
    _check_bounds(world, found.lower, radius, bound, front)
    copied = part.part(*arrays, found.bound[0])
    tails = np.repeat(copied.vertex, np.diff(copied.first_out))
    assert copied.vertex.tolist() == [v for v in range(world.n) if found.bound[0, v] != arcs.NONE]
    inside = [
        (int(t), int(copied.vertex[h]), tuple(w))
        for t, h, w in zip(tails, copied.head, copied.weight.tolist(), strict=True)
    ]
    assert inside == [world.arcs[a] for a in copied.arc]
    assert copied.arc.tolist() == [
        a
        for a, (t, h, _) in enumerate(world.arcs)
        if arrays[3][a] and found.bound[0, t] != arcs.NONE and found.bound[0, h] != arcs.NONE
    ]


@given(worlds(criteria=2, limits=False), st.lists(st.integers(0, 30), min_size=2, max_size=2))
@examples
def test_limits_on_values_cut_off_no_point_within_them(world, upper):
    if world.source == world.target:
        return
    front = reference.pareto_front(world.n, world.open_arcs, world.source, world.target, 2, upper)
    *_, found = _between(world, np.array(upper))
    if found.status == between.NO_PATH:
        assert not front
        return
    kept = found.bound[0, : world.n] != arcs.NONE
    inner = [arc for arc in world.open_arcs if kept[arc[0]] and kept[arc[1]]]
    assert reference.pareto_front(world.n, inner, world.source, world.target, 2, upper) == front


@pytest.mark.parametrize("seed", range(5))
def test_both_ends_meet_on_larger_graphs(seed):
    world = scattered(150, 500, 2, seed=seed)
    arrays = _arrays(world)
    into, out = arcs.turn(*arrays), arcs.pair_up(*arrays)
    for c in range(2):
        expected = dial.distances_of(dial.spread_from(out, c, 0, -1)[1], -1)
        for target in range(1, 150, 13):
            sides = meet.begin(into, out, ends.nothing(2), c, 0, target)
            assert meet.approach(sides, into.pair[c], out.pair[c], MOST) == dial.EMPTY
            assert (int(sides.met[0]) if sides.met[0] != arcs.NONE else -1) == expected[target]
