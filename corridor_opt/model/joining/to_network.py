"""A draft becomes a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import SchemaError
from corridor_opt.model.build import build, embedded_texts
from corridor_opt.model.geography import position_name
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.policy import CROSSING_KM
from corridor_opt.model.joining.ways import apart_km
from corridor_opt.model.network import VANTAGES, Network
from corridor_opt.model.schema import schema

if TYPE_CHECKING:
    import pandas as pd

CALLED_AT = ("seaport", "dry-port", "city")  # kinds of nodes where a load can change mode
DEFAULTS = {"kind": "junction", "location_confidence": "medium"}


def to_network(draft: Draft, *, name: str | None = None, version: str = "0", as_of: str = "2026") -> Network:
    """Make a validated network of a draft.

    Parameters
    ----------
    draft
        Its nodes lie in countries, its links have classes, its borders are crossings.
    name, version, as_of
        As in `Network`; the draft's name when None.

    Returns
    -------
    Network
        Ids and names that the draft lacks are made of positions and places. Terminals stand at ports, dry ports and
        cities, one for each mode and gauge that meets them; numbers shared by all networks are the embedded ones.

    Raises
    ------
    SchemaError
        Every fault at once.
    """
    faults = []
    for table, column in (("nodes", "lon"), ("nodes", "lat"), ("links", "start"), ("links", "end"), ("links", "mode")):
        if column not in getattr(draft, table).columns:
            faults.append(f"{table}, {column}: this column is missing")
    if faults:
        raise SchemaError(f"{draft.name} cannot become a network", faults)
    nodes = node_rows(draft)
    ids = nodes["id"].to_numpy(object)
    links = _links(draft, ids)
    crossings = _crossings(draft, nodes)
    tables = {
        "sources": _sources(draft),
        "nodes": nodes,
        "links": links.drop(columns=["way"], errors="ignore"),
        "crossings": crossings,
        "gauge_changes": gauge_changes(crossings, nodes),
        "terminals": _terminals(draft, nodes, links),
        "geometry": drawn(links, draft.source),
    }
    if "seasons" in crossings.columns and (crossings["seasons"] != "").any():
        tables["seasons"] = embedded_texts("seasons")
    return build(tables, name=name or draft.name, version=version, as_of=as_of)


def _known(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Keep the columns of the schema."""
    return frame[[c for c in frame.columns if c in schema(table)]].copy()


def _sources(draft: Draft) -> pd.DataFrame:
    import pandas as pd

    rows = pd.concat([draft.sources, embedded_texts("sources")], ignore_index=True)
    return rows.drop_duplicates("id", ignore_index=True)


def unique(stems: np.ndarray, taken: set[str] | frozenset[str] = frozenset()) -> np.ndarray:
    """Give ids of stems: a stem that stands twice, or is taken, has a number behind it."""
    seen: dict[str, int] = {}
    used, made = set(taken), []
    for stem in stems:
        count = seen.get(stem, 0) + 1
        one = stem if count == 1 else f"{stem}-{count}"
        while one in used:
            count += 1
            one = f"{stem}-{count}"
        seen[stem] = count
        used.add(one)
        made.append(one)
    return np.array(made, object)


def node_rows(draft: Draft) -> pd.DataFrame:
    """Give the nodes of a draft as rows of a network: with ids, names, kinds and the source of their place."""
    nodes = _known(draft.nodes, "nodes")
    ids = draft.texts("nodes", "id")
    bare = ids == ""
    ids[bare] = unique(np.array([f"N{i}" for i in np.flatnonzero(bare)], object), set(ids[~bare]))
    nodes["id"] = ids
    for column, word in DEFAULTS.items():
        cells = draft.texts("nodes", column)
        nodes[column] = np.where(cells == "", word, cells)
    source = draft.texts("nodes", "location_source")
    nodes["location_source"] = np.where(source == "", draft.source, source)
    names = draft.texts("nodes", "name")
    points, kind = draft.points(), nodes["kind"].to_numpy(object)
    for i in np.flatnonzero(names == ""):
        names[i] = position_name(kind[i], *points[i])
    nodes["name"] = names
    return nodes


def _links(draft: Draft, ids: np.ndarray) -> pd.DataFrame:
    start, end = draft.ends()
    links = _known(draft.links, "links")
    links["from"], links["to"] = ids[start], ids[end]
    given = draft.texts("links", "id")
    bare = given == ""
    mode = draft.links["mode"].to_numpy(object)
    stems = np.array([f"{a}-{b}-{m}" for a, b, m in zip(ids[start], ids[end], mode, strict=True)], object)
    given[~bare] = unique(given[~bare])  # the parts of a link that was cut have its id
    given[bare] = unique(stems[bare], set(given[~bare]))
    links["id"] = given
    country = draft.texts("nodes", "country")
    if "countries" not in links.columns:
        links["countries"] = ""
    both = np.where(
        (country[start] == country[end]) | (country[end] == ""),
        country[start],
        np.where(country[start] == "", country[end], country[start] + ";" + country[end]),
    )
    said = draft.texts("links", "countries")
    links["countries"] = np.where(said == "", both, said)
    for column, word in _link_defaults(draft).items():
        cells = draft.texts("links", column)
        links[column] = np.where(cells == "", word, cells)
    if "way" in draft.links.columns:
        links["way"] = draft.links["way"]
    return links


def _link_defaults(draft: Draft) -> dict[str, str]:
    return {
        "length_source": draft.source,
        "length_confidence": "medium",
        "direction": "both",
        **{f"status_{vantage}": "operating" for vantage in VANTAGES},
        "status_source": draft.source,
    }


def _crossings(draft: Draft, nodes: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    frame = draft.crossings
    if not len(frame):
        return pd.DataFrame(columns=list(schema("crossings")), dtype=object)
    ids, country = nodes["id"].to_numpy(object), nodes["country"].to_numpy(object)
    start, end = frame["start"].to_numpy(int), frame["end"].to_numpy(int)
    made = _known(frame.drop(columns=["corridors", "closures"], errors="ignore"), "crossings")
    if "part_of" in schema("crossings"):
        made["part_of"] = frame["like"]
    made["post_a"], made["post_b"] = ids[start], ids[end]
    made["country_a"], made["country_b"] = country[start], country[end]
    stems = [f"{a}-{b}-{m}" for a, b, m in zip(ids[start], ids[end], frame["mode"], strict=True)]
    if "id" not in made.columns:
        made["id"] = unique(np.array(stems, object))
    for vantage in VANTAGES:
        if f"status_{vantage}" not in made.columns:
            made[f"status_{vantage}"] = frame["status"]
    for column, word in (
        ("length_source", draft.source),
        ("length_confidence", "low"),
        ("status_source", draft.source),
    ):
        if column not in made.columns:
            made[column] = word
        made[column] = made[column].fillna("").replace("", word)
    return made


def gauge_changes(crossings: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Give each rail crossing where the gauge breaks a place to change it, at its first post.

    It takes over hours, fees and statuses of the curated gauge change of the same two gauges that lies within 25 km of
    either post; where there is none it operates, with the default hours and charges, as an assumption.
    """
    import pandas as pd

    columns = list(schema("gauge_changes"))
    if not len(crossings):
        return pd.DataFrame(columns=columns, dtype=object)
    a, b = crossings["gauge_a"].astype(float), crossings["gauge_b"].astype(float)
    broken = crossings[(crossings["mode"] == "rail") & (a != b) & a.notna() & b.notna()]
    place = dict(zip(nodes["id"], nodes[["lon", "lat"]].to_numpy(float), strict=True))
    known, curated = (
        embedded_texts("gauge_changes"),
        embedded_texts("nodes").set_index("id")[["lon", "lat"]].astype(float),
    )
    where = curated.loc[known["node"]].to_numpy(float)
    pairs = [{float(one), float(two)} for one, two in zip(known["gauge_a"], known["gauge_b"], strict=True)]
    rows = []
    for row in broken.itertuples():
        gauges = {float(row.gauge_a), float(row.gauge_b)}
        far = np.minimum(apart_km(where, place[row.post_a]), apart_km(where, place[row.post_b]))
        near = [i for i in np.argsort(far) if far[i] <= CROSSING_KM and pairs[i] == gauges]
        made: dict[str, Any] = {f"status_{vantage}": "operating" for vantage in VANTAGES} | {"status_source": "A"}
        made |= {"note": "the gauges of the two sides differ; that it can be changed here is assumed"}
        if near:
            made = {str(c): v for c, v in known.iloc[near[0]].items() if v != ""}
        one, two = float(row.gauge_a), float(row.gauge_b)
        made |= {"id": f"{row.post_a}-{one:.0f}-{two:.0f}", "node": row.post_a, "gauge_a": one, "gauge_b": two}
        rows.append(made)
    frame = pd.DataFrame(rows, columns=columns) if rows else pd.DataFrame(columns=columns, dtype=object)
    return frame.drop_duplicates("id", ignore_index=True)


def _terminals(draft: Draft, nodes: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Give terminals to the nodes where loads are handled, one for each mode and gauge that meets them."""
    import pandas as pd

    called = nodes["kind"].isin(CALLED_AT).to_numpy()
    start, end = draft.ends()
    gauge: Any = draft.links["gauge_mm"].to_numpy(float) if "gauge_mm" in draft.links.columns else None
    both = pd.DataFrame(
        {
            "node": np.r_[start, end],
            "mode": np.tile(links["mode"].to_numpy(object), 2),
            "gauge_mm": np.tile(gauge, 2) if gauge is not None else np.nan,
        }
    )
    both = both[called[both["node"].to_numpy()]].drop_duplicates().sort_values(["node", "mode", "gauge_mm"])
    if not len(both):
        return pd.DataFrame(columns=list(schema("terminals")), dtype=object)
    both.loc[both["mode"] != "rail", "gauge_mm"] = np.nan
    both["node"] = nodes["id"].to_numpy(object)[both["node"].to_numpy()]
    gauges = both["gauge_mm"].map(lambda mm: f"-{mm:.0f}" if mm == mm else "")
    both["id"] = both["node"] + "-" + both["mode"] + gauges
    for vantage in VANTAGES:
        both[f"status_{vantage}"] = "operating"
    both["status_source"] = draft.source
    return both.drop_duplicates("id", ignore_index=True)


def drawn(links: pd.DataFrame, source: str | pd.Series) -> pd.DataFrame:
    """Give rows of `geometry`: the inner points of ways that are drawn (`way` of a link), and their source."""
    import pandas as pd
    import shapely

    way = links["way"].to_numpy(object) if "way" in links.columns else np.full(len(links), None, object)
    rows = np.flatnonzero(shapely.is_geometry(way))
    rows = rows[shapely.get_num_coordinates(way[rows]) > 2]
    if not len(rows):
        return pd.DataFrame(columns=["link", "waypoints", "source"], dtype=object)
    points, line = shapely.get_coordinates(way[rows], return_index=True)
    inner = np.r_[False, line[1:] == line[:-1]] & np.r_[line[1:] == line[:-1], False]
    words = np.char.mod("%.4f", np.round(points[inner], 4))
    cells = pd.Series([f"{x} {y}" for x, y in words], dtype=object).groupby(line[inner]).agg(";".join)
    said = source if isinstance(source, str) else source.to_numpy(object)[rows]
    made = {"link": links["id"].to_numpy(object)[rows], "waypoints": cells.to_numpy(object), "source": said}
    return pd.DataFrame(made, columns=["link", "waypoints", "source"], dtype=object)
