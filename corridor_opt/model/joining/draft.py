"""A draft: nodes and links as another source drew them, on their way to a network."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import MissingExtraError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

CROSSING_COLUMNS = ("start", "end", "mode", "gauge_a", "gauge_b", "length_km", "like", "status")


def _no_crossings() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({c: pd.Series(dtype=object) for c in CROSSING_COLUMNS})


@dataclass(frozen=True, eq=False)  # compared by identity: it holds frames
class Draft:
    """Nodes and links that are no network yet; every verb of `model.joining` gives a new one.

    Parameters
    ----------
    name
        What it is called.
    nodes
        One row a node, its position is its number. `lon`, `lat` in degrees (WGS 84); further columns of the schema of
        nodes (`id`, `name`, `kind`, `country`, `unlocode`, `tags`, `note`), empty where not known.
    links
        One row a link: `start`, `end` (positions in `nodes`), `mode`, `length_km`, `direction` (`both`, or `forward`
        from start to end); further columns of the schema of links (`gauge_mm`, NaN where not known; `class`, `tags`,
        ...) and `way`, a shapely LineString in degrees or None where the link is drawn straight.
    source
        Id of the row of `sources` that lengths and places rest on.
    sources
        Rows of the schema of sources that come with it.
    said
        What each verb did, a line each.
    crossings
        Borders, as the verb `borders` finds them: `start`, `end` (positions of the two posts), `mode`, `gauge_a`,
        `gauge_b`, `length_km`, `like` (id of the curated crossing it runs along, or empty) and `status`.
    """

    name: str
    nodes: pd.DataFrame = field(repr=False)
    links: pd.DataFrame = field(repr=False)
    source: str
    sources: pd.DataFrame = field(repr=False)
    said: tuple[str, ...] = field(default=(), repr=False)
    crossings: pd.DataFrame = field(default_factory=_no_crossings, repr=False)

    def but(
        self,
        said: str = "",
        *,
        nodes: pd.DataFrame | None = None,
        links: pd.DataFrame | None = None,
        crossings: pd.DataFrame | None = None,
    ) -> Draft:
        """Give a draft with other tables and one line more; positions are counted anew, ends stay as given."""
        changes: dict[str, Any] = {
            name: frame.reset_index(drop=True)
            for name, frame in (("nodes", nodes), ("links", links), ("crossings", crossings))
            if frame is not None
        }
        return dataclasses.replace(self, **changes, said=(*self.said, said) if said else self.said)

    def texts(self, table: str, column: str) -> np.ndarray:
        """Give a column of texts of `nodes` or `links`; all empty where the table has none."""
        import numpy as np

        frame = getattr(self, table)
        if column not in frame.columns:
            return np.full(len(frame), "", object)
        return frame[column].fillna("").to_numpy(object).copy()

    def points(self) -> np.ndarray:
        """Give the places of the nodes, degrees, longitude first."""
        return self.nodes[["lon", "lat"]].to_numpy(float)

    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Give the positions of the first and of the last node of every link."""
        return self.links["start"].to_numpy(int), self.links["end"].to_numpy(int)

    def kept(self, mask: np.ndarray, said: str = "") -> Draft:
        """Give the draft with some of its nodes; links and crossings between nodes that are kept stay."""
        import numpy as np

        number = np.cumsum(mask) - 1
        tables = {}
        for name in ("links", "crossings"):
            frame = getattr(self, name)
            start, end = frame["start"].to_numpy(int), frame["end"].to_numpy(int)
            both = mask[start] & mask[end]
            tables[name] = frame[both].assign(start=number[start[both]], end=number[end[both]])
        return self.but(said, nodes=self.nodes[mask], **tables)


def scipy_part(name: str) -> Any:
    """Give a part of scipy, such as `sparse.csgraph`.

    Raises
    ------
    MissingExtraError
        scipy is not installed.
    """
    import importlib

    try:
        return importlib.import_module(f"scipy.{name}")
    except ImportError as error:
        raise MissingExtraError(
            "joining large networks needs scipy: pip install 'corridor_opt[large]' or 'corridor_opt[osm]'"
        ) from error
