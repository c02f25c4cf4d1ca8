"""Tables become a network: defaults filled in, every fault told at once."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from corridor_opt.errors import DataError, SchemaError, did_you_mean
from corridor_opt.model import checks, state
from corridor_opt.model.casting import Checker, unique_texts
from corridor_opt.model.network import SEA_LANE, TABLES, USED, VANTAGES, Network
from corridor_opt.model.prices import check_prices
from corridor_opt.model.schema import schema
from corridor_opt.model.season import check_seasons

if TYPE_CHECKING:
    import pandas as pd

EMBEDDED = Path(__file__).resolve().parent.parent / "data" / "eurasia"
REQUIRED = ("nodes", "links")
# Tables of shared numbers: a network that brings none of its own uses those of the embedded one.
SHARED = ("sources", "classes", "parameters", "price_index", "chokepoints", "countries")


@functools.cache
def embedded_texts(table: str) -> pd.DataFrame:
    """Give a table of the embedded network as texts."""
    import pandas as pd

    path = EMBEDDED / f"{table}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8").astype(object)


def vantage_word(as_of: object) -> str:
    """Give a vantage point as its word."""
    vantage = str(as_of)
    if vantage not in VANTAGES:
        raise DataError(f"no vantage point '{vantage}'{did_you_mean(vantage, VANTAGES)}")
    return vantage


def build(
    texts: Mapping[str, pd.DataFrame],
    *,
    name: str,
    version: str = "0",
    as_of: str = "2026",
    check_places: bool = False,
    take: bool = False,
) -> Network:
    """Validate tables and make a network of them.

    Parameters
    ----------
    texts
        Frames by table name. `nodes` and `links` are required. Shared numbers (classes, parameters, closures,
        chokepoints, countries, price index, sources) that are missing are those of the embedded network; other tables
        that are missing are empty, but for terminals: without that table every place has one for each mode that
        serves it.
        The columns `is_open`, `closed_by` and `transit_closed` of `model.state` may stand beside those of a schema.
    name, version, as_of
        As in `Network`.
    check_places
        Whether to hold coordinates against the outlines of their countries and land links against the straight
        distance of their ends; what a person has made wants it, our own tables are checked by tests.
    take
        Whether `texts`, a dict then, is emptied: large tables need not be there twice.

    Raises
    ------
    SchemaError
        Every fault of every table.
    """
    import pandas as pd

    given: dict[str, pd.DataFrame] = texts if take and isinstance(texts, dict) else dict(texts)
    as_of = vantage_word(as_of)
    unknown = [f"no table '{t}'{did_you_mean(t, TABLES)}" for t in given if t not in TABLES]
    unknown += [f"the table '{t}' is missing" for t in REQUIRED if t not in given]
    if unknown:
        raise SchemaError(f"{name} cannot be used", unknown)
    everywhere = "terminals" not in given
    for table in TABLES:
        given.setdefault(table, embedded_texts(table) if table in SHARED else _empty(table))
    if everywhere:
        given["terminals"] = _terminals_everywhere(given)
    known = {table: set(unique_texts(frame["id"])[1]) for table, frame in given.items() if "id" in frame.columns}
    checker = Checker(known)
    if not len(given["nodes"]):
        checker.faults.append("nodes: the table has no rows")
        known.pop("nodes", None)  # and not one fault more for each link
    states = {}
    for table in USED:
        given[table], states[table] = state.take(table, given[table], as_of, checker)
    tables = {}
    for table in list(given):
        tables[table] = checker.cast(table, given[table])
        given[table] = pd.DataFrame(columns=given[table].columns)  # which there were is asked below
    if check_places:
        checks.check_places(tables, checker)
    checks.check_lanes(tables, given, checker)
    if not checker.faults:
        checks.check_borders(tables, checker)
        checks.check_gauges(tables, checker)
        checks.check_numbers(tables, checker)
        check_prices(tables, checker)
        check_seasons(tables, checker)
        checks.check_countries(tables["countries"], checker)
    if checker.faults:
        raise SchemaError(f"{name} has {len(checker.faults)} fault(s)", checker.faults)
    for table in USED:
        tables[table] = state.stand(tables[table], as_of, states[table])
    return Network(name, version, as_of, tables)


def _empty(table: str) -> pd.DataFrame:
    """Give a table without rows."""
    import pandas as pd

    return pd.DataFrame(columns=list(schema(table)), dtype=object)


def _terminals_everywhere(texts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Give every place a terminal for each mode that serves it, with default hours and charges."""
    import pandas as pd

    nodes, links = texts["nodes"], texts["links"].reset_index(drop=True)
    lanes = set(nodes["id"][nodes["kind"] == SEA_LANE]) if {"id", "kind"} <= set(nodes.columns) else set()
    changes = set(texts["gauge_changes"]["node"]) if "node" in texts["gauge_changes"].columns else set()
    if not len(links):
        return _empty("terminals")
    none = pd.Series("", links.index, dtype=object)
    cells = {c: links[c].astype(object) if c in links.columns else none for c in ("from", "to", "mode", "gauge_mm")}
    mode, gauge = cells["mode"], cells["gauge_mm"]
    # in the order of links, and of each its first node first
    both = pd.concat([pd.DataFrame({"node": cells[end], "mode": mode, "gauge_mm": gauge}) for end in ("from", "to")])
    both = both.sort_index(kind="stable")
    both = both[~both["node"].isin(lanes)]
    both["gauge_mm"] = both["gauge_mm"].where(both["mode"] == "rail", "")
    # one rail terminal where the gauge changes, as the checks ask for
    served = both["gauge_mm"].astype(str).where(~both["node"].isin(changes), "")
    both = both[~both.assign(gauge_mm=served).duplicated()].reset_index(drop=True)
    parts = zip(both["node"], both["mode"], both["gauge_mm"], strict=True)
    both.insert(0, "id", ["-".join(str(part) for part in parts if part) for parts in parts])
    return both.assign(**{f"status_{v}": "operating" for v in VANTAGES})
