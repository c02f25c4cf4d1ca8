"""What changes under each scenario: the best by each criterion, searched again, and what becomes of one route."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import NoRouteError, SearchLimitError
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.elements import DEARER, LONGER, elements
from corridor_opt.model.network import USED, Network
from corridor_opt.model.scenario import BASELINE, Scenario, load_scenario, shipped_names
from corridor_opt.model.shipment import Shipment
from corridor_opt.results.text import route_way

if TYPE_CHECKING:
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Route

WORSENED = (*DEARER, *LONGER, "headway_factor", "risk_factor")
TOLD = ("note", "surcharge_source", "status_note", "closed_by", "status")


@dataclass(frozen=True)
class Changed:
    """What one scenario changes.

    Parameters
    ----------
    name, title
        The scenario, stacked on what was asked.
    best
        By criterion, the least value there is under it; empty where there is no route.
    before
        The same without it.
    way
        By criterion, the way of the best route; empty where it is that of before.
    reason
        Why there is no route; empty where there is one.
    fate
        Of the route looked at: `as before`, `changed`, or `cut`.
    cut_by
        Links, borders or terminals that are closed on it, with what closed them.
    values
        Its values under the scenario; empty where it is cut.
    searched
        False where nothing had to be searched: it makes nothing better and touches none of the best routes.
    """

    name: str
    title: str
    best: dict[str, float]
    before: dict[str, float]
    way: dict[str, str]
    reason: str
    fate: str
    cut_by: tuple[str, ...]
    values: dict[str, float]
    searched: bool


@dataclass(frozen=True)
class Changes:
    """What the scenarios looked at change.

    Parameters
    ----------
    criteria
        By which the best routes were searched.
    rows
        Those that change something for the best routes or for the route looked at.
    same
        Names of those looked at that change nothing.
    skipped
        Names of those not looked at, and why.
    """

    criteria: tuple[str, ...]
    rows: tuple[Changed, ...]
    same: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()


def scenario_changes(front: Front, route: int, names: Sequence[Any] | None = None) -> Changes:
    """Look at scenarios, each stacked on top of what was asked.

    Parameters
    ----------
    front
        Knows its question.
    route
        Position of the route whose fate is told.
    names
        Scenarios; all shipped ones that can be applied when None.

    Raises
    ------
    ScenarioError
        There is no such scenario, or it does not fit the network.
    """
    criteria = tuple(c for c in front.criteria if c != "distance") or front.criteria
    if front.ask is None:
        return Changes(criteria, (), (), (("all", "the front does not know its question"),))
    asked = set(front.head["scenario"])
    default = names is None
    given = [n for n in shipped_names() if n != BASELINE] if names is None else list(names)
    rows, same, skipped = [], [], []
    before = _Best(front, criteria)
    for what in given:
        scenario = load_scenario(what) if not isinstance(what, Scenario) else what
        if scenario.name in asked:
            skipped.append((scenario.name, "it was asked"))
            continue
        try:
            row = _changed(front, route, scenario, before)
        except SearchLimitError as error:
            skipped.append((scenario.name, str(error)))
            continue
        except ValueError as error:  # a shipped scenario names what another network does not have
            if not default:
                raise
            skipped.append((scenario.name, str(error).splitlines()[0]))
            continue
        if row.fate == "as before" and not row.reason and all(_equal(row.best[c], row.before[c]) for c in criteria):
            same.append(scenario.name)
        else:
            rows.append(row)
    return Changes(criteria, tuple(rows), tuple(same), tuple(skipped))


class _Best:
    """The best route of each criterion without a scenario."""

    def __init__(self, front: Front, criteria: Sequence[str]) -> None:
        self.criteria = criteria
        # a front that is whole holds them; of a bounded or stopped one they are searched
        self.known = front.status == "complete" and front.eps is None
        self.routes: dict[str, Route] = {}
        for c in criteria:
            if self.known:
                self.routes[c] = front[int(front.values[c].idxmin())]
        if not self.known:
            found = front.best_again(criteria)
            self.routes = {c: found.front(c)[0] for c in criteria}
        self.values = {c: route.values[c] for c, route in self.routes.items()}
        self.ways = {c: route_way(route) for c, route in self.routes.items()}


def _changed(front: Front, route: int, scenario: Scenario, before: _Best) -> Changed:
    watched = [front[route], *before.routes.values()]
    told: dict[str, Any] = {"name": scenario.name, "title": scenario.title, "before": before.values}
    if _touches_nothing(front, scenario, watched):
        nothing: dict[str, Any] = {"best": before.values, "way": {}, "reason": "", "fate": "as before", "cut_by": ()}
        return Changed(**told, **nothing, values=front[route].values, searched=False)
    way: dict[str, str] = {}
    try:
        found = front.best_again(before.criteria, also=scenario)
    except NoRouteError as error:
        reason = "; ".join(error.reasons) or str(error)
        return Changed(**told, best={}, way={}, reason=reason, fate="cut", cut_by=(), values={}, searched=True)
    best = dict(found.values)
    for c in before.criteria:  # of equals, another route may have been found: only another value is another answer
        if not _equal(best[c], before.values[c]) and (said := route_way(found.front(c)[0])) != before.ways[c]:
            way[c] = said
    network = found.network
    cut_by = closed_on(front[route], network)
    values = {} if cut_by else values_under(front[route], network)
    same = not cut_by and all(_equal(values[c], front[route].values[c]) for c in values)
    fate = "cut" if cut_by else "as before" if same else "changed"
    return Changed(**told, best=best, way=way, reason="", fate=fate, cut_by=cut_by, values=values, searched=True)


def closed_on(route: Route, network: Network) -> tuple[str, ...]:
    """Rows of a network that a route uses and that are closed there, with what closed them."""
    front = route.front
    ends = {front.network.node(front.head[place]["id"])["country"] for place in ("origin", "destination")}
    found: dict[str, None] = {}
    for table, row in zip(route.steps["table"], route.steps["row"], strict=True):
        if table not in USED:
            continue
        record = network[table].iloc[row]
        transit = set(filter(None, str(record.get("transit_closed") or "").split(";")))
        if not record["is_open"]:
            found[f"{record['id']} ({record['closed_by']})"] = None
        elif transit and not transit & ends:
            found[f"{record['id']} (transit through {', '.join(sorted(transit))} closed)"] = None
    return tuple(found)


def values_under(route: Route, network: Network) -> dict[str, float]:
    """Values of a route in a network of the same rows in which it is open: its own, and what its elements differ by."""
    front = route.front
    shipment = front.words.get("shipment") or Shipment()
    prices = front.head["prices"]
    here = elements(front.network, shipment.load(front.network), prices).frame
    there = elements(network, shipment.load(network), prices).frame
    at = route.steps["element"].to_numpy(int)
    at = at[at >= 0]
    values = {}
    for name, value in route.values.items():
        size = CRITERIA[name].resolution
        if name == "delay":  # expected delay is met once a route, and no scenario changes it
            values[name] = value
            continue
        whole = [np.rint(frame[name].to_numpy(float)[at] / size) * size for frame in (here, there)]
        change = float((whole[1] - whole[0]).sum())
        if name == "risk":
            values[name] = -math.expm1(math.log1p(-value) - change) if value < 1 else value
        else:
            values[name] = round(value + change, 6)
    return values


def _touches_nothing(front: Front, scenario: Scenario, routes: Sequence[Route]) -> bool:
    """Whether a scenario makes nothing better, and nothing worse on some routes: then these stay the best there are."""
    if front.head["departure"]:  # seasons have changed the tables: what is better or worse than before is not plain
        return False
    network, _ = scenario.apply(front.network)
    used: dict[str, set[int]] = {}
    for route in routes:
        for table, row in zip(route.steps["table"], route.steps["row"], strict=True):
            used.setdefault(table, set()).add(row)
    for table in front.network.tables:
        before, after = front.network[table], network[table]
        if before is after:
            continue
        if table not in USED or len(before) != len(after):
            return False
        for column in after.columns:
            if column in TOLD or column.endswith(("_source", "_confidence", "_note")):
                continue
            new = after[column].to_numpy()
            old = before[column].to_numpy() if column in before.columns else np.full(len(new), "", dtype=object)
            moved = np.flatnonzero((new != old) & ~((new != new) & (old != old)))
            if not len(moved):
                continue
            if used.get(table, set()) & set(moved.tolist()):
                return False
            if column == "is_open":
                if new[moved].any():
                    return False
            elif column in WORSENED:
                if (new[moved] < old[moved]).any():
                    return False
            elif column != "transit_closed":
                return False
    return True


def _equal(a: float, b: float) -> bool:
    return abs(a - b) < 1e-6
