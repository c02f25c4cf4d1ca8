"""A route as a line of places: everything is there, in order, and fits the page."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor_opt as co
from corridor_opt.results.lines import Page, columns, on_page
from corridor_opt.results.strip import LETTERS, legend, strip
from corridor_opt.results.text import representatives


@pytest.fixture(scope="module")
def front(network):
    return co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time", "risk"))


def whole(route, **page):
    with on_page(Page(width=100_000, **page)):
        return strip(route)


def test_places_borders_and_chokepoints_stand_in_travel_order(front):
    name = front.network.node
    for i in representatives(front):
        route, drawn = front[i], whole(front[i])
        at = 0
        for leg in route.legs:
            if leg.kind in ("haul", "border"):
                at = drawn.index(name(leg.end)["name"], at)
        assert drawn.startswith(name(route.legs[0].start)["name"])
        assert re.findall(r"\|([A-Z]{2}-[A-Z]{2})", drawn) == route.borders
        for chokepoint in route.chokepoints:
            assert chokepoint in drawn
        assert set(re.findall(r"(?:~~|==|--|~=|~-)([a-z]+)", drawn)) == set(route.modes)


def test_days_add_up_to_the_route(front):
    for i in representatives(front):
        days = [float(d) for d in re.findall(r"([\d.]+) d\b", whole(front[i]))]
        parts = len(front[i].legs)
        assert sum(days) == pytest.approx(front[i].values["time"] / 24, abs=0.05 * parts)


def test_plain_is_ascii_but_for_names_and_drawn_is_the_same_way(front):
    for i in representatives(front)[:5]:
        plain, drawn = whole(front[i]), whole(front[i], drawn=True)
        assert not set(plain) & set(LETTERS)
        assert set(drawn) & set(LETTERS)
        assert re.findall(r"[A-Za-z0-9.]+", plain) == re.findall(r"[A-Za-z0-9.]+", drawn)


def test_colour_is_there_only_when_asked_and_changes_nothing_else(front):
    plain, coloured = whole(front[0]), whole(front[0], coloured=True)
    assert "\033" not in plain
    assert re.sub(r"\033\[\d+m", "", coloured) == plain
    assert coloured.count("\033[0m") == len(re.findall(r"\033\[3\dm", coloured)) > 0


@settings(max_examples=60, deadline=None)
@given(width=st.integers(80, 140), data=st.data(), label=st.text("0123456789 abc", max_size=20))
def test_no_line_is_wider_than_the_page_and_no_part_is_lost(front, width, data, label):
    route = front[data.draw(st.integers(0, len(front) - 1))]
    with on_page(Page(width=width, drawn=True)):
        lines = strip(route, label=label).splitlines()
    assert max(map(columns, lines)) <= width
    assert " ".join(" ".join(lines).split()) == " ".join(f"{label} {whole(route, drawn=True)}".split())


def test_route_that_stays_where_it_is(network):
    front = co.find_routes(network, "Mumbai", "Mumbai", criteria="cost")
    assert strip(front[0]) == front.head["origin"]["name"]


def test_names_cannot_move_the_cursor(network):
    nodes = network["nodes"].copy()
    nodes.loc[nodes["id"] == "MUM", "name"] = "Mum\033[31m\nbai\u202e <b>"
    front = co.find_routes(network.replace(nodes=nodes), "MUM", "Moscow", criteria="cost")
    with on_page(Page(strips=3)):
        text = str(front)
    assert "\033" not in text
    assert "\u202e" not in text
    assert "Mum?[31m bai <b>" in text


def test_the_legend_names_the_modes_that_are_used(front):
    shown = legend([front[0]])
    for mode in ("sea", "rail", "road", "border", "ferry", "waterway"):
        assert (mode in shown) == (mode in (*front[0].modes, "border"))
