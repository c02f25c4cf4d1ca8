"""Many weightings of one topology against the naive twin: distances, last arcs and sums in every world."""

import numpy as np
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, World, worlds

from corridor_opt.graph import Items, make_weightings, trace, world_distances
from corridor_opt.graph import worlds as door

examples = settings(max_examples=EXAMPLES, deadline=None)


@st.composite
def changed(draw: st.DrawFn):
    """A small multigraph, items on its arcs, and worlds: more and fewer than lanes."""
    world = draw(worlds(limits=False))
    m, k = len(world.arcs), world.k - 1
    arc = st.integers(0, m - 1) if m else st.nothing()
    times = st.tuples(*[st.integers(0, 3)] * world.k)
    sets = draw(st.lists(st.lists(st.tuples(arc, times), max_size=4 if m else 0), max_size=4))
    amount = st.tuples(st.sampled_from([-1, 0, 0, 1, 7]), *[st.integers(0, 5)] * k)
    every = draw(st.lists(st.tuples(*[amount] * len(sets)), min_size=1, max_size=5))
    return world, sets, every


def asked(world: World, sets, every):
    """What the door takes."""
    first = np.cumsum([0, *(len(item) for item in sets)])
    entries = [entry for item in sets for entry in item]
    items = Items(
        first,
        np.array([arc for arc, _ in entries], np.int64),
        np.array([times for _, times in entries], np.int64).reshape(len(entries), world.k),
    )
    amounts = np.array(every, np.int64).reshape(len(every), len(sets), world.k)
    first_out, head, value = world.csr()
    mask = None if world.is_open is None else np.array(world.is_open, np.bool_)
    return make_weightings(
        first_out,
        head,
        value[:, 0],
        items=items,
        add=amounts[:, :, 0],
        is_open=mask,
        sums=value[:, 1:],
        sums_add=amounts[:, :, 1:],
    )


def check_world(world: World, numbers, found, i: int, source: int, s: int, towards: bool) -> None:
    """Distances are those of the twin; the way that last arcs show has that length and those sums, and is open."""
    is_open = world.is_open or (True,) * len(world.arcs)
    arcs = [
        (tail, head, tuple(row))
        for (tail, head, _), row, may in zip(world.arcs, numbers, is_open, strict=True)
        if row is not None and may
    ]
    turned = arcs if towards else [(head, tail, weight) for tail, head, weight in arcs]
    expected = reference.distances_to(world.n, turned, source, 0)
    assert found.distance[i, s].tolist() == [-1 if d is None else d for d in expected]
    first_out, head, _ = world.csr()
    for v in range(world.n):
        path = trace(first_out, head, found.last[i, s], v, towards=towards).tolist()
        if expected[v] is None:
            assert path == []
            assert found.sums[i, s, v].tolist() == [-1] * (world.k - 1)
            continue
        here, end = (v, source) if towards else (source, v)
        total = [0] * world.k
        for a in path:
            assert world.arcs[a][0] == here
            assert is_open[a]
            here = world.arcs[a][1]
            total = [x + y for x, y in zip(total, numbers[a], strict=True)]
        assert here == end
        assert len(path) < world.n
        assert total == [expected[v], *found.sums[i, s, v].tolist()]


@given(changed(), st.booleans(), st.integers(1, 6), st.integers(1, 5))
@examples
def test_every_world_agrees_with_the_naive_twin(given, towards, lanes, block):
    world, sets, every = given
    made = asked(world, sets, every)
    sources = [world.source, world.target]
    before, door.LANES = door.LANES, lanes
    try:
        found = world_distances(made, sources, towards=towards, threads=1, block=block)
    finally:
        door.LANES = before
    value = [arc[2] for arc in world.arcs]
    for i, amounts in enumerate(every):
        numbers = reference.world_weights(value, sets, amounts)
        for s, source in enumerate(sources):
            check_world(world, numbers, found, i, source, s, towards)
    again = world_distances(made, sources, towards=towards, threads=2)
    assert all(np.array_equal(a, b) for a, b in zip(again, found, strict=True)), "ties too are broken alike"
    few = world_distances(made, world.source, towards=towards, at=[world.target], threads=1)
    for a, b in zip(few[1:], found[1:], strict=True):
        assert np.array_equal(a[:, 0, 0], b[:, 0, world.target])


def test_a_circle_of_zero_weights_gives_a_tree():
    # 0 > 1 > 2 > 1 with nothing to pay: each of 1 and 2 could be the other's last arc
    made = make_weightings([0, 1, 2, 4], [1, 2, 1, 0], [0, 0, 0, 0])
    found = world_distances(made, 0, threads=1)
    assert found.distance.tolist() == [[[0, 0, 0]]]
    assert found.last.tolist() == [[[-1, 0, 1]]]
