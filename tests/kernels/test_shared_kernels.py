"""Sets of items, and what lies ahead of a vertex, against definitions taken by their word."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES, stretched, worlds

from corridor_opt.graph.arrays import checked
from corridor_opt.graph.engines.shared import _core
from corridor_opt.kernels import shared_reach, shared_sets


def bits(packed: np.ndarray, words: int, items: int) -> np.ndarray:
    """One row of truth values a set."""
    return np.array([shared_sets.unpack(row, items) for row in packed.reshape(-1, words)]).reshape(-1, items)


@given(st.integers(0, 5), st.sampled_from([1, 5, 62, 63, 64, 126, 127, 200]), st.integers(0, 2**32 - 1))
@settings(max_examples=EXAMPLES, deadline=None)
def test_sets_keep_what_is_put_in_and_add_it_up(arcs, items, seed):
    rng = np.random.default_rng(seed)
    held = rng.random((arcs, items)) < 0.5
    words = -(-items // shared_sets.BITS)
    packed = shared_sets.pack(held, words)
    assert np.array_equal(bits(packed, words, items), held)
    assert (packed >= 0).all()
    gain = rng.integers(0, 100, (words * shared_sets.BITS, 2))
    for a in range(arcs):
        total = sum(
            shared_sets.sum_over(packed[a * words + w], np.int64(w), gain.reshape(-1), np.int64(1), np.int64(2))
            for w in range(words)
        )
        assert total == gain[:items][held[a], 1].sum()


@given(worlds(criteria=1, limits=False), st.sampled_from([1, 3, 65]), st.integers(0, 2**32 - 1))
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_lies_ahead_is_what_ways_meet(world, items, seed):
    if world.source == world.target:
        return
    first, head, _ = world.csr()
    head = head.astype(np.int32)
    rng = np.random.default_rng(seed)
    held = rng.random((len(head), items)) < 0.4
    usable = shared_reach.between(first, head, world.source, world.target)
    words = -(-items // shared_sets.BITS)
    packed = shared_sets.pack(held, words)
    certain, possible = shared_reach.ahead_of(first, head, usable, packed, words, world.target)
    certain, possible = bits(certain, words, items), bits(possible, words, items)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(world.n))
    ends = [(tail, to) for tail, to, _ in world.arcs]
    graph.add_edges_from((*end, a) for a, end in enumerate(ends) if usable[a])
    reaches = nx.ancestors(graph, world.target) | {world.target}
    for a, (tail, to) in enumerate(ends):
        ahead = nx.has_path(graph, world.source, tail) and tail != world.target and to != world.source
        if usable[a]:
            assert ahead
            assert to in reaches
    for v in reaches:
        onward = nx.descendants(graph, v) | {v}
        for item in range(items):
            mine = [a for a in range(len(ends)) if usable[a] and held[a, item]]
            assert possible[v, item] == any(ends[a][0] in onward for a in mine)
            without = graph.copy()
            without.remove_edges_from([(*ends[a], a) for a in mine])
            assert certain[v, item] == (not nx.has_path(without, v, world.target))


@given(stretched(criteria=1), st.integers(0, 2**32 - 1))
@settings(max_examples=EXAMPLES, deadline=None)
def test_contraction_unites_what_chains_hold(world, seed):
    if world.source == world.target:
        return
    query = checked(
        *world.csr(),
        world.source,
        world.target,
        None,
        np.array(world.is_open or [True] * len(world.arcs), np.bool_),
        None,
    )
    core = _core(query)
    # an item an arc: a chain holds the items of its arcs, and weighs as much
    member = np.eye(len(world.arcs), dtype=np.bool_)
    held = shared_sets.along(member, core, query.first_out, query.head, query.is_open)
    weight = np.array([w[0] for _, _, w in world.arcs], np.int64)
    assert (held @ weight == core.weight[:, 0]).all()
    assert all(held[i, core.arc[i]] for i in range(len(held)))
