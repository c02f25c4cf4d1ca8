"""Places of a graph of OpenStreetMap that a planner can name: towns, ports, yards, border posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

TOWNS = ("city", "town")
FREIGHT_MODES = ("freight", "mixed")
COLUMNS = ("name", "lon", "lat", "kind", "unlocode", "aliases", "tags", "node")


def feature(tags: Mapping[str, Any], *, area: bool = False) -> tuple[str, str]:
    """Give the kind of node that tags speak of, and the word that is kept as its tag; empty for what is no place.

    Parameters
    ----------
    tags
        Of a node, or of the way around an area.
    area
        Whether it is the way around an area.
    """

    def says(key: str, *words: str) -> bool:
        return str(tags.get(key, "")) in words

    if says("harbour", "yes") or says("seamark:type", "harbour") or says("industrial", "port"):
        return "seaport", "port"
    if says("landuse", "port", "harbour"):
        return "seaport", "port"
    if says("amenity", "ferry_terminal") and not area:
        return "seaport", "ferry-terminal"
    if says("railway", "yard") or (
        str(tags.get("railway", "")) in ("station", "halt", "site")
        and str(tags.get("railway:traffic_mode", "")) in FREIGHT_MODES
    ):
        return "dry-port", "yard"
    if area and says("landuse", "railway") and tags.get("name"):
        return "dry-port", "yard"
    if area:
        return "", ""
    if says("place", *TOWNS):
        return "city", f"place-{tags['place']}"
    if says("barrier", "border_control"):
        return "border-post", "border-control"
    if says("railway", "station") and not says("station", "subway", "light_rail", "monorail", "funicular"):
        return "junction", "station"
    return "", ""


def features(graph: Any) -> pd.DataFrame:
    """Find the places of a graph.

    Parameters
    ----------
    graph
        Of osmnx; nodes that lie on no way count too.

    Returns
    -------
    pandas.DataFrame
        `name`, `lon`, `lat` (degrees), `kind` (of nodes), `unlocode`, `aliases`, `tags`, and `node`: the node of the
        graph as a text, empty for an area, which stands for its middle.
    """
    import pandas as pd

    rows = []
    for node, data in graph.nodes(data=True):
        kind, word = feature(data) if len(data) > 2 else ("", "")
        if kind:
            rows.append(_row(data, float(data["x"]), float(data["y"]), kind, word, str(node)))
    areas: dict[Any, tuple[Mapping[str, Any], list[Any]]] = {}
    for u, v, data in graph.edges(data=True):
        if data.get("landuse") or data.get("industrial") or data.get("harbour"):
            way = data.get("osmid")
            areas.setdefault(tuple(way) if isinstance(way, list) else way, (data, []))[1].extend((u, v))
    for data, ring in areas.values():
        kind, word = feature(data, area=True)
        if kind:
            around = [graph.nodes[n] for n in dict.fromkeys(ring)]
            lon, lat = (sum(float(n[c]) for n in around) / len(around) for c in ("x", "y"))
            rows.append(_row(data, lon, lat, kind, word, ""))
    return _told_apart(pd.DataFrame(rows, columns=list(COLUMNS)))


def _told_apart(places: pd.DataFrame) -> pd.DataFrame:
    """Name the station, port and yard of a town so that the town's name means the town: `Poti (port)`."""
    twice = places["name"].duplicated(keep=False) & (places["name"] != "") & (places["kind"] != "city")
    word = places["tags"].str.replace("-", " ", regex=False)
    return places.assign(
        name=places["name"].where(~twice, places["name"] + " (" + word + ")"),
        aliases=places["aliases"].where(~twice, ""),
    )


def _row(data: Mapping[str, Any], lon: float, lat: float, kind: str, word: str, node: str) -> dict[str, Any]:
    """Give a place; its English name stands first, its own name beside it."""
    names = [str(data[key]) for key in ("name:en", "int_name", "name") if isinstance(data.get(key), str)]
    names = list(dict.fromkeys(name.replace(";", ",").strip() for name in names if name.strip()))
    code = str(data.get("ref:locode") or data.get("locode") or "").replace(" ", "").upper()
    return {
        "name": names[0] if names else "",
        "lon": lon,
        "lat": lat,
        "kind": kind,
        "unlocode": code,
        "aliases": ";".join(names[1:]),
        "tags": word,
        "node": node,
    }
