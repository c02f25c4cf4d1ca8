"""What stands in the report of a network's quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corridor_opt.results.lines import text_table, wrapped
from corridor_opt.results.report.parts import Items, Part, Picture, Report, Section, Table, Text, table

if TYPE_CHECKING:
    from corridor_opt.results.quality import Quality

SHOWN = 15  # rows of a table; the JSON holds all of them


def report_of(quality: Quality) -> Report:
    """Give the report of a network."""
    survey, links = quality.survey, int(quality.survey.counts["links"].sum()) if len(quality.survey.counts) else 0
    sections = [_counts(quality), _pieces(quality), _gaps(quality), _lengths(quality), _closed(quality)]
    if quality.said:
        sections.append(Section("steps", "What each step did", (Items(quality.said),)))
    if quality.overlay is not None:
        sections.append(_overlay(quality))
    if quality.check is not None:
        sections.append(Section("check", "Answers before and after", (Items(tuple(str(quality.check).splitlines())),)))
    words = f"{len(quality.draft.nodes):,} nodes, {links:,} links, {len(quality.draft.crossings):,} border crossings"
    return Report(f"Network {survey.name}", words, tuple(sections))


def text_of(report: Report) -> str:
    """Set a report for a terminal; a picture is left out."""
    lines = [f"{report.title}: {report.subtitle}"]
    for section in report.sections:
        lines += ["", section.title.upper()]
        for part in section.parts:
            match part:
                case Text(text, _):
                    lines += wrapped(text).splitlines()
                case Items(items):
                    lines += [line for item in items for line in wrapped(f"  {item}").splitlines()]
                case Table():
                    lines += [*wrapped(part.caption).splitlines(), *_set(part)]
    return "\n".join(lines)


def _set(part: Table) -> list[str]:
    return text_table(part.head, part.rows, right=part.right).splitlines()


def _counts(quality: Quality) -> Section:
    rows = [
        (r.mode, f"{r.links:,}", f"{r.km:,.0f}", f"{r.one_way:,}", f"{r.drawn:,}", f"{r.without_gauge:,}")
        for r in quality.survey.counts.itertuples(index=False)
    ]
    head = ("mode", "links", "km", "one-way", "drawn", "gauge unknown")
    places = [
        (r.kind or "none", f"{r.nodes:,}", f"{r.without_country:,}")
        for r in quality.survey.places.itertuples(index=False)
    ]
    words = "Land, links by mode, pieces that do not hang together, gaps and closed borders."
    parts: tuple[Part, ...] = (
        Picture(quality.picture(), words, words),
        table("Links by mode", head, rows, (1, 2, 3, 4, 5)),
        table("Nodes by kind", ("kind", "nodes", "country unknown"), places, (1, 2)),
    )
    return Section("counts", "What there is", parts)


def _pieces(quality: Quality) -> Section:
    pieces = quality.survey.pieces
    parts: list[Part] = []
    for mode, found in pieces.groupby("mode", sort=False):
        rows = [
            (f"{r.nodes:,}", f"{r.km:,.0f}", f"{r.lon:.2f} {r.lat:.2f}", _short(r.countries))
            for r in found.head(SHOWN).itertuples(index=False)
        ]
        caption = f"{mode}: the {len(rows):,} largest pieces"
        parts.append(table(caption, ("nodes", "km", "middle (lon lat)", "countries"), rows, (0, 1)))
    return Section("pieces", "Pieces", tuple(parts) or (Text("There are no links."),))


def _gaps(quality: Quality) -> Section:
    gaps = quality.survey.gaps
    if not len(gaps):
        return Section("gaps", "Gaps", (Text("None."),))
    ids, names = quality.draft.texts("nodes", "id"), quality.draft.texts("nodes", "name")
    apart = gaps[gaps["piece_a"] != gaps["piece_b"]]
    counts = [f"{mode}: {n:,} between pieces" for mode, n in apart.groupby("mode").size().items()]
    loose = gaps[gaps["piece_a"] == gaps["piece_b"]].groupby("mode").size().items()
    counts += [f"{mode}: {n:,} between loose ends of one piece" for mode, n in loose]
    rows = [
        (
            r.mode,
            f"{r.distance_km:.2f}",
            f"{names[r.start] or ids[r.start]} - {names[r.end] or ids[r.end]}",
            f"{r.lon_start:.3f} {r.lat_start:.3f}",
        )
        for r in apart.head(SHOWN).itertuples(index=False)
    ]
    caption = f"Gaps between pieces: {_of(len(rows), len(apart), 'gaps')}, narrowest first"
    found = table(caption, ("mode", "km", "between", "lon lat"), rows, (1,))
    return Section("gaps", "Gaps", (Items(tuple(counts)), *([found] if rows else [])))


def _lengths(quality: Quality) -> Section:
    ratios = quality.survey.ratios
    rows = [tuple(str(c) if i == 0 else f"{c:.3f}" for i, c in enumerate(r)) for r in ratios.itertuples(index=False)]
    head = ("mode", *(f"{share:.0%}" for share in ratios.columns[1:]))
    parts = [table("Length over the great circle: quantiles", head, rows, range(1, len(head)))]
    doubtful = quality.survey.doubtful
    if len(doubtful):
        told = [
            (r.link, r.mode, f"{r.length_km:,.1f}", f"{r.straight_km:,.1f}", f"{r.ratio:.2f}")
            for r in doubtful.head(SHOWN).itertuples(index=False)
        ]
        caption = f"Doubtful: shorter than the great circle, or five times as long: {_of(len(told), len(doubtful))}"
        parts.append(table(caption, ("link", "mode", "km", "great circle", "ratio"), told, (2, 3, 4)))
    return Section("lengths", "Lengths", tuple(parts))


def _closed(quality: Quality) -> Section:
    closed = quality.survey.closed
    if not len(closed):
        return Section("closed", "Closed borders", (Text("None."),))
    rows = [(r.pair, r.mode, f"{r.crossings:,}", r.why) for r in closed.itertuples(index=False)]
    found = table("Crossings that are closed, and why", ("pair", "mode", "crossings", "why"), rows, (2,))
    return Section("closed", "Closed borders", (found,))


def _overlay(quality: Quality) -> Section:
    told = quality.overlay or {}
    parts: list[Part] = [Text(f"{told.get('winner') or 'nothing'} laid over {told.get('base', '')}.")]
    rows = [(what, f"{number:,.10g}") for what, number in told.get("counts", {}).items()]
    parts.append(table("What was laid over", ("what", "number"), rows, (1,)))
    missing = list(told.get("missing", {}).items())
    if missing:
        parts.append(table(f"Links without a counterpart: {len(missing):,}", ("link", "why"), missing))
    dropped = list(told.get("dropped", {}).items())
    if dropped:
        said = _of(min(SHOWN, len(dropped)), len(dropped))
        parts.append(table(f"Dropped, and why: {said}", ("row", "why"), dropped[:SHOWN]))
    for title, key in (("Joined to nothing", "apart"), ("Truly shorter than its links", "better")):
        if told.get(key):
            parts += [Text(f"{title}: {len(told[key]):,}"), Items(tuple(map(str, told[key])))]
    return Section("overlay", "The overlay", tuple(parts))


def _of(shown: int, whole: int, what: str = "rows") -> str:
    return f"{whole:,} {what}" if shown == whole else f"{shown:,} of {whole:,} {what}"


def _short(countries: str, most: int = 8) -> str:
    names = countries.split(";")
    return (
        countries.replace(";", " ") if len(names) <= most else f"{' '.join(names[:most])} and {len(names) - most} more"
    )
