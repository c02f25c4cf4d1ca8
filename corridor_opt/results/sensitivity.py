"""Which numbers move the choice: each is moved through its range, the routes' values with it, and ranked anew.

What rests on a number is known for every route of the front, so that its values under another number follow without a
search: hours and money in proportion to what rests on it, risk by the hazard's rate. Routes that another number would
bring into the front are not seen; routes that it beats are left out of the new ranking.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.hazard_files import hazards_for
from corridor_opt.model.numbers import number_rows, swing
from corridor_opt.model.schema import split
from corridor_opt.results.on_top import described, plain_and_on_top, swing_on_top
from corridor_opt.results.rank import preferences, scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from corridor_opt.results.front import Front

MOVED = ("cost", "time", "distance")
MOST = 5
STEPS = 12  # points looked at between a number and the end of its range
HALVINGS = 24
BEYOND = 4.0  # how far beyond its range a number is followed, as a factor
LOOKED_AT = 60  # numbers ranked anew where a front is large


@dataclass(frozen=True)
class Sensitivity:
    """What a number does to the choice.

    Parameters
    ----------
    number, name, kind, unit, source, confidence
        Which number, who says it, how sure it is.
    value, low, high
        It, and the ends of its range; NaN of `value` where it is a sum that has no number of its own: then `low` and
        `high` are factors.
    ranged
        Whether the range is the source's; else it follows from the confidence, by convention.
    moved
        By criterion, what the recommended route's value changes by at `low` and at `high`.
    spread
        Greatest difference between two routes in what they are moved by, as a share of the front's span in a criterion.
    first
        Positions of the first routes at `low` and at `high`.
    switch
        Value nearest to the present one at which another route comes first; None where none does within the range or up
        to four times beyond it.
    within
        Whether that is inside the range.
    to
        Position of the route that comes first there.
    """

    number: str
    name: str
    kind: str
    unit: str
    source: str
    confidence: str
    value: float
    low: float
    high: float
    ranged: bool
    moved: Mapping[str, tuple[float, float]]
    spread: float
    first: tuple[int, int]
    switch: float | None
    within: bool
    to: int | None


class Sensitivities:
    """The numbers that a front's ranking rests on.

    Parameters
    ----------
    front
        Whose routes.
    weights, method
        The rule of choice, as in `corridor_opt.results.rank.rank`.

    Raises
    ------
    DataError
        The rule is wrong.
    """

    def __init__(
        self, front: Front, weights: Mapping[str, float] | Sequence[str] | None = None, method: str = "knee"
    ) -> None:
        self.front, self.method = front, method
        given = preferences(front.criteria, weights, method)
        self.columns = [*front.criteria, *(name for name in given if name not in front.criteria)]
        self.weights = np.array(list(given.values()))
        self.ranked = [self.columns.index(name) for name in given]
        extras: frozenset[int] = getattr(front, "extras", frozenset())
        self.routes = np.array([i for i in range(len(front)) if i not in extras])
        self.values = front.values[self.columns].to_numpy(float)[self.routes]
        self.best = self.first(self.values)
        self.numbers = [*_amounts(self), *_hazards(self)]

    def first(self, values: NDArray[np.float64]) -> int:
        """Position in the front of the route that the rule puts first among those that no other beats."""
        kept = _unbeaten(values[:, : len(self.front.criteria)])
        order = scores(values[kept][:, self.ranked], self.weights, self.method)
        return int(self.routes[kept[int(np.argmin(order.round(12)))]])

    def most(self, count: int = MOST) -> list[Sensitivity]:
        """The numbers that move the choice most: those that change it within their range first, then by `spread`."""
        moving = [one for one in self.numbers if one.spread > 1e-9]
        moving.sort(key=lambda one: (-one.spread, one.said["number"]))
        if len(self.values) * len(moving) > 100_000:
            moving = moving[:LOOKED_AT]
        ends = {id(one): (self.first(one.at(one.low)), self.first(one.at(one.high))) for one in moving}
        moving.sort(key=lambda one: all(first == self.best for first in ends[id(one)]))
        return [self._told(one, ends[id(one)]) for one in moving[:count]]

    def _told(self, one: _Number, ends: tuple[int, int]) -> Sensitivity:
        at = int(np.flatnonzero(self.routes == self.best)[0])
        change = [one.at(x)[at] - self.values[at] for x in (one.low, one.high)]
        moved = {
            name: (float(change[0][j]), float(change[1][j]))
            for j, name in enumerate(self.columns)
            if abs(change[0][j]) > 1e-9 or abs(change[1][j]) > 1e-9
        }
        within, switch = True, self._switch(one, one.low, one.high, one.now)
        if switch is None:
            within, switch = False, self._switch(one, one.low / BEYOND, one.high * BEYOND, one.now)
        shown = one.shown
        low, high = sorted((shown(one.low), shown(one.high)))
        first = ends if shown(one.low) <= shown(one.high) else (ends[1], ends[0])
        if shown(one.low) > shown(one.high):
            moved = {name: (b, a) for name, (a, b) in moved.items()}
        said = one.said
        return Sensitivity(
            number=said["number"],
            name=said["name"],
            kind=said["kind"],
            unit=said["unit"],
            source=said["source"],
            confidence=said["confidence"],
            value=float(said["value"]),
            low=low,
            high=high,
            ranged=one.ranged,
            moved=moved,
            spread=one.spread,
            first=first,
            switch=None if switch is None else shown(switch),
            within=within and switch is not None,
            to=None if switch is None else self.first(one.at(switch)),
        )

    def _switch(self, one: _Number, low: float, high: float, now: float) -> float | None:
        """Where the first route changes, nearest to the present number by factor; None if nowhere looked at."""
        found = []
        for end in (low, high):
            kept = now
            for step in range(1, STEPS + 1):
                x = now + (end - now) * step / STEPS
                if self.first(one.at(x)) != self.best:
                    found.append(self._halved(one, kept, x))
                    break
                kept = x
        return min(found, key=lambda x: abs(math.log(x / now)) if x > 0 else math.inf, default=None)

    def _halved(self, one: _Number, kept: float, changed: float) -> float:
        for _ in range(HALVINGS):
            middle = (kept + changed) / 2
            if self.first(one.at(middle)) == self.best:
                kept = middle
            else:
                changed = middle
        return changed


@dataclass(frozen=True, eq=False)
class _Number:
    """A number: what is said of it, the ends of its range and its present value in `at`'s terms."""

    said: Mapping[str, Any]
    low: float
    high: float
    now: float
    at: Callable[[float], NDArray[np.float64]]
    shown: Callable[[float], float]
    spread: float
    ranged: bool


def resting(front: Front) -> dict[str, dict[str, NDArray[np.float64]]]:
    """What rests on each number, by criterion: an amount a route, in USD, h, km.

    Names as in `corridor_opt.results.explain.Explanation.least_certain`.
    """
    steps = front.steps
    key = steps["element"].astype(str) + steps["from"] + steps["kind"]
    codes, distinct = key.factorize()
    counts = np.zeros((len(front), len(distinct)))
    np.add.at(counts, (steps["route"].to_numpy(int), codes), 1.0)
    once = steps[~key.duplicated()]
    found: dict[str, dict[str, NDArray[np.float64]]] = {}
    for i, step in enumerate(plain_and_on_top(SimpleNamespace(front=front, steps=once))):  # type: ignore[arg-type]
        plain = {**step["plain"], "distance": step["distance"]}
        named = [(number, {c: amount}) for c, amount in plain.items() for number in split(step[f"{c}_number"])]
        for number, amounts in [*named, *step["on_top"]]:
            sums = found.setdefault(number, {})
            for c, amount in amounts.items():
                if amount:
                    sums[c] = sums.get(c, 0.0) + counts[:, i] * amount
    return {number: sums for number, sums in found.items() if sums}


def _amounts(of: Sensitivities) -> list[_Number]:
    """Numbers that money, hours and lengths rest on."""
    front, network = of.front, of.front.network
    rests = resting(front)
    on_top = [name for name in rests if name.startswith(("seasons/", "surcharges/"))]
    rows = number_rows(network, [name for name in rests if name not in on_top]).to_dict("index")
    made = []
    for number, sums in rests.items():
        if number in on_top:
            present = {c: float(sums[c].max()) if c in sums else 0.0 for c in ("cost", "time")}
            said = described(network, number, present)
            down, up = swing_on_top(said)
        else:
            said = rows[number]
            down, up = swing(said)
        per_unit = np.zeros_like(of.values)
        for j, name in enumerate(of.columns):
            if name in sums:
                per_unit[:, j] = sums[name][of.routes]
        value, speed = float(said["value"]), said["kind"] == "speeds"

        def at(factor: float, per_unit: NDArray[np.float64] = per_unit) -> NDArray[np.float64]:
            return of.values + (factor - 1) * per_unit

        def shown(factor: float, value: float = value, speed: bool = speed) -> float:
            if value != value:
                return factor
            return value / factor if speed else value * factor

        spread = _spread(of, per_unit * (up - down))
        told = {**said, "number": number}
        made.append(_Number(told, down, up, 1.0, at, shown, spread, said["low"] == said["low"]))
    return made


def _hazards(of: Sensitivities) -> list[_Number]:
    """How often hazards happen, where risk is asked for."""
    front = of.front
    if "risk" not in of.columns or not front.words:
        return []
    j = of.columns.index("risk")
    day = front.head["departure"]
    month = int(day[5:7]) if day else None
    hazards = hazards_for(front.network, front.words.get("hazards"))
    nepers: dict[str, NDArray[np.float64]] = {}
    for route, cause, amount in front.causes[["route", "cause", "nepers"]].itertuples(index=False):
        nepers.setdefault(cause, np.zeros(len(front)))[route] += amount
    total = sum(nepers.values(), np.zeros(len(front)))[of.routes]
    present = {item.name: -math.log1p(-item.probability) for item in hazards.items(month) if item.probability < 1}
    made = []
    for hazard in hazards:
        value = hazard.per_year if hazard.per_year is not None else hazard.probability
        causes = [name for name in (hazard.name, hazard.group) if name in nepers and name in present]
        if not causes or hazard.name in hazards.own or hazard.low is None or hazard.high is None or not value:
            continue
        word = "per_year" if hazard.per_year is not None else "probability"

        def at(
            x: float, name: str = hazard.name, word: str = word, causes: Sequence[str] = tuple(causes)
        ) -> NDArray[np.float64]:
            if word == "probability":
                x = min(x, 0.999)
            # the range does not matter here, and must not forbid what lies beyond it
            items = hazards.replace(name, **{word: x}, low=None, high=None).items(month)
            there = {item.name: -math.log1p(-min(item.probability, 0.999999)) for item in items}
            more = sum(nepers[c][of.routes] * (there.get(c, 0.0) / present[c] - 1) for c in causes)
            values = of.values.copy()
            values[:, j] = -np.expm1(-(total + more))
            return values

        low, high = max(hazard.low, 1e-9), max(hazard.high, 1e-9)
        said = {
            "number": f"hazards/{hazard.name}",
            "name": f"{hazard.title}, {'times a year' if word == 'per_year' else 'probability'}",
            "kind": "closure rates",
            "unit": "1/year" if word == "per_year" else "probability",
            "source": ";".join(hazard.sources),
            "confidence": hazard.confidence,
            "value": value,
        }
        spread = _spread(of, at(high) - at(low))
        made.append(_Number(said, low, high, float(value), at, lambda x: x, spread, True))
    return made


def _spread(of: Sensitivities, moved: NDArray[np.float64]) -> float:
    """Greatest difference between routes in what they are moved by, as a share of the span of a ranked criterion."""
    span = np.ptp(of.values, axis=0)
    apart = np.ptp(moved, axis=0)
    return float(max((apart[j] / span[j] for j in of.ranked if span[j] > 0), default=0.0))


def _unbeaten(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Positions of the points that no other beats; of equals the first."""
    rounded = values.round(6)
    order = np.lexsort(rounded.T[::-1])  # of equals the first comes first; only earlier points can beat a point
    points = rounded[order]
    if points.shape[1] <= 3:
        kept = _swept(points)
    else:
        kept = []
        for i, point in enumerate(points):
            if not (points[kept] <= point).all(axis=1).any():
                kept.append(i)
    return np.sort(order[kept])


def _swept(points: NDArray[np.float64]) -> list[int]:
    """Unbeaten ones of points in lexicographic order, of at most three criteria: by a staircase of the last two."""
    wide = np.zeros((len(points), 3))
    wide[:, : points.shape[1]] = points
    second: list[float] = []  # rises along the staircase
    third: list[float] = []  # falls along it
    kept = []
    for i, (_, b, c) in enumerate(wide.tolist()):
        at = bisect.bisect_right(second, b)
        if at and third[at - 1] <= c:
            continue
        kept.append(i)
        begin = bisect.bisect_left(second, b)
        end = begin
        while end < len(third) and third[end] >= c:
            end += 1
        second[begin:end], third[begin:end] = [b], [c]
    return kept
