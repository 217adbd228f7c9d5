"""The health report of a workspace, as text for a browser and as a file."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from config.errors import UsageError
from config.plain import system_words
from config.words import say
from reports.health.album import Album
from reports.health.dossier import Dossier
from reports.health.page import health_of, html_of
from reports.health.reading import read_picture
from reports.whole_file import write_whole
from reports.workspace import Workspace

PAGE = "health.html"
_AHEAD = timedelta(hours=1)


def page_of(place: Workspace, dossier: Dossier) -> str:
    """Return the report with the workspace's pictures in it."""
    return html_of(health_of(dossier, album_of(place)))


def album_of(place: Workspace) -> Album:
    return Album(lambda name: read_picture(place.snapshots, name))


def is_behind(place: Workspace, finished: datetime, now: datetime) -> bool:
    """Say whether a run that ended then is not in the workspace's page yet, or there is no page.

    A page of the future was written by a clock that was wrong: it tells nothing of what came since.
    """
    try:
        written = (place.out / PAGE).stat().st_mtime
    except OSError:
        return True
    return not finished.timestamp() <= written <= (now + _AHEAD).timestamp()


def write_page(place: Workspace, dossier: Dossier, folder: Path) -> Path:
    """Write the report, whole or not at all, and return the file. Raise UsageError if it cannot be."""
    path = folder / PAGE
    text = page_of(place, dossier)
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise UsageError(say("error.json", path=path, why=system_words(error))) from error
    return path
