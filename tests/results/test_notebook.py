"""What a notebook shows: the same numbers, escaped text, plain HTML that needs nothing else."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

import corridor_opt as co

EVIL = "<script>alert(1)</script>"
VOID = {"br"}


class Tables(HTMLParser):
    """Cells of all tables, text, and whether every tag is closed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.rows, self.text = [], set(), [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


def read(thing):
    made = thing._repr_html_()
    assert len(made) < 100_000
    found = Tables()
    found.feed(made)
    found.close()
    assert found.open == []
    assert found.tags <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "b", "br", "details"} | {
        "summary",
        "ul",
        "li",
    }
    assert "http" not in made
    return found


@pytest.fixture(scope="module")
def front(network):
    return co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time", "risk"))


@pytest.fixture(scope="module")
def comparison(network):
    return co.compare_scenarios(
        network, "Mumbai", "Moscow", scenarios=["baseline", "hormuz-closed+suez-blocked"], criteria=("cost", "time")
    )


@pytest.fixture(scope="module")
def robust(network):
    return co.robust_routes(network, "Mumbai", "Baku", samples=40, deadline="30d")


def as_shown(values):
    return [
        f"{values['cost']:,.0f}",
        f"{values['time'] / 24:,.1f}",
        f"{values['distance']:,.0f}",
        f"{values['risk']:.1%}",
        f"{values['emissions']:,.0f}",
    ]


def test_front_has_the_numbers_of_its_json_with_units(front):
    found = read(front)
    told = json.loads(front.to_json())["routes"]
    head, *rows = found.rows
    assert head[1:6] == ["cost, USD", "time, days", "distance, km", "risk", "emissions, kg CO2e"]
    assert 1 < len(rows) <= 20 < len(told)
    for row in rows:
        assert row[1:6] == as_shown(told[int(row[0]) - 1]["values"])
    best = {row[-1]: told[int(row[0]) - 1]["values"] for row in rows if row[-1]}
    assert best["cheapest"]["cost"] == min(route["values"]["cost"] for route in told)
    assert best["fastest"]["time"] == min(route["values"]["time"] for route in told)
    for word in ("Mumbai", "Moscow", "prices of 2025", f"{len(told)} routes"):
        assert word in found.text


def test_route_adds_up(front):
    route = front[3]
    found = read(route)
    _, *legs, total = found.rows
    assert len(legs) == len(route.legs)
    shown = as_shown(json.loads(front.to_json())["routes"][3]["values"])
    assert total[2:] == [shown[0], shown[1], shown[2], shown[4]]
    for column, name in ((2, "cost"), (4, "distance"), (5, "emissions")):
        summed = sum(float(row[column].replace(",", "")) for row in legs)
        assert summed == pytest.approx(route.values[name], abs=0.5 * len(legs))
    assert "Poti" in found.text or "Rotterdam" in found.text


def test_comparison_has_the_numbers_of_its_json(comparison):
    fronts = json.loads(comparison.to_json())["fronts"]
    _, *rows = read(comparison).rows
    frame = comparison.to_frame()
    assert len(rows) == len(frame)
    for row, record in zip(rows, frame.to_dict("records"), strict=True):
        values = fronts[record["scenario"]]["routes"][record["route"] - 1]["values"]
        assert row[2:6] == as_shown(values)[:4]


def test_comparison_says_why_there_is_no_route(network, tmp_path):
    path = tmp_path / "cut.toml"
    path.write_text('name = "cut"\n[[disruption]]\nnode = "MOS"\nclose = true\n')
    found = read(co.compare_scenarios(network, "Mumbai", "Moscow", scenarios=["baseline", path], criteria="cost"))
    assert "no route" in found.text


def test_robust_has_the_numbers_of_its_json(robust):
    told = json.loads(robust.to_json())
    head, *rows = read(robust).rows
    assert head[1] == "mean cost, USD"
    for row in rows:
        under = told["routes"][int(row[0].rstrip("*")) - 1]["under_hazards"]
        assert row[1:3] == [f"{under['cost']['mean']:,.0f}", f"{under['time']['mean'] / 24:,.1f}"]
        assert row[4] == f"{under['cost']['cvar_90']:,.0f}"
        assert row[7] == f"{under['on_time']:.1%}"
    assert [row[0] for row in rows if row[0].endswith("*")] == [f"{told['recommendation']['route']}*"]


def test_explanation_has_every_step_and_source(front):
    explanation = front[2].explain()
    found = read(explanation)
    assert len(found.rows) == 1 + len(explanation.frame)
    for source in explanation.sources["id"]:
        assert f"{source}: " in found.text


def test_scenario_and_network(network):
    found = read(co.load_scenario("zangezur-open"))
    assert "zangezur-open" in found.text
    assert len(found.rows) == 1 + len(co.load_scenario("zangezur-open").disruptions)
    read(co.load_scenario("baseline"))
    found = read(network)
    _, *rows = found.rows
    rail = next(row for row in rows if row[0] == "rail")
    assert sum(int(n.replace(",", "")) for n in rail[1:]) == (network["links"]["mode"] == "rail").sum()


def test_names_are_text(network):
    nodes = network["nodes"].copy()
    names = {"MUM": EVIL, "MOS": "موسكو 莫斯科 Մոսկվա \"'&"}
    nodes["name"] = [names.get(i, name) for i, name in zip(nodes["id"], nodes["name"], strict=True)]
    other = network.replace(nodes=nodes)
    front = co.find_routes(other, "MUM", "MOS", criteria="cost")
    several = co.compare_scenarios(other, "MUM", "MOS", scenarios=["baseline"], criteria="cost")
    robust = co.robust_routes(other, "MUM", "MOS", samples=5)
    for thing in (front, front[0], front[0].explain(), several, robust):
        assert EVIL not in thing._repr_html_()
        assert EVIL in read(thing).text
        assert names["MOS"] in read(thing).text
    scenario = co.Scenario("evil", EVIL, EVIL)
    assert EVIL not in scenario._repr_html_()
    assert EVIL in read(scenario).text


def test_colours_are_those_of_the_page(front):
    made = front._repr_html_()
    assert not re.search(r"(?<![-\w])(color|background)[^;\"]*:", made)
