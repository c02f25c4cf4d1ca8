"""What a law forbids is never touched, what it charges is paid once, and every face says what a route touches."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from reference import non_dominated
from studies.checks import find, integers
from studies.small_networks import Small, small_networks
from trials import trials

import corridor_opt as co
from corridor_opt.model.compliance import NOT_ADVICE, resolve_compliance
from corridor_opt.model.compliance_files import shipped_profiles, union
from corridor_opt.model.network import USED, VANTAGE_DAYS
from corridor_opt.model.schema import split
from corridor_opt.studies.obey import UNKNOWN_OPERATORS

quick = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
PAIRS = [
    ("Mumbai", "Moscow"),
    ("Shanghai", "Hamburg"),
    ("Yerevan", "Moscow"),
    ("Astrakhan", "Mumbai"),
    ("Tehran", "Novorossiysk"),
    ("Karachi", "Istanbul"),
    ("Haifa", "Baku"),
    ("Almaty", "Constanta"),
]
PORTS = {"AST", "MAK", "UST", "NVR", "ANZ", "AMI"}  # that the European Union closes to its persons
SMALL = dt.date(2026, 9, 30)


@pytest.fixture(scope="module")
def ask(network):
    """Fronts of the embedded network, each searched and checked once; None where there is no route."""

    @functools.cache
    def asked(pair, **question):
        try:
            return find(network, *pair, criteria=("cost", "time"), **question)
        except co.NoRouteError:
            return None

    return asked


def used(front: co.Front) -> list[tuple[str, dict]]:
    """Rows that the routes of a front use, with their tables."""
    rows = front.steps[["table", "row"]].drop_duplicates()
    tables = {table: front.network[table].to_dict("records") for table in USED}
    return [(table, tables[table][int(row)]) for table, row in rows.itertuples(index=False) if table in tables]


def without_closures(small: Small) -> co.Network:
    """The network of a small one with nothing that may happen: laws alone are looked at."""
    return Small(
        {name: frame.drop(columns="closures", errors="ignore") for name, frame in small.tables.items()}
    ).network


def template(*rules: co.Rule) -> co.Profile:
    return co.Profile("mine", as_of=SMALL, template=True, rules=rules)


# --- what is forbidden


@pytest.mark.parametrize("name", [*shipped_profiles(), "us+eu+uk"])
@pytest.mark.parametrize("pair", PAIRS)
def test_what_a_profile_forbids_is_never_touched(ask, network, pair, name):
    front = ask(pair, compliance=name)
    if front is None:
        return
    resolved = resolve_compliance(union(name), network, VANTAGE_DAYS["2026"])
    shut = [one.rows for one in resolved.active if one.rule.forbid]
    for table, row in front.steps[["table", "row"]].drop_duplicates().itertuples(index=False):
        assert not any(table in rows and rows[table][int(row)] for rows in shut), (table, row)
    countries = {c for route in front for c in route.countries}
    for law, country in (("us", "IR"), ("india", "PK"), ("iran", "IL")):
        assert law not in name.split("+") or country not in countries
    for table, row in used(front):
        if "uk" in name.split("+") and table == "links" and row["mode"] == "rail":
            assert not {"RU", "AM"} & set(split(row["countries"])), row["id"]
        if "eu" in name.split("+") and table == "terminals" and row["mode"] in ("sea", "ferry", "waterway"):
            assert row["node"] not in PORTS, row["id"]


def test_the_laws_bite(ask):
    """Else the test above could not fail."""
    free = {c for route in ask(("Mumbai", "Moscow")) for c in route.countries}
    assert "IR" in free
    bare = ask(("Mumbai", "Moscow"))
    for name in ("us", "eu", "uk"):
        ruled = ask(("Mumbai", "Moscow"), compliance=name)
        assert integers(ruled) != integers(bare), name
    assert ask(("Tehran", "Novorossiysk"), compliance="us") is None
    assert ask(("Haifa", "Baku"), compliance="iran") is None
    assert ask(("Haifa", "Baku"), compliance="us") is not None


@pytest.mark.parametrize("via", ["Tehran", "border:AZ-IR"])
def test_a_stop_does_not_open_what_is_forbidden(network, via):
    with pytest.raises(co.NoRouteError) as caught:
        co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",), via=via, compliance="us")
    assert any("compliance us, iran" in reason and "31 CFR 560.204" in reason for reason in caught.value.reasons)
    assert "compliance" not in caught.value.lift


def test_a_point_in_a_forbidden_country_is_told(network):
    # West of Astara, in Iran; the nearest terminal may lie in either country.
    for point in ("48.70,38.40", "51.42,35.69"):
        with pytest.raises(co.NoRouteError, match=r"compliance us, iran.*lies there.*31 CFR 560\.204"):
            co.find_routes(network, point, "Moscow", criteria=("cost",), compliance="us")


def test_to_stay_in_a_forbidden_place_is_a_route_no_more(network):
    assert len(co.find_routes(network, "Tehran", "Tehran", criteria=("cost",))) == 1
    with pytest.raises(co.NoRouteError, match="compliance us, iran"):
        co.find_routes(network, "Tehran", "Tehran", criteria=("cost",), compliance="us")


@given(small=small_networks(), data=st.data())
@settings(quick, max_examples=trials(15))
def test_to_forbid_is_to_exclude(small: Small, data):
    """An oracle: a rule that forbids gives the front of an exclusion, or none."""
    world = without_closures(small)
    words = [*(f"mode:{m}" for m in ("rail", "road", "sea")), "chokepoint:hormuz", "corridor:north", "country:BB"]
    word = data.draw(st.sampled_from(words))
    names = list(world["nodes"]["id"])
    pair = data.draw(st.tuples(st.sampled_from(names), st.sampled_from(names)))
    key, _, value = word.partition(":")
    law = template(co.Rule("r", word, forbid=True))
    if not _there(world, key, value):
        return
    asked = {"criteria": ("cost", "time"), "hazards": "none"}
    ours, theirs = None, None
    with contextlib.suppress(co.NoRouteError):
        ours = integers(find(world, *pair, compliance=law, **asked))
    with contextlib.suppress(co.NoRouteError):
        theirs = integers(find(world, *pair, exclude=[word], **asked))
    ends = {world.node(p)["country"] for p in pair}
    if ours is None and key == "country" and value in ends:
        return  # an end in a forbidden country is refused even where nothing is used
    assert ours == theirs


def _values(world: co.Network, key: str) -> set[str]:
    column = {"mode": "mode", "chokepoint": "chokepoints", "corridor": "corridors"}[key]
    return {v for table in ("links", "crossings") for cell in world[table][column] for v in split(cell)}


def _there(world: co.Network, key: str, value: str) -> bool:
    return value in (set(world["nodes"]["country"]) if key == "country" else _values(world, key))


# --- what is charged


@given(small=small_networks(), data=st.data())
@settings(quick, max_examples=trials(25))
def test_a_charge_is_paid_once_by_every_route_that_touches(small: Small, data):
    """An oracle: routes that do not touch, and all routes with the charge on top; what none of these beats."""
    world = without_closures(small)
    word = data.draw(st.sampled_from(["mode:rail", "mode:sea", "country:AA", "country:BB"]))
    key, _, value = word.partition(":")
    if not _there(world, key, value):
        return
    names = list(world["nodes"]["id"])
    pair = data.draw(st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda p: p[0] != p[1]))
    usd, hours = data.draw(st.sampled_from([(500, 0), (0, 30), (200, 10), (5_000, 100)]))
    law = template(co.Rule("r", word, surcharge_usd_per_teu=usd, delay_hours=hours))
    asked = {"criteria": ("cost", "time"), "hazards": "none"}
    try:
        plain = find(world, *pair, **asked)
    except co.NoRouteError:
        with pytest.raises(co.NoRouteError):
            find(world, *pair, compliance=law, **asked)
        return
    front = find(world, *pair, compliance=law, **asked)
    add = np.array([round(100 * 2 * usd), round(100 * hours)])  # cents of two TEU, hundredths of an hour
    points = [tuple(int(x) for x in np.array(point) + add) for point in integers(plain)]
    with contextlib.suppress(co.NoRouteError):
        points += integers(find(world, *pair, exclude=[word], **asked))
    assert sorted(integers(front)) == sorted(set(non_dominated(points)))
    for route in front:
        touched = [record["rule"] for record in route.compliance] == ["r"]
        paid = route.steps[["cost_penalty", "time_penalty"]].sum()
        assert paid.tolist() == pytest.approx([2 * usd, hours] if touched else [0, 0])
        assert any("charged once" in notice for notice in route.notices) == touched


def test_a_charge_stands_in_the_legs_and_in_the_record(network):
    rule = co.Rule("checks", "country:RU", surcharge_usd_per_teu=100, delay_hours=24, seizure_probability=0.01)
    shipment = co.Shipment(value_usd=50_000)
    asked = {"criteria": ("cost", "risk"), "shipment": shipment}
    front = find(network, "Mumbai", "Moscow", compliance=template(rule), **asked)
    for route in front:
        (record,) = route.compliance
        assert record["charge"] == {"cost": 700.0, "time": 24.0, "seizure": pytest.approx(0.01)}
        assert record["kind"] == "charged"
        part = next(p for p in route.risk_parts if "mine, checks" in p["name"])
        assert part["probability"] == pytest.approx(0.01, abs=1e-6)
        assert route.steps["cost_penalty"].sum() == pytest.approx(700)
        assert "mine, checks" in str(route.explain())
    base = find(network, "Mumbai", "Moscow", **asked)  # all routes touch Russia: the front moves as a whole
    assert [v - 700 for v in front.values["cost"]] == pytest.approx(base.values["cost"].tolist())


def test_without_a_value_its_shares_are_not_charged_and_that_is_told(network):
    law = template(co.Rule("checks", "country:RU", surcharge_value_share=0.05))
    front = find(network, "Mumbai", "Moscow", criteria=("cost",), compliance=law)
    assert front[0].compliance[0]["charge"] == {}
    assert any("no value given" in notice for notice in front[0].notices)


def test_money_of_a_rule_is_brought_to_the_year_asked(network):
    law = template(co.Rule("checks", "country:RU", surcharge_usd_per_teu=100, prices=2022))
    front = find(network, "Mumbai", "Moscow", criteria=("cost",), compliance=law)
    assert front[0].compliance[0]["charge"]["cost"] != pytest.approx(200)


def test_transit_is_closed_to_others_alone(network):
    law = template(co.Rule("through", "transit:IR", forbid=True))
    front = find(network, "Mumbai", "Moscow", criteria=("cost", "time"), compliance=law)
    assert "IR" not in {c for route in front for c in route.countries if route.borders}
    assert len(find(network, "Mumbai", "Tehran", criteria=("cost",), compliance=law)) > 0


# --- dates


def test_the_day_of_departure_decides(network):
    asked = {"criteria": ("cost",), "compliance": "us"}
    with pytest.raises(co.NoRouteError, match="compliance us, syria"):
        co.find_routes(network, "Istanbul", "Latakia", departure="2025-06-30", **asked)
    assert len(find(network, "Istanbul", "Latakia", departure="2025-07-01", **asked)) == 1
    assert len(find(network, "Istanbul", "Latakia", **asked)) == 1  # the vantage point of 2026


def test_the_vantage_point_decides_where_no_day_is_given(network_2022):
    told = co.find_routes(network_2022, "Mumbai", "Moscow", criteria=("cost",), compliance="us")
    assert told.head["compliance"][0]["judged_on"] == VANTAGE_DAYS["2022"].isoformat()


# --- what is said


def test_no_profile_changes_nothing(network):
    fronts = [
        find(network, "Mumbai", "Moscow", criteria=("cost", "time"), **more) for more in ({}, {"compliance": "none"})
    ]
    assert fronts[0].to_json() == fronts[1].to_json()
    assert str(fronts[0]) == str(fronts[1])
    assert all(route.compliance == [] for route in fronts[1])


def test_every_face_names_rule_and_regulation_and_is_no_advice(network):
    front = find(network, "Mumbai", "Moscow", criteria=("cost", "time"), compliance="us+eu")
    head, regulation = front.head["compliance"], "15 CFR part 746"
    assert [(p["name"], p["note"]) for p in head] == [("us", NOT_ADVICE), ("eu", NOT_ADVICE)]
    assert all(p["as_of"] and p["judged_on"] for p in head)
    told = json.loads(front.to_json())
    assert told["compliance"] == [dict(p) for p in head]
    for route in told["routes"]:
        assert {"profile": "us", "rule": "russia-belarus-licences"}.items() <= {
            key: value for record in route["compliance"] for key, value in record.items() if record["profile"] == "us"
        }.items()
        for record in route["compliance"]:
            assert {"profile", "rule", "what", "regulation", "kind", "charge"} <= set(record)
            assert record["where"]
    text, explained = " ".join(str(front).split()), " ".join(str(front[0].explain()).split())
    for face in (text, explained):
        assert regulation in face
        assert NOT_ADVICE in face
        assert UNKNOWN_OPERATORS in face
    assert "CP08" in set(front[0].explain().sources["id"])


def test_a_template_says_so_on_every_route(network):
    front = find(network, "Mumbai", "Moscow", criteria=("cost",), compliance="uae")
    assert front.head["compliance"][0]["template"]
    assert all(any("is a template" in notice for notice in route.notices) for route in front)


def test_scenarios_are_compared_under_a_law(network):
    asked = {"scenarios": ["baseline", "hormuz-closed"], "criteria": ("cost", "time"), "compliance": ["us"]}
    comparison = co.compare_scenarios(network, "Mumbai", "Moscow", **asked)
    assert f"compliance us ({NOT_ADVICE})" in str(comparison)
    told = json.loads(comparison.to_json())
    for front in told["fronts"].values():
        assert front["compliance"][0]["name"] == "us"
        assert all("IR" not in route["countries"] for route in front["routes"])


def test_a_fault_of_a_profile_is_told_beside_other_faults(network):
    with pytest.raises(co.DataError) as caught:
        co.find_routes(network, "Mumbay", "Moscow", criteria=("cots",), compliance="uss")
    said = str(caught.value)
    assert "uss" in said
    assert "cots" in said


def test_a_planner_excludes_an_operator(network):
    front = find(network, "Mumbai", "Moscow", criteria=("cost",), exclude=["operator:rzd"])
    assert not any("operator-rzd" in split(row["tags"]) for _, row in used(front))
    with pytest.raises(co.ScenarioError, match="no operator 'rdz'; did you mean 'rzd'"):
        co.find_routes(network, "Mumbai", "Moscow", exclude=["operator:rdz"])


# --- the command line


def test_the_command_line_lists_and_shows(run):
    code, out, _ = run("compliance")
    assert (code, NOT_ADVICE in out) == (0, True)
    assert all(name in out for name in shipped_profiles())
    code, out, _ = run("compliance", "uae")
    assert code == 0
    assert "template" in out
    assert max(map(len, out.splitlines())) <= 100
    assert run("compliance", "none")[0] == 0
    code, _, err = run("compliance", "uea")
    assert (code, "'uae'" in err) == (2, True)


def test_the_command_line_asks_under_laws(run):
    words = ("routes", "Mumbai", "Moscow", "--criteria", "cost", "--format", "json")
    joined = run(*words, "--compliance", "us+eu")
    assert joined[0] == 0
    assert joined == run(*words, "--compliance", "us", "--compliance", "eu")
    assert [p["name"] for p in json.loads(joined[1])["compliance"]] == ["us", "eu"]
    code, _, err = run("routes", "Mumbai", "Tehran", "--compliance", "us")
    assert (code, "31 CFR 560.204" in err) == (1, True)
    code, _, err = run(*words, "--compliance", "su")
    assert (code, "no compliance profile 'su'" in err) == (2, True)
