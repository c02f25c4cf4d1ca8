"""Foreign tables become a draft: nodes with places, links with ends and lengths; faults are gathered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.importers import ends, shapes
from corridor_opt.importers.cells import BACKWARD, Told, mapped
from corridor_opt.importers.mapping import TableMapping, TableRules
from corridor_opt.importers.sheet import Sheet
from corridor_opt.model.schema import schema, source_column

if TYPE_CHECKING:
    import pandas as pd

FAR_SHARE, FAR_KM = 0.1, 5.0  # a line may end this share of its length, and these km, away from the node it names


def nodes_of(tables: Sequence[tuple[Sheet, TableRules, Told]], mapping: TableMapping) -> pd.DataFrame:
    """Give the nodes of all tables: `id`, `name`, `lon`, `lat` and what else they bring."""
    import pandas as pd

    frames = [_nodes(*one, mapping) for one in tables]
    nodes = pd.concat([pd.DataFrame({"id": [], "name": [], "lon": [], "lat": []}), *frames], ignore_index=True)
    texts = [name for name in nodes.columns if name not in ("lon", "lat")]
    nodes[texts] = nodes[texts].astype(object).fillna("")
    twice = nodes["id"].duplicated() & (nodes["id"] != "")
    if twice.any() and tables:
        told = tables[-1][2]
        for node in dict.fromkeys(nodes["id"][twice]):
            told.faults.append(f"{told.where}, id: the node '{node}' stands there twice")
    return nodes.astype({"lon": float, "lat": float})


def _nodes(sheet: Sheet, rules: TableRules, told: Told, mapping: TableMapping) -> pd.DataFrame:
    import shapely

    frame = mapped(sheet, rules, mapping, told)
    given = frame.pop("geometry") if "geometry" in frame.columns else sheet.shapes
    rows = np.arange(len(frame))
    if {"lon", "lat"} <= set(frame.columns):
        points = frame[["lon", "lat"]].to_numpy(float)
        crs = None
    elif given is not None:
        made = shapes.flat(given, told)
        points = np.full((len(made), 2), np.nan)
        kinds = shapely.get_type_id(made)
        single = (kinds == 4) & (shapely.get_num_geometries(made) == 1)
        made[single] = shapely.get_geometry(made[single], 0)
        for kind in np.unique(kinds[~single & (kinds > 0)]):
            at = np.flatnonzero(kinds == kind)
            told.of_rows(at, "geometry", f"a {made[at[0]].geom_type}, no point")
        one = (kinds == 0) | single
        points[one] = np.column_stack([shapely.get_x(made[one]), shapely.get_y(made[one])])
        crs = sheet.crs
    else:
        told.faults.append(f"{told.where}: no places: columns lon and lat or a geometry of points are needed")
        return frame.assign(lon=0.0, lat=0.0, **_named(frame, told))
    bare = np.flatnonzero(np.isnan(points).any(axis=1))
    told.of_rows(bare, "lon", "no place: longitude or latitude is empty")
    points = shapes.degrees(points, crs, mapping.crs, told, rows)
    return frame.assign(lon=points[:, 0], lat=points[:, 1], **_named(frame, told))


def _named(frame: pd.DataFrame, told: Told) -> dict[str, list[str]]:
    """Give ids and names; one stands for the other where a table has only one of them."""
    if "id" in frame.columns:
        ids = list(frame["id"])
        told.of_rows([row for row, node in enumerate(ids) if not node], "id", "is empty")
        return {"id": ids, "name": list(frame["name"]) if "name" in frame.columns else ids}
    if "name" in frame.columns and frame["name"].is_unique and (frame["name"] != "").all():
        told.note("names stand for ids, of which there is no column")
        return {"id": list(frame["name"]), "name": list(frame["name"])}
    told.note("nodes were numbered, as there is no column of ids")
    ids = [str(number) for number in range(1, len(frame) + 1)]
    return {"id": ids, "name": list(frame["name"]) if "name" in frame.columns else ids}


def links_of(
    sheet: Sheet, rules: TableRules, told: Told, mapping: TableMapping, nodes: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the links of a table, with the nodes that they bring behind those given.

    Returns
    -------
    nodes, links
        `links` has `start`, `end`, `mode`, `length_km`, `direction`, `way`, `row` (its row in the table) and what else
        the table brings.
    """
    import pandas as pd

    frame = mapped(sheet, rules, mapping, told)
    no_unit = frame.attrs.get("no unit", "")
    given = frame.pop("geometry") if "geometry" in frame.columns else sheet.shapes
    frame["row"] = np.arange(len(frame))
    lines = np.full(len(frame), None, object)
    named = {"from", "to"} <= set(frame.columns)
    if given is not None:
        lines, row = _lines(given, sheet.crs, mapping, told)
        again = np.flatnonzero(np.bincount(row, minlength=len(frame)) > 1)
        fixed = [name for name in ("from", "length_km", "transit_hours") if name in frame.columns]
        if len(again) and fixed:
            told.of_rows(again, "geometry", f"several lines that do not touch; one row with {fixed[0]} is one link")
        frame = frame.iloc[row].reset_index(drop=True)
    by_ends = _by_ends(frame, mapping, told)
    points = by_ends if by_ends is not None else _line_ends(lines)
    if named:
        words = [*frame["from"], *frame["to"]]
        if not len(nodes) and points is not None:
            nodes = pd.concat([nodes, ends.places_of_words(words, points, told)], ignore_index=True)
            told.note(f"{len(nodes):,} nodes were made of the ends of links")
        elif not len(nodes):
            told.faults.append(f"{told.where}: a table of nodes is needed: links name their ends, not where they lie")
            nodes = pd.DataFrame({"id": list(dict.fromkeys(words)), "name": "", "lon": np.nan, "lat": np.nan})
        start, end = (ends.by_word(list(frame[side]), nodes, side, told) for side in ("from", "to"))
    elif points is None or np.isnan(points).any():
        if points is None:
            told.faults.append(
                f"{told.where}: links have no ends: columns from and to, coordinates of both ends "
                "(from_lon, from_lat, to_lon, to_lat) or a geometry of lines are needed"
            )
        else:
            bare = np.flatnonzero(np.isnan(points).any(axis=1).reshape(2, -1).any(axis=0))
            dropped = "empty-geometry" in mapping.leave_out and by_ends is None
            if not dropped:
                told.of_rows(frame["row"].to_numpy()[bare], "geometry", _or_left_out("no line", "empty-geometry"))
            keep = np.setdiff1d(np.arange(len(frame)), bare)
            told.note(f"{len(bare):,} rows without a line were left out")
            frame, lines = frame.iloc[keep].reset_index(drop=True), lines[keep]
            points = points.reshape(2, -1, 2)[:, keep].reshape(-1, 2)
        if points is None or not len(frame):
            nothing = {"start": -1, "end": -1, "length_km": np.nan, "measured": "", "way": None}
            return nodes, frame.assign(**nothing)
        start, end, nodes = _at(points, nodes, mapping, told)
    else:
        start, end, nodes = _at(points, nodes, mapping, told)
    frame = frame.drop(columns=["from", "to", "from_lon", "from_lat", "to_lon", "to_lat"], errors="ignore")
    frame = _turned(frame.assign(start=start, end=end, way=lines))
    _fit_lines(frame, nodes, named, told)
    _with_lengths(frame, nodes, rules, no_unit, told)
    return nodes, frame


def _or_left_out(problem: str, kind: str) -> str:
    return f'{problem}; to leave such rows out, say leave_out = ["{kind}"] in the mapping'


def _lines(given: Any, crs: Any, mapping: TableMapping, told: Told) -> tuple[np.ndarray, np.ndarray]:
    """Give one line a row in degrees, and the row of the table each comes from."""
    import shapely

    lines, row = shapes.single_lines(shapes.flat(given, told), told)
    there = np.flatnonzero(lines != np.array(None))
    points, of = shapely.get_coordinates(lines[there], return_index=True)
    if len(points):
        points = shapes.degrees(points, crs, mapping.crs, told, row[there][of])
        lines[there] = shapely.set_coordinates(lines[there].copy(), points)
        there_at_all = np.abs(points[:, 0]) <= 180  # others are told already
        jump = (np.abs(points[1:, 0] - points[:-1, 0]) > 180) & (of[1:] == of[:-1])
        jump &= there_at_all[1:] & there_at_all[:-1]
        told.of_rows(np.unique(row[there][of[1:][jump]]), "geometry", "crosses the 180th meridian; cut it there")
    return lines, row


def _by_ends(frame: pd.DataFrame, mapping: TableMapping, told: Told) -> np.ndarray | None:
    """Give the coordinates of first and last points where columns bring them, all first ones before the last ones."""
    columns = [("from_lon", "from_lat"), ("to_lon", "to_lat")]
    if not {name for pair in columns for name in pair} <= set(frame.columns):
        return None
    points = np.concatenate([frame[list(pair)].to_numpy(float) for pair in columns])
    bare = np.flatnonzero(np.isnan(points).any(axis=1).reshape(2, -1).any(axis=0))
    told.of_rows(bare, "from_lon", "the coordinates of an end are empty")
    return shapes.degrees(points, None, mapping.crs, told, np.tile(np.arange(len(frame)), 2))


def _line_ends(lines: np.ndarray) -> np.ndarray | None:
    """Give first and last points of lines, all first ones before the last ones; NaN where there is no line."""
    import shapely

    if all(line is None for line in lines):
        return None
    both = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    return np.column_stack([shapely.get_x(both), shapely.get_y(both)])


def _at(
    points: np.ndarray, nodes: pd.DataFrame, mapping: TableMapping, told: Told
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Give the nodes at both ends by their places, with those that had to be made."""
    import pandas as pd

    where, made = ends.by_place(nodes, points, mapping.ends_within_km)
    told.note(
        f"ends of links became {len(np.unique(where)):,} nodes, {len(made):,} of them new "
        f"(ends_within_km = {mapping.ends_within_km:g})"
    )
    new = pd.DataFrame({"id": "", "name": "", "lon": made[:, 0], "lat": made[:, 1]})
    nodes = pd.concat([nodes, new], ignore_index=True) if len(made) else nodes
    texts = [name for name in nodes.columns if name not in ("lon", "lat")]
    nodes[texts] = nodes[texts].fillna("")
    half = len(where) // 2
    return where[:half], where[half:], nodes


def _turned(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn round the links that may be used from their second end to their first only."""
    if "direction" not in frame.columns:
        return frame.assign(direction="both")
    frame["direction"] = frame["direction"].replace("", "both")
    back = frame["direction"] == BACKWARD
    frame.loc[back, ["start", "end"]] = frame.loc[back, ["end", "start"]].to_numpy()
    return frame.assign(direction=frame["direction"].replace(BACKWARD, "forward"))


def _fit_lines(frame: pd.DataFrame, nodes: pd.DataFrame, named: bool, told: Told) -> None:
    """Turn lines so that they run from start to end; complain of those that end far from the nodes they name."""
    import shapely

    ways = frame["way"].to_numpy(object, copy=True)
    at = np.flatnonzero((ways != np.array(None)) & (frame["start"] >= 0) & (frame["end"] >= 0))
    if not len(at):
        return
    first, last = (
        np.column_stack([shapely.get_x(p), shapely.get_y(p)])
        for p in (shapely.get_point(ways[at], 0), shapely.get_point(ways[at], -1))
    )
    places = nodes[["lon", "lat"]].to_numpy(float)
    start, end = places[frame["start"].to_numpy(int)[at]], places[frame["end"].to_numpy(int)[at]]
    straight = ends.apart_km(first, start) + ends.apart_km(last, end)
    back = ends.apart_km(first, end) + ends.apart_km(last, start)
    ways[at[back < straight]] = shapely.reverse(ways[at[back < straight]])
    frame["way"] = ways
    if named:
        off = np.minimum(straight, back)
        far = off > FAR_SHARE * ends.apart_km(start, end) + FAR_KM
        for row, km in zip(frame["row"].to_numpy()[at[far]], off[far], strict=True):
            told.fault(int(row), "geometry", f"the line ends {km:,.0f} km from the nodes that the row names")


def _with_lengths(frame: pd.DataFrame, nodes: pd.DataFrame, rules: TableRules, no_unit: str, told: Told) -> None:
    """Fill lengths that are missing, find out the unit of those that name none, and say who measured."""
    import shapely

    ways = frame["way"].to_numpy(object)
    has_way = np.flatnonzero(ways != np.array(None))
    coordinates, of = shapely.get_coordinates(ways[has_way], return_index=True)
    drawn = np.full(len(frame), np.nan)
    if len(has_way):
        nowhere = ~(np.abs(coordinates) <= (180, 90)).all(axis=1)  # told already
        drawn[has_way] = shapes.lengths_km(np.where(nowhere[:, None], 0, coordinates), of, len(has_way))
        drawn[has_way[np.unique(of[nowhere])]] = np.nan
    places = nodes[["lon", "lat"]].to_numpy(float)
    straight = ends.apart_km(places[frame["start"].to_numpy(int)], places[frame["end"].to_numpy(int)])
    if "length_km" not in frame.columns:
        frame["length_km"] = np.nan
    elif no_unit:
        _find_unit(frame, np.where(np.isnan(drawn), straight, drawn), no_unit, told)
    bare = frame["length_km"].isna().to_numpy()
    frame["measured"] = ""
    rule = rules.columns.get("length_km")
    if rule is not None and rule.straight is not None:
        frame.loc[bare, "length_km"], frame.loc[bare, "measured"] = straight[bare] * rule.straight, "assumption"
        told.note(f"{int(bare.sum()):,} lengths are the great circle times {rule.straight:g}: an assumption")
        return
    fill = bare & ~np.isnan(drawn)
    frame.loc[fill, "length_km"], frame.loc[fill, "measured"] = drawn[fill], "low"
    if fill.any():
        told.note(f"{int(fill.sum()):,} lengths were measured along the line: confidence low")
    told.of_rows(
        frame["row"].to_numpy()[bare & (ways == np.array(None))],
        "length_km",
        "no length and no line; lengths may be the straight distance times a factor: length_km = {straight = 1.3}",
    )


def _find_unit(frame: pd.DataFrame, ground: np.ndarray, column: str, told: Told) -> None:
    """Find out whether lengths whose name has no unit are km or metres, by what lies on the ground."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = frame["length_km"].to_numpy(float) / ground
    ratio = ratio[np.isfinite(ratio) & (ratio > 0)]
    if not len(ratio):  # no length could be read, or no node found: told elsewhere
        return
    middle = float(np.median(ratio))
    for unit, factor in (("km", 1.0), ("m", 0.001)):
        if 0.8 <= middle * factor <= 3:
            frame["length_km"] *= factor
            times = f"its median is {middle * factor:.2f} times the distance on the map"
            told.note(f"'{column}' was read in {unit}: {times}")
            return
    told.faults.append(
        f"{told.where}, length_km: the unit of '{column}' is in doubt (its median is {middle:.3g} times the distance "
        f'on the map in km); say length_km = {{column = "{column}", unit = "km"}}'
    )


def with_sources(frame: pd.DataFrame, table: str, source: str, confidence: str) -> pd.DataFrame:
    """Give every number the source of its file, where the row names none, and its confidence."""
    columns = schema(table)
    for name, attribute in columns.items():
        if name not in frame.columns or not attribute.is_number or attribute.kind in ("year", "gauge"):
            continue
        column = source_column(name, columns)
        if column is None:
            continue
        filled = frame[name].notna()
        certain = column.replace("_source", "_confidence")
        for about, word in ((column, source), (certain, confidence)):
            if about in columns:
                old = frame[about] if about in frame.columns else ""
                frame[about] = np.where(filled & (np.asarray(old, object) == ""), word, old)
    return frame
