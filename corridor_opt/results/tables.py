"""Fronts and comparisons as frames, JSON, CSV and GeoJSON. Every face shows the same numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from corridor_opt.model.criteria import CRITERIA

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.results.comparison import Comparison
    from corridor_opt.results.front import Front
    from corridor_opt.results.route import Leg

COLUMNS = {name: f"{name}_{c.unit.lower()}" for name, c in CRITERIA.items() if c.sums}


def front_frame(front: Front) -> pd.DataFrame:
    """One row a route: number from 1, the five criteria, corridors, modes, borders."""
    frame = front.values.reset_index()
    frame["route"] += 1
    frame["corridors"] = [", ".join(route.corridors) for route in front]
    frame["modes"] = ["-".join(route.modes) for route in front]
    frame["borders"] = [" ".join(route.borders) for route in front]
    return frame


def leg_fields(front: Front, leg: Leg) -> dict[str, Any]:
    """Fields of a leg, as in the JSON contract."""
    return {
        "kind": leg.kind,
        "mode": leg.mode,
        "from": leg.start,
        "to": leg.end,
        "links": list(leg.links),
        "values": leg.values,
    }


def front_json(front: Front) -> dict[str, Any]:
    """Give a front in the schema `corridor-opt/front/1`."""
    head = dict(front.head)
    head["network"] = {**head["network"], "sha256": front.network.sha256}
    routes = [
        {
            "values": {name: round(value, 9) for name, value in route.values.items()},
            "countries": route.countries,
            "modes": route.modes,
            "corridors": route.corridors,
            "borders": route.borders,
            "chokepoints": route.chokepoints,
            "notices": route.notices,
            "compliance": route.compliance,
            "risk_parts": [{**part, "probability": round(part["probability"], 9)} for part in route.risk_parts],
            **({"extra": "slack"} if route.number in front.extras else {}),
            "legs": [leg_fields(front, leg) for leg in route.legs],
        }
        for route in front
    ]
    return {
        "schema": "corridor-opt/front/1",
        **head,
        "criteria": [{"name": name, "unit": CRITERIA[name].unit} for name in front.criteria],
        "status": front.status,
        "method": {"name": "exact"} if front.eps is None else {"name": "bounded", "eps": float(front.eps)},
        **({"slack": dict(front.slack)} if front.slack is not None else {}),
        **({"stopped_by": front.reason, "proven": dict(front.proven or {})} if front.status == "limit" else {}),
        "routes": routes,
    }


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Give a comparison in the schema `corridor-opt/comparison/1`: one front, or one reason, a scenario."""
    fronts: dict[str, Any] = {}
    for name, outcome in comparison.outcomes.items():
        if outcome.front is not None:
            fronts[name] = front_json(outcome.front)
        else:
            fronts[name] = {"scenario": name.split("+"), "status": outcome.status, "reason": outcome.reason}
    return {"schema": "corridor-opt/comparison/1", "fronts": fronts}


def dumps(document: dict[str, Any]) -> str:
    """Write JSON for people and programs: a line for each route and for each entry above it, letters as they are."""
    return _set_out(document, 0)


def _set_out(value: Any, depth: int) -> str:
    """Set dicts and lists of dicts out on lines of their own, down to the routes of a front."""
    inset = " " * (depth + 1)
    if isinstance(value, dict) and value and not {"legs", "unit"} & value.keys():
        lines = [f"{json.dumps(str(k), ensure_ascii=False)}: {_set_out(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(inset + line for line in lines) + "\n" + " " * depth + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(inset + _set_out(v, depth + 1) for v in value) + "\n" + " " * depth + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def leg_frame(front: Front) -> pd.DataFrame:
    """One row a leg, with route number from 1 and the leg's fields; countries, modes and so on belong to the route."""
    import pandas as pd

    rows = []
    for number, route in enumerate(front, start=1):
        for leg in route.legs:
            fields = leg_fields(front, leg)
            values = fields.pop("values")
            fields["links"] = ";".join(fields["links"])
            rows.append({"route": number, **fields, **{COLUMNS[name]: value for name, value in values.items()}})
    columns = ["route", "kind", "mode", "from", "to", "links", *COLUMNS.values()]
    return pd.DataFrame(rows, columns=columns)


def leg_lines(front: Front, leg: Leg) -> list[list[tuple[float, float]]]:
    """Lines of a leg in travel order, longitude first; a point of two equal ends where nothing moves."""
    drawn = front.drawn if leg.kind == "haul" else {}
    a, b = front.network.node(leg.start), front.network.node(leg.end)
    lines = []
    at = (a["lon"], a["lat"])
    for link in leg.links if drawn else ():
        line = drawn[link] if drawn[link][0] == at else drawn[link][::-1]
        lines.append(line)
        at = line[-1]
    return lines or [[(a["lon"], a["lat"]), (b["lon"], b["lat"])]]


def front_geojson(front: Front) -> dict[str, Any]:
    """Give the legs as GeoJSON: a line or several each; properties are flat, as the columns of the CSV."""
    features = []
    for number, route in enumerate(front, start=1):
        for leg in route.legs:
            lines = leg_lines(front, leg)
            geometry = (
                {"type": "LineString", "coordinates": lines[0]}
                if len(lines) == 1
                else {"type": "MultiLineString", "coordinates": lines}
            )
            fields = {"route": number, **leg_fields(front, leg)}
            fields |= {COLUMNS[name]: value for name, value in fields.pop("values").items()}
            features.append({"type": "Feature", "properties": fields, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def leg_geoframe(front: Front) -> Any:
    """Give the legs with their lines as a GeoDataFrame (EPSG:4326)."""
    import geopandas
    import shapely

    legs = [leg for route in front for leg in route.legs]
    shapes = [
        shapely.MultiLineString(lines) if len(lines := leg_lines(front, leg)) > 1 else shapely.LineString(lines[0])
        for leg in legs
    ]
    return geopandas.GeoDataFrame(leg_frame(front), geometry=shapes, crs="EPSG:4326")
