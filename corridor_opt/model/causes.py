"""Named causes of closure, as they were judged at the vantage point of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor_opt.model.network import Network
from corridor_opt.model.schema import Checker

if TYPE_CHECKING:
    import pandas as pd

# What a vantage point may see otherwise, by column: `closures_per_year_2022` beside `closures_per_year`.
SEEN = ("closures_per_year", "source", "confidence", "note")
EARLIER = "2022"


def named_causes(network: Network) -> dict[str, dict[str, Any]]:
    """Rows of `closures` by id, each with rate, source, confidence and note of the network's vantage point.

    Parameters
    ----------
    network
        Where `closures` has no rate of its own for `network.as_of`, the general one holds.
    """
    found = {}
    for row in network["closures"].to_dict("records"):
        own = row.get(f"closures_per_year_{network.as_of}")
        if own is not None and own == own:
            row |= {column: row[f"{column}_{network.as_of}"] for column in SEEN}
        found[row["id"]] = row
    return found


def check_closures(closures: pd.DataFrame, checker: Checker) -> None:
    """Hold that a rate of an earlier vantage point has a source and a confidence, and that neither is of nothing."""
    for row in closures.to_dict("records"):
        given = row[f"closures_per_year_{EARLIER}"] == row[f"closures_per_year_{EARLIER}"]
        for what in ("source", "confidence"):
            column = f"{what}_{EARLIER}"
            if given and not row[column]:
                checker.fault("closures", row["id"], column, f"is empty; closures_per_year_{EARLIER} needs one")
            elif row[column] and not given:
                checker.fault("closures", row["id"], column, f"is of nothing (closures_per_year_{EARLIER} is empty)")
