"""The quantities a planner minimises: their names, units and resolutions, from `data/schema/criteria.csv`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.schema import read_rows, vocabulary

CONFIDENCE = tuple(vocabulary("confidence"))  # from high to assumption
DEFAULT_PRICES = 2025


@dataclass(frozen=True)
class Criterion:
    """A minimised quantity.

    Parameters
    ----------
    name, unit
        `cost` USD, `time` h, `distance` km, `risk` probability, `emissions` kg, `delay` h.
    resolution
        Size of one integer step inside the search, in the unit (in nepers for risk).
    fine
        Size of one for rows of an imported network, whose links are short; a whole part of `resolution`.
    digits
        Decimals a planner is shown.
    sums
        Whether values add up along a route; hazards that several links share are counted once.
    always
        Whether every route shows it; else only routes that were searched by it.
    """

    name: str
    unit: str
    resolution: float
    fine: float
    digits: int
    sums: bool
    always: bool


CRITERIA = {
    r["criterion"]: Criterion(
        r["criterion"],
        r["unit"],
        float(r["resolution"]),
        float(r["fine"]),
        int(r["digits"]),
        r["sums"] == "yes",
        r["shown"] == "always",
    )
    for r in read_rows("schema", "criteria.csv")
}
STANDARD = tuple(name for name, criterion in CRITERIA.items() if criterion.always)


def check_criteria(names: Sequence[str]) -> tuple[str, ...]:
    """Check the names of criteria: known, at least one, none twice.

    Raises
    ------
    DataError
        Every fault at once.
    """
    if not isinstance(names, Sequence):
        raise DataError(f"criteria: name some of {', '.join(CRITERIA)}, not {names!r}")
    given = (names,) if isinstance(names, str) else tuple(str(name) for name in names)
    faults = [f"no criterion '{n}'{did_you_mean(str(n), CRITERIA)}" for n in given if n not in CRITERIA]
    faults += [f"criterion '{n}' stands twice" for n in dict.fromkeys(given) if given.count(n) > 1]
    if not given:
        faults.append(f"name at least one of {', '.join(CRITERIA)}")
    if faults:
        raise DataError("the criteria cannot be used", faults)
    return given
