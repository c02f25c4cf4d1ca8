"""OpenStreetMap becomes a network: roads, railways and ferries of a file, a graph of osmnx, or a download."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.importers.osm_draft import SOURCE, osm_draft
from corridor_opt.importers.osm_features import features
from corridor_opt.importers.osm_graph import check_graph, read_graph
from corridor_opt.importers.osm_places import TERMINALS, country_near, given_places, join_places, near_places
from corridor_opt.importers.osm_tags import ROADS, Wanted, number, road_words
from corridor_opt.model.build import embedded_texts, vantage_word

if TYPE_CHECKING:
    from corridor_opt.model.joining.draft import Draft
    from corridor_opt.model.network import Network


def from_osm(
    source: Any,
    *,
    roads: str | Iterable[str] = ROADS,
    rail: bool = True,
    ferries: bool = True,
    service_tracks: bool = True,
    not_in_use: bool = True,
    places: Any = None,
    terminals: str = "auto",
    name: str | None = None,
    as_of: str | int = "2026",
) -> Network:
    """Make a network of a file of OpenStreetMap or of a graph of osmnx; nothing is downloaded.

    Parameters
    ----------
    source
        Path of OSM XML (`.osm`, `.osm.gz`, `.osm.bz2`) or of GraphML that osmnx wrote; or a MultiDiGraph of osmnx, such
        as `download_osm` gives it.
    roads
        Road classes that are read (`highway=...`), as a list or `"motorway,trunk"`; their ramps come with them. Empty:
        no roads.
    rail, ferries
        Whether railways (`railway=rail`, `narrow_gauge`) and ferries (`route=ferry`) are read.
    service_tracks
        Whether sidings, yards and spurs are read.
    not_in_use
        Whether ways that are planned, being built, disused or gone are read, as closed links.
    places
        Places of your own that get terminals: a frame with `name`, `lon`, `lat`; a list of (name, lon, lat); or a
        mapping of names to (lon, lat). Degrees, longitude first. Each is joined to the nearest point of a road and of a
        railway.
    terminals
        Where loads are handled, beside `places`: `places` of the map (`place=city` and `town`, ports, ferry terminals,
        freight yards); `ends` where roads and lines end; `all` junctions; `none`; or `auto`: places of the map, and if
        neither the map nor you name one, the ends.
    name
        Name of the network; that of the file when None.
    as_of
        Vantage point, `2026` or `2022`; the map itself knows one time only, and its links stand so at both.

    Returns
    -------
    Network
        Validated. Chains of links that say the same are one link; parallel ways stay apart. A border is crossed where a
        crossing is known, and closed elsewhere. Hours on a road follow from its speed limit or class (see
        `data/osm/`), freight and emissions from the class of its country. `standing` says what was done and left out.

    Raises
    ------
    DataError
        The file or graph cannot be used, holds no way for freight, or an option is unknown.
    MissingExtraError
        osmnx or scipy is not installed (extra `osm`).
    """
    import dataclasses

    from corridor_opt.model.joining.borders import borders
    from corridor_opt.model.joining.chains import contract
    from corridor_opt.model.joining.countries import countries
    from corridor_opt.model.joining.ground import classes, gauges
    from corridor_opt.model.joining.tidy import tidy
    from corridor_opt.model.joining.to_network import to_network

    vantage = vantage_word(as_of)
    if terminals not in TERMINALS:
        raise DataError(f"terminals: no choice '{terminals}'{did_you_mean(str(terminals), TERMINALS)}")
    wanted = Wanted(road_words(roads), rail, ferries, service_tracks, not_in_use)
    given = given_places(places)
    is_file = isinstance(source, (str, Path))
    graph = read_graph(source) if is_file else source
    check_graph(graph)
    called = name or (_stem(source) if is_file else "osm")
    found = features(graph)
    draft = tidy(osm_draft(graph, wanted, name=called, places=found))
    draft = countries(draft)
    country = draft.texts("nodes", "country")
    piers = country == ""  # ends of ferries that no road meets
    if piers.any():
        country[piers] = country_near(draft, draft.points()[piers])
        draft = draft.but(nodes=draft.nodes.assign(country=country))
    # chains first: all that follows is faster by far on junctions than on every bend
    kept = (draft.texts("nodes", "kind") != "") | near_places(draft, [found[found["kind"] != "junction"], given])
    draft = classes(gauges(borders(contract(draft, keep=kept))))
    draft = timed(join_places(draft, found=found, given=given, terminals=terminals))
    network = to_network(draft, name=called, as_of=vantage)
    return dataclasses.replace(network, standing=(*network.standing, *draft.said))


def timed(draft: Draft) -> Draft:
    """Give hours to the links whose speed is known.

    A class moves so many kilometres a day at the mean moving speed of corridors (`reference_kmh`); a road on which
    trucks move faster or slower is passed in proportion, rests of the driver included. A ferry sails all day.
    """
    links = draft.links.copy()
    speed = links["speed_kmh"].to_numpy(float) if "speed_kmh" in links.columns else np.full(len(links), np.nan)
    numbers = embedded_texts("parameters")
    of_class = numbers[numbers["quantity"] == "km_per_day.ordinary"].set_index("subject")["value"].astype(float)
    a_day = links["class"].map(of_class).to_numpy(float) * speed / number("reference_kmh")
    a_day = np.where(links["mode"] == "ferry", speed * 24, a_day)
    known = (a_day == a_day) & (draft.texts("links", "tags") != "access")  # an access link is no stretch of that road
    links["transit_hours"] = links["length_km"].to_numpy(float) * 24 / np.where(known, a_day, np.nan)
    signed = draft.texts("links", "signed") == "yes"
    links["transit_source"] = np.where(known, np.where(signed, SOURCE, "A"), "")
    links["transit_confidence"] = np.where(known, np.where(signed, "low", "assumption"), "")
    return draft.but(links=links.drop(columns=["speed_kmh", "signed"], errors="ignore"))


def _stem(path: str | Path) -> str:
    """Name of a file without its endings."""
    named = Path(path).name
    for ending in (".gz", ".bz2", ".osm", ".xml", ".graphml"):
        named = named.removesuffix(ending)
    return named
