"""Robust routes: hand-worked sums, measures, convergence, seeds and threads, what hazards may do, what is refused."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studies.checks import links
from trials import trials

import corridor_opt as co
from corridor_opt.model.hazard import Hazard
from corridor_opt.model.hazard_set import Group, HazardSet
from corridor_opt.model.waiting import levels
from corridor_opt.results.measures import QUANTITIES, STATISTICS, cvar

FAR = 4.5  # standard errors; seeds are fixed
WESTERN = ("chokepoint:hormuz", "border:AZ-IR", "border:AZ-RU")


def three(q: float = 0.3, strength: float = 0.5) -> HazardSet:
    """Three closures of one cause on the western corridor: of exponential, fixed and known length."""
    where = (
        ("strait", WESTERN[0], 4.0, "exponential"),
        ("astara", WESTERN[1], 6.0, "fixed"),
        ("samur", WESTERN[2], 2.0, "whole"),
    )
    hazards = [Hazard(name, on, days, probability=q, close=True, law=law, group="war") for name, on, days, law in where]
    return HazardSet("own", tuple(hazards), (Group("war", strength),))


def ask(network, hazards, origin="Mumbai", destination="Moscow", **question) -> co.Robust:
    return co.robust_routes(network, origin, destination, hazards=hazards, **question)


@pytest.fixture(scope="module")
def western(network) -> co.Robust:
    """All routes by Hormuz, Astara and Samur, in every world; nobody turns away."""
    return ask(network, three(), samples="exact", policy="wait", via=WESTERN, deadline="30 d")


@pytest.fixture(scope="module")
def drawn(network) -> co.Robust:
    """Mumbai-Moscow under the hazards of 2026, a few worlds."""
    return ask(network, "today", samples=60, seed=7, measures=("cost.mean", "time.cvar_90", "cost.worst", "broken"))


# --- exact worlds, summed by hand


def test_exact_worlds_are_the_sums_by_hand(western):
    """Every figure of the first route from the law of common shocks alone: .3 each, a shock of .15."""
    route, told = western[0], western.under_hazards.iloc[0]
    lengths = [levels(24 * days, law) for days, law in ((4.0, "exponential"), (6.0, "fixed"), (2.0, "whole"))]
    rest = 1 - 0.7 / 0.85
    outcomes: list[tuple[float, float]] = []  # probability, hours
    for shock, *own in itertools.product((False, True), repeat=4):
        p = (0.15 if shock else 0.85) * math.prod(rest if x else 1 - rest for x in own)
        active = [shock or x for x in own]
        choices = [values if on else (0.0,) for on, values in zip(active, lengths, strict=True)]
        for waits in itertools.product(*choices):
            outcomes.append((p / math.prod(len(c) for c in choices), route.values["time"] + sum(waits)))
    mean = math.fsum(p * x for p, x in outcomes)
    near = {"abs": 0.05}  # each wait is rounded to a minute
    assert math.fsum(p for p, _ in outcomes) == pytest.approx(1)
    assert told["time.mean"] == pytest.approx(mean, **near)
    assert told["time.sd"] == pytest.approx(math.sqrt(math.fsum(p * (x - mean) ** 2 for p, x in outcomes)), **near)
    assert told["time.worst"] == pytest.approx(max(x for _, x in outcomes), **near)
    left, tail = 0.1, 0.0
    for p, x in sorted(outcomes, key=lambda one: -one[1]):
        tail += min(p, left) * x
        left -= min(p, left)
    assert told["time.cvar_90"] == pytest.approx(tail / 0.1, **near)
    assert told["broken"] == pytest.approx(1 - 0.85 * (1 - rest) ** 3)
    assert told["unbroken"] == pytest.approx(1 - told["broken"])
    assert told["cost.worst"] == pytest.approx(route.values["cost"])
    assert told["cost.mean"] == pytest.approx(route.values["cost"])
    assert told["cost.sd"] == pytest.approx(0, abs=1e-6)
    slack = 720 - route.values["time"]
    assert slack > 0
    late = math.fsum(p for p, x in outcomes if x > 720)
    assert 0 < late < 1
    assert told["late"] == pytest.approx(late, abs=1e-9)
    assert told["on_time"] == pytest.approx(1 - late)


def test_waiting_takes_the_plan_and_the_expected_delay(western):
    """Groups change nothing in the mean: q x mean rest of each hazard on the way, and no more."""
    delay = 0.3 * 24 * (4.0 + 6.0 / 2 + 2.0)
    assert western.met.all()
    for route, mean in zip(western, western.under_hazards["time.mean"], strict=True):
        assert mean == pytest.approx(route.values["time"] + delay, abs=0.05)


def test_the_delay_of_find_routes_is_the_mean_wait(network):
    """The criterion `delay` of a route, counted once a hazard, is what waiting adds to its plan in the mean."""
    hazards = load("hormuz-closed", "iran-azerbaijan-border", "azerbaijan-russia-border")
    robust = ask(network, hazards, samples="exact", policy="wait")
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time", "delay"), hazards=hazards)
    delays = {frozenset(links(route)): route.values["delay"] for route in front}
    same = 0
    for route, mean in zip(robust, robust.under_hazards["time.mean"], strict=True):
        delay = delays.get(frozenset(links(route)))
        if delay is not None:
            assert mean - route.values["time"] == pytest.approx(delay, abs=0.05)
            same += delay > 1
    assert same >= 2


def load(*names: str) -> HazardSet:
    return co.load_hazards("today").only(*names)


@pytest.mark.parametrize("policy", ["wait", "detour"])
def test_drawn_worlds_converge_to_the_enumeration(network, western, policy):
    """Within the confidence interval with the group, far outside of it without."""
    many = 1500
    question = {"policy": policy, "via": WESTERN, "deadline": "30 d"}
    told = ask(network, three(), samples=many, seed=7, **question)
    exact = western if policy == "wait" else ask(network, three(), samples="exact", **question)
    alone = ask(network, three().ungrouped(), samples="exact", **question)
    rows = [
        {frozenset(links(route)): row for route, row in zip(one, one.under_hazards.to_dict("records"), strict=True)}
        for one in (told, exact, alone)
    ]
    common = set(rows[0]) & set(rows[1]) & set(rows[2])
    assert common
    for way in common:
        one, truth, other = (row[way] for row in rows)
        error = FAR * math.sqrt(truth["broken"] * (1 - truth["broken"]) / many)
        assert abs(one["broken"] - truth["broken"]) <= error
        assert abs(one["broken"] - other["broken"]) > error, "grouping was ignored"
        for quantity in ("time", "cost"):
            error = FAR * truth[f"{quantity}.sd"] / math.sqrt(many) + 1e-6
            assert abs(one[f"{quantity}.mean"] - truth[f"{quantity}.mean"]) <= error
        assert one["time.cvar_90"] == pytest.approx(truth["time.cvar_90"], rel=0.05)
        assert one["late"] == pytest.approx(truth["late"], abs=FAR * 0.5 / math.sqrt(many))


# --- measures


def test_cvar_by_hand():
    """Ten, twenty and forty at 1/2, 3/10, 1/5: the worst tenth is 40, the worst half is (8 + 6) / 0.5."""
    values, weight = np.array([[10.0], [40.0], [20.0]]), np.array([0.5, 0.2, 0.3])
    assert cvar(values, weight, 0.9) == pytest.approx([40])
    assert cvar(values, weight, 0.8) == pytest.approx([40])
    assert cvar(values, weight, 0.5) == pytest.approx([(0.2 * 40 + 0.3 * 20) / 0.5])
    assert cvar(values, weight, 0.75) == pytest.approx([(0.2 * 40 + 0.05 * 20) / 0.25]), "a world that counts in part"
    assert cvar(values, weight, 1e-9) == pytest.approx([19])


@settings(max_examples=trials(60), deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0.01, 1)), min_size=1, max_size=12),
    st.lists(st.floats(0.001, 0.999), min_size=2, max_size=5),
)
def test_cvar_grows_with_alpha_from_the_mean_to_the_worst(worlds, alphas):
    values = np.array([[x] for x, _ in worlds])
    weight = np.array([w for _, w in worlds])
    weight /= weight.sum()
    slack = 1e-9 * (1 + np.abs(values).max())
    told = [float(cvar(values, weight, alpha)[0]) for alpha in sorted(alphas)]
    assert all(a <= b + slack * 1e3 for a, b in itertools.pairwise(told))
    assert float(weight @ values[:, 0]) - slack <= told[0]
    assert told[-1] <= values.max() + slack * 1e3


def test_measures_hang_together(drawn):
    frame = drawn.under_hazards
    for quantity in QUANTITIES:
        of = {statistic: frame[f"{quantity}.{statistic}"].to_numpy() for statistic in STATISTICS}
        assert (of["mean"] <= of["cvar_90"] + 1e-6).all()
        assert (of["cvar_90"] <= of["cvar_95"] + 1e-6).all()
        assert (of["cvar_95"] <= of["worst"] + 1e-6).all()
        assert (of["regret_mean"] >= 0).all()
        assert (of["regret_mean"] <= of["regret_max"] + 1e-9).all()
        assert np.allclose(of["cvar_90"], drawn.cvar(quantity, 0.9))
    assert frame["cost.mean"].is_monotonic_increasing


def test_no_regret_is_negative_and_the_best_of_a_world_has_none(drawn):
    """Unclipped: what a plan comes to under either policy is no better than the best of the world with foresight."""
    for outcome in drawn.outcome.values():
        together = outcome[..., 0] + outcome[..., 1] * drawn.usd_per_day / 24
        assert (outcome >= drawn.least[:, None, :2] - 1e-6).all()
        assert (together >= drawn.least[:, [2]] - 0.05).all()


def test_the_best_of_the_only_world_has_no_regret(network):
    one = load("iran-azerbaijan-border").replace("iran-azerbaijan-border", probability=1.0, law="whole")
    robust = ask(network, one, samples="exact", policy="wait")
    best = robust.under_hazards.iloc[robust.recommendation.route]
    assert best["generalised.regret_max"] == pytest.approx(0, abs=0.05)
    assert robust.under_hazards["cost.regret_max"].min() == pytest.approx(0, abs=1e-6)
    told = robust.value_of_information
    assert told["commit"]["usd"] == pytest.approx(told["foresight"]["usd"], abs=0.05), "there is no news to come"


def test_foresight_turning_and_committing_are_ordered(network):
    """By enumeration, where the rest of a closure has its mean exactly; drawn lengths may be off by chance."""
    robust = ask(network, load("hormuz-closed", "iran-azerbaijan-border", "chabahar-waiver-ended"), samples="exact")
    told = robust.value_of_information
    assert told["foresight"]["usd"] <= told["re-route"]["usd"] + 0.05 <= told["commit"]["usd"] + 0.1
    assert told["news"]["usd"] >= told["flexibility"]["usd"] - 0.05
    assert told["flexibility"]["days"] == pytest.approx(told["flexibility"]["usd"] / robust.usd_per_day, abs=1e-3)


def test_no_route_kept_is_beaten(drawn):
    values = drawn.under_hazards[list(drawn.measures)].round(6).to_numpy()
    for i, j in itertools.permutations(range(len(values)), 2):
        beaten = (values[j] <= values[i]).all() and (values[j] < values[i]).any()
        assert not beaten or i == drawn.recommendation.route


@pytest.mark.parametrize(
    "rule", ["generalised.mean", "generalised.cvar_90", "time.worst", "cost.regret_mean", "broken"]
)
def test_the_recommended_route_is_least_in_its_rule(drawn, rule):
    told = drawn.recommend(rule)
    column = drawn.under_hazards[rule]
    assert column[told.route] == pytest.approx(column.min())
    assert told.reason.startswith("least ")


def test_what_breaks_a_route_lies_on_it(network, drawn):
    names = drawn.worlds.hazards.names
    for number, broken in enumerate(drawn.breaks):
        assert [p for _, p in broken] == sorted((p for _, p in broken), reverse=True)
        assert all(drawn.met[number, names.index(name)] for name, _ in broken)
        assert drawn.under_hazards["broken"][number] == 0 or broken


# --- seeds, threads, sets


def test_same_seed_same_bytes_on_any_number_of_threads(network):
    asked = {"samples": 70, "seed": 7, "deadline": "40 d"}
    first = ask(network, "today", threads=1, **asked).to_json()
    assert ask(network, "today", threads=2, **asked).to_json() == first
    other = ask(network, "today", threads=1, samples=70, seed=8, deadline="40 d")
    assert other.to_json() != first
    assert ask(network, "2022", threads=1, **asked).to_json() != first


def test_a_hazard_of_rate_0_changes_nothing(network):
    """Nor does one that no route can meet: not a number of the answer."""
    idle = Hazard("idle", "border:AZ-IR", 30.0, per_year=0.0, close=True)
    far = Hazard("far", "border:CN-MN", 30.0, per_year=1.0, close=True)
    today = load("hormuz-closed", "iran-azerbaijan-border", "iran-sea-blockade", "chabahar-waiver-ended")
    more = HazardSet("own", (idle, *today.hazards), today.groups)
    plain, with_idle = (ask(network, one, samples=80, seed=3) for one in (today, more))
    assert plain.under_hazards.equals(with_idle.under_hazards)
    assert [links(r) for r in plain] == [links(r) for r in with_idle]
    assert plain.value_of_information == with_idle.value_of_information
    assert plain.recommendation == with_idle.recommendation
    front, idle_front = (
        co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "risk"), hazards=one) for one in (today, more)
    )
    assert front.values.equals(idle_front.values)
    remote = HazardSet("own", (*today.hazards, far), today.groups)
    away = {"samples": 80, "seed": 3, "destination": "Tehran", "exclude": ["country:CN", "country:RU"]}
    assert ask(network, today, **away).under_hazards.equals(ask(network, remote, **away).under_hazards)


def test_without_hazards_plans_come_true(network):
    for hazards, samples in (("none", 20), ("none", "exact")):
        robust = ask(network, hazards, samples=samples)
        frame = robust.under_hazards
        assert len(robust.worlds) == 1
        assert (frame["broken"] == 0).all()
        for route, row in zip(robust, frame.to_dict("records"), strict=True):
            assert row["cost.mean"] == pytest.approx(route.values["cost"])
            assert row["cost.worst"] == pytest.approx(route.values["cost"])
            assert row["time.mean"] == pytest.approx(route.values["time"])
        front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time"), hazards="none")
        assert robust.candidates == len(front)


PAIRS = (("Mumbai", "Moscow"), ("Xi'an", "Duisburg"), ("Tehran", "Tbilisi"))
TODAY = co.load_hazards("today").names


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(PAIRS), st.sets(st.sampled_from(TODAY), min_size=1, max_size=12), st.data())
def test_adding_a_hazard_never_lowers_risk(network, pair, names, data):
    """On any route of cost and time, whatever group the newcomer joins; nor the least risk of the pair."""
    added = data.draw(st.sampled_from([name for name in TODAY if name not in names]))
    sets = [load(*sorted(one)) for one in (names, {*names, added})]
    for criteria in (("cost", "time"), ("risk",)):
        fewer, more = (co.find_routes(network, *pair, hazards=one, criteria=criteria) for one in sets)
        assert len(fewer) == len(more)
        for before, after in zip(fewer, more, strict=True):
            assert criteria == ("risk",) or links(before) == links(after)
            assert after.values["risk"] >= before.values["risk"] - 1e-5


# --- what is refused


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"samples": 0}, "samples"),
        ({"samples": -5}, "samples"),
        ({"samples": 2.5}, "samples"),
        ({"samples": "all"}, "samples"),
        ({"seed": -1}, "seed"),
        ({"policy": "detuor"}, "did you mean 'detour'"),
        ({"measures": ("cost.meen",)}, "did you mean 'cost.mean'"),
        ({"measures": ()}, "measures"),
        ({"measures": "cost.mean"}, "measures"),
        ({"deadline": "soon"}, "deadline"),
        ({"usd_per_day": -1}, "usd_per_day"),
        ({"usd_per_day": math.nan}, "usd_per_day"),
        ({"criteria": ("cost",)}, "criteria"),
        ({"hazards": "tody"}, "today"),
        ({"hazards": 5}, "hazards"),
        ({"threads": 0}, "threads"),
    ],
)
def test_a_bad_word_is_one_clear_error(network, asked, said):
    with pytest.raises(co.CorridorError) as caught:
        co.robust_routes(network, "Mumbai", "Moscow", **{"samples": 5, **asked})
    assert said in str(caught.value)
    assert len(getattr(caught.value, "faults", ())) <= 1


def test_every_fault_is_told_at_once(network):
    bad = Hazard("bad", "border:AZ-XX", -3.0, probability=1.5, close=True, group="wra")
    with pytest.raises(co.DataError) as caught:
        co.robust_routes(
            network, "Mumbay", "Moscow", hazards=HazardSet("own", (bad, bad)), samples=0, seed=-1,
            policy="run", measures=("cost.meen",), deadline="soon", usd_per_day=-1,
        )  # fmt: skip
    told = "\n".join(caught.value.faults)
    words = ("Mumbay", "AZ-XX", "-3", "1.5", "wra", "two hazards", "samples", "seed", "run", "meen", "soon", "usd_per")
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 1.5, 90, math.nan, True, "0.9", None])
def test_alpha_lies_between_0_and_1(drawn, alpha):
    with pytest.raises(co.DataError, match="alpha"):
        drawn.cvar("time", alpha)


def test_unknown_quantity_and_rule(drawn):
    with pytest.raises(co.DataError, match="did you mean 'time'"):
        drawn.cvar("tme", 0.9)
    with pytest.raises(co.DataError, match="did you mean 'broken'"):
        drawn.recommend("brokn")
    with pytest.raises(co.DataError, match="no deadline"):
        drawn.recommend("late")


def test_parameters_without_a_value_of_time_are_told(network):
    rows = network["parameters"]
    bare = network.replace(parameters=rows[rows["subject"] != "value-of-time"])
    with pytest.raises(co.DataError, match="no value-of-time, share_of_value_per_day: give usd_per_day"):
        co.robust_routes(bare, "Mumbai", "Baku", samples=5)
    assert len(co.robust_routes(bare, "Mumbai", "Baku", samples=5, usd_per_day=500)) > 0
