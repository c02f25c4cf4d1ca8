"""The embedded network against what others published: benchmarks/fidelity says how each row is asked."""

from __future__ import annotations

import csv
import functools
import math
import random
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import corridor_opt as co
from benchmarks.fidelity import fit as fitting
from benchmarks.fidelity.__main__ import PAGE, answers, fitted_numbers, lines
from benchmarks.fidelity.asked import Answer, World, causes, published, questions
from benchmarks.fidelity.page import FAR, Line, page, score, share

ROOT = Path(__file__).resolve().parents[2]
LEAST = 0.85  # of the rows that count lie within their tolerance


@functools.cache
def asked() -> tuple[Line | Answer, ...]:
    """All questions, searched once."""
    return tuple(answers())


@functools.cache
def answered() -> tuple[Line, ...]:
    """All answers."""
    return tuple(lines(asked()))


def within(kind: str = "") -> float:
    """Share of the rows that count."""
    good, count = share(score(answered(), kind))
    return good / count


def test_every_published_row_is_asked_or_says_why_not():
    assert set(questions()) == set(published())


def test_a_misspelt_word_in_a_question_is_an_error(monkeypatch):
    from benchmarks.fidelity import asked as module

    monkeypatch.setattr(module, "_file", lambda: {"V01": {"ask": {"from": "Mumbai", "too": "Moscow"}}})
    with pytest.raises(ValueError, match="too"):
        module.questions()


def test_most_rows_are_within_their_tolerance():
    assert within() >= LEAST, [line.row.row_id for line in score(answered()) if not line.fits]


def test_rows_kept_out_do_about_as_well_as_fitted_ones():
    counts = {kind: len(score(answered(), kind)) for kind in ("fitted", "kept out")}
    assert 0.25 <= counts["kept out"] / sum(counts.values()) <= 0.42
    assert within("kept out") >= within("fitted") - 0.10


def test_the_network_still_gives_back_what_was_put_in():
    inputs = [line for line in answered() if line.kind == "input" and line.value is not None]
    assert len(inputs) > 8
    assert [line.row.row_id for line in inputs if not line.fits] == []


def test_a_row_far_off_has_a_cause():
    far = {line.row.row_id for line in score(answered()) if abs(line.ratio - 1) > FAR}
    assert far <= set(causes()), far - set(causes())
    assert set(causes()) <= far, "a cause that nobody needs any more"


def test_no_number_was_fitted_on_a_row_kept_out_or_on_an_input():
    rows, asked_of = published(), questions()
    with fitting.table().open(encoding="utf-8", newline="") as file:
        notes = [row["note"] for row in csv.DictReader(file) if row["source"] == fitting.SOURCE]
    assert len(notes) > 20
    for note in notes:
        named = re.match(r"fitted on ((?:[VP]\d+[a-z]? ?)+);", note)
        assert named, note
        for row_id in named[1].split():
            assert not rows[row_id].held_out
            assert rows[row_id].use == "acceptance"
            assert "ask" in asked_of[row_id]
            assert "input" not in asked_of[row_id]


def test_fitted_numbers_stay_between_their_bounds():
    for number in fitting.read():
        assert number.low <= number.value <= number.high, number


def test_values_of_routes_are_sums_of_what_is_fitted():
    """The fit takes values as affine in each number (in 1/x for a speed): held against the library itself."""
    numbers = fitting.read()[::3]
    chosen = [one for one in asked() if isinstance(one, Answer)][::9]
    ways = [way for answer in chosen for way in answer.ways.values() if way.measure != "speed"]
    sums = fitting.Sums(ways, numbers)
    chance = random.Random(4)
    x = np.array([math.exp(chance.uniform(math.log(number.low), math.log(number.high))) for number in numbers])
    world = World({number.key: value for number, value in zip(numbers, x, strict=True)})
    assert sums.values(x) == pytest.approx([way.value(world) for way in ways], rel=1e-6)


def test_the_page_is_what_the_network_answers():
    assert PAGE.read_text(encoding="utf-8") == page(answered(), fitted_numbers(), causes())


# --- orderings


def least(criterion: str, start: str, end: str, *, shipment: str = "1xFEU", **words: object) -> float:
    """Least value of a criterion."""
    network = co.load_network(as_of=str(words.pop("as_of", "2026")))
    box = co.Shipment(shipment, service=str(words.pop("service", "ordinary")))
    return co.find_routes(network, start, end, shipment=box, criteria=(criterion,), **words)[0].values[criterion]  # type: ignore[arg-type]


def options(metric: str, rows: Sequence[str]) -> dict[str, float]:
    """Answers to some rows."""
    return {line.row.row_id: line.value for line in answered() if line.row.row_id in rows and line.value is not None}


def test_sea_and_rail_is_the_fastest_of_four_and_suez_the_cheapest():
    hours = options("time", ("V01", "V03", "V05", "V07"))
    money = options("cost", ("V02", "V04", "V06", "V08"))
    assert min(hours, key=hours.__getitem__) == "V05", hours
    assert min(money, key=money.__getitem__) == "V08", money


def test_the_railway_beats_poti_and_the_sea_from_alat_to_mersin():
    asked_for = {"as_of": "2022", "prices": 2018, "shipment": "1xTEU"}
    rail = {"exclude": ["mode:road", "mode:sea", "country:AM"]}
    sea = {"via": ["Poti"], "exclude": ["mode:road", "border:GE-TR", "country:AM"]}
    for criterion in ("cost", "time"):
        assert least(criterion, "Alat", "Mersin", **asked_for, **rail) < least(
            criterion, "Alat", "Mersin", **asked_for, **sea
        )


@pytest.mark.parametrize("end", ["Ordubad", "Julfa", "Nakhchivan"])
def test_zangezur_is_shorter_than_the_aras_bypass(end):
    north = least("distance", "Aghband", end, scenario="zangezur-open", exclude=["country:IR"])
    south = least("distance", "Aghband", end, scenario="aras-open", exclude=["country:AM"])
    assert north < south


@pytest.mark.parametrize("service", ["ordinary", "block-train"])
@pytest.mark.parametrize("as_of", ["2022", "2026"])
def test_the_northern_route_beats_the_middle_corridor_on_time(as_of, service):
    north = least("time", "Xi'an", "Duisburg", as_of=as_of, service=service, via=["Brest"])
    middle = least(
        "time", "Xi'an", "Duisburg", as_of=as_of, service=service, via=["Alat"], exclude=["country:RU", "country:IR"]
    )
    assert north < middle


def test_the_command_says_what_it_does():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.fidelity", "V60"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "V60" in done.stdout
    assert "162.0" in done.stdout
