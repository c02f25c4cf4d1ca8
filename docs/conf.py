"""Sphinx: the pages of this folder, and some that stand elsewhere in the repository, as one site.

Links are written for readers of the repository. Here those that lead out of this folder are turned to the page that
shows the same text, so that one text serves both. Nothing is fetched while building, or by the pages built.
"""

from __future__ import annotations

import csv
import importlib.metadata
import os
import re
import sys
from pathlib import Path

from pygments.lexers.special import TextLexer

HERE = Path(__file__).resolve().parent
TOP = HERE.parent
sys.path.insert(0, str(TOP))

project = "corridor_opt"
author = "The corridor_opt founders"
copyright = "MIT licence"
release = importlib.metadata.version("corridor_opt")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["conf.py"]
html_theme = "furo"
html_title = f"corridor_opt {release}"
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
pygments_style = "default"
highlight_language = "text"

myst_heading_anchors = 4  # the anchors that code hosts give to headings
# Pages that stand elsewhere may begin at any level; a type such as `bytes` is also the name of a field.
suppress_warnings = ["myst.header", "ref.python"]

# Docstrings follow numpydoc; a word in single backticks is a name, or plain code where it is none.
default_role = "py:obj"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_attr_annotations = False
autodoc_typehints = "signature"
python_maximum_signature_line_length = 88
autodoc_member_order = "groupwise"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True

# Pages whose text stands elsewhere: the stub here is what the repository shows, the site shows the text itself.
ELSEWHERE = {
    "changelog": "CHANGELOG.md",
    "contributing": "CONTRIBUTING.md",
    "benchmarks": "benchmarks/README.md",
    "network-notes": "corridor_opt/data/eurasia/SOURCE.md",
}
PAGE_OF = {path: f"docs/{page}.md" for page, path in ELSEWHERE.items()} | {
    "README.md": "docs/index.md",
    "benchmarks": "docs/benchmarks.md",
    "corridor_opt/data/schema": "docs/schema.md",
    "examples": "docs/gallery.md",
}
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")
FENCE = re.compile(r"^(```+|~~~+).*?^\1$", re.MULTILINE | re.DOTALL)


def links_of(text: str, path: str, page: str) -> str:
    """Turn the links of a text that stands at `path` so that they lead right from `page` (both from the top)."""

    def turned(match: re.Match[str]) -> str:
        target = os.path.normpath(os.path.join(os.path.dirname(path), match[1]))
        target = PAGE_OF.get(target, target)
        return os.path.relpath(target, os.path.dirname(page))

    parts, last = [], 0
    for fence in FENCE.finditer(text):
        parts += [LINK.sub(turned, text[last : fence.start()]), fence[0]]
        last = fence.end()
    return "".join([*parts, LINK.sub(turned, text[last:])])


def columns() -> str:
    """Tables of all columns and words of the schema, from its files."""
    parts = []
    for path in sorted((TOP / "corridor_opt" / "data" / "schema").glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        parts += [f"\n## {path.stem}\n", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
        parts += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(parts) + "\n"


def on_source_read(app: object, docname: str, source: list[str]) -> None:
    """Put in the text that stands elsewhere, and turn the links."""
    path = page = f"docs/{docname}.md"
    if docname in ELSEWHERE:
        path = ELSEWHERE[docname]
        source[0] = (TOP / path).read_text("utf-8")
    if docname == "schema":
        source[0] += columns()
    if (TOP / page).exists():
        source[0] = links_of(source[0], path, page)


def setup(app: object) -> None:
    """Tell Sphinx what to ask."""
    app.add_lexer("csv", TextLexer)  # type: ignore[attr-defined]
    app.connect("source-read", on_source_read)  # type: ignore[attr-defined]
