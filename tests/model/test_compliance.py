"""Compliance profiles: what a file may say, when a rule holds, what it charges; the shipped ones name their law."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

import pytest
from embedded import network

import corridor_opt as co
from corridor_opt.model.compliance import NOT_ADVICE, resolve_compliance
from corridor_opt.model.compliance_files import NONE, parse_profile, union
from corridor_opt.model.network import VANTAGE_DAYS
from corridor_opt.model.shipment import Load

ASKED_FOR = ["eu", "india", "iran", "none", "russia", "uae", "uk", "us"]
RULED = [name for name in ASKED_FOR if name != NONE]
HEAD = 'name = "mine"\nas_of = 2026-01-31\ntemplate = true\n'


def profile(*rules: co.Rule, template: bool = True, **said) -> co.Profile:
    return co.Profile("mine", as_of=dt.date(2026, 1, 31), rules=rules, template=template, **said)


def faults(one: co.Profile, as_of: str = "2026") -> str:
    with pytest.raises(co.ScenarioError) as caught:
        resolve_compliance([one], network(as_of), VANTAGE_DAYS[as_of])
    return "\n".join(caught.value.faults)


# --- the shipped ones


def test_the_profiles_that_were_asked_for_are_there():
    listed = co.compliance_profiles()
    assert sorted(listed["name"]) == ASKED_FOR
    assert listed["name"][0] == NONE
    assert listed.set_index("name")["template"]["uae"]


@pytest.mark.parametrize("name", RULED)
def test_a_shipped_profile_names_regulations_sources_and_what_the_network_knows(name):
    shipped = co.load_profile(name)
    assert shipped.shipped
    assert shipped.text_faults == ()
    own = dataclasses.replace(shipped, shipped=False)  # held as strictly as a planner's
    for as_of, day in VANTAGE_DAYS.items():
        assert own.faults(network(as_of)) == []
        resolve_compliance([own], network(as_of), day)
    for rule in shipped.rules:
        assert shipped.template or (rule.regulation and rule.sources), rule.name
        assert rule.where.match(network()), f"{rule.name} names nothing"
        assert rule.why
        # A number is judgement unless a source gives it, and says so.
        assert rule.kind != "charged" or (rule.confidence == "assumption" and "judgement" in rule.why)


@pytest.mark.parametrize("name", RULED)
def test_a_profile_reads_aloud_and_is_no_advice(name):
    text = str(co.load_profile(name))
    assert NOT_ADVICE in text
    assert ("template" in text) == co.load_profile(name).template
    for rule in co.load_profile(name).rules:
        assert rule.regulation in text


# --- dates


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2025-01-31", False), ("2025-02-01", True), ("2025-03-01", True), ("2025-03-31", True), ("2025-04-01", False)],
)
def test_a_rule_holds_from_its_first_to_its_last_day(day, holds):
    since, until = dt.date(2025, 2, 1), dt.date(2025, 3, 31)
    rule = co.Rule("r", "country:IR", forbid=True, since=since, until=until)
    assert rule.holds(dt.date.fromisoformat(day)) is holds
    active = resolve_compliance([profile(rule)], network(), dt.date.fromisoformat(day)).active
    assert [one.rule for one in active] == [rule] * holds


def test_rules_of_2025_do_not_hold_in_2022():
    then = resolve_compliance([co.load_profile("eu")], network("2022"), VANTAGE_DAYS["2022"])
    now = resolve_compliance([co.load_profile("eu")], network(), VANTAGE_DAYS["2026"])
    assert "russian-ports" in {one.rule.name for one in now.active} - {one.rule.name for one in then.active}


def test_a_profile_read_before_the_day_says_so():
    stale = resolve_compliance([profile()], network(), dt.date(2026, 2, 1)).remarks
    fresh = resolve_compliance([profile()], network(), dt.date(2026, 1, 31)).remarks
    assert any("2026-01-31" in remark for remark in stale)
    assert not any("2026-01-31" in remark for remark in fresh)
    assert all("template" in remark for remark in fresh)


# --- charges


def test_what_a_rule_charges():
    load = Load(teu=3, tonnes=30, trucks=2, value_usd=80_000, service="ordinary")
    rule = co.Rule(
        "r",
        "country:IR",
        surcharge_usd_per_teu=100,
        surcharge_value_share=0.01,
        delay_hours=48,
        seizure_probability=0.02,
    )
    charge = rule.charge(load, factor=1.5)
    assert charge["cost"] == pytest.approx(1.5 * 300 + 0.01 * 80_000 + 0.02 * 80_000)
    assert charge["time"] == 48
    assert -math.expm1(-charge["risk"]) == pytest.approx(0.02)
    worthless = rule.charge(dataclasses.replace(load, value_usd=None))
    assert worthless["cost"] == 300
    assert rule.of_value
    assert co.Rule("r", "country:IR", tell=True).charge(load) == {}


# --- what a file may say


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nam = 1", "no key 'nam'; did you mean 'name'?"),
        ("template = 1", "write template = true"),
        ('as_of = "2026"', "write as_of = 2025-09-29"),
        ('sources = "A"', "write sources = "),
        ('confidence = "sure"', "no confidence 'sure'"),
        ("rule = 1", "rules are written as [[rule]]"),
        ('[[rule]]\nname = "r"\nforbid = true', "it selects nothing"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\nforbit = true', "no key 'forbit'; did you mean 'forbid'"),
        ('[[rule]]\nname = "r"\ncountry = "IR"', "it needs forbid = true, tell = true, or some of"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\nforbid = true\ntell = true', "it has forbid and tell"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\nforbid = true\ndelay_hours = 1', "it has forbid and amounts"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\nforbid = "yes"', "write forbid = true"),
        ('[[rule]]\ncountry = "IR"\nforbid = true', "it has no name"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\ndelay_hours = -1', "delay_hours -1.0 is not between 0 and"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\nseizure_probability = 1.5', "seizure_probability 1.5 is not between"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\nsurcharge_value_share = nan', "surcharge_value_share nan is not"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\ndelay_hours = "2"', "delay_hours: '2' is not a number"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\nforbid = true\nsince = "2025"', "write since = 2025-09-29"),
        (
            '[[rule]]\nname = "r"\ncountry = "IR"\nforbid = true\nsince = 2025-02-01\nuntil = 2025-01-01',
            "since 2025-02-01 is after until 2025-01-01",
        ),
        ('[[rule]]\nname = "r"\noperator = "rdz"\nforbid = true', "no operator 'rdz'; did you mean 'rzd'"),
        ('[[rule]]\nname = "r"\nchokepoint = "ormuz"\ntell = true', "no chokepoint 'ormuz'; did you mean 'hormuz'?"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\ntell = true\nsources = ["CP1"]', "no source 'CP1'"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\nsurcharge_usd_per_teu = 9\nprices = 1890', "no price index for 1890"),
        ('[[rule]]\nname = "r"\ncountry = "IR"\ntell = true\nprices = 2024', "there are none"),
        (2 * '[[rule]]\nname = "r"\ncountry = "IR"\ntell = true\n', "two rules are called 'r'"),
    ],
)
def test_a_fault_in_a_file_is_told(text, said):
    head = "".join(line + "\n" for line in HEAD.splitlines() if line.split()[0] != text.split()[0])
    assert said in faults(parse_profile((head + text).encode(), "mine.toml"))


def test_all_faults_are_told_at_once():
    text = HEAD + '[[rule]]\nname = "r"\noperator = "rdz"\nforbid = true\ndelay_hours = -1\nsource = "A"'
    said = faults(parse_profile(text.encode(), "mine.toml"))
    for fault in ("'rdz'", "delay_hours -1", "no key 'source'"):
        assert fault in said


def test_a_rule_without_a_regulation_belongs_in_a_template():
    bare = co.Rule("r", "country:IR", forbid=True)
    assert resolve_compliance([profile(bare)], network(), dt.date(2026, 1, 1)).active
    assert "names no regulation" in faults(profile(bare, template=False))
    cited = dataclasses.replace(bare, regulation="An act", sources=("A",))
    assert resolve_compliance([profile(cited, template=False)], network(), dt.date(2026, 1, 1)).active


def test_a_country_that_is_not_there_is_no_fault_but_is_told():
    found = resolve_compliance([profile(co.Rule("r", "country:KP", forbid=True))], network(), dt.date(2026, 1, 1))
    assert found.active == ()
    assert any("nothing of this network falls under r" in remark for remark in found.remarks)


# --- several at once


def test_profiles_are_joined():
    assert [p.name for p in union("us+eu")] == ["us", "eu"]
    assert [p.name for p in union(["us", "none", profile()])] == ["us", "mine"]
    assert union(None) == union(()) == union("none") == ()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("uss", "did you mean 'us'"),
        ("us+eu+us", "'us' stands twice"),
        (["us", 7], "not 7"),
        (7, "not 7"),
        ("nowhere.toml", "no compliance profile file 'nowhere.toml'"),
    ],
)
def test_what_is_no_profile_is_told(what, said):
    with pytest.raises(co.ScenarioError, match=said.replace("(", r"\(")):
        union(what)


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "a+b.toml"
    path.write_text(HEAD + '[[rule]]\nname = "r"\ncountry = "IR"\ntell = true\n', encoding="utf-8")
    (own,) = union(str(path))
    assert own.rules[0].kind == "told"
    assert not own.shipped
    (tmp_path / "bad.toml").write_text("=", encoding="utf-8")
    with pytest.raises(co.ScenarioError, match="is not TOML"):
        co.load_profile(tmp_path / "bad.toml")
