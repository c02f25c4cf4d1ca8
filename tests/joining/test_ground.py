"""Countries, borders, gauges, bridges: what the ground says of a network that says nothing of itself."""

import numpy as np
import pandas as pd
import pytest

from corridor_opt.errors import DataError
from corridor_opt.model.joining.borders import borders
from corridor_opt.model.joining.bridges import bridge
from corridor_opt.model.joining.connect import connect
from corridor_opt.model.joining.countries import countries, country_of
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.ground import classes, gauges
from corridor_opt.model.joining.pieces import components
from corridor_opt.model.joining.policy import read_policy, rule_of
from corridor_opt.model.joining.survey import survey
from corridor_opt.model.joining.to_network import to_network
from corridor_opt.model.joining.ways import apart_km
from corridor_opt.model.schema import read_rows, vocabulary

pytest.importorskip("scipy", reason="joining needs scipy, an extra")
SOURCES = pd.DataFrame({"id": ["T01"], "title": ["made for a test"], "year": ["2026"]})


def line(points, mode="road", breaks=(), **columns):
    """A draft of one line through points; no link where it breaks."""
    nodes = pd.DataFrame(points, columns=["lon", "lat"]).astype(float)
    start = np.array([i for i in range(len(points) - 1) if i not in breaks])
    links = pd.DataFrame({"start": start, "end": start + 1, "mode": mode, "direction": "both"})
    where = nodes.to_numpy()
    links["length_km"] = 1.1 * apart_km(where[start], where[start + 1])
    return Draft("made", nodes, links.assign(**columns), "T01", SOURCES)


def steps(a, b, count):
    return [tuple(p) for p in np.linspace(a, b, count)]


def through(draft):
    return to_network(classes(gauges(borders(countries(draft)))))


def test_places_of_the_world_lie_in_their_countries():
    places = {"FR": (2.3, 48.9), "ZA": (28, -26), "JP": (139.5, 35.8), "IR": (51.4, 35.7), "AM": (44.5, 40.2)}
    places |= {"": (-30.0, 40.0), "CY": (33.4, 35.25), "KZ": (63.3, 45.9)}
    assert list(country_of(np.array(list(places.values())))) == list(places)


def test_a_road_along_a_border_crosses_it_once():
    # along the Aras between Armenia and Iran the points fall to both sides of the outline
    rng = np.random.default_rng(1)
    along = [(lon + 0, lat + rng.uniform(-0.01, 0.01)) for lon, lat in steps((46.0, 38.87), (46.45, 38.87), 60)]
    draft = countries(line([(46.2, 39.3), (46.1, 39.1), *along, (46.6, 38.6), (46.7, 38.4)]))
    country = draft.nodes["country"].to_numpy()
    assert (country[0], country[-1]) == ("AM", "IR")
    assert (country[1:] != country[:-1]).sum() == 1


@pytest.mark.parametrize(("a", "b"), [((44.1, 40.1), (43.6, 40.05)), ((45.1, 40.9), (45.6, 40.9))])
def test_no_path_crosses_a_closed_border(a, b):
    # Armenia to Turkey over the Akhuryan, Armenia to Azerbaijan north of Lake Sevan
    draft = borders(countries(line(steps(a, b, 12))))
    ends = draft.nodes["country"].to_numpy()[[0, 11]]
    assert "AM" in ends
    assert len(set(ends)) == 2
    assert len(set(components(draft)[[0, 11]])) == 2
    assert set(draft.crossings["status"]) <= {"suspended", "planned", "missing", "disputed", "under construction"}
    (told,) = survey(draft).closed.to_dict("records")
    assert (told["crossings"], told["mode"]) == (1, "road")
    network = to_network(classes(draft))
    assert not network["crossings"]["is_open"].any()


def test_posts_stand_beside_the_border_and_lengths_sum():
    before = countries(line(steps((7.0, 48.5), (8.6, 48.6), 5)))  # France to Germany
    draft = borders(before)
    assert len(draft.crossings) == 1
    crossing = draft.crossings.iloc[0]
    assert crossing["length_km"] == pytest.approx(0.1)
    assert (crossing["basis"], crossing["status"]) == ("area", "operating")
    assert draft.links["length_km"].sum() + 0.1 == pytest.approx(before.links["length_km"].sum())
    posts = draft.nodes.loc[[crossing["start"], crossing["end"]]]
    assert posts["country"].tolist() == ["FR", "DE"]
    assert posts["kind"].tolist() == ["border-post"] * 2
    # the long link is cut at the Rhine, not in its middle
    assert posts["lon"].mean() == pytest.approx(7.75, abs=0.15)
    assert len(set(components(draft))) == 1


def test_a_crossing_along_a_curated_one_takes_over_what_it_says(network):
    curated = network["crossings"].set_index("id").loc["ALK-DOS-rail"]
    post = network["nodes"].set_index("id").loc["DOS"]
    inward = steps((post.lon - 1.5, post.lat + 0.6), (post.lon + 1.2, post.lat - 0.3), 9)  # Kazakhstan to China
    made = through(line(inward, "rail"))
    (crossing,) = made["crossings"].to_dict("records")
    assert (crossing["country_a"], crossing["country_b"]) == ("KZ", "CN")
    assert crossing["dwell_hours_ba"] == curated["dwell_hours_ab"]  # the curated row runs the other way
    assert crossing["dwell_source"] == curated["dwell_source"]
    assert (crossing["gauge_a"], crossing["gauge_b"]) == (1520, 1435)
    (change,) = made["gauge_changes"].to_dict("records")
    assert {change["gauge_a"], change["gauge_b"]} == {1435, 1520}
    assert change["change_hours"] == 1
    assert set(made["links"]["gauge_mm"]) == {1435, 1520}


def test_a_whitelisted_border_is_closed_elsewhere():
    draft = borders(countries(line(steps((54.0, 37.9), (56.6, 38.6), 12), "rail")))  # Iran to Turkmenistan, no railway
    draft = draft if len(draft.crossings) else borders(countries(line(steps((57.5, 37.3), (57.6, 38.6), 12), "rail")))
    assert draft.crossings["status"].tolist() == ["suspended"]
    assert draft.crossings["like"].tolist() == [""]


def test_rules_of_borders_are_told_where_they_are_wrong():
    rows = pd.DataFrame({"a": ["FR", "DE"], "b": ["DE", "FR"], "rule": ["open", "shut"]})
    with pytest.raises(DataError, match=r"(?s)no rule 'shut'.*DE-FR is 'shut' here and 'open' above"):
        read_policy(rows)
    assert rule_of("AM-AZ", read_policy()) == ("closed", "named")
    assert rule_of("DE-FR", read_policy()) == ("open", "area")
    assert rule_of("CN-KZ", read_policy()) == ("whitelist", "curated")
    assert rule_of("AR-BR", read_policy()) == ("open", "assumed")


def test_tables_of_the_ground_name_known_things(network):
    classes_of = dict(zip(network["classes"]["id"], network["classes"]["mode"], strict=True))
    rows = read_rows("ground", "classes.csv")
    assert all(classes_of[row["class"]] == row["mode"] for row in rows)
    sources, confidence = set(network["sources"]["id"]), vocabulary("confidence")
    for table in ("borders", "areas", "gauges", "classes"):
        for row in read_rows("ground", f"{table}.csv"):
            assert row["source"] in sources
            assert row["confidence"] in confidence
    # the last row of a mode takes whatever is left
    last = {row["mode"]: row for row in rows}
    assert set(last) == set(vocabulary("mode"))
    assert not any(row["countries"] or row["west"] for mode, row in last.items() if mode != "sea")


def test_a_link_of_two_gauges_becomes_two_links():
    draft = countries(line(steps((10, 50), (11, 50), 4), "rail", gauge=["1435", "1435;1520", ""]))
    made = gauges(draft).links
    assert sorted(made["gauge_mm"]) == [1435, 1435, 1435, 1520]
    assert made["tags"].tolist().count("gauge-by-country") == 1


def test_gaps_are_bridged_within_a_country_and_over_land_only():
    gap = line(steps((10, 50), (12, 50), 11), "rail", breaks=(4,))
    joined = bridge(countries(gap), km=20)
    (row,) = joined.links[joined.links["tags"] == "bridged"].to_dict("records")
    assert (row["start"], row["end"], row["length_confidence"]) == (4, 5, "assumption")
    assert row["length_km"] == pytest.approx(1.1 * 0.2 * 71.5, rel=0.01)
    assert len(set(components(joined))) == 1
    assert len(set(components(bridge(countries(gap), km=10)))) == 2
    border = line(steps((43.4, 40.1), (44.2, 40.1), 9), "rail", breaks=(2, 3, 4))  # Turkey to Armenia
    assert len(set(components(bridge(countries(border), km=60)))) > 1
    water = line(steps((27.0, 40.5), (29.0, 40.9), 5), "rail", breaks=(1,))  # through the Sea of Marmara
    assert len(set(components(bridge(countries(water), km=60)))) == 2
    with pytest.raises(DataError, match=r"(?s)km is -1.*circuity is 0\.5"):
        bridge(gap, km=-1, circuity=0.5)


def test_a_loose_end_is_joined_where_the_way_round_is_long():
    ring = [(10, 50), (10, 51), (11, 51), (11, 50), (10.2, 50)]  # from 10.2 to 10 there is no link
    joined = bridge(countries(line(ring, "rail")), km=20)
    assert joined.links["tags"].fillna("").tolist().count("bridged") == 1


def test_a_survey_lists_what_is_doubtful():
    draft = line(steps((10, 50), (12, 50), 5), "rail", breaks=(1,))
    links = draft.links.assign(length_km=[1.0, 40.0, 900.0])
    told = survey(countries(draft.but(links=links)), gap_km=50)
    assert told.doubtful["link"].tolist() == [0, 2]
    assert told.counts.to_dict("records")[0] | {} == {
        **{"mode": "rail", "links": 3, "km": 941.0, "one_way": 0, "drawn": 0, "without_class": 3, "without_gauge": 3}
    }
    assert told.pieces["nodes"].tolist() == [3, 2]
    assert len(told.gaps) == 1
    assert len(told.said) == 1


def test_no_place_hangs_on_the_access_link_of_another():
    draft = line(steps((10, 50), (11, 50), 3), "rail")
    two = pd.DataFrame({"id": ["FAR", "NEAR"], "lon": [10.3, 10.3], "lat": [50.2, 50.1], "kind": "city"})
    for _, place in two.groupby("id"):
        draft = connect(draft, places=place, modes=["rail"], km={"rail": 50})
    with pytest.raises(DataError, match=r"(?s)km for road is -1.*circuity is 0"):
        connect(draft, places=two, modes=["rail", "road"], km={"rail": 5}, circuity=0)
    access = draft.links[draft.links["tags"] == "access"]
    assert access["length_km"].tolist() == pytest.approx([1.3 * 22.24, 1.3 * 11.12], rel=0.01)
