"""The stages of a network of the world: land, sea, places, all joined, a network, laid under the embedded one."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.importers import places as towns
from corridor_opt.importers import sea_lanes
from corridor_opt.importers.regions import Region
from corridor_opt.importers.scgraph_graphs import read_graph
from corridor_opt.model.build import EMBEDDED, build, embedded_texts
from corridor_opt.model.files import read
from corridor_opt.model.geofiles import give_back
from corridor_opt.model.joining.borders import borders
from corridor_opt.model.joining.bridges import bridge
from corridor_opt.model.joining.chains import contract, prune
from corridor_opt.model.joining.connect import connect
from corridor_opt.model.joining.countries import countries
from corridor_opt.model.joining.draft import Draft, scipy_part
from corridor_opt.model.joining.ground import classes, gauges
from corridor_opt.model.joining.merge import merged
from corridor_opt.model.joining.near import merge_near
from corridor_opt.model.joining.tidy import clip, tidy
from corridor_opt.model.joining.to_network import to_network
from corridor_opt.model.joining.ways import sphere

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from corridor_opt.model.joining.merge import Transit
    from corridor_opt.model.network import Network

BRIDGE_KM = {"rail": 30.0, "road": 1.0}  # the graphs have gaps: pieces and loose ends so near each other are joined
# Farthest that a place may lie from a link of each mode.
REACH_KM = {"rail": 15.0, "road": 15.0, "sea": 60.0, "waterway": 30.0}
CIRCUITY = 1.3  # of access links; an assumption
NEAREST = 3  # nodes around a place that are kept, so that it joins the network near by


def land(mode: str, region: Region, detail: float | None, places: Draft) -> Draft:
    """Read the railways or the highways of a region and clean them.

    Parameters
    ----------
    mode
        `rail` or `road`.
    region
        What to take.
    detail
        Nodes nearer than so many km become one; dead ends that lead to no place are left out and chains become one
        link. None keeps every link.
    places
        Where freight is loaded, in its nodes.
    """
    draft = tidy(clip(read_graph(mode), region=region.box))
    if not len(draft.links):  # islands have no railways
        return classes(gauges(borders(countries(draft))))
    if detail is not None:
        draft = merge_near(draft, km=detail)
    draft = countries(draft)
    placed = draft.texts("nodes", "country") != ""
    if not placed.all():
        draft = draft.kept(placed, f"left out {(~placed).sum():,} nodes in no country: on islands without an outline")
    draft = bridge(draft, mode=mode, km=BRIDGE_KM[mode])
    if detail is not None:
        draft = prune(draft, keep=_near_places(draft, places, mode))
        draft = contract(draft, keep=_near_places(draft, places, mode))
    return classes(_with_gauge(gauges(borders(draft))))


def _with_gauge(draft: Draft) -> Draft:
    """Leave out railways and their crossings in countries whose gauge nobody has told."""
    lost = (draft.links["mode"] == "rail") & draft.links["gauge_mm"].isna()
    over = (draft.crossings["mode"] == "rail") & draft.crossings[["gauge_a", "gauge_b"]].isna().any(axis=1)
    if not (lost.any() or over.any()):
        return draft
    country = draft.texts("nodes", "country")[draft.links["start"].to_numpy(int)]
    where = ", ".join(sorted(set(country[lost.to_numpy()])))
    said = f"left out {lost.sum():,} rail links and {over.sum():,} crossings of unknown gauge ({where})"
    return draft.but(said, links=draft.links[~lost], crossings=draft.crossings[~over])


def _near_places(draft: Draft, places: Draft, mode: str) -> np.ndarray:
    """Mark the nodes nearest to places and to the places of the embedded network."""
    import numpy as np

    own = embedded_texts("nodes")[["lon", "lat"]].to_numpy(float)
    asked = sphere(np.vstack([places.points(), own]))
    far, found = scipy_part("spatial").cKDTree(sphere(draft.points())).query(asked, k=min(NEAREST, len(draft.nodes)))
    near = np.zeros(len(draft.nodes), bool)
    near[np.unique(found[far <= REACH_KM[mode]])] = True
    return near


def sea(region: Region, detail: float | None) -> Draft:
    """Read the sea lanes of a region; without `detail` lanes keep a node at every bend."""
    draft = tidy(clip(sea_lanes.read_lanes(), region=region.box))
    return draft if detail is None else contract(draft)


def places(region: Region, people: int) -> Draft:
    """Read the places of a region, as nodes without links."""
    import pandas as pd

    found, said = towns.read_places(people, region.box)
    links = pd.DataFrame({"start": [], "end": [], "mode": [], "length_km": [], "direction": []})
    source = pd.DataFrame([{"id": towns.SOURCE, "title": towns.TITLE, "year": "2026"}])
    return Draft("places", found, links.astype({"start": int, "end": int}), towns.SOURCE, source, tuple(said))


def joined(drafts: Sequence[Draft], places: Draft, name: str) -> Draft:
    """Put land and sea beside each other and connect places to both.

    Raises
    ------
    DataError
        There is no link on land.
    """
    import pandas as pd

    if not any(draft.links["mode"].isin(["rail", "road"]).any() for draft in drafts):
        raise DataError("no railway and no highway lies in the region (longitude and latitude mixed up?)")
    nodes, links, crossings, said, before = [], [], [], [], 0
    for draft in drafts:
        about = {"location_source": draft.source, "location_confidence": "medium"}
        nodes.append(_filled(draft.nodes, about))
        about = {"length_source": draft.source, "length_confidence": "medium", "status_source": draft.source}
        links.append(
            _filled(draft.links, about).assign(
                start=lambda f, n=before: f["start"] + n, end=lambda f, n=before: f["end"] + n
            )
        )
        moved = draft.crossings
        crossings.append(moved.assign(start=moved["start"] + before, end=moved["end"] + before))
        said += [f"{draft.name}: {line}" for line in draft.said]
        before += len(draft.nodes)
    sources = pd.concat([*(d.sources for d in drafts), places.sources], ignore_index=True).drop_duplicates("id")
    frames = [pd.concat(f, ignore_index=True) for f in (nodes, links)]
    for frame in frames:
        texts = [c for c in frame.columns if c != "way" and not pd.api.types.is_numeric_dtype(frame[c])]
        frame[texts] = frame[texts].fillna("")
    whole = Draft(
        name, frames[0], frames[1], drafts[0].source, sources, tuple(said), pd.concat(crossings, ignore_index=True)
    )
    return _connected(whole, places)


def _connected(draft: Draft, places: Draft) -> Draft:
    """Connect ports to all modes and cities to land; a place that joins nothing is left out."""
    import numpy as np

    before = len(draft.nodes)
    ports = (places.nodes["kind"] == "seaport").to_numpy()
    for chosen, modes in ((ports, tuple(REACH_KM)), (~ports, ("rail", "road"))):
        there = [mode for mode in modes if (draft.links["mode"] == mode).any()]
        draft = connect(draft, places=places.nodes[chosen], modes=there, km=REACH_KM, circuity=CIRCUITY)
    start, end = draft.ends()
    used, afloat = np.zeros(len(draft.nodes), bool), np.ones(len(draft.nodes), bool)
    used[np.r_[start, end]] = True
    on_land = draft.links["mode"].isin(["rail", "road"]).to_numpy()
    afloat[np.r_[start[on_land], end[on_land]]] = False
    # where an access link meets a lane there is a new point of that lane
    kind, lane = draft.texts("nodes", "kind"), sea_lanes.KIND
    draft = draft.but(nodes=draft.nodes.assign(kind=np.where(afloat & (kind == ""), lane, kind)))
    lost = int((~used[before:] & (draft.texts("nodes", "id")[before:] != "")).sum())
    return draft.kept(used, f"left out {lost:,} places that lie too far from all links")


def _filled(frame: pd.DataFrame, words: dict[str, str]) -> pd.DataFrame:
    """Give columns a word where they are missing or empty."""
    made = frame.copy()
    for column, word in words.items():
        made[column] = made[column].fillna("").replace("", word) if column in made.columns else word
    return made


def network(draft: Draft, name: str, version: str) -> Network:
    """Make the network before the embedded one is laid over it.

    Passages that the embedded network has no row for get one.
    """
    import pandas as pd

    cells = pd.Series(draft.texts("links", "chokepoints"), draft.links.index)
    rows = sea_lanes.chokepoint_rows({point for cell in cells.unique() for point in cell.split(";")})
    new = set(rows["id"])
    known = {c: ";".join(point for point in c.split(";") if point not in new) for c in cells.unique()}
    made = to_network(draft.but(links=draft.links.assign(chokepoints=cells.map(known))), name=name, version=version)
    if not new:
        return made
    return made.replace(
        chokepoints=pd.concat([made["chokepoints"], rows], ignore_index=True),
        links=made["links"].assign(chokepoints=cells.to_numpy()),
    )


def overlaid(bare: Path, name: str, version: str, transit: Transit) -> tuple[Network, dict[str, Any]]:
    """Lay the embedded network over a bare one; gives the report of what was done beside the network."""
    own = build(read(EMBEDDED).tables, name="eurasia")  # without what a vantage point brings
    below = [build(dict(read(bare).tables), name=name, version=version, take=True)]
    give_back()
    # no name holds the network below: its rows go when they are taken up
    made, report = merged(below.pop(), own, overlay="other", transit=transit)
    return dataclasses.replace(made, name=name, version=version), {**report.to_dict(), "text": str(report)}
