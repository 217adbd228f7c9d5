"""The part of a 依据 sheet that tells the days recorded, a line for each camera, the worst first. 录像天数"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from config.sheet_words import RetentionWords, SheetWords
from reports import scan_json as out
from reports.local_time import short_time, to_the_second
from reports.paper import Paper
from reports.retention import Held, Retention, missing_days, runs_of, unclear_days

Line = tuple[str, ...]

SPANS = (2, 1, 1, 1, 1, 1, 1)
_MOST_RUNS = 6


def retention_lines(paper: Paper) -> Iterator[Line]:
    """Give a line for each recorded camera: its place, days, days that lack, source, time, playback."""
    words = paper.words
    for held in paper.retention.held:
        recording = held.recording
        source = recording.source if recording else None
        yield (
            paper.cameras[held.camera].full,
            words.channel.format(address=held.place, number=held.channel),
            "；".join(_days(held, words.retention)),
            _missing(recording, words.retention),
            words.retention.sources.get(source or "", "") or words.retention.unknown,
            to_the_second(held.at, paper.zone) if held.at else "",
            "；".join(_playback(held, words.retention)),
        )


def retention_remarks(retention: Retention, words: SheetWords) -> Iterator[str]:
    """Say the days of the worst camera, and of how many nothing is known; nothing without a recorder."""
    say = words.retention
    if not retention.held:
        return
    if retention.days is None:
        yield say.none_measured.format(unknown=retention.unknown)
    else:
        worst = retention.held[0]
        place = words.channel.format(address=worst.place, number=worst.channel)
        measured, unknown = retention.measured, retention.unknown
        yield say.total.format(days=retention.days, place=place, measured=measured, unknown=unknown)
    if retention.unrecorded:
        yield say.unrecorded.format(count=len(retention.unrecorded))


def days_words(held: Held, say: RetentionWords) -> str:
    """Say how many days in a row are held, as far as that is known."""
    match held.days, held.most:
        case None, None:
            return say.unknown
        case None, most:
            return say.at_most.format(days=most)
        case days, None:
            return say.at_least.format(days=days)
        case days, most if days == most:
            return say.days.format(days=days)
        case days, most:
            return say.between.format(days=days, most=most)


def _days(held: Held, say: RetentionWords) -> Iterator[str]:
    yield days_words(held, say)
    if held.recording is not None and held.recording.age_days is not None:
        yield say.young.format(days=held.recording.age_days)


def _missing(recording: out.Recording | None, say: RetentionWords) -> str:
    if recording is None or recording.days is None:
        return say.unknown
    unclear = unclear_days(recording)
    if not recording.days and not unclear:
        return say.none_listed
    runs = runs_of(missing_days(recording))
    words = [_run(run, say) for run in runs[-_MOST_RUNS:]]
    if len(runs) > _MOST_RUNS:
        words.append(say.more_runs.format(count=len(runs) - _MOST_RUNS))
    if unclear:
        words.append(say.unclear_days.format(count=len(unclear)))
    return "、".join(words) or say.none_missing


def _run(run: tuple[date, date], say: RetentionWords) -> str:
    first, last = (day.isoformat() for day in run)
    return first if first == last else say.run.format(first=first, last=last)


def _playback(held: Held, say: RetentionWords) -> Iterator[str]:
    played = held.recording.playback if held.recording else out.Playback()
    if played.alive is None and played.oldest_alive is None:
        yield say.unknown
        return
    if played.alive is not None and played.at:
        size = f"{played.width}×{played.height}" if played.width and played.height else say.unknown
        words = say.plays if played.alive else say.plays_not
        yield words.format(at=short_time(played.at), size=size)
    if played.oldest_alive is not None and played.oldest_at:
        words = say.plays_oldest if played.oldest_alive else say.plays_oldest_not
        yield words.format(at=short_time(played.oldest_at))
    if held.picture:
        yield say.picture.format(file=held.picture)
