"""The part of a graph that is in play, copied."""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.arcs import NONE


class Part(NamedTuple):
    """The part of a graph that is in play.

    Attributes
    ----------
    first_out, head, weight
        As the caller's, with vertices of its own.
    arc : int64 (arcs,)
        The caller's arcs.
    vertex : int32 (vertices,)
        The caller's vertices, ascending.
    """

    first_out: np.ndarray
    head: np.ndarray
    weight: np.ndarray
    arc: np.ndarray
    vertex: np.ndarray


@njit(cache=True, nogil=True)
def part(first_out: np.ndarray, head: np.ndarray, weight: np.ndarray, is_open: np.ndarray, bound: np.ndarray) -> Part:
    """Copy the vertices in play and the open arcs between them.

    Parameters
    ----------
    first_out, head, weight, is_open
        The caller's graph.
    bound : int32 (n + 2,)
        A row of `inside` for all its vertices.

    Returns
    -------
    Part
        Fresh arrays.
    """
    n = first_out.size - 1
    k = weight.shape[1]
    flat = weight.reshape(-1)
    number = np.full(n, -1, np.int32)
    vertices = 0
    most = np.int64(0)
    for v in range(n):
        if bound[np.uint64(v)] != NONE:
            number[np.uint64(v)] = vertices
            vertices += 1
            most += first_out[np.uint64(v + 1)] - first_out[np.uint64(v)]
    vertex = np.empty(vertices, np.int32)
    first = np.zeros(vertices + 1, np.int64)
    heads = np.empty(most, np.int32)
    weights = np.empty((most, k), np.int32)
    laid = weights.reshape(-1)
    arc = np.empty(most, np.int64)
    size = 0
    for v in range(n):
        i = np.int64(number[np.uint64(v)])
        if i < 0:
            continue
        vertex[np.uint64(i)] = v
        for a in range(first_out[np.uint64(v)], first_out[np.uint64(v + 1)]):
            u = np.int64(number[np.uint64(head[np.uint64(a)])])
            if u < 0 or not is_open[np.uint64(a)]:
                continue
            heads[np.uint64(size)] = u
            arc[np.uint64(size)] = a
            for c in range(k):
                laid[np.uint64(size * k + c)] = flat[np.uint64(a * k + c)]
            size += 1
        first[np.uint64(i + 1)] = size
    return Part(first, heads[:size], weights[:size], arc[:size], vertex)
