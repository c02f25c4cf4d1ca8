"""Links that cross a border are cut: two posts and one crossing, open where the policy of borders says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.joining.countries import country_of
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.policy import CROSSING_KM, curated_crossings, far_from, pair_of, read_policy, rule_of
from corridor_opt.model.joining.split import split
from corridor_opt.model.joining.ways import lines, point_at, way_column
from corridor_opt.model.network import VANTAGES

if TYPE_CHECKING:
    import pandas as pd

LAND = ("rail", "road", "waterway")
POST_KM = 0.05  # from the border to a post on either side
LONG_KM = 5.0  # a longer link is cut where outlines say, a shorter one in the middle
OFF_SHARE = 0.25  # of its length: so far a link that is drawn straight may cross from where it truly does; assumed
CLOSED = "suspended"
# What a crossing has of its own: all else it takes over from the curated one that it runs along.
OWN = (
    *("id", "post_a", "post_b", "country_a", "country_b", "mode", "gauge_a", "gauge_b", "pair"),
    *("lon_a", "lat_a", "lon_b", "lat_b"),
    *("length_km", "length_source", "length_confidence", "length_other", "corridors", "closures", "note"),
)


def borders(draft: Draft, *, policy: pd.DataFrame | None = None) -> Draft:
    """Cut land links whose ends lie in two countries, and say which of the crossings are open.

    Parameters
    ----------
    policy
        Rules of pairs of countries, as `read_policy` takes them; the embedded ones when None. A pair that is not named
        is open within one customs area, a whitelist where it has curated crossings, and else open.

    Returns
    -------
    Draft
        The link becomes two, with a post at the end of each, and a row of `crossings` between the posts; their lengths
        sum to the link's. A crossing within 25 km of a curated one of its mode and countries (on a link drawn straight
        a quarter of its length more) takes over its hours, fees and statuses and names it in `like`. Others are closed
        (`suspended`) where the rule is `closed` or `whitelist`.
    """
    import pandas as pd
    import shapely

    rules = read_policy(policy)
    start, end = draft.ends()
    country = draft.texts("nodes", "country")
    a, b = country[start], country[end]
    crossed = np.flatnonzero(draft.links["mode"].isin(LAND).to_numpy() & (a != b) & (a != "") & (b != ""))
    if not len(crossed):
        return draft.but("no link crosses a border")
    km = draft.links["length_km"].to_numpy(float)[crossed]
    half = np.minimum(POST_KM / np.maximum(km, 1e-9), 0.25)
    middle = np.clip(_where(draft, crossed, km, a[crossed], b[crossed]), 2 * half, 1 - 2 * half)
    at = pd.DataFrame({"link": np.tile(crossed, 2), "share": np.r_[middle - half, middle + half]})
    cut, posts = split(draft, at=at)
    post_a, post_b = posts[: len(crossed)], posts[len(crossed) :]
    # the parts of a link stand in their order behind all others
    parts = len(cut.links) - 3 * len(crossed) + np.arange(3 * len(crossed))
    between = parts[1::3]
    nodes = _posts(cut.nodes, np.r_[post_a, post_b], np.r_[a[crossed], b[crossed]], np.r_[b[crossed], a[crossed]])
    mode = draft.links["mode"].to_numpy(object)[crossed]
    where = nodes[["lon", "lat"]].to_numpy(float)
    made = pd.DataFrame({"start": post_a, "end": post_b, "mode": mode})
    for column in ("class", "traction", "traction_source", "traction_confidence", "tags"):
        if column in draft.links.columns:
            made[column] = draft.texts("links", column)[crossed]
    gauge = draft.links["gauge_mm"].to_numpy(float)[crossed] if "gauge_mm" in draft.links.columns else np.nan
    made["gauge_a"] = made["gauge_b"] = gauge
    made["length_km"] = cut.links["length_km"].to_numpy(float)[between]
    made["length_confidence"] = "low"
    doubt = np.where(shapely.is_geometry(way_column(draft)[crossed]), 0.0, OFF_SHARE * km)
    told = _judged(made, (where[post_a] + where[post_b]) / 2, a[crossed], b[crossed], rules, doubt)
    crossings = pd.concat([draft.crossings, told], ignore_index=True) if len(draft.crossings) else told
    return cut.but(
        _said(told, a[crossed], b[crossed]), nodes=nodes, links=cut.links.drop(index=between), crossings=crossings
    )


def _where(draft: Draft, rows: np.ndarray, km: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Give the shares of links at which they cross the border: by outline where they are long, else the middle."""
    shares = np.full(len(rows), 0.5)
    long = np.flatnonzero(km > LONG_KM)
    if not len(long):
        return shares
    steps = np.minimum(np.ceil(km[long]).astype(int), 500)
    row = np.repeat(np.arange(len(long)), steps)
    share = (np.arange(len(row)) - np.repeat(np.cumsum(steps) - steps, steps) + 0.5) / steps[row]
    found = country_of(point_at(lines(draft, rows[long])[row], share))
    for i, link in enumerate(long):
        along = found[row == i]
        # the cut that leaves most points on the side of their own country
        fits = np.cumsum(np.r_[0, along == a[link]]) + np.cumsum(np.r_[0, (along == b[link])[::-1]])[::-1]
        best = np.flatnonzero(fits == fits.max())
        shares[link] = best.mean() / steps[i]
    return shares


def _posts(nodes: pd.DataFrame, rows: np.ndarray, country: np.ndarray, other: np.ndarray) -> pd.DataFrame:
    """Give the nodes with what is known of their posts."""
    nodes = nodes.copy()
    for column, words in (
        ("country", country),
        ("kind", np.full(len(rows), "border-post", object)),
        ("name", np.array([f"border {one}-{two}" for one, two in zip(country, other, strict=True)], object)),
    ):
        if column not in nodes.columns:
            nodes[column] = ""
        cells = nodes[column].fillna("").to_numpy(object).copy()
        cells[rows] = words
        nodes[column] = cells
    where = nodes[["lon", "lat"]].to_numpy(float)[rows]
    names = nodes["name"].to_numpy(object).copy()
    names[rows] = [f"{name} at {lat:.2f}, {lon:.2f}" for name, (lon, lat) in zip(names[rows], where, strict=True)]
    return nodes.assign(name=names)


def _judged(
    made: pd.DataFrame, where: np.ndarray, a: np.ndarray, b: np.ndarray, rules: dict[str, str], doubt: np.ndarray
) -> pd.DataFrame:
    """Say which crossings are open, and let those along a curated one take over what it says."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for i in range(len(made)):
        rule, basis = rule_of(pair_of(a[i], b[i]), rules)
        near = curated_crossings(str(made["mode"].iat[i]), a[i], b[i])
        far = far_from(near, where[i])
        if len(far) and far.min() <= CROSSING_KM + doubt[i]:
            row = _taken_over(near.iloc[int(far.argmin())], a[i])
        else:
            status = "operating" if rule == "open" else CLOSED
            why = {
                "named": f"the policy of borders: {rule}",
                "area": "within one customs area",
                "curated": "no curated crossing of this mode within 25 km",
                "assumed": "nothing is known of this border: taken as open",
            }[basis]
            row = {
                "like": "",
                "status": status,
                "status_note": why,
                "status_source": "A" if basis == "assumed" else "K",
            }
            row |= {f"status_{vantage}": status for vantage in VANTAGES}
        rows.append(row | {"rule": rule, "basis": basis})
    told = pd.DataFrame(rows)
    for column in told.columns:
        cells = told[column].fillna("").to_numpy(object)
        made[column] = np.where(cells == "", made[column], cells) if column in made.columns else cells
    return made


def _taken_over(curated: pd.Series, country: str) -> dict[str, Any]:
    """Give what a crossing takes over from a curated one, the other way round where that runs so."""
    row = {str(c): v for c, v in curated.items() if c not in OWN and v != ""}
    if curated["country_a"] != country:
        ab, ba = row.pop("dwell_hours_ab", None), row.pop("dwell_hours_ba", None)
        row |= {c: v for c, v in (("dwell_hours_ab", ba), ("dwell_hours_ba", ab)) if v is not None}
    status = row.get(f"status_{VANTAGES[-1]}", "operating")
    return row | {"like": curated["id"], "status": status}


def _said(told: pd.DataFrame, a: np.ndarray, b: np.ndarray) -> str:
    shut = (told["status"] == CLOSED).to_numpy()
    along = int((told["like"] != "").sum())
    words = f"{len(told):,} links cross a border, {along:,} of them along a curated crossing; {shut.sum():,} are closed"
    if shut.any():
        pairs: dict[str, int] = {}
        for pair in (pair_of(*two) for two in zip(a[shut], b[shut], strict=True)):
            pairs[pair] = pairs.get(pair, 0) + 1
        words += ": " + ", ".join(f"{pair} {n}" for pair, n in sorted(pairs.items(), key=lambda one: -one[1])[:12])
    return words
