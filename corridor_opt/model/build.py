"""Tables become a network: defaults filled in, every fault told at once."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from corridor_opt.errors import DataError, SchemaError, did_you_mean
from corridor_opt.model import state
from corridor_opt.model.geography import great_circle_km, mixed_up, parse_waypoints
from corridor_opt.model.network import TABLES, USED, VANTAGES, Network
from corridor_opt.model.prices import check_prices
from corridor_opt.model.schema import Checker, as_texts, schema
from corridor_opt.model.season import check_seasons

if TYPE_CHECKING:
    import pandas as pd

EMBEDDED = Path(__file__).resolve().parent.parent / "data" / "eurasia"
REQUIRED = ("nodes", "links")
# Tables of shared numbers: a network that brings none of its own uses those of the embedded one.
SHARED = ("sources", "classes", "parameters", "price_index", "chokepoints", "countries")
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


@functools.cache
def embedded_texts(table: str) -> pd.DataFrame:
    """Give a table of the embedded network as texts."""
    import pandas as pd

    path = EMBEDDED / f"{table}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8").astype(object)


def vantage_word(as_of: object) -> str:
    """Give a vantage point as its word."""
    vantage = str(as_of)
    if vantage not in VANTAGES:
        raise DataError(f"no vantage point '{vantage}'{did_you_mean(vantage, VANTAGES)}")
    return vantage


def build(
    texts: Mapping[str, pd.DataFrame],
    *,
    name: str,
    version: str = "0",
    as_of: str = "2026",
    check_places: bool = False,
) -> Network:
    """Validate tables and make a network of them.

    Parameters
    ----------
    texts
        Frames by table name. `nodes` and `links` are required. Shared numbers (classes, parameters, closures,
        chokepoints, countries, price index, sources) that are missing are those of the embedded network; other tables
        that are missing are empty, but for terminals: without that table every place has one for each mode that
        serves it.
        The columns `is_open`, `closed_by` and `transit_closed` of `model.state` may stand beside those of a schema.
    name, version, as_of
        As in `Network`.
    check_places
        Whether to hold coordinates against the outlines of their countries and land links against the straight
        distance of their ends; what a person has made wants it, our own tables are checked by tests.

    Raises
    ------
    SchemaError
        Every fault of every table.
    """
    as_of = vantage_word(as_of)
    unknown = [f"no table '{t}'{did_you_mean(t, TABLES)}" for t in texts if t not in TABLES]
    unknown += [f"the table '{t}' is missing" for t in REQUIRED if t not in texts]
    if unknown:
        raise SchemaError(f"{name} cannot be used", unknown)
    given = dict(texts)
    for table in TABLES:
        given.setdefault(table, embedded_texts(table) if table in SHARED else _empty(table))
    if "terminals" not in texts:
        given["terminals"] = _terminals_everywhere(given)
    known = {table: set(as_texts(frame["id"])) for table, frame in given.items() if "id" in frame.columns}
    checker = Checker(known)
    if not len(given["nodes"]):
        checker.faults.append("nodes: the table has no rows")
        known.pop("nodes", None)  # and not one fault more for each link
    states = {}
    for table in USED:
        given[table], states[table] = state.take(table, given[table], as_of, checker)
    tables = {table: checker.cast(table, frame) for table, frame in given.items()}
    if check_places:
        _check_places(tables, checker)
    if not checker.faults:
        _check_borders(tables, checker)
        _check_gauges(tables, checker)
        _check_numbers(tables, checker)
        check_prices(tables, checker)
        check_seasons(tables, checker)
        _check_countries(tables["countries"], checker)
    if checker.faults:
        raise SchemaError(f"{name} has {len(checker.faults)} fault(s)", checker.faults)
    for table in USED:
        tables[table] = state.stand(tables[table], as_of, states[table])
    return Network(name, version, as_of, tables)


def _empty(table: str) -> pd.DataFrame:
    """Give a table without rows."""
    import pandas as pd

    return pd.DataFrame(columns=list(schema(table)), dtype=object)


def _terminals_everywhere(texts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Give every place a terminal for each mode that serves it, with default hours and charges."""
    import pandas as pd

    changes = set(texts["gauge_changes"]["node"]) if "node" in texts["gauge_changes"].columns else set()
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for link in texts["links"].to_dict("records"):
        mode = str(link.get("mode", ""))
        gauge = link.get("gauge_mm", "") if mode == "rail" else ""
        for end in ("from", "to"):
            node = str(link.get(end, ""))
            # one rail terminal where the gauge changes, as the checks ask for
            key = (node, mode) if node in changes else (node, mode, str(gauge))
            row = {"id": "-".join(part for part in (node, mode, str(gauge)) if part), "node": node, "mode": mode}
            rows.setdefault(key, row | {"gauge_mm": gauge} | {f"status_{v}": "operating" for v in VANTAGES})
    return pd.DataFrame(list(rows.values())) if rows else _empty("terminals")


def _check_places(tables: Mapping[str, pd.DataFrame], checker: Checker) -> None:
    """Hold that places lie in their countries, not the other way round, and that no land link beats the straight line.

    Looks at whatever could be read, beside other faults.
    """
    nodes = tables["nodes"]
    for country, group in nodes[(nodes["lat"].abs() <= 90) & nodes["lon"].notna()].groupby("country", sort=False):
        for row, wrong in zip(group.itertuples(), mixed_up(str(country), group["lon"], group["lat"]), strict=True):
            if wrong:
                checker.fault(
                    "nodes",
                    row.id,
                    "lon",
                    f"{row.lon:g} east, {row.lat:g} north is far from {country}; longitude and latitude mixed up?",
                )
    places = {row.id: (row.lon, row.lat) for row in nodes.itertuples()}
    links = tables["links"]
    for link, start, end, mode, km in zip(*(links[c] for c in ("id", "from", "to", "mode", "length_km")), strict=True):
        if mode in ("rail", "road") and start in places and end in places:
            straight = great_circle_km(*places[start], *places[end])
            if 0 < km < 0.95 * straight - 1:  # 1 km: places are points, a short link may join their edges
                checker.fault("links", link, "length_km", f"{km:g} km, but its ends lie {straight:.0f} km apart")
    for row in tables["geometry"].itertuples():
        try:
            ways = parse_waypoints(row.waypoints)
        except ValueError:
            checker.fault("geometry", row.link, "waypoints", "write `lon lat` pairs separated by semicolons")
        else:
            if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ways):
                checker.fault("geometry", row.link, "waypoints", "no point on earth (longitude and latitude mixed up?)")


def _check_borders(tables: Mapping[str, pd.DataFrame], checker: Checker) -> None:
    """Hold the rule that a border is two posts and one crossing: no land link joins two countries."""
    country = dict(zip(tables["nodes"]["id"], tables["nodes"]["country"], strict=True))
    for row in tables["links"].itertuples():
        ends = (country[row[2]], country[row[3]])
        listed = row.countries.split(";")
        if row.mode in ("rail", "road") and (ends[0] != ends[1] or listed != [ends[0]]):
            checker.fault("links", row.id, "countries", f"a land link lies in one country, these are {ends}, {listed}")
        elif not set(ends) <= set(listed):
            checker.fault("links", row.id, "countries", f"{listed} lacks a country of its ends {ends}")
    for row in tables["crossings"].itertuples():
        for post, said in ((row.post_a, row.country_a), (row.post_b, row.country_b)):
            if country[post] != said:
                checker.fault("crossings", row.id, "country", f"{post} lies in {country[post]}, not in {said}")
        if row.country_a == row.country_b:
            checker.fault("crossings", row.id, "country", "both posts lie in the same country")


def _check_gauges(tables: Mapping[str, pd.DataFrame], checker: Checker) -> None:
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
        about = ("traction_source", "traction_confidence")
        cells = (tables[table][c] for c in ("id", "mode", "traction", *about))
        for row, mode, traction, *said in zip(*cells, strict=True):
            if traction and mode != "rail":
                checker.fault(table, row, "traction", "only rail has a traction")
                continue
            for column, word in zip(about, said, strict=True):
                what = column.partition("_")[2]
                if traction and not word:
                    checker.fault(table, row, "traction", f"a traction without a {what} ({column} is empty)")
                elif word and not traction:
                    checker.fault(table, row, column, f"a {what} of nothing (traction is empty)")
    changes = set(tables["gauge_changes"]["node"])
    for row in tables["crossings"].itertuples():
        if row.mode == "rail" and row.gauge_a != row.gauge_b and not {row.post_a, row.post_b} & changes:
            checker.fault("crossings", row.id, "gauge_b", "the gauge breaks here, but neither post has a gauge change")
    rail = tables["terminals"].query("mode == 'rail'")
    twice = rail[rail["node"].duplicated() & rail["node"].isin(changes)]
    for row in twice.itertuples():
        checker.fault("terminals", row.id, "node", "a place with a gauge change has one rail terminal")


def _check_numbers(tables: Mapping[str, pd.DataFrame], checker: Checker) -> None:
    """Hold that money has a price year, that classes fit their modes and have the numbers a search needs."""
    for table in ("links", "crossings", "terminals", "gauge_changes"):
        frame = tables[table]
        for column in schema(table):
            year = f"{column.partition('_')[0]}_year"
            if "usd" in column and year in frame.columns:
                for i in frame.index[frame[column].notna() & frame[year].isna()]:
                    checker.fault(table, frame["id"][i], column, f"money without a price year ({year} is empty)")
    modes = dict(zip(tables["classes"]["id"], tables["classes"]["mode"], strict=True))
    have = set(zip(tables["parameters"]["subject"], tables["parameters"]["quantity"], strict=True))
    for table in ("links", "crossings"):
        for row, name, mode in zip(*(tables[table][c] for c in ("id", "class", "mode")), strict=True):
            if modes[name] != mode:
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


def _check_countries(countries: pd.DataFrame, checker: Checker) -> None:
    """Hold that rows are of countries and that every figure has its year."""
    for row in countries["id"]:
        if not re.fullmatch("[A-Z]{2}", row):
            checker.fault("countries", row, "id", f"'{row}' is not a country code")
    for column, attribute in schema("countries").items():
        year = f"{column.partition('_')[0]}_year"
        if attribute.is_number and attribute.kind != "year" and year in countries.columns:
            for i in countries.index[countries[column].notna() & countries[year].isna()]:
                checker.fault("countries", countries["id"][i], column, f"a figure without its year ({year} is empty)")
