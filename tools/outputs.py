"""Run what the pages of the documentation show, and write or check the answers they quote.

python tools/outputs.py            write the answers anew, after a change of data or of what is printed
python tools/outputs.py --check    complain where a page quotes something else
python tools/outputs.py PAGE ...   these pages alone

What a page may hold:

- ```python: run in order, all blocks of a page in one namespace. A ```text right below is what it prints.
- ```console: lines that begin with `$ corridor-opt` are run; what follows each is what it prints, if anything follows.
  `| head -5` keeps the first five lines.
- ```csv or ```toml below a line that is nothing but a file's name in backticks: written to that file first.
- `<!-- printed by examples/NAME.py -->` above a ```text: what the example prints.

Each page runs in an empty folder of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import runpy
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ABOVE = re.compile(r"(?:^|\n)([^\n]+)\n+\Z")
EXAMPLE = re.compile(r"<!-- printed by (examples/\w+\.py) -->")
HEAD = re.compile(r"^(.*?)\s*\|\s*head -(\d+)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, where the text stands in the page, and the line above it."""

    language: str
    text: str
    begin: int
    end: int
    above: str
    follows: int  # where the block before it ends, if nothing but blank lines lies between; else -1


def pages() -> list[Path]:
    """Pages with something to run, in a steady order."""
    found = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").rglob("*.md"))]
    return [
        page for page in found if re.search(r"^```(python|console)$|<!-- printed by", page.read_text("utf-8"), re.M)
    ]


def blocks(text: str) -> Iterator[Block]:
    """Fenced blocks of a page in order."""
    last = 0
    for match in FENCE.finditer(text):
        between = text[last : match.start()]
        line = ABOVE.search(between)
        follows = last if last and not between.strip() else -1
        yield Block(match[1], match[2], match.start(2), match.end(2), line[1] if line else "", follows)
        last = match.end()


def printed(run: Any, *words: Any) -> tuple[str, Any]:
    """What a call prints, without blanks at line ends, and what it gives."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        given = run(*words)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    return "\n".join(lines).strip("\n") + "\n" if lines else "", given


def console(text: str) -> str:
    """The text of a console block with the answers of now."""
    from corridor_opt.cli import main

    parts = re.split(r"^(?=\$ )", text, flags=re.MULTILINE)
    lines = [parts[0]]
    for part in parts[1:]:
        command, _, answer = part.partition("\n")
        lines.append(f"{command}\n")
        if not command.startswith("$ corridor-opt"):
            lines.append(answer)
            continue
        short = HEAD.match(command)
        words = shlex.split((short[1] if short else command)[2:])
        said, code = printed(main, words[1:])
        if code != 0:
            raise SystemExit(f"{command}\nends with {code}")
        if answer.strip():
            kept = said.splitlines(keepends=True)
            lines.append("".join(kept[: int(short[2])] if short else kept))
    return "".join(lines)


def run_page(page: Path) -> str:
    """Run a page in an empty folder; give its text with the answers of now."""
    text = page.read_text("utf-8")
    names: dict[str, Any] = {"__name__": "page"}
    new: list[tuple[Block, str]] = []
    said, before = "", None
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for block in blocks(text):
            name = re.fullmatch(r"`([\w./-]+)`", block.above.strip())
            if example := EXAMPLE.search(block.above):
                script = runpy.run_path(str(TOP / example[1]))
                new.append((block, printed(script["main"])[0]))
            elif block.language == "python":
                before = block
                said = printed(exec, compile(block.text, f"{page.name}", "exec"), names)[0]
            elif block.language == "text" and before and block.follows == before.end + len("```"):
                new.append((block, said))
            elif block.language == "console":
                new.append((block, console(block.text)))
            elif block.language in ("csv", "toml") and name:
                Path(name[1]).parent.mkdir(parents=True, exist_ok=True)
                Path(name[1]).write_text(block.text, "utf-8")
    for block, answer in reversed(new):
        text = text[: block.begin] + answer + text[block.end :]
    return text


def main() -> int:
    """Write or check pages."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--check", action="store_true")
    words.add_argument("page", nargs="*", type=Path)
    asked = words.parse_args()
    os.environ["COLUMNS"] = "100"
    stale = []
    for page in [path.resolve() for path in asked.page] or pages():
        text = run_page(page)
        if text != page.read_text("utf-8"):
            stale.append(page.relative_to(TOP))
            if not asked.check:
                page.write_text(text, "utf-8")
    for page in stale:
        print(f"{page}: {'quotes something else; run python tools/outputs.py' if asked.check else 'written'}")
    return 1 if asked.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
