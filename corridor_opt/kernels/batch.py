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

from corridor_opt.kernels.heap import pop, push

# a closed arc's weight, and the distance of a vertex that was not reached; two of them still fit 64 bits
FAR = 2**62 - 1
BLOCK = 32  # places that are swept together
PATIENCE = 256  # looks a place before whole sweeps
TILE = 64  # items or vertices that are turned from rows to columns, or back, at a time


class Layout(NamedTuple):
    """A graph as seen from one vertex in the base world.

    Attributes
    ----------
    order : int64 (reached,)
        The vertices that paths lead to, in the order in which they are settled; a vertex's *place* is its index here.
    first : int64 (reached + 1,)
        Where the arcs at each place begin.
    head : int32 (used,)
        Place at the other end of each arc.
    arc : int32 (used,)
        The caller's number of each.
    rank : int32 (arcs,)
        Index of each of the caller's arcs in `head`; -1 where no world can use it.
    """

    order: np.ndarray
    first: np.ndarray
    head: np.ndarray
    arc: np.ndarray
    rank: np.ndarray


class Changes(NamedTuple):
    """What worlds change: items, which are sets of arcs, and what each world does to each item.

    Attributes
    ----------
    first : int64 (items + 1,)
        Where the entries of each item begin.
    arc : int32 (entries,)
        The caller's numbers of the arcs.
    times : int64 (entries * (k + 1),)
        What one unit adds to the weight of this arc and to its k sums, entry after entry.
    amount : int64 (worlds, items, k + 1)
        Units added to weight and sums; -1 in the first column closes all arcs of the item.
    """

    first: np.ndarray
    arc: np.ndarray
    times: np.ndarray
    amount: np.ndarray


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
def lay_out(first: np.ndarray, head: np.ndarray, arc: np.ndarray, value: np.ndarray, source: int) -> Layout:
    """Settle the base world from a vertex (Dijkstra, a heap) and number vertices and arcs in that order.

    Parameters
    ----------
    first : int64 (n + 1,)
        Where the arcs at each vertex begin.
    head : int32 (used,)
        The vertex at the other end of each.
    arc : int32 (used,)
        The caller's number of each.
    value : int64 (arcs, k + 1)
        The base world: weight and sums of the caller's arcs; the weight alone is read.
    source
        Where the paths begin.

    Returns
    -------
    Layout
        Arcs at vertices that no path leads to, and those that lead back to where they begin, are left out.
    """
    n = first.size - 1
    distance = np.full(n, FAR, np.int64)
    place = np.full(n, -1, np.int32)
    order = np.empty(n, np.int64)
    keys = np.empty(head.size + 1, np.int64)
    items = np.empty(head.size + 1, np.int32)
    no_ties = np.empty((1, 1), np.int64)
    distance[source] = 0
    size = push(keys, items, np.int64(0), np.int64(0), source, no_ties, (0,))
    reached = 0
    used = 0
    while size > 0:
        v = np.int64(items[0])
        size = pop(keys, items, size, no_ties, (0,))
        if place[v] >= 0:
            continue
        place[v] = reached
        order[reached] = v
        reached += 1
        used += first[v + 1] - first[v]
        for i in range(first[v], first[v + 1]):
            u = np.int64(head[i])
            far = distance[v] + value[arc[i], 0]
            if far < distance[u]:
                distance[u] = far
                size = push(keys, items, size, far, u, no_ties, (0,))
    starts = np.empty(reached + 1, np.int64)
    to = np.empty(used, np.int32)
    number = np.empty(used, np.int32)
    rank = np.full(value.shape[0], -1, np.int32)
    j = 0
    for p in range(reached):
        starts[p] = j
        v = order[p]
        for i in range(first[v], first[v + 1]):
            if head[i] != v:
                to[j] = place[head[i]]
                number[j] = arc[i]
                rank[arc[i]] = j
                j += 1
    starts[reached] = j
    return Layout(order[:reached].copy(), starts, to[:j].copy(), number[:j].copy(), rank)


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
def change(
    weight: np.ndarray,
    layout: Layout,
    changes: Changes,
    active: np.ndarray,
    unit: np.ndarray,
    begin: int,
    count: int,
    lanes: int,
) -> None:
    """Write the changes of some worlds into their lanes, which hold the base world.

    Parameters
    ----------
    weight : int64 (k + 1, arcs * lanes)
        Weight and sums; changed in place.
    layout, changes
        See `solve`.
    active : bool (items,)
        Written: whether any of these worlds changes the item.
    unit : int64 (TILE * (k + 1) * lanes,)
        Room for amounts, a row of lanes an item and column: amounts of a world are read in a row, and used in a column.
    begin, count
        The world of the first lane, and how many worlds.
    lanes
        See `solve`.
    """
    width = np.int64(lanes)
    first, arc, times, rank = changes.first, changes.arc, changes.times, layout.rank
    columns, long = np.int64(weight.shape[0]), np.int64(weight.shape[1])
    items = np.int64(first.size - 1)
    flat, amount = weight.reshape(-1), changes.amount.reshape(-1)
    for tile in range(0, items, TILE):
        end = tile + TILE if tile + TILE < items else items
        if count < width:
            unit[:] = 0
        for lane in range(count):
            row = ((begin + lane) * items + tile) * columns
            for j in range((end - tile) * columns):
                unit[np.uint64(j * width + lane)] = amount[np.uint64(row + j)]
        for item in range(tile, end):
            some = np.int64(0)
            for j in range((item - tile) * columns * width, (item - tile + 1) * columns * width):
                some |= unit[np.uint64(j)]
            active[np.uint64(item)] = some != 0
            if not active[np.uint64(item)]:
                continue
            for e in range(first[np.uint64(item)], first[np.uint64(item + 1)]):
                i = np.int64(rank[np.uint64(np.int64(arc[np.uint64(e)]))])
                if i < 0:
                    continue
                for c in range(columns):
                    at, of = c * long + i * width, ((item - tile) * columns + c) * width
                    each = times[np.uint64(e * columns + c)]
                    for lane in range(width):
                        old, more = flat[np.uint64(at + lane)], unit[np.uint64(of + lane)]
                        # closed wins, whatever else adds to it
                        flat[np.uint64(at + lane)] = FAR if more < 0 or old == FAR else old + more * each


@njit(cache=True, nogil=True)
def take_back(
    weight: np.ndarray, layout: Layout, value: np.ndarray, changes: Changes, active: np.ndarray, lanes: int
) -> None:
    """Write the base world's numbers over what worlds changed.

    Parameters
    ----------
    weight, layout, changes, active, lanes
        See `change`.
    value
        See `lay_out`.
    """
    width = np.int64(lanes)
    first, arc, rank = changes.first, changes.arc, layout.rank
    columns, long = np.int64(weight.shape[0]), np.int64(weight.shape[1])
    flat, base = weight.reshape(-1), value.reshape(-1)
    for item in range(first.size - 1):
        if not active[np.uint64(item)]:
            continue
        for e in range(first[np.uint64(item)], first[np.uint64(item + 1)]):
            a = np.int64(arc[np.uint64(e)])
            i = np.int64(rank[np.uint64(a)])
            if i < 0:
                continue
            for c in range(columns):
                plain = base[np.uint64(a * columns + c)]
                for lane in range(width):
                    flat[np.uint64(c * long + i * width + lane)] = plain


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
