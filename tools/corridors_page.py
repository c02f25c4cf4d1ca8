"""Write or check docs/corridors.md: what operates on each corridor, what is missing, who disputes it, what is claimed.

python tools/corridors_page.py            write it after a change of data
python tools/corridors_page.py --check    complain if the page is not what the data say
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx

from corridor_opt.model.load import load_network
from corridor_opt.model.network import VANTAGES, Network
from corridor_opt.model.schema import split, vocabulary

PAGE = Path(__file__).resolve().parent.parent / "docs" / "corridors.md"
HEAD = """\
# Corridors

Corridor by corridor, at the two vantage points: 2022, the world of the founding documents, and 2026, last seen.
Written from the data by `python tools/corridors_page.py`; do not edit it by hand.

A corridor is a name that links carry, not a route: its km are those of all its parallel links. *End to end* says
whether links in use join its two ends, by any mode and without trucks; where they do not, the shortest way to close
the gap is named. *Closed* lists all its links that are not in use, border crossings included. Claims are kept as
claims, from `claims.csv`; **used** marks values that stand in the network. SEED0 and SEED1 are the documents the
project began with; they are partisan. All sources stand at the end.
"""
MODES = ("rail", "road", "sea", "ferry", "waterway")
NO_TRUCKS = tuple(mode for mode in MODES if mode != "road")


def ways(network: Network, corridor: str) -> list[dict[str, Any]]:
    """Links and crossings that carry the label of a corridor, with their ends as `a` and `b`."""
    found = []
    for table, a, b in (("links", "from", "to"), ("crossings", "post_a", "post_b")):
        for row in network[table].to_dict("records"):
            if corridor in split(row["corridors"]):
                found.append(row | {"a": row[a], "b": row[b]})
    return found


def gap(rows: list[dict[str, Any]], start: str, end: str) -> list[tuple[str, str, dict[str, Any]]] | None:
    """Closed links of the way with the fewest closed km; None where the links do not join the ends at all.

    Parameters
    ----------
    rows
        Links and crossings with `a`, `b`, `length_km`, `is_open`.
    start, end
        Node ids.

    Returns
    -------
    list of (node, node, row)
        In travel order; empty where links in use join the ends.
    """
    graph = nx.Graph()
    for row in rows:
        weight = row["length_km"] * (1e-6 if row["is_open"] else 1.0)
        if not graph.has_edge(row["a"], row["b"]) or weight < graph[row["a"]][row["b"]]["weight"]:
            graph.add_edge(row["a"], row["b"], weight=weight, row=row)
    if start not in graph or end not in graph or not nx.has_path(graph, start, end):
        return None
    path = nx.shortest_path(graph, start, end, weight="weight")
    met = [(u, v, graph[u][v]["row"]) for u, v in pairwise(path)]
    return [one for one in met if not one[2]["is_open"]]


def _name(network: Network, node: str) -> str:
    """Name of a node, without its other names."""
    return str(network.node(node)["name"]).split(" / ")[0]


def _place(network: Network, row: dict[str, Any]) -> str:
    """Name a link by its ends, its mode and its length."""
    return f"{_name(network, row['a'])}-{_name(network, row['b'])} {row['mode']} {row['length_km']:,.0f} km"


def _stretches(network: Network, closed: list[tuple[str, str, dict[str, Any]]]) -> str:
    """Name closed links; those that follow each other are one stretch."""
    chains: list[list[tuple[str, str, dict[str, Any]]]] = []
    for one in closed:
        if chains and chains[-1][-1][1] == one[0]:
            chains[-1].append(one)
        else:
            chains.append([one])
    said = []
    for chain in chains:
        modes, statuses = (", ".join(dict.fromkeys(row[key] for *_, row in chain)) for key in ("mode", "status"))
        km = sum(row["length_km"] for *_, row in chain)
        said.append(f"{_name(network, chain[0][0])}-{_name(network, chain[-1][1])} {modes} {km:,.0f} km ({statuses})")
    return ", ".join(said)


def _joined(network: Network, rows: list[dict[str, Any]], corridor: dict[str, Any]) -> str:
    """Say whether links in use join the ends, by any mode and without trucks."""
    said = []
    for modes in (MODES, NO_TRUCKS):
        closed = gap([row for row in rows if row["mode"] in modes], corridor["from"], corridor["to"])
        if closed is None:
            said.append("none")
        else:
            said.append(f"gap: {_stretches(network, closed)}" if closed else "joined")
    if said[0] == said[1]:
        return said[0]
    if said[1] == "none":
        return f"{said[0]}; by road only"
    return f"{said[0]}; without trucks {said[1]}"


def _open_km(rows: list[dict[str, Any]]) -> str:
    """Kilometres in use by mode, with what of them is degraded or seasonal."""
    parts = []
    for mode in MODES:
        used = [row for row in rows if row["mode"] == mode and row["is_open"]]
        if used:
            weak = sum(row["length_km"] for row in used if row["status"] != "operating")
            note = f" ({weak:,.0f} degraded or seasonal)" if round(weak) else ""
            parts.append(f"{mode} {sum(row['length_km'] for row in used):,.0f}{note}")
    return ", ".join(parts) or "nothing"


def _cell(text: str) -> str:
    """Make a text fit a cell of a table."""
    return " ".join(text.split()).replace("|", "/") or "-"


def _closed_table(networks: dict[str, Network], rows: dict[str, list[dict[str, Any]]]) -> list[str]:
    """List the links that are closed at one of the vantage points, with their story."""
    by_id = {v: {row["id"]: row for row in found} for v, found in rows.items()}
    last = VANTAGES[-1]
    closed = [name for name in by_id[last] if not all(by_id[v][name]["is_open"] for v in VANTAGES)]
    if not closed:
        return []
    lines = ["| closed | " + " | ".join(VANTAGES) + " | story | sources |", "|---" * (len(VANTAGES) + 3) + "|"]
    for name in closed:
        row = by_id[last][name]
        cells = [_place(networks[last], row), *(by_id[v][name]["status"] for v in VANTAGES)]
        cells += [row["status_note"], ", ".join(split(row["status_source"]))]
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return [*lines, ""]


def _claim_lines(claims: list[dict[str, Any]]) -> list[str]:
    """One line a claim."""
    lines = []
    for row in claims:
        year = f", {row['year']:.0f}" if row["year"] == row["year"] else ""
        said = f"- {row['subject']}: {row['claim']} ({row['who']}{year}; {', '.join(split(row['source']))})"
        if row["against"]:
            said += f"; otherwise {', '.join(split(row['against']))}"
        if row["used"] == "yes":
            said += "; **used**"
        lines.append(said + (f". {row['note'][0].upper()}{row['note'][1:]}." if row["note"] else "."))
    return lines


def section(networks: dict[str, Network], corridor: dict[str, Any]) -> list[str]:
    """Lines of one corridor."""
    rows = {v: ways(network, corridor["id"]) for v, network in networks.items()}
    last = networks[VANTAGES[-1]]
    ends = " to ".join(last.node(corridor[end])["name"] for end in ("from", "to"))
    lines = [f"## {corridor['name']}", "", f"`{corridor['id']}`, {ends}. {corridor['description']}.", ""]
    lines += ["| | " + " | ".join(VANTAGES) + " |", "|---" * (len(VANTAGES) + 1) + "|"]
    joined = [_joined(networks[v], rows[v], corridor) for v in VANTAGES]
    lines.append("| end to end | " + " | ".join(_cell(cell) for cell in joined) + " |")
    lines.append("| in use, km | " + " | ".join(_open_km(rows[v]) for v in VANTAGES) + " |")
    shut = [sum(row["length_km"] for row in rows[v] if not row["is_open"]) for v in VANTAGES]
    lines += ["| closed, km | " + " | ".join(f"{km:,.0f}" if km else "none" for km in shut) + " |", ""]
    lines += _closed_table(networks, rows)
    lines += [f"Disputed or told differently: {corridor['dispute'] or 'nothing that we know of.'}", ""]
    claims = [row for row in last["claims"].to_dict("records") if corridor["id"] in split(row["corridor"])]
    ours = [row for row in claims if split(row["corridor"])[0] == corridor["id"]]
    if claims:
        lines += ["Claimed:", "", *_claim_lines(ours)]
        elsewhere: dict[str, list[str]] = {}
        for row in claims:
            if row not in ours:
                elsewhere.setdefault(last.corridor_names[split(row["corridor"])[0]], []).append(row["subject"])
        lines += [f"- see {name}: {'; '.join(dict.fromkeys(said))}." for name, said in elsewhere.items()] + [""]
    return [*lines, f"Sources: {', '.join(split(corridor['sources']))}.", ""]


def page() -> str:
    """Make the page of the embedded network."""
    networks = {v: load_network(as_of=v) for v in VANTAGES}
    last = networks[VANTAGES[-1]]
    lines = [HEAD]
    words = vocabulary("status")
    lines += ["Statuses: " + "; ".join(f"*{word}*: {words[word].lower()}" for word in words) + ".", ""]
    corridors = last["corridors"].to_dict("records")
    lines += [
        "| corridor | " + " | ".join(f"end to end, {v}" for v in VANTAGES) + " |",
        "|---" * (len(VANTAGES) + 1) + "|",
    ]
    for corridor in corridors:
        joined = [_cell(_joined(networks[v], ways(networks[v], corridor["id"]), corridor)) for v in VANTAGES]
        lines.append(f"| {corridor['name']} | " + " | ".join(joined) + " |")
    lines.append("")
    for corridor in corridors:
        lines += section(networks, corridor)
    apart = [row for row in last["claims"].to_dict("records") if not row["corridor"]]
    lines += ["## Claims about no corridor in particular", "", *_claim_lines(apart), ""]
    cited = {s for row in corridors for s in split(row["sources"])}
    for row in last["claims"].to_dict("records"):
        cited |= {*split(row["source"]), *split(row["against"])}
    for network in networks.values():
        for corridor in corridors:
            for row in ways(network, corridor["id"]):
                if row["status"] != "operating":
                    cited |= set(split(row["status_source"]))
    lines += ["## Sources", ""]
    lines += [f"- {row.id}: {row.title} ({row.year})" for row in last["sources"].itertuples() if row.id in cited]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where the page is old")
    text = page()
    if not parser.parse_args().check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("docs/corridors.md is not what the data say: run python tools/corridors_page.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
