"""Foreign tables of nodes and links become a network: CSV, spreadsheet, GeoPackage, GeoParquet, frames."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.errors import DataError, SchemaError
from corridor_opt.importers.cells import Told
from corridor_opt.importers.mapping import TableMapping
from corridor_opt.model.build import vantage_word
from corridor_opt.model.geography import mixed_up
from corridor_opt.model.network import Network

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.importers.sheet import Sheet
    from corridor_opt.model.joining.draft import Draft

MAPPING = "mapping.toml"  # taken where it lies in the folder of the tables
LAND = ("rail", "road")


def from_tables(
    tables: Any,
    links: Any = None,
    *,
    mapping: str | Path | Mapping[str, Any] | None = None,
    name: str | None = None,
    as_of: str | int = "2026",
) -> Network:
    """Make a network of tables that others made.

    Parameters
    ----------
    tables
        A file (`.csv`, `.xlsx`, `.gpkg`, `.parquet`, `.geojson`, `.shp`), a folder of such, a frame of links, a pair
        (nodes, links), or a dict with `nodes` and `links`. Links alone bring their nodes with them where they have
        lines, or the coordinates of their ends.
    links
        The table of links where `tables` is that of nodes.
    mapping
        A TOML file or a dict that says which column is which: see the guide on own networks. A file `mapping.toml` in
        a folder of tables is taken. Columns that no mapping names are matched by well-known names.
    name
        Name of the network; the mapping's, else that of the file, when None.
    as_of
        Vantage point: `2022` or `2026`.

    Returns
    -------
    Network
        Validated. Countries, borders, gauges and classes that the tables lack are filled in as for any draft; places
        that are named, or whose kind says so, have terminals. `standing` tells each guess and each thing done.

    Raises
    ------
    DataError
        A table or the mapping cannot be used; every fault of all tables at once, with its row.
    SchemaError
        The network does not fit the schema; every fault at once.
    MissingExtraError
        A spreadsheet needs openpyxl, GeoParquet needs pyarrow.
    """
    from corridor_opt.importers.grounding import grounded
    from corridor_opt.model.joining.to_network import to_network

    vantage = vantage_word(as_of)
    rules = _mapping_of(tables, mapping)
    draft = grounded(draft_tables(tables, links, mapping=rules, name=name))
    network = to_network(draft, version=rules.version or "0", as_of=vantage)
    return dataclasses.replace(network, standing=(*network.standing, *draft.said))


def draft_tables(
    tables: Any,
    links: Any = None,
    *,
    mapping: str | Path | Mapping[str, Any] | TableMapping | None = None,
    name: str | None = None,
) -> Draft:
    """Make a draft of tables that others made: as `from_tables`, before borders, gauges and classes.

    Raises
    ------
    DataError
        Every fault of all tables at once.
    """
    import pandas as pd

    from corridor_opt.importers.foreign import links_of, nodes_of, with_sources
    from corridor_opt.importers.gather import gather
    from corridor_opt.importers.grounding import joined
    from corridor_opt.model.joining.draft import Draft

    rules = mapping if isinstance(mapping, TableMapping) else _mapping_of(tables, mapping)
    found = gather(tables, links, rules)
    told = [Told(role, sheet) for role, sheet, _ in found]
    nodes = nodes_of([(s, r, t) for (role, s, r), t in zip(found, told, strict=True) if role == "nodes"], rules)
    given = len(nodes)
    frames = []
    for (role, sheet, table), of in zip(found, told, strict=True):
        if role == "links":
            nodes, frame = links_of(sheet, table, of, rules, nodes)
            frames.append(_checked(frame, of, rules, nodes))
    called = name or rules.name or _called(tables, found)
    faults = [fault for of in told for fault in of.faults]
    faults += _swapped(nodes)
    if faults:
        raise DataError(f"{called} has {len(faults)} fault(s)", faults)
    every = pd.concat(frames, ignore_index=True).drop(columns="row")
    texts = [column for column in every.columns if every[column].dtype == object and column != "way"]
    every[texts] = every[texts].fillna("")
    _refuse_twice(every, called)
    row = _source(called, [sheet for _, sheet, _ in found], rules)
    source, confidence = row["id"], rules.source.get("confidence", "medium")
    every = with_sources(every, "links", source, confidence)
    if all(way is None for way in every["way"]):
        every = every.drop(columns="way")
    measured = every.pop("measured")
    every["length_confidence"] = np.where(measured != "", measured, every["length_confidence"])
    notes: list[str] = []
    nodes = _kinds(with_sources(nodes, "nodes", source, confidence), given, every, notes)
    nodes = _lands(nodes, every, notes)
    said = tuple(line for of in told for line in of.notes) + tuple(notes)
    draft = Draft(called, nodes, every, source, pd.DataFrame([row]), said)
    return joined(draft, rules.connect_km)


def _mapping_of(tables: Any, mapping: str | Path | Mapping[str, Any] | None) -> TableMapping:
    """Read the mapping given, or the one in the folder of the tables."""
    from corridor_opt.importers.mapping_file import read_mapping

    if mapping is None and isinstance(tables, (str, Path)) and (beside := Path(tables) / MAPPING).is_file():
        return read_mapping(beside)
    return read_mapping(mapping)


def _called(tables: Any, found: Sequence[tuple[str, Sheet, Any]]) -> str:
    """Give the name of the file or folder; for frames, what they are."""
    if isinstance(tables, (str, Path)):
        return Path(tables).stem or "tables"
    first = next(sheet.where for role, sheet, _ in found if role == "links")
    return "tables" if first.startswith("the frame") else Path(first.partition(",")[0]).stem


def _source(called: str, sheets: Sequence[Sheet], rules: TableMapping) -> dict[str, str]:
    """Give the row of `sources` that stands for the tables."""
    files = ", ".join(dict.fromkeys(sheet.where for sheet in sheets))
    slug = re.sub(r"[^A-Za-z0-9]+", "-", called).strip("-") or "tables"
    said = rules.source
    return {
        "id": said.get("id", slug),
        "title": said.get("title", f"Foreign tables of one's own: {files}"),
        "year": said.get("year", ""),
    }


def _checked(frame: pd.DataFrame, told: Told, rules: TableMapping, nodes: pd.DataFrame) -> pd.DataFrame:
    """Refuse links that cannot be, or leave out those kinds of rows that the mapping says; give those that stay."""
    from corridor_opt.importers.ends import apart_km

    row = frame["row"].to_numpy(int)
    km = frame["length_km"].to_numpy(float)
    told.of_rows(row[km < 0], "length_km", "a length must be above 0")
    placed = ((frame["start"] >= 0) & (frame["end"] >= 0)).to_numpy()
    loops = placed & (frame["start"] == frame["end"]).to_numpy()
    columns = [name for name in frame.columns if name not in ("row", "way")]
    ways = np.array([way.wkb if way is not None else b"" for way in frame["way"]], object) if "way" in frame else ""
    again = frame[columns].assign(way=ways).duplicated().to_numpy()
    again = again & placed & ~np.isin(row, told.bad_rows())  # cells that could not be read are alike
    drop = np.zeros(len(frame), bool)
    for kind, mask, column, problem in (
        ("self-loops", loops, "to", "begins and ends at the same node"),
        ("zero-length", (km == 0) & ~loops, "length_km", "has no length"),
        ("duplicates", again & ~loops, "from", "the whole row stands there twice"),
    ):
        if kind in rules.leave_out:
            if mask.any():
                told.note(f"{int(mask.sum()):,} {kind} were left out")
            drop |= mask
        else:
            hint = f'; to leave such rows out, say leave_out = ["{kind}"] in the mapping'
            told.of_rows(row[mask], column, problem + hint)
    if "mode" not in frame.columns:
        told.faults.append(f'{told.where}, mode: no such column; for all links it is said by mode = {{value = "rail"}}')
        return frame[~drop]
    told.of_rows(row[(frame["mode"] == "").to_numpy()], "mode", "is empty")
    places = nodes[["lon", "lat"]].to_numpy(float)
    straight = np.full(len(frame), np.nan)
    start, end = (frame[side].to_numpy(int)[placed] for side in ("start", "end"))
    straight[placed] = apart_km(places[start], places[end])
    land = placed & frame["mode"].isin(LAND).to_numpy() & (km > 0)
    short = np.flatnonzero(land & (km < 0.95 * straight - 1))  # places are points: 1 km
    said = [f"{km[i]:g} km, but its ends lie {straight[i]:,.0f} km apart" for i in short]
    told.each(row[short], "length_km", said)
    return frame[~drop]


def _refuse_twice(links: pd.DataFrame, called: str) -> None:
    """Raise where two links have one id."""
    if "id" not in links.columns:
        return
    twice = links["id"][links["id"].duplicated() & (links["id"] != "")]
    if len(twice):
        faults = [f"links, id: '{link}' stands there twice" for link in dict.fromkeys(twice)]
        raise SchemaError(f"{called} has {len(faults)} fault(s)", faults)


def _swapped(nodes: pd.DataFrame) -> list[str]:
    """Tell nodes whose country lies where they would be with longitude and latitude the other way round."""
    faults = []
    if "country" in nodes.columns:
        for country, group in nodes[nodes["country"] != ""].groupby("country", sort=False):
            for row, wrong in zip(group.itertuples(), mixed_up(str(country), group["lon"], group["lat"]), strict=True):
                if wrong:
                    where = f"{row.lon:g} east, {row.lat:g} north is far from {country}"
                    faults.append(f"nodes, {row.id}, lon: {where}; longitude and latitude mixed up?")
    return faults


def _lands(nodes: pd.DataFrame, links: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Give a node that names no country that of its links, where these name one and the same."""
    import pandas as pd

    country = nodes["country"].to_numpy(object, copy=True) if "country" in nodes.columns else np.full(len(nodes), "")
    if "countries" not in links.columns or (country != "").all():
        return nodes.assign(country=country)
    both = pd.DataFrame({"node": [*links["start"], *links["end"]], "land": [*links["countries"]] * 2})
    lands = both[both["land"] != ""].groupby("node")["land"].agg(lambda cells: set(cells))
    one = {node: next(iter(found)) for node, found in lands.items() if len(found) == 1 and country[node] == ""}
    one = {node: land for node, land in one.items() if ";" not in land}
    if one:
        country = country.astype(object)
        country[list(one)] = list(one.values())
        notes.append(f"{len(one):,} nodes lie in the country that their links name")
    return nodes.assign(country=country)


def _kinds(nodes: pd.DataFrame, given: int, links: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Say which nodes are places where loads are handled: those of the table and those that have names.

    Where there is none, the free ends of the network are: a load can begin and end its way there.
    """
    kinds = nodes["kind"].to_numpy(object, copy=True) if "kind" in nodes.columns else np.full(len(nodes), "", object)
    bare = kinds == ""
    called = bare & ((np.arange(len(nodes)) < given) | (nodes["name"] != "").to_numpy())
    kinds[called] = "city"
    if called.any():
        notes.append(f"{int(called.sum()):,} nodes without a kind are places with terminals (kind city)")
    met = np.bincount(links[["start", "end"]].to_numpy(int).ravel(), minlength=len(nodes))
    if not called.any() and (kinds == "").all():
        kinds[met == 1] = "city"
        notes.append(f"no node has a name: the {int((met == 1).sum()):,} free ends have terminals (kind city)")
    if alone := int((met == 0).sum()):
        notes.append(f"{alone:,} nodes meet no link")
    return nodes.assign(kind=kinds)
