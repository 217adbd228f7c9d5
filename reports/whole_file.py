"""Files that people open: written whole or not at all, and never under somebody's hands."""

from __future__ import annotations

import os
from pathlib import Path


def lock_beside(path: Path) -> Path | None:
    """Return the mark that a spreadsheet program leaves beside a file it has open, or None."""
    # LibreOffice leaves the first beside an open file; Excel and WPS the second.
    marks = (path.with_name(f".~lock.{path.name}#"), path.with_name(f"~${path.name}"))
    return next((mark for mark in marks if mark.exists()), None)


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file at once. Raise OSError, with any file that was there untouched, where it cannot be."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
