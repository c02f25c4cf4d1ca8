"""Gauges and classes that an imported network does not say of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.errors import DataError
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.schema import GAUGES, read_rows, split, vocabulary

if TYPE_CHECKING:
    import pandas as pd


def gauges(draft: Draft) -> Draft:
    """Fill in the gauges of rail links: by tag, else by country.

    A column `gauge` may hold tags, such as `1435;1520`: a link with several becomes as many parallel links. A link
    without a tag takes the gauge of the country that it lies in (`data/ground/gauges.csv`), and a crossing those of
    the links at its posts; such a link carries the tag `gauge-by-country`.
    """
    links = draft.links.reset_index(drop=True)
    if "gauge_mm" not in links.columns:
        links["gauge_mm"] = np.nan
    rail = (links["mode"] == "rail").to_numpy()
    told = []
    if "gauge" in links.columns:
        tagged = [_gauges_of(str(cell)) if is_rail else [] for cell, is_rail in zip(links["gauge"], rail, strict=True)]
        count = np.maximum([len(one) for one in tagged], 1)
        flat = np.array([mm for one in tagged for mm in (one or [np.nan])], float)
        links = links.iloc[np.repeat(np.arange(len(links)), count)].reset_index(drop=True)
        known = ~np.isnan(flat)
        links.loc[known, "gauge_mm"] = flat[known]
        links = links.drop(columns="gauge")
        told.append(f"{(count > 1).sum():,} links have several gauges")
        rail = (links["mode"] == "rail").to_numpy()
    by_country = {row["country"]: float(row["gauge_mm"]) for row in read_rows("ground", "gauges.csv")}
    country = draft.texts("nodes", "country")
    usual = np.array([by_country.get(one, by_country[""]) if one else np.nan for one in country], float)
    start, end = links["start"].to_numpy(int), links["end"].to_numpy(int)
    gauge = links["gauge_mm"].to_numpy(float).copy()
    bare = rail & np.isnan(gauge)
    gauge[bare] = np.where(np.isnan(usual[start]), usual[end], usual[start])[bare]
    gauge[~rail] = np.nan
    filled = bare & ~np.isnan(gauge)
    links["gauge_mm"] = gauge
    if filled.any():
        tags = (
            links["tags"].fillna("").to_numpy(object).copy()
            if "tags" in links.columns
            else np.full(len(links), "", object)
        )
        tags[filled] = [";".join([*split(cell), "gauge-by-country"]) for cell in tags[filled]]
        links["tags"] = tags
    told.insert(
        0,
        f"gauges of {filled.sum():,} of {rail.sum():,} rail links by country, {np.isnan(gauge[rail]).sum():,} unknown",
    )
    return draft.but("; ".join(told), links=links, crossings=_at_posts(draft, links, usual))


def _gauges_of(cell: str) -> list[float]:
    """Give the gauges of a tag that we know; 1524 is worked with 1520."""
    found = []
    for word in cell.replace(",", ";").split(";"):
        mm = float(word) if word.strip().replace(".", "", 1).isdigit() else np.nan
        mm = 1520.0 if mm == 1524 else mm
        if mm in GAUGES and mm not in found:
            found.append(mm)
    return found


def _at_posts(draft: Draft, links: pd.DataFrame, usual: np.ndarray) -> pd.DataFrame:
    """Give crossings the gauges of the rail links that reach their posts."""
    crossings = draft.crossings
    if not len(crossings):
        return crossings
    crossings = crossings.copy()
    rail = links[(links["mode"] == "rail") & links["gauge_mm"].notna()]
    reaches = dict(zip(rail["end"], rail["gauge_mm"], strict=True)) | dict(
        zip(rail["start"], rail["gauge_mm"], strict=True)
    )
    is_rail = (crossings["mode"] == "rail").to_numpy()
    for column, post in (("gauge_a", "start"), ("gauge_b", "end")):
        found = np.array([reaches.get(node, usual[node]) for node in crossings[post].to_numpy(int)], float)
        crossings[column] = np.where(is_rail, found, np.nan)
    return crossings


def classes(draft: Draft) -> Draft:
    """Fill in the rate and speed class of links and crossings by mode, country and place.

    The first row of `data/ground/classes.csv` that fits holds; a cell that has a class keeps it.

    Raises
    ------
    DataError
        A mode for which there is no class.
    """
    country = draft.texts("nodes", "country")
    points = draft.points()
    made, filled = {}, 0
    for table in ("links", "crossings"):
        frame = getattr(draft, table)
        if not len(frame):
            continue
        start, end = frame["start"].to_numpy(int), frame["end"].to_numpy(int)
        lies = np.where(country[start] == "", country[end], country[start])
        given = draft.texts(table, "class")
        found = _class_of(frame["mode"].to_numpy(object), lies, (points[start] + points[end]) / 2)
        filled += int((given == "").sum())
        made[table] = frame.assign(**{"class": np.where(given == "", found, given)})
        lost = sorted(set(frame["mode"].to_numpy(object)[made[table]["class"] == ""]))
        if lost:
            raise DataError(f"no class for {', '.join(map(str, lost))} (modes: {', '.join(vocabulary('mode'))})")
    return draft.but(f"classes of {filled:,} links and crossings by mode and country", **made)


def _class_of(mode: np.ndarray, country: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Give the class of the first row that fits each place."""
    found = np.full(len(mode), "", object)
    for row in read_rows("ground", "classes.csv"):
        fits = (found == "") & (mode == row["mode"])
        if row["countries"]:
            fits &= np.isin(country.astype(str), split(row["countries"]))
        if row["west"]:
            low, high = (float(row["west"]), float(row["south"])), (float(row["east"]), float(row["north"]))
            fits &= ((where >= low) & (where <= high)).all(axis=1)
        found[fits] = row["class"]
    return found
