"""What planned routes come to in many worlds, when closures become known at the node before them.

A route is followed arc by arc. Each hazard that is active is paid for once: a closure by the wait for its end, others
by their hours and money. Where a shipper may turn away, the best open way on from the last node before the closure is
weighed against waiting there; the way taken is followed to its end and paid for in the same manner.
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
    turn : int32 (entries,)
        For each entry the entry, counted from the route's first, at which one would turn away if it is closed.
    """

    first: np.ndarray
    arc: np.ndarray
    turn: np.ndarray


class Ground(NamedTuple):
    """What holds in every world.

    Attributes
    ----------
    tail, head : int32 (m,)
        Ends of arcs.
    base : int64 (m, 2)
        Money and hours of arcs without any hazard.
    general : int64 (m,)
        Generalised cost of arcs.
    hazard_first, hazard : int64 (m + 1,), int32 (entries,)
        Hazards of each arc.
    more : int64 (entries, 2)
        What an active hazard adds to this very arc, in money and hours: it is not paid once, but bound to the arc.
    closes : bool (hazards,)
        Whether it closes.
    expected : int64 (hazards,)
        Generalised cost of waiting for the end of a closure, as it is expected when it is met.
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


class Happening(NamedTuple):
    """What differs between worlds.

    Attributes
    ----------
    active : bool (worlds, hazards)
        What is active.
    once : int64 (worlds, hazards, 2)
        What is paid once for it: money, hours.
    distance, last : int64, int32 (worlds, n)
        Generalised distance to the target over what is open, and the first arc on that way; -1 where there is none.
        Without rows nobody turns away.
    """

    active: np.ndarray
    once: np.ndarray
    distance: np.ndarray
    last: np.ndarray


@njit(cache=True, nogil=True)
def follow(plans: Plans, ground: Ground, happening: Happening, outcome: np.ndarray, broken: np.ndarray) -> None:
    """Follow every route in every world.

    Parameters
    ----------
    plans, ground, happening
        See there.
    outcome : int64 (worlds, routes, 2)
        Filled: money and hours.
    broken : bool (worlds, routes)
        Filled: whether a closure lies on the planned route.
    """
    first, arcs, turn = plans.first, plans.arc, plans.turn
    tail, head, base, general = ground.tail, ground.head, ground.base, ground.general
    hazard_first, hazards, more = ground.hazard_first, ground.hazard, ground.more
    closes, expected = ground.closes, ground.expected
    active, once, distance, last = happening.active, happening.once, happening.distance, happening.last
    may_turn = len(distance) > 0
    longest = 0
    for r in range(len(first) - 1):
        longest = max(longest, first[r + 1] - first[r])
    money, hours = np.zeros(longest + 1, np.int64), np.zeros(longest + 1, np.int64)
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
            trip += 1
            broken[w, r] = False
            money[0], hours[0] = 0, 0
            away = -1
            for i in range(length):
                arc = arcs[begin + i]
                pay, take = base[arc, 0], base[arc, 1]
                waiting = np.int64(0)
                closed = False
                for e in range(hazard_first[arc], hazard_first[arc + 1]):
                    h = hazards[e]
                    if not active[w, h]:
                        continue
                    pay += more[e, 0]
                    take += more[e, 1]
                    if stamp[h] != trip:
                        stamp[h] = trip
                        met_at[h] = i
                        pay += once[w, h, 0]
                        take += once[w, h, 1]
                        if closes[h]:
                            closed = True
                            waiting += expected[h]
                if closed:
                    broken[w, r] = True
                    if may_turn:
                        t = turn[begin + i]
                        v = tail[arcs[begin + t]]
                        if distance[w, v] >= 0 and distance[w, v] < waiting + rest[t]:
                            away = t
                            break
                money[i + 1] = money[i] + pay
                hours[i + 1] = hours[i] + take
            if away < 0:
                outcome[w, r, 0], outcome[w, r, 1] = money[length], hours[length]
                continue
            # what is planned beyond still tells whether the route was broken; it is: a closure made it turn
            pay, take = money[away], hours[away]
            v = tail[arcs[begin + away]]
            while last[w, v] >= 0:
                arc = last[w, v]
                pay += base[arc, 0]
                take += base[arc, 1]
                for e in range(hazard_first[arc], hazard_first[arc + 1]):
                    h = hazards[e]
                    if not active[w, h]:
                        continue
                    pay += more[e, 0]
                    take += more[e, 1]
                    # met before turning away counts; met on the stretch that was given up does not
                    if stamp[h] != trip or met_at[h] >= away:
                        stamp[h] = trip
                        met_at[h] = -1
                        pay += once[w, h, 0]
                        take += once[w, h, 1]
                v = head[arc]
            outcome[w, r, 0], outcome[w, r, 1] = pay, take
