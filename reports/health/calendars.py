"""What recorders hold, day by day: a calendar for each channel, the worst channel first. 录像日历"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from config.schema import Catalogue
from reports import scan_json as out
from reports.health.dossier import Dossier
from reports.health.parts import Calendar, Day, Month, Recorder
from reports.lines import verdict_words
from reports.recorder_page import (
    camera_words,
    disk_facts,
    kept_verdict,
    platform_words,
    plays_words,
    worst_first,
)
from reports.recording_words import days_words, missing_words

WINDOW = 90  # days: 反恐重点部位 has to keep that many


def recorders(dossier: Dossier) -> list[Recorder]:
    """Return every recorder with its channels."""
    return [
        Recorder(
            address=device.address,
            model=" ".join(word for word in (device.brand, device.model) if word),
            disks=tuple((title, words) for title, words, _ in disk_facts(device)),
            platform=platform_words(device),
            channels=tuple(_calendar(device, channel, dossier) for channel in worst_first(device.channels)),
        )
        for device in dossier.document.devices
        if device.kind == "recorder"
    ]


def months_of(recording: out.Recording, asked: date, window: int = WINDOW) -> tuple[Month, ...]:
    """Return the calendar of the days up to the one on which the recorder was asked, newest month first.

    A day is missing only where the recorder was asked for it and it holds an older one: what lies before its
    oldest day was overwritten, or never recorded. The day of asking is not over: it is never missing.
    """
    first = asked - timedelta(days=window)
    listed = {date.fromisoformat(day) for day in recording.days or ()}
    holed = {date.fromisoformat(day) for day in recording.holed_days or ()}
    unclear = {date.fromisoformat(day) for day in recording.unknown_days or ()}
    oldest = min(listed, default=first)
    looked = asked - timedelta(days=recording.window_days or window)

    def of(day: date) -> Day:
        if day > asked or day < first:
            return "outside"
        if recording.days is None or (day < looked and day not in listed):
            return "unknown"
        if day in listed:
            return "holed" if day in holed else "whole"
        if day == asked or day < oldest:
            return "outside"
        return "unknown" if day in unclear else "missing"

    starts = []
    start = asked.replace(day=1)
    while start > first - timedelta(days=31) and (start + timedelta(days=31)) > first:
        starts.append(start)
        start = (start - timedelta(days=1)).replace(day=1)
    made = (Month(f"{one:%Y-%m}", tuple(of(day) for day in _days_of(one))) for one in starts)
    return tuple(month for month in made if set(month.days) != {"outside"})


def _calendar(device: out.Device, channel: out.Channel, dossier: Dossier) -> Calendar:
    catalogue: Catalogue = dossier.catalogue
    recording, verdict = channel.recording, kept_verdict(channel)
    return Calendar(
        number=channel.number,
        name=channel.name or "",
        camera=camera_words(device, channel, dossier.document),
        days=days_words(recording, channel.gaps, catalogue),
        verdict=verdict,
        verdict_words=verdict_words(catalogue, verdict),
        plays=plays_words(channel),
        missing=missing_words(recording) if recording else "",
        months=months_of(recording, _asked(recording, dossier)) if recording else (),
    )


def _asked(recording: out.Recording, dossier: Dossier) -> date:
    """Return the recorder's own day when it was asked: its calendar is written in it."""
    return datetime.fromisoformat(recording.read_at).date() if recording.read_at else dossier.day


def _days_of(start: date) -> list[date]:
    days = (start + timedelta(days=number) for number in range(31))
    return [day for day in days if day.month == start.month]
