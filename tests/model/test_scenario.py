"""Scenarios: read, stacked, applied to a copy, with every fault at once."""

from __future__ import annotations

import pandas as pd
import pytest
from shipped import SCENARIOS
from studies.checks import find, integers

import corridor_opt as co
from corridor_opt.model.country_risk import border_hours
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.model.disruption import Disruption, adjustable, apply, resolve
from corridor_opt.model.elements import elements
from corridor_opt.model.network import TABLES, USED
from corridor_opt.model.rates import Rates
from corridor_opt.model.scenario import parse_scenario, shipped_names, stack
from corridor_opt.model.selector import Selector, known_values, parse_selector


def scenario(text: str, name: str = "test") -> co.Scenario:
    return parse_scenario(f'name = "{name}"\n{text}'.encode(), f"{name}.toml")


def links(network, text: str) -> pd.DataFrame:
    return scenario(text).apply(network)[0]["links"].set_index("id")


def test_all_promised_scenarios_are_shipped():
    assert set(shipped_names()) == {"baseline", *SCENARIOS}
    table = co.scenarios()
    assert table["name"].iloc[0] == "baseline"
    assert table["title"].str.len().min() > 0


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_has_sources_that_are_listed_and_touches_something(network, network_2022, name):
    shipped = co.load_scenario(name)
    assert not shipped.faults
    assert shipped.sources
    assert shipped.title
    assert shipped.description
    for world in (network, network_2022):
        known = set(world["sources"]["id"])
        assert set(shipped.sources) <= known
        assert {s for d in shipped.disruptions for s in d.sources} <= known
        _, touched = shipped.apply(world)
        assert len(touched) == len(shipped.disruptions) > 0
        assert not any("-> 0 row(s)" in line for line in touched)


def test_the_base_stays_as_it_is(network):
    """Tables and checksum before and after all scenarios, and after searches in them."""
    before = {table: network[table].copy(deep=True) for table in TABLES}
    for name in SCENARIOS:
        changed, _ = co.load_scenario(name).apply(network)
        assert changed is not network
        for table in USED:
            assert changed[table] is not network[table]
    for name in ("zangezur-open", "persian-gulf-black-sea+caspian-low-water", "azerbaijan-transit-closed"):
        find(network, "Tehran", "Moscow", criteria=("cost",), scenario=name, departure="2026-12-01")
    for table in TABLES:
        pd.testing.assert_frame_equal(network[table], before[table], check_exact=True)


def test_baseline_changes_nothing(network):
    for one in (co.load_scenario("baseline"), co.Scenario("nothing")):
        changed, touched = one.apply(network)
        assert touched == ()
        for table in USED:
            pd.testing.assert_frame_equal(changed[table], network[table])


def test_close_and_open(network):
    shut = links(network, '[[disruption]]\nlink = "RAS-ASI-road"\nclose = true')
    assert not shut["is_open"]["RAS-ASI-road"]
    assert shut["closed_by"]["RAS-ASI-road"].startswith("test (link:RAS-ASI-road")
    opened = links(network, '[[disruption]]\nlink = "RAS-ASI-rail"\nopen = true')
    assert opened["is_open"]["RAS-ASI-rail"]
    assert opened["closed_by"]["RAS-ASI-rail"] == ""
    status = network["links"].set_index("id")["status"]
    assert opened["status"].equals(status), "what stands there today stays told"


def test_later_disruptions_come_after_earlier_ones(network):
    steps = [f'[[disruption]]\nlink = "RAS-ASI-road"\n{c} = true' for c in ("close", "open")]
    assert links(network, "\n".join(steps))["is_open"]["RAS-ASI-road"]
    assert not links(network, "\n".join(reversed(steps)))["is_open"]["RAS-ASI-road"]
    sums = ["add = { extra_hours = 10 }", "multiply = { extra_hours = 2 }", "set = { extra_hours = 3 }"]
    texts = [f'[[disruption]]\nlink = "RAS-ASI-road"\n{change}\nsources = ["A"]' for change in sums]
    assert links(network, "\n".join(texts[:2]))["extra_hours"]["RAS-ASI-road"] == 20
    assert links(network, "\n".join(texts[1::-1]))["extra_hours"]["RAS-ASI-road"] == 10
    assert links(network, "\n".join(texts))["extra_hours"]["RAS-ASI-road"] == 3


def test_selectors_are_resolved_against_the_base(network):
    """What the first disruption opens is still planned for the second."""
    status = network["links"].set_index("id")["status"]["RAS-ASI-rail"]
    where = f'[[disruption]]\nstatus = "{status}"\nlink = "RAS-ASI-rail"\n'
    both = links(network, f'{where}open = true\n{where}multiply = {{ time = 2 }}\nsources = ["A"]')
    assert both["is_open"]["RAS-ASI-rail"]
    assert both["time_factor"]["RAS-ASI-rail"] == 2


def test_changes_act_on_shared_numbers_too(network):
    changed, _ = scenario(
        '[[disruption]]\nborder = "AM-IR"\nmultiply = { dwell_hours_ab = 0.5, fee_usd = 2 }\nsources = ["A"]'
    ).apply(network)
    crossings = changed["crossings"].set_index("id")
    crossing, place = crossings.loc["NRD-AGR-road"], crossings.index.get_loc("NRD-AGR-road")
    shared = border_hours(network, Rates(network, "ordinary", 2025))["value"].iloc[place]
    assert crossing["dwell_hours_ab"] == pytest.approx(shared / 2)
    assert crossing["dwell_hours_ba"] != crossing["dwell_hours_ba"], "still the shared number"
    assert crossing["fee_usd"] == pytest.approx(2 * 208)
    assert crossing["fee_year"] == 2022
    waits = links(
        network, '[[disruption]]\nchokepoint = "caspian"\nmultiply = { headway_hours = 0.5 }\nsources = ["A"]'
    )
    assert waits.query("chokepoints.str.contains('caspian') and mode != 'waterway'")["headway_hours"].notna().all()


@pytest.mark.parametrize(("change", "amount"), [("multiply", 1.0), ("add", 0.0)])
@pytest.mark.parametrize("table", USED)
def test_a_change_that_changes_nothing_leaves_every_number(network, table, change, amount):
    """What it acts on where a cell is empty is what an ordinary shipment meets there: of that country, that border."""
    load = co.Shipment().load(network)
    whole = Selector({"status": tuple(known_values(network, "status"))}, (table,))
    one = Disruption(whole, change, dict.fromkeys(adjustable(table), amount))
    before, after = (elements(n, load).frame for n in (network, apply(network, resolve(network, [one]))[0]))
    for criterion in CRITERIA:
        assert after[criterion].to_numpy() == pytest.approx(before[criterion].to_numpy()), criterion


@pytest.mark.parametrize(
    ("word", "table", "fits"),
    [
        ("country:AM", "links", lambda r: "AM" in r["countries"].split(";")),
        ("border:IR-AZ", "crossings", lambda r: {r["country_a"], r["country_b"]} == {"AZ", "IR"}),
        ("mode:ferry", "links", lambda r: r["mode"] == "ferry"),
        ("corridor:btk", "links", lambda r: "btk" in r["corridors"].split(";")),
        ("chokepoint:suez", "links", lambda r: "suez" in r["chokepoints"].split(";")),
        ("node:THR", "links", lambda r: "THR" in (r["from"], r["to"])),
        ("tag:caspian-fleet", "links", lambda r: "caspian-fleet" in r["tags"].split(";")),
        ("status:suspended", "links", lambda r: r["status"] == "suspended"),
        ("gauge:1676", "links", lambda r: r["gauge_mm"] == 1676),
        ("gauge:1676", "crossings", lambda r: 1676 in (r["gauge_a"], r["gauge_b"])),
        ("class:rail-btk", "links", lambda r: r["class"] == "rail-btk"),
    ],
)
def test_selectors(network, word, table, fits):
    mask = parse_selector(word).match(network)[table]
    assert mask.any()
    assert [fits(r) for r in network[table].to_dict("records")] == mask.tolist()


def test_several_keys_mean_all_of_them(network):
    selector = Selector({"country": ("AM", "AZ"), "mode": ("rail",)}, ("links",))
    (mask,) = selector.match(network).values()
    for row, hit in zip(network["links"].to_dict("records"), mask, strict=True):
        assert hit == (row["mode"] == "rail" and bool({"AM", "AZ"} & set(row["countries"].split(";"))))


def test_stacking(network):
    assert stack("baseline").name == "baseline"
    assert stack(["baseline", "hormuz-closed"]).name == "hormuz-closed"
    both = stack("hormuz-closed+suez-blocked")
    assert both.name == stack(["hormuz-closed", "suez-blocked"]).name == "hormuz-closed+suez-blocked"
    assert len(both.disruptions) == 2
    together = find(network, "Mumbai", "Moscow", criteria=("cost",), scenario="hormuz-closed+suez-blocked")
    listed = find(network, "Mumbai", "Moscow", criteria=("cost",), scenario=["hormuz-closed", "suez-blocked"])
    assert integers(together) == integers(listed)
    assert not {"hormuz", "suez"} & set(together[0].chokepoints)
    assert together.head["scenario"] == ["hormuz-closed", "suez-blocked"]


def test_all_faults_at_once(network, tmp_path):
    path = tmp_path / "five.toml"
    path.write_text(
        """
name = "five"
titel = "a misspelt key"
[[disruption]]
contry = "AZ"
close = true
[[disruption]]
country = "AZZ"
close = true
[[disruption]]
link = "RAS-ASI-rail"
multiply = { tyme = 2 }
[[disruption]]
mode = "ferry"
gauge = "1435"
close = true
"""
    )
    with pytest.raises(co.ScenarioError) as caught:
        co.find_routes(network, "Mumbai", "Moscow", scenario=str(path))
    said = " ".join(caught.value.faults)
    for word in ("'title'", "'country'", "'AZZ'", "'tyme'", "matches nothing"):
        assert word in said, (word, caught.value.faults)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[disruption]]\nlink = "RAS-ASI-road"', "one change"),
        ('[[disruption]]\nlink = "RAS-ASI-road"\nclose = true\nopen = true', "one change"),
        ('[[disruption]]\nlink = "RAS-ASI-road"\nclose = false', "close = true"),
        ('[[disruption]]\nlink = "RAS-ASI-road"\nmultiply = { time = -1 }', "negative"),
        ('[[disruption]]\nlink = "RAS-ASI-road"\nadd = { time = "2" }', "not a number"),
        ('[[disruption]]\nlink = "RAS-ASI-road"\nadd = { time = nan }', "not a number"),
        ('[[disruption]]\ntransit = "AZ"\nopen = true', "transit"),
        ('[[disruption]]\nlink = "RAS-ASI-road"\nclose = true\nsources = ["NOWHERE"]', "no source 'NOWHERE'"),
        ("[[disruption]]\nclose = true", "selects nothing"),
        ("disruption = 3", "[[disruption]]"),
        ("name = 3", "TOML"),
    ],
)
def test_faults(network, text, said):
    with pytest.raises(co.ScenarioError) as caught:
        scenario(text).apply(network)
    assert said in str(caught.value)


def test_what_would_become_negative_is_refused(network):
    """A subtraction that leaves less than nothing is a fault of the scenario, told as such."""
    less = scenario('[[disruption]]\nlink = "RAS-ASI-road"\nadd = { extra_hours = -1000 }\nsources = ["A"]')
    with pytest.raises((co.ScenarioError, co.DataError), match="RAS-ASI-road"):
        co.find_routes(network, "Tehran", "Baku", scenario=less)


def test_report_names_the_rows(network):
    _, (line,) = co.load_scenario("upper-lars-closed").apply(network)
    assert line.startswith("upper-lars-closed: close border:GE-RU")
    assert "DRL-LAR-road" in line
    front = find(network, "Yerevan", "Moscow", criteria=("cost",), scenario="upper-lars-closed")
    assert front.touched == (line,)


def test_resolving_names_each_disruption(network):
    bad = [Disruption(Selector({"link": (name,)}), "close", label="mine") for name in ("X1", "X2")]
    with pytest.raises(co.ScenarioError) as caught:
        resolve(network, bad)
    assert len(caught.value.faults) == 2
    assert "mine, disruption 2" in caught.value.faults[1]


def test_unknown_names_are_suggested():
    with pytest.raises(co.ScenarioError, match="hormuz-closed"):
        co.load_scenario("hormuz-close")
    with pytest.raises(co.ScenarioError, match=r"nowhere\.toml"):
        co.load_scenario("nowhere.toml")
