"""Tags of OpenStreetMap are read as a freight planner would read them."""

from __future__ import annotations

import math

import pytest

from corridor_opt.errors import DataError
from corridor_opt.importers.osm_amounts import in_hours, in_kmh, in_metres, in_tonnes
from corridor_opt.importers.osm_tags import Wanted, meaning, number, road_words, roads

ALL = Wanted(("motorway", "trunk", "primary", "secondary", "tertiary"))


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("60", 60),
        ("40 mph", 64.37376),
        ("60;80", 60),
        ("60 km/h", 60),
        ("RU:urban", 60),
        ("XX:urban", 50),
        ("walk", 6),
        ("none", None),
        ("none;70", 70),
    ],
)
def test_speed_limits_have_units_words_and_several_values(text, kmh):
    assert in_kmh(text) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize("text", ["fast", "60 furlongs", "-5", "", "XX:nowhere"])
def test_a_limit_that_nobody_understands_is_told(text):
    read = in_kmh(text)
    assert (read is None and not text) or math.isnan(read)


def test_weights_heights_and_durations_have_units():
    assert [in_tonnes(t) for t in ("7.5", "12 t", "8000 kg", "none")] == [7.5, 12, pytest.approx(8), None]
    assert in_metres("13'6\"") == pytest.approx(4.1148)
    assert in_metres("3.8 m") == 3.8
    assert [in_hours(t) for t in ("01:30", "36:00:00", "PT1H30M", "P1DT2H", "90")] == [1.5, 36, 1.5, 26, 1.5]
    assert math.isnan(in_hours("soon"))


@pytest.mark.parametrize(
    ("tags", "one_way"),
    [
        ({}, False),
        ({"oneway": "yes"}, True),
        ({"oneway": "-1"}, True),
        ({"oneway": "no", "junction": "roundabout"}, False),
        ({"junction": "roundabout"}, True),
        ({"oneway": "reversible"}, False),
    ],
)
def test_one_ways(tags, one_way):
    assert meaning({"highway": "primary"} | tags, ALL).one_way is one_way


def test_a_motorway_is_one_way_unless_the_map_says_no():
    assert meaning({"highway": "motorway"}, ALL).one_way
    assert not meaning({"highway": "motorway", "oneway": "no"}, ALL).one_way


def test_a_sign_beats_the_class_and_no_truck_gains_by_a_high_limit():
    share = number("moving_share")
    assert meaning({"highway": "primary"}, ALL).speed_kmh == pytest.approx(
        share * float(roads()["primary"]["limit_kmh"])
    )
    signed = meaning({"highway": "primary", "maxspeed": "40"}, ALL)
    assert (signed.speed_kmh, signed.signed) == (pytest.approx(share * 40), True)
    assert meaning({"highway": "trunk", "maxspeed": "130"}, ALL).speed_kmh == pytest.approx(
        share * number("truck_limit_kmh")
    )
    assert meaning({"highway": "trunk", "maxspeed": "90", "maxspeed:hgv": "60"}, ALL).speed_kmh == pytest.approx(
        share * 60
    )


@pytest.mark.parametrize(
    ("tags", "mode"),
    [
        ({"hgv": "no"}, ""),
        ({"access": "private"}, ""),
        ({"access": "no", "hgv": "designated"}, "road"),
        ({"motor_vehicle": "no", "access": "yes"}, ""),
        ({"access": "destination"}, "road"),
        ({"maxweight": "3.5"}, ""),
        ({"maxweight": "40"}, "road"),
        ({"maxheight": "3.2"}, ""),
    ],
)
def test_the_most_special_key_says_who_may_drive(tags, mode):
    found = meaning({"highway": "primary"} | tags, ALL)
    assert found.mode == mode
    assert bool(found.left_out) == (not mode)


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ({"railway": "rail"}, "operating"),
        ({"railway": "construction", "construction": "rail"}, "under construction"),
        ({"railway": "proposed", "proposed": "rail"}, "planned"),
        ({"proposed:railway": "rail"}, "planned"),
        ({"railway": "disused"}, "suspended"),
        ({"abandoned:railway": "rail", "highway": "path"}, "missing"),
    ],
)
def test_what_is_not_in_use_is_closed_not_open(tags, status):
    found = meaning(tags, ALL)
    assert (found.mode, found.status) == ("rail", status)
    assert not meaning(tags, Wanted((), not_in_use=False)).mode or status == "operating"


def test_a_road_over_an_old_railway_is_a_road():
    found = meaning({"abandoned:railway": "rail", "highway": "primary"}, ALL)
    assert (found.mode, found.status) == ("road", "operating")


def test_gauges_electrification_and_service_are_kept():
    found = meaning(
        {"railway": "rail", "gauge": "1435;1524", "electrified": "contact_line", "usage": "main", "service": "yard"},
        ALL,
    )
    assert (found.gauges, found.traction) == ((1435, 1520), "electric")
    assert {"usage-main", "service-yard"} <= set(found.tags)
    assert meaning({"railway": "rail", "gauge": "750"}, ALL).left_out
    assert meaning({"railway": "rail", "service": "yard"}, Wanted((), service_tracks=False)).left_out
    assert not meaning({"railway": "tram"}, ALL).mode


def test_an_edge_of_a_simplified_graph_takes_the_worst():
    found = meaning({"highway": ["trunk", "tertiary"], "maxspeed": ["90", "40"]}, ALL)
    assert found.speed_kmh == pytest.approx(40 * number("moving_share"))
    assert "highway-tertiary" in found.tags
    assert meaning({"railway": "rail", "gauge": ["1435", "1520"]}, ALL).doubts
    assert meaning({"highway": "trunk", "route": "ferry"}, ALL).doubts


def test_road_words_are_checked():
    assert road_words("motorway, trunk_link") == ("motorway", "trunk")
    with pytest.raises(DataError, match="did you mean 'motorway'"):
        road_words("motorwai")
