"""What must hold of every front, read from the tables by other means than the package uses."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

import corridor_opt as co
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.results.route import ADDITIVE

SCHEDULED = ("sea", "ferry")
LOOKED_AT = {
    "links": ["from", "to", "direction", "gauge_mm", "is_open"],
    "crossings": ["post_a", "post_b", "gauge_a", "gauge_b", "is_open"],
    "terminals": ["node", "gauge_mm", "is_open"],
    "gauge_changes": ["node", "gauge_a", "gauge_b", "is_open"],
}


def find(network: co.Network, origin: str, destination: str, **question) -> co.Front:
    """Ask, and check whatever comes back."""
    front = co.find_routes(network, origin, destination, **question)
    check_front(front)
    return front


def check_front(front: co.Front) -> None:
    """Sums, parts, order and non-dominance of all; steps lie where their rows lie and follow from the ones before."""
    assert len(front) > 0
    check_values(front)
    check_all_sums(front)
    tables = {table: front.network[table][columns].to_dict("records") for table, columns in LOOKED_AT.items()}
    where = list(zip(front.steps["table"].tolist(), front.steps["row"].tolist(), strict=True))
    for route in (front[i] for i in looked_at(front)):
        rows = [dict(row, table=where[row["step"]][0], row=where[row["step"]][1]) for row in route.rows]
        for row in rows:
            row["record"] = tables[row["table"]][int(row["row"])] if row["table"] else {}
        check_sums(route)
        check_chain(front, route, rows)
        check_changes(rows)


def looked_at(front: co.Front, most: int = 60) -> list[int]:
    """Routes to look at one by one: the best of each criterion and others, evenly spread; all of a small front."""
    best = [int(front.values[name].idxmin()) for name in front.criteria]
    return sorted({*best, *np.linspace(0, len(front) - 1, min(most, len(front))).round().astype(int).tolist()})


def check_all_sums(front: co.Front) -> None:
    """Steps add up to each route, and the causes of its risk to its risk."""
    number = front.steps["route"].to_numpy(int)
    for name in ADDITIVE:
        sums = np.bincount(number, front.steps[name].to_numpy(float), minlength=len(front))
        assert np.abs(sums - front.values[name].to_numpy()).max() < 1e-5, name
    nepers = np.bincount(front.causes["route"].to_numpy(int), front.causes["nepers"], minlength=len(front))
    assert np.abs(-np.expm1(-nepers) - front.values["risk"].to_numpy()).max() < 1e-9


def integers(front: co.Front, criteria: Sequence[str] = ()) -> list[tuple[int, ...]]:
    """Values of each route in whole steps of their resolution (of risk: nepers), so that ties are ties."""
    columns = []
    for name in criteria or front.criteria:
        values = front.values[name].to_numpy()
        values = -np.log1p(-values) if name == "risk" else values
        columns.append(np.rint(values / CRITERIA[name].resolution).astype(np.int64))
    return [tuple(int(x) for x in point) for point in np.array(columns).T]


def covered(points: Sequence[tuple[int, ...]], by: Sequence[tuple[int, ...]]) -> bool:
    """Whether each point is met or beaten by one of the others."""
    others = np.array(by)
    return all((others <= np.array(point)).all(axis=1).any() for point in points)


def beats_some(points: Sequence[tuple[int, ...]], others: Sequence[tuple[int, ...]]) -> bool:
    """Whether a point dominates one of the others."""
    table = np.array(points)
    for other in np.array(others):
        at_most = (table <= other).all(axis=1)
        if (at_most & (table < other).any(axis=1)).any():
            return True
    return False


def check_values(front: co.Front) -> None:
    points = integers(front)
    assert points == sorted(points), "routes are not in the order of the searched criteria"
    assert len(set(points)) == len(points), "two routes have the same values"
    assert not beats_some(points, points), "a route of the front is beaten by another"


def check_sums(route: co.Route) -> None:
    """Legs and steps add up to the route; the parts of its risk give its risk."""
    for name in ADDITIVE:
        legs = math.fsum(leg.values[name] for leg in route.legs)
        steps = math.fsum(row[name] for row in route.rows)
        assert abs(legs - route.values[name]) < 1e-5, (name, legs, route.values[name])
        assert abs(steps - route.values[name]) < 1e-5, (name, steps, route.values[name])
    unmet = math.prod(1 - part["probability"] for part in route.risk_parts)
    assert abs(1 - unmet - route.values["risk"]) < 1e-9, (1 - unmet, route.values["risk"])
    assert 0 <= route.values["risk"] < 1


def check_chain(front: co.Front, route: co.Route, rows: Sequence[dict]) -> None:
    """Each leg and step starts where the one before ends, on open rows that join just these places."""
    at = front.head["origin"]["id"]
    for leg in route.legs:
        assert leg.start == at
        at = leg.end
    assert at == front.head["destination"]["id"]
    at = front.head["origin"]["id"]
    for row in rows:
        assert row["from"] == at, row
        at = row["to"]
        record = row["record"]
        assert record.get("is_open", True), f"{row['id']} is closed"
        if row["kind"] == "haul":
            assert {row["from"], row["to"]} == {record["from"], record["to"]}
            assert record["direction"] == "both" or row["from"] == record["from"]
        elif row["kind"] == "border":
            assert {row["from"], row["to"]} == {record["post_a"], record["post_b"]}
        elif row["kind"] == "wait":
            assert row["from"] == row["to"]
            assert row["from"] in (record["from"], record["to"])
        elif row["kind"] in ("load", "unload", "gauge-change"):
            assert row["from"] == row["to"] == record["node"]
        else:
            assert row["kind"] == "access"
    assert at == front.head["destination"]["id"]


def check_changes(rows: Sequence[dict]) -> None:
    """Nothing moves unloaded; a ship is left after each sailing; wagons keep their gauge unless they pay for it."""
    mode, gauge, sailed = "", math.nan, False
    for row, after in zip(rows, [*rows[1:], {"kind": "end", "id": ""}], strict=False):
        record, kind = row["record"], row["kind"]
        if kind == "access":
            assert not mode
        elif kind == "load":
            assert not mode
            mode, gauge, sailed = row["mode"], record["gauge_mm"], False
        elif kind == "unload":
            assert row["mode"] == mode
            assert mode != "rail" or record["gauge_mm"] == gauge
            mode = ""
        elif kind == "gauge-change":
            assert mode == "rail"
            assert gauge in (record["gauge_a"], record["gauge_b"])
            gauge = record["gauge_a"] if gauge == record["gauge_b"] else record["gauge_b"]
        elif kind == "wait":
            assert row["mode"] == mode
            assert not sailed, "boarded a second ship without a transshipment"
            assert (after["kind"], after["id"]) == ("haul", row["id"])
        else:
            assert row["mode"] == mode
            assert not sailed, "sailed on without a transshipment"
            sailed = mode in SCHEDULED
            if mode == "rail":
                assert gauge in ([record["gauge_mm"]] if kind == "haul" else [record["gauge_a"], record["gauge_b"]])
    assert not mode, "never unloaded"


def touches(network: co.Network, row: dict, selector: str) -> bool:
    """Whether a step of a route uses what a planner's selector names; in the words of the contract."""
    key, _, value = selector.partition(":")
    if row["kind"] == "access":
        return False
    country = {network.node(row["from"])["country"], network.node(row["to"])["country"]}
    used = row["kind"] in ("haul", "border")
    if key == "country":
        return value in country
    if key == "mode":
        return row["mode"] == value
    if key == "node":
        return value in (row["from"], row["to"])
    if key == "border":
        return row["kind"] == "border" and country == set(value.split("-"))
    if key in ("link", "crossing"):
        return used and row["id"] == value
    if key in ("corridor", "chokepoint"):
        return used and value in row[f"{key}s"].split(";")
    raise ValueError(selector)


def charges(network: co.Network, rows: Sequence[dict], selector: str) -> int:
    """How often a route pays for using what a selector names."""
    key, _, value = selector.partition(":")
    if key == "mode":
        return sum(row["kind"] == "load" and row["mode"] == value for row in rows)
    if key in ("country", "node"):
        ends = [row["from"] for row in rows[:1]] + [row["to"] for row in rows]
        inside = [value == (network.node(n)["country"] if key == "country" else n) for n in ends]
        return sum(b and not a for a, b in itertools.pairwise(inside))
    return sum(touches(network, row, selector) for row in rows)


def nodes(route: co.Route) -> list[str]:
    """Places in travel order, each once in a row."""
    ends = [n for row in route.rows for n in (row["from"], row["to"])]
    return [n for i, n in enumerate(ends) if i == 0 or ends[i - 1] != n]


def links(route: co.Route) -> set[str]:
    """Links and crossings used."""
    return {link for leg in route.legs for link in leg.links}


def in_order(stops: Sequence[str], places: Sequence[str]) -> bool:
    """Whether the stops stand among the places, in this order."""
    rest = iter(places)
    return all(stop in rest for stop in stops)
