"""The workbook of a report: units are live, sums are sums, texts are no formulas."""

from __future__ import annotations

import builtins
import math
import re

import pytest

import corridor_opt as co

openpyxl = pytest.importorskip("openpyxl", reason="spreadsheets need the extra `report`")

NAMES = {"MUM": '=HYPERLINK("http://x","y")', "MOS": "@SUM(1+1)", "BND": "+1\x07", "POT": "-上海"}


class Sheets:
    """A workbook that is worked out: the few forms of formulas that reports use, nothing else."""

    def __init__(self, path, **choices) -> None:
        self.book = openpyxl.load_workbook(path)
        self.first = self.book.worksheets[0]
        self.choices = {"Money in": "USD", "Time in": "hours", "Amounts": "for the shipment"} | choices
        rows = {row[0].value: row[1] for row in self.first.iter_rows(min_row=1, max_row=20)}
        for word, value in self.choices.items():
            rows[word].value = value

    def name(self, name: str):
        place = self.book.defined_names[name].attr_text
        sheet, _, cell = place.rpartition("!")
        return self.value(self.book[sheet.strip("'")][cell.replace("$", "")])

    def value(self, cell):
        text = cell.value
        if cell.data_type != "f":
            return text
        return self.formula(cell.parent, text[1:])

    def formula(self, sheet, text: str):
        span = re.fullmatch(r"SUM\((\w+):(\w+)\)", text)
        if span:
            return sum(self.value(c) for (c,) in sheet[f"{span[1]}:{span[2]}"])
        span = re.fullmatch(r"1-EXP\(SUMPRODUCT\(LN\(1-(\w+):(\w+)\)\)\)", text)
        if span:
            return 1 - math.exp(sum(math.log(1 - self.value(c)) for (c,) in sheet[f"{span[1]}:{span[2]}"]))
        product = re.fullmatch(r"(-?[\d.e+-]+)\*(\w+)", text)
        if product:
            return float(product[1]) * self.name(product[2])
        title = re.fullmatch(r'"([^"]*)"&("?)(\w+)"?', text)
        if title:
            return title[1] + (title[3] if title[2] else self.name(title[3]))
        # choices of units, on the first sheet: IF, =, &, / as Python has them
        python = re.sub(r"\$B\$(\d+)", lambda m: repr(self.value(sheet[f"B{m[1]}"])), text)
        python = re.sub(r"(?<![<>=])=(?!=)", "==", python).replace("IF(", "when(").replace("&", "+")
        assert re.fullmatch(r"[\w\s\"'=+/.,()$-]*", python), text
        return eval(python, {"__builtins__": {}, "when": lambda c, a, b: a if c else b})

    def rows(self, name: str):
        sheet = self.book[name]
        first = 1 if sheet is not self.first else 16
        head = [self.value(cell) for cell in sheet[first]]
        return head, [[self.value(cell) for cell in row] for row in sheet.iter_rows(min_row=first + 1)]


@pytest.fixture(scope="module")
def front(network) -> co.Front:
    return co.find_routes(network, "Mumbai", "Moscow", criteria=("cost", "time", "risk"), exclude=["mode:road"])


@pytest.fixture(scope="module")
def path(front, tmp_path_factory):
    return front.save_report(
        tmp_path_factory.mktemp("sheets") / "report.xlsx", scenarios=["hormuz-closed", "aras-open"]
    )


def test_names_of_sheets(path):
    names = openpyxl.load_workbook(path).sheetnames
    assert names == ["Question", "Routes", "Legs", "Risks", "Scenarios", "Sensitivity", "Numbers", "Sources"]


@pytest.mark.parametrize(
    ("choices", "money", "hours", "kilograms", "words"),
    [
        ({}, 1, 1, 1, ("USD", "h")),
        ({"Money in": "thousand USD", "Time in": "days"}, 1 / 1000, 1 / 24, 1, ("thousand USD", "days")),
        ({"Money in": "EUR", "USD for one EUR": 1.25}, 0.8, 1, 1, ("EUR", "h")),
        ({"Amounts": "per TEU"}, 0.5, 1, 0.5, ("USD per TEU", "h")),
    ],
)
def test_routes_follow_the_units_chosen(front, path, choices, money, hours, kilograms, words):
    head, rows = Sheets(path, **choices).rows("Routes")
    assert head[1:3] == [f"cost, {words[0]}", f"time, {words[1]}"]
    assert len(rows) == len(front)
    for route, row in zip(front, rows, strict=True):
        v = route.values
        expected = [v["cost"] * money, v["time"] * hours, v["distance"], v["risk"], v["emissions"] * kilograms]
        assert row[1:6] == pytest.approx(expected, rel=1e-12)
    knee = int(front.rank(method="knee")["route"].iloc[0])
    assert [row[-1] for row in rows].index("recommended") == knee


def test_sums_are_the_values_of_the_routes(front, path):
    sheets = Sheets(path, **{"Time in": "days"})
    _, rows = sheets.rows("Legs")
    totals = {row[0]: row for row in rows if row[1] == "total"}
    assert totals
    for number, row in totals.items():
        v = front[number - 1].values
        assert row[5:9] == pytest.approx([v["cost"], v["time"] / 24, v["distance"], v["emissions"]], abs=1e-6)
        assert str(sheets.book["Legs"].cell(rows.index(row) + 2, 6).value).startswith("=SUM(")
    _, risks = sheets.rows("Risks")
    whole = {row[0]: row[2] for row in risks if row[1].startswith("risk of the route")}
    assert whole == pytest.approx({n: front[n - 1].values["risk"] for n in totals}, abs=1e-9)


def test_scenarios_and_sensitivity(front, path):
    head, rows = Sheets(path).rows("Scenarios")
    told = {row[0]: row for row in rows}
    assert set(told) == {"hormuz-closed", "aras-open"}
    again = front.again(also="hormuz-closed", criteria=["time"])[0].values["time"]
    if told["hormuz-closed"][1] != "no change":
        assert told["hormuz-closed"][head.index("least time, h")] == pytest.approx(again)
    _, numbers = Sheets(path).rows("Sensitivity")
    assert len(numbers) == 5


def test_texts_are_no_formulas(network, tmp_path):
    nodes = network["nodes"].copy()
    nodes["name"] = [NAMES.get(i, n) for i, n in zip(nodes["id"], nodes["name"], strict=True)]
    front = co.find_routes(network.replace(nodes=nodes), "MUM", "MOS", criteria=("cost", "time"))
    path = front.save_report(tmp_path / "r.xlsx", title="=1+1", scenarios=[])
    book = openpyxl.load_workbook(path)
    found = {}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value in (*NAMES.values(), "=1+1", "+1"):
                    found[cell.value] = cell
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
    assert {NAMES["MUM"], NAMES["MOS"], "=1+1"} <= set(found)


@pytest.mark.parametrize("kind", ["comparison", "robust"])
def test_other_reports_have_sheets(kind, network, tmp_path):
    path = tmp_path / "r.xlsx"
    if kind == "comparison":
        scenarios = ["baseline", "azerbaijan-transit-closed"]
        comparison = co.compare_scenarios(network, "Tehran", "Moscow", criteria=("cost", "time"), scenarios=scenarios)
        comparison.save_report(path)
        head, rows = Sheets(path).rows("Scenarios")
        frame = comparison.to_frame()
        assert [row[head.index("cost, USD")] for row in rows] == pytest.approx(list(frame["cost"]))
    else:
        robust = co.robust_routes(network, "Tehran", "Moscow", samples=50, seed=2)
        robust.save_report(path)
        head, rows = Sheets(path).rows("Routes")
        at = head.index("mean of the worst tenth of time, h")
        assert [row[at] for row in rows] == pytest.approx(list(robust.under_hazards["time.cvar_90"]))


def test_missing_package_says_what_to_install(front, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("openpyxl"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(co.MissingExtraError, match=r"corridor_opt\[report\]"):
        front.save_report(tmp_path / "r.xlsx")
    assert not list(tmp_path.iterdir())
