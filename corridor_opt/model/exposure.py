"""What a shipment is exposed to: the hazards of a set, laid over the elements of a network, each counted once a route.

An *item* (a hazard's own part, or the shock of a group: see `model.hazard_set`) is held by every element on which it
can be met. A route that uses one of them has met it; more of them add nothing. Weights are nepers of risk, -ln(1 - q),
which add up over independent items, and hours of expected delay. Where a scenario or a season multiplies the risk of
some rows, an item falls into nested parts: what every row holds, and what rows of a greater factor hold beside.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.elements import Elements
from corridor_opt.model.hazard import Hazard
from corridor_opt.model.hazard_set import HazardSet
from corridor_opt.model.network import USED, Network
from corridor_opt.model.waiting import mean_rest

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_NEPERS = 50.0  # of what is met for certain


@dataclass(frozen=True)
class Held:
    """An item and the elements that hold it.

    Parameters
    ----------
    name, title, why
        The hazard, group or cause; for the reader.
    nepers, hours
        What a route that meets it pays, once: risk, and expected delay; whole steps of the search.
    cost, time
        What it pays for certain, once: USD and hours of a compliance rule; 0 of a hazard.
    elements
        Positions in `Elements.frame`.
    source, confidence
        Of its rate.
    """

    name: str
    title: str
    why: str
    nepers: float
    hours: float
    elements: NDArray[np.int64]
    source: str
    confidence: str
    cost: float = 0.0
    time: float = 0.0


@dataclass(frozen=True)
class Exposure:
    """Items over elements.

    Parameters
    ----------
    held
        The items that some element holds.
    bound_hours
        Expected delay of each element by hazards that multiply its hours: bound to the link, so it adds up.
    covered
        For each hazard of the set the elements where it can be met, as a mask.
    """

    held: tuple[Held, ...]
    bound_hours: NDArray[np.float64]
    covered: dict[str, NDArray[np.bool_]]

    @functools.cached_property
    def of_element(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Items by element: those of element e are `items[first[e] : first[e + 1]]`."""
        element = np.concatenate([one.elements for one in self.held] or [np.zeros(0, np.int64)])
        item = np.repeat(np.arange(len(self.held)), [len(one.elements) for one in self.held])
        order = np.argsort(element, kind="stable")
        first = np.zeros(len(self.bound_hours) + 1, np.int64)
        np.cumsum(np.bincount(element, minlength=len(self.bound_hours)), out=first[1:])
        return first, item[order]

    def first_met(
        self, route: NDArray[np.int64], element: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Say where routes meet what they meet.

        Parameters
        ----------
        route, element
            Of each step, in travel order.

        Returns
        -------
        step, item
            One entry for each item of each route: the first step of the route that holds it; in the order of steps.
        """
        first, items = self.of_element
        many = first[element + 1] - first[element]
        step = np.repeat(np.arange(len(element)), many)
        begin = np.repeat(first[element] - (np.cumsum(many) - many), many)
        item = items[begin + np.arange(len(step))]
        _, at = np.unique(route[step] * max(len(self.held), 1) + item, return_index=True)
        at.sort()
        return step[at], item[at]


def exposure(network: Network, elements: Elements, hazards: HazardSet, month: int | None = None) -> Exposure:
    """Lay hazards over elements.

    Parameters
    ----------
    network
        As it stands without a scenario: selectors are resolved against it.
    elements
        Of the network with its scenario and season applied.
    hazards
        Held against the network (`HazardSet.check`).
    month
        Month of departure; None: no season is judged.

    Returns
    -------
    Exposure
        A closing hazard takes the place of closure rates that the links and crossings it covers name as their own
        (`closures`), as far as it weighs as much; the background of closures that nobody lists stays beside both.
    """
    frame = elements.frame
    moved = (frame["kind"] != "wait").to_numpy()
    table, row = frame["table"].to_numpy(), frame["row"].to_numpy()
    # Names are compared once for a table, not once for each hazard: there may be a million elements.
    of_table = {name: np.flatnonzero(moved & (table == name)) for name in USED}

    def mask(rows: dict[str, NDArray[np.bool_]]) -> NDArray[np.bool_]:
        chosen = np.zeros(len(frame), bool)
        for name, hit in rows.items():
            at = of_table[name]
            chosen[at] = hit[row[at]]
        return chosen

    covered = {hazard.name: mask(hazard.where.match(network)) for hazard in hazards}
    chances = {hazard.name: hazard.chance(month) for hazard in hazards}
    factor = frame["risk_factor"].to_numpy(float)
    left = _left_of_own(hazards, covered, chances)
    covered |= {name: covered[name] & (share > 0) for name, share in left.items()}
    remainder = dict.fromkeys(chances, 0.0)
    held: list[Held] = []
    for item in hazards.items(month):
        if not item.is_shock:
            remainder[item.name] = _nepers(item.probability)
            continue
        group = next(g for g in hazards.groups if g.name == item.name)
        title = f"{group.title or group.name}: a common cause"
        anywhere = np.logical_or.reduce([covered[name] for name in item.hazards])
        said = (item.name, title, group.why, ";".join(group.sources), group.confidence)
        held += _levels(said, _nepers(item.probability), lambda _: 0.0, anywhere, factor)
    for hazard in hazards:
        if chances[hazard.name] > 0:
            said = (hazard.name, hazard.title or hazard.name, hazard.why, ";".join(hazard.sources), hazard.confidence)
            rest, whole = rest_hours(hazard), _nepers(chances[hazard.name])

            def hours(part: float, rest: float = rest, whole: float = whole) -> float:
                return -math.expm1(-part * whole) * rest

            share = factor * left[hazard.name] if hazard.name in left else factor
            held += _levels(said, remainder[hazard.name], hours, covered[hazard.name], share)
    bound = np.zeros(len(frame))
    for hazard in hazards:
        more = hazard.multiply.get("time", 1.0) - 1.0
        if more > 0:
            bound += np.where(covered[hazard.name], chances[hazard.name] * more * frame["time"].to_numpy(float), 0.0)
    return Exposure(tuple(held), bound, covered)


def rest_hours(hazard: Hazard) -> float:
    """Hours that a hazard costs on average when it is met, once a route: the wait for its end, or its delay."""
    if hazard.close:
        return mean_rest(24 * hazard.mean_days, hazard.law, hazard.spread)
    return hazard.delay_hours


def _nepers(probability: float) -> float:
    return -math.log1p(-probability) if probability < 1 else MOST_NEPERS


def _levels(
    said: tuple[str, str, str, str, str],
    nepers: float,
    hours: Callable[[float], float],
    on: NDArray[np.bool_],
    factor: NDArray[np.float64],
) -> Iterator[Held]:
    """Give an item as nested parts, one for each factor of its elements."""
    name, title, why, source, confidence = said
    before = 0.0
    for level in np.unique(factor[on & (factor > 0)]):
        # A sum of whole steps is the whole step of the sum, so that parts lose nothing.
        weight = _whole("risk", nepers * level) - _whole("risk", nepers * before)
        wait = _whole("delay", hours(level)) - _whole("delay", hours(before))
        if weight > 0 or wait > 0:
            yield Held(name, title, why, weight, wait, np.flatnonzero(on & (factor >= level)), source, confidence)
        before = level


def _whole(criterion: str, value: float) -> float:
    """Round to whole steps of the search, so that the parts of a route add up to its value exactly."""
    return round(value / CRITERIA[criterion].resolution) * CRITERIA[criterion].resolution


def _left_of_own(
    hazards: HazardSet, covered: dict[str, NDArray[np.bool_]], chances: dict[str, float]
) -> dict[str, NDArray[np.float64]]:
    """What share of each closure rate of a link's own is left beside the closing hazards that cover the link.

    A hazard takes the place of as much of it as it weighs itself, so that to add a hazard never makes a link safer.
    """
    elements = len(next(iter(covered.values()))) if covered else 0
    taken = np.zeros(elements)
    for hazard in hazards:
        if hazard.close and hazard.name not in hazards.own:
            taken += np.where(covered[hazard.name], _nepers(chances[hazard.name]), 0.0)
    left = {}
    for name in hazards.own:
        weight = _nepers(chances[name])
        share = np.ones(elements) if weight == 0 else np.clip(1 - taken / weight, 0.0, 1.0)
        left[name] = share
        taken = np.where(covered[name], np.maximum(taken - weight, 0.0), taken)
    return left
