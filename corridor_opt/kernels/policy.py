"""What planned routes come to in many worlds, when closures become known at the node before them.

A route is followed arc by arc. Each hazard that is active is paid for once: a closure by the wait for its end, others
by their hours and money. Where a shipper may turn away, the best way on from the last node before the closure, as far
as closures are known there, is weighed against waiting. The way taken is followed likewise: of further closures one
hears when one comes there, and turns again or waits.
"""

from typing import NamedTuple

import numpy as np
from numba import njit


class Plans(NamedTuple):
    """Planned routes, one after the other.

    Attributes
    ----------
    first : int64 (routes + 1,)
        Where each route begins in `arc`.
    arc : int32 (entries,)
        Its arcs in travel order.
    """

    first: np.ndarray
    arc: np.ndarray


class Ground(NamedTuple):
    """What holds in every world.

    Attributes
    ----------
    tail, head : int32 (m,)
        Ends of arcs.
    base : int64 (m, 2)
        Money and hours of arcs without any hazard.
    general : int64 (m,)
        Generalised cost of arcs, as known beforehand.
    hazard_first, hazard : int64 (m + 1,), int32 (entries,)
        Hazards of each arc.
    more : int64 (entries, 2)
        What an active hazard adds to this very arc, in money and hours: it is not paid once, but bound to the arc.
    closes : bool (hazards,)
        Whether it closes.
    expected : int64 (hazards,)
        Generalised cost of waiting for the end of a closure, as it is expected when it is met.
    place : int32 (n,)
        Vertices of one place have one number: one turns away where it was reached.
    unloads : bool (m,)
        Arcs that, first at their place, turn away at the place before: who cannot unload was told so there.
    """

    tail: np.ndarray
    head: np.ndarray
    base: np.ndarray
    general: np.ndarray
    hazard_first: np.ndarray
    hazard: np.ndarray
    more: np.ndarray
    closes: np.ndarray
    expected: np.ndarray
    place: np.ndarray
    unloads: np.ndarray


class Happening(NamedTuple):
    """What differs between worlds.

    Attributes
    ----------
    active : bool (worlds, hazards)
        What is active.
    once : int64 (worlds, hazards, 2)
        What is paid once for it: money, hours.
    """

    active: np.ndarray
    once: np.ndarray


class Ways(NamedTuple):
    """Best ways to the target, by what is known to be closed; row 0: nothing.

    Attributes
    ----------
    child : int32 (rows, hazards)
        The row with one more closure known; -1 where it has not been made yet. Without rows nobody turns away.
    distance, last : int64, int32 (rows, n)
        Generalised distance to the target, and the first arc on that way; -1 where there is none.
    """

    child: np.ndarray
    distance: np.ndarray
    last: np.ndarray


class Trips(NamedTuple):
    """Answers, one for each world and route.

    Attributes
    ----------
    value : int64 (worlds, routes, 2)
        Money and hours.
    broken : bool (worlds, routes)
        Whether a closure lies on the planned route.
    done : bool (worlds, routes)
        Whether the trip was followed to its end; else a row of `Ways` is missing.
    wanted : int32 (worlds, routes, 2)
        Of these: the row, and the closure more.
    """

    value: np.ndarray
    broken: np.ndarray
    done: np.ndarray
    wanted: np.ndarray


@njit(cache=True, nogil=True)
def follow(plans: Plans, ground: Ground, happening: Happening, ways: Ways, trips: Trips) -> None:
    """Follow every route in every world that is not done yet.

    Parameters
    ----------
    plans, ground, happening, ways
        See there.
    trips
        Filled.
    """
    first, arcs = plans.first, plans.arc
    tail, head, base, general = ground.tail, ground.head, ground.base, ground.general
    hazard_first, hazards, more = ground.hazard_first, ground.hazard, ground.more
    closes, expected, place, unloads = ground.closes, ground.expected, ground.place, ground.unloads
    active, once = happening.active, happening.once
    child, distance, last = ways.child, ways.distance, ways.last
    may_turn = len(child) > 0
    longest = 0
    for r in range(len(first) - 1):
        longest = max(longest, first[r + 1] - first[r])
    rest = np.zeros(longest + 1, np.int64)
    stamp = np.full(len(closes), -1, np.int64)
    met_at = np.zeros(len(closes), np.int64)
    trip = 0
    for r in range(len(first) - 1):
        begin, length = first[r], first[r + 1] - first[r]
        rest[length] = 0
        for i in range(length - 1, -1, -1):
            rest[i] = rest[i + 1] + general[arcs[begin + i]]
        for w in range(len(active)):
            if trips.done[w, r]:
                continue
            trip += 1
            # the row of what is known to be closed; steps taken; the plan's next arc, -1 on another way; vertex
            row, count, i, v = 0, 0, 0, -1
            money, hours = np.int64(0), np.int64(0)
            # where this place was reached, and the one before: vertex, plan's arc, steps, money, hours
            v_here, i_here, n_here, money_here, hours_here = -1, 0, 0, money, hours
            v_back, i_back, n_back, money_back, hours_back = -1, 0, 0, money, hours
            finished, broken = True, False
            while True:
                if i >= 0:
                    if i == length:
                        break
                    arc = arcs[begin + i]
                    v = tail[arc]
                else:
                    arc = last[row, v]
                    if arc < 0:
                        break
                fresh = False
                if v_here < 0 or place[v] != place[v_here]:
                    fresh = v_here >= 0
                    if fresh:
                        v_back, i_back, n_back, money_back, hours_back = v_here, i_here, n_here, money_here, hours_here
                    else:
                        v_back, i_back, n_back, money_back, hours_back = v, i, count, money, hours
                    v_here, i_here, n_here, money_here, hours_here = v, i, count, money, hours
                pay, take = base[arc, 0], base[arc, 1]
                waiting, closed = np.int64(0), False
                for e in range(hazard_first[arc], hazard_first[arc + 1]):
                    h = hazards[e]
                    if not active[w, h]:
                        continue
                    pay += more[e, 0]
                    take += more[e, 1]
                    if stamp[h] != trip:
                        stamp[h] = trip
                        met_at[h] = count
                        pay += once[w, h, 0]
                        take += once[w, h, 1]
                        if closes[h]:
                            closed = True
                            waiting += expected[h]
                if closed:
                    broken = True
                    if may_turn:
                        if fresh and unloads[arc]:
                            u, j, n, m, t = v_back, i_back, n_back, money_back, hours_back
                        else:
                            u, j, n, m, t = v_here, i_here, n_here, money_here, hours_here
                        known = row
                        for h in range(len(closes)):
                            if stamp[h] == trip and closes[h] and met_at[h] >= n:
                                if child[known, h] < 0:
                                    trips.wanted[w, r, 0], trips.wanted[w, r, 1] = known, h
                                    finished = False
                                    break
                                known = child[known, h]
                        if not finished:
                            break
                        ahead = rest[j] if j >= 0 else distance[row, u]
                        if distance[known, u] >= 0 and distance[known, u] < waiting + ahead:
                            for h in range(len(closes)):
                                if stamp[h] == trip and met_at[h] >= n:
                                    stamp[h] = -1  # met on the stretch that is given up
                            row, i, v, money, hours = known, -1, u, m, t
                            v_here, i_here, n_here, money_here, hours_here = u, -1, count, m, t
                            v_back, i_back, n_back, money_back, hours_back = u, -1, count, m, t
                            continue
                money += pay
                hours += take
                count += 1
                if i >= 0:
                    i += 1
                else:
                    v = head[arc]
            trips.done[w, r] = finished
            if finished:
                trips.broken[w, r] = broken
                trips.value[w, r, 0], trips.value[w, r, 1] = money, hours
