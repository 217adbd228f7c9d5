"""docs/benchmarks.md: each benchmark writes its own chapter and leaves the others as they are."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def write_chapter(heading: str, text: str) -> None:
    """Put a chapter that begins with its heading in the place of the one with that heading, or at the end."""
    heading, text = heading.strip(), text.strip()
    whole = PAGE.read_text("utf-8")
    start = whole.find(heading)
    if start < 0:
        PAGE.write_text(f"{whole.rstrip()}\n\n{text}\n", "utf-8")
        return
    end = whole.find("\n## ", start + len(heading))
    rest = whole[end:] if end >= 0 else ""
    PAGE.write_text(f"{whole[:start].rstrip()}\n\n{text}\n{rest}".lstrip(), "utf-8")
