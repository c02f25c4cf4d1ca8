"""A networkx graph becomes a network."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError, SchemaError, did_you_mean
from corridor_opt.model import state
from corridor_opt.model.build import build
from corridor_opt.model.network import TABLES, Network
from corridor_opt.model.schema import RETIRED, schema

if TYPE_CHECKING:
    import pandas as pd

ENDS = {"links": ("from", "to"), "crossings": ("post_a", "post_b")}
# Tables of a graph that are neither its nodes nor its edges.
BESIDE = tuple(table for table in TABLES if table not in ("nodes", *ENDS))


def from_networkx(
    graph: Any,
    *,
    name: str | None = None,
    as_of: str | int | None = None,
    mapping: str | Path | Mapping[str, Any] | None = None,
) -> Network:
    """Make a network of a `networkx` graph with our attributes, or with others that a mapping turns to ours.

    Parameters
    ----------
    graph
        A MultiDiGraph as `Network.to_networkx` gives it, or any networkx graph whose nodes and edges carry the columns
        of the tables `nodes` and `links` (`table="crossings"` on an edge that is a border crossing). An edge's `id`
        names its row, else its key where no other pair of nodes has an edge of that key, else both nodes, the mode and
        the key. Two edges of one id in opposite directions are one row that may be used both ways. `is_open`,
        `closed_by` and `transit_closed` say what a scenario has closed or opened. Other tables stand in
        `graph.graph["tables"]`; those missing are taken from the embedded network. Attributes that are no columns of
        ours are left out.
    name
        Name of the network; the graph's own when None.
    as_of
        Vantage point; the graph's own, else `2026`, when None.
    mapping
        For a graph whose attributes have other names: a TOML file or a dict, as `from_tables` takes it. Nodes and
        edges are then read as two foreign tables, and what they lack is filled in.

    Returns
    -------
    Network
        Validated.

    Raises
    ------
    DataError
        It is no networkx graph, its tables are none, or as_of is not a vantage point.
    SchemaError
        Every fault of nodes and edges at once.
    """
    import networkx as nx
    import pandas as pd

    if not isinstance(graph, nx.Graph):
        raise DataError(f"a networkx graph is needed, not {type(graph).__name__}")
    if mapping is not None:
        from corridor_opt.importers.tables import from_tables

        nodes, links = frames_of(graph)
        vantage = as_of if as_of is not None else graph.graph.get("as_of", "2026")
        called = name or str(graph.graph.get("name") or "networkx")
        return from_tables(nodes, links, mapping=mapping, name=called, as_of=vantage)
    called = name or str(graph.graph.get("name") or "networkx")
    tables = _tables(graph.graph.get("tables"))
    faults: list[str] = []
    nodes = []
    for node, data in graph.nodes(data=True):
        if str(data.get("id", node)) != str(node):
            faults.append(f"nodes, row {node}, id: the attribute says '{data['id']}'")
        nodes.append({**data, "id": str(node)})
    tables["nodes"] = _known(pd.DataFrame(nodes), "nodes")
    for table, rows in _rows(graph, faults).items():
        tables[table] = _known(pd.DataFrame(list(rows.values())), table) if rows else _empty(table)
    standing = graph.graph.get("standing") or ()
    if not isinstance(standing, (list, tuple)):
        faults.append("graph['standing'] is no list of lines")
    given = as_of if as_of is not None else graph.graph.get("as_of", "2026")
    try:
        network = build(
            tables, name=called, version=str(graph.graph.get("version", "0")), as_of=str(given), check_places=True
        )
    except SchemaError as error:
        faults += error.faults
    if faults:
        raise SchemaError(f"{called} has {len(faults)} fault(s)", faults)
    hazards = str(graph.graph.get("hazards") or network.hazards)
    return dataclasses.replace(network, standing=tuple(str(line) for line in standing), hazards=hazards)


def frames_of(graph: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the nodes and edges of a graph as two foreign tables; edges of a directed graph lead one way."""
    import pandas as pd

    nodes = pd.DataFrame([{**data, "id": str(node)} for node, data in graph.nodes(data=True)])
    ways = {"direction": "forward"} if graph.is_directed() else {}
    edges = [{**ways, **data, "from": str(u), "to": str(v)} for u, v, data in graph.edges(data=True)]
    return nodes, pd.DataFrame(edges)


def _tables(given: Any) -> dict[str, pd.DataFrame]:
    """Give the tables that stand beside nodes and edges as frames."""
    import pandas as pd

    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise DataError(f"graph['tables'] is a {type(given).__name__}; frames or lists of rows by table are needed")
    tables, faults = {}, []
    for table, rows in given.items():
        if table not in BESIDE:
            why = " beside nodes and edges" if table in TABLES else ""
            faults.append(f"no table '{table}'{why}{did_you_mean(str(table), BESIDE)}")
        elif isinstance(rows, pd.DataFrame):
            tables[table] = rows
        elif isinstance(rows, (list, tuple)) and all(isinstance(row, Mapping) for row in rows):
            tables[table] = pd.DataFrame(list(rows), dtype=object) if rows else _empty(table)
        else:
            faults.append(f"the table '{table}' is neither a frame nor a list of rows")
    if faults:
        raise DataError("graph['tables'] cannot be used", faults)
    return tables


def _rows(graph: Any, faults: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Give the rows of links and crossings by id, one for the two directions of an edge."""
    if graph.is_multigraph():
        edges = [(str(u), str(v), key, data) for u, v, key, data in graph.edges(keys=True, data=True)]
    else:
        edges = [(str(u), str(v), None, data) for u, v, data in graph.edges(data=True)]
    pairs: dict[str, set[frozenset[str]]] = {}
    for u, v, key, _ in edges:
        if isinstance(key, str):
            pairs.setdefault(key, set()).add(frozenset((u, v)))
    own = {str(data["id"]) for *_, data in edges if _is_given(data.get("id"))}
    rows: dict[str, dict[str, dict[str, Any]]] = {table: {} for table in ENDS}
    ways: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for u, v, key, data in edges:
        table = data.get("table", "links")
        if not isinstance(table, str) or table not in rows:
            faults.append(f"edge {u}-{v}: no table '{table}'{did_you_mean(str(table), rows)}")
            continue
        if _is_given(data.get("id")):
            row_id = str(data["id"])
        elif isinstance(key, str) and len(pairs[key]) == 1 and key not in own:
            row_id = key
        else:
            made = "-".join(dict.fromkeys(str(p) for p in (u, v, data.get("mode", "link"), key) if p is not None))
            row_id, number = made, 2
            while row_id in own or (table, row_id) in ways:
                row_id, number = f"{made}-{number}", number + 1
        row = {**data, "id": row_id, **_ends(graph, table, (u, v), row_id, data, faults)}
        known, seen = rows[table].get(row_id), ways.setdefault((table, row_id), [])
        seen.append((u, v))
        if known is None:
            if not _is_given(data.get("direction")):
                row["direction"] = "forward" if graph.is_directed() and table == "links" else "both"
            rows[table][row_id] = row
        elif len(seen) > 2 or seen[1] != seen[0][::-1] or u == v or data.get("direction") == "forward":
            faults.append(f"{table}, row {row_id}, id: stands twice, {'-'.join(seen[0])} and {u}-{v}")
        else:
            differ = [
                column
                for column in (*schema(table), *state.COLUMNS)
                if column not in ("id", "direction", *ENDS[table]) and str(known.get(column)) != str(row.get(column))
            ]
            faults += [f"{table}, row {row_id}, {column}: differs between its two directions" for column in differ]
            if not _is_given(data.get("direction")):
                known["direction"] = "both"
    return rows


def _ends(
    graph: Any, table: str, edge: tuple[str, str], row_id: str, data: Mapping[str, Any], faults: list[str]
) -> dict[str, str]:
    """Give the two ends of a row: those of the edge, in the order that its attributes tell, if they do."""
    told = [str(data[end]) if _is_given(data.get(end)) else None for end in ENDS[table]]
    one_way = table == "links" and graph.is_directed() and data.get("direction") == "forward"
    for ends in (edge,) if one_way else (edge, edge[::-1]):
        if all(said in (None, end) for said, end in zip(told, ends, strict=True)):
            return dict(zip(ENDS[table], ends, strict=True))
    for column, said in zip(ENDS[table], told, strict=True):
        if said is not None:
            faults.append(f"{table}, row {row_id}, {column}: '{said}' contradicts the edge {edge[0]}-{edge[1]}")
    return dict(zip(ENDS[table], edge, strict=True))


def _is_given(value: Any) -> bool:
    """Whether an attribute says anything: neither None, nor NaN, nor an empty text."""
    return value is not None and value != "" and not (isinstance(value, float) and value != value)


def _empty(table: str) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=list(schema(table)), dtype=object)


def _known(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Keep the columns of ours; a foreign graph carries others."""
    beside = {*state.COLUMNS, *RETIRED} if table in ENDS else set()
    return frame[[c for c in frame.columns if c in schema(table) or c in beside]]
