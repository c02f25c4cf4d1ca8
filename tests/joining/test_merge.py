"""Two networks made one: the winner's answers stay, what runs along its links follows them."""

import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import corridor_opt as co
from corridor_opt.errors import DataError, NoRouteError
from corridor_opt.model.build import build
from corridor_opt.model.disruption import Disruption
from corridor_opt.model.joining.merge import merged
from corridor_opt.model.schema import schema
from corridor_opt.model.season import apply_seasons

pytest.importorskip("scipy", reason="networks are joined with scipy")

# Alpha - Beta - post in Kazakhstan, post - Gamma in Uzbekistan, all on one parallel
PLACES = {"ALP": (60.0, "KZ"), "BET": (63.0, "KZ"), "KUZ": (65.0, "KZ"), "UKZ": (65.05, "UZ"), "GAM": (68.0, "UZ")}
KM = {("ALP", "BET"): 270.0, ("BET", "KUZ"): 180.0, ("UKZ", "GAM"): 265.0}
CLASS = {"rail": "rail-1520", "road": "road-cis", "sea": "sea-black-sea"}
CRITERIA = ("cost", "time", "risk")


def network(name, places, links, crossings=(), **columns):
    """A network of places (lon, country) at 42.5 north, links (from, to, mode, km, more columns) and crossings."""
    nodes = pd.DataFrame(
        [
            (i, columns.get("names", {}).get(i, f"{name} {i}"), land, lon, lat, kind)
            for i, (lon, land, lat, kind) in places.items()
        ],
        columns=["id", "name", "country", "lon", "lat", "kind"],
    ).assign(location_source="K", location_confidence="low")
    rows = [
        {
            "id": f"{a}-{b}-{mode}{more.pop('suffix', '')}",
            "from": a,
            "to": b,
            "mode": mode,
            "gauge_mm": 1520 if mode == "rail" else "",
            "class": CLASS[mode],
            "length_km": km,
            "length_source": "K",
            "length_confidence": "low",
            "countries": places[a][1],
            "status_2022": "operating",
            "status_2026": "operating",
            "status_source": "K",
            **more,
        }
        for a, b, mode, km, more in links
    ]
    borders = [
        {
            "id": f"{a}-{b}-{mode}",
            "post_a": a,
            "post_b": b,
            "country_a": places[a][1],
            "country_b": places[b][1],
            "mode": mode,
            "gauge_a": 1520 if mode == "rail" else "",
            "gauge_b": 1520 if mode == "rail" else "",
            "class": CLASS[mode],
            "length_km": 4,
            "length_source": "K",
            "length_confidence": "low",
            "status_2022": "operating",
            "status_2026": "operating",
            "status_source": "K",
            **more,
        }
        for a, b, mode, more in crossings
    ]
    tables = {"nodes": nodes, "links": pd.DataFrame(rows, dtype=object).fillna("")}
    if borders:
        tables["crossings"] = pd.DataFrame(borders, dtype=object).fillna("")
    if "corridors" in columns:
        tables["corridors"] = columns["corridors"]
    if not columns.get("terminals", True):
        tables["terminals"] = pd.DataFrame(columns=list(schema("terminals")), dtype=object)
    return build(tables, name=name)


@pytest.fixture(scope="module")
def curated():
    places = {i: (lon, land, 42.5, "city") for i, (lon, land) in PLACES.items()}
    links = [(a, b, mode, km, {}) for (a, b), km in KM.items() for mode in ("rail", "road")]
    links[0][4].update(tags="lined", transit_hours=9.0, transit_source="K", transit_confidence="low")
    links[1][4].update(extra_usd_per_vehicle=40, surcharge_source="K")
    borders = [("KUZ", "UKZ", mode, {"dwell_hours_ab": 31, "dwell_source": "K", "dwell_confidence": "low"})
               for mode in ("rail", "road")]  # fmt: skip
    return network("curated", places, links, borders, names={"ALP": "Alpha", "BET": "Beta", "GAM": "Gamma"})


def drawn(shorter=0.97, short_cut=None):
    """The same lines as another source draws them: many short links beside the places, shorter by some per cent."""
    places, links, count = {}, [], 0
    for (a, b), km in KM.items():
        (west, land), (east, _) = PLACES[a], PLACES[b]
        lons = np.linspace(west + 0.01, east - 0.01, 9)
        ids = [f"I{count + i}" for i in range(9)]
        count += 9
        for i, lon in zip(ids, lons, strict=True):
            places[i] = (lon, land, 42.52, "junction")
        step = shorter * km / 8
        for one, two in pairwise(ids):
            links += [(one, two, mode, step, {}) for mode in ("rail", "road")]
    # the lines go on through Beta, past the place itself
    links += [("I8", "I9", mode, 1.7, {}) for mode in ("rail", "road")]
    if short_cut:
        links.append(("I0", "I8", "road", short_cut, {"suffix": "-new"}))
    return network("drawn", places, links, [("I17", "I18", mode, {}) for mode in ("rail", "road")], terminals=False)


@pytest.fixture(scope="module")
def both(curated):
    return merged(drawn(), curated)


def values(front):
    return {tuple(round(route.values[c], 6) for c in (*CRITERIA, "distance", "emissions")) for route in front}


@pytest.mark.parametrize(("origin", "destination"), [("Alpha", "Gamma"), ("Gamma", "Alpha"), ("Beta", "Gamma")])
def test_answers_of_the_winner_stay_as_they_were(curated, both, origin, destination):
    before = co.find_routes(curated, origin, destination, criteria=CRITERIA)
    after = co.find_routes(both[0], origin, destination, criteria=CRITERIA)
    assert len(before) > 1
    assert values(after) == values(before)


def test_rows_of_the_winner_are_unchanged(curated, both):
    for table in ("nodes", "links", "crossings", "terminals"):
        rows = both[0][table].set_index("id").loc[curated[table]["id"], curated[table].columns.drop("id")]
        pd.testing.assert_frame_equal(rows, curated[table].set_index("id"), check_dtype=False)


def test_lines_along_a_link_follow_it(curated, both):
    network, report = both
    along = network["links"][network["links"]["part_of"] != ""]
    for link, parts in along.groupby("part_of"):
        row = curated["links"].set_index("id").loc[link]
        assert parts["length_km"].sum() >= row["length_km"]
        assert parts["length_km"].sum() <= 1.03 * row["length_km"]
        assert set(parts["class"]) == {row["class"]}
    of_first = along[along["part_of"] == "ALP-BET-rail"]
    assert of_first["tags"].str.contains("lined").all()
    assert of_first["transit_hours"].sum() == pytest.approx(9, rel=0.03)
    assert along[along["part_of"] == "ALP-BET-road"]["extra_usd_per_vehicle"].sum() == pytest.approx(40, rel=0.03)
    assert report.counts["links of the winner with lines along them"] == 6
    assert not report.missing
    assert network["links"]["tags"].str.contains("imported").sum() == len(network["links"]) - len(curated["links"])


def test_crossings_like_the_winners_are_its_own(both):
    crossings = both[0]["crossings"].set_index("id")
    assert list(crossings.index) == ["KUZ-UKZ-rail", "KUZ-UKZ-road"]
    lines = both[0]["links"]
    ends = set(lines["from"]) | set(lines["to"])
    assert {"I17", "I18"} <= ends  # lines still lead to the posts, and on by the winner's crossing


@pytest.mark.parametrize("closed", ["link:ALP-BET-rail", "crossing:KUZ-UKZ-rail"])
def test_who_names_a_link_means_what_runs_along_it(both, closed):
    with pytest.raises(NoRouteError):
        co.find_routes(both[0], "Alpha", "Gamma", exclude=[closed, "mode:road"])
    scenario = co.Scenario("shut", "Shut", disruptions=(Disruption(co.parse_selector(closed), "close"),))
    with pytest.raises(NoRouteError):
        co.find_routes(both[0], "Alpha", "Gamma", scenario=scenario, exclude=["mode:road"])


@pytest.mark.parametrize(
    ("change", "amounts", "column"),
    [("add", {"time": 10.0}, "extra_hours"), ("add", {"cost": 100.0}, "extra_usd_per_teu"),
     ("set", {"transit_hours": 5.0}, "transit_hours")],
)  # fmt: skip
def test_an_amount_for_a_link_is_paid_once_by_all_that_runs_along_it(both, change, amounts, column):
    named = Disruption(co.parse_selector("link:ALP-BET-road"), change, amounts)
    links = co.Scenario("dearer", disruptions=(named,)).apply(both[0])[0]["links"]
    along = links[links["part_of"] == "ALP-BET-road"]
    (amount,) = amounts.values()
    assert len(along) > 5
    assert links.loc[links["id"] == "ALP-BET-road", column].item() == amount
    assert amount <= along[column].sum() < 1.02 * amount
    alone = Disruption(co.parse_selector(f"link:{along['id'].iloc[0]}"), change, amounts)
    links = co.Scenario("dearer", disruptions=(alone,)).apply(both[0])[0]["links"]
    assert links.loc[along.index[0], column] == amount


def test_hours_of_a_season_are_shared_out_too(both):
    network = both[0]
    links, seasons = network["links"].copy(), network["seasons"]
    links.loc[(links["part_of"] == "ALP-BET-road") | (links["id"] == "ALP-BET-road"), "seasons"] = "snow"
    row = {"id": "snow", "name": "Snow", "months": "1-2", "change": "extra_hours", "value": 12.0, "as_of": "",
           "source": "K", "confidence": "low", "note": ""}  # fmt: skip
    winter = apply_seasons(network.replace(links=links, seasons=pd.DataFrame([row], columns=seasons.columns)), 1)
    hours = winter["links"].set_index("id")["extra_hours"]
    assert hours["ALP-BET-road"] == 12
    assert 12 <= hours[winter["links"]["part_of"].to_numpy() == "ALP-BET-road"].sum() < 12.3


def test_a_truly_better_link_is_used_and_named(curated):
    network, report = merged(drawn(short_cut=150.0), curated)
    best = co.find_routes(network, "Alpha", "Beta", criteria=("time",), exclude=["mode:rail"])[0]
    assert "I0-I8-road-new" in [link for leg in best.legs for link in leg.links]
    assert "much shorter than its 270" in report.missing["ALP-BET-road"]
    assert "ALP-BET-road" in str(report)
    kept = co.find_routes(network, "Alpha", "Beta", criteria=("time",), exclude=["mode:rail", "tag:imported"])[0]
    assert kept.values["distance"] == 270


def test_a_report_reads_and_goes_into_json(both):
    _, report = both
    assert "curated laid over drawn" in str(report)
    assert json.loads(json.dumps(report.to_dict()))["counts"]["crossings like the winner's, dropped"] == 2


def test_borders_that_the_winner_speaks_for_are_crossed_at_its_crossings_only(curated):
    """Far from the winner's crossing another is closed; inside a customs area, or to a third country, it is open."""
    at = {"KZ": 43.8, "UZ": 43.8, "KG": 43.9, "RU": 44.0, "CN": 43.9, "TJ": 44.0}
    places = {land: (70.0 + i, land, at[land], "junction") for i, land in enumerate(at)}
    pairs = [("KZ", "UZ"), ("KZ", "KG"), ("KZ", "RU"), ("UZ", "TJ")]
    links = [("KZ", "K2", "road", 12.0, {})]
    places["K2"] = (70.1, "KZ", 43.8, "junction")
    made, report = merged(network("base", places, links, [(a, b, "road", {}) for a, b in pairs]), curated)
    crossings = made["crossings"].set_index("id")
    assert crossings["is_open"].to_dict() == {
        "KUZ-UKZ-rail": True, "KUZ-UKZ-road": True,
        "KZ-UZ-road": False, "KZ-KG-road": True, "KZ-RU-road": True, "UZ-TJ-road": True,
    }  # fmt: skip
    assert crossings.loc["KZ-UZ-road", "status_note"] == "not among the crossings of curated"
    assert report.counts["crossings closed KZ-UZ"] == 1


def test_lanes_do_not_call_in_countries_that_the_winner_serves_by_sea():
    sea = {"class": "sea-black-sea", "gauge_mm": ""}
    ports = {"POT": (41.65, "GE", 42.15, "seaport"), "CON": (28.65, "RO", 44.17, "seaport")}
    winner = network("winner", ports, [("POT", "CON", "sea", 1200.0, sea | {"countries": "GE;RO"})])
    lanes = {"S1": (40.0, "", 42.5, "sea-lane"), "S2": (30.0, "", 43.5, "sea-lane")}
    others = {
        "BUS": (41.63, "GE", 41.6, "seaport"),
        "VAR": (27.92, "BG", 43.2, "seaport"),
        "BUR": (27.5, "BG", 42.5, "seaport"),
    }
    rows = [("BUS", "S1", "GE"), ("S1", "S2", ""), ("S2", "VAR", "BG"), ("S2", "BUR", "BG")]
    made, report = merged(
        network("base", lanes | others, [(a, b, "sea", 200.0, sea | {"countries": at}) for a, b, at in rows]), winner
    )
    assert {"S1-S2-sea", "S2-VAR-sea", "S2-BUR-sea"} <= set(made["links"]["id"])
    assert "BUS-S1-sea" not in set(made["links"]["id"])
    assert report.counts["ports without lanes in these countries"] == 1


def test_places_of_one_name_are_one(curated):
    mine = network(
        "mine",
        {"B1": (63.02, "KZ", 42.5, "city"), "W1": (63.4, "KZ", 43.0, "dry-port")},
        [("B1", "W1", "road", 70.0, {})],
        names={"B1": "Beta", "W1": "Works"},
    )
    whole = curated.merge(mine, overlay="self")
    assert len(whole["nodes"]) == len(curated["nodes"]) + 1
    route = co.find_routes(whole, "Alpha", "Works", criteria=("time",))[0]
    assert route.values["distance"] == pytest.approx(340)


def test_knots_keep_only_the_winner():
    knot = {"MEG": (46.24, "AM", 38.90, "city"), "KAP": (46.41, "AM", 39.20, "city")}
    winner = network("winner", knot, [("MEG", "KAP", "road", 75.0, {"class": "road-mountain"})])
    inside = {"X": (46.25, "AM", 38.91, "junction"), "Y": (46.40, "AM", 39.19, "junction")}
    places = {**inside, "Z": (44.5, "AM", 40.2, "city"), "W": (44.4, "AM", 40.3, "city")}
    lines = [("X", "Y", "road", 40.0, {}), ("Z", "W", "road", 15.0, {})]
    made, report = merged(network("base", places, lines), winner)
    assert report.counts["links dropped in knots"] == 1
    assert set(made["links"]["id"]) >= {"MEG-KAP-road", "Z-W-road"}
    assert "X-Y-road" not in set(made["links"]["id"])


def test_bad_wishes_are_told_at_once(curated):
    with pytest.raises(DataError) as error:
        merged(curated, co.load_network(as_of="2022"), overlay="othre", attach_km=-1)
    said = str(error.value)
    assert "did you mean 'other'" in said
    assert "as of 2022" in said
    assert "attach_km" in said
    with pytest.raises(DataError, match="another network is needed"):
        curated.merge("world")


def test_neither_wins_and_what_differs_is_a_fault(curated):
    links = curated["links"].assign(length_km=curated["links"]["length_km"] + 1)
    with pytest.raises(DataError, match="ALP-BET-rail"):
        curated.merge(curated.replace(links=links), overlay="neither")
    same = curated.merge(curated, overlay="neither")
    assert len(same["links"]) == len(curated["links"])
