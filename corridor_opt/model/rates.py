"""Rates, speeds and other shared numbers, looked up for one service and one price year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.cited import COLUMNS, joined, least_of, named
from corridor_opt.model.prices import GENERAL, PriceIndex, price_kinds

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network


class Rates:
    """The network's parameters for one service, in prices of one year.

    Parameters
    ----------
    network
        Holds `parameters`, `price_index` and `classes`.
    service
        `ordinary` or `block-train`; a number that has none for it is the one of ordinary service.
    prices
        Price year.

    Raises
    ------
    DataError
        There is no price index for that year.
    """

    def __init__(self, network: Network, service: str, prices: int) -> None:
        self.rows, self.service, self.prices = network.numbers, service, prices
        self.index = PriceIndex(network)
        self.index.check(prices)
        # Freight follows the index of its class, all else (handling, fees) the general one.
        self.kinds = {"access": "road"} | price_kinds(network["classes"])

    def row(self, subject: str, quantity: str) -> dict[str, Any] | None:
        """Give the row of a quantity, for the service where there is one, else for ordinary service.

        A subject may end in a colon and a qualifier, such as a country: `terminal-sea:RU`. Its row wins over that of
        the subject without it; but a number of another service wins over one of ordinary service.
        """
        general = subject.partition(":")[0]
        special, usual = f"{quantity}.{self.service}", f"{quantity}.ordinary"
        wanted = [(subject, special)]
        if special != usual:
            wanted += [(general, special), (subject, usual)]
        for key in (*wanted, (subject, quantity), (general, usual), (general, quantity)):
            if key in self.rows:
                return self.rows[key]
        return None

    def series(self, subjects: pd.Series, quantity: str) -> pd.DataFrame:
        """Value (in prices of the year asked), source, confidence and name of a quantity for many subjects."""
        import pandas as pd

        codes, words = pd.factorize(subjects)
        found = [self._said(subject, quantity) for subject in words]
        made = pd.DataFrame(found, columns=list(COLUMNS)).astype({"value": float} | dict.fromkeys(COLUMNS[1:], object))
        return made.iloc[codes].set_axis(subjects.index)

    def _said(self, subject: str, quantity: str) -> tuple[float, str, str, str]:
        """Value in prices of the year asked, source, confidence and name of a quantity of one subject."""
        row = self.row(subject, quantity)
        if row is None:
            return (float("nan"), "", "", "")
        kind = self.kinds.get(subject.partition(":")[0], GENERAL)
        brought = self._brought(row["value"], row["source"], row["confidence"], row["price_year"], kind)
        return (*brought, f"{row['subject']}/{row['quantity']}")

    def own(self, table: str, rows: pd.DataFrame, column: str, classes: pd.Series | None = None) -> pd.DataFrame:
        """Amounts of a column brought to the prices asked: as `series`, NaN where a cell is empty.

        Parameters
        ----------
        table
            Name of the table.
        rows
            Holds the column and its year, source and confidence beside it.
        classes
            Whose index they follow; None: the general one.
        """
        import pandas as pd

        stem = column.partition("_")[0]
        made = pd.DataFrame({"value": rows[column]}, index=rows.index)
        made["source"] = made["confidence"] = pd.Series("", index=rows.index, dtype=object)
        own = np.flatnonzero(made["value"].notna())
        kinds = classes.map(self.kinds) if classes is not None else pd.Series(GENERAL, index=rows.index)
        said = [rows[f"{stem}_{name}"].iloc[own] for name in ("source", "confidence", "year")]
        cells = zip(made["value"].iloc[own], *said, kinds.iloc[own], strict=True)
        brought = [self._brought(*row) for row in cells]
        for place in range(len(made.columns)):
            made.iloc[own, place] = [row[place] for row in brought]
        return made.assign(number=named(table, rows, column))

    def inflate(self, year: float, kind: str = GENERAL) -> float:
        """Factor that brings an amount of a year to the prices asked; 1 where there is no year."""
        return self.index.factor(year, self.prices, kind)

    def _brought(self, value: float, source: str, confidence: str, year: float, kind: str) -> tuple[float, str, str]:
        """Bring an amount to the prices asked: the index is one of its sources then."""
        said, doubts = self.index.said(year, self.prices, kind)
        factor = self.index.factor(year, self.prices, kind)
        return value * factor, joined(source, said), least_of(confidence, *doubts)
