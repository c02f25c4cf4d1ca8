import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES

from corridor_opt.kernels import buckets, remembered
from corridor_opt.kernels import labels as wide


def _check(k, rows):
    """Let two vertices remember rows in any order, growing the arrays when asked."""
    dims = (0,) * k
    pool = np.zeros(max(len(rows), 1) * (k + 3), np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wide, "FIRST_CAPACITY", 1)
        state = buckets.new_labels(np.zeros(3, np.int64), k, 5, np.full(k, 9))
    stride = 2 if k == 3 else k
    kept: tuple[list, list] = ([], [])
    for label, (row, vertex) in enumerate(rows):
        at = label * (k + 3) + 2
        pool[at : at + k - 1] = row
        expected = any(all(a <= b for a, b in zip(old, row, strict=True)) for old in kept[vertex])
        assert remembered.covered(state.place, state.rows, state.chunk, vertex, pool, at, dims) == expected
        if expected:
            continue
        kept[vertex].append(row)
        if k > 2 and state.place[4 * vertex + 2] == state.place[4 * vertex + 3]:
            needed = remembered.room(state.unused, state.place[4 * vertex + 3])
            while stride * (state.tally[wide.ROWS] + needed) > len(state.rows):
                state = _grown(state, wide.GROW_ROWS)
            remembered.enlarge(state.place, state.rows, state.unused, state.tally, vertex, dims)
        if k > 3 and state.tally[buckets.CHUNKS] == len(state.filled):
            state = _grown(state, buckets.GROW_CHUNKS)
        remembered.remember(state.place, state.rows, state.chunk, state.filled, state.tally, vertex, pool, at, dims)
    for vertex in range(2):
        front = set(reference.non_dominated(set(kept[vertex])))
        if k == 2:
            least = state.place[2 * vertex + 1]
            assert front == ({(least,)} if least != buckets.NONE else set())
            continue
        begin, length, _ = state.place[4 * vertex + 1 : 4 * vertex + 4]
        part = state.rows.reshape(-1, stride)[begin : begin + length]
        if k == 3:
            found = [tuple(r) for r in part.tolist()]
            assert sorted(found) == found
            assert set(found) == front
        else:
            found = []
            for *corner, number in part.tolist():
                filled = state.filled[number]
                entries = state.chunk.reshape(-1, k - 1, buckets.CHUNK)[number].T
                assert (entries[filled:] == buckets.NONE).all()
                assert (entries[:filled] >= corner).all()
                found += [tuple(e) for e in entries[:filled].tolist()]
            assert front <= set(found) <= set(kept[vertex])


def _grown(state, status):
    larger = buckets.grown(state, status)
    assert sum(a.nbytes for a in larger) - sum(a.nbytes for a in state) == buckets.growth(state, status) > 0
    for old, new in zip(state, larger, strict=True):
        assert np.array_equal(new[: len(old)], old)
    return larger


@st.composite
def _rows(draw):
    k = draw(st.integers(2, 6))
    row = st.tuples(st.tuples(*[st.integers(0, 6)] * (k - 1)), st.integers(0, 1))
    return k, draw(st.lists(row, max_size=40))


@given(_rows())
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_vertex_covers_what_it_remembers(world):
    _check(*world)


@pytest.mark.parametrize("k", range(2, 7))
def test_many_entries_in_blocks_and_chunks(k):
    rng = np.random.default_rng(k)
    rows = rng.integers(0, 1000, (400, k - 1))
    rows[:, -1] = np.abs(1000 - rows[:, :-1].sum(axis=1)) + rng.integers(0, 20, 400) if k > 2 else rows[:, -1]
    _check(k, [(tuple(row), i % 2) for i, row in enumerate(rows.tolist())])
