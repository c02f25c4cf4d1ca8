"""One-to-all distances in many worlds: one topology, weights of each world's own, several worlds side by side.

Vertices are numbered in the order in which Dijkstra settles them in the base world, and looked at in that order, block
by block; where a distance fell in any lane, the vertex is looked at again, those of the least block first (label
correcting after R. Bellman, Quarterly of Applied Mathematics 16, 1958). The order is nearly right in most worlds, so a
vertex is looked at once or twice. Lanes lie side by side in memory, one loop serves all of them.

The last arcs form a tree, zero weights or not. When an arc u v is set, d(v) > d(u) + w before; all other last arcs
p x hold d(x) >= d(p) + w, with equality when set, and d(p) can only have fallen since. Were there a way from v to u
over last arcs, d(u) >= d(v) + its length >= d(v) > d(u) + w: a contradiction.

A lane's answer does not depend on its neighbours: to look at a vertex whose distance in this lane has not fallen
changes nothing in it, for all of its arcs hold d(u) <= d(v) + w already. And the least block where any lane fell comes
no later than this lane's own least, so that the lane's vertices are looked at in the order in which they would be if it
were alone. So distances, last arcs and sums are the same for any number of lanes, any block of worlds and any number of
threads. (Where a search gets out of hand, past `PATIENCE`, ties alone might be broken otherwise.)
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from corridor_opt.kernels.batch_layout import FAR, Layout
from corridor_opt.kernels.batch_weights import TILE, Changes, change, take_back

BLOCK = 32  # places that are swept together
PATIENCE = 256  # looks a place before whole sweeps


class Solved(NamedTuple):
    """Answers, written in place.

    Attributes
    ----------
    vertex : int64 (asked,)
        The vertices asked for.
    distance : int64 (worlds, sources, asked)
        -1 where no path leads.
    last : int32 (worlds, sources, asked)
        Last arc of the path to each vertex, in the caller's numbers, -1 for none.
    sums : int64 (worlds, sources, asked, k)
        Sums along the path; -1 where no path leads.
    """

    vertex: np.ndarray
    distance: np.ndarray
    last: np.ndarray
    sums: np.ndarray


@njit(cache=True, nogil=True)
def solve(
    layout: Layout, vertices: int, value: np.ndarray, changes: Changes, solved: Solved, s: int, lanes: int
) -> int:
    """Find distances, last arcs and sums in every world.

    Parameters
    ----------
    layout
        From the vertex where the paths begin.
    vertices
        Vertices of the graph.
    value
        See `lay_out`.
    changes
        What each world changes.
    solved
        Written in place.
    s
        Index of the source in it.
    lanes
        How many worlds are searched side by side. No compile-time constant: loops of known short length are unrolled,
        and then not vectorised.

    Returns
    -------
    int
        Vertices looked at, all groups of lanes together.
    """
    width = np.int64(lanes)
    worlds, k = changes.amount.shape[0], changes.amount.shape[2] - 1
    n, m = layout.order.size, layout.head.size
    weight = np.empty((k + 1, m * width), np.int64)
    for c in range(k + 1):
        for i in range(m):
            for lane in range(width):
                weight[c, i * width + lane] = value[layout.arc[i], c]
    distance = np.empty(n * width, np.int64)
    last = np.empty(n * width, np.int32)
    fell = np.zeros(n, np.bool_)
    tail = np.empty(m, np.int32)
    place_of = np.full(vertices, -1, np.int64)
    for p in range(n):
        place_of[layout.order[p]] = p
        for i in range(layout.first[p], layout.first[p + 1]):
            tail[i] = p
    place = place_of[solved.vertex]
    sums = np.empty(n * k, np.int64)
    summed = np.empty(n if k > 0 else 0, np.bool_)
    way = np.empty(n if k > 0 else 0, np.int64)
    active = np.zeros(changes.first.size - 1, np.bool_)
    unit = np.empty(TILE * (k + 1) * width, np.int64)
    looked = 0
    for begin in range(0, worlds, width):
        count = min(width, worlds - begin)
        change(weight, layout, changes, active, unit, begin, count, lanes)
        looked += sweep(layout.first, layout.head, weight[0], distance, last, fell, lanes)
        read(layout, distance, last, place, solved, begin, count, s, lanes)
        for lane in range(count if k > 0 else 0):
            add_up(layout, weight, last, tail, sums, summed, way, place, solved, begin + lane, s, lane, width)
        take_back(weight, layout, value, changes, active, lanes)
    return looked


@njit(cache=True, nogil=True)
def sweep(
    first: np.ndarray,
    head: np.ndarray,
    weight: np.ndarray,
    distance: np.ndarray,
    last: np.ndarray,
    fell: np.ndarray,
    lanes: int,
) -> int:
    """Lower distances in all lanes until no arc can.

    Parameters
    ----------
    first, head
        See `Layout`; paths begin at place 0.
    weight : int64 (arcs * lanes,)
        A world a lane, `FAR` for closed arcs.
    distance : int64 (places * lanes,)
        Written; `FAR` where no path leads.
    last : int32 (places * lanes,)
        Written: index of the last arc, -1 for none.
    fell : bool (places,)
        Room; False throughout before and after.
    lanes
        See `solve`.

    Returns
    -------
    int
        Vertices looked at.
    """
    width = np.int64(lanes)
    distance[:] = FAR
    last[:] = -1
    distance[:width] = 0
    fell[0] = True
    n = np.int64(fell.size)
    looked, begin = np.int64(0), np.int64(0)
    while begin < n:
        # whole sweeps at last: label correcting in a fixed order may take exponentially long, on graphs made for it
        end = n if looked > PATIENCE * n else np.int64(min((begin // BLOCK + 1) * BLOCK, n))
        again = end
        for v in range(begin, end):
            if not fell[np.uint64(v)]:
                continue
            fell[np.uint64(v)] = False
            looked += 1
            for i in range(first[np.uint64(v)], first[np.uint64(v + 1)]):
                u = np.int64(head[np.uint64(i)])
                # most arcs lower nothing: a loop that writes nothing is the faster one
                most = np.int64(0)
                for lane in range(width):
                    far = distance[np.uint64(v * width + lane)] + weight[np.uint64(i * width + lane)]
                    most = min(most, far - distance[np.uint64(u * width + lane)])
                if most >= 0:
                    continue
                for lane in range(width):
                    far = distance[np.uint64(v * width + lane)] + weight[np.uint64(i * width + lane)]
                    near = distance[np.uint64(u * width + lane)]
                    arc = last[np.uint64(u * width + lane)]
                    distance[np.uint64(u * width + lane)] = min(far, near)
                    last[np.uint64(u * width + lane)] = np.int32(i) if far < near else arc
                fell[np.uint64(u)] = True
                if u < v:
                    again = min(again, u)
        begin = again
    return int(looked)


@njit(cache=True, nogil=True)
def read(
    layout: Layout,
    distance: np.ndarray,
    last: np.ndarray,
    place: np.ndarray,
    solved: Solved,
    begin: int,
    count: int,
    s: int,
    lanes: int,
) -> None:
    """Copy distances and last arcs to the vertices asked for.

    Parameters
    ----------
    layout
        See `solve`.
    distance, last
        See `sweep`.
    place : int64
        Place of each vertex asked for, -1 for none.
    solved
        Written in place.
    begin, count, s
        The world of the first lane, how many worlds, and the source.
    lanes
        See `solve`.
    """
    width = np.int64(lanes)
    asked, sources = np.int64(place.size), np.int64(solved.distance.shape[1])
    distances, lasts, arc = solved.distance.reshape(-1), solved.last.reshape(-1), layout.arc
    for tile in range(0, asked, TILE):  # so that what lies side by side is read and written while it is at hand
        end = tile + TILE if tile + TILE < asked else asked
        for lane in range(count):
            row = ((begin + lane) * sources + s) * asked
            for j in range(tile, end):
                p = place[np.uint64(j)]
                near = np.int64(-1)
                a = np.int32(-1)
                if p >= 0 and distance[np.uint64(p * width + lane)] < FAR:
                    near = distance[np.uint64(p * width + lane)]
                    i = np.int64(last[np.uint64(p * width + lane)])
                    if i >= 0:
                        a = arc[np.uint64(i)]
                distances[np.uint64(row + j)] = near
                lasts[np.uint64(row + j)] = a


@njit(cache=True, nogil=True)
def add_up(
    layout: Layout,
    weight: np.ndarray,
    last: np.ndarray,
    tail: np.ndarray,
    sums: np.ndarray,
    summed: np.ndarray,
    way: np.ndarray,
    place: np.ndarray,
    solved: Solved,
    world: int,
    s: int,
    lane: int,
    width: int,
) -> None:
    """Add the sums up along the tree of one lane, for the vertices asked for.

    Parameters
    ----------
    layout, last, place, solved, world, s, lane, width
        See `read`.
    weight
        See `change`.
    tail : int32 (used,)
        Place where each arc begins.
    sums : int64 (places * k,)
        Room.
    summed : bool (places,)
        Room.
    way : int64 (places,)
        Room for the places on the way back to one whose sums are known.
    """
    k = np.int64(sums.size // summed.size)
    asked, sources, long = place.size, np.int64(solved.distance.shape[1]), np.int64(weight.shape[1])
    row = (world * sources + s) * asked
    distances, found, flat = solved.distance.reshape(-1), solved.sums.reshape(-1), weight.reshape(-1)
    summed[:] = False
    summed[0] = True
    sums[:k] = 0
    for j in range(asked):
        if distances[np.uint64(row + j)] < 0:
            for c in range(k):
                found[np.uint64((row + j) * k + c)] = -1
            continue
        p = place[np.uint64(j)]
        length = np.int64(0)
        here = p
        while not summed[np.uint64(here)]:
            way[np.uint64(length)] = here
            length += 1
            here = np.int64(tail[np.uint64(last[np.uint64(here * width + lane)])])
        while length > 0:
            length -= 1
            there = way[np.uint64(length)]
            i = np.int64(last[np.uint64(there * width + lane)])
            for c in range(k):
                more = flat[np.uint64((c + 1) * long + i * width + lane)]
                sums[np.uint64(there * k + c)] = sums[np.uint64(here * k + c)] + more
            summed[np.uint64(there)] = True
            here = there
        for c in range(k):
            found[np.uint64((row + j) * k + c)] = sums[np.uint64(p * k + c)]
