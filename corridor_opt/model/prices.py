"""Price indices: an amount of money of one year, in the prices of another.

Freight did not move with consumer prices, and not alike by sea, rail and road: an index has a kind. A kind that the
table of a network does not hold is `general`, and so is a whole table without kinds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network

GENERAL = "general"
# The index a class follows where its row names none; feeders and ferries swing less than the deep sea.
OF_MODE = {"sea": "sea", "ferry": "short-sea", "waterway": "short-sea", "rail": "rail", "road": "road"}


def price_kinds(classes: pd.DataFrame) -> dict[str, str]:
    """Give the kind of price index that the freight of each class follows."""
    named = zip(classes["id"], classes["mode"], classes["price_kind"], strict=True)
    return {name: kind or OF_MODE[mode] for name, mode, kind in named}


def price_years(network: Network) -> list[int]:
    """Years in which every kind of index has a value: those one can ask for."""
    years = [set(group) for _, group in network["price_index"].groupby("kind")["year"]]
    return sorted(int(year) for year in set.intersection(*years))


class PriceIndex:
    """The price indices of a network.

    Parameters
    ----------
    network
        Holds `price_index`.
    """

    def __init__(self, network: Network) -> None:
        self._rows = {
            kind: group.set_index("year").to_dict("index") for kind, group in network["price_index"].groupby("kind")
        }

    def factor(self, then: float, now: float, kind: str = GENERAL) -> float:
        """Factor that brings an amount of a year to the prices of another; 1 for an amount without a year.

        Raises
        ------
        DataError
            There is no index for one of the years.
        """
        if then != then or then == now:
            return 1.0
        return float(self._row(now, kind)["index"]) / float(self._row(then, kind)["index"])

    def said(self, then: float, now: float, kind: str = GENERAL) -> tuple[str, tuple[str, ...]]:
        """Sources of the index and its two confidences; nothing where no index is used."""
        if then != then or then == now:
            return "", ()
        rows = [self._row(year, kind) for year in (then, now)]
        sources = dict.fromkeys(str(row["source"]) for row in rows)
        return ";".join(sources), tuple(str(row["confidence"]) for row in rows)

    def check(self, year: float) -> None:
        """Raise where a kind has no index for a year."""
        for kind in self._rows:
            self._row(year, kind)

    def _row(self, year: float, kind: str) -> dict[str, Any]:
        rows = self._rows.get(kind, self._rows[GENERAL])
        if year not in rows:
            named = kind if kind in self._rows else GENERAL
            known = f"{min(rows):.0f}-{max(rows):.0f}"
            raise DataError(f"no price index ({named}) for the year {year:.0f}; known: {known}")
        return rows[year]
