"""The price of avoiding something: the best routes with and without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corridor_opt.model.criteria import CRITERIA
from corridor_opt.results.route import Route

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Avoided:
    """What avoiding something costs in each criterion.

    Parameters
    ----------
    what
        What is avoided.
    criteria
        What was compared.
    best_with, best_without
        Best route in each criterion; `best_without` is empty where none is left.
    reason
        Why none is left; empty where there is one.
    """

    what: tuple[str, ...]
    criteria: tuple[str, ...]
    best_with: Mapping[str, Route] = field(repr=False)
    best_without: Mapping[str, Route] = field(repr=False)
    reason: str = ""

    @property
    def price(self) -> dict[str, float]:
        """Difference of the best values in each criterion's unit; 0 where the best route does not use it anyway."""
        if self.reason:
            return dict.fromkeys(self.criteria, float("inf"))
        return {c: self.best_without[c].values[c] - self.best_with[c].values[c] for c in self.criteria}

    def to_frame(self) -> pd.DataFrame:
        """One row a criterion: best with, best without, price, share, and both ways."""
        import pandas as pd

        from corridor_opt.results.text import route_way

        rows = []
        for c in self.criteria:
            before = self.best_with[c].values[c]
            row = {"criterion": c, "unit": CRITERIA[c].unit, "best_with": before}
            if not self.reason:
                price = self.price[c]
                row |= {"best_without": before + price, "price": price, "share": price / before if before else 0.0}
            else:
                row |= dict.fromkeys(("best_without", "price", "share"), float("inf"))
            row["way_with"] = route_way(self.best_with[c])
            row["way_without"] = route_way(self.best_without[c]) if not self.reason else ""
            rows.append(row)
        return pd.DataFrame(rows)

    def __str__(self) -> str:
        """Give a table that a person can read in 100 columns."""
        from corridor_opt.results.lines import text_table, wrapped

        rows = []
        for row in self.to_frame().to_dict("records"):
            digits = CRITERIA[row["criterion"]].digits
            amounts = [f"{row[key]:,.{digits}f}" for key in ("best_with", "best_without", "price")]
            rows.append([f"{row['criterion']} ({row['unit']})", *amounts, row["way_with"], row["way_without"]])
        head = ["best in", "with", "without", "price", "way with", "way without"]
        lines = [f"Avoiding {', '.join(self.what)}", ""]
        lines.append(text_table(head, rows, right=(1, 2, 3), widths=(19, 9, 9, 9, 23, 23)))
        lines += ["", *(wrapped(line) for line in self.reason.splitlines())] if self.reason else []
        return "\n".join(lines)
