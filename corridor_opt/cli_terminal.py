"""The terminal: how wide it is and what it can show, the way of an answer to it, bars for long work."""

from __future__ import annotations

import argparse
import codecs
import os
import shutil
import sys
import time
from typing import Any

from corridor_opt.results.lines import WIDTH, Page
from corridor_opt.results.strip import LETTERS

LEAST, MOST = 80, 140  # columns that tables fit by themselves
ASKED = range(60, 401)  # columns that may be asked for
OFTEN = 0.1  # seconds between two pictures of a bar
PATIENCE = 0.5  # seconds before there is one


def page_of(words: argparse.Namespace, faults: list[str]) -> Page:
    """Find out what text is to be set for; what is wrong with --width and --strips goes to the faults.

    A terminal has its width, between 80 and 140 columns, a pipe and a file 100. Colour is for terminals alone, and not
    with NO_COLOR.
    """
    out, file = sys.stdout, getattr(words, "output", None) is not None
    terminal = not file and out is not None and out.isatty()
    width = min(max(shutil.get_terminal_size((WIDTH, 24)).columns, LEAST), MOST) if terminal else WIDTH
    width = _whole(words, "width", ASKED, faults) or width
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Page(
        width, file or can_show(out, LETTERS), terminal and not plain, _whole(words, "strips", range(21), faults)
    )


def _whole(words: argparse.Namespace, name: str, allowed: range, faults: list[str]) -> int | None:
    text = getattr(words, name, None)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) in allowed:
        return int(text)
    faults.append(f"--{name} '{text[:60]}' is not a whole number from {allowed[0]} to {allowed[-1]}")
    return None


def can_show(stream: Any, letters: str) -> bool:
    """Say whether a stream has these letters."""
    try:
        letters.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def emit(text: str, *, json: bool = False) -> None:
    """Print; letters that the terminal does not have are written out instead of failing."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if not can_show(sys.stdout, text):
        codecs.register_error("json-escape", _json_escape)
        text = text.encode(encoding, "json-escape" if json else "backslashreplace").decode(encoding)
    print(text)


def _json_escape(error: UnicodeError) -> tuple[str, int]:
    r"""Write letters as JSON does, \u20ac; those beyond 16 bits as two."""
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2)), error.end


class Bar:
    """How far long work is, on one line of stderr; silent unless that is a terminal.

    An own small bar: a library would be one more thing that every install needs, for forty lines.
    """

    def __init__(self) -> None:
        self.shown = False
        self.lives = sys.stderr is not None and sys.stderr.isatty()
        self.label = ""
        self._phase, self._first, self._last, self._begun, self._drawn = 0, 0, -1, 0.0, 0.0

    def search(self, told: Any) -> None:
        """Take what a search tells: it has no end in sight, so counts are shown, no share."""
        if told.seconds > PATIENCE:
            counts = f"{told.solutions:,} routes, {told.expanded:,} partial routes, {told.open:,} open"
            self._line(f"{self.label}{counts}, {told.seconds:.0f} s")

    def scenario(self, number: int, count: int, name: str) -> None:
        """Take which of several scenarios comes next."""
        self.label = f"scenario {number} of {count}, {name}: "
        if self.shown or number > 1:
            self._line(f"{_filled(number - 1, count)} {self.label.rstrip(': ')}", now=True)

    def worlds(self, done: int, worlds: int) -> None:
        """Take how many worlds are done; when it begins anew, the next part of the work has begun."""
        self._share(done, worlds, "worlds")

    def pairs(self, done: int, pairs: int) -> None:
        """Take how many pairs of a matrix are done."""
        self._share(done, pairs, "pairs")

    def _share(self, done: int, count: int, what: str) -> None:
        """Draw how much is done, and how long the rest will take."""
        now = time.monotonic()
        if done < self._last:
            self._phase += 1
        if done < self._last or self._last < 0:  # what came before the first news does not count
            self._first, self._begun = done, now
        self._last = done
        part = "searching" if self._phase == 0 else "following the routes through"
        spent = now - self._begun
        more = done - self._first
        left = f", {spent / more * (count - done):.0f} s left" if more and done < count and spent > PATIENCE else ""
        share = f"{done / count:.0%}" if count else ""
        self._line(f"{_filled(done, count)} {share} {part} {what}, {done:,} of {count:,}{left}")

    def stage(self, name: str, number: int, count: int) -> None:
        """Take which stage of a long work begins."""
        self._line(f"{_filled(number, count)} {number + 1} of {count}: {name}", now=True)

    def say(self, line: str) -> None:
        """Tell what is being done now."""
        self._line(line, now=True)

    def clear(self) -> None:
        """Wipe the line."""
        if self.shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self.shown = False

    def _line(self, line: str, *, now: bool = False) -> None:
        moment = time.monotonic()
        if not self.lives or (not now and moment - self._drawn < OFTEN):
            return
        self._drawn, self.shown = moment, True
        room = shutil.get_terminal_size((WIDTH, 24)).columns - 1
        said = line.encode(sys.stderr.encoding or "ascii", "replace").decode(sys.stderr.encoding or "ascii")
        print(f"\r\033[K{said[:room]}", end="\r", file=sys.stderr, flush=True)


def _filled(done: int, count: int, length: int = 24) -> str:
    """A bar of 24 columns."""
    full = length * done // count if count else 0
    mark, blank = ("█", "░") if can_show(sys.stderr, "█░") else ("#", "-")
    return mark * full + blank * (length - full)
