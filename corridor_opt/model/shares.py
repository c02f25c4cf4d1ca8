"""Shares of rows that run along a link in what is said of the whole link.

Where one network was laid over another, many short links run along one of the winner's. Ten hours more on that link are
ten hours for all of them together, not ten hours for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

# Amounts of a whole link, not of each km nor of each call.
OF_WHOLE = ("length_km", "transit_hours", "freight_usd_per_teu", "war_risk_usd_per_teu", "extra_usd_per_teu",
            "extra_usd_per_vehicle", "extra_hours")  # fmt: skip


def shares(links: pd.DataFrame, meant: np.ndarray | None = None) -> np.ndarray:
    """Give the share of each row of the table of links in an amount for a whole link.

    Parameters
    ----------
    links
        With `id`, `length_km` (km) and, where a network was laid over another, `part_of`.
    meant
        Rows that the amount is for; None for all. A row that is meant without the link it runs along has it whole.

    Returns
    -------
    numpy.ndarray
        Length over the length of the link it runs along; 1 for every other row.
    """
    share = np.ones(len(links))
    if "part_of" not in links.columns:
        return share
    part, km, names = (links[column].to_numpy() for column in ("part_of", "length_km", "id"))
    rows = (part != "").nonzero()[0]
    if len(rows):
        whole = dict(zip(names, km, strict=True) if meant is None else zip(names[meant], km[meant], strict=True))
        share[rows] = [own / whole.get(of, own) for own, of in zip(km[rows], part[rows], strict=True)]
    return share
