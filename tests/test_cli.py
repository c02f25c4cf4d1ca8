"""The command line: formats of the contract, exit codes, nothing but the answer on stdout, files all or nothing."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
import os
import re
import shlex
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import corridor_opt as co
from corridor_opt import cli_words
from corridor_opt.cli import main
from corridor_opt.model import load as networks
from corridor_opt.results.lines import columns

ASKED = ("routes", "Mumbai", "Moscow")
FIVE = ["cost", "time", "distance", "risk", "emissions"]
ADDITIVE = {"cost": "cost_usd", "time": "time_h", "distance": "distance_km", "emissions": "emissions_kg"}
KINDS = {"haul", "wait", "transshipment", "gauge-change", "border", "access"}


@pytest.fixture
def answered(run):
    """A call that must be answered in full: what stands on stdout."""

    def call(*words):
        code, out, err = run(*words)
        assert (code, err) == (0, "")
        return out

    return call


@contextlib.contextmanager
def no_room(size: int):
    """A full disk, near enough: no file may grow beyond a size."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def process(*words, **options):
    """The command line as a process of its own."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen([sys.executable, "-m", "corridor_opt", *words], **pipes)


# --- table


def test_table_fits_a_terminal_and_shows_the_answer(answered):
    out = answered(*ASKED)
    assert max(map(len, out.splitlines())) <= 100
    for word in ("Mumbai", "Moscow", "USD", "days", "km", "risk", "CO2e", "as of 2026", "prices of 2025"):
        assert word in out


def test_wide_numbers_stay_whole(answered):
    words = (*ASKED, "--criteria", "cost", "--shipment", "20000xFEU")
    values = json.loads(answered(*words, "--format", "json"))["routes"][0]["values"]
    assert values["cost"] > 1e7
    table = answered(*words)
    for name in ("cost", "emissions"):
        assert f"{values[name]:,.0f}" in table


def test_rank_and_explain(answered):
    assert "Ranked" in answered(*ASKED, "--criteria", "cost,time", "--rank", "cost=2,time=1")
    for method in ("topsis", "lexicographic", "knee"):
        assert method in answered(*ASKED, "--criteria", "cost,time", "--method", method)
    out = answered(*ASKED, "--criteria", "cost,time", "--explain", "1")
    assert "Sources" in out


# --- JSON, CSV and GeoJSON as the contract has them


@pytest.fixture(scope="module")
def told():
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([*ASKED, "--criteria", "time,cost,risk", "--value", "80_000", "--format", "json"]) == 0
    return json.loads(out.getvalue())


def test_json_says_what_was_asked(told, network):
    assert told["schema"] == "corridor-opt/front/1"
    assert told["network"] == {
        "name": network.name,
        "version": network.version,
        "sha256": network.sha256,
        "as_of": "2026",
    }
    assert told["prices"] == 2025
    assert (told["origin"]["id"], told["destination"]["id"]) == ("MUM", "MOS")
    assert {"id", "name"} <= set(told["origin"])
    assert told["scenario"] == ["baseline"]
    assert told["shipment"] == {"teu": 2, "tonnes": 20, "value_usd": 80000, "service": "ordinary"}
    assert told["criteria"] == [
        {"name": "time", "unit": "h"},
        {"name": "cost", "unit": "USD"},
        {"name": "risk", "unit": "probability"},
    ]
    assert told["status"] == "complete"


def test_json_routes_add_up_and_are_in_order(told):
    assert len(told["routes"]) >= 5
    times = [route["values"]["time"] for route in told["routes"]]
    assert times == sorted(times)
    for route in told["routes"]:
        assert sorted(route["values"]) == sorted(FIVE)
        assert {"countries", "modes", "corridors", "borders", "chokepoints", "notices"} <= set(route)
        for name in ADDITIVE:
            assert sum(leg["values"][name] for leg in route["legs"]) == pytest.approx(route["values"][name], abs=1e-6)
        safe = math.prod(1 - part["probability"] for part in route["risk_parts"])
        assert route["values"]["risk"] == pytest.approx(1 - safe, abs=1e-6)
        assert (route["legs"][0]["from"], route["legs"][-1]["to"]) == ("MUM", "MOS")
        for leg, after in zip(route["legs"], route["legs"][1:], strict=False):
            assert leg["to"] == after["from"]
        for leg in route["legs"]:
            assert set(leg) == {"kind", "mode", "from", "to", "links", "values"}
            assert leg["kind"] in KINDS
            assert set(leg["values"]) == set(ADDITIVE)


def test_no_route_of_the_answer_beats_another(told):
    points = [[route["values"][name] for name in ("time", "cost", "risk")] for route in told["routes"]]
    for a in points:
        assert not any(b != a and all(x <= y for x, y in zip(b, a, strict=True)) for b in points)


def test_csv_is_one_row_a_leg(answered, told):
    out = answered(*ASKED, "--criteria", "time,cost,risk", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert list(rows[0]) == ["route", "kind", "mode", "from", "to", "links", *ADDITIVE.values()]
    legs = [(n, leg) for n, route in enumerate(told["routes"], 1) for leg in route["legs"]]
    assert len(rows) == len(legs)
    for row, (number, leg) in zip(rows, legs, strict=True):
        assert int(row["route"]) == number
        assert [row[name] for name in ("kind", "mode", "from", "to")] == [
            leg[n] for n in ("kind", "mode", "from", "to")
        ]
        assert row["links"].split(";") == (leg["links"] or [""])
        for name, column in ADDITIVE.items():
            assert float(row[column]) == pytest.approx(leg["values"][name])


def test_geojson_is_one_line_a_leg_with_the_fields_of_the_csv(answered, told):
    found = json.loads(answered(*ASKED, "--criteria", "time,cost,risk", "--format", "geojson"))
    assert found["type"] == "FeatureCollection"
    legs = [(n, leg) for n, route in enumerate(told["routes"], 1) for leg in route["legs"]]
    assert len(found["features"]) == len(legs)
    for feature, (number, leg) in zip(found["features"], legs, strict=True):
        assert feature["geometry"]["type"] in ("LineString", "MultiLineString")
        lines = feature["geometry"]["coordinates"]
        lines = [lines] if feature["geometry"]["type"] == "LineString" else lines
        assert all(len(line) >= 2 and -180 <= x <= 180 and -90 <= y <= 90 for line in lines for x, y in line)
        fields = feature["properties"]
        assert (fields["route"], fields["kind"], fields["from"]) == (number, leg["kind"], leg["from"])
        assert {"mode", "to", "links"} <= set(fields)
        for name, column in ADDITIVE.items():
            assert fields[column] == pytest.approx(leg["values"][name])


def test_compare_wraps_one_front_a_scenario(answered):
    words = (
        "compare",
        *ASKED[1:],
        "--criteria",
        "cost,time",
        "--scenario",
        "baseline",
        "--scenario",
        "hormuz-closed+suez-blocked",
    )
    document = json.loads(answered(*words, "--format", "json"))
    assert list(document["fronts"]) == ["baseline", "hormuz-closed+suez-blocked"]
    assert all(front["schema"] == "corridor-opt/front/1" for front in document["fronts"].values())
    assert document["fronts"]["hormuz-closed+suez-blocked"]["scenario"] == ["hormuz-closed", "suez-blocked"]
    rows = list(csv.DictReader(io.StringIO(answered(*words, "--format", "csv"))))
    assert {row["scenario"] for row in rows} == set(document["fronts"])
    features = json.loads(answered(*words, "--format", "geojson"))["features"]
    assert {feature["properties"]["scenario"] for feature in features} == set(document["fronts"])
    table = answered(*words)
    assert max(map(len, table.splitlines())) <= 100


def test_compare_with_a_scenario_without_a_route(run, tmp_path):
    path = tmp_path / "cut.toml"
    path.write_text('name = "cut"\n[[disruption]]\nnode = "MOS"\nclose = true\n')
    words = ("compare", *ASKED[1:], "--criteria", "cost", "--scenario", "baseline", "--scenario", path)
    code, out, err = run(*words)
    assert code == 0
    assert "no route" in out
    assert "cut" in err
    code, out, _ = run(*words, "--format", "json")
    assert json.loads(out)["fronts"]["cut"]["status"] == "no route"
    code, out, err = run("compare", *ASKED[1:], "--criteria", "cost", "--scenario", path)
    assert code == 1
    assert "cut" in err


def test_the_same_words_give_the_same_bytes(answered):
    words = (*ASKED, "--criteria", "cost,time", "--format", "json")
    assert answered(*words) == answered(*words)


# --- the other commands


def test_scenarios_are_listed_and_shown(answered):
    listed = answered("scenarios")
    assert max(map(len, listed.splitlines())) <= 100
    for name in ("baseline", "hormuz-closed", "zangezur-open"):
        assert name in listed
    shown = answered("scenarios", "zangezur-open")
    for word in ("Zangezur", "R43", "touched:", "row(s)"):
        assert word in shown
    assert max(map(len, shown.splitlines())) <= 100
    assert "touched:" in answered("scenarios", "hormuz-closed+suez-blocked")
    assert "nothing" in answered("scenarios", "baseline")


def test_network_says_what_it_is(answered):
    for words in (("network",), ("network", "info"), ("network", "--as-of", "2022")):
        out = answered(*words)
        assert "nodes" in out
        assert "eurasia" in out
        assert max(map(len, out.splitlines())) <= 100


def test_help_and_version(run):
    for words in (("--help",), ("routes", "--help"), ("compare", "--help"), ("network", "--help"), ("--version",)):
        code, out, err = run(*words)
        assert (code, err) == (0, "")
        assert "corridor-opt" in out
        assert max(map(len, out.splitlines())) <= 120


# --- limits: exit code 3, what was found is printed and marked


def partial(run, *words):
    """A search that stops after it has found something and before it has found all."""
    for labels in (256 * 2**i for i in range(12)):
        code, out, err = run(*ASKED, *words, "--labels", labels)
        assert code == 3, f"complete or refused with {labels} labels: {err}"
        if out:
            return out, err
    raise AssertionError("no limit gave a part of the front")


def test_partial_answer_is_printed_and_marked(run, answered):
    out, err = partial(run)
    assert "limit" in out
    assert "limit" in err
    document, _ = partial(run, "--format", "json")
    document = json.loads(document)
    assert document["status"] == "limit"
    whole = json.loads(answered(*ASKED, "--format", "json"))  # the slowest question here
    values = [route["values"] for route in whole["routes"]]
    assert 0 < len(document["routes"]) < len(values)
    assert all(route["values"] in values for route in document["routes"])
    [(name, reached)] = document["proven"].items()
    below = [value for value in values if value[name] < reached]
    assert 0 < len(below) < len(values)
    assert all(any(route["values"] == value for route in document["routes"]) for value in below)


def test_partial_answer_goes_to_files_too(run, tmp_path):
    for labels in (64 * 2**i for i in range(14)):
        code, out, err = run(*ASKED, "--labels", labels, "-o", tmp_path / "a.txt", "--map", tmp_path / "m.html")
        assert (code, out) == (3, "")
        assert "limit" in err
        if (tmp_path / "a.txt").exists():
            break
    assert "limit" in (tmp_path / "a.txt").read_text()
    assert "limit" in (tmp_path / "m.html").read_text()


@pytest.mark.parametrize("words", [("--seconds", "0"), ("--labels", "0"), ("--labels", "1")])
def test_limit_before_the_first_route_is_a_clear_error(run, words):
    code, out, err = run(*ASKED, *words)
    assert (code, out) == (3, "")
    assert err.startswith("corridor-opt: ")
    assert "limit" in err
    assert words[0] in err  # in the words of the command line: what to raise


def test_compare_marks_what_stopped_and_keeps_what_was_found(run):
    words = ("compare", *ASKED[1:], "--scenario", "baseline", "--scenario", "hormuz-closed")
    seen = 0
    for labels in (64 * 2**i for i in range(14)):
        code, out, err = run(*words, "--labels", labels)
        assert code == 3, labels
        assert "limit" in err
        if out:
            seen += 1
            assert "limit" in out
        if seen == 2:
            break
    assert seen == 2


def test_comparison_keeps_the_fronts_found_where_another_has_none(network):
    """Seconds of search are not thrown away because the last scenario was the hard one."""
    names = ["baseline", "red-sea-diverted"]  # the cheapest way, by Suez, is found first: these differ by it

    def found(name, limits):
        with contextlib.suppress(co.SearchLimitError):
            return len(co.find_routes(network, "Mumbai", "Moscow", scenario=name, search_limits=limits))
        return 0

    tried = [co.SearchLimits(labels=labels) for labels in range(8, 80)]
    limits = next((limit for limit in tried if bool(found(names[0], limit)) != bool(found(names[1], limit))), None)
    assert limits is not None, "no limit tells the two apart any more: ask something else"
    comparison = co.compare_scenarios(network, "Mumbai", "Moscow", scenarios=names, search_limits=limits)
    assert sum(outcome.front is not None for outcome in comparison.outcomes.values()) == 1
    assert "limit" in str(comparison)


def test_generous_limits_change_nothing(answered):
    words = (*ASKED, "--criteria", "cost,time")
    assert answered(*words) == answered(*words, "--seconds", "3600", "--labels", "10_000_000")


# --- streams: broken pipes, full disks, Ctrl-C


@pytest.mark.parametrize("words", [(*ASKED, "--format", "json"), ("scenarios",)])
def test_reader_that_goes_away_is_no_error(words):
    running = process(*words)
    first = running.stdout.readline()
    running.stdout.close()
    err = running.stderr.read()
    assert running.wait(60) == 0
    assert first
    assert err == b""


def test_reader_that_never_came_is_no_error():
    read, write = os.pipe()
    os.close(read)
    running = process("scenarios", stdout=write)
    os.close(write)
    assert running.communicate(timeout=60)[1] == b""
    assert running.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
@pytest.mark.parametrize("words", [("scenarios",), (*ASKED, "--criteria", "cost", "--format", "json")])
def test_full_stdout_is_one_clear_error(words):
    with open("/dev/full", "wb") as full:
        running = process(*words, stdout=full)
        err = running.communicate(timeout=60)[1].decode()
    assert running.returncode == 2
    assert len(err.splitlines()) == 1
    assert "written" in err or "space" in err


def test_closed_stderr_does_not_matter():
    command = f"{sys.executable} -m corridor_opt routes Mumbai Moscow --criteria cost 2>&-"
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 0
    assert b"Moscow" in done.stdout


def test_letters_that_the_terminal_lacks_do_not_break_the_answer():
    plain = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for words, code in ((("scenarios", "zangezur-open"), 0), (("routes", "Мумбаи", "Moscow"), 2)):
        running = process(*words, env=plain)
        _, err = running.communicate(timeout=60)
        assert running.returncode == code
        assert b"Traceback" not in err


def test_nothing_but_the_answer_on_stdout_of_a_process():
    running = process(*ASKED, "--criteria", "cost,time", "--format", "json")
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0
    assert err == b""
    assert json.loads(out)["status"] == "complete"


def test_ctrl_c_while_reading_stops_without_a_traceback(run, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(networks, "load_network", stopped)
    code, out, err = run(*ASKED)
    assert (code, out) == (130, "")
    assert err == "corridor-opt: stopped\n"


def test_ctrl_c_in_the_search_gives_what_was_found(network):
    def stop(told):
        if told.solutions > 3:
            raise KeyboardInterrupt

    front = co.find_routes(network, "Mumbai", "Moscow", progress=stop)
    assert front.status == "limit"
    assert len(front) > 3
    assert "limit" in str(front)


def test_one_ctrl_c_ends_a_comparison_however_many_scenarios_are_left(network):
    stopped = []

    def stop(told):
        assert not stopped, "went on with the next scenario"
        if told.solutions > 3:
            stopped.append(told)
            raise KeyboardInterrupt

    several = ["baseline", "hormuz-closed", "suez-blocked"]
    with contextlib.suppress(KeyboardInterrupt):  # to pass it on is right as well
        comparison = co.compare_scenarios(network, "Mumbai", "Moscow", scenarios=several, progress=stop)
        assert comparison["baseline"].status == "limit"
    assert stopped


# --- files: all or nothing


def test_answer_goes_to_a_file_and_nowhere_else(run, answered, tmp_path):
    words = (*ASKED, "--criteria", "cost,time")
    for name in ("table", "json", "csv", "geojson"):
        path = tmp_path / f"a.{name}"
        assert answered(*words, "--format", name, "-o", path) == ""
        assert path.read_text(encoding="utf-8") == answered(*words, "--format", name)
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "a.geojson", "a.json", "a.table"]


def test_files_get_the_usual_permissions(answered, tmp_path):
    """An answer that only its writer may read is of no use to colleagues."""
    before = os.umask(0o022)
    try:
        answered(*ASKED, "--criteria", "cost", "-o", tmp_path / "a.txt", "--map", tmp_path / "m.html")
    finally:
        os.umask(before)
    for name in ("a.txt", "m.html"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o644


def test_old_files_are_replaced_whole(answered, tmp_path):
    for name in ("a.txt", "m.html"):
        (tmp_path / name).write_text("old" * 500_000)
    answered(*ASKED, "--criteria", "cost", "-o", tmp_path / "a.txt", "--map", tmp_path / "m.html")
    assert "old" not in (tmp_path / "a.txt").read_text()
    assert "oldold" not in (tmp_path / "m.html").read_text()
    assert sorted(os.listdir(tmp_path)) == ["a.txt", "m.html"]


def test_full_disk_keeps_the_old_files_and_leaves_no_litter(run, answered, tmp_path):
    answered(*ASKED, "--criteria", "cost")  # compiles and caches, which needs room
    for name in ("a.json", "m.html"):
        (tmp_path / name).write_text("old")
    for words in (("-o", tmp_path / "a.json", "--format", "json"), ("--map", tmp_path / "m.html")):
        with no_room(1000):
            code, out, err = run(*ASKED, "--criteria", "cost", *words)
        assert code == 2
        assert out == "" or "--map" in words  # the answer itself may be given where the map fails
        assert str(words[1]) in err
    assert {name: (tmp_path / name).read_text() for name in os.listdir(tmp_path)} == {"a.json": "old", "m.html": "old"}


def test_what_is_no_file_is_not_replaced_by_one(run, tmp_path):
    """Such as /dev/null or /dev/stdout."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        for option in ("-o", "--map"):
            done = threading.Event()
            drain = threading.Thread(target=_drain, args=(reader, done))  # a map is larger than what a pipe holds
            drain.start()
            try:
                code, _, err = run(*ASKED, "--criteria", "cost", option, pipe)
            finally:
                done.set()
                drain.join()  # before its file is closed: the number of a closed file goes to the next one opened
            assert stat.S_ISFIFO(pipe.stat().st_mode)
            assert code == 0 or (code == 2 and "written" in err)
    finally:
        os.close(reader)
    assert os.listdir(tmp_path) == ["pipe"]


def _drain(reader, done):
    """Read what comes until the writer is done."""
    while not done.is_set():
        with contextlib.suppress(BlockingIOError):
            os.read(reader, 1 << 16)
        done.wait(0.01)


def test_link_to_a_file_stays_a_link(answered, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a.txt").write_text("old")
    (tmp_path / "a.txt").symlink_to(tmp_path / "kept" / "a.txt")
    answered(*ASKED, "--criteria", "cost", "-o", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").is_symlink()
    assert "Moscow" in (tmp_path / "kept" / "a.txt").read_text()


def test_map_of_routes_and_of_a_comparison(answered, tmp_path):
    answered(*ASKED, "--criteria", "cost", "--map", tmp_path / "r.html")
    two = ("--scenario", "baseline", "--scenario", "hormuz-closed")
    answered("compare", *ASKED[1:], "--criteria", "cost", *two, "--map", tmp_path / "c.html")
    for name in ("r.html", "c.html"):
        page = (tmp_path / name).read_text()
        assert page.lstrip().lower().startswith("<!doctype html")
        assert not re.search(r"(src|href)\s*=\s*[\"']?\s*(https?:)?//|url\(\s*[\"']?https?:|@import", page)
    assert "hormuz-closed" in (tmp_path / "c.html").read_text()


# --- the words of the planner reach the search


def test_options_do_what_the_library_does(answered, network):
    words = """--via Tehran --exclude country:TM --avoid border:IR-AZ=500 --limit time=60d --scenario suez-blocked
        --departure 2026-12-01 --shipment 2xFEU --service block-train --prices 2024 --criteria cost,time"""
    document = json.loads(answered(*ASKED, *words.split(), "--format", "json"))
    front = co.find_routes(
        network,
        "Mumbai",
        "Moscow",
        via="Tehran",
        exclude="country:TM",
        avoid={"border:IR-AZ": {"cost": 500}},
        limits={"time": "60 d"},
        scenario="suez-blocked",
        departure="2026-12-01",
        prices=2024,
        criteria=("cost", "time"),
        shipment=co.Shipment("2xFEU", service="block-train"),
    )
    assert document == json.loads(front.to_json())
    for route in document["routes"]:
        assert "TM" not in route["countries"]
        assert route["values"]["time"] <= 60 * 24
        assert any("AZ-IR" in notice for notice in route["notices"]) == bool({"AZ-IR", "IR-AZ"} & set(route["borders"]))


def test_bounded_front_says_so_and_covers_the_exact_one(answered, network):
    words = (*ASKED, "--criteria", "cost,time,risk")
    exact = json.loads(answered(*words, "--format", "json"))
    bounded = json.loads(answered(*words, "--bounded", "0.05", "--format", "json"))
    assert exact["method"] == {"name": "exact"}
    assert bounded["method"] == {"name": "bounded", "eps": 0.05}
    assert bounded["status"] == "complete"
    assert 0 < len(bounded["routes"]) < len(exact["routes"]) / 2
    for route in exact["routes"]:
        assert any(
            all(one["values"][c] <= 1.05 * route["values"][c] + 1e-6 for c in ("cost", "time", "risk"))
            for one in bounded["routes"]
        )
    front = co.find_routes(
        network, "Mumbai", "Moscow", criteria=("cost", "time", "risk"), method=co.Bounded(0.05), departure=None
    )
    assert bounded == json.loads(front.to_json())
    assert "within 5 % in all of them" in answered(*words, "--bounded", "0.05")
    assert "within" not in answered(*words)


def test_comparison_of_bounded_fronts_claims_no_way_to_be_missing(answered):
    words = ("compare", *ASKED[1:], "--scenario", "baseline", "--scenario", "hormuz-closed", "--criteria", "cost,time")
    assert " takes " in answered(*words)
    assert " takes " not in answered(*words, "--bounded", "0.1")
    fronts = json.loads(answered(*words, "--bounded", "0.1", "--format", "json"))["fronts"]
    assert [front["method"]["eps"] for front in fronts.values()] == [0.1, 0.1]


def test_module_is_the_command_line():
    running = process("--version")
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert out.decode().split() == ["corridor-opt", co.__version__]


def test_robust_is_the_same_twice_and_another_by_other_hazards(capsys):
    words = ["robust", "Mumbai", "Baku", "--samples", "60", "--seed", "7"]
    told = []
    for more in ([], [], ["--hazards", "2022"], ["--seed", "8"]):
        assert main([*words, *more]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert len({told[0], told[2], told[3]}) == 3
    assert "what breaks it" in told[0]
    assert "Recommended: route" in told[0]
    assert max(map(len, told[0].splitlines())) <= 100


def test_robust_json_holds_the_contract(capsys):
    assert main(["robust", "Mumbai", "Baku", "--samples", "40", "--deadline", "30d", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "corridor-opt/robust/1"
    for route in found["routes"]:
        measured = route["under_hazards"]
        for name in ("cost", "time"):
            assert {"mean", "sd", "cvar_90", "worst", "regret_max", "regret_mean"} <= measured[name].keys()
            assert measured[name]["mean"] <= measured[name]["cvar_90"] <= measured[name]["worst"]
        assert 0 <= measured["unbroken"] <= 1
        assert 0 <= measured["on_time"] <= 1
        assert route["legs"]


def test_every_fault_of_a_robust_question_is_told(capsys):
    words = ["robust", "Mumbai", "Moskow", "--samples", "0", "--seed", "x", "--policy", "weit", "--hazards", "tody"]
    assert main([*words, "--measures", "costmean", "--deadline", "3x", "--usd-per-day", "much"]) == 2
    said = capsys.readouterr().err
    for word in (
        "Moscow",
        "samples = 0",
        "--seed 'x'",
        "'wait'",
        "'today'",
        "'cost.mean'",
        "deadline",
        "--usd-per-day",
    ):
        assert word in said, word


def test_hazards_are_listed_and_shown(capsys):
    assert main(["hazards"]) == 0
    assert "today" in capsys.readouterr().out
    assert main(["hazards", "today"]) == 0
    shown = capsys.readouterr().out
    for hazard in co.load_hazards("today"):
        assert hazard.name in shown.replace("\n", "")
    assert main(["hazards", "todya"]) == 2
    assert "did you mean 'today'" in capsys.readouterr().err


# --- the page: width, strips, colour; what may be asked of the answer


def widest(text):
    return max(map(columns, text.splitlines()))


@pytest.mark.parametrize("width", [80, 140])
def test_width_is_kept_by_every_command(answered, width):
    routes = (*ASKED, "--criteria", "cost,time,risk")
    two = ("--scenario", "baseline", "--scenario", "hormuz-closed+suez-blocked")
    for words in (
        routes,
        (*routes, "--explain", "3"),
        ("compare", *ASKED[1:], "--criteria", "cost,time", *two, "--strips", "2"),
        ("robust", "Mumbai", "Baku", "--samples", "30", "--deadline", "35d"),
        ("scenarios",),
        ("scenarios", "zangezur-open"),
        ("hazards", "today"),
        ("compliance", "us"),
        ("network", "info"),
    ):
        out = answered(*words, "--width", width)
        assert 0.6 * width < widest(out) <= width, words


def test_strips_are_drawn_as_many_as_asked(answered):
    words = (*ASKED, "--criteria", "cost,time")
    for count in (0, 1, 2, 5):
        below = answered(*words, "--strips", count).partition("Places, modes and borders")[2]
        assert len(re.findall(r"^\d+\+?( [a-z ]+)?: Mumbai", below, flags=re.MULTILINE)) == count
    assert "cheapest: Mumbai" in answered(*words)
    assert "Places, modes and borders" in answered("robust", "Mumbai", "Baku", "--samples", "30")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--width", "59"), "--width '59'"),
        (("--width", "wide"), "60 to 400"),
        (("--strips", "-1"), "--strips '-1'"),
        (("--explain", "1", "--against", "99999"), "--against 99999"),
        (("--against", "2"), "--explain"),
        (("--explain", "1", "--against", "x"), "--against 'x'"),
        (("--slack", "much"), "--slack 'much'"),
        (("--map", "map.pdf"), "map.html"),
        (("--report", "report.pdf"), ".html, .md or .xlsx"),
        (("--report", "report"), ".html, .md or .xlsx"),
        (("-o", "answer.xlsx"), "text, .csv or .json"),
        (("--map", "a.html", "--report", "a.html"), "same file"),
        (("--report", "a.md", "-o", "./a.md"), "same file"),
        (("--report", "no-such-folder/a.md"), "no-such-folder"),
    ],
)
def test_what_is_wrong_with_the_answer_is_told_before_the_search(run, monkeypatch, tmp_path, words, said):
    monkeypatch.chdir(tmp_path)
    if "--against" not in words or "99999" not in words:  # that one is known only when there is a front
        monkeypatch.setattr("corridor_opt.studies.routes.find_routes", None)
    code, out, err = run(*ASKED, "--criteria", "cost", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert os.listdir(tmp_path) == []


def test_wrong_width_is_told_with_all_other_faults(run):
    code, _, err = run("routes", "Mumbay", "Moscow", "--width", "x", "--format", "jsn")
    assert code == 2
    for word in ("--width", "Mumbay", "jsn"):
        assert word in err
    assert run("scenarios", "--width", "x")[0] == 2


def test_spreadsheet_without_its_package_is_told_before_the_search(run, monkeypatch, tmp_path):
    monkeypatch.setattr("corridor_opt.cli_ask.find_spec", lambda name: None)
    code, _, err = run(*ASKED, "--report", tmp_path / "a.xlsx")
    assert code == 2
    assert "corridor_opt[report]" in err


def test_reports_are_written(answered, tmp_path):
    answered(*ASKED, "--criteria", "cost", "--report", tmp_path / "r.md")
    assert "Moscow" in (tmp_path / "r.md").read_text("utf-8")


def test_explanation_against_another_route(answered, network):
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time"))
    out = answered(*ASKED, "--criteria", "cost,time", "--explain", "1", "--against", "2")
    assert out.strip() == str(front[0].explain(against=front[1])).strip()


def terminal(words, *, columns=90, environ=()):
    """The command line on a terminal: what it writes there, stdout and stderr together."""
    pty = pytest.importorskip("pty")
    import fcntl
    import struct
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
    kept |= {"TERM": "xterm", "PYTHONIOENCODING": "utf-8", **dict(environ)}
    running = process(*words, stdin=slave, stdout=slave, stderr=slave, env=kept)
    os.close(slave)
    said = b""
    with contextlib.suppress(OSError):  # the end of a terminal
        while part := os.read(master, 65536):
            said += part
    os.close(master)
    assert running.wait(60) == 0, said.decode()
    return said.decode()


def test_terminal_has_its_width_and_colour():
    words = (*ASKED, "--criteria", "cost,time")
    coloured = terminal(words, columns=84)
    assert "\033[34m" in coloured
    plain = terminal(words, columns=84, environ={"NO_COLOR": "1"}.items())
    assert not re.search(r"\033\[\d+m", plain)
    assert re.sub(r"\033\[\d+m", "", coloured) == plain
    lines = re.sub(r"\r\033\[K[^\n]*\r", "", plain).splitlines()
    assert 76 <= max(map(columns, lines)) <= 84
    assert max(map(columns, terminal(words, columns=500, environ={"NO_COLOR": "1"}.items()).splitlines())) <= 140


def test_long_work_shows_a_bar_on_a_terminal_and_nothing_elsewhere(run):
    said = terminal(("robust", "Mumbai", "Moscow", "--samples", "300"))
    assert "searching worlds" in said
    assert "%" in said
    assert re.search(r"\r\033\[K[^\r]*\r\r?\033\[K", said), "the bar is not wiped"
    assert run("robust", "Mumbai", "Baku", "--samples", "50")[2] == ""


def test_nothing_but_plain_lines_goes_to_a_pipe(answered):
    assert "\033" not in answered(*ASKED, "--criteria", "cost,time")


def test_a_poor_terminal_gets_every_letter_it_has():
    kept = os.environ | {"PYTHONIOENCODING": "ascii"}
    told = {}
    for form in ("table", "json"):
        running = process(*ASKED, "--criteria", "cost", "--format", form, env=kept)
        out, err = running.communicate(timeout=60)
        assert (running.returncode, err) == (0, b"")
        told[form] = out.decode("ascii")
    assert "==rail" in told["table"] or "--road" in told["table"]
    assert json.loads(told["json"])["schema"] == "corridor-opt/front/1"


def test_json_escapes_letters_beyond_the_terminal(capsys, monkeypatch):
    from corridor_opt import cli_terminal

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    cli_terminal.emit(json.dumps({"name": "é 北京 𝄞 €"}, ensure_ascii=False), json=True)
    sys.stdout.flush()
    assert json.loads(sys.stdout.buffer.getvalue().decode("latin-1")) == {"name": "é 北京 𝄞 €"}


def test_help_of_every_command_has_an_example_that_is_understood(run):
    commands = next(a for a in cli_words.parser()._actions if hasattr(a, "choices") and a.choices).choices
    for name in commands:
        code, out, err = run(name, "--help")
        assert (code, err) == (0, "")
        assert max(map(len, out.splitlines())) <= 110
        assert f"usage: corridor-opt {name}" in out
    for name, examples in cli_words.EXAMPLES.items():
        for line in filter(None, map(str.strip, examples.splitlines())):
            words = shlex.split(re.split(r"  +| > ", line)[0], comments=False)
            if words[0] != "corridor-opt" or "COMMAND" in words:
                continue
            assert cli_words.read(words[1:]).command == (name or words[1])


# --- why not


def test_why_not_is_the_answer_of_the_library(answered, network):
    words = ("why-not", "Suez", *ASKED[1:], "--criteria", "cost,time")
    why = co.why_not(network, "Mumbai", "Moscow", "Suez", criteria=("cost", "time"))
    assert json.loads(answered(*words, "--format", "json")) == json.loads(why.to_json())
    assert answered(*words) == f"{why}\n"
    assert max(map(columns, answered(*words, "--width", "80").splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("why-not", "Suze", "Mumbai", "Moscow"), "'suez'"),
        (("why-not", "Suez", "Mumbay", "Moscow"), "Mumbai"),
        (("why-not", "Suez", "Mumbai", "Moscow", "--format", "csv"), "json, table"),
        (("why-not", "Suez", "Mumbai", "Moscow", "--map", "m.html"), "no option '--map'"),
        (("why-not", "Suez", "Mumbai"), "DESTINATION"),
    ],
)
def test_what_is_wrong_with_why_not_is_told(run, words, said):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
