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
