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
from corridor_opt.model.joining.same_places import same_places
from corridor_opt.model.schema import schema
from corridor_opt.model.season import apply_seasons

pytest.importorskip("scipy", reason="networks are joined with scipy")

# Alpha - Beta - post in Kazakhstan, post - Gamma in Uzbekistan, all on one parallel
PLACES = {"ALP": (60.0, "KZ"), "BET": (63.0, "KZ"), "KUZ": (65.0, "KZ"), "UKZ": (65.05, "UZ"), "GAM": (68.0, "UZ")}
KM = {("ALP", "BET"): 270.0, ("BET", "KUZ"): 180.0, ("UKZ", "GAM"): 265.0}
CLASS = {"rail": "rail-1520", "road": "road-cis", "sea": "sea-black-sea", "waterway": "river-sea"}
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


def test_one_place_is_found_by_any_spelling_near_by():
    columns = ["id", "unlocode", "name", "aliases", "country", "lon", "lat"]
    known = pd.DataFrame(
        [
            ("DAD", "VNDAD", "Da Nang", "", "VN", 108.2, 16.07),
            ("DNZ", "", "Da Nang", "", "VN", 108.25, 16.1),
            ("POG", "", "Libreville", "Port-Gentil", "GA", 8.8, -0.72),
        ],
        columns=columns,
    )
    asked = pd.DataFrame(
        [
            ("a", "", "danang", "", "VN", 108.24, 16.09),  # two are called so: the nearest
            ("b", "VNDAD", "Tourane", "", "VN", 108.2, 16.0),
            ("c", "", "Pört Gentil", "", "GA", 8.8, -0.7),
            ("d", "", "Danang", "", "VN", 108.2, 18.0),  # too far: called alike only
            ("e", "", "Danang", "", "LA", 108.2, 16.07),
            ("f", "", "", "", "VN", 108.2, 16.07),
        ],
        columns=columns,
    )
    nearest, alike = same_places(known, asked)
    assert nearest.tolist() == [1, 0, 2, -1, -1, -1]
    assert alike.tolist() == [True, True, True, True, False, False]


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


def test_by_roads_follow_the_link_and_only_a_long_way_round_does_not(curated):
    places = {"I0": (60.01, "KZ", 42.52, "junction"), "I1": (61.5, "KZ", 42.6, "junction"),
              "I2": (61.5, "KZ", 42.4, "junction"), "I3": (62.99, "KZ", 42.52, "junction"),
              "I4": (61.5, "KZ", 44.5, "junction")}  # fmt: skip
    rows = [
        ("I0", "I1", 133),
        ("I1", "I3", 133),
        ("I0", "I2", 140),
        ("I2", "I3", 140),
        ("I0", "I4", 200),
        ("I4", "I3", 200),
    ]
    made, _ = merged(network("base", places, [(a, b, "road", km, {}) for a, b, km in rows]), curated)
    links = made["links"].set_index("id")
    along = links[links["part_of"] == "ALP-BET-road"]
    assert set(along.index) == {"I0-I1-road", "I1-I3-road", "I0-I2-road", "I2-I3-road"}
    for i in ("I1", "I2"):
        assert links.loc[[f"I0-{i}-road", f"{i}-I3-road"], "length_km"].sum() >= 270
    assert links.loc["I0-I4-road", "part_of"] == ""


def test_lanes_pay_at_a_chokepoint_the_least_that_a_sailing_pays():
    sea = {"class": "sea-black-sea", "gauge_mm": "", "surcharge_source": "K"}
    ports = {
        "AAA": (28.0, "RO", 44.0, "seaport"),
        "BBB": (32.0, "EG", 30.0, "seaport"),
        "CCC": (50.0, "OM", 20.0, "seaport"),
    }
    passes = [
        ("AAA", "CCC", 500, "bab-el-mandeb;suez"),
        ("AAA", "BBB", 120, "suez"),
        ("BBB", "CCC", 420, "bab-el-mandeb"),
    ]
    winner = network("winner", ports, [
        (a, b, "sea", 900.0, sea | {"countries": f"{ports[a][1]};{ports[b][1]}", "chokepoints": names,
                                    "war_risk_usd_per_teu": paid}) for a, b, paid, names in passes])  # fmt: skip
    points = {f"S{i}": (33.0 + i, "", 25.0 - i, "sea-lane") for i in range(5)}
    names = ["", "suez", "suez", "bab-el-mandeb"]
    lanes = [(f"S{i}", f"S{i + 1}", "sea", 100.0 + i, {**sea, "surcharge_source": "", "chokepoints": name})
             for i, name in enumerate(names)]  # fmt: skip
    made, report = merged(network("base", points, lanes), winner)
    paid = made["links"].set_index("id")["war_risk_usd_per_teu"]
    assert [paid[f"S{i}-S{i + 1}-sea"] for i in range(4)] == [0, 0, 120, 420]
    assert made["links"].set_index("id").loc["S2-S3-sea", "surcharge_source"] == "K"
    assert report.counts["dues of suez on a lane, USD per TEU"] == 120


@pytest.fixture(scope="module")
def through(curated):
    """A road by way of Kyrgyzstan, which the curated network does not know, that is a third as long."""
    places = {"I0": (60.01, "KZ", 42.52, "junction"), "KA": (62.0, "KZ", 42.9, "junction"),
              "KB": (62.1, "KG", 42.9, "city"), "KC": (63.0, "KG", 42.9, "junction"),
              "UA": (63.1, "UZ", 42.9, "junction"), "I9": (67.99, "UZ", 42.52, "junction")}  # fmt: skip
    links = [("I0", "KA", 169.0), ("KB", "KC", 74.0), ("UA", "I9", 403.0)]
    base = network("base", places, [(a, b, "road", km, {}) for a, b, km in links],
                   [("KA", "KB", "road", {}), ("KC", "UA", "road", {})], names={"KB": "Bishkek"})  # fmt: skip
    return {transit: merged(base, curated, transit=transit) for transit in ("known", "all")}


def test_routes_between_known_countries_keep_to_these(curated, through):
    words = {"criteria": ("distance",), "exclude": ["crossing:KUZ-UKZ-rail", "crossing:KUZ-UKZ-road"]}
    known, report = through["known"]
    route = co.find_routes(through["all"][0], "Alpha", "Gamma", **words)[0]
    assert "KB" in {leg.start for leg in route.legs}
    with pytest.raises(NoRouteError, match="countries that the curated network does not know are closed") as error:
        co.find_routes(known, "Alpha", "Gamma", **words)
    assert "exclude crossing:KUZ-UKZ-r" in str(error.value)
    assert known.beyond == ("KG",)
    assert through["all"][0].beyond == curated.beyond == ()
    assert report.counts["links beyond the winner's countries"] == 1
    assert report.counts["crossings beyond the winner's countries"] == 2


def test_routes_that_begin_or_end_beyond_may_go_there(through, tmp_path):
    made = through["known"][0]
    assert co.find_routes(made, "Alpha", "Bishkek", criteria=("distance",))[0].values["distance"] < 200
    again = co.load_network(made.save(tmp_path / "made"))
    assert again.beyond == ("KG",)
    assert co.find_routes(again, "Alpha", "Gamma", criteria=("distance",))[0].values["distance"] == 719
    shut = co.Scenario("shut", disruptions=(Disruption(co.parse_selector("link:ALP-BET-rail"), "close"),))
    assert co.find_routes(made, "Alpha", "Gamma", scenario=shut, criteria=("distance",))[0].values["distance"] == 719


def test_a_matrix_knows_what_lies_beyond(through):
    made, places = through["known"][0], ["Alpha", "Bishkek", "Gamma"]
    matrix = co.cost_matrix(made, places, places, criterion="distance")
    for i, a in enumerate(places):
        for j, b in enumerate(places):
            if i != j:
                route = co.find_routes(made, a, b, criteria=("distance",))[0]
                assert matrix.pivot().iloc[i, j] == pytest.approx(route.values["distance"])


def test_short_imported_links_weigh_what_a_long_one_weighs(curated):
    """Hours of a hundred short links are those of their whole, to a thousandth: they are not rounded one by one."""
    places = {f"P{i}": (60.0 + i / 40, "KZ", 45.0, "city" if i in (0, 100) else "junction") for i in range(101)}
    ends = {"P0": "West", "P100": "East"}
    short = [(f"P{i}", f"P{i + 1}", "road", 2.0, {}) for i in range(100)]
    cut = merged(network("cut", places, short, names=ends), curated)[0]
    two = {i: places[i] for i in ("P0", "P100")}
    whole = merged(network("whole", two, [("P0", "P100", "road", 200.0, {})], names=ends), curated)[0]
    one, other = (co.find_routes(made, "West", "East", criteria=CRITERIA)[0].values for made in (cut, whole))
    for criterion in CRITERIA:
        assert whole is not cut
        assert other[criterion] <= one[criterion] * (1 + 1e-9)
        assert one[criterion] == pytest.approx(other[criterion], rel=2e-3)


@pytest.mark.parametrize(("km", "best"), [(95.0, 404), (60.0, None)])
def test_ways_across_a_border_are_held_too_unless_truly_shorter(km, best):
    """Inside a customs union another crossing stays open; what it saves by a few per cent is no better way."""
    places = {"AST": (70.0, "KZ", 50.0, "city"), "KPO": (71.0, "KZ", 50.0, "border-post"),
              "RPO": (71.05, "RU", 50.0, "border-post"), "OMS": (72.0, "RU", 50.0, "city")}  # fmt: skip
    roads = [("AST", "KPO", "road", 200.0, {}), ("RPO", "OMS", "road", 200.0, {})]
    winner = network("winner", places, roads, [("KPO", "RPO", "road", {})])
    there = {"A": (70.0, "KZ", 50.01, "junction"), "B": (71.0, "KZ", 50.4, "junction"),
             "C": (71.05, "RU", 50.4, "junction"), "D": (72.0, "RU", 50.01, "junction")}  # fmt: skip
    lines = [("A", "B", "road", km + 90, {}), ("C", "D", "road", km + 90, {})]
    made, report = merged(network("base", there, lines, [("B", "C", "road", {})]), winner)
    assert made["crossings"].set_index("id").loc["B-C-road", "is_open"]
    route = co.find_routes(made, "AST", "OMS", criteria=("distance",))[0]
    if best:
        assert route.values["distance"] == best
        assert not report.better
    else:
        assert route.values["distance"] < 320
        assert any(said.startswith("AST-OMS road") for said in report.better)


def test_a_stop_at_a_link_may_be_made_on_what_runs_along_it(both):
    network = both[0]
    words = {"criteria": ("time",), "exclude": ["mode:rail"], "via": ["link:ALP-BET-road"]}
    assert co.find_routes(network, "Alpha", "Gamma", **words)[0].values["distance"] == 719
    with pytest.raises(NoRouteError):
        co.find_routes(network, "Alpha", "Gamma", **words | {"exclude": ["link:ALP-BET-road", "mode:rail"]})


def test_what_a_merge_drops_is_named_and_what_is_known_of_a_terminal_stays(curated):
    """A place that the winner has too: the winner's terminals hold; another mode stays if somebody knows it."""
    mine = network(
        "mine",
        {"B1": (63.02, "KZ", 42.5, "city"), "W1": (63.4, "KZ", 43.0, "dry-port")},
        [("B1", "W1", mode, 70.0, {}) for mode in ("road", "waterway", "rail")],
        names={"B1": "Beta", "W1": "Works"},
    )
    terminals = mine["terminals"].set_index("id", drop=False)
    terminals.loc["B1-waterway", ["dwell_load_hours", "dwell_source", "dwell_confidence"]] = 7, "K", "low"
    guessed, made = curated.merge(mine, overlay="self"), mine.replace(terminals=terminals)
    assert "B1-waterway" not in set(guessed["terminals"]["id"])
    whole, report = merged(curated, made, overlay="self")
    kept = whole["terminals"].set_index("id")
    assert kept.loc["B1-waterway", ["node", "dwell_load_hours"]].tolist() == ["BET", 7]
    assert {"W1-road", "W1-waterway", "W1-rail-1520"} <= set(kept.index)
    assert report.dropped["terminals B1-road"] == "curated has BET-road"
    assert report.dropped["nodes B1"] == "is BET of curated"
    assert set(report.dropped) == {"terminals B1-road", "terminals B1-rail-1520", "nodes B1"}
    assert "dropped: terminals B1-" in str(report)
    route = co.find_routes(whole, "Works", "Beta", criteria=("time",), exclude=["mode:road", "mode:rail"])[0]
    assert [leg.mode for leg in route.legs if leg.kind == "haul"] == ["waterway"]


def test_lines_that_a_merge_drops_are_named(both):
    _, report = both
    assert report.dropped["crossings I17-I18-rail"] == "curated has one like it"
    assert not [row for row in report.dropped if row.startswith("links")]


def test_what_was_laid_over_once_changes_nothing_when_laid_over_again(curated, both):
    again, report = merged(curated, curated)
    assert len(again["links"]) == len(curated["links"])
    assert report.counts["links that are the winner's"] == len(curated["links"])
    twice = both[0].merge(curated)
    assert values(co.find_routes(twice, "Alpha", "Gamma", criteria=CRITERIA)) == values(
        co.find_routes(both[0], "Alpha", "Gamma", criteria=CRITERIA)
    )
    assert len(twice["links"]) == len(both[0]["links"])
