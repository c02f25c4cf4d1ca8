"""Lines fit the page: tables, wrapped lines, wide letters and marks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corridor_opt as co
from corridor_opt.results.lines import Page, broken, clean, columns, on_page, padded, text_table, wrapped

LETTERS = st.text(st.sampled_from("ab -/,é北京ァ\u0301\u200dمسАрՀ"), max_size=60)


def test_wide_letters_take_two_columns_and_marks_none():
    assert columns("Moscow") == 6
    assert columns("北京") == 4
    assert columns("Ｆ") == 2
    assert columns(unicodedata.normalize("NFD", "é")) == columns("é") == 1
    assert columns("تهران") == 5
    assert columns("می\u200cخواهم") == 7
    assert padded("北京", 6) == "北京  "
    assert padded("北京", 6, right=True) == "  北京"


@given(LETTERS, st.integers(4, 40))
def test_broken_lines_fit_and_lose_nothing(text, width):
    lines = broken(text, width, "  ")
    assert all(columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_break_between_words_where_they_can():
    assert broken("GE-AZ AZ-RU sea-road-rail", 13) == ["GE-AZ AZ-RU", "sea-road-rail"]
    assert broken("azerbaijan-iran-transit-ended", 20) == ["azerbaijan-iran-", "transit-ended"]


def test_what_could_harm_a_terminal_is_taken_out_and_scripts_stay():
    assert clean("a\033[31mb\u0007\x9bc") == "a?[31mb??c"
    assert clean("\u202eabc\u2066") == "abc"
    for name in ("تهران", "می\u200cخواهم", "Երևան", "北京", "St Petersburg", "Xi'an"):
        assert clean(name) == name


@settings(deadline=None)
@given(
    st.lists(st.tuples(LETTERS, st.integers(0, 10**8), LETTERS, LETTERS), min_size=1, max_size=6), st.integers(80, 140)
)
def test_tables_fit_and_numbers_stay_whole(rows, width):
    cells = [[a, f"{n:,}", b, c] for a, n, b, c in rows]
    with on_page(Page(width=width)):
        lines = text_table(["name", "USD", "way", "what breaks it"], cells, right=(1,)).splitlines()
    assert max(map(columns, lines)) <= width
    for _, number, *_ in cells:
        assert any(number in line for line in lines)


def test_a_table_takes_no_more_room_than_it_needs():
    lines = text_table(["a", "b"], [["x", "y"]]).splitlines()
    assert lines == ["a  b", "-  -", "x  y"]


def test_pages_end_with_their_block():
    long = "word " * 60
    with on_page(Page(width=80)):
        assert max(map(len, wrapped(long).splitlines())) <= 80
    assert 95 < max(map(len, wrapped(long).splitlines())) <= 100
    assert wrapped("  inset " + long).splitlines()[1].startswith("      word")


@pytest.fixture(scope="module")
def answers(network):
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time", "risk"))
    two = co.find_routes(network, "Xi'an", "Istanbul", criteria=("cost", "time"), slack=0.05)
    robust = co.robust_routes(network, "Mumbai", "Baku", samples=40, deadline="30d")
    several = ["baseline", "hormuz-closed+suez-blocked", "zangezur-open"]
    comparison = co.compare_scenarios(network, "Mumbai", "Moscow", scenarios=several, criteria=("cost", "time"))
    return front, two, robust, comparison, front[5].explain(), front[0].explain(against=front[-1])


@settings(max_examples=20, deadline=None)
@given(width=st.integers(80, 140), drawn=st.booleans(), strips=st.none() | st.integers(0, 6))
def test_every_answer_fits_every_page(answers, width, drawn, strips):
    with on_page(Page(width=width, drawn=drawn, strips=strips)):
        for answer in answers:
            lines = str(answer).splitlines()
            assert max(map(columns, lines)) <= width, type(answer).__name__


def test_str_is_for_100_columns(answers):
    for answer in answers:
        assert 80 < max(map(columns, str(answer).splitlines())) <= 100


def test_other_letters_in_a_table_keep_it_straight(network):
    nodes = network["nodes"].copy()
    nodes.loc[nodes["id"] == "MUM", "name"] = "北京北京北京"
    front = co.find_routes(network.replace(nodes=nodes), "MUM", "Moscow", criteria="cost")
    lines = str(front[0].explain()).splitlines()
    rule = next(i for i, line in enumerate(lines) if set(line) == {"-", " "})
    row = next(line for line in lines[rule:] if "北京" in line)
    assert max(map(columns, lines[rule : rule + 8])) <= 100
    first = lines[rule].index("  ")
    assert columns(row[: row.index("  ")]) <= first
