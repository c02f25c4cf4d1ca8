"""Places of one network join the lines of another by short access links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corridor_opt.model.joining.connect import LEAST_KM
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.snap import snap
from corridor_opt.model.joining.split import split
from corridor_opt.model.joining.ways import apart_km

if TYPE_CHECKING:
    import pandas as pd

    from corridor_opt.model.network import Network

LAND = ("rail", "road")
CIRCUITY = 1.3  # of an access link over the straight distance; an assumption
# What an access link takes over from the line it leads to; all else is empty or its default.
TAKEN = ("mode", "gauge_mm", "class", "countries", "length_source", "status_2022", "status_2026", "status",
         "status_source", "is_open", "closed_by")  # fmt: skip

Stop = tuple[str, str, float]  # node id, mode, gauge (-1 where the mode has none)


def stops_of(winner: Network) -> list[Stop]:
    """Give every place of a network with each mode on land and gauge that serves it by a link."""
    links = winner["links"][winner["links"]["mode"].isin(LAND)]
    gauge = links["gauge_mm"].fillna(-1.0)
    cells = [(links[end], links["mode"], gauge) for end in ("from", "to")]
    return sorted({stop for ends in cells for stop in zip(*ends, strict=True)})


def attach(
    draft: Draft, winner: Network, km: float, posts: dict[Stop, int]
) -> tuple[Draft, dict[Stop, int], list[str]]:
    """Join places of the winner to the nearest line of their mode, gauge and country.

    Parameters
    ----------
    draft
        Whose lines.
    winner
        Whose places.
    km
        How far a line may lie.
    posts
        Where border posts join it, by place, mode and gauge: positions of nodes.

    Returns
    -------
    draft
        With the places, the access links and the lines cut where these meet them.
    joints
        Where each place with a mode and gauge stands on the lines: position of the node.
    apart
        Places that lie farther than `km` from any such line.
    """
    import pandas as pd

    stops = stops_of(winner)
    rows = winner["nodes"].set_index("id", drop=False)
    known = dict(zip(draft.texts("nodes", "id"), range(len(draft.nodes)), strict=True))
    fresh = [node for node in dict.fromkeys(node for node, *_ in stops) if node not in known]
    known |= {node: len(draft.nodes) + i for i, node in enumerate(fresh)}
    nodes = pd.concat([draft.nodes, rows.loc[fresh]], ignore_index=True)
    draft = draft.but(nodes=nodes)
    served = _served(draft)
    keys = {stop: (known[stop[0]], *stop[1:]) for stop in stops}
    joints = {stop: served[key] for stop, key in keys.items() if key in served}
    open_stops = [stop for stop in stops if stop not in joints]
    beside = _beside(draft, [stop for stop in open_stops if stop in posts], posts, known)
    found = _found(draft, winner, [stop for stop in open_stops if stop not in set(beside["stop"])], km, known)
    found = pd.concat([beside, found], ignore_index=True)
    cut, at = split(draft, at=found)
    links = draft.links.iloc[found["link"].to_numpy()].reset_index(drop=True)
    access = pd.DataFrame({c: _kept(links, c) for c in draft.links.columns}, index=links.index)
    access["start"], access["end"] = found["place"].to_numpy(), at
    access["length_km"] = np.maximum(CIRCUITY * found["distance_km"].to_numpy(), LEAST_KM)
    access["id"] = [f"{node}-{mode}-access" + (f"-{g:.0f}" if g > 0 else "") for node, mode, g in found["stop"]]
    access["tags"], access["direction"], access["length_confidence"] = "access", "both", "assumption"
    # a place that lies on the line itself needs no link of its own
    both = pd.concat([cut.links, access[access["start"] != access["end"]]], ignore_index=True)
    joints |= dict(zip(found["stop"], at, strict=True))
    lost = [f"{node} ({mode})" for node, mode, _ in open_stops if (node, mode, _) not in joints]
    used = np.zeros(len(cut.nodes), bool)
    used[np.concatenate([both["start"], both["end"], cut.crossings["start"], cut.crossings["end"]]).astype(int)] = True
    made = cut.but(links=both)
    number = np.cumsum(used) - 1
    return made.kept(used), {stop: int(number[i]) for stop, i in joints.items()}, lost


def _kept(links: pd.DataFrame, column: str) -> np.ndarray:
    """Cells of an access link: those of its line, or nothing."""
    cells = links[column].to_numpy()
    if column in TAKEN:
        return cells
    if column in ("cost_factor", "time_factor", "risk_factor", "headway_factor"):
        return np.ones(len(links))
    if cells.dtype == object:
        return np.full(len(links), None if column == "way" else "", object)
    zero = column.startswith(("sanctions", "war", "extra"))
    return np.full(len(links), 0.0 if zero else np.nan)


def _served(draft: Draft) -> dict[tuple[int, str, float], int]:
    """Give by position, mode and gauge where a line meets a node: there, or at the far end of its access link."""
    gauge, (start, end) = draft.links["gauge_mm"].fillna(-1.0).to_numpy(), draft.ends()
    mode, access = draft.links["mode"].to_numpy(object), draft.texts("links", "tags") == "access"
    served: dict[tuple[int, str, float], int] = {}
    for rows, far in ((np.flatnonzero(access), True), (np.flatnonzero(~access), False)):
        for one, other in ((start[rows], end[rows]), (end[rows], start[rows])):
            at = (other if far else one).tolist()
            served |= dict(zip(zip(one.tolist(), mode[rows], gauge[rows].tolist(), strict=True), at, strict=True))
    return served


def _beside(draft: Draft, stops: list[Stop], posts: dict[Stop, int], known: dict[str, int]) -> pd.DataFrame:
    """Find a line that ends at the post of each stop, as `_found` does."""
    import pandas as pd

    gauge, (start, end) = draft.links["gauge_mm"].fillna(-1.0), draft.ends()
    at: dict[tuple[int, str, float], tuple[int, float]] = {}
    for i, key in enumerate(zip(draft.links["mode"], gauge, strict=True)):
        at[int(start[i]), *key] = (i, 0.0)
        at[int(end[i]), *key] = (i, 1.0)
    points, rows = draft.points(), []
    for stop in stops:
        link = at.get((posts[stop], *stop[1:]))
        if link is not None:
            far = float(apart_km(points[known[stop[0]]], points[posts[stop]]))
            rows.append((*link, far, stop, known[stop[0]]))
    return pd.DataFrame(rows, columns=["link", "share", "distance_km", "stop", "place"])


def _found(draft: Draft, winner: Network, stops: list[Stop], km: float, known: dict[str, int]) -> pd.DataFrame:
    """Find the nearest line for each place: `place`, `stop`, `link`, `share`, `distance_km`."""
    import pandas as pd

    of_place = winner["nodes"].set_index("id")
    country, (start, end) = draft.texts("nodes", "country"), draft.ends()
    same = np.where(country[start] == country[end], country[start], "")
    gauge = draft.links["gauge_mm"].fillna(-1.0).to_numpy()
    groups: dict[tuple[str, float, str], list[Stop]] = {}
    for stop in stops:
        groups.setdefault((stop[1], stop[2], of_place.at[stop[0], "country"]), []).append(stop)
    parts = []
    for (mode, mm, land), of_group in groups.items():
        points = of_place.loc[[stop[0] for stop in of_group], ["lon", "lat"]].to_numpy(float)
        near = snap(draft, points=points, mode=mode, km=km, among=(same == land) & (gauge == mm))
        chosen = [of_group[i] for i in near["point"]]
        parts.append(near.assign(stop=chosen, place=[known[stop[0]] for stop in chosen]))
    empty = pd.DataFrame({"link": [], "share": [], "distance_km": [], "stop": [], "place": []})
    made = pd.concat(parts, ignore_index=True) if parts else empty
    return made.astype({"link": int, "share": float, "place": int})
