"""Whatever a planner mistypes: one clear error that lists every fault, the right exit code, no traceback."""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from pathlib import Path

import pandas as pd
import pytest

import corridor_opt as co

ASKED = ("routes", "Mumbai", "Moscow")


@pytest.fixture
def refused(run):
    """A call that must be refused as bad input: what is said on stderr, with nothing on stdout."""

    def call(*words, code=2):
        got, out, err = run(*words)
        assert (got, out) == (code, ""), err
        assert err.startswith("corridor-opt"), err
        assert "Traceback" not in err
        return err

    return call


# --- one misspelt word: named, with the nearest known one

MISSPELT = {
    "origin": (("routes", "Mumbay", "Moscow"), "'Mumbay'", "'Mumbai'"),
    "destination": (("routes", "Mumbai", "Moscov"), "'Moscov'", "'Moscow'"),
    "via place": ((*ASKED, "--via", "Teheran City"), "'Teheran City'", "'Tehran'"),
    "via selector": ((*ASKED, "--via", "chokepoint:suz"), "'suz'", "'suez'"),
    "scenario": ((*ASKED, "--scenario", "hormus-closed"), "'hormus-closed'", "'hormuz-closed'"),
    "second of a stack": ((*ASKED, "--scenario", "suez-blocked+hormus-closed"), "'hormus-closed'", "'hormuz-closed'"),
    "criterion": ((*ASKED, "--criteria", "cost,tme"), "'tme'", "'time'"),
    "capital criterion": ((*ASKED, "--criteria", "Cost"), "'Cost'", "'cost'"),
    "mode": ((*ASKED, "--exclude", "mode:rial"), "'rial'", "'rail'"),
    "unknown mode": ((*ASKED, "--exclude", "mode:spaceship"), "'spaceship'", "rail"),
    "country": ((*ASKED, "--exclude", "country:IRN"), "'IRN'", "'IR'"),
    "unknown country": ((*ASKED, "--exclude", "country:XQ"), "'XQ'", "country"),
    "border": ((*ASKED, "--exclude", "border:IR-AX"), "'AX-IR'", "'AZ-IR'"),
    "half a border": ((*ASKED, "--exclude", "border:AZ"), "'AZ'", "AZ-"),
    "border that is none": ((*ASKED, "--exclude", "border:IN-RU"), "'IN-RU'", "border"),
    "chokepoint": ((*ASKED, "--exclude", "chokepoint:hormus"), "'hormus'", "'hormuz'"),
    "corridor": ((*ASKED, "--exclude", "corridor:instc-wst"), "'instc-wst'", "'instc-west'"),
    "link": ((*ASKED, "--exclude", "link:BND-SRJ-rial"), "'BND-SRJ-rial'", "'BND-SRJ-rail'"),
    "crossing": ((*ASKED, "--exclude", "crossing:ASI-ASA-rial"), "'ASI-ASA-rial'", "'ASI-ASA-rail'"),
    "node": ((*ASKED, "--exclude", "node:Bandar Abas"), "'Bandar Abas'", "'Bandar Abbas'"),
    "tag": ((*ASKED, "--exclude", "tag:iranian-prt"), "'iranian-prt'", "'iranian-port'"),
    "key": ((*ASKED, "--exclude", "contry:IR"), "'contry'", "'country'"),
    "key of scenarios": ((*ASKED, "--exclude", "transit:AZ"), "transit", "country"),
    "key alone": ((*ASKED, "--exclude", "country:"), "country:", "VALUE"),
    "no key": ((*ASKED, "--exclude", "Iran"), "'Iran'", "country"),
    "avoided key": ((*ASKED, "--avoid", "contry:IR=5"), "'contry'", "'country'"),
    "unit of time": ((*ASKED, "--limit", "time=30dys"), "'dys'", "'days'"),
    "unit of cost": ((*ASKED, "--limit", "cost=9 eur"), "'eur'", "usd"),
    "unit of a penalty": ((*ASKED, "--avoid", "border:IR-AZ=5 eur"), "'eur'", "usd"),
    "limited criterion": ((*ASKED, "--limit", "tme=30d"), "'tme'", "'time'"),
    "container": ((*ASKED, "--shipment", "1xFU"), "'FU'", "'FEU'"),
    "service": ((*ASKED, "--service", "blocktrain"), "'blocktrain'", "'block-train'"),
    "vantage point": ((*ASKED, "--as-of", "2025"), "'2025'", "2026"),
    "price year": ((*ASKED, "--prices", "1925"), "1925", "20"),
    "departure": ((*ASKED, "--departure", "next week"), "'next week'", "2026-12-01"),
    "format": ((*ASKED, "--format", "jsn"), "'jsn'", "'json'"),
    "rank": ((*ASKED, "--rank", "csot=1"), "'csot'", "'cost'"),
    "rank beside JSON": ((*ASKED, "--rank", "csot=1", "--format", "json"), "'csot'", "'cost'"),
    "method": ((*ASKED, "--method", "kneee"), "'kneee'", "'knee'"),
    "method beside JSON": ((*ASKED, "--method", "kneee", "--format", "json"), "'kneee'", "'knee'"),
    "option": ((*ASKED, "--forma", "json"), "--forma", "'--format'"),
    "option with a value": ((*ASKED, "--senario=hormuz-closed"), "--senario", "'--scenario'"),
    "command": (("rutes", "Mumbai", "Moscow"), "rutes", "routes"),
    "action": (("network", "valdate", "x"), "valdate", "validate"),
    "scenario shown": (("scenarios", "hormus-closed"), "'hormus-closed'", "'hormuz-closed'"),
    "scenario compared": (("compare", *ASKED[1:], "--scenario", "suez-bloked"), "'suez-bloked'", "'suez-blocked'"),
}


@pytest.mark.parametrize("case", MISSPELT)
def test_misspelt_word_is_named_with_the_nearest(refused, case):
    words, *said = MISSPELT[case]
    err = refused(*words)
    for word in said:
        assert word in err


def test_faults_of_all_kinds_are_told_at_once(refused, tmp_path):
    err = refused(
        "routes", "Mumbay", "Moscov", "--criteria", "cost,tme", "--scenario", "hormus-closed", "--prices", "abc",
        "--shipment", "1xFU", "--value", "-5", "--service", "blok", "--departure", "soon", "--via", "Teheran City",
        "--exclude", "country:XQ", "--avoid", "border:IR-AX=5", "--limit", "tme=3", "--limit", "cost=9 eur",
        "--format", "jsn", "--rank", "csot=1", "--method", "kneee", "--seconds", "-1", "--labels", "x",
        "--map", tmp_path / "no" / "m.html", "-o", tmp_path, "--as-of", "2026",
    )  # fmt: skip
    words = ["Mumbay", "Moscov", "'tme'", "hormus-closed", "abc", "'FU'", "-5", "blok", "soon", "Teheran City", "'XQ'",
             "AX-IR", "limit: no criterion 'tme'", "'eur'", "jsn", "csot", "kneee", "seconds", "labels", "no/m.html",
             "is a folder"]  # fmt: skip
    assert [word for word in words if word not in err] == []


def test_faults_of_compare_are_told_at_once(refused):
    err = refused(
        "compare", "Mumbay", "Moscow", "--scenario", "hormus-closed", "--scenario", "suez-bloked", "--criteria", "cst",
        "--rank", "cost=1",
    )  # fmt: skip
    for word in ("Mumbay", "hormus-closed", "suez-bloked", "'cst'", "--rank"):
        assert word in err


def test_both_ends_are_told(refused):
    err = refused("routes", "Mumbay", "Moscov")
    assert "'Mumbay'" in err
    assert "'Moscov'" in err


# --- empty, repeated, contradictory


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("routes", "", "Moscow"), "empty"),
        (("routes", "Mumbai", " "), "empty"),
        ((*ASKED, "--criteria", ""), "at least one"),
        ((*ASKED, "--criteria", " , "), "at least one"),
        ((*ASKED, "--criteria", "cost,cost"), "twice"),
        ((*ASKED, "--criteria", "cost,time,distance,risk,emissions,cost"), "twice"),
        ((*ASKED, "--scenario", ""), "scenario"),
        ((*ASKED, "--scenario", "hormuz-closed+"), "scenario"),
        ((*ASKED, "--via", ""), "empty"),
        ((*ASKED, "--exclude", ""), "KEY:VALUE"),
        ((*ASKED, "--avoid", ""), "avoid"),
        ((*ASKED, "--avoid", "border:IR-AZ"), "=500"),
        ((*ASKED, "--avoid", "nonsense"), "avoid"),
        ((*ASKED, "--avoid", "border:IR-AZ="), "number"),
        ((*ASKED, "--limit", "time"), "limit time"),
        ((*ASKED, "--limit", "=5"), "limit"),
        ((*ASKED, "--limit", "time=30d", "--limit", "time=20d"), "twice"),
        ((*ASKED, "--rank", ""), "rank"),
        ((*ASKED, "--rank", "cost="), "rank"),
        ((*ASKED, "--rank", "cost=0"), "0"),
        ((*ASKED, "--rank", "cost=-1"), "-1"),
        ((*ASKED, "--rank", "cost=nan"), "nan"),
        ((*ASKED, "--rank", "cost=1,cost=2"), "twice"),
        ((*ASKED, "--map", ""), "written"),
        ((*ASKED, "-o", ""), "written"),
        ((*ASKED, "--network", ""), "nodes.csv"),
        ((*ASKED, "--departure", ""), "departure"),
        ((*ASKED, "--shipment", ""), "containers or tonnes"),
        ((*ASKED, "--explain", "1", "--format", "json"), "--explain"),
        (("compare", *ASKED[1:], "--scenario", "suez-blocked", "--scenario", "suez-blocked"), "twice"),
        (("scenarios", ""), "scenario"),
        (("network", "validate"), "FILE"),
        (("network", "export"), "FILE"),
        (("network", "validate", "nowhere"), "nowhere"),
        ((), "COMMAND"),
        (("routes", "Mumbai"), "DESTINATION"),
        ((*ASKED, "Vladivostok"), "Vladivostok"),
    ],
)
def test_empty_repeated_and_missing_words(refused, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    assert said in refused(*words)


# --- numbers


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--value", "-5"), "value"),
        (("--value", "0"), "value"),
        (("--value", "nan"), "value"),
        (("--value", "inf"), "value"),
        (("--value", "1e400"), "value"),
        (("--value", "much"), "'much'"),
        (("--value", "1,5"), "'1,5'"),
        (("--tonnes", "-5"), "tonnes"),
        (("--tonnes", "nan"), "tonnes"),
        (("--tonnes", "1e300"), "tonnes"),
        (("--tonnes", "12,5"), "'12,5'"),
        (("--shipment", "0xFEU"), "0xFEU"),
        (("--shipment=-1xFEU",), "-1xFEU"),
        (("--shipment", "nanxFEU"), "nanxFEU"),
        (("--shipment", "9999999xFEU"), "million"),
        (("--prices", "2025.5"), "'2025.5'"),
        (("--prices", "-2025"), "2025"),
        (("--seconds", "-1"), "seconds"),
        (("--seconds", "nan"), "seconds"),
        (("--seconds", "soon"), "'soon'"),
        (("--labels", "-1"), "labels"),
        (("--labels", "1.5"), "'1.5'"),
        (("--bounded", "0"), "--bounded: eps"),
        (("--bounded", "1.5"), "--bounded: eps"),
        (("--bounded", "nan"), "--bounded 'nan'"),
        (("--bounded", "near"), "--bounded 'near'"),
        (("--limit", "cost=-5"), "'-5'"),
        (("--limit", "cost=nan"), "'nan'"),
        (("--limit", "cost=inf"), "'inf'"),
        (("--limit", "cost=1e400"), "cost"),
        (("--limit", "time=1,5d"), "1,5"),
        (("--limit", "time=30d20"), "30d20"),
        (("--limit", "risk=2"), "risk"),
        (("--limit", "risk=100%"), "risk"),
        (("--avoid", "border:IR-AZ=-5"), "'-5'"),
        (("--avoid", "border:IR-AZ=nan"), "'nan'"),
        (("--avoid", "border:IR-AZ=1e400"), "avoid"),
        (("--avoid", "border:IR-AZ=1e30"), "avoid"),
        (("--explain", "0"), "--explain"),
        (("--explain", "99999"), "--explain"),
        (("--explain", "first"), "'first'"),
        (("--explain", "²"), "'²'"),
        (("--departure", "2026-13-01"), "2026-13-01"),
        (("--departure", "2026-02-30"), "2026-02-30"),
    ],
)
def test_bad_number_is_refused(refused, words, said):
    assert said in refused(*ASKED, "--criteria", "cost", *words)


@pytest.mark.parametrize("words", ["24 hours", "1 day", "2 days", "1w", "24H", "1d"])
def test_penalty_takes_the_units_of_time(run, words):
    code, _, err = run(*ASKED, "--criteria", "time", "--avoid", f"border:IR-AZ={words}")
    assert (code, err) == (0, "")


def test_thousands_may_be_set_apart(run):
    for text in ("cost=90,000", "cost=90_000", "cost=90000 usd", "cost=$90000", "cost=9e4"):
        code, _, err = run(*ASKED, "--criteria", "cost", "--limit", text)
        assert code == 0 or text == "cost=$90000", err


def test_small_numbers_are_numbers(network, refused):
    """Python writes 0.00001 as 1e-05."""
    assert "limit risk" in refused(*ASKED, "--limit", "risk=1e-5", code=1)
    with pytest.raises(co.NoRouteError, match="limit risk"):
        co.find_routes(network, "Mumbai", "Moscow", limits={"risk": 0.00001})
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",), limits={"cost": 1e20, "time": "1e3 d"})
    assert len(front) == 1


def test_penalty_as_large_as_never(network):
    """A billion dollars is how a planner says: if you can help it, no."""
    free = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",))[0]
    words = {f"chokepoint:{name}": {"cost": 1e9} for name in free.chokepoints}
    try:
        front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",), avoid=words)
    except co.DataError as error:
        assert "avoid" in str(error)  # noqa: PT017  (to refuse it in a planner's words is right as well)
        assert "arc" not in str(error)  # noqa: PT017
    else:
        assert not set(front[0].chokepoints) & set(free.chokepoints)


def test_huge_factor_elsewhere_leaves_the_answer_exact(network, tmp_path):
    """Costs far away must not coarsen costs here without a word."""
    path = tmp_path / "dear.toml"
    path.write_text('name = "dear"\n[[disruption]]\ncountry = "CN"\nmultiply = { cost = 1e6 }\n')
    asked = {"criteria": ("cost", "time"), "exclude": "country:CN"}
    plain = co.find_routes(network, "Mumbai", "Bandar Abbas", **asked)
    dear = co.find_routes(network, "Mumbai", "Bandar Abbas", scenario=path, **asked)
    assert plain.values["cost"].tolist() == pytest.approx(dear.values["cost"].tolist(), abs=0.011)


# --- points


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("18.95,72.83", "longitude comes first"),
        ("200,95", "no point"),
        ("0,0", "nearest terminal"),
        ("-0.1,51.5", "nearest terminal"),
        ("-120,-40", "nearest terminal"),
        ("72.83", "'72.83'"),
        ("72.83,", "72.83"),
        ("72.83;18.95", "72.83;18.95"),
        ("nan,nan", "nan"),
    ],
)
def test_bad_point_is_refused(refused, origin, said):
    assert said in refused("routes", origin, "Moscow")


def test_point_west_of_greenwich_is_no_option(refused):
    assert "-0.1,51.5" in refused(*ASKED, "--via", "-0.1,51.5")
    assert "-0.1,51.5" in refused("routes", "Mumbai", "-0.1,51.5")


# --- other letters, and very long words


@pytest.mark.parametrize("word", ["Мумбаи", "孟买", "💥", "Mumbai\u202e", "a\x00b", "'; --", "%s%n{0}"])
def test_strange_letters_are_refused_clearly(refused, word):
    refused("routes", word, "Moscow")
    refused(*ASKED, "--exclude", f"country:{word}")
    refused(*ASKED, "--scenario", word)
    refused(*ASKED, "--scenario", f"{word}.toml")
    refused(*ASKED, "--network", word)
    refused(*ASKED, "--criteria", word)


@pytest.mark.parametrize(
    "words",
    [
        ("routes", "M" * 20_000, "Moscow"),
        (*ASKED, "--scenario", "x" * 20_000),
        (*ASKED, "--scenario", "x" * 20_000 + ".toml"),
        (*ASKED, "--network", "x" * 20_000),
        (*ASKED, "--exclude", "country:" + "x" * 20_000),
        (*ASKED, "-o", "x" * 20_000),
        (*ASKED, "--map", "x" * 20_000),
        (*ASKED, "--limit", "cost=" + "9" * 20_000),
    ],
)
def test_very_long_words_are_refused_at_once(refused, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    began = time.perf_counter()
    refused(*words)
    assert time.perf_counter() - began < 3
    assert os.listdir(tmp_path) == []


def test_very_many_stops_answer_or_are_refused(network):
    began = time.perf_counter()
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",), via=["Tehran", "Baku"] * 15)
    back_and_forth = front[0]
    assert (
        back_and_forth.values["cost"]
        > co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",))[0].values["cost"]
    )
    same = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",), via=["Tehran"] * 30)
    once = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",), via="Tehran")
    assert same.values["cost"].tolist() == once.values["cost"].tolist()
    assert time.perf_counter() - began < 10


# --- no route: exit code 1, with what cuts the two apart and what is cheapest to lift


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--limit", "cost=10"), ["limit cost 10 USD", "least possible"]),
        (("--limit", "time=1h"), ["limit time"]),
        (("--limit", "cost=10", "--limit", "time=1h"), ["limit cost", "limit time"]),
        (("--limit", "risk=0"), ["limit risk"]),
        (("--exclude", "country:IN"), ["country:IN", "cheapest to lift"]),
        (("--exclude", "country:RU"), ["country:RU", "cheapest to lift"]),
        (("--exclude", "node:Moscow"), ["node:MOS", "cheapest to lift"]),
        (("--exclude", "mode:rail", "--exclude", "mode:road"), ["mode:rail", "mode:road", "cheapest to lift"]),
        (("--via", "Tehran", "--exclude", "node:Tehran"), ["node:THR"]),
        (("--via", "Tehran", "--exclude", "country:IR"), ["country:IR"]),
        (("--via", "chokepoint:suez", "--exclude", "chokepoint:suez"), ["chokepoint:suez"]),
    ],
)
def test_no_route_names_what_cuts(refused, words, said):
    err = refused(*ASKED, *words, code=1)
    for word in said:
        assert word in err


def test_limit_on_what_the_access_alone_breaks(refused):
    assert "limit" in refused("routes", "72.95,18.75", "Moscow", "--limit", "distance=1km", code=1)


# --- origin is destination, and stops at the ends


def test_origin_is_destination(run):
    code, out, err = run("routes", "Mumbai", "Mumbai", "--criteria", "cost,time,risk")
    assert (code, err) == (0, "")
    assert "1 route" in out
    for words in (("--format", "json"), ("--format", "csv"), ("--format", "geojson"), ("--explain", "1")):
        code, out, err = run("routes", "Mumbai", "Mumbai", *words)
        assert (code, err) == (0, "")
        assert out


@pytest.mark.parametrize("stop", ["Mumbai", "Moscow"])
def test_stop_at_an_end_changes_nothing(network, stop):
    asked = {"criteria": ("cost", "time")}
    plain = co.find_routes(network, "Mumbai", "Moscow", **asked).values
    stopped = co.find_routes(network, "Mumbai", "Moscow", via=stop, **asked).values
    pd.testing.assert_frame_equal(plain, stopped)


# --- scenario files


@pytest.fixture
def scenario(tmp_path):
    """Write a scenario file."""

    def write(text, name="own.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


FIVE = """
name = "five"
colour = "red"

[[disruption]]
countri = "IR"
close = true

[[disruption]]
country = "XQ"
close = true

[[disruption]]
link = "BND-SRJ-rial"
close = true
open = true

[[disruption]]
corridor = "instc-west"
multiply = { cost = "double" }

[[disruption]]
chokepoint = "suez"
set = { war_risk_usd_per_tue = 5 }
"""


def test_five_faults_of_different_kinds_are_told_at_once_with_their_place(refused, scenario):
    path = scenario(FIVE)
    lines = refused(*ASKED, "--scenario", path).splitlines()

    def told(*words):
        return any(all(word in line for word in words) for line in lines)

    assert told("'colour'")
    assert told("disruption 1", "'countri'", "'country'")
    assert told("disruption 2", "'XQ'")
    assert told("disruption 3", "close, open")
    assert told("disruption 3", "'BND-SRJ-rial'", "'BND-SRJ-rail'")
    assert told("disruption 4", "'double'")
    assert told("disruption 5", "war_risk_usd_per_tue", "'war_risk_usd_per_teu'")
    err = refused("compare", "Mumbay", "Moscow", "--scenario", path, "--scenario", "hormus-closed")
    for word in ("'colour'", "'countri'", "'XQ'", "'double'", "Mumbay", "hormus-closed"):
        assert word in err
    assert "'XQ'" in refused("scenarios", path)


def test_faults_in_one_disruption_are_told_at_once(refused, scenario):
    where = 'country = "XQ"\nmode = "rial"\nsources = ["R2444"]'
    text = f'name = "x"\n[[disruption]]\n{where}\nmultiply = {{ cst = 2, tme = -1 }}'
    err = refused(*ASKED, "--scenario", scenario(text))
    for word in ("'XQ'", "'rial'", "'cost", "-1", "'R2444'"):
        assert word in err


BAD_SCENARIOS = {
    "empty": ("", "name"),
    "no TOML": ("name = ", "TOML"),
    "no text": (b"\xff\xfe\x00", "TOML"),
    "sources of the whole": ('name="x"\nsources=["NOSUCH"]\n[[disruption]]\ncountry="IR"\nclose=true', "NOSUCH"),
    "sources no list": ('name="x"\nsources=5\n[[disruption]]\ncountry="IR"\nclose=true', "sources"),
    "facts no list": ('name="x"\nfacts=5\n[[disruption]]\ncountry="IR"\nclose=true', "facts"),
    "confidence a list": ('name="x"\nconfidence=["high"]\n[[disruption]]\ncountry="IR"\nclose=true', "confidence"),
    "misspelt confidence": ('name="x"\nconfidence="hgh"\n[[disruption]]\ncountry="IR"\nclose=true', "'high'"),
    "name a number": ('name=5\n[[disruption]]\ncountry="IR"\nclose=true', "name"),
    "table a number": ('name="x"\n[[disruption]]\ncountry="IR"\ntable=5\nclose=true', "table"),
    "misspelt table": ('name="x"\n[[disruption]]\ncountry="IR"\ntable="lnks"\nclose=true', "'links'"),
    "source a list": ('name="x"\n[[disruption]]\ncountry="IR"\nclose=true\nsources=[["a"]]', "source"),
    "source a number": ('name="x"\n[[disruption]]\ncountry="IR"\nclose=true\nsources=5', "source"),
    "unknown source": ('name="x"\n[[disruption]]\ncountry="IR"\nclose=true\nsources=["R2444"]', "'R2444'"),
    "endless integer": ('name="x"\n[[disruption]]\ncountry="IR"\nset={cost_factor=' + "9" * 400 + "}", "cost_factor"),
    "NaN": ('name="x"\n[[disruption]]\ncountry="IR"\nset={cost_factor=nan}', "nan"),
    "infinite": ('name="x"\n[[disruption]]\ncountry="IR"\nmultiply={cost=inf}', "inf"),
    "beyond all numbers": ('name="x"\n[[disruption]]\ncountry="RU"\nmultiply={cost=1e300}', "cost"),
    "negative factor": ('name="x"\n[[disruption]]\ncountry="IR"\nmultiply={cost=-2}', "negative"),
    "negative hours": ('name="x"\n[[disruption]]\ncountry="IR"\nadd={time=-5000}', "time"),
    "true is no number": ('name="x"\n[[disruption]]\ncountry="IR"\nset={cost_factor=true}', "True"),
    "no change": ('name="x"\n[[disruption]]\ncountry="IR"', "change"),
    "two changes": ('name="x"\n[[disruption]]\ncountry="IR"\nclose=true\nopen=true', "close, open"),
    "close false": ('name="x"\n[[disruption]]\ncountry="IR"\nclose=false', "close = true"),
    "nothing selected": ('name="x"\n[[disruption]]\nclose=true', "selects nothing"),
    "empty selection": ('name="x"\n[[disruption]]\ncountry=[]\nclose=true', "country is empty"),
    "matches nothing": ('name="x"\n[[disruption]]\ncountry="IR"\nmode="ferry"\nborder="FI-RU"\nclose=true', "nothing"),
    "transit opened": ('name="x"\n[[disruption]]\ntransit="IR"\nopen=true', "transit"),
    "misspelt attribute": ('name="x"\n[[disruption]]\nmode="sea"\nset={headway_hour=5}', "'headway_hours'"),
    "misspelt head": ('name="x"\ntitel="y"', "'title'"),
    "single bracket": ('name="x"\n[disruption]\ncountry="IR"\nclose=true', "[[disruption]]"),
    "disruption a text": ('name="x"\ndisruption="IR"', "[[disruption]]"),
    "country a table": ('name="x"\n[[disruption]]\ncountry={a=1}\nclose=true', "country"),
    "called baseline": ('name="baseline"\n[[disruption]]\ncountry="RU"\nclose=true', "baseline"),
}


@pytest.mark.parametrize("case", BAD_SCENARIOS)
def test_bad_scenario_file_is_refused(refused, scenario, case):
    text, said = BAD_SCENARIOS[case]
    assert said in refused(*ASKED, "--criteria", "cost", "--scenario", scenario(text))


def test_scenario_path_that_cannot_be_read(refused, tmp_path):
    (tmp_path / "folder.toml").mkdir()
    assert "folder.toml" in refused(*ASKED, "--scenario", tmp_path / "folder.toml")
    assert "nowhere.toml" in refused(*ASKED, "--scenario", tmp_path / "nowhere.toml")
    assert "folder.toml" in refused("scenarios", tmp_path / "folder.toml")


def test_file_stacks_with_a_name_on_either_side(run, scenario):
    path = scenario('name = "own"\n[[disruption]]\nchokepoint = "suez"\nclose = true\n')
    answers = set()
    for stacked in ((f"{path}+hormuz-closed",), (f"hormuz-closed+{path}",), (path, "hormuz-closed")):
        words = [word for one in stacked for word in ("--scenario", one)]
        code, out, err = run(*ASKED, "--criteria", "cost", *words)
        assert (code, err) == (0, "")
        answers.add(out.split("\n", 2)[2])
    assert len(answers) == 1


def test_source_of_a_scenario_written_as_a_text(scenario):
    path = scenario('name="x"\nsources="R24"\n[[disruption]]\ncountry="IR"\nclose=true')
    found = co.load_scenario(path)
    assert found.sources == ("R24",) or any("sources" in fault for fault in found.faults)


# --- the Python API


@pytest.mark.parametrize(
    "asked",
    [
        {"criteria": ()},
        {"criteria": "cost,time"},
        {"criteria": None},
        {"criteria": 5},
        {"criteria": [["cost"]]},
        {"limits": ["time=30d"]},
        {"limits": "time=30d"},
        {"limits": {"time": None}},
        {"limits": {"time": float("nan")}},
        {"limits": {"time": float("inf")}},
        {"limits": {"time": True}},
        {"limits": {("a",): 1}},
        {"via": 5},
        {"via": [None]},
        {"via": [("a", "b")]},
        {"exclude": 5},
        {"exclude": [5]},
        {"avoid": 5},
        {"avoid": {"country:IR": 500}},
        {"avoid": {"country:IR": {}}},
        {"avoid": {"country:IR": {"risk": 5}}},
        {"avoid": {"country:IR": {"cost": float("nan")}}},
        {"avoid": [("country:IR", {"cost": 5}, "more")]},
        {"departure": 5},
        {"departure": pd.NaT},
        {"prices": "2025"},
        {"prices": None},
        {"prices": 1925},
        {"shipment": "1xFEU"},
        {"method": "exact"},
        {"search_limits": 5},
        {"scenario": None},
        {"scenario": 5},
        {"scenario": [["a"]]},
        {"scenario": {"name": "x"}},
    ],
    ids=repr,
)
def test_wrong_kind_of_argument_is_a_clear_error(network, asked):
    with pytest.raises(co.CorridorError):
        co.find_routes(network, "Mumbai", "Moscow", **{"criteria": ("cost",), **asked})


@pytest.mark.parametrize("nothing", ["via", "exclude", "avoid", "limits", "departure", "shipment", "method"])
def test_none_asks_for_nothing(network, nothing):
    plain = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",)).values
    asked = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost",), **{nothing: None}).values
    pd.testing.assert_frame_equal(plain, asked)


def test_many_faults_of_one_call_are_told_at_once(network):
    with pytest.raises(co.DataError) as caught:
        co.find_routes(
            network, "Mumbay", "Moscov", criteria=("cst",), scenario="hormus-closed", departure="soon", prices=1925,
            via="Teheran City", exclude="country:XQ", avoid=["border:IR-AX=5"], limits={"tme": 3}, method="exact",
        )  # fmt: skip
    said = str(caught.value)
    for word in ("Mumbay", "Moscov", "cst", "hormus", "soon", "1925", "Teheran City", "XQ", "AX-IR", "tme", "Exact"):
        assert word in said
    assert len(caught.value.faults) == 11


def test_no_network_is_refused():
    for wrong in ("eurasia", None, 5):
        with pytest.raises(co.DataError, match="load_network"):
            co.find_routes(wrong, "Mumbai", "Moscow")


def test_dates_at_the_ends_of_time(network):
    for day in (dt.date.max, dt.date.min, dt.datetime(2026, 12, 1, 5), "9999-12-31"):
        seasonal = network["links"].loc[network["links"]["seasons"] != "", "id"]
        assert len(seasonal)
        front = co.find_routes(network, "Yerevan", "Moscow", criteria=("cost", "time"), departure=day)
        assert len(front)


# --- paths


@pytest.mark.parametrize("option", ["--map", "-o"])
def test_path_that_cannot_be_written_is_told_before_the_search(refused, tmp_path, monkeypatch, option):
    monkeypatch.setattr("corridor_opt.studies.routes.find_routes", lambda *_, **__: pytest.fail("searched in vain"))
    (tmp_path / "file").write_text("old")
    for path in (tmp_path, tmp_path / "no" / "m.html", tmp_path / "file" / "m.html", tmp_path / ("x" * 3000)):
        assert "written" in refused(*ASKED, option, path)
    assert os.listdir(tmp_path) == ["file"]
    assert (tmp_path / "file").read_text() == "old"


@pytest.mark.parametrize("option", ["--map", "-o"])
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder where nobody may write, root included")
def test_folder_where_nobody_may_write(refused, option):
    assert "/proc/answer" in refused(*ASKED, "--criteria", "cost", option, "/proc/answer")


def test_map_and_answer_want_two_files(refused, tmp_path):
    refused(*ASKED, "--map", tmp_path / "same", "-o", tmp_path / "same")
    assert os.listdir(tmp_path) == []


def test_suggestions_answer_when_taken(run, refused):
    """What is suggested works: words in quotes after 'did you mean'."""
    err = refused(*ASKED, "--exclude", "corridor:instc-wst", "--exclude", "chokepoint:hormus")
    taken = re.findall(r"did you mean '([^']+)'", err)
    assert len(taken) == 2
    code, _, err = run(
        *ASKED, "--criteria", "cost", "--exclude", f"corridor:{taken[0]}", "--exclude", f"chokepoint:{taken[1]}"
    )
    assert (code, err) == (0, "")
