"""What a report is made of: sections of paragraphs, lists, tables, pictures and commands, as plain data.

Faces (`html_page`, `markdown`) set these parts and know nothing else; texts are not escaped here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
class Total:
    """A row of a sheet that sums up rows above it.

    Parameters
    ----------
    label
        Stands in the first column.
    rows
        How many of the rows right above it.
    name
        What the rows belong to; stands in the second column.
    """

    label: str | int
    rows: int
    name: str = "total"


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: numbers as they are, units by column.

    Parameters
    ----------
    name
        Of the sheet.
    columns
        Title and kind of each: `text`, `count`, `money` (USD), `hours`, `km`, `kg`, `probability` or `number`. Money,
        hours and kilograms follow the units that a reader chooses.
    rows
        Cells, or what sums up those above.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...] | Total, ...]


@dataclass(frozen=True)
class Report:
    """A report as plain data.

    Parameters
    ----------
    title, subtitle
        At its head.
    sections
        In order.
    sheets
        What a spreadsheet holds, numbers not rounded.
    teu
        TEU of the shipment, by which a spreadsheet divides.
    """

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    sheets: tuple[Sheet, ...] = ()
    teu: float = 1.0

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
