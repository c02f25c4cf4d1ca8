"""Where two routes differ: the parts add up to the difference of the values, in every way of grouping them."""

from __future__ import annotations

import json
import math

import pytest

import corridor_opt as co
from corridor_opt.results.groups import GROUPS
from corridor_opt.results.route import ADDITIVE

SUMS = ("cost", "time", "distance", "emissions")


@pytest.fixture(scope="module")
def front(network):
    return co.find_routes(network, "Tehran", "Moscow")


@pytest.fixture(scope="module")
def other(network):
    return co.find_routes(network, "Tehran", "Moscow", scenario="rasht-astara-built", shipment=co.Shipment("2xTEU"))


def pairs(front):
    return [(front[0], front[i]) for i in range(1, len(front), 40)] + [(front[-1], front[0])]


def test_parts_add_up(front):
    for one, two in pairs(front):
        difference = one.explain(against=two)
        for name in SUMS:
            assert difference.values[name] == pytest.approx(one.values[name] - two.values[name], abs=1e-6)
            for group in GROUPS:
                assert difference.by(group)[name].sum() == pytest.approx(difference.values[name], abs=1e-5)
            assert difference.frame[f"{name}_this"].sum() == pytest.approx(one.values[name], abs=1e-5)
            assert difference.frame[f"{name}_other"].sum() == pytest.approx(two.values[name], abs=1e-5)


def test_risk_adds_up_in_nepers(front, other):
    for one, two in [*pairs(front), (front[0], other[0])]:
        difference = one.explain(against=two)
        nepers = math.log1p(-two.values["risk"]) - math.log1p(-one.values["risk"])
        assert difference.nepers == pytest.approx(nepers, abs=1e-8)
        assert difference.hazards["nepers"].sum() == pytest.approx(nepers, abs=1e-8)
        kept = [1.0, 1.0]
        for row in difference.hazards.itertuples():
            kept[0] *= 1 - row.probability_this
            kept[1] *= 1 - row.probability_other
        assert 1 - kept[0] == pytest.approx(one.values["risk"], abs=1e-8)
        assert 1 - kept[1] == pytest.approx(two.values["risk"], abs=1e-8)


def test_what_both_meet_alike_is_shared(front):
    one, two = front[0], front[1]
    hazards = one.explain(against=two).hazards
    ours, theirs = ({part["name"] for part in r.risk_parts} for r in (one, two))
    assert set(hazards["name"][hazards["part"] == "both"]) == ours & theirs
    assert set(hazards["name"][hazards["part"] == "this route"]) == ours - theirs


def test_a_route_and_itself(front):
    difference = front[0].explain(against=front[0])
    assert set(difference.frame["part"]) == {"both"}
    assert all(value == 0 for value in difference.values.values())
    assert difference.nepers == 0
    assert "no difference" in difference.summary()


def test_turned_round_every_sign_turns(front):
    there, back = front[0].explain(against=front[9]), front[9].explain(against=front[0])
    for name in there.values:
        assert there.values[name] == pytest.approx(-back.values[name])
    for group in ("mode", "border", "terminal"):
        a, b = (d.by(group).set_index(group)["cost"] for d in (there, back))
        assert a.sort_index().to_list() == pytest.approx((-b.sort_index()).to_list())


def test_another_scenario_is_said(front, other):
    difference = front[0].explain(against=other[0])
    said = " ".join(difference.questions)
    assert "rasht-astara-built" in said
    assert "shipment" in said
    assert "questions differ" in str(difference)
    assert not front[0].explain(against=front[1]).questions


def test_text_is_of_100_columns_and_names_both(front, other):
    for one, two in [*pairs(front), (front[3], other[0])]:
        text = str(one.explain(against=two))
        assert max(len(line) for line in text.splitlines()) <= 100
        assert "difference" in text
        assert "<pre>" in one.explain(against=two)._repr_html_()


def test_json(front):
    one, two = front[0], front[9]
    document = json.loads(one.explain(against=two).to_json())
    assert document["schema"] == "corridor-opt/difference/1"
    for name in SUMS:
        total = sum(row["difference"][name] for row in document["stretches"])
        assert total == pytest.approx(document["difference"][name], abs=1e-5)
        assert document["route"]["values"][name] - document["against"]["values"][name] == pytest.approx(
            document["difference"][name], abs=1e-6
        )
    assert sum(row["nepers"] for row in document["hazards"]) == pytest.approx(document["nepers"], abs=1e-7)


@pytest.mark.parametrize("group", GROUPS)
def test_an_explanation_by_group_adds_up(front, group):
    for route in front[::60]:
        frame = route.explain().by(group)
        for name in ADDITIVE:
            if name in frame:
                assert frame[name].sum() == pytest.approx(route.values[name], abs=1e-5)
        assert 1 - math.exp(-frame["nepers"].sum()) == pytest.approx(route.values["risk"], abs=1e-8)


def test_borders_are_those_of_the_route(front):
    route = front[0]
    assert set(route.explain().by("border")["border"]) == {*route.borders, "on the way"}


@pytest.mark.parametrize("against", ["1", 0, object()])
def test_what_is_no_route_is_refused(front, against):
    with pytest.raises(co.DataError):
        front[0].explain(against=against)


def test_unknown_group_is_refused(front):
    for explained in (front[0].explain(), front[0].explain(against=front[1])):
        with pytest.raises(co.DataError, match="border"):
            explained.by("bordr")
