"""Check the built documentation: local links and anchors lead somewhere, and no page loads anything from a network.

python tools/site_links.py out/docs
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADS = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src")}


class Page(HTMLParser):
    """The anchors of a page, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[tuple[str, str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep ids and addresses."""
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            if name in ("href", "src") and value:
                self.links.append((tag, name, value))


def faults(site: Path) -> list[str]:
    """What is wrong with a built site, a line each."""
    pages = {path: Page(path.read_text("utf-8")) for path in sorted(site.rglob("*.html"))}
    found = [] if pages else [f"{site}: no page"]
    for path, page in pages.items():
        said = path.relative_to(site)
        for tag, name, address in page.links:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if (tag, name) in LOADS and parts.scheme != "data":
                    found.append(f"{said}: loads {address}")
                elif parts.scheme not in ("http", "https", "mailto", "data") or " " in address:
                    found.append(f"{said}: odd address {address}")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            if not target.exists():
                found.append(f"{said}: nothing at {address}")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                found.append(f"{said}: no anchor {address}")
    return found


def main() -> int:
    """Print the faults."""
    found = faults(Path(sys.argv[1]).resolve())
    print("\n".join(found) if found else "links of the documentation: all lead somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
