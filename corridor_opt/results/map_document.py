"""Fronts as the document that the map page shows: the same numbers as `front.to_json()`, with names and lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corridor_opt.model.criteria import CONFIDENCE, CRITERIA
from corridor_opt.model.geography import is_position_name, link_lines
from corridor_opt.model.schema import split
from corridor_opt.results.shown import ENDS, shown_nodes, shown_rows, used_rows
from corridor_opt.results.tables import leg_lines
from corridor_opt.results.text import question_text, representatives, route_way

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Leg, Route

TITLES = {
    "cost": "Cost",
    "time": "Time",
    "distance": "Distance",
    "risk": "Risk",
    "emissions": "Emissions",
    "delay": "Expected delay",
}


def map_document(outcomes: Sequence[tuple[str, Front | None, str]]) -> dict[str, Any]:
    """Make the document of a map.

    Parameters
    ----------
    outcomes
        Name, front and, where there is no front, the reason: one a group of routes on the map. The representatives of
        a large front, as its table shows them, are marked.

    Returns
    -------
    dict
        As `corridor_opt.results.maps.map_html` takes it.
    """
    fronts = [front for _, front, _ in outcomes if front is not None]
    legs = _Legs()
    groups = [_group(name, front, reason, legs) for name, front, reason in outcomes]
    if not fronts:
        return {"title": "No route", "subtitle": "", "notes": [], "groups": groups}
    head, network = fronts[0].head, fronts[0].network
    used = {one for front in fronts for one in used_rows(front)}
    links = _links(network, used)
    place = {(link["kind"], link["id"]): i for i, link in enumerate(links)}
    for group, (_, front, _) in zip(groups, outcomes, strict=True):
        if front is not None:
            group["closed"] = _closed(front.network, place)
    nodes = _places(shown_nodes(network, used), ["kind", "country"], "location_source")
    nodes = [{**node, "unnamed": True} if is_position_name(node["name"]) else node for node in nodes]
    chokepoints = _places(network["chokepoints"], ["kind"], "source")
    cited = {source for item in (*legs.items, *links, *nodes, *chokepoints) for source in item["sources"]}
    listed = network["sources"][network["sources"]["id"].isin(cited)]
    return {
        "title": f"{head['origin']['name']} to {head['destination']['name']}",
        "subtitle": question_text(fronts[0]).splitlines()[1],
        "notes": ["Lines are for orientation; lengths stand in the tables.", *_left_out(network, links)],
        "criteria": {
            name: {"title": TITLES.get(name, name.capitalize()), "unit": criterion.unit, "digits": criterion.digits}
            for name, criterion in CRITERIA.items()
            if any(name in front.values for front in fronts)
        },
        "sources": dict(zip(listed["id"], listed["title"], strict=True)),
        "groups": groups,
        "legs": legs.items,
        "links": links,
        "nodes": nodes,
        "chokepoints": chokepoints,
    }


class _Legs:
    """Legs, each stored once however many routes share it."""

    def __init__(self) -> None:
        self.items: list[dict[str, Any]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._new: list[Leg] = []

    def number(self, front: Front, leg: Leg) -> int:
        key = (id(front), leg.kind, leg.mode, leg.start, leg.end, leg.links, *leg.values.values())
        if key not in self._numbers:
            self._numbers[key] = len(self.items) + len(self._new)
            self._new.append(leg)
        return self._numbers[key]

    def finish(self, front: Front) -> None:
        """Describe the legs that a front brought, with the sources of their steps."""
        name = front.network.node
        said = front.steps.loc[sorted({step for leg in self._new for step in leg.steps})]
        cells = {
            what: [said[column].to_dict() for column in said if column.endswith(f"_{what}")]
            for what in ("source", "confidence")
        }
        for leg in self._new:
            sources = [one for column in cells["source"] for step in leg.steps for one in split(column[step])]
            words = {column[step] for column in cells["confidence"] for step in leg.steps}
            known = [word for word in CONFIDENCE if word in words]
            self.items.append(
                {
                    "kind": leg.kind,
                    "mode": leg.mode,
                    "from": name(leg.start)["name"],
                    "to": name(leg.end)["name"],
                    "values": leg.values,
                    "sources": list(dict.fromkeys(sources)),
                    "confidence": known[-1] if known else "",
                    "lines": leg_lines(front, leg),
                }
            )
        self._new = []


def _group(name: str, front: Front | None, reason: str, legs: _Legs) -> dict[str, Any]:
    if front is None:
        return {
            "name": name, "status": "no route", "message": reason, "searched": [], "knee": None, "routes": []
        }  # fmt: skip
    chosen = set(representatives(front))
    message = None
    if len(chosen) < len(front):
        message = (
            f"At first {len(chosen)} of {len(front)} routes are in colour: the best of each criterion, the knee, the "
            "cheapest of each way. The others are thin and grey; filters and ranking bring them up."
        )
    if front.status == "limit":
        message = "The search stopped at its limit: routes may be missing."
    titles = dict(zip(front.causes["cause"], front.causes["title"], strict=True))
    routes = [
        {**_route(front, route, titles), "shown": i in chosen, "legs": [legs.number(front, leg) for leg in route.legs]}
        for i, route in enumerate(front)
    ]
    legs.finish(front)
    return {
        "name": name,
        "status": front.status,
        "message": message,
        "searched": list(front.criteria),
        "knee": int(front.rank(method="knee")["route"].iloc[0]) if len(front) else None,
        "routes": routes,
    }


def _route(front: Front, route: Route, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": str(route.number + 1),
        "label": route_way(route),
        "extra": "slack" if route.number in front.extras else "",
        "values": {name: round(value, 9) for name, value in route.values.items()},
        "countries": route.countries,
        "corridors": route.corridors,
        "modes": route.modes,
        "borders": route.borders,
        "chokepoints": route.chokepoints,
        "notices": route.notices,
        "risk_parts": [
            {
                "title": titles.get(part["name"]) or _background(part["name"]),
                "probability": round(part["probability"], 9),
            }
            for part in route.risk_parts
        ],
    }


def _background(cause: str) -> str:
    return f"closures nobody lists, {cause.removeprefix('background-')}"


def _closed(network: Network, place: Mapping[tuple[str, str], int]) -> dict[int, str]:
    """What a scenario closes, or leaves closed: places in the table of links, with the reason."""
    found = {}
    for table in ("links", "crossings"):
        rows = network[table][~network[table]["is_open"]]
        for one, reason in zip(rows["id"], rows["closed_by"], strict=True):
            if (table.removesuffix("s"), one) in place:
                found[place[table.removesuffix("s"), one]] = str(reason)
    return found


def _places(rows: pd.DataFrame, more: Sequence[str], source: str) -> list[dict[str, Any]]:
    said = rows[["id", "name", "lon", "lat", "note", *more, source]].to_dict("records")
    return [{**row, "sources": split(row.pop(source))} for row in said]


def _left_out(network: Network, links: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say how many links the map does not draw."""
    hidden = len(network["links"]) + len(network["crossings"]) - len(links)
    return [f"{hidden:,} imported links and crossings that no route uses are not drawn."] if hidden else []


def _links(network: Network, used: Collection[str]) -> list[dict[str, Any]]:
    """Links and crossings of the whole network, or what is shown of a large one, to be drawn faint."""
    shown = {table: shown_rows(network, table, used) for table in ENDS}
    lines, node = link_lines(network, shown["links"]), network.node
    corridors = network.corridor_names
    drawn = []
    for table, (a, b) in ENDS.items():
        for row in shown[table].to_dict("records"):
            start, end = node(row[a]), node(row[b])
            straight = [(start["lon"], start["lat"]), (end["lon"], end["lat"])]
            drawn.append(
                {
                    "id": row["id"],
                    "kind": table.removesuffix("s"),
                    "name": f"{start['name']} - {end['name']}",
                    "mode": row["mode"],
                    "status": row["status"],
                    "is_open": bool(row["is_open"]),
                    "closed_by": "" if row["is_open"] else row["closed_by"],
                    "note": row["status_note"],
                    "corridors": [corridors[word] for word in split(row["corridors"])],
                    "chokepoints": split(row["chokepoints"]),
                    "sources": split(row["status_source"]),
                    "lines": [lines.get(row["id"], straight)],
                }
            )
    return drawn
