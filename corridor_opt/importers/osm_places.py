"""Places of a planner join a draft of OpenStreetMap: towns, ports, yards, ferry ends, or the ends of roads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.importers.osm_tags import number
from corridor_opt.model.joining.connect import connect
from corridor_opt.model.joining.draft import Draft, scipy_part
from corridor_opt.model.joining.ways import apart_km
from corridor_opt.model.schema import open_statuses, vocabulary

if TYPE_CHECKING:
    import pandas as pd

TERMINALS = ("auto", "places", "ends", "all", "none")
CALLED_AT = ("seaport", "dry-port", "city")
MOST_OF_ALL = 5000  # junctions that may all be terminals
COLUMNS = ("id", "name", "lon", "lat", "kind", "country", "unlocode", "aliases", "tags", "note")


def given_places(given: Any) -> pd.DataFrame:
    """Places as a planner gives them, as a frame.

    Parameters
    ----------
    given
        A frame with `name`, `lon`, `lat` and any of `id`, `kind`, `country`, `unlocode`, `aliases`, `tags`, `note`; a
        list of (name, lon, lat); or a mapping of names to (lon, lat). Degrees, longitude first. None: no places.

    Raises
    ------
    DataError
        Every fault at once.
    """
    import pandas as pd

    if given is None:
        return pd.DataFrame(columns=list(COLUMNS))
    faults: list[str] = []
    if isinstance(given, pd.DataFrame):
        frame = given.reset_index(drop=True)
        faults += [f"no column '{c}'{did_you_mean(str(c), COLUMNS)}" for c in frame.columns if c not in COLUMNS]
        faults += [f"the column {c} is missing" for c in ("name", "lon", "lat") if c not in frame.columns]
    else:
        rows = []
        pairs = given.items() if isinstance(given, Mapping) else given
        for i, row in enumerate(pairs if isinstance(pairs, Iterable) and not isinstance(pairs, str) else [pairs]):
            try:
                name, *point = (row[0], *row[1]) if isinstance(given, Mapping) else row
                lon, lat = point
            except (TypeError, ValueError):
                faults.append(f"row {i}: {str(row)[:60]!r} is no (name, lon, lat)")
                continue
            rows.append({"name": name, "lon": lon, "lat": lat})
        frame = pd.DataFrame(rows, columns=["name", "lon", "lat"])
    if not faults:
        frame = frame.assign(
            **{c: frame[c].fillna("").astype(str).str.strip() for c in frame.columns.difference(["lon", "lat"])}
        )
        for column, most in (("lon", 180), ("lat", 90)):
            frame[column] = pd.to_numeric(frame[column], errors="coerce")
            wrong = ~(frame[column].abs() <= most)
            faults += [f"row {i}, {column}: is not between -{most} and {most}" for i in frame.index[wrong]]
        faults += [f"row {i}, name: is empty" for i in frame.index[frame["name"] == ""]]
        if "kind" in frame.columns:
            words = vocabulary("node-kind")
            odd = frame.loc[~frame["kind"].isin([*words, ""]), "kind"]
            faults += [f"row {i}, kind: no kind '{w}'{did_you_mean(w, words)}" for i, w in odd.items()]
    if faults:
        raise DataError("the places cannot be used", faults)
    for column in COLUMNS:
        if column not in frame.columns:
            frame[column] = ""
    frame["kind"] = frame["kind"].replace("", "city")
    return frame[list(COLUMNS)]


def near_places(draft: Draft, places: list[pd.DataFrame]) -> np.ndarray:
    """Mark the node of each mode that is nearest to a place, so that no chain or ring swallows the way to it."""
    import shapely

    start, end = draft.ends()
    near = np.zeros(len(draft.nodes), bool)
    points = [frame[["lon", "lat"]].to_numpy(float) for frame in places if len(frame)]
    for mode in dict.fromkeys(draft.links["mode"]) if points else ():
        of_mode = draft.links["mode"].to_numpy() == mode
        rows = np.unique(np.r_[start[of_mode], end[of_mode]])
        tree = shapely.STRtree(shapely.points(draft.points()[rows]))
        near[rows[tree.nearest(shapely.points(np.concatenate(points)))]] = True
    return near


def join_places(draft: Draft, *, found: pd.DataFrame, given: pd.DataFrame, terminals: str) -> Draft:
    """Join places to roads and railways.

    Parameters
    ----------
    found
        Places of the map, as `osm_features.features` gives them.
    given
        Places of the planner, as `given_places` gives them.
    terminals
        `auto`, `places`, `ends`, `all` or `none`: see `from_osm`.
    """
    draft = _at_ferries(draft)
    own = set(draft.texts("nodes", "osmid")) - {""}
    apart = found[found["kind"].isin(CALLED_AT) & ~found["node"].isin(own)]
    missing = {c: "" for c in COLUMNS if c not in apart.columns}
    apart = apart.assign(**missing)[list(COLUMNS)]
    if terminals in ("auto", "places"):
        towns = apart["kind"] == "city"
        for frame, km in ((apart[towns], "place_access_km"), (apart[~towns], "node_access_km")):
            draft = _connect(draft, frame, number(km))
        draft = _both_modes(draft)
    if len(given):
        draft = _connect(draft, given, number("place_access_km"))
    called = np.isin(draft.texts("nodes", "kind"), CALLED_AT) & _met(draft)
    if terminals == "none" or (terminals in ("auto", "places") and (called.any() or terminals == "places")):
        return draft
    if terminals == "auto" and len(given):
        return draft
    return _gates(draft, every=terminals == "all")


def _met(draft: Draft, mode: str = "") -> np.ndarray:
    """Mark the nodes that a link in use meets, of one mode where it is named."""
    start, end = draft.ends()
    used = _live(draft) & (draft.links["mode"].to_numpy() == mode) if mode else _live(draft)
    met = np.zeros(len(draft.nodes), bool)
    met[start[used]] = met[end[used]] = True
    return met


def _live(draft: Draft) -> np.ndarray:
    """Mark the links that are in use."""
    return np.isin(draft.texts("links", "status_2026"), [*open_statuses(), ""])


def _connect(draft: Draft, places: pd.DataFrame, km: float) -> Draft:
    """Join places to roads and railways that are in use; a place that finds neither is left out."""
    import pandas as pd

    if not len(places):
        return draft
    first = len(draft.nodes)
    both = pd.concat([draft.nodes, _in_countries(draft, places)], ignore_index=True)
    texts = [c for c in both.columns if c not in ("lon", "lat")]
    draft = draft.but(nodes=both.assign(**{c: both[c].astype(object).where(both[c].notna(), "") for c in texts}))
    rows = first + np.arange(len(places))
    for mode in ("road", "rail"):
        draft = _reached(draft, rows, mode, km)
    lost = ~_met(draft)[rows]
    names = [name or "a place without a name" for name in draft.texts("nodes", "name")[rows[lost]]]
    if not names:
        return draft
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    stays = np.ones(len(draft.nodes), bool)
    stays[rows[lost]] = False
    return draft.kept(stays, f"no road or railway within {km:g} km of {shown}: left out")


def _in_countries(draft: Draft, places: pd.DataFrame) -> pd.DataFrame:
    """Give places the country whose outline holds them, or that of the nearest node."""
    given = places.reset_index(drop=True)
    said = given["country"].to_numpy(object)
    return given.assign(country=np.where(said != "", said, country_near(draft, given[["lon", "lat"]].to_numpy(float))))


def country_near(draft: Draft, points: np.ndarray) -> np.ndarray:
    """Give the country whose outline holds each point, or that of the nearest node that has one (a pier at sea)."""
    import shapely

    from corridor_opt.model.joining.countries import country_of

    country = draft.texts("nodes", "country")
    known = country != ""
    if not known.any():
        return country_of(points)
    near = shapely.STRtree(shapely.points(draft.points()[known])).nearest(shapely.points(points))
    by_outline = country_of(points)
    return np.where(by_outline != "", by_outline, country[known][near])


def _at_ferries(draft: Draft) -> Draft:
    """Make ports of the ends of ferries; a name of the map stays."""
    start, end = draft.ends()
    ferry = draft.links["mode"].to_numpy() == "ferry"
    if not ferry.any():
        return draft
    sails = np.bincount(np.r_[start[ferry], end[ferry]], minlength=len(draft.nodes))
    lands = np.bincount(np.r_[start[~ferry], end[~ferry]], minlength=len(draft.nodes))
    ends = (sails == 1) | ((sails > 0) & (lands > 0))
    nodes = draft.nodes.copy()
    kind, tags = draft.texts("nodes", "kind").copy(), draft.texts("nodes", "tags").copy()
    kind[ends], tags[ends & (tags == "")] = "seaport", "ferry-terminal"
    return draft.but(nodes=nodes.assign(kind=kind, tags=tags))


def _both_modes(draft: Draft) -> Draft:
    """Join ports and yards that are nodes of the map to the modes that do not meet there."""
    for mode in ("road", "rail"):
        called = np.isin(draft.texts("nodes", "kind"), CALLED_AT) & _met(draft)
        draft = _reached(draft, np.flatnonzero(called & ~_met(draft, mode)), mode, number("node_access_km"))
    return draft


def _reached(draft: Draft, rows: np.ndarray, mode: str, km: float) -> Draft:
    """Join nodes to the nearest link of a mode, if one lies within reach.

    A town is not served by one carriageway of a motorway: roads of both directions come first, those of the largest
    part of the network before others; then any.
    """
    used = _live(draft) & (draft.links["mode"].to_numpy() == mode) & (draft.texts("links", "tags") != "access")
    tiers = [used]
    if mode == "road" and used.any():
        fast = [word.startswith("highway-motorway") for word in draft.texts("links", "tags")]
        two_way = used & (draft.texts("links", "direction") != "forward") & ~np.array(fast, bool)
        start, end = draft.ends()
        main = _main_part(draft)
        tiers = [two_way & main[start] & main[end], two_way, used]
    # a mark on the link itself: the parts of a link that is cut have it too
    links = draft.links.assign(_tier=len(tiers) - np.sum(tiers, axis=0))
    draft = draft.but(links=links)
    for tier in range(len(tiers)):
        left = rows[~_met(draft, mode)[rows]]
        if len(left):
            near = (draft.links["_tier"] <= tier) & (draft.texts("links", "tags") != "access")
            draft = _joined(draft, left, mode, km, near.to_numpy())
    return draft.but(links=draft.links.drop(columns="_tier"))


def _joined(draft: Draft, rows: np.ndarray, mode: str, km: float, among: np.ndarray) -> Draft:
    """Join nodes to the nearest of some links; the access links end at the nodes themselves."""
    import pandas as pd

    if not among.any():
        return draft
    # the other links wait aside: nothing is joined to them; nodes keep their numbers
    aside = draft.links[~among]
    first = len(draft.nodes)
    twins = draft.nodes.iloc[rows][["lon", "lat", "country"]]
    made = connect(draft.but(links=draft.links[among]), places=twins, modes=[mode], km=km)
    number_of = np.arange(len(made.nodes))
    number_of[first : first + len(rows)] = rows
    links = pd.concat([made.links, aside], ignore_index=True) if len(aside) else made.links
    made = made.but(links=links.assign(**{c: number_of[links[c].to_numpy(int)] for c in ("start", "end")}))
    stays = np.ones(len(made.nodes), bool)
    stays[first : first + len(rows)] = False
    return made.kept(stays)


def _main_part(draft: Draft) -> np.ndarray:
    """Mark the nodes of the largest part of the roads in which a truck gets from everywhere to everywhere."""
    start, end = draft.ends()
    road = _live(draft) & (draft.links["mode"].to_numpy() != "rail")
    both = road & (draft.texts("links", "direction") != "forward")
    posts = draft.crossings[draft.crossings["status"].isin(open_statuses())] if len(draft.crossings) else None
    tail, head = np.r_[start[road], end[both]], np.r_[end[road], start[both]]
    if posts is not None:
        a, b = posts["start"].to_numpy(int), posts["end"].to_numpy(int)
        tail, head = np.r_[tail, a, b], np.r_[head, b, a]
    count = len(draft.nodes)
    graph = scipy_part("sparse").csr_matrix((np.ones(len(tail), bool), (tail, head)), shape=(count, count))
    _, part = scipy_part("sparse.csgraph").connected_components(graph, directed=True, connection="strong")
    return part == np.bincount(part).argmax()


def _gates(draft: Draft, *, every: bool) -> Draft:
    """Make terminals of the places where roads and lines end, or of every junction; named by road and place."""
    start, end = draft.ends()
    live = _live(draft)
    pairs = np.unique(np.sort(np.column_stack([start[live], end[live]]), axis=1), axis=0)  # two gauges are one way
    degree = np.bincount(pairs.ravel(), minlength=len(draft.nodes))
    kind = draft.texts("nodes", "kind").copy()
    free = ~np.isin(kind, (*CALLED_AT, "border-post"))
    gates = np.flatnonzero(free & ((degree > 2) | (degree == 1) if every else degree == 1))
    if not len(gates) and not every:  # a ring: nothing ends
        gates = np.flatnonzero(free & (degree > 2))
    if not every:
        draft, gates = _one_gate(draft, gates)
        kind = draft.texts("nodes", "kind").copy()
        start, end = draft.ends()
        live = _live(draft)
    if len(gates) > MOST_OF_ALL:
        raise DataError(
            f"{len(gates):,} nodes would be terminals, more than {MOST_OF_ALL:,}; name places of your own (places=...)"
        )
    names, tags = draft.texts("nodes", "name").copy(), draft.texts("nodes", "tags").copy()
    words = draft.texts("links", "tags")
    ref = {}
    for i in np.flatnonzero(live):
        of_link = next((w[4:] for w in words[i].split(";") if w.startswith("ref-")), draft.links["mode"].iat[i])
        ref[start[i]] = ref[end[i]] = of_link
    points = draft.points()
    for i in gates:
        names[i] = names[i] or f"{ref[i]} at {points[i][1]:.4f} {points[i][0]:.4f}"
        tags[i] = ";".join(filter(None, [tags[i], "gate"]))
    kind[gates] = "dry-port"
    said = f"the map names no place on these ways: {len(gates):,} ends and junctions are terminals, tagged gate"
    return draft.but(said, nodes=draft.nodes.assign(kind=kind, name=names, tags=tags))


def _one_gate(draft: Draft, gates: np.ndarray) -> tuple[Draft, np.ndarray]:
    """Make one gate of the ends of two carriageways, so that a truck may come and go there."""
    import shapely

    points = draft.points()[gates]
    if not len(points):
        return draft, gates
    reach = number("gate_km")
    around = shapely.STRtree(shapely.points(points))
    a, b = around.query(shapely.points(points), predicate="dwithin", distance=reach / 55)  # degrees; narrowed below
    near = apart_km(points[a], points[b]) <= reach
    graph = scipy_part("sparse").csr_matrix((np.ones(near.sum(), bool), (a[near], b[near])), shape=(len(gates),) * 2)
    _, part = scipy_part("sparse.csgraph").connected_components(graph, directed=False)
    first = np.unique(part, return_index=True)[1]
    number_of = np.arange(len(draft.nodes))
    number_of[gates] = gates[first[part]]
    links = draft.links.assign(**{c: number_of[draft.links[c].to_numpy(int)] for c in ("start", "end")})
    stays = number_of == np.arange(len(draft.nodes))
    return draft.but(links=links).kept(stays), (np.cumsum(stays) - 1)[gates[first]]
