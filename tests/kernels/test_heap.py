import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EXAMPLES

from corridor_opt.kernels import heap


@st.composite
def _keys(draw):
    k = draw(st.integers(1, 4))
    return k, draw(st.lists(st.tuples(*[st.integers(0, 3)] * k), max_size=40))


@given(_keys(), st.randoms(use_true_random=False))
@settings(max_examples=EXAMPLES, deadline=None)
def test_entries_leave_in_lexicographic_order(world, random):
    k, rows = world
    dims = (0,) * k
    value = np.array(rows, np.int64).reshape(len(rows), k)
    keys, items = np.empty(len(rows), np.int64), np.empty(len(rows), np.int32)
    size, inside, waiting = 0, [], list(range(len(rows)))
    while waiting or inside:
        if waiting and (not inside or random.random() < 0.6):
            item = waiting.pop()
            size = heap.push(keys, items, size, value[item, 0], item, value, dims)
            inside.append(rows[item])
        else:
            assert rows[items[0]] == min(inside)
            assert keys[0] == min(inside)[0]
            inside.remove(rows[items[0]])
            size = heap.pop(keys, items, size, value, dims)
        assert size == len(inside)
