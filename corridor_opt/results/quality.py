"""How good a network is: counts, pieces, gaps, doubtful lengths, closed borders, and what was laid over it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corridor_opt.errors import DataError
from corridor_opt.model.joining.draft import Draft
from corridor_opt.model.joining.survey import Survey
from corridor_opt.model.network import Network
from corridor_opt.model.writing import replace_text

if TYPE_CHECKING:
    from corridor_opt.results.overlay_check import OverlayCheck
    from corridor_opt.results.report.parts import Report

FORMATS = (".html", ".md", ".json")
FRAMES = ("counts", "places", "pieces", "gaps", "ratios", "doubtful", "closed")


@dataclass(frozen=True, eq=False)
class Quality:
    """What is known of how good a network is.

    Parameters
    ----------
    draft
        Its nodes, links and crossings.
    survey
        What a look over them found; `link` of its doubtful rows is an id.
    said
        What each step of its build did; empty where nothing is known of that.
    overlay
        What the merge said, as `MergeReport.to_dict`; None where nothing was laid over it.
    check
        How answers changed by the overlay; None where it was not asked.
    """

    draft: Draft = field(repr=False)
    survey: Survey
    said: tuple[str, ...] = field(default=(), repr=False)
    overlay: Mapping[str, Any] | None = field(default=None, repr=False)
    check: OverlayCheck | None = field(default=None, repr=False)

    def report(self) -> Report:
        """Give the report as plain data."""
        from corridor_opt.results.report.of_quality import report_of

        return report_of(self)

    def __str__(self) -> str:
        """Text for a terminal."""
        from corridor_opt.results.report.of_quality import text_of

        return text_of(self.report())

    def picture(self) -> str:
        """Draw it: land, links by mode, pieces, gaps and closed borders, as SVG."""
        from corridor_opt.results.drawing.ground import ground

        return ground(self.draft, self.survey)

    def to_json(self) -> str:
        """Give all of it as JSON; lengths are km, places degrees."""
        told: dict[str, Any] = {"network": self.survey.name}
        told |= {name: json.loads(getattr(self.survey, name).to_json(orient="records")) for name in FRAMES}
        told |= {"said": list(self.said), "overlay": self.overlay and dict(self.overlay)}
        told["overlay_check"] = None if self.check is None else self.check.to_dict()
        return json.dumps(told, ensure_ascii=False)

    def save_report(self, path: str | Path) -> Path:
        """Write the report; an old file stays if writing fails.

        Parameters
        ----------
        path
            Ends in `.html`, `.md` or `.json`.

        Raises
        ------
        DataError
            Another format, or the file cannot be written.
        """
        end = Path(path).suffix.lower()
        if end not in FORMATS:
            raise DataError(f"a report of a network is {', '.join(FORMATS)}, not '{Path(path).name}'")
        if end == ".json":
            return replace_text(path, self.to_json() + "\n")
        from corridor_opt.results.report.files import save_report

        return save_report(path, self.report)

    def save_map(self, path: str | Path) -> Path:
        """Write the picture as SVG.

        Raises
        ------
        DataError
            The name does not end in `.svg`, or the file cannot be written.
        """
        if Path(path).suffix.lower() != ".svg":
            raise DataError(f"a picture of a network is an .svg file, not '{Path(path).name}'")
        return replace_text(path, self.picture() + "\n")


def quality(
    network: Network,
    *,
    gap_km: float = 5.0,
    said: Sequence[str] = (),
    overlay: Mapping[str, Any] | None = None,
    check: OverlayCheck | None = None,
) -> Quality:
    """Look a network over.

    Parameters
    ----------
    network
        Any.
    gap_km
        Widest gap that is listed, km.
    said, overlay, check
        As in `Quality`.

    Raises
    ------
    DataError
        The gap is no distance, or the network none.
    MissingExtraError
        scipy is not installed.
    """
    import dataclasses

    from corridor_opt.model.joining.from_network import from_network
    from corridor_opt.model.joining.survey import survey

    if not isinstance(network, Network):
        raise DataError(f"a network is needed first (load_network()), not {type(network).__name__}")
    draft = from_network(network)
    found = survey(draft, gap_km=gap_km)
    ids = draft.links["id"].to_numpy(object)
    doubtful = found.doubtful.assign(link=ids[found.doubtful["link"].to_numpy(int)])
    return Quality(draft, dataclasses.replace(found, doubtful=doubtful), tuple(said), overlay, check)
