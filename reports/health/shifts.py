"""Views that moved: the picture as it was, beside the picture as it is. 视角偏移"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from config.words import say
from inventory.watch import Subject
from reports.health.album import Album
from reports.health.dossier import Dossier, Place
from reports.health.parts import Picture, Shift
from reports.health.shown import Shown, subject_words
from reports.picture_words import SHIFT
from reports.snapshots import snapshot_name

MOVED = "moved"


def shifts(dossier: Dossier, places: Mapping[Place, Shown], album: Album) -> Iterator[Shift]:
    """Return each channel whose view lies elsewhere than its baseline's."""
    for place in moved_places(places):
        percent = places[place].channel
        value = percent.picture.get(SHIFT) if percent else None
        before = album.jpeg(dossier.baselines.get(place, b""))
        yield Shift(
            where=subject_words(Subject(*place), dossier.document, places),
            percent=f"{value:.1f}%" if isinstance(value, int | float) else say("picture.unknown"),
            before=before if before.uri else Picture(why=say("health.no_before")),
            after=album.file(snapshot_name(*place)),
        )


def moved_places(places: Mapping[Place, Shown]) -> list[Place]:
    return [place for place, one in places.items() if one.channel and MOVED in one.channel.faults]
