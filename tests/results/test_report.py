"""Reports: every number is the JSON's, every text a text, what changes under a scenario is what a search finds."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import corridor_opt as co
from corridor_opt.results.drawing.chart import chart
from corridor_opt.results.report.html_page import html
from corridor_opt.results.report.markdown import markdown
from corridor_opt.results.report.of_front import front_report
from corridor_opt.results.report.parts import Report, Table
from corridor_opt.results.report.scenarios import closed_on, scenario_changes, values_under

NAMES = {
    "MUM": "<script>alert(1)</script>",
    "MOS": "ميناء شاهد | بهشتی",
    "BND": "Մեղրի & 上海 `x` *y* [z](javascript:1)",
    "ALA": '=HYPERLINK("http://x","y")',
}


@pytest.fixture(scope="module")
def front(network) -> co.Front:
    return co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time"), compliance="india")


@pytest.fixture(scope="module")
def report(front) -> Report:
    return front_report(front)


@pytest.fixture(scope="module")
def hostile(network) -> co.Network:
    nodes = network["nodes"].copy()
    nodes["name"] = [NAMES.get(i, n) for i, n in zip(nodes["id"], nodes["name"], strict=True)]
    return network.replace(nodes=nodes)


class Page(HTMLParser):
    """Elements, anchors and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name == "href"]
        self.loads += [value for name, value in attrs if name in ("src", "srcset", "data", "action", "xlink:href")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        self.words.append(data)


def tables(report: Report) -> list[Table]:
    return [part for section in report for part in section.parts if isinstance(part, Table)]


def test_numbers_are_those_of_the_json(front, report):
    routes = json.loads(front.to_json())["routes"]
    (shown,) = (t for t in tables(report) if t.caption.startswith("Routes of the front"))
    for row in shown.rows:
        values = routes[int(row[0]) - 1]["values"]
        assert row[1:6] == (
            f"{values['cost']:,.2f}",
            f"{values['time'] / 24:,.2f}",
            f"{values['distance']:,.0f}",
            f"{values['risk']:.2%}",
            f"{values['emissions']:,.0f}",
        )
    legs = [t for t in tables(report) if t.caption.startswith("Legs of route")]
    assert len(legs) == len(shown.rows)
    for table in legs:
        route = routes[int(table.caption.split()[-1]) - 1]
        *rows, total = table.rows
        for row, leg in zip(rows, route["legs"], strict=True):
            told = [float(cell.replace(",", "")) for cell in row[2:]]
            found = [leg["values"][c] for c in ("cost", "time", "distance", "emissions")]
            assert told == pytest.approx(found, abs=0.05)
        sums = [float(cell.replace(",", "")) for cell in total[2:]]
        assert sums == pytest.approx([route["values"][c] for c in ("cost", "time", "distance", "emissions")], abs=0.05)
        assert sums[0] == pytest.approx(sum(float(row[2].replace(",", "")) for row in rows), abs=1e-6)


def test_recommendation_is_the_rule_s(front):
    knee = int(front.rank(method="knee")["route"].iloc[0])
    assert f"Route {knee + 1}: " in markdown(front_report(front, scenarios=[]))
    fast = int(front.rank({"time": 1})["route"].iloc[0])
    text = markdown(front_report(front, scenarios=[], weights={"time": 1}, method="weighted"))
    assert f"**Route {fast + 1}: " in text
    assert "weights: time 1" in text


def test_every_source_of_a_shown_route_is_listed(front, report):
    (listed,) = (t for t in tables(report) if t.caption == "Sources cited")
    ids = {row[0] for row in listed.rows}
    for part in tables(report):
        if part.caption.startswith("Legs of route"):
            number = int(part.caption.split()[-1]) - 1
            assert set(front[number].explain().sources["id"]) <= ids
    (numbers,) = (t for t in tables(report) if t.caption.startswith("Numbers that"))
    names = {row[0] for row in numbers.rows}
    assert any("usd per teu km" in name for name in names)
    assert all(row[5] in ("high", "medium", "low", "assumption") for row in numbers.rows)


def test_assumptions_and_reproduction_are_told(front, report):
    text = markdown(report)
    for word in (
        front.network.sha256,
        co.__version__,
        "not legal advice",
        "corridor-opt routes Mumbai Moscow",
        "sha256",
    ):
        assert word in text
    assert "as of 2026" in text
    assert len(front.network.standing) == len(next(s for s in report if s.key == "assumptions").parts[2].items)


def test_scenarios_change_what_a_search_finds(front):
    best = int(front.rank(method="knee")["route"].iloc[0])
    changes = scenario_changes(front, best)
    seen = {row.name for row in changes.rows} | set(changes.same) | {name for name, _ in changes.skipped}
    assert seen == set(co.scenarios()["name"]) - {"baseline"}
    told = {row.name: row for row in changes.rows}
    for name in seen:
        for criterion in changes.criteria:
            least = front.again(also=name, criteria=[criterion])[0].values[criterion]
            now = told[name].best[criterion] if name in told else float(front.values[criterion].min())
            assert now == pytest.approx(least, abs=1e-6), (name, criterion)


def test_fate_of_a_route_is_what_a_search_finds(front):
    met = 0
    for name in (
        "hormuz-closed",
        "maximum-pressure",
        "caspian-low-water",
        "azerbaijan-transit-closed",
        "red-sea-diverted",
    ):
        again = front.again(also=name)
        routes = {tuple(route.steps["element"]): route for route in again}
        for route in front:
            key = tuple(route.steps["element"])
            cut = closed_on(route, again.network)
            if key in routes:
                assert not cut
                assert values_under(route, again.network) == pytest.approx(routes[key].values, abs=1e-6)
                met += 1
            elif cut and name.endswith(("closed", "diverted")):
                assert name.split("-")[0] in " ".join(cut) or "transit" in " ".join(cut)
    assert met > 20


def test_no_route_under_a_scenario_says_why(network):
    front = co.find_routes(network, "Yerevan", "Norduz", criteria=("cost",), exclude=["country:TR", "country:GE"])
    changes = scenario_changes(front, 0, ["iran-armenia-border-lost", "suez-blocked"])
    assert changes.same == ("suez-blocked",)
    (row,) = changes.rows
    assert (row.fate, row.best) == ("cut", {})
    assert "iran-armenia-border-lost" in row.reason
    assert "no route" in markdown(front_report(front, scenarios=["iran-armenia-border-lost"]))


def test_unknown_scenario_is_an_error(front, tmp_path):
    with pytest.raises(co.ScenarioError, match="hormuz-closed"):
        front.save_report(tmp_path / "x.html", scenarios=["hormuz-closd"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["front", "comparison", "robust"])
def test_pages_stand_by_themselves(kind, hostile, tmp_path):
    path = tmp_path / "report.html"
    if kind == "front":
        co.find_routes(hostile, "MUM", "MOS", criteria=("cost", "time", "risk")).save_report(
            path, title="<b>&", scenarios=[]
        )
    elif kind == "comparison":
        scenarios = ["baseline", "hormuz-closed", "suez-blocked", "rasht-astara-built"]
        co.compare_scenarios(hostile, "MUM", "MOS", criteria=("cost", "time"), scenarios=scenarios).save_report(path)
    else:
        co.robust_routes(hostile, "MUM", "MOS", samples=40, seed=1).save_report(path)
    text = path.read_text("utf-8")
    page = Page(text)
    words = "".join(page.words)
    assert len(text.encode()) < 1_500_000
    assert "script" not in page.tags
    assert NAMES["MUM"] in words
    assert NAMES["MOS"] in words
    assert page.loads == []
    assert all(link == "data:," or link.startswith("#") for link in page.links)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert not re.search(r"@import|url\(|javascript:1\"", text)
    assert page.tags.count("h1") == page.tags.count("main") == 1
    if kind == "front":
        assert "<b>&" in words


def test_markdown_keeps_texts_texts(hostile, tmp_path):
    front = co.find_routes(hostile, "MUM", "MOS", criteria=("cost", "time"))
    text = front.save_report(tmp_path / "r.md", scenarios=["suez-blocked"]).read_text("utf-8")
    bare = re.sub(r"```.*?```", "", text, flags=re.S)
    assert "<script" not in bare.replace("\\<script", "")
    assert "\\<script\\>alert(1)\\</script\\>" in bare
    assert "[z](" not in bare
    blocks = re.findall(r"(?:^\|.*\n)+", bare, flags=re.M)
    assert len(blocks) > 5
    for block in blocks:
        assert len({len(re.split(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_comparison_tells_reasons_and_what_holds_up(network):
    scenarios = ["baseline", "hormuz-closed", "iran-armenia-border-lost"]
    question = {"criteria": ("cost", "time"), "exclude": ["country:TR", "country:GE", "country:AZ"]}
    comparison = co.compare_scenarios(network, "Tehran", "Yerevan", scenarios=scenarios, **question)
    from corridor_opt.results.report.of_comparison import comparison_report

    report = comparison_report(comparison)
    text = markdown(report)
    assert "No route under iran-armenia-border-lost" in text
    assert "iran-armenia-border-lost (border:AM-IR)" in text.replace("\\", "")
    (held,) = (t for t in tables(report) if t.caption.startswith("What holds up"))
    assert held.head == ("route", "baseline", "hormuz-closed")
    cost = comparison["baseline"].values["cost"].min()
    assert any(f"{cost:,.0f} USD" in cell for row in held.rows for cell in row)


def test_robust_report_holds_its_measures(network):
    from corridor_opt.results.report.of_robust import robust_report

    robust = co.robust_routes(network, "Tehran", "Moscow", samples=60, seed=2, deadline="30 d")
    report = robust_report(robust)
    (measures,) = (t for t in tables(report) if t.caption.startswith("Measures"))
    frame = robust.under_hazards
    for row in measures.rows:
        number = int(row[0]) - 1
        assert row[1] == f"{frame['cost.mean'][number]:,.2f}"
        assert row[6] == f"{frame['broken'][number]:.2%}"
    text = markdown(report).replace("\\", "")
    assert robust.recommendation.reason[1:] in text
    assert "60 drawn (seed 2)" in text
    assert f"{robust.value_of_information['flexibility']['usd']:,.2f}" in text


@pytest.mark.parametrize("name", ["report.pdf", "report", "none/report.html", "folder.html", "report.htm"])
def test_where_no_report_can_be_written(front, tmp_path, name):
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(co.DataError, match=r"report|folder"):
        front.save_report(tmp_path / name)
    assert [p.name for p in tmp_path.iterdir()] == ["folder.html"]


def test_old_report_stays_if_making_the_new_one_fails(front, tmp_path, monkeypatch):
    path = tmp_path / "r.html"
    path.write_text("old")
    monkeypatch.setattr(Path, "write_bytes", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(co.DataError, match="No space left"):
        front.save_report(path, scenarios=[])
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]


def test_pictures_are_the_same_each_time_and_hold_their_routes(front):
    first, again = front.picture(), front.picture()
    assert first == again
    one = front.picture([0])
    assert one.count('stroke-width="2.7"') == 1
    assert first.count('stroke-width="2.7"') == min(7, len(front))
    points = chart(front)
    assert points == chart(front)
    coloured = points.count('stroke="#ffffff" stroke-width="1.2"')
    assert coloured + points.count("#9aa3ad") == len(front)
    with pytest.raises(co.DataError, match="routes of the front"):
        front.picture([len(front)])


def test_route_that_stays_where_it_is(network, tmp_path):
    front = co.find_routes(network, "Moscow", "Moscow", criteria=("cost", "time"))
    text = front.save_report(tmp_path / "r.md", scenarios=["suez-blocked"]).read_text("utf-8")
    assert "stays where it is" in text
    assert "<svg" in front.picture()


def test_large_front_fits_a_page(network):
    front = co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time", "risk"), exclude=["country:IR"])
    assert len(front) >= 200
    text = html(front_report(front))
    assert len(text.encode()) < 1_500_000
    assert f"All {len(front)} stand in" in text


def test_report_on_the_command_line_follows_the_ranking_asked(run, tmp_path):
    path = tmp_path / "r.md"
    question = ("routes", "Tehran", "Moscow", "--criteria", "cost,time", "--exclude", "mode:road")
    code, text, _ = run(*question, "--report", path, "--rank", "time=1", "--format", "json")
    assert code == 0
    hours = [route["values"]["time"] for route in json.loads(text)["routes"]]
    assert f"**Route {hours.index(min(hours)) + 1}: " in path.read_text("utf-8")
    assert "weights: time 1" in path.read_text("utf-8")
