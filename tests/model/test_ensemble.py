"""Worlds drawn and enumerated: the law of common shocks, lengths of closures, seeds, and what is refused."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor_opt as co
from corridor_opt.model.ensemble import Ensemble, draw_worlds, enumerate_worlds
from corridor_opt.model.hazard import Hazard
from corridor_opt.model.hazard_set import Group, HazardSet
from corridor_opt.model.selector import Selector
from corridor_opt.model.waiting import LAWS, LEVELS, levels, mean_rest

SAMPLES = 4000
FAR = 4.5  # standard errors; seeds are fixed


PLAIN = {"selector": "border:AZ-IR", "mean_days": 1.0, "delay_hours": 1.0}


def met(name: str, chance: float, **more) -> Hazard:
    """A hazard that delays, met with a given probability."""
    return Hazard(**{"name": name, **PLAIN, "probability": chance, **more})


def set_of(*hazards: Hazard, **groups: float) -> HazardSet:
    """A set with groups and their strengths."""
    return HazardSet("own", hazards, tuple(Group(name, strength) for name, strength in groups.items()))


THREE = set_of(met("a", 0.2, group="war"), met("b", 0.5, group="war"), met("c", 0.3, group="war"), war=0.5)


def chance_of(worlds: Ensemble, *names: str) -> float:
    """Probability that all of some hazards are active."""
    columns = [worlds.hazards.names.index(name) for name in names]
    return float(worlds.weight @ (worlds.state[:, columns] > 0).all(axis=1))


def any_of(worlds: Ensemble) -> float:
    """Probability that something is active."""
    return float(worlds.weight @ (worlds.state > 0).any(axis=1))


# --- the law


def test_common_shocks_by_hand():
    """q = .2, .5, .3 and a shock of .5 x .2 = .1: each keeps its q; two meet in the shock or each by its own rest."""
    worlds = enumerate_worlds(THREE)
    assert len(worlds) == 8
    assert worlds.weight.sum() == pytest.approx(1)
    for name, q in (("a", 0.2), ("b", 0.5), ("c", 0.3)):
        assert chance_of(worlds, name) == pytest.approx(q)
    rest = {"a": 1 - 0.8 / 0.9, "b": 1 - 0.5 / 0.9, "c": 1 - 0.7 / 0.9}
    for x, y in itertools.combinations("abc", 2):
        assert chance_of(worlds, x, y) == pytest.approx(0.1 + 0.9 * rest[x] * rest[y])
    assert chance_of(worlds, "a", "b", "c") == pytest.approx(0.1 + 0.9 * math.prod(rest.values()))
    assert any_of(worlds) == pytest.approx(1 - 0.9 * math.prod(1 - q for q in rest.values()))


def test_a_group_of_full_strength_and_one_of_none():
    equal = set_of(met("a", 0.3, group="war"), met("b", 0.3, group="war"), war=1.0)
    assert chance_of(enumerate_worlds(equal), "a", "b") == pytest.approx(0.3), "they happen together or not at all"
    assert len(enumerate_worlds(equal)) == 2
    none = set_of(met("a", 0.3, group="war"), met("b", 0.3, group="war"), war=0.0)
    assert chance_of(enumerate_worlds(none), "a", "b") == pytest.approx(0.09)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=4), st.floats(0, 1))
def test_grouping_keeps_each_chance_and_makes_company_likelier(chances, strength):
    names = "abcd"[: len(chances)]
    grouped = set_of(*(met(n, q, group="war") for n, q in zip(names, chances, strict=True)), war=strength)
    worlds, alone = enumerate_worlds(grouped), enumerate_worlds(grouped.ungrouped())
    assert worlds.weight.sum() == pytest.approx(1)
    assert (worlds.weight > 0).all()
    for name, q in zip(names, chances, strict=True):
        assert chance_of(worlds, name) == pytest.approx(q, abs=1e-9)
    for x, y in itertools.combinations(names, 2):
        assert chance_of(worlds, x, y) >= chance_of(alone, x, y) - 1e-9
    assert any_of(worlds) <= any_of(alone) + 1e-9


def test_worlds_without_chance_are_left_out():
    worlds = enumerate_worlds(set_of(met("a", 1.0), met("b", 0.25), met("c", 0.0)))
    assert len(worlds) == 2
    assert worlds.state[:, 0].tolist() == [1, 1]
    assert not worlds.state[:, 2].any()


def test_hazards_kept_follow_the_law_of_the_whole_set():
    """The least of a group's chances may be one that is out of play: the shock remains what it was."""
    rare = set_of(met("a", 0.3, group="war"), met("b", 0.3, group="war"), met("c", 0.02, group="war"), war=1.0)
    whole, kept = enumerate_worlds(rare), enumerate_worlds(rare, keep=np.array([True, True, False]))
    assert chance_of(kept, "a", "b") == pytest.approx(chance_of(whole, "a", "b"))
    assert chance_of(kept, "a", "b") < 0.12, "not 0.3, as a group of the two alone would have"
    assert not kept.state[:, 2].any()
    drawn = draw_worlds(rare, SAMPLES, 3, keep=np.array([True, True, False]))
    assert chance_of(drawn, "a", "b") == pytest.approx(
        chance_of(kept, "a", "b"), abs=FAR * math.sqrt(0.11 * 0.89 / SAMPLES)
    )


# --- drawn worlds


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_drawn_worlds_converge_to_the_enumeration_and_not_to_independent_hazards(seed):
    """Each figure lies within its confidence interval of the exact one; without the group two of them would not."""
    drawn, exact, alone = (
        draw_worlds(THREE, SAMPLES, seed),
        enumerate_worlds(THREE),
        enumerate_worlds(THREE.ungrouped()),
    )
    assert drawn.weight.sum() == pytest.approx(1)

    def near(told: float, truth: float) -> bool:
        return abs(told - truth) <= FAR * math.sqrt(truth * (1 - truth) / SAMPLES)

    for names in ("a", "b", "c", "ab", "ac", "bc", "abc"):
        assert near(chance_of(drawn, *names), chance_of(exact, *names)), names
    assert near(any_of(drawn), any_of(exact))
    assert not near(chance_of(drawn, *"abc"), chance_of(alone, *"abc")), "grouping was ignored"
    assert not near(any_of(drawn), any_of(alone)), "grouping was ignored"


def test_lengths_are_equally_likely_and_independent_of_what_is_active():
    closing = set_of(met("a", 0.5, delay_hours=0.0, close=True), met("b", 0.5))
    drawn = draw_worlds(closing, SAMPLES, 5)
    share = [float(drawn.weight @ (drawn.state[:, 0] == level)) for level in range(1, LEVELS + 1)]
    assert np.allclose(share, 0.5 / LEVELS, atol=FAR * math.sqrt(0.05 * 0.95 / SAMPLES))
    assert set(np.unique(drawn.state[:, 1])) == {0, 1}, "what does not close has no length"
    both = float(drawn.weight @ ((drawn.state[:, 0] > 5) & (drawn.state[:, 1] > 0)))
    assert both == pytest.approx(0.125, abs=FAR * math.sqrt(0.125 * 0.875 / SAMPLES))
    hours = drawn.rest_hours()
    assert drawn.weight @ hours[:, 0] == pytest.approx(0.5 * 24, rel=0.1)
    assert not hours[:, 1].any()


def test_seeds():
    def bytes_of(worlds: Ensemble) -> bytes:
        return worlds.state.tobytes() + worlds.weight.tobytes()

    assert bytes_of(draw_worlds(THREE, 3000, 7)) == bytes_of(draw_worlds(THREE, 3000, 7))
    assert bytes_of(draw_worlds(THREE, 3000, 7)) != bytes_of(draw_worlds(THREE, 3000, 8))
    other = THREE.replace("a", probability=0.25)
    assert bytes_of(draw_worlds(THREE, 3000, 7)) != bytes_of(draw_worlds(other, 3000, 7))
    assert len(draw_worlds(THREE, 3000, 7)) <= 8, "equal worlds are put together"


def test_a_hazard_of_rate_0_and_one_out_of_play_leave_the_others_as_they_were():
    """Each hazard has a stream of its own: before and after a change the same worlds are compared."""
    idle = HazardSet("own", (met("zero", 0.0, close=True, delay_hours=0.0), *THREE.hazards), THREE.groups)
    plain, more = draw_worlds(THREE, 2000, 1), draw_worlds(idle, 2000, 1)
    assert np.array_equal(more.state[:, 1:], plain.state)
    assert np.array_equal(more.weight, plain.weight)
    assert not more.state[:, 0].any()
    exact = enumerate_worlds(idle)
    assert np.array_equal(exact.state[:, 1:], enumerate_worlds(THREE).state)
    assert np.array_equal(exact.weight, enumerate_worlds(THREE).weight)
    added = HazardSet("own", (*THREE.hazards, met("d", 0.5)), THREE.groups)
    seen = draw_worlds(added, 2000, 1)
    for name in "abc":
        assert chance_of(seen, name) == pytest.approx(chance_of(plain, name), abs=1e-12)
    kept = draw_worlds(added, 2000, 1, keep=np.array([True, True, True, False]))
    assert np.array_equal(kept.state[:, :3], plain.state)


def test_seasons():
    """In its months a hazard of two events a year strikes as often as one of eight does all the year."""
    winter = set_of(Hazard("snow", "border:AZ-IR", 5.0, per_year=2.0, months="12-2", close=True))
    assert any_of(enumerate_worlds(winter, month=7)) == 0
    ratio = 8 * 5 / 365
    assert any_of(enumerate_worlds(winter, month=1)) == pytest.approx(ratio / (1 + ratio))
    ratio = 2 * 5 / 365
    assert any_of(enumerate_worlds(winter)) == pytest.approx(ratio / (1 + ratio))


# --- lengths


@settings(max_examples=80, deadline=None)
@given(st.floats(0.01, 10_000), st.sampled_from(LAWS), st.floats(0.05, 3), st.integers(1, 30))
def test_levels_are_ascending_and_have_the_mean_of_the_law(mean, law, spread, count):
    told = levels(mean, law, spread, count)
    assert len(told) == count
    assert all(a <= b * (1 + 1e-9) for a, b in itertools.pairwise(told))
    assert told[0] >= 0
    assert sum(told) / count == pytest.approx(mean_rest(mean, law, spread), rel=1e-6)


def test_rests_by_hand():
    assert levels(10, "fixed", count=2) == pytest.approx((2.5, 7.5)), "uniform on 0 to 10"
    assert levels(10, "whole", count=3) == (10, 10, 10), "met on its first day"
    half = math.log(2)
    assert levels(1, "exponential", count=2) == pytest.approx((1 - half, 1 + half)), "parted at the median"
    assert mean_rest(10, "lognormal", 1.0) == mean_rest(10, "exponential") == mean_rest(10, "whole") == 10
    assert mean_rest(10, "fixed") == 5
    assert mean_rest(10, "lognormal", 2.0) == 25, "long closures are met more often"


@pytest.mark.parametrize(("law", "draw"), [("exponential", "exponential"), ("lognormal", "lognormal")])
def test_the_rest_of_a_closure_is_what_a_chance_arrival_meets(law, draw):
    """Closures drawn one after the other, arrivals at random on them: the inspection paradox, seen."""
    rng = np.random.default_rng(0)
    sigma = math.sqrt(math.log(2))  # coefficient of variation 1
    many = 200_000
    length = rng.exponential(1.0, many) if draw == "exponential" else rng.lognormal(-(sigma**2) / 2, sigma, many)
    ends = np.cumsum(length)
    arrival = rng.uniform(0, ends[-1], many)
    rest = ends[np.searchsorted(ends, arrival)] - arrival
    assert rest.mean() == pytest.approx(mean_rest(1.0, law, 1.0), rel=0.05)
    tenths = np.quantile(rest, np.arange(1, 10) / 10)
    parts = [part.mean() for part in np.split(np.sort(rest), np.searchsorted(np.sort(rest), tenths))]
    assert parts[:9] == pytest.approx(levels(1.0, law, 1.0)[:9], rel=0.05)


def test_what_is_met_on_its_first_day_makes_one_world():
    event = set_of(met("event", 1.0, mean_days=3.7, delay_hours=0.0, close=True, law="whole"))
    worlds = enumerate_worlds(event)
    assert worlds.rest_hours().tolist() == [[pytest.approx(24 * 3.7)]]
    assert len(draw_worlds(event, 100, 0)) == 1


# --- what is refused


@pytest.mark.parametrize("samples", [0, -1, 1_000_001, 2.5, True, None, "many"])
def test_samples_that_cannot_be_drawn(samples):
    with pytest.raises(co.DataError, match="samples"):
        draw_worlds(THREE, samples, 0)


@pytest.mark.parametrize("seed", [-1, 1.5, True, None, "x"])
def test_seeds_that_are_none(seed):
    with pytest.raises(co.DataError, match="seed"):
        draw_worlds(THREE, 10, seed)


def test_both_are_told_at_once():
    with pytest.raises(co.DataError) as caught:
        draw_worlds(THREE, 0, -1)
    assert len(caught.value.faults) == 2


def test_too_many_worlds_are_not_enumerated():
    with pytest.raises(co.DataError, match="draw them"):
        enumerate_worlds(set_of(*(met(f"h{i}", 0.1) for i in range(20))))
    closing = {"delay_hours": 0.0, "close": True}
    with pytest.raises(co.DataError, match="lengths"):
        enumerate_worlds(set_of(*(met(f"h{i}", 0.1, **closing) for i in range(6))))


FAULTY = {
    "probability over 1": ({"probability": 1.5}, "a probability from 0 to 1"),
    "negative probability": ({"probability": -0.1}, "a probability from 0 to 1"),
    "negative rate": ({"per_year": -1.0}, "a rate from 0"),
    "no number": ({"per_year": math.nan}, "a rate from 0"),
    "negative length": ({"mean_days": -3.0}, "mean_days"),
    "no length": ({"mean_days": 0.0}, "mean_days"),
    "unknown law": ({"law": "expnential"}, "did you mean 'exponential'"),
    "unknown group": ({"group": "wra"}, "no group 'wra'"),
    "negative delay": ({"delay_hours": -5.0}, "delay_hours"),
    "does nothing": ({"delay_hours": 0.0}, "it does nothing"),
    "closes and delays": ({"close": True}, "close stands alone"),
    "unknown source": ({"sources": ("R2444",)}, "no source"),
    "unknown place": ({"selector": "border:AZ-XX"}, "no border"),
    "matches nothing": ({"selector": Selector({"border": ("AZ-IR",), "mode": ("ferry",)})}, "matches nothing"),
    "months": ({"months": "13-15"}, "months"),
    "range": ({"probability": 0.5, "low": 0.6, "high": 0.9}, "low <="),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_hazard_is_told(network, case):
    changes, said = FAULTY[case]
    chance = {} if "per_year" in changes else {"probability": 0.1}
    members = (met("y", 0.1, group="war"), met("z", 0.1, group="war"))
    wrong = set_of(Hazard(**{"name": "a", **PLAIN, **chance, **changes}), *members, war=0.5)
    with pytest.raises(co.ScenarioError) as caught:
        wrong.check(network)
    assert len(caught.value.faults) == 1
    assert said in caught.value.faults[0]


def test_every_fault_of_a_set_is_told_at_once(network):
    wrong = HazardSet(
        "own",
        (
            met("a", 1.5, group="wra"),
            met("a", 0.1),
            Hazard("b", "border:AZ-IR", -3.0, per_year=1.0, close=True),
        ),
        (Group("war", 2.0), Group("war", 0.5)),
    )
    with pytest.raises(co.ScenarioError) as caught:
        wrong.check(network)
    told = "\n".join(caught.value.faults)
    words = ("two hazards are called 'a'", "two groups are called 'war'", "1.5", "'wra'", "strength", "mean_days")
    for word in (*words, "fewer than two hazards"):
        assert word in told
    assert len(caught.value.faults) == 8, "neither group has members"
