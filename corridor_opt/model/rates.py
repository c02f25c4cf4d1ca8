"""Rates, speeds and other shared numbers, looked up for one service and one price year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network


class Rates:
    """The network's parameters for one service, in prices of one year.

    Parameters
    ----------
    network
        Holds `parameters` and `price_index`.
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
        self.rows, self.service = network.numbers, service
        index = network["price_index"].set_index("year")["index"]
        if prices not in index.index:
            known = f"{int(index.index.min())}-{int(index.index.max())}"
            raise DataError(f"no price index for the year {prices}; known: {known}")
        self.factor = float(index[prices]) / index

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

        found = {}
        for subject in subjects.unique():
            row = self.row(subject, quantity)
            if row is None:
                found[subject] = (float("nan"), "", "", "")
            else:
                found[subject] = (
                    row["value"] * self.inflate(row["price_year"]),
                    row["source"],
                    row["confidence"],
                    f"{row['subject']}/{row['quantity']}",
                )
        columns = ["value", "source", "confidence", "number"]
        return pd.DataFrame([found[s] for s in subjects], columns=columns, index=subjects.index)

    def inflate(self, year: float) -> float:
        """Factor that brings an amount of a year to the prices asked; 1 where there is no year."""
        if year != year:
            return 1.0
        if year not in self.factor.index:
            raise DataError(f"no price index for {year:.0f}, the year of an amount in the network")
        return float(self.factor[year])

    def own(self, cells: pd.Series, years: pd.Series) -> pd.Series:
        """Amounts of a table brought to the prices asked."""
        return cells * years.map(self.inflate)
