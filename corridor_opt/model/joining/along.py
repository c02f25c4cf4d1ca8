"""Lines of one network that run along links of another: they follow it in everything but their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.cited import joined
from corridor_opt.model.joining.attach import LAND, Stop, attach
from corridor_opt.model.joining.draft import Draft, scipy_part
from corridor_opt.model.joining.ways import apart_km

if TYPE_CHECKING:
    from corridor_opt.model.network import Network

# A way along a link is at least and at most so long, in lengths of the link; assumptions.
LEAST, MOST = 0.8, 1.35
BEHIND = 1.001  # lines along a link are together so much longer than it, so that the link itself wins
ROUNDS = 12  # parallel lines that are looked for beside one link
MOST_FACTOR = 1.15  # lengths of the base are made longer by no more
FEW = 5  # links of a country that tell its factor; else all of the mode do
BORDER_KM = 25.0  # a crossing so near one of the winner's, of the same mode and countries, is like it
NOT_BUILT = ("planned", "under construction", "missing")
FOLLOWED = (
    "class traction traction_source traction_confidence corridors chokepoints closures seasons status status_2022 "
    "status_2026 status_source status_note is_open closed_by transit_closed cost_factor time_factor risk_factor "
    "sanctions_share surcharge_source headway_hours headway_source headway_confidence headway_factor"
).split()
# These are of the whole link: each part has its share.
SHARED_OUT = ("transit_hours", "freight_usd_per_teu", "war_risk_usd_per_teu", "extra_usd_per_teu",
              "extra_usd_per_vehicle", "extra_hours")  # fmt: skip
BESIDE = ("transit_source", "transit_confidence", "freight_year", "freight_source", "freight_confidence")
OF_CROSSING = ("id", "post_a", "post_b", "country_a", "country_b", "mode", "gauge_a", "gauge_b", "length_km", "part_of",
               "length_source", "length_confidence", "length_other")  # fmt: skip


def along(draft: Draft, winner: Network, km: float, counts: dict[str, float]) -> tuple[Draft, dict[str, Any]]:
    """Join the winner's places to a draft, and let what runs along the winner's links follow them.

    Returns
    -------
    draft
        Lengths of rail and road brought to the winner's; lines along its links have `part_of`.
    report
        `factors`, `missing`, `apart` of a `MergeReport`.
    """
    draft, joints, apart = attach(draft, winner, km)
    counts["places joined by access links"] = int((draft.links["tags"].to_numpy(object) == "access").sum())
    ways = _Ways(draft, winner, joints)
    factors = ways.calibrate()
    missing = ways.follow()
    counts["links of the winner with lines along them"] = ways.followed
    counts["lines along them"] = int((ways.part_of != "").sum())
    counts["km of lines along them"] = round(float(ways.km[ways.part_of != ""].sum()))
    links = ways.links()
    crossings, like = _crossings(draft, winner)
    counts["crossings like the winner's"] = like
    return draft.but(links=links, crossings=crossings), {"factors": factors, "missing": missing, "apart": tuple(apart)}


class _Ways:
    """The lines of a draft on land, searched for ways along links."""

    def __init__(self, draft: Draft, winner: Network, joints: dict[Stop, int]) -> None:
        self.draft, self.joints = draft, joints
        self.country = draft.texts("nodes", "country")
        self.start, self.end = draft.ends()
        self.mode = draft.links["mode"].to_numpy(object)
        self.gauge = draft.links["gauge_mm"].fillna(-1.0).to_numpy()
        self.access = draft.texts("links", "tags") == "access"
        self.km = draft.links["length_km"].to_numpy(float).copy()
        self.part_of = np.full(len(self.km), "", object)
        self.share = np.zeros(len(self.km))
        links = winner["links"]
        self.wanted = links[links["mode"].isin(LAND)].sort_values("length_km", kind="stable")
        self.by_id = links.set_index("id", drop=False)
        self.scaled = np.zeros(len(self.km), bool)
        self.followed = 0
        self._grounds: dict[tuple[str, float, str], tuple[Any, ...]] = {}

    def calibrate(self) -> dict[str, float]:
        """Bring the lengths of each mode and country to the winner's: by the median ratio, never shorter."""
        ratios: dict[tuple[str, str], list[float]] = {}
        for row in self.wanted.itertuples():
            found = self._way(row)
            if not isinstance(found, str):
                length = self.km[found].sum()
                if LEAST <= length / row.length_km <= MOST:
                    ratios.setdefault((row.mode, row.countries), []).append(row.length_km / length)
        of_mode = {m: np.median([r for k, rs in ratios.items() if k[0] == m for r in rs]) for m in {k[0] for k in ratios}}
        factors = {}
        lands = np.where(self.country[self.start] == self.country[self.end], self.country[self.start], "")
        for mode, general in sorted(of_mode.items()):
            for land in np.unique(lands[self.mode == mode].astype(str)):
                own = ratios.get((mode, land), [])
                factor = float(np.clip(np.median(own) if len(own) >= FEW else general, 1, MOST_FACTOR))
                rows = (self.mode == mode) & (lands == land) & ~self.access
                self.km[rows] *= factor
                if len(own) >= FEW:
                    factors[f"{mode} {land}"] = round(factor, 4)
            factors[f"{mode} elsewhere"] = round(float(np.clip(general, 1, MOST_FACTOR)), 4)
        self._grounds.clear()
        return factors

    def follow(self) -> dict[str, str]:
        """Let lines follow the links they run along, the shortest links first; say why a link has none."""
        missing = {}
        for row in self.wanted.itertuples():
            if row.status in NOT_BUILT:
                continue
            had = False
            for _ in range(ROUNDS):
                way = self._way(row)
                if isinstance(way, str):
                    missing |= {} if had else {row.id: way}
                    break
                length = self.km[way].sum()
                if length < LEAST * row.length_km:
                    missing |= {} if had else {row.id: f"a way of {length:.0f} km is much shorter than {row.length_km:g}"}
                    break
                if length >= row.length_km and had:
                    break
                self._take(row, way)
                had = True
            self.followed += had
        return missing

    def _way(self, row: Any) -> np.ndarray | str:
        """Find the lines of the shortest way between the ends of a link in its country, or say why there is none."""
        stops = [(node, row.mode, row.gauge_mm if row.gauge_mm == row.gauge_mm else -1.0) for node in (row[2], row[3])]
        if not all(stop in self.joints for stop in stops):
            return "an end lies beside no such line"
        key = (row.mode, stops[0][2], row.countries)
        if key not in self._grounds:
            self._grounds[key] = self._ground(*key)
        rows, number, matrix, place = self._grounds[key]
        a, b = (number.get(self.joints[stop], -1) for stop in stops)
        if a < 0 or b < 0 or a == b:
            return "no way of that mode in its country"
        dijkstra = scipy_part("sparse.csgraph").dijkstra
        far, before = dijkstra(matrix, False, a, return_predecessors=True, limit=MOST * row.length_km)
        if not np.isfinite(far[b]):
            return f"no way of at most {MOST * row.length_km:.0f} km"
        steps = [b]
        while steps[-1] != a:
            steps.append(before[steps[-1]])
        return np.array([place[min(pair), max(pair)] for pair in zip(steps, steps[1:], strict=False)])

    def _ground(self, mode: str, gauge: float, land: str) -> tuple[Any, ...]:
        """The lines of one mode, gauge and country as a matrix; of parallel lines the shortest."""
        coo = scipy_part("sparse").coo_matrix
        inside = (self.mode == mode) & (self.gauge == gauge) & ~self.access
        rows = np.flatnonzero(inside & (self.country[self.start] == land) & (self.country[self.end] == land))
        nodes, both = np.unique(np.r_[self.start[rows], self.end[rows]], return_inverse=True)
        low, high = np.sort(both.reshape(2, -1), axis=0)
        order = np.lexsort((self.km[rows], high, low))
        fresh = np.ones(len(order), bool)
        fresh[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
        keep = order[fresh]
        matrix = coo((self.km[rows[keep]], (low[keep], high[keep])), shape=(len(nodes),) * 2).tocsr()
        place = dict(zip(zip(low[keep].tolist(), high[keep].tolist(), strict=True), rows[keep].tolist(), strict=True))
        return rows, dict(zip(nodes.tolist(), range(len(nodes)), strict=True)), matrix, place

    def _take(self, row: Any, way: np.ndarray) -> None:
        """Let the lines of a way follow a link, and make them longer than it, together, if they are not."""
        fresh = way[self.part_of[way] == ""]
        length, aim = self.km[way].sum(), BEHIND * row.length_km
        if length < aim:
            grow = fresh if len(fresh) else way
            self.km[grow] *= 1 + (aim - length) / self.km[grow].sum()
        self.part_of[fresh] = row.id
        self.share[fresh] = self.km[fresh] / max(self.km[way].sum(), aim)
        self._grounds = {key: ground for key, ground in self._grounds.items() if key[0] != row.mode or key[2] != row.countries}

    def links(self) -> Any:
        """Give the links of the draft with what they follow."""
        links = self.draft.links.assign(length_km=self.km)
        if "part_of" in links.columns:
            links["part_of"] = np.where(self.part_of == "", links["part_of"], self.part_of)
        rows = np.flatnonzero(self.part_of != "")
        led = self.by_id.loc[self.part_of[rows]]
        for column in (*FOLLOWED, *SHARED_OUT, *BESIDE):
            if column not in led.columns:
                continue
            if column not in links.columns:
                links[column] = ""
            cells = led[column].to_numpy()
            if column in SHARED_OUT:
                cells = cells * self.share[rows]
            whole = links[column].to_numpy(copy=True)
            whole[rows] = cells
            links[column] = whole
        tags = links["tags"].to_numpy(object).copy()
        tags[rows] = [joined(a, b) for a, b in zip(tags[rows], led["tags"], strict=True)]
        links["tags"] = tags
        return links


def _crossings(draft: Draft, winner: Network) -> tuple[Any, int]:
    """Make crossings that lie near one of the winner's like it in all but place, length and gauge."""
    frame, theirs = draft.crossings.copy(), winner["crossings"]
    if not len(frame) or not len(theirs):
        return frame, 0
    points = draft.points()
    middle = (points[frame["start"].to_numpy(int)] + points[frame["end"].to_numpy(int)]) / 2
    where = winner["nodes"].set_index("id")[["lon", "lat"]]
    at = (where.loc[theirs["post_a"]].to_numpy() + where.loc[theirs["post_b"]].to_numpy()) / 2
    border = ["-".join(sorted(pair)) for pair in zip(theirs["country_a"], theirs["country_b"], strict=True)]
    known: dict[tuple[str, str], list[int]] = {}
    for i, key in enumerate(zip(border, theirs["mode"], strict=True)):
        known.setdefault(key, []).append(i)
    columns = [c for c in theirs.columns if c not in OF_CROSSING]
    for column in columns:
        if column not in frame.columns:
            frame[column] = ""
    like: dict[int, int] = {}
    for i, (a, b, mode) in enumerate(zip(frame["country_a"], frame["country_b"], frame["mode"], strict=True)):
        rows = known.get(("-".join(sorted((a, b))), mode), [])
        far = apart_km(middle[i], at[rows]) if rows else np.array([np.inf])
        if far.min() <= BORDER_KM:
            like[i] = rows[int(far.argmin())]
    if like:
        mine, of = list(like), list(like.values())
        turned = frame["country_a"].to_numpy(object)[mine] != theirs["country_a"].to_numpy(object)[of]
        for column in columns:
            cells = theirs[column].to_numpy(copy=True)[of]
            if column in ("dwell_hours_ab", "dwell_hours_ba"):
                other = "dwell_hours_ba" if column.endswith("ab") else "dwell_hours_ab"
                cells = np.where(turned, theirs[other].to_numpy()[of], cells)
            whole = frame[column].to_numpy(copy=True)
            whole[mine] = cells
            frame[column] = whole
        along = frame["part_of"].to_numpy(object).copy()
        along[mine] = theirs["id"].to_numpy(object)[of]
        frame["part_of"] = along
    return frame, len(like)
