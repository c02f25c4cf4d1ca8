"""What stands in a map page, read as the page reads it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any


class Scripts(HTMLParser):
    """What stands in the script elements, as a browser cuts them, and what every element asks to load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.loads: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        if tag == "script":
            self.scripts.append("")
        self.inside = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.scripts and self.inside:
            self.scripts[-1] += data


def data_of(page: str) -> dict[str, Any]:
    """The document in a page, unpacked as the page does it."""
    data: dict[str, Any] = json.loads(Scripts(page).scripts[2])
    words, shared = data["words"], set(data["shared"])

    def cell(name: str, value: Any) -> Any:
        if name not in shared or value is None:
            return value
        return [words[i] for i in value] if isinstance(value, list) else words[value]

    def items(table: dict[str, Any]) -> list[dict[str, Any]]:
        rows = [{n: cell(n, v) for n, v in zip(table["fields"], row, strict=True)} for row in table["rows"]]
        for row in rows:
            if "values" in row:
                row["values"] = dict(zip(table["criteria"], row["values"], strict=True))
        return rows

    for group in data["groups"]:
        group["routes"] = items(group["routes"])
    return {**data, **{name: items(data[name]) for name in ("legs", "links", "nodes")}}
