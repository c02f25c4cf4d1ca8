"""What a report is made of: sections of paragraphs, lists, tables, pictures and commands, as plain data.

Faces (`report_html`, `report_markdown`) set these parts and know nothing else; texts are not escaped here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Text:
    """A paragraph.

    Parameters
    ----------
    text
        Plain text.
    kind
        Empty, `lead` (what matters most), `note` (small) or `warning`.
    """

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Items:
    """A list of plain texts."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """Words and what is said of each."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Parameters
    ----------
    caption
        What it shows.
    head
        Words over the columns.
    rows
        Cells as they are to be read.
    right
        Columns of numbers, set to the right.
    total
        Whether the last row is a sum.
    marked
        Rows that stand out.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    total: bool = False
    marked: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture as SVG, and in words."""

    svg: str
    words: str
    caption: str


@dataclass(frozen=True)
class Code:
    """What can be typed again; `language` is `sh` or `python`."""

    text: str
    language: str


Part: TypeAlias = Text | Items | Terms | Table | Picture | Code


@dataclass(frozen=True)
class Section:
    """A chapter, or one inside a chapter.

    Parameters
    ----------
    key
        Its anchor.
    title
        As it is read.
    parts
        In order.
    inside
        Sections below it.
    """

    key: str
    title: str
    parts: tuple[Part, ...]
    inside: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report as plain data.

    Parameters
    ----------
    title, subtitle
        At its head.
    sections
        In order.
    data
        What a spreadsheet holds, by the name of a sheet: lists of dicts, numbers not rounded.
    """

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    data: dict[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Section]:
        """Go through all sections, those inside others too."""
        for section in self.sections:
            yield section
            yield from section.inside


def table(
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Any]],
    right: Sequence[int] = (),
    *,
    total: bool = False,
    marked: Sequence[int] = (),
) -> Table:
    """Make a table of anything that can be said."""
    return Table(
        caption, tuple(head), tuple(tuple(str(c) for c in row) for row in rows), tuple(right), total, tuple(marked)
    )
