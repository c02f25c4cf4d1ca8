"""Fronts within (1 + eps): coverage, number of points and paths against brute force and exact search."""

import dataclasses
import itertools
import signal

import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, grid, scattered, worlds

import corridor_opt as co
from corridor_opt.errors import DataError
from corridor_opt.graph import Bounded, FrontArrays, SearchLimits, pareto_front, prepare, search
from corridor_opt.graph.engines import bounded, narrow, run, wide
from corridor_opt.kernels import bounded_labels, bounded_pairs, bounded_sets
from corridor_opt.kernels import labels as pool

EPS = (0.001, 0.01, 0.1, 0.5, 1)
NEVER = 2**62


@pytest.fixture(autouse=True)
def _buckets_for_the_smallest(monkeypatch):
    monkeypatch.setattr(search, "FEW_ARCS", 0)
    monkeypatch.setattr(bounded, "FEW_LABELS", 0)


def solve(world: World, *, prepared: bool = False, **options) -> FrontArrays:
    """Search a world; check that paths are what they are said to be and that no point beats another."""
    mask = None if world.is_open is None else np.array(world.is_open, np.bool_)
    options["upper"] = world.upper
    if prepared:
        front = prepare(*world.csr(), is_open=mask).front(world.source, world.target, **options)
    else:
        front = pareto_front(*world.csr(), world.source, world.target, is_open=mask, **options)
    points = points_of(front)
    for value, path in zip(points, front.paths, strict=True):
        here, total = world.source, [0] * world.k
        for a in path.tolist():
            tail, head, weight = world.arcs[a]
            assert tail == here
            assert mask is None or mask[a]
            total = [x + w for x, w in zip(total, weight, strict=True)]
            here = head
        assert here == world.target
        assert tuple(total) == value
        for x, limit in zip(value, world.upper or (), strict=False):
            assert limit is None or limit < 0 or x <= limit
    assert points == sorted(points)
    assert reference.non_dominated(set(points)) == points
    assert (front.status == "complete") == (front.reason is None) == (front.proven is None)
    return front


def points_of(front: FrontArrays) -> list[tuple[int, ...]]:
    return [tuple(row) for row in front.values.tolist()]


def check(world: World, eps: float, exact: list[tuple[int, ...]], **options) -> FrontArrays:
    front = solve(world, method=Bounded(eps), **options)
    assert front.status == "complete"
    assert reference.uncovered(exact, points_of(front), eps) == []
    assert len(front.values) <= len(exact)
    return front


def brute_force(world: World) -> list[tuple[int, ...]]:
    return reference.pareto_front(world.n, world.open_arcs, world.source, world.target, world.k, world.upper)


@st.composite
def stretched(draw: st.DrawFn) -> World:
    """A small world whose arcs are drawn out into chains; ends may lie inside them."""
    world = draw(worlds())
    n, arcs = world.n, []
    weight = st.tuples(*[st.integers(0, 9)] * world.k)
    is_open = world.is_open or (True,) * len(world.arcs)
    opened = []
    for (tail, head, value), passable in list(zip(world.arcs, is_open, strict=True))[:9]:
        inner = list(range(n, n + draw(st.integers(0, 2))))
        n += len(inner)
        for u, v in itertools.pairwise([tail, *inner, head]):
            arcs.append((u, v, value if u == tail else draw(weight)))
            opened.append(passable)
            if draw(st.booleans()):
                arcs.append((v, u, draw(weight)))
                opened.append(passable)
    order = sorted(range(len(arcs)), key=lambda a: arcs[a][0])
    ends = st.integers(0, n - 1)
    return World(
        n,
        world.k,
        tuple(arcs[a] for a in order),
        draw(ends),
        draw(ends),
        tuple(opened[a] for a in order),
        world.upper,
    )


@given(worlds(), st.sampled_from(EPS))
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_every_exact_point_is_covered_by_no_more_points(world, eps):
    check(world, eps, brute_force(world))


@given(stretched(), st.sampled_from(EPS), st.booleans())
@settings(max_examples=2 * EXAMPLES, deadline=None)
def test_chains_masks_and_limits(world, eps, prepared):
    check(world, eps, brute_force(world), prepared=prepared)


@given(st.integers(2, 6), st.integers(0, 10**6), st.sampled_from(EPS), st.sampled_from([2, 9, 60]), st.booleans())
@settings(max_examples=EXAMPLES, deadline=None)
def test_longer_fronts_against_exact_search(k, seed, eps, largest, few):
    """Grids: many merges; `few` gives zero weights and parallel arcs."""
    world = scattered(14, 40, k, seed, largest) if few else grid(5 if k < 4 else 4, k, seed, largest)
    check(world, eps, points_of(solve(world)))


@given(worlds(), st.sampled_from((0.01, 0.5)))
@settings(max_examples=max(EXAMPLES // 2, 20), deadline=None)
def test_small_chunks_and_growing_arrays_change_nothing(world, eps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "FIRST_CHUNK", 1)
        patch.setattr(pool, "FIRST_CAPACITY", 1)
        check(world, eps, brute_force(world))


@pytest.mark.parametrize("k", range(2, 7))
def test_growing_arrays_on_longer_fronts(k, monkeypatch):
    world = grid(7 if k < 4 else 5, k, seed=k, largest=40)
    whole = [solve(world, method=Bounded(eps)) for eps in EPS]
    monkeypatch.setattr(run, "FIRST_CHUNK", 1)
    monkeypatch.setattr(pool, "FIRST_CAPACITY", 1)
    for eps, expected in zip(EPS, whole, strict=True):
        again = solve(world, method=Bounded(eps))
        assert points_of(again) == points_of(expected)
        assert 0 < again.expanded <= expected.expanded  # counting stops sooner


@pytest.mark.parametrize("first", [0, 1, 2])
def test_any_order_of_criteria_covers(first, monkeypatch):
    monkeypatch.setattr(bounded, "_central", lambda *_: np.roll(np.arange(3), first))
    world = grid(8, 3, seed=4, largest=30)
    exact = points_of(solve(world))
    for eps in EPS:
        check(world, eps, exact)


def test_ties_in_the_first_criterion():
    world = grid(6, 4, seed=3, largest=30)
    for first in (0, 1):
        tied = dataclasses.replace(world, arcs=tuple((t, h, (first, *w[1:])) for t, h, w in world.arcs))
        exact = points_of(solve(tied))
        for eps in EPS:
            check(tied, eps, exact)


def test_few_points_and_fewer_labels():
    world = grid(24, 3, seed=1, largest=100)
    exact = solve(world)
    front = check(world, 0.05, points_of(exact))
    assert len(front.values) < len(exact.values) / 8
    assert front.expanded < exact.expanded / 2
    coarse = check(world, 0.3, points_of(exact))
    assert len(coarse.values) < len(front.values)
    assert coarse.expanded < front.expanded


def test_limits_on_values_are_kept_by_what_covers():
    world = grid(9, 3, seed=5, largest=40)
    exact = solve(world)
    for share in (0.2, 0.5, 0.8):
        middle = np.quantile(exact.values, share, axis=0).astype(int).tolist()
        for upper in ((middle[0], None, None), (None, middle[1], middle[2]), tuple(middle)):
            limited = dataclasses.replace(world, upper=upper)
            check(limited, 0.1, points_of(solve(limited)))


# the number of points ---------------------------------------------------------------------------------


def test_points_above_one_exact_point_give_way_to_it(monkeypatch):
    """Pretend that the first search came with far too many points: the exact front is the answer."""
    world = grid(7, 3, seed=2, largest=20)
    exact = points_of(solve(world))
    many = np.arange(len(exact) + 1)
    monkeypatch.setattr(bounded.Approximate, "chosen", lambda self: many)
    front = check(world, 0.1, exact)
    assert set(points_of(front)) < set(exact)


def test_no_more_of_the_exact_front_is_searched_than_needed():
    world = grid(16, 3, seed=2, largest=60)
    exact = solve(world)
    engine = []
    original = bounded.Approximate.front

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounded.Approximate, "front", lambda self: (engine.append(self), original(self))[1])
        patch.setattr(bounded, "COUNT_AT_ONCE", 64)
        front = check(world, 0.05, points_of(exact))
    assert len(front.values) <= engine[0].exact.solutions()
    assert engine[0].exact.counts().settled < exact.expanded / 2


# limits -----------------------------------------------------------------------------------------------


def check_partial(front: FrontArrays, exact: list[tuple[int, ...]], eps: float, first: int = 0) -> None:
    assert front.status == "limit"
    assert front.proven is not None
    below = [e for e in exact if e[first] < front.proven[first]]
    assert reference.uncovered(below, points_of(front), eps) == []


@given(worlds(), st.integers(0, 30), st.sampled_from(EPS))
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_part_covers_what_it_says(world, labels, eps):
    front = solve(world, method=Bounded(eps), search_limits=SearchLimits(labels=labels))
    exact = brute_force(world)
    if front.status == "complete":
        assert reference.uncovered(exact, points_of(front), eps) == []
        assert len(front.values) <= len(exact)
    else:
        assert front.expanded == labels
        check_partial(front, exact, eps)


def test_parts_in_another_order(monkeypatch):
    monkeypatch.setattr(bounded, "_central", lambda *_: np.array([2, 0, 1]))
    world = grid(12, 3, seed=2, largest=40)
    exact = points_of(solve(world))
    whole = solve(world, method=Bounded(0.05))
    parts = set()
    for labels in range(0, whole.expanded, 37):
        front = solve(world, method=Bounded(0.05), search_limits=SearchLimits(labels=labels))
        if front.status == "complete":  # the chunk that met the limit counted enough points
            break
        check_partial(front, exact, 0.05, 2)
        parts.add(sum(e[2] < front.proven[2] for e in exact))
    assert len(parts) > 5
    assert max(parts) == len(exact)  # all is covered while points are counted


def test_bytes_and_seconds():
    world = grid(9, 3, seed=2, largest=40)
    for limits, reason in ((SearchLimits(bytes=1000), "bytes"), (SearchLimits(seconds=0), "seconds")):
        front = solve(world, method=Bounded(0.05), search_limits=limits)
        assert (front.status, front.reason, len(front.values)) == ("limit", reason, 0)


def test_ctrl_c_and_progress(monkeypatch):
    monkeypatch.setattr(run, "FIRST_CHUNK", 16)
    world = grid(12, 3, seed=2, largest=40)
    exact = points_of(solve(world))
    seen = []

    def look(state):
        seen.append(state)
        if state.solutions > 3:
            signal.raise_signal(signal.SIGINT)

    front = solve(world, method=Bounded(0.05), progress=look)
    assert front.reason == "interrupt"
    check_partial(front, exact, 0.05)
    assert len(front.values) == seen[-1].solutions > 3
    assert [s.expanded for s in seen] == sorted(s.expanded for s in seen)


# fallbacks and words ----------------------------------------------------------------------------------


@given(worlds(), st.sampled_from(EPS), st.booleans())
@settings(max_examples=EXAMPLES, deadline=None)
def test_short_searches_give_few_exact_points(world, eps, small):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "FEW_ARCS", NEVER if small else 0)
        patch.setattr(bounded, "FEW_LABELS", 20_000)
        exact = brute_force(world)
        front = check(world, eps, exact)
    assert set(points_of(front)) <= set(exact)


def test_thinning_leaves_few_points_and_covers_all():
    along = np.arange(1, 2001)
    values = np.stack([10**6 + 500 * along, 3 * 10**6 - 700 * along], axis=1)
    for eps in (0.001, 0.01, 0.1, 1):
        kept = bounded.thinned(values, eps)
        assert reference.uncovered(values.tolist(), values[kept].tolist(), eps) == []
        # each point reaches as far to either side as eps allows
        assert len(kept) <= 2 + 2000 * 700 / (eps * 1.6e6) / 1.5
    far = np.array([[2**60, 1], [2**60 + 2**40, 0]])
    assert bounded.thinned(far, 0.5).tolist() == [1]
    assert bounded.thinned(far[:0], 0.5).tolist() == []


def test_one_criterion_and_numbers_beyond_32_bits_are_exact():
    world = grid(6, 1, seed=1)
    assert points_of(solve(world, method=Bounded(0.5))) == points_of(solve(world))
    big = 2**30
    arcs = []
    for v in range(4):
        arcs += [(v, v + 1, (0, big, 1)), (v, v + 1, (1, 0, 2)), (v, v + 1, (1, 1, 0))]
    world = World(5, 3, tuple(arcs), 0, 4)
    exact = brute_force(world)
    assert set(points_of(check(world, 0.001, exact))) < set(exact)


def test_coarse_buckets_serve_where_fine_ones_are_too_many(monkeypatch):
    """The exact search falls back to a heap; the bounded one need not, and counts points with that."""
    world = grid(9, 3, seed=1, largest=3 * 10**6)
    exact = points_of(solve(world))
    opened = []
    for kind in (wide.Wide, narrow.Narrow, bounded.Approximate):
        original = kind.open
        monkeypatch.setattr(kind, "open", lambda self, o=original, k=kind: (opened.append(k), o(self))[1])
    solve(world)
    assert opened == [wide.Wide]
    opened.clear()
    front = check(world, 0.1, exact)
    assert opened == [bounded.Approximate, wide.Wide]
    assert len(front.values) < len(exact) / 2
    for labels in range(0, front.expanded, 50):
        part = solve(world, method=Bounded(0.1), search_limits=SearchLimits(labels=labels))
        if part.status == "limit":
            check_partial(part, exact, 0.1)


def test_source_is_target():
    world = dataclasses.replace(grid(4, 3, seed=1), target=0)
    assert points_of(solve(world, method=Bounded(0.1))) == [(0, 0, 0)]


@pytest.mark.parametrize("eps", [0, -0.1, 1.01, float("nan"), float("inf"), True, "0.01", None])
def test_bad_eps(eps):
    with pytest.raises(DataError, match="eps"):
        Bounded(eps)


def test_method_words():
    assert co.Bounded is Bounded
    world = grid(4, 2, seed=1)
    with pytest.raises(DataError) as caught:
        pareto_front(*world.csr(), 0, 1, method="bounded")
    assert "Bounded(eps)" in caught.value.faults[0]


@pytest.mark.parametrize("eps", [*EPS, 0.3, 1 / 3, 1e-9, 1e-12])
def test_eps_is_rounded_to_the_safe_side(eps):
    part = bounded.billionths(eps)
    assert 0 <= part <= eps * 10**9
    for e in (1, 7, 1000, 123_457, 2**31):
        p = e + e * part // 10**9
        assert reference.uncovered([(e,)], [(p,)], eps) == []


# kernels ----------------------------------------------------------------------------------------------


@given(st.integers(2, 5), st.lists(st.tuples(*[st.integers(0, 9)] * 4), max_size=40), st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_is_remembered(k, entries, data):
    dims = (0,) * k
    spot, rows, used = np.zeros(12, np.int32), np.empty(400 * (k - 1), np.int32), 0
    naive: list[list[tuple[int, ...]]] = [[], [], []]
    for entry in entries:
        vertex, entry = data.draw(st.integers(0, 2)), entry[: k - 1]
        row = np.array(entry, np.int32)
        expected = any(all(x <= y for x, y in zip(one, entry, strict=True)) for one in naive[vertex])
        assert bounded_sets.covered(spot, rows, vertex, row, 0, dims) == expected
        if not expected:
            assert (used + bounded_sets.room(spot, vertex)) * (k - 1) <= rows.size
            used = bounded_sets.remember(spot, rows, used, vertex, row, 0, dims)
            naive[vertex] = [one for one in naive[vertex] if not all(x <= y for x, y in zip(entry, one, strict=True))]
            naive[vertex].append(entry)
        assert spot[4 * vertex + bounded_labels.LENGTH] == len(naive[vertex])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=30), st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_slots_of_vertices(puts, data):
    pairs = bounded_labels.new_pairs(10, 2, 1)
    arrays = (pairs.slot, pairs.behind, pairs.queued, pairs.tally)
    naive: list[tuple[int, int]] = []
    for vertex, number in puts:
        if naive and data.draw(st.booleans()):
            last = max(i for i, (slot, _) in enumerate(naive) if slot == min(naive)[0])
            assert bounded_pairs.take_vertex(*arrays) == naive.pop(last)[1]
        bounded_pairs.put_vertex(*arrays, number, vertex)
        if vertex not in [v for _, v in naive]:
            naive.append((number, vertex))
        assert pairs.tally[bounded_labels.QUEUED] == len(naive)


@given(st.data(), st.sampled_from(EPS))
@settings(max_examples=EXAMPLES, deadline=None)
def test_merged_pairs_stay_within_reach(data, eps):
    k, whole, part = 3, 10**9, bounded.billionths(eps)
    least = np.array(data.draw(st.tuples(*[st.integers(0, 30)] * k)))
    parts = np.full(k, part)
    pairs = bounded_labels.new_pairs(2, k, 1)
    wide, fields = 4 + 2 * k, bounded_labels.APEX
    for pair in range(2):
        apex = data.draw(st.tuples(*[st.integers(0, 40)] * k))
        row = pairs.pool[pair * wide : (pair + 1) * wide]
        row[:fields] = [-1, 0, pair, pair]
        row[fields : fields + k] = apex
        reach = [(whole + part) * (a + h) // whole - h for a, h in zip(apex, least.tolist(), strict=True)]
        row[fields + k :] = [data.draw(st.integers(a, r)) for a, r in zip(apex, reach, strict=True)]
    before = pairs.pool[: 2 * wide].reshape(2, wide).copy()
    found = bounded_pairs.partner(pairs.pool, 0, 1, least, parts, (0,) * k)
    apexes, values = before[:, fields : fields + k], before[:, fields + k :]
    common = apexes.min(axis=0)
    reach = [(whole + part) * (int(a) + int(h)) for a, h in zip(common, least, strict=True)]
    fits = [
        all(whole * (int(v) + int(h)) <= r for v, h, r in zip(value, least, reach, strict=True)) for value in values
    ]
    covered = bool((apexes[0] <= apexes[1]).all())
    assert found == (bounded_pairs.COVERED if covered else 0 if any(fits) else bounded_pairs.ALONE)
    if found == 0:
        bounded_pairs.merge(pairs.pool, 0, 1, least, parts, (0,) * k)
        row = pairs.pool[:wide]
        assert row[fields : fields + k].tolist() == common.tolist()
        kept = int(row[bounded_labels.PARENT])
        assert fits[kept]
        assert row[fields + k :].tolist() == values[kept].tolist()
