"""Lines of text that fit a page: how wide text stands, where it breaks, tables. A page has 100 columns by default."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

WIDTH = 100
NARROW = 6  # no column of words is set narrower, unless it needs less
GAP = 2  # columns between two columns of a table
# What turns the order of writing around and could make a line read as another; joiners of scripts stay.
_WORDS = re.compile(r"(\s*)(\S+)")
_TURNS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Page:
    """What text is set for.

    Parameters
    ----------
    width
        Columns of a line.
    drawn
        Whether lines may be drawn with box characters; plain ASCII otherwise.
    coloured
        Whether modes are coloured, by the codes of a terminal.
    strips
        How many routes are drawn as a line of places below a table; None: as the table thinks best.
    """

    width: int = WIDTH
    drawn: bool = False
    coloured: bool = False
    strips: int | None = None


_PLAIN = Page()
_PAGE: ContextVar[Page] = ContextVar("page", default=_PLAIN)


def page() -> Page:
    """Give the page that text is being set for."""
    return _PAGE.get()


@contextlib.contextmanager
def on_page(chosen: Page) -> Iterator[None]:
    """Set text for a page, instead of for 100 plain columns, as long as the block runs."""
    before = _PAGE.set(chosen)
    try:
        yield
    finally:
        _PAGE.reset(before)


def clean(text: object) -> str:
    """Take out what could move the cursor, colour the terminal or turn the writing around; other letters stay."""
    plain = _TURNS.sub("", str(text))
    if plain.isprintable():
        return plain
    return "".join(
        letter if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp") else "?"
        for letter in plain.replace("\t", " ")
    )


def columns(text: str) -> int:
    """Count the columns of a terminal that a text takes: wide letters two, marks on a letter none."""
    if text.isascii():
        return len(text)
    return sum(map(_wide, text))


def _wide(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text with blanks to a width."""
    blank = " " * (width - columns(text))
    return blank + text if right else text + blank


def broken(text: str, width: int, inset: str = "") -> list[str]:
    """Break a text into lines: between words, and inside a word that is wider than a line.

    Parameters
    ----------
    text
        What to break.
    width
        Columns of a line.
    inset
        What every line after the first begins with.
    """
    lines: list[str] = []
    line, room = "", width
    words = _WORDS.findall(text)
    words.reverse()
    while words:
        blank, word = words.pop()
        needed = columns(word) + (len(blank) if line else 0)
        if needed <= room:
            line, room = (line + blank + word if line else word), room - needed
        elif line:
            lines.append(line)
            line, room = "", width - len(inset)
            words.append((blank, word))
        else:
            head, rest = _cut(word, room)
            lines.append(head)
            room = width - len(inset)
            if rest:
                words.append(("", rest))
    lines = [*lines, line] if line else lines
    return [line if i == 0 else inset + line for i, line in enumerate(lines)]


def _cut(word: str, room: int) -> tuple[str, str]:
    """Cut a word that is too wide: after a hyphen, comma or slash in its second half, else where the room ends."""
    end, taken = 0, 0
    for letter in word:
        taken += _wide(letter)
        if taken > room and end:
            break
        end += 1
    for at in range(end, end // 2, -1):
        if at < len(word) and word[at - 1] in "-,/;:_>" and word[at].isalnum():
            return word[:at], word[at:]
    return word[:end], word[end:]


def wrapped(line: str) -> str:
    """Break a long line to the page, with what goes on set in."""
    line = clean(line)
    inset = " " * (len(line) - len(line.lstrip()))
    if columns(line) <= page().width:
        return line.rstrip()
    lines = broken(line, page().width - len(inset), " " * 4)
    return "\n".join(inset + part for part in lines)


def text_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = (), widths: Sequence[int] = ()
) -> str:
    """Set rows in columns that fit the page; cells wider than their column go on below.

    Parameters
    ----------
    right
        Columns of numbers: set to the right and never cut.
    widths
        How the room is shared among the other columns where not all of it fits; by what they need when empty.
    """
    cells = [[clean(cell).replace("\n", " ") for cell in row] for row in (head, *rows)]
    size = _sizes(cells, set(right), widths)
    lines = []
    for row in [cells[0], ["-" * s for s in size], *cells[1:]]:
        parts = [broken(cell, size[i]) or [""] for i, cell in enumerate(row)]
        for k in range(max(len(part) for part in parts)):
            shown = [part[k] if k < len(part) else "" for part in parts]
            line = (" " * GAP).join(padded(s, size[i], right=i in right) for i, s in enumerate(shown))
            lines.append(line.rstrip())
    return "\n".join(lines)


def _sizes(cells: Sequence[Sequence[str]], right: set[int], widths: Sequence[int]) -> list[int]:
    """Columns' widths: what they need, or, where that is too much, their longest words and a share of the rest."""
    count = len(cells[0])
    needed = [max(columns(row[i]) for row in cells) or 1 for i in range(count)]
    words = [i for i in range(count) if i not in right]
    rest = page().width - GAP * (count - 1) - sum(needed[i] for i in right)
    if sum(needed[i] for i in words) <= rest:
        return needed
    least = {i: max((columns(word) for row in cells for word in row[i].split()), default=1) for i in words}
    least |= {i: needed[i] for i in words if needed[i] <= 2 * NARROW}  # to break what is short saves nothing
    # Words are cut where they must be: those of the widest columns first, the name in the first column last.
    for columns_cut in (words[1:], words):
        most = max((least[i] for i in columns_cut), default=0)
        while sum(least.values()) > rest and most > (NARROW if columns_cut is words else 2 * NARROW):
            most -= 1
            least |= {i: min(least[i], most) for i in columns_cut}
    share = {i: float(widths[i]) if widths else float(needed[i]) for i in words}
    size = dict(least)
    open_ones = {i for i in words if size[i] < needed[i]}
    while open_ones and (left := rest - sum(size.values())) > 0:
        total = sum(share[i] for i in open_ones)
        for i in sorted(open_ones, key=lambda i: (-share[i], i)):
            more = max(1, int(left * share[i] / total))
            size[i] += min(more, needed[i] - size[i], max(0, rest - sum(size.values())))
        open_ones = {i for i in open_ones if size[i] < needed[i]}
    return [size.get(i, needed[i]) for i in range(count)]
