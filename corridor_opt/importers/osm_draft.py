"""Edges and nodes of a graph of OpenStreetMap become a draft of a network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.importers.osm_tags import OF_WAYS, Meaning, Wanted, meaning
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.network import VANTAGES

if TYPE_CHECKING:
    import pandas as pd

SOURCE = "OSM"
LICENCE = "OpenStreetMap contributors, ODbL 1.0: what is made of it may be passed on under that licence only"


def osm_draft(graph: Any, wanted: Wanted, *, name: str, places: pd.DataFrame) -> Draft:
    """Turn a graph into a draft: a link for each edge that freight may use.

    Parameters
    ----------
    graph
        Of osmnx, checked.
    wanted
        What is read out of it.
    name
        Name of the draft.
    places
        Places of the graph, as `osm_features.features` finds them; those on ways name their nodes.

    Returns
    -------
    Draft
        Nodes with `osmid`; links with `speed_kmh` (moving speed of a truck, sailing speed of a ferry with a timetable;
        NaN where the class decides), `signed` (whether it follows from a limit on the map) and `gauge` (in mm; such as
        `1435;1520` where two lie on one bed).

    Raises
    ------
    DataError
        Nothing of it is a way for freight; says what was left out.
    """
    import pandas as pd

    reader = _Reader(graph, wanted)
    rows = reader.links()
    said = reader.said()
    if not rows:
        raise DataError(f"{name} has no way for freight among those wanted", said)
    links = pd.DataFrame(rows)
    links["speed_kmh"] = links["speed_kmh"].astype(float)
    used = list(dict.fromkeys([*links["start"], *links["end"]]))
    number = {node: i for i, node in enumerate(used)}
    links["start"], links["end"] = links["start"].map(number), links["end"].map(number)
    nodes = pd.DataFrame(
        {
            "lon": [float(graph.nodes[n]["x"]) for n in used],
            "lat": [float(graph.nodes[n]["y"]) for n in used],
            "osmid": [str(n) for n in used],
        }
    )
    for column in ("id", "name", "kind", "unlocode", "aliases", "tags"):
        nodes[column] = ""
    named = {str(node): i for node, i in number.items()}
    for place in places.itertuples(index=False):
        at = named.get(place.node)
        if at is not None:
            for column in ("name", "kind", "unlocode", "aliases", "tags"):
                nodes.loc[at, column] = getattr(place, column)
    title = f"OpenStreetMap contributors: {name}; ODbL 1.0"
    sources = pd.DataFrame([{"id": SOURCE, "title": title, "year": str(graph.graph.get("created_date", ""))[:4]}])
    return Draft(name, nodes, links, SOURCE, sources, (LICENCE, *said))


class _Reader:
    """Reads the edges of a graph and counts what it leaves out."""

    def __init__(self, graph: Any, wanted: Wanted) -> None:
        self.graph, self.wanted = graph, wanted
        self.left_out: Counter[str] = Counter()
        self.doubts: Counter[str] = Counter()
        self._known: dict[tuple[Any, ...], Meaning] = {}
        # osmnx writes True and False; a graph read with all_oneway has each way once, with the map's own word
        self._both_ways = any(isinstance(data.get("oneway"), bool) for *_, data in graph.edges(data=True))

    def said(self) -> list[str]:
        """Say what was left out, a line each."""
        lines = [f"left out {count:,} {what}" for what, count in self.left_out.most_common()]
        if self.doubts:
            shown = ", ".join(f"{what} ({count:,})" for what, count in self.doubts.most_common(20))
            more = f" and {len(self.doubts) - 20} more" if len(self.doubts) > 20 else ""
            lines.append(f"not understood, taken as unknown: {shown}{more}")
        return lines

    def links(self) -> list[dict[str, Any]]:
        """Give the rows of links; ends are nodes of the graph."""
        rows, mates = [], Counter[tuple[Any, ...]]()
        sailed: defaultdict[Any, float] = defaultdict(float)
        told: set[Any] = set()
        for u, v, data in self.graph.edges(data=True):
            said = self._meaning(data)
            way = data.get("osmid")
            way = tuple(way) if isinstance(way, list) else way
            if not said.mode:
                if said.left_out and way not in told:
                    told.add(way)
                    self.left_out[said.left_out] += 1
                continue
            km = self._km(u, v, data)
            one_way = said.one_way and said.mode != "rail"
            if self._both_ways and not one_way:
                mate = (v, u, way, round(km, 4))
                if mates[mate]:  # the other direction of an edge that is already there
                    mates[mate] -= 1
                    continue
                mates[u, v, way, round(km, 4)] += 1
            if way not in told:
                told.add(way)
                self.doubts.update(said.doubts)
            row = self._row(u, v, data, said, km, one_way)
            if said.hours and not isinstance(way, tuple):
                sailed[way] += km
                row["_sails"] = (way, said.hours)
            rows.append(row)
        for row in rows:
            if "_sails" in row:
                way, hours = row.pop("_sails")
                row["speed_kmh"], row["signed"] = sailed[way] / hours, "yes"
        return rows

    def _meaning(self, data: Mapping[str, Any]) -> Meaning:
        tags = {key: data[key] for key in OF_WAYS if key in data}
        word = tuple((key, tuple(v) if isinstance(v, (list, set)) else v) for key, v in tags.items())
        if word not in self._known:
            self._known[word] = meaning(tags, self.wanted)
        return self._known[word]

    def _km(self, u: Any, v: Any, data: Mapping[str, Any]) -> float:
        """Length in km: osmnx gives metres; without it, along the line."""
        length = data.get("length")
        if length is not None and float(length) == float(length):
            return float(length) / 1000
        import numpy as np
        from shapely import LineString

        from corridor_opt.model.joining.ways import length_km

        ends = [(float(self.graph.nodes[n]["x"]), float(self.graph.nodes[n]["y"])) for n in (u, v)]
        return float(length_km(np.array([data.get("geometry") or LineString(ends)], object))[0])

    def _row(self, u: Any, v: Any, data: Mapping[str, Any], said: Meaning, km: float, one_way: bool) -> dict[str, Any]:
        return {
            "start": u,
            "end": v,
            "mode": said.mode,
            "length_km": km,
            "direction": "forward" if one_way else "both",
            "gauge": ";".join(map(str, said.gauges)),
            "traction": said.traction,
            "traction_source": SOURCE if said.traction else "",
            "traction_confidence": "medium" if said.traction else "",
            "speed_kmh": said.speed_kmh if said.speed_kmh is not None else float("nan"),
            "signed": "yes" if said.signed else "",
            "tags": ";".join(said.tags),
            "way": data.get("geometry"),
            **{f"status_{vantage}": said.status for vantage in VANTAGES},
        }
