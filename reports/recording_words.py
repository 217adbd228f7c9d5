"""What a recorder holds of a channel, in words: days in a row, holes, playback, how it is set. 录像"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from config.schema import Catalogue
from config.words import say
from probe.gap import Gap
from reports import scan_json as out
from reports.lines import gap_words
from reports.local_time import short_time
from reports.picture_words import PLAYBACK_RULE, lines_in_words
from reports.retention import missing_days, runs_of, unclear_days

_MOST_RUNS = 6  # runs of missing days that are named
_MOST_HOLES = 5


def days_words(recording: out.Recording | None, gaps: dict[str, str], catalogue: Catalogue) -> str:
    """Say how many days in a row are held, as far as that is known."""
    low = recording.continuous_days if recording else None
    high = recording.continuous_days_at_most if recording else None
    if low is not None and low == high:
        return say("recording.days", days=low)
    if low is not None:
        known = say("recording.at_least", days=low)
        return known if high is None else say("recording.between", days=low, most=high)
    gap = gaps.get("continuous_days", Gap.NOT_ASKED.value)
    why = say("recording.unclear") if gap == Gap.UNCLEAR else gap_words(catalogue, gap)
    return say("recording.unknown", why=why) if high is None else say("recording.at_most", days=high, why=why)


def recording_rows(channel: out.Channel, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Give what was read of a channel's recordings, row by row: what it is of, and the words."""
    recording = channel.recording
    if recording is None:
        return
    days = [days_words(recording, channel.gaps, catalogue), *_range(recording)]
    if recording.source:
        days.append(say("recording.by", source=say(f"recording_source.{recording.source}")))
    yield say("recording.title"), _joined(days)
    if missing := missing_words(recording):
        yield say("recording.missing_title"), missing
    if holes := _holes(recording):
        yield say("recording.holes_title"), holes
    if setting := list(_setting(recording)):
        yield say("recording.setting_title"), _joined(setting)
    if recording.playback.alive is not None or recording.playback.oldest_alive is not None:
        yield say("recording.playback_title"), _joined(_playback(channel, recording, catalogue))
    if recording.forecast_days is not None:
        yield (
            say("recording.forecast_title"),
            say("recording.forecast", days=f"{recording.forecast_days:.0f}"),
        )


def missing_words(recording: out.Recording) -> str:
    """Name the days without recordings between the oldest one and yesterday, newest last."""
    unclear = unclear_days(recording)
    if recording.days == [] and not unclear:
        return say("recording.none_listed")
    runs = runs_of(missing_days(recording))
    shown = [_run_words(run) for run in runs[-_MOST_RUNS:]]
    if len(runs) > _MOST_RUNS:
        shown.append(say("recording.more_runs", count=len(runs) - _MOST_RUNS))
    if unclear:
        shown.append(say("recording.unclear_days", count=len(unclear)))
    return say("reading.comma").join(shown)


def _range(recording: out.Recording) -> Iterator[str]:
    if recording.oldest and recording.newest:
        oldest, newest = short_time(recording.oldest), short_time(recording.newest)
        yield say("recording.range", oldest=oldest, newest=newest)
    if recording.days_recorded is not None and recording.window_days is not None:
        yield say("recording.in_window", window=recording.window_days, days=recording.days_recorded)
    if recording.age_days is not None:
        yield say("recording.young", days=recording.age_days)


def _holes(recording: out.Recording) -> str:
    if recording.holes is None:
        return ""
    words = [
        say("recording.hole", start=short_time(hole.from_), end=short_time(hole.to))
        for hole in reversed(recording.holes[-_MOST_HOLES:])
    ]
    if len(recording.holes) > _MOST_HOLES:
        words.append(say("recording.more_holes", count=len(recording.holes) - _MOST_HOLES))
    if recording.longest_hole_h and recording.holes:
        words.append(say("recording.longest", hours=f"{recording.longest_hole_h:g}"))
    if recording.holed_days:
        words.append(say("recording.holed_days", count=len(recording.holed_days)))
    return _joined(words) or say("recording.no_holes")


def _setting(recording: out.Recording) -> Iterator[str]:
    if recording.mode:
        yield say(f"recording_mode.{recording.mode}")
    if recording.recording_now is not None:
        yield say("recording.now") if recording.recording_now else say("recording.not_now")
    if recording.expiry_days is not None:
        yield say("recording.expiry", days=recording.expiry_days)
    if recording.locked_clips:
        yield say("recording.locked", count=recording.locked_clips)


def _playback(channel: out.Channel, recording: out.Recording, catalogue: Catalogue) -> Iterator[str]:
    played = recording.playback
    if played.at and played.alive is not None:
        words = say("recording.plays") if played.alive else say("recording.plays_not")
        yield say("recording.minute", at=short_time(played.at), words=words)
    if played.width and played.height:
        yield f"{played.width}×{played.height} {played.codec or ''}".strip()
        lines = lines_in_words(channel, catalogue.rule(PLAYBACK_RULE).all[0])
        yield say("recording.lines", lines=lines)
    if played.off_s is not None:
        yield say("recording.off", seconds=f"{played.off_s:g}")
    if played.oldest_at and played.oldest_alive is not None:
        words = say("recording.plays") if played.oldest_alive else say("recording.plays_not")
        yield say("recording.oldest_minute", at=short_time(played.oldest_at), words=words)


def _run_words(run: tuple[date, date]) -> str:
    first, last = run
    if first == last:
        return first.isoformat()
    return say("recording.run", first=first.isoformat(), last=last.isoformat(), days=(last - first).days + 1)


def _joined(words: Iterable[str]) -> str:
    return say("reading.semicolon").join(words)
