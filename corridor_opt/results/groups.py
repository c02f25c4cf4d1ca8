"""What a route pays by group: by leg, mode, border or terminal; the groups add up to the whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError, did_you_mean
from corridor_opt.model.criteria import CRITERIA
from corridor_opt.results.route import ADDITIVE

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.results.route import Route

GROUPS = ("leg", "mode", "border", "terminal")
TERMINAL = ("load", "unload", "wait", "gauge-change")


def pieces_of(route: Route) -> list[dict[str, Any]]:
    """Steps of a route with what each is: `key` (the same element in any front), `group`, `place`, values.

    Returns
    -------
    list of dict
        One dict a step: its columns, `key`, and for each of `GROUPS` the name of the group it belongs to.
    """
    country = route.front.network.node
    steps = route.steps[["table", "row", "kind", "direction", "mode", "from", "to", "id", "risk", *ADDITIVE]].to_dict(
        "records"
    )
    for step in steps:
        step["key"] = (step["table"], step["id"], step["kind"], step["from"], step["to"], step["mode"])
        border = step["kind"] == "border"
        step["by-mode"] = step["mode"] if step["kind"] in ("haul", "wait", "access") else step["kind"]
        step["by-border"] = "-".join(country(step[end])["country"] for end in ("from", "to")) if border else ""
        here = step["kind"] in TERMINAL
        step["by-terminal"] = country(step["from"])["name"] if here else ""
    return steps


def grouped(route: Route, by: str) -> list[dict[str, Any]]:
    """What a route pays by group; the groups add up to the whole.

    Parameters
    ----------
    route
        Whose steps.
    by
        `leg`, `mode`, `border` or `terminal`; what lies between borders or terminals is one group, `on the way`.

    Returns
    -------
    list of dict
        In travel order: the group's name under `by`, the additive criteria, and `nepers` of risk, each hazard where
        the route meets it first.

    Raises
    ------
    DataError
        No such group.
    """
    if by not in GROUPS:
        raise DataError(f"no group '{by}'{did_you_mean(str(by), GROUPS)}")
    steps = pieces_of(route)
    names: list[str] = []
    if by == "leg":
        name = route.front.network.node
        owner = {step: i for i, leg in enumerate(route.legs) for step in leg.steps}
        for row in route.rows:
            leg = route.legs[owner[row["step"]]]
            ends = [name(leg.start)["name"], name(leg.end)["name"]]
            said = ends[0] if leg.start == leg.end else " > ".join(ends)
            names.append(f"{owner[row['step']] + 1}. {leg.kind} {leg.mode}: {said}")
    else:
        names = [step[f"by-{by}"] or "on the way" for step in steps]
    sums: dict[str, dict[str, float]] = {}
    for group, step in zip(names, steps, strict=True):
        made = sums.setdefault(group, dict.fromkeys((*ADDITIVE, "nepers"), 0.0))
        for criterion in ADDITIVE:
            made[criterion] += step[criterion]
        made["nepers"] += step["risk"]
    return [{by: group, **{n: round(v, 9) for n, v in made.items()}} for group, made in sums.items()]


def group_frame(route: Route, by: str) -> pd.DataFrame:
    """What a route pays by group, see `grouped`; risk as a probability beside its nepers."""
    import pandas as pd

    shown = [name for name in CRITERIA if name in route.values]
    frame = pd.DataFrame(grouped(route, by), columns=[by, *ADDITIVE, "nepers"])
    frame["risk"] = [-math.expm1(-amount) for amount in frame["nepers"]]
    return frame[[by, *shown, "nepers"]]
