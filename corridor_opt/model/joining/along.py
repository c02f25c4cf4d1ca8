"""Lines of one network that run along links of another: they follow it in everything but their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from corridor_opt.model.cited import joined
from corridor_opt.model.joining.attach import LAND, Stop, attach
from corridor_opt.model.joining.draft import Draft, scipy_part
from corridor_opt.model.joining.hold import BEHIND, FAR_ABROAD_KM, Ground, Lines, Wanted, hold
from corridor_opt.model.joining.like import closed_apart, like_crossings, posts_of
from corridor_opt.model.joining.parallel import parallel
from corridor_opt.model.shares import OF_WHOLE

if TYPE_CHECKING:
    from corridor_opt.model.network import Network

# A way along a link is at least and at most so long, in lengths of the link; assumptions.
LEAST, MOST = 0.8, 1.35
MOST_FACTOR = 1.15  # lengths of the base are made longer by no more
FEW = 5  # links of a country that tell its factor; else all of the mode do
NOT_BUILT = ("planned", "under construction", "missing")
FOLLOWED = (
    "class", "traction", "traction_source", "traction_confidence", "corridors", "chokepoints", "closures", "seasons",
    "status", "status_2022", "status_2026", "status_source", "status_note", "is_open", "closed_by", "transit_closed",
    "cost_factor", "time_factor", "risk_factor", "sanctions_share", "surcharge_source", "headway_hours",
    "headway_source", "headway_confidence", "headway_factor",
)  # fmt: skip
# Of amounts for a whole link each part has its share.
SHARED_OUT = tuple(column for column in OF_WHOLE if column != "length_km")
BESIDE = ("transit_source", "transit_confidence", "freight_year", "freight_source", "freight_confidence")


def along(draft: Draft, winner: Network, km: float, counts: dict[str, float]) -> tuple[Draft, dict[str, Any]]:
    """Join the winner's places to a draft, and let what runs along the winner's links follow them.

    Returns
    -------
    draft
        Lengths of rail and road brought to the winner's; lines along its links have `part_of`.
    report
        `factors`, `missing`, `apart` of a `MergeReport`.
    """
    like = like_crossings(draft, winner)
    posts = posts_of(draft, winner, like)
    # the winner's crossing stands for those like it: its hours, fees and change of gauge are the only ones
    draft = closed_apart(draft.but(crossings=draft.crossings.drop(index=list(like))), winner, counts)
    draft, joints, apart = attach(draft, winner, km, posts)
    counts["places joined by access links"] = int((draft.links["tags"].to_numpy(object) == "access").sum())
    ways = _Ways(draft, winner, joints)
    factors = ways.calibrate()
    missing = ways.follow()
    better = ways.hold()
    counts["links of the winner with lines along them"] = ways.followed
    counts["lines along them"] = int((ways.part_of != "").sum())
    counts["km of lines along them"] = round(float(ways.km[ways.part_of != ""].sum()))
    counts["crossings like the winner's, dropped"] = len(like)
    return draft.but(links=ways.links()), {
        "factors": factors,
        "missing": missing,
        "apart": tuple(apart),
        "better": tuple(better),
    }


def _wanted(winner: Network) -> list[Wanted]:
    """Links on land that have been built, the shortest first."""
    links = winner["links"]
    built = links[links["mode"].isin(LAND) & ~links["status"].isin(NOT_BUILT)].sort_values("length_km", kind="stable")
    columns = [built[c] for c in ("id", "from", "to", "mode", "countries", "length_km")]
    gauges = built["gauge_mm"].fillna(-1.0)
    rows = zip(*columns, gauges, strict=True)
    return [Wanted(link, (a, b), mode, gauge, land, km) for link, a, b, mode, land, km, gauge in rows]


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
        self.reach = self._reach()
        self.part_of = np.full(len(self.km), "", object)
        self.is_open = draft.links["is_open"].to_numpy(bool)
        self.borders = winner["crossings"]
        self.by_id = winner["links"].set_index("id", drop=False)
        self.wanted = _wanted(winner)
        self.followed = 0
        self._grounds: dict[tuple[str, float, str], Ground] = {}

    def calibrate(self) -> dict[str, float]:
        """Bring the lengths of each mode and country to the winner's: by the median ratio, never shorter."""
        ratios: dict[tuple[str, str], list[float]] = {}
        dijkstra = scipy_part("sparse.csgraph").dijkstra
        lines: dict[Ground, Lines] = {}
        for row in self.wanted:
            ends = self._ends(row)
            if isinstance(ends, str):
                continue
            ground, (a, b) = ends
            known = lines[ground] = lines.get(ground) or ground.lines(self.km)
            length = float(dijkstra(known.matrix, False, a, limit=MOST * row.km)[b])
            if LEAST <= length / row.km <= MOST:
                ratios.setdefault((row.mode, row.land), []).append(row.km / length)
        of_mode = {
            m: np.median([r for k, rs in ratios.items() if k[0] == m for r in rs]) for m in {k[0] for k in ratios}
        }
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
        return factors

    def follow(self) -> dict[str, str]:
        """Let lines follow the links they run along, the shortest links first; say why a link has none."""
        missing = {}
        for row in self.wanted:
            trouble = self._follow(row)
            if trouble:
                missing[row.link] = trouble
            else:
                self.followed += 1
        return missing

    def hold(self) -> list[str]:
        """Make ways between places of the winner no shorter than its links; name those that truly are."""
        groups: dict[tuple[str, float, str], list[Wanted]] = {}
        for row in self.wanted:
            groups.setdefault((row.mode, row.gauge, row.land), []).append(row)
        better: dict[str, float] = {}
        for rows in groups.values():
            better |= hold(self._ground(rows[0]), self.km, rows, self.joints, self.part_of, len(self.km), self.reach)
        for mode, gauge in dict.fromkeys(key[:2] for key in groups):
            better |= self._hold_abroad(mode, gauge)
        return sorted(better, key=lambda said: -better[said])

    def _hold_abroad(self, mode: str, gauge: float) -> dict[str, float]:
        """Hold ways through several countries: over lines and open crossings of one mode and gauge."""
        crossings = self.draft.crossings
        own = [self._open(frame, mode, gauge) for frame in (crossings, self.borders)]
        crossed, theirs = crossings[own[0]], self.borders[own[1]]
        km = np.r_[self.km, crossed["length_km"].to_numpy(float)]
        start, end = (
            np.r_[line, crossed[side].to_numpy(int)] for line, side in ((self.start, "start"), (self.end, "end"))
        )
        lines = np.flatnonzero((self.mode == mode) & (self.gauge == gauge) & ~self.access & self.is_open)
        ground = Ground(np.r_[lines, np.arange(len(self.km), len(km))], start, end)
        rows = [row for row in self.wanted if (row.mode, row.gauge) == (mode, gauge)]
        columns = [theirs[column] for column in ("id", "post_a", "post_b", "length_km")]
        rows += [Wanted(i, (a, b), mode, gauge, "", far) for i, a, b, far in zip(*columns, strict=True)]
        better = hold(ground, km, rows, self.joints, None, len(self.km), self.reach, FAR_ABROAD_KM)
        self.km = km[: len(self.km)]
        return better

    def _reach(self) -> dict[Stop, float]:
        """Km of the access link of each place, by mode and gauge."""
        ids, rows = self.draft.texts("nodes", "id"), np.flatnonzero(self.access)
        cells = zip(self.mode[rows], self.gauge[rows].tolist(), self.km[rows].tolist(), strict=True)
        ends = zip(ids[self.start[rows]], ids[self.end[rows]], strict=True)
        return {(node, mode, mm): km for (mode, mm, km), pair in zip(cells, ends, strict=True) for node in pair}

    @staticmethod
    def _open(crossings: Any, mode: str, gauge: float) -> np.ndarray:
        """Whether each crossing is open to a mode and gauge on both sides."""
        gauges = [crossings[side].fillna(-1.0).to_numpy(float) == gauge for side in ("gauge_a", "gauge_b")]
        is_open: np.ndarray = (crossings["mode"] == mode).to_numpy() & crossings["is_open"].to_numpy(bool)
        return is_open & gauges[0] & gauges[1]

    def _ends(self, row: Wanted) -> tuple[Ground, tuple[int, int]] | str:
        """Give the lines that may run along a link and the numbers of its ends on them, or say what is missing."""
        stops = [(node, row.mode, row.gauge) for node in row.ends]
        if not all(stop in self.joints for stop in stops):
            return "an end lies beside no such line"
        ground = self._ground(row)
        a, b = (ground.number.get(self.joints[stop], -1) for stop in stops)
        return "no way of that mode in its country" if a < 0 or b < 0 or a == b else (ground, (a, b))

    def _ground(self, row: Wanted) -> Ground:
        """Lines of the mode, gauge and country of a link."""
        key = (row.mode, row.gauge, row.land)
        if key not in self._grounds:
            inside = (self.mode == row.mode) & (self.gauge == row.gauge) & ~self.access
            rows = inside & (self.country[self.start] == row.land) & (self.country[self.end] == row.land)
            self._grounds[key] = Ground(np.flatnonzero(rows), self.start, self.end)
        return self._grounds[key]

    def _follow(self, row: Wanted) -> str:
        """Let the lines beside a link follow it; say why there are none."""
        ends = self._ends(row)
        if isinstance(ends, str):
            return ends
        found = parallel(ends[0], self.km, ends[1], MOST * row.km)
        if not found:
            return f"no way of at most {MOST * row.km:.0f} km"
        rows, whole = np.fromiter(found, int), np.fromiter(found.values(), float)
        if whole.min() < LEAST * row.km:
            return f"a way of {whole.min():.0f} km is much shorter than its {row.km:g}"
        fresh = self.part_of[rows] == ""
        # no line of a way is scaled by less than the way needs, so that none stays shorter than the link
        self.km[rows[fresh]] *= np.maximum(BEHIND * row.km / whole[fresh], 1.0)
        self.part_of[rows[fresh]] = row.link
        return ""

    def links(self) -> Any:
        """Give the links of the draft with what they follow."""
        links = self.draft.links.assign(length_km=self.km)
        if "part_of" in links.columns:
            links["part_of"] = np.where(self.part_of == "", links["part_of"], self.part_of)
        rows = np.flatnonzero(self.part_of != "")
        led = self.by_id.loc[self.part_of[rows]]
        share = self.km[rows] / led["length_km"].to_numpy()
        for column in (*FOLLOWED, *SHARED_OUT, *BESIDE):
            if column not in led.columns:
                continue
            if column not in links.columns:
                links[column] = ""
            cells = led[column].to_numpy()
            if column in SHARED_OUT:
                cells = cells * share
            whole = links[column].to_numpy(copy=True)
            whole[rows] = cells
            links[column] = whole
        tags = links["tags"].to_numpy(object).copy()
        tags[rows] = [joined(a, b) for a, b in zip(tags[rows], led["tags"], strict=True)]
        links["tags"] = tags
        return links
