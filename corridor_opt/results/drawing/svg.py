"""Small parts that static pictures share: elements, numbers, labels that do not collide."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence
from typing import Any

Box = tuple[float, float, float, float]  # left, top, right, bottom
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
HALF, WIDE = 0.56, 1.05  # of the size of letters: width of a common one, and of one of East Asia
# Around a point: to the right, left, above, below, and between.
PLACES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))


def element(tag: str, text: str = "", /, **attributes: object) -> str:
    """Write an element; `text` is escaped, underscores in names become hyphens, what is None is left out."""
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(number(value), quote=True)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{said}>{escaped(text)}</{tag}>" if text else f"<{tag}{said}/>"


def group(parts: Sequence[str], **attributes: object) -> str:
    """Write a group of elements."""
    return element("g", **attributes)[:-2] + ">" + "".join(parts) + "</g>"


def picture(parts: Sequence[str], width: float, height: float, words: str) -> str:
    """Write a picture of a size in pixels; `words` say what it shows."""
    open_tag = element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=words,
        font_family="system-ui, 'Noto Sans', 'Liberation Sans', Arial, sans-serif",
    )
    return open_tag[:-2] + ">" + "".join(parts) + "</svg>"


def escaped(text: str) -> str:
    """Make a text safe inside an element, letters no file may hold left out."""
    return html.escape(UNPRINTABLE.sub("", text), quote=False)


def number(value: object) -> str:
    """Write a number short, anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return UNPRINTABLE.sub("", str(value))
    return f"{value:.2f}".rstrip("0").rstrip(".") if math.isfinite(value) else "0"


def path(points: Any, *, closed: bool = False) -> str:
    """Write a line as the `d` of a path, in tenths of a pixel."""
    if not len(points):
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in pixels."""
    return sum(WIDE if ord(letter) > 0x2E80 else HALF for letter in text) * size


def shortened(text: str, most: int) -> str:
    """Cut a text that is longer than `most` letters, marked."""
    return text if len(text) <= most else text[: most - 3].rstrip() + "..."


class Labels:
    """Places labels so that they do not collide: first come, first served.

    Parameters
    ----------
    frame
        Where labels may stand.
    """

    def __init__(self, frame: Box) -> None:
        self.frame = frame
        self.taken: list[Box] = []

    def take(self, box: Box) -> None:
        """Keep a place free of labels."""
        self.taken.append(box)

    def is_free(self, box: Box) -> bool:
        """Whether nothing stands there, inside the frame."""
        left, top, right, bottom = self.frame
        if box[0] < left or box[1] < top or box[2] > right or box[3] > bottom:
            return False
        return not any(b[0] < box[2] and box[0] < b[2] and b[1] < box[3] and box[1] < b[3] for b in self.taken)

    def place(self, x: float, y: float, text: str, size: float, gap: float, **style: object) -> str:
        """Set a label beside a point where there is room; nothing where there is none."""
        wide, high = text_width(text, size), size * 1.15
        for to_right, down in PLACES:
            left = x + gap if to_right > 0 else x - gap - wide if to_right < 0 else x - wide / 2
            top = y + gap if down > 0 else y - gap - high if down < 0 else y - high / 2
            box = (left, top, left + wide, top + high)
            if self.is_free(box):
                self.take((left - 2, top - 1, left + wide + 2, top + high + 1))
                return element("text", text, x=left, y=top + size * 0.92, font_size=size, **style)
        return ""
