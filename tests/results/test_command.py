"""The command that a report names brings the same answer again, to the letter."""

from __future__ import annotations

import datetime as dt
import shlex

import pytest

import corridor_opt as co
from corridor_opt.results.command import compare_command, robust_command, routes_command

QUESTIONS = {
    "plain": ("Mumbai", "Moscow", {"criteria": ("cost", "time")}),
    "points": ("51.2,35.7", "37.6,55.9", {"criteria": ["time"], "prices": 2023}),
    "many": (
        "Mumbai / Nhava Sheva (JNPT)",
        "Moscow",
        {
            "criteria": ("cost", "risk"),
            "scenario": ["suez-blocked", co.load_scenario("rasht-astara-built")],
            "shipment": co.Shipment("3xTEU", 30, 80_000.5, "block-train"),
            "departure": dt.date(2026, 12, 1),
            "hazards": "2022",
            "compliance": [co.load_profile("india"), "iran"],
            "via": ["Tehran"],
            "exclude": ["country:AF", "mode:waterway"],
            "avoid": {"border:AZ-IR": {"cost": 500}, "country:TM": {"time": "2 d"}, "country:KZ": {"time": 12}},
            "limits": {"time": "80 d", "risk": 0.9},
            "method": co.Bounded(0.013),
        },
    ),
    "words": (
        "Tehran",
        "Moscow",
        {"scenario": "rasht-astara-built+upper-lars-closed", "avoid": ["country:AZ=24h"], "via": "chokepoint:caspian"},
    ),
    "stopped": ("Mumbai", "Moscow", {"search_limits": co.SearchLimits(labels=20_000)}),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_routes_again(name, network, run):
    origin, destination, question = QUESTIONS[name]
    front = co.find_routes(network, origin, destination, **question)
    command = routes_command(front)
    assert command.missing == ()
    words = shlex.split(str(command))
    assert words[0] == "corridor-opt"
    code, text, _ = run(*words[1:], "--format", "json")
    assert code == (3 if name == "stopped" else 0)
    assert text == front.to_json() + "\n"


@pytest.mark.parametrize("name", ["many", "words"])
def test_python_again(name, network):
    origin, destination, question = QUESTIONS[name]
    front = co.find_routes(network, origin, destination, **question)
    names: dict[str, object] = {}
    exec(routes_command(front).python, names)
    assert names["answer"].to_json() == front.to_json()
    assert front.again().to_json() == front.to_json()


def test_compare_again(network, run):
    scenarios = ["baseline", "suez-blocked+rasht-astara-built", "hormuz-closed"]
    question = {"criteria": ("cost", "time"), "exclude": "mode:road"}
    comparison = co.compare_scenarios(network, "Mumbai", "Moscow", scenarios=scenarios, **question)
    code, text, _ = run(*compare_command(comparison).arguments, "--format", "json")
    assert (code, text) == (0, comparison.to_json() + "\n")


def test_robust_again(network, run):
    robust = co.robust_routes(network, "Tehran", "Moscow", samples=60, seed=5, deadline="30 d", usd_per_day=250.5)
    code, text, _ = run(*robust_command(robust).arguments, "--format", "json")
    assert (code, text) == (0, robust.to_json() + "\n")


def test_what_a_command_cannot_say_is_told(network):
    scenario = co.Scenario("mine", "My own", disruptions=co.load_scenario("suez-blocked").disruptions)
    avoid = {"country:AZ": {"cost": 100, "time": 5}}
    front = co.find_routes(network, "Tehran", "Moscow", criteria=("cost",), scenario=scenario, avoid=avoid)
    command = routes_command(front)
    assert "mine.toml" in str(command)
    assert any("scenario mine" in line for line in command.missing)
    assert any("country:AZ" in line for line in command.missing)


def test_asking_again_with_other_words(network):
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time"), scenario="suez-blocked")
    both = front.again(also="hormuz-closed")
    direct = co.find_routes(
        network, "Mumbai", "Moscow", criteria=("cost", "time"), scenario=["suez-blocked", "hormuz-closed"]
    )
    assert both.to_json() == direct.to_json()
    assert front.again(scenario="baseline").head["scenario"] == ["baseline"]
    best = front.best_again(("cost", "time"), also="hormuz-closed")
    for name in ("cost", "time"):
        alone = front.again(criteria=[name], also="hormuz-closed")
        assert best.values[name] == alone[0].values[name]
        assert best.front(name).to_json() == alone.to_json()
    with pytest.raises(co.DataError, match=r"scenari'; did you mean 'scenario'"):
        front.again(scenari="baseline")


@pytest.mark.parametrize(
    ("weights", "method"), [({"cost": 1, "time": 9}, "weighted"), (("time", "cost"), "lexicographic"), (None, "topsis")]
)
def test_the_choice_of_a_report_is_made_again(network, run, tmp_path, weights, method):
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time"))
    asked = {"weights": weights, "method": method, "scenarios": []}
    text = front.save_report(tmp_path / "first.md", **asked).read_text()
    lines = [line for line in text.splitlines() if line.startswith("corridor-opt routes")]
    assert len(lines) == 1
    code, _, _ = run(*shlex.split(lines[0])[1:], "--report", str(tmp_path / "second.md"))
    assert code == 0
    again = (tmp_path / "second.md").read_text()
    assert lines[0][lines[0].index("--rank") :] in again
    chosen = [[line for line in one.splitlines() if "recommended" in line] for one in (text, again)]
    assert chosen[0]
    assert chosen[0] == chosen[1]
    plain = front.save_report(tmp_path / "plain.md", scenarios=[]).read_text()
    assert "--rank" not in plain


def test_a_network_of_ones_own_is_named_by_its_path(network, run, tmp_path):
    place = network.save(tmp_path / "it's mine")
    own = co.load_network(place)
    command = routes_command(co.find_routes(own, "Tehran", "Baku", criteria=("cost",)))
    assert command.missing == ()
    code, text, _ = run(*shlex.split(str(command))[1:], "--format", "json")
    assert code == 0
    assert text == co.find_routes(own, "Tehran", "Baku", criteria=("cost",)).to_json() + "\n"
    assert repr(str(place)) in command.python
    changed = own.replace(seasons=own["seasons"])
    told = routes_command(co.find_routes(changed, "Tehran", "Baku", criteria=("cost",)))
    assert "--network FILE" in str(told)
    assert any("changed in Python" in line for line in told.missing)
