"""Small worlds to search in: hypothesis strategies and seeded networks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from hypothesis import strategies as st
from reference import Arc
from trials import trials

# interpreted kernels are slower by far
EXAMPLES = trials(60 if numba.config.DISABLE_JIT else 200)


@dataclass(frozen=True)
class World:
    """A directed multigraph with a query; arcs are sorted by tail."""

    n: int
    k: int
    arcs: tuple[Arc, ...]
    source: int
    target: int
    is_open: tuple[bool, ...] | None = None
    upper: tuple[int | None, ...] | None = None

    @property
    def open_arcs(self) -> list[Arc]:
        mask = self.is_open or (True,) * len(self.arcs)
        return [arc for arc, is_open in zip(self.arcs, mask, strict=True) if is_open]

    def csr(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return csr(self.n, self.k, self.arcs)


def csr(n: int, k: int, arcs: Sequence[Arc]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Arrays of arcs that are sorted by tail."""
    tail = np.array([arc[0] for arc in arcs], np.int64)
    assert (np.diff(tail) >= 0).all()
    first_out = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))]).astype(np.int64)
    head = np.array([arc[1] for arc in arcs], np.int64)
    weight = np.array([arc[2] for arc in arcs], np.int64).reshape(len(arcs), k)
    return first_out, head, weight


@st.composite
def worlds(draw: st.DrawFn, *, criteria: int | None = None, masks: bool = True, limits: bool = True) -> World:
    """Up to 7 vertices and 14 arcs: zeros, ties, parallel arcs, self-loops, cut-off targets, s = t."""
    n = draw(st.integers(1, 7))
    k = draw(st.integers(1, 6)) if criteria is None else criteria
    largest = draw(st.sampled_from([1, 3, 10]))
    vertex = st.integers(0, n - 1)
    weight = st.tuples(*[st.integers(0, largest)] * k)
    arcs = draw(st.lists(st.tuples(vertex, vertex, weight), max_size=14))
    arcs.sort(key=lambda arc: arc[0])  # by tail alone: heads and weights stay in any order
    is_open = upper = None
    if masks and draw(st.booleans()):
        is_open = tuple(draw(st.lists(st.booleans(), min_size=len(arcs), max_size=len(arcs))))
    if limits and draw(st.booleans()):
        limit = st.none() | st.integers(-1, 3 * largest)
        upper = tuple(draw(st.tuples(*[limit] * k)))
    return World(n, k, tuple(arcs), draw(vertex), draw(vertex), is_open, upper)


@st.composite
def stretched(draw: st.DrawFn, **options) -> World:
    """A small world whose arcs are drawn out into chains, one way or both ways, with dead ends and ends inside."""
    world = draw(worlds(masks=False, **options))
    n, arcs = world.n, []
    weight = st.tuples(*[st.integers(0, 3)] * world.k)
    spots = list(range(n))
    for tail, head, value in world.arcs[:9]:
        inner = list(range(n, n + draw(st.integers(0, 2))))
        n += len(inner)
        spots += inner
        both = draw(st.booleans())
        for u, v in itertools.pairwise([tail, *inner, head]):
            arcs.append((u, v, value if u == tail else draw(weight)))
            if both:
                arcs.append((v, u, draw(weight)))
            if draw(st.integers(0, 9)) == 0:
                arcs.append((u, v, draw(weight)))  # parallel
    for _ in range(draw(st.integers(0, 2))):
        arcs.append((draw(st.sampled_from(spots)), n, draw(weight)))
        if draw(st.booleans()):
            arcs.append((n, arcs[-1][0], draw(weight)))
        n += 1
    arcs.sort(key=lambda arc: arc[0])
    mask = None
    if draw(st.booleans()):
        mask = tuple(draw(st.integers(0, 9)) > 0 for _ in arcs)
    return World(n, world.k, tuple(arcs), draw(st.sampled_from(spots)), draw(st.sampled_from(spots)), mask, world.upper)


def grid(side: int, k: int, seed: int, largest: int = 20) -> World:
    """Streets both ways between the crossings of a square, from one corner to the other."""
    rng = np.random.default_rng(seed)
    arcs = []
    for v in range(side * side):
        row, column = divmod(v, side)
        for r, c in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            if 0 <= r < side and 0 <= c < side:
                arcs.append((v, r * side + c, tuple(int(x) for x in rng.integers(1, largest + 1, k))))
    return World(side * side, k, tuple(sorted(arcs)), 0, side * side - 1)


def scattered(n: int, m: int, k: int, seed: int, largest: int = 50) -> World:
    """Arcs between random vertices, zero weights and parallel arcs among them."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, n, (m, 2))
    weight = rng.integers(0, largest + 1, (m, k))
    arcs = sorted((int(t), int(h), tuple(int(x) for x in w)) for (t, h), w in zip(ends, weight, strict=True))
    return World(n, k, tuple(arcs), 0, n - 1)
