"""Operators: every tag has its row, every row its tag, and railways lie in their countries."""

from __future__ import annotations

import collections
import tomllib

from embedded import DATA, records

from corridor_opt.model.network import USED
from corridor_opt.model.schema import read_rows, split
from corridor_opt.model.selector import OPERATED, PARTY


def tagged() -> dict[str, list[tuple[str, dict]]]:
    """Rows by the operator that their tags name."""
    found = collections.defaultdict(list)
    for table in USED:
        for row in records(table):
            for tag in split(row["tags"]):
                if tag.startswith((OPERATED, PARTY)):
                    found[tag.removeprefix(OPERATED).removeprefix(PARTY)].append((table, row))
    return found


def test_every_tag_of_an_operator_has_its_row_and_every_row_its_tag():
    assert set(tagged()) == {row["id"] for row in records("operators")}


def test_a_row_has_one_operator():
    for table in USED:
        for row in records(table):
            assert sum(tag.startswith(OPERATED) for tag in split(row["tags"])) <= 1, row["id"]


def test_a_railway_runs_the_rails_of_its_country():
    country = {row["id"]: row["country"] for row in records("operators")}
    rails = [(name, row) for name, rows in tagged().items() for table, row in rows if table == "links"]
    runs = [(name, row) for name, row in rails if row["mode"] == "rail"]
    assert len(runs) > 200
    assert [(name, row["id"]) for name, row in runs if row["countries"] != country[name]] == []
    # Of both kinds of rule that rest on it, none must miss a line that is open.
    for rail in (row for row in records("links") if row["mode"] == "rail" and row["is_open"]):
        if rail["countries"] in ("RU", "AM"):
            assert {"operator-rzd", "operator-scr"} & set(split(rail["tags"])), rail["id"]


def test_operators_have_sources_and_a_confidence():
    for row in records("operators"):
        assert all(row[column] for column in ("source", "confidence", "note")), row["id"]
        assert row["confidence"] in ("low", "assumption") or row["source"] != "K"


def test_profiles_cite_listed_sources():
    known = {row["id"] for row in read_rows("eurasia", "sources.csv")}
    for path in (DATA / "compliance").glob("*.toml"):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        cited = [*told.get("sources", []), *(s for rule in told.get("rule", []) for s in rule["sources"])]
        assert set(cited) <= known, path.name
