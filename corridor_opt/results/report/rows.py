"""The sheets of a report's workbook: rows of plain numbers, with the kind of each column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from corridor_opt.model.criteria import CRITERIA
from corridor_opt.results.report.numbers import Numbers, risk_rows
from corridor_opt.results.report.parts import Sheet, Total
from corridor_opt.results.report.scenarios import Changes
from corridor_opt.results.report.words import WORDS
from corridor_opt.results.sensitivity import Sensitivity
from corridor_opt.results.text import route_way

if TYPE_CHECKING:
    from corridor_opt.results.front import Front

KINDS = {
    "haul": "haul",
    "wait": "wait for a sailing",
    "transshipment": "transshipment",
    "gauge-change": "change of gauge",
    "border": "border",
    "access": "by road to the terminal",
}
# Kind of a sheet's column for each criterion.
OF = {"cost": "money", "time": "hours", "distance": "km", "risk": "probability", "emissions": "kg", "delay": "hours"}
ADDED = ("cost", "time", "distance", "emissions")


def leg_rows(front: Front, number: int) -> list[dict[str, Any]]:
    """Legs of a route: what, mode, from, to, and the values as the JSON has them."""
    node = front.network.node
    return [
        {
            "kind": KINDS.get(leg.kind, leg.kind),
            "mode": leg.mode,
            "from": node(leg.start)["name"],
            "to": node(leg.end)["name"],
            **leg.values,
        }
        for leg in front[number].legs
    ]


def pairs_sheet(pairs: Sequence[tuple[str, str]]) -> Sheet:
    """What was asked and assumed."""
    return Sheet("Question", (("what", "text"), ("said", "text")), tuple(pairs))


def routes_sheet(front: Front, best: int) -> Sheet:
    """Every route of a front."""
    names = [name for name in CRITERIA if name in front.values.columns]
    columns = (("route", "count"), *((WORDS[n], OF[n]) for n in names), ("way", "text"), ("choice", "text"))
    extras: frozenset[int] = getattr(front, "extras", frozenset())
    rows = []
    for number, route in enumerate(front):
        choice = "recommended" if number == best else "within the slack" if number in extras else ""
        rows.append((number + 1, *(route.values[n] for n in names), route_way(route), choice))
    return Sheet("Routes", columns, tuple(rows))


def legs_sheet(front: Front, routes: Sequence[int]) -> Sheet:
    """Legs of some routes, each with its sum."""
    columns = (("route", "count"), ("leg", "text"), ("mode", "text"), ("from", "text"), ("to", "text"))
    rows: list[tuple[Any, ...] | Total] = []
    for number in routes:
        legs = leg_rows(front, number)
        rows += [
            (number + 1, *(leg[k] for k in ("kind", "mode", "from", "to")), *(leg[c] for c in ADDED)) for leg in legs
        ]
        rows.append(Total(number + 1, len(legs)))
    return Sheet("Legs", (*columns, *((WORDS[c], OF[c]) for c in ADDED)), tuple(rows))


def risks_sheet(front: Front, routes: Sequence[int]) -> Sheet:
    """What may happen on some routes, with the risk of each route below its parts."""
    known = {row["name"]: row for row in risk_rows(front, routes)}
    columns = (
        ("route", "count"),
        ("what may happen", "text"),
        ("probability", "probability"),
        ("how often", "number"),
        ("unit", "text"),
        ("range", "text"),
        ("events counted", "text"),
        ("sources", "text"),
        ("confidence", "text"),
    )
    rows: list[tuple[Any, ...] | Total] = []
    for number in routes:
        parts = front[number].risk_parts
        for part in parts:
            said = known[part["name"]]
            cells = [said[k] for k in ("value", "unit", "range", "events", "sources", "confidence")]
            rows.append((number + 1, said["title"], part["probability"], *cells))
        rows.append(Total(number + 1, len(parts), "risk of the route: 1 - product(1 - p)"))
    return Sheet("Risks", columns, tuple(rows))


def scenarios_sheet(changes: Changes) -> Sheet:
    """What changes under each scenario."""
    columns: list[tuple[str, str]] = [("scenario", "text"), ("title", "text")]
    for c in changes.criteria:
        columns += [(f"least {WORDS[c]}", OF[c]), (f"change of least {WORDS[c]}", f"{OF[c]}")]
    columns += [("recommended route", "text"), ("cut by", "text"), ("no route because", "text")]
    rows = []
    for row in changes.rows:
        cells: list[Any] = [row.name, row.title]
        for c in changes.criteria:
            now = row.best.get(c, float("nan"))
            cells += [now, now - row.before[c]]
        rows.append((*cells, row.fate, "; ".join(row.cut_by), row.reason))
    for name in changes.same:
        rows.append((name, "no change", *([float("nan")] * 2 * len(changes.criteria)), "as before", "", ""))
    return Sheet("Scenarios", tuple(columns), tuple(rows))


def sensitivity_sheet(found: Sequence[Sensitivity], criteria: Sequence[str]) -> Sheet:
    """Which numbers move the ranking."""
    moving = [c for c in criteria if any(c in one.moved for one in found)]
    columns: list[tuple[str, str]] = [
        ("number", "text"),
        ("now", "number"),
        ("low", "number"),
        ("high", "number"),
        ("unit", "text"),
    ]
    for c in moving:
        columns += [(f"{WORDS[c]} at low", OF[c]), (f"{WORDS[c]} at high", OF[c])]
    columns += [
        ("first at low", "count"),
        ("first at high", "count"),
        ("another comes first at", "number"),
        ("which", "count"),
    ]
    columns += [("within the range", "text"), ("source", "text"), ("confidence", "text")]
    rows = []
    for one in found:
        cells: list[Any] = [one.name, one.value, one.low, one.high, one.unit]
        for c in moving:
            cells += list(one.moved.get(c, (0.0, 0.0)))
        cells += [one.first[0] + 1, one.first[1] + 1, float("nan") if one.switch is None else one.switch]
        cells += ["" if one.to is None else one.to + 1, "yes" if one.within else "no", one.source, one.confidence]
        rows.append(tuple(cells))
    return Sheet("Sensitivity", tuple(columns), tuple(rows))


def sources_sheets(numbers: Numbers) -> tuple[Sheet, Sheet]:
    """Every number used, and the sources."""
    columns = (("number", "text"), ("name", "text"), ("value", "number"), ("range", "text"), ("unit", "text"))
    rows = [
        tuple(r[k] for k in ("number", "name", "value", "range", "unit", "source", "confidence")) for r in numbers.rows
    ]
    said = Sheet("Numbers", (*columns, ("source", "text"), ("confidence", "text")), tuple(rows))
    cited = tuple(tuple(row) for row in numbers.sources)
    return said, Sheet("Sources", (("id", "text"), ("title", "text"), ("year", "text")), cited)
