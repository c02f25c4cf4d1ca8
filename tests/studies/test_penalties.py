"""What is to be avoided costs a penalty, however finely its link is drawn."""

from itertools import pairwise

import pytest
from studies.hand_made import ASKED, way, world

import corridor_opt as co

KM, STEP = 700.0, 0.01  # of a whole step of cost and time


def cut(parts):
    """A slow link A-B of 700 km, a way of several lines along it, and a free way round by Z."""
    names = ["A", *(f"P{i}" for i in range(1, parts)), "B"]
    lines = [
        way(a, b, 70 / parts, 14 / parts, id=f"line-{i}", length_km=str(KM / parts), part_of="link", tags="old")
        for i, (a, b) in enumerate(pairwise(names))
    ]
    link = way("A", "B", 900, 900, id="link", length_km=str(KM), part_of="", tags="old")
    return world([link, *lines, way("A", "Z", 5000, 500, part_of=""), way("Z", "B", 5000, 500, part_of="")])


@pytest.mark.parametrize("parts", [1, 2, 7])
@pytest.mark.parametrize(("selector", "name", "amount"), [("link:link", "cost", 500), ("tag:old", "time", 10)])
def test_a_link_costs_the_same_to_use_however_many_lines_run_along_it(parts, selector, name, amount):
    front = co.find_routes(cut(parts), "Town A", "Town B", avoid={selector: {name: amount}}, **ASKED)
    (route,) = [route for route in front if list(route.steps["id"]).count("line-0")]
    paid = route.steps[f"{name}_penalty"].sum()
    assert amount - 1e-9 <= paid <= amount + parts * STEP
    assert any("penalty charged 1 time:" in notice for notice in route.notices)


def test_a_line_that_is_named_alone_is_charged_in_full():
    front = co.find_routes(cut(7), "Town A", "Town B", avoid={"link:line-3": {"cost": 500}}, **ASKED)
    assert front[0].steps["cost_penalty"].sum() == pytest.approx(500)
