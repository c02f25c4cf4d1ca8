"""What has to hold between the rows and tables of a network: places, borders, gauges, numbers, countries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.casting import Checker
from corridor_opt.model.geography import distances_km, mixed_up, parse_waypoints, whole_waypoints
from corridor_opt.model.network import SEA_LANE, USED
from corridor_opt.model.schema import schema, split

if TYPE_CHECKING:
    import pandas as pd

LAND = ("rail", "road")
SHIPS = ("sea", "ferry", "waterway")
# What the emissions of a railway class are worked out from, beside its own energy and share of electric traction.
OF_RAIL = dict.fromkeys(
    [
        ("rail", "tare_t_per_teu"),
        ("traction-electric", "loss_share"),
        ("traction-diesel", "efficiency"),
        ("traction-diesel", "g_co2e_per_mj"),
        ("grid", "g_co2e_per_kwh"),
    ]
)
Tables = Mapping[str, "pd.DataFrame"]


def check_places(tables: Tables, checker: Checker) -> None:
    """Hold that places lie in their countries, that links lead somewhere, none on land shorter than the straight line.

    Looks at whatever could be read, beside other faults.
    """
    import pandas as pd

    nodes, links = tables["nodes"], tables["links"]
    for country, group in nodes[(nodes["lat"].abs() <= 90) & nodes["lon"].notna()].groupby("country", sort=False):
        for row in group[mixed_up(str(country), group["lon"], group["lat"])].itertuples():
            where = f"{row.lon:g} east, {row.lat:g} north is far from {country}"
            checker.fault("nodes", row.id, "lon", f"{where}; longitude and latitude mixed up?")
    at = pd.Index(nodes["id"].drop_duplicates(keep="last"))
    lon, lat = (nodes.drop_duplicates("id", keep="last")[c].to_numpy() for c in ("lon", "lat"))
    start, end = at.get_indexer(links["from"]), at.get_indexer(links["to"])
    straight = distances_km(lon[start], lat[start], lon[end], lat[end]) if len(at) else np.zeros(len(links))
    km = links["length_km"].to_numpy(float)
    for i in np.flatnonzero((start == end) & (start >= 0)):
        checker.fault("links", links["id"].iloc[i], "to", "begins and ends at the same node")
    known = links["mode"].isin(LAND).to_numpy() & (start >= 0) & (end >= 0)
    # 1 km: places are points, a short link may join their edges
    for i in np.flatnonzero(known & (km > 0) & (km < 0.95 * straight - 1)):
        problem = f"{km[i]:g} km, but its ends lie {straight[i]:.0f} km apart"
        checker.fault("links", links["id"].iloc[i], "length_km", problem)
    _check_ways(tables["geometry"], checker)


def _check_ways(geometry: pd.DataFrame, checker: Checker) -> None:
    """Hold that way points can be read and lie on earth."""
    if whole_waypoints(geometry["waypoints"]):
        return
    for row in geometry.itertuples():
        try:
            ways = parse_waypoints(row.waypoints)
        except ValueError:
            checker.fault("geometry", row.link, "waypoints", "write `lon lat` pairs separated by semicolons")
        else:
            if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ways):
                checker.fault("geometry", row.link, "waypoints", "no point on earth (longitude and latitude mixed up?)")


def check_lanes(tables: Tables, given: Tables, checker: Checker) -> None:
    """Hold that only points of a sea lane lie in no country, and that nothing but ships uses them.

    Looks at whatever could be read, beside other faults; what was not given at all has been told.
    """
    nodes, links = tables["nodes"], tables["links"]
    lane = nodes["kind"] == SEA_LANE
    if "country" in given["nodes"].columns:
        for node in nodes["id"][~lane & (nodes["country"] == "")]:
            checker.fault("nodes", node, "country", f"is empty; only a node of kind {SEA_LANE} lies in no country")
    lanes = set(nodes["id"][lane])
    ends = [links[end].isin(lanes) for end in ("from", "to")]
    nowhere = (links["countries"] == "") & ~((ends[0] & ends[1]) & links["mode"].isin(SHIPS))
    for link in links["id"][nowhere] if "countries" in given["links"].columns else ():
        checker.fault("links", link, "countries", "is empty")
    if not lanes:
        return
    wrong = (ends[0] | ends[1]) & ~links["mode"].isin(SHIPS)
    for link, mode in links.loc[wrong, ["id", "mode"]].itertuples(index=False):
        checker.fault("links", link, "mode", f"only ships pass the point of a sea lane, not {mode}")
    stops = (("crossings", "post_a"), ("crossings", "post_b"), ("terminals", "node"), ("gauge_changes", "node"))
    for table, column in stops:
        frame = tables[table]
        for row, node in frame.loc[frame[column].isin(lanes), ["id", column]].itertuples(index=False):
            checker.fault(table, row, column, f"{node} is a point of a sea lane: ships pass it without a stop")


def check_borders(tables: Tables, checker: Checker) -> None:
    """Hold the rule that a border is two posts and one crossing: no land link joins two countries."""
    nodes, links, crossings = tables["nodes"], tables["links"], tables["crossings"]
    country = nodes.set_index("id")["country"]
    one, two = (country.reindex(links[end]).to_numpy(dtype=object) for end in ("from", "to"))
    land, said = links["mode"].isin(LAND).to_numpy(), links["countries"].to_numpy(dtype=object)
    fine = (one == two) & (said == one)
    for i in np.flatnonzero(~fine):
        ends, listed = (one[i], two[i]), split(said[i])
        if land[i]:
            problem = f"a land link lies in one country, these are {ends}, {listed}"
            checker.fault("links", links["id"].iloc[i], "countries", problem)
        elif not {end for end in ends if end} <= set(listed):
            checker.fault("links", links["id"].iloc[i], "countries", f"{listed} lacks a country of its ends {ends}")
    for row in crossings.itertuples():
        for post, of_post in ((row.post_a, row.country_a), (row.post_b, row.country_b)):
            if country[post] != of_post:
                checker.fault("crossings", row.id, "country", f"{post} lies in {country[post]}, not in {of_post}")
        if row.country_a == row.country_b:
            checker.fault("crossings", row.id, "country", "both posts lie in the same country")


def check_gauges(tables: Tables, checker: Checker) -> None:
    """Hold that rail has a gauge, other modes none, and that a break of gauge has a place where it is bridged."""
    for table, columns in (
        ("links", ["gauge_mm"]),
        ("crossings", ["gauge_a", "gauge_b"]),
        ("terminals", ["gauge_mm"]),
    ):
        frame = tables[table]
        for column in columns:
            for i in frame.index[(frame["mode"] == "rail") != frame[column].notna()]:
                rail = frame["mode"][i] == "rail"
                checker.fault(table, frame["id"][i], column, "is empty" if rail else "only rail has a gauge")
    for table in ("links", "crossings"):
        _check_traction(table, tables[table], checker)
    changes = set(tables["gauge_changes"]["node"])
    for row in tables["crossings"].query("mode == 'rail' and gauge_a != gauge_b").itertuples():
        if not {row.post_a, row.post_b} & changes:
            checker.fault("crossings", row.id, "gauge_b", "the gauge breaks here, but neither post has a gauge change")
    rail = tables["terminals"].query("mode == 'rail'")
    twice = rail[rail["node"].duplicated() & rail["node"].isin(changes)]
    for row in twice.itertuples():
        checker.fault("terminals", row.id, "node", "a place with a gauge change has one rail terminal")


def _check_traction(table: str, frame: pd.DataFrame, checker: Checker) -> None:
    """Hold that only rail has a traction, and that it is told with a source and a confidence."""
    about = ("traction_source", "traction_confidence")
    drawn = frame["traction"] != ""
    wrong = drawn & (frame["mode"] != "rail")
    for column in about:
        wrong |= drawn != (frame[column] != "")
    for row, mode, traction, *said in frame.loc[wrong, ["id", "mode", "traction", *about]].itertuples(index=False):
        if traction and mode != "rail":
            checker.fault(table, row, "traction", "only rail has a traction")
            continue
        for column, word in zip(about, said, strict=True):
            what = column.partition("_")[2]
            if traction and not word:
                checker.fault(table, row, "traction", f"a traction without a {what} ({column} is empty)")
            elif word and not traction:
                checker.fault(table, row, column, f"a {what} of nothing (traction is empty)")


def check_numbers(tables: Tables, checker: Checker) -> None:
    """Hold that money has a price year, that classes fit their modes and have the numbers a search needs."""
    for table in USED:
        frame = tables[table]
        for column in schema(table):
            year = f"{column.partition('_')[0]}_year"
            if "usd" in column and year in frame.columns:
                for i in frame.index[frame[column].notna() & frame[year].isna()]:
                    checker.fault(table, frame["id"][i], column, f"money without a price year ({year} is empty)")
    modes = dict(zip(tables["classes"]["id"], tables["classes"]["mode"], strict=True))
    have = set(zip(tables["parameters"]["subject"], tables["parameters"]["quantity"], strict=True))
    for table in ("links", "crossings"):
        wrong = tables[table]["class"].map(modes) != tables[table]["mode"]
        for row, name, mode in tables[table].loc[wrong, ["id", "class", "mode"]].itertuples(index=False):
            checker.fault(table, row, "class", f"'{name}' is a class of {modes[name]}, not of {mode}")
    of_rail: dict[tuple[str, str], None] = {}
    for row in tables["classes"].itertuples():
        freight = "usd_per_truck_km" if row.mode == "road" else "usd_per_teu_km"
        by_energy = row.mode == "rail" and (row.id, "wh_per_gross_tkm") in have
        emissions = ("electric_share",) if by_energy else ("g_co2e_per_tkm",)
        if by_energy:
            of_rail.update(OF_RAIL)
        for quantity in ("km_per_day.ordinary", freight, *emissions):
            if (row.id, quantity) not in have:
                checker.fault("parameters", row.id, quantity, "this class lacks it")
    for subject, quantity in of_rail:
        if (subject, quantity) not in have:
            checker.fault("parameters", subject, quantity, "the energy of trains (wh_per_gross_tkm) needs it")


def check_countries(countries: pd.DataFrame, checker: Checker) -> None:
    """Hold that rows are of countries and that every figure has its year."""
    for row in countries["id"]:
        if not re.fullmatch("[A-Z]{2}", row):
            checker.fault("countries", row, "id", f"'{row}' is not a country code")
    for column, attribute in schema("countries").items():
        year = f"{column.partition('_')[0]}_year"
        if attribute.is_number and attribute.kind != "year" and year in countries.columns:
            for i in countries.index[countries[column].notna() & countries[year].isna()]:
                checker.fault("countries", countries["id"][i], column, f"a figure without its year ({year} is empty)")
