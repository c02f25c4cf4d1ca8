"""A networkx graph becomes a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.model.network import TABLES, Network, build
from corridor_opt.model.schema import schema

if TYPE_CHECKING:
    import pandas as pd


def from_networkx(graph: Any, *, name: str | None = None, as_of: str | None = None) -> Network:
    """Make a network of a `networkx` graph with our attributes.

    Parameters
    ----------
    graph
        A MultiDiGraph as `Network.to_networkx` gives it, or any networkx graph whose nodes and edges carry the columns
        of the tables `nodes` and `links` (`table="crossings"` on an edge that is a border crossing). An edge's `id`
        (else its key, else a made-up one) names the row; two edges of one id in opposite directions are one row.
        Other tables stand in `graph.graph["tables"]`; those missing are taken from the embedded network.
    name
        Name of the network; the graph's own when None.
    as_of
        Vantage point; the graph's own, else `2026`, when None.

    Returns
    -------
    Network
        Validated.

    Raises
    ------
    DataError
        It is no networkx graph.
    SchemaError
        Every fault of nodes and edges at once.
    """
    import pandas as pd

    if not hasattr(graph, "nodes") or not hasattr(graph, "edges"):
        raise DataError(f"a networkx graph is needed, not {type(graph).__name__}")
    nodes = pd.DataFrame([{"id": str(node), **data} for node, data in graph.nodes(data=True)])
    rows: dict[str, dict[str, dict[str, Any]]] = {"links": {}, "crossings": {}}
    edges = (
        graph.edges(keys=True, data=True)
        if graph.is_multigraph()
        else ((u, v, 0, d) for u, v, d in graph.edges(data=True))
    )
    for u, v, key, data in edges:
        table = data.get("table", "links")
        if table not in rows:
            raise DataError(f"edge {u}-{v}: no table '{table}'; an edge is of links or crossings")
        ends = ("post_a", "post_b") if table == "crossings" else ("from", "to")
        made = key if isinstance(key, str) else f"{u}-{v}-{data.get('mode', 'link')}-{key}"
        row = {"id": made, ends[0]: str(u), ends[1]: str(v), **data}
        if not graph.is_directed() or table == "crossings":
            row.setdefault("direction", "both")
        else:
            row.setdefault("direction", "forward")
        rows[table].setdefault(str(row["id"]), row)
    given = graph.graph.get("tables", {})
    tables = {table: pd.DataFrame(given[table]) for table in TABLES if table in given and len(given[table])}
    tables |= {table: _empty(table) for table in TABLES if table in given and not len(given[table])}
    tables["nodes"] = _known(nodes, "nodes")
    for table, found in rows.items():
        tables[table] = _known(pd.DataFrame(list(found.values())), table) if found else _empty(table)
    return build(
        tables,
        name=name or str(graph.graph.get("name") or "networkx"),
        version=str(graph.graph.get("version", "0")),
        as_of=str(as_of or graph.graph.get("as_of", "2026")),
    )


def _empty(table: str) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns=list(schema(table)), dtype=object)


def _known(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Keep the columns of the schema; a foreign graph carries others."""
    return frame[[c for c in frame.columns if c in schema(table)]]
