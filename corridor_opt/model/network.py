"""The network: frozen tables of nodes, links, crossings, terminals and what they refer to."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.model import state
from corridor_opt.model.schema import schema

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from corridor_opt.model.joining.merge import Overlay, Transit

VANTAGES = ("2022", "2026")
# Day by which what is dated is judged where no departure is given.
VANTAGE_DAYS = {"2022": dt.date(2022, 9, 30), "2026": dt.date(2026, 9, 30)}

# In this order: a table stands after those it refers to.
TABLES = (
    "sources",
    "operators",
    "classes",
    "parameters",
    "price_index",
    "closures",
    "chokepoints",
    "seasons",
    "countries",
    "nodes",
    "corridors",
    "claims",
    "links",
    "crossings",
    "terminals",
    "gauge_changes",
    "geometry",
)
# Tables whose rows a shipment uses: they have a status and may be closed, delayed or surcharged.
IMPORTED = "imported"  # tag of the rows that another network brought under a curated one
BEYOND = "beyond"  # tag of those in countries that the curated one does not know: closed to routes between others
USED = ("links", "crossings", "terminals", "gauge_changes")

# Kind of a node at sea where lanes meet: ships pass it without a call, and it may lie in no country.
SEA_LANE = "sea-lane"


# Tables with more rows than these are digested column by column: to write them as texts would take minutes.
MANY_ROWS = 20_000


@dataclass(frozen=True, eq=False)  # compared and hashed by identity: it holds frames
class Network:
    """A freight network at one vantage point; every change gives a new object.

    Parameters
    ----------
    name, version
        What it is called.
    as_of
        Vantage point whose statuses, surcharges and premiums hold: `2022` or `2026`.
    tables
        Frames by name (`nodes`, `links`, `crossings`, `terminals`, `gauge_changes`, `parameters`, ...) with the
        columns of their schemas. The tables of things a shipment uses carry three more: `status` (at `as_of`),
        `is_open` and `closed_by` (what closed the row; empty while it is open).
    standing
        What the vantage point itself changed: one line for each disruption with the rows it touched.
    hazards
        Name of the hazard set that questions are asked under unless they say otherwise.
    read_from
        The path it was read from, `embedded`, or nothing for what was made or changed in Python.
    """

    name: str
    version: str
    as_of: str
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    standing: tuple[str, ...] = field(default=(), repr=False)
    hazards: str = "none"
    read_from: str = field(default="", repr=False)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Give a table by its name."""
        return self.tables[table]

    def __repr__(self) -> str:
        """One line: name, version, vantage point and size."""
        return (
            f"<Network {self.name} {self.version} as of {self.as_of}: {len(self['nodes'])} nodes, "
            f"{len(self['links'])} links, {len(self['crossings'])} crossings>"
        )

    def replace(self, **tables: pd.DataFrame) -> Network:
        """Give a network with other tables; this one stays as it is."""
        return dataclasses.replace(self, tables={**self.tables, **tables}, read_from="")

    @functools.cached_property
    def sha256(self) -> str:
        """Checksum of the content of all tables, independent of the file format they came from."""
        digest = hashlib.sha256(self.as_of.encode())
        for table in TABLES:
            _digest(self[table][list(schema(table))], digest)
            if table in USED:  # what a scenario closed or opened; nothing where all follows from the status
                apart = state.written(self[table])
                if len(apart.columns):
                    _digest(apart, digest)
        return digest.hexdigest()

    def node(self, node_id: str) -> dict[str, Any]:
        """Give one node's row as a dict; its id is known to be right."""
        at, columns = self._nodes
        row = at[node_id]
        return {name: cells[row] if cells.dtype == object else cells[row].item() for name, cells in columns.items()}

    def has_node(self, node_id: object) -> bool:
        """Whether there is a node of that id."""
        return node_id in self._nodes[0]

    @functools.cached_property
    def _nodes(self) -> tuple[dict[str, int], dict[str, NDArray[Any]]]:
        """Rows of nodes by id, and the columns."""
        frame = self["nodes"]
        at = dict(zip(frame["id"].tolist(), range(len(frame)), strict=True))
        return at, {str(name): frame[name].to_numpy() for name in frame.columns}

    @functools.cached_property
    def corridor_names(self) -> dict[str, str]:
        """Names of corridors by id."""
        return dict(zip(self["corridors"]["id"], self["corridors"]["name"], strict=True))

    @functools.cached_property
    def numbers(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Rows of `parameters` by (subject, quantity)."""
        return {(row["subject"], row["quantity"]): row for row in self["parameters"].to_dict("records")}

    @functools.cached_property
    def beyond(self) -> tuple[str, ...]:
        """Countries that routes between all others keep out of: where only rows with the tag `beyond` lie."""
        links = self["links"]
        tags = links["tags"].map({cell: BEYOND in cell.split(";") for cell in links["tags"].unique()}).astype(bool)
        if not tags.any():
            return ()
        own = links[~links["tags"].map({cell: IMPORTED in cell.split(";") for cell in links["tags"].unique()})]
        nodes = self["nodes"]
        known = set(nodes["country"][nodes["id"].isin({*own["from"], *own["to"]})])
        return tuple(sorted({*nodes["country"]} - known - {""}))

    def merge(self, other: Network, *, overlay: Overlay = "other", transit: Transit = "all") -> Network:
        """Make one network of this and another; where both speak, one of them wins.

        Parameters
        ----------
        other
            At the same vantage point.
        overlay
            Which of the two wins: `"other"`, `"self"` (this one), or `"neither"` (rows stand side by side as they are;
            two of one id that differ are a fault).
        transit
            `"known"`: routes between countries that the winner knows keep to these; `"all"`: they may cross others.

        Returns
        -------
        Network
            See `corridor_opt.model.joining.merge.merged`, which gives a report beside it.

        Raises
        ------
        DataError, SchemaError, MissingExtraError
            As `merged`.
        """
        from corridor_opt.model.joining.merge import merged

        if not isinstance(other, Network):
            raise DataError(f"another network is needed (load_network()), not {type(other).__name__}")
        return merged(self, other, overlay=overlay, transit=transit)[0]

    def to_networkx(self) -> Any:
        """Give a `networkx.MultiDiGraph`: see `corridor_opt.model.files.to_networkx`."""
        from corridor_opt.model.files import to_networkx

        return to_networkx(self)

    def save(self, path: str | Path) -> Path:
        """Write the network to a folder of CSV files, a GeoPackage or GeoParquet: see `model.files.save`."""
        from corridor_opt.model.files import save

        return save(self, path)

    def _repr_html_(self) -> str:
        """Tables of counts for a notebook: links by mode and status, numbers by kind and confidence."""
        from corridor_opt.model.html_table import html_list, html_table
        from corridor_opt.model.numbers import confidence_counts

        links = self["links"].groupby(["mode", "status"]).size().unstack(fill_value=0)
        rows = [[str(mode), *(f"{n:,}" for n in counts)] for mode, *counts in links.itertuples()]
        caption = [
            f"{self.name} {self.version} as of {self.as_of}",
            f"links by mode and status; {len(self['nodes'])} nodes",
        ]
        head = ["links", *map(str, links.columns)]
        first = html_table(head, rows, right=range(1, len(head)), caption=caption)
        counts = confidence_counts(self)
        cells = [
            [f"{value:.0%}" if name.endswith("share") else str(value) for name, value in row.items()]
            for row in counts.to_dict("records")
        ]
        head = [str(name).replace("_", " ") for name in counts.columns]
        second = html_table(head, cells, right=range(1, len(head)), caption=["numbers in use, by confidence"])
        return first + second + html_list(f"standing as of {self.as_of}", self.standing)


def _digest(frame: pd.DataFrame, digest: hashlib._Hash) -> None:
    """Add the content of a table to a checksum: as CSV; of many rows the different cells of each column, and where."""
    import numpy as np
    import pandas as pd

    if len(frame) <= MANY_ROWS:
        digest.update(frame.to_csv(index=False, lineterminator="\n").encode())
        return
    for name, cells in frame.items():
        codes, found = pd.factorize(cells)
        digest.update(f"{name}\n{len(cells)}\n".encode())
        digest.update(pd.Series(found).to_csv(index=False, header=False, lineterminator="\n").encode())
        digest.update(np.asarray(codes, "<i4").tobytes())
