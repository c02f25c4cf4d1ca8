"""Fronts as the document that the map page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from corridor_opt.model.geography import link_lines
from corridor_opt.results.tables import leg_lines
from corridor_opt.results.text import question_text, representatives, route_way

if TYPE_CHECKING:
    from corridor_opt.model.network import Network
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Route


def map_document(outcomes: Sequence[tuple[str, Front | None, str]]) -> dict[str, Any]:
    """Make the document of a map.

    Parameters
    ----------
    outcomes
        Name, front and, where there is no front, the reason: one a group of routes on the map. A large front shows
        its representatives, as its table does.

    Returns
    -------
    dict
        As `corridor_opt.results.maps.map_html` takes it.
    """
    fronts = [front for _, front, _ in outcomes if front is not None]
    groups = [_group(name, front, reason) for name, front, reason in outcomes]
    if not fronts:
        return {"title": "No route", "subtitle": "", "notes": [], "groups": groups}
    head = fronts[0].head
    notes = ["Lines are for orientation; lengths stand in the tables. Outlines: Natural Earth, de-facto boundaries."]
    return {
        "title": f"{head['origin']['name']} to {head['destination']['name']}",
        "subtitle": question_text(fronts[0]).splitlines()[1],
        "notes": notes,
        "groups": groups,
        "links": _links(fronts[0].network),
        "nodes": fronts[0].network["nodes"][["id", "name", "kind", "country", "lon", "lat"]].to_dict("records"),
    }


def _group(name: str, front: Front | None, reason: str) -> dict[str, Any]:
    if front is None:
        return {"name": name, "status": "no route", "message": reason, "routes": []}
    chosen = representatives(front)
    message = None
    if len(chosen) < len(front):
        message = f"{len(chosen)} of {len(front)} routes of the front: the best of each criterion, the knee, each way"
    if front.status == "limit":
        message = "the search stopped at its limit: routes may be missing"
    return {
        "name": name,
        "status": front.status,
        "message": message,
        "routes": [_route(front, front[i], i) for i in chosen],
    }


def _route(front: Front, route: Route, number: int) -> dict[str, Any]:
    name = front.network.node
    return {
        "name": str(number + 1),
        "label": route_way(route),
        "values": route.values,
        "countries": route.countries,
        "corridors": route.corridors,
        "notices": route.notices,
        "legs": [
            {
                "kind": leg.kind,
                "mode": leg.mode,
                "from": name(leg.start)["name"],
                "to": name(leg.end)["name"],
                "values": leg.values,
                "lines": leg_lines(front, leg),
            }
            for leg in route.legs
        ],
    }


def _links(network: Network) -> list[dict[str, Any]]:
    """Links and crossings of the whole network, to be drawn faint."""
    lines, node = link_lines(network), network.node
    drawn = []
    for table, a, b in (("links", "from", "to"), ("crossings", "post_a", "post_b")):
        for row in network[table].to_dict("records"):
            start, end = node(row[a]), node(row[b])
            straight = [(start["lon"], start["lat"]), (end["lon"], end["lat"])]
            drawn.append(
                {
                    "id": row["id"],
                    "name": f"{start['name']} - {end['name']}",
                    "mode": row["mode"],
                    "status": row["status"],
                    "is_open": bool(row["is_open"]),
                    "note": row["status_note"]
                    if row["is_open"]
                    else f"closed: {row['closed_by']}. {row['status_note']}",
                    "lines": [lines.get(row["id"], straight)],
                }
            )
    return drawn
