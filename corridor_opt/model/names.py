"""Names of places in the many ways people write them."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("['’`]")
_SIMPLE = re.compile("[a-z0-9.()/-]+(?: [a-z0-9.()/-]+)*")  # nothing in it to fold but capitals


def fold(name: str) -> str:
    """Lower-case letters without accents, apostrophes and doubled blanks, for finding what a planner names."""
    plain = name
    if name.isascii():
        small = name.lower()
        if _SIMPLE.fullmatch(small):
            return small
    else:
        plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(_MARKS.sub("", plain).replace(",", ", ").lower().split()).replace(" ,", ",")


def letters(name: str) -> str:
    """Letters and digits of a folded name, for finding one place in two lists: `Da Nang` is `Danang`."""
    folded = fold(name)
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))
