"""How far back a channel is recorded, without a break and at all, as its recorder tells it. 录像保存"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

from probe.errors import Malformed, Unsupported
from probe.model import Channel, Gap, Io, Measured, NotMeasured, Probe, Reading, Readings
from probe.onvif import profile_g
from probe.record.age import NO_LIMIT, fetch_age
from probe.record.by_range import fetch_recording
from probe.record.clock import local_day, local_text
from probe.record.days import Bounds, Span, continuous, holes_between
from probe.record.history import History
from probe.record.plays import Plays, fetch_plays, is_doubted, playable_since, run_of
from probe.record.sources import DEVICE_SOURCE, fetch_history
from probe.vendor.find import fetch_recorder
from probe.wire.recorder import Track

METRICS = (
    "recording_source",
    "recording_oldest",
    "recording_newest",
    "recording_days",
    "recording_unknown_days",
    "window_days",
    "days_recorded",
    "continuous_days",
    "continuous_days_at_most",
    "unbroken_days",
    "unbroken_days_at_most",
    "recording_age_days",
    "recording_holed_days",
    "longest_hole_h",
    "recording_holes",
    "recording_now",
    "recording_mode",
    "recording_expiry_days",
    "locked_clips",
    "recording_requests",
)
_DAY = timedelta(days=1)
_NO_HOLES = NotMeasured(Gap.UNSUPPORTED, "it tells the days, not the hours")


async def measure(channel: Channel, io: Io) -> Readings:
    recorder = await fetch_recorder(io)
    if not recorder.is_recorder:
        return dict.fromkeys(METRICS, NotMeasured(Gap.NOT_ASKED, f"no recorder: {recorder.by}"))
    setting = await _fetch_setting(channel, io)
    try:
        history = await fetch_history(channel, io)
    except (Unsupported, Malformed) as error:
        return {**dict.fromkeys(METRICS, NotMeasured(error.gap, str(error))), **setting}
    plays = await fetch_plays(channel, io)
    hole_s, day_hole_s = io.record.hole_min * 60, io.record.day_hole_h * 3600
    told = readings_of(history, io.now(), io.zone, hole_s, day_hole_s, plays)
    age = await fetch_age(channel, recorder, history, setting["recording_expiry_days"], plays, io)
    return {**told, **setting, "recording_age_days": age, **history.gaps}


def readings_of(
    history: History,
    now: datetime,
    zone: tzinfo,
    hole_s: float,
    day_hole_s: float,
    plays: Plays | None = None,
) -> dict[str, Reading]:
    """Return the readings of a history at an aware time; `hole_s` is the least hole that is listed.

    `plays`: what came of days that were played. A listed day that does not play proves nothing.
    """
    plays = plays or {}
    today = local_day(now, zone)
    recorded = sorted(day for day, told in history.days.items() if told.recorded)
    unknown = sorted(day for day, told in history.days.items() if told.recorded is None)
    notes = "; ".join(history.notes)
    days: Reading = Measured([day.isoformat() for day in recorded], notes)
    count: Reading = Measured(len(recorded), f"{len(unknown)} days unknown" if unknown else "")
    not_told: Reading = Measured([day.isoformat() for day in unknown])
    if history.source == DEVICE_SOURCE:
        days = count = not_told = NotMeasured(Gap.UNCLEAR, "it tells of the device as a whole")
    return {
        "recording_source": Measured(history.source, notes),
        "recording_oldest": _oldest(history, recorded, plays, zone),
        "recording_newest": _edge(history.newest, recorded[-1:], zone),
        "recording_days": days,
        "recording_unknown_days": not_told,
        "window_days": Measured((today - history.first).days),
        "days_recorded": count,
        **_continuous(history, today, day_hole_s, plays),
        **_holes(history, now, zone, hole_s, day_hole_s),
        "recording_now": NotMeasured(Gap.UNCLEAR, "its newest file may not be listed yet")
        if history.records_now is None
        else Measured(history.records_now),
        "locked_clips": NotMeasured(Gap.UNSUPPORTED, "it tells no locks")
        if history.locked is None
        else Measured(history.locked),
        "recording_requests": Measured(history.requests),
    }


def _oldest(history: History, recorded: list[date], plays: Plays, zone: tzinfo) -> Reading:
    if recorded and plays.get(recorded[0]) is False:
        return NotMeasured(Gap.CONTRADICTED, f"{recorded[0].isoformat()} is listed, but does not play")
    if history.source == DEVICE_SOURCE and history.oldest is not None:
        return Measured(local_text(history.oldest, zone), "of the device as a whole")
    edge = _edge(history.oldest, recorded[:1], zone)
    if isinstance(edge, Measured) and recorded[:1] == [history.first]:
        return Measured(edge.value, "or older: farther back was not looked")
    if isinstance(edge, Measured) and any(
        told.recorded is None and recorded and day < recorded[0] for day, told in history.days.items()
    ):
        return Measured(edge.value, "or older: days before it are not known")
    return edge


def _edge(moment: datetime | None, days: list[date], zone: tzinfo) -> Reading:
    if moment is not None:
        return Measured(local_text(moment, zone))
    if days:
        return Measured(days[0].isoformat(), "the day; its hour was not told")
    return NotMeasured(Gap.UNSUPPORTED, "nothing recorded was told of")


def _continuous(history: History, today: date, day_hole_s: float, plays: Plays) -> dict[str, Reading]:
    yesterday = today - _DAY
    strict = continuous(history.days, yesterday, day_hole_s)
    unbroken: Reading = _NO_HOLES if history.spans is None else Measured(strict.at_least)
    told: dict[str, Reading] = {
        "continuous_days": _proved(history, yesterday),
        "continuous_days_at_most": _most(continuous(history.days, yesterday), history),
        "unbroken_days": unbroken,
        "unbroken_days_at_most": _most(strict, history),
    }
    run = run_of(history.days, yesterday)
    if not run or not is_doubted(plays):
        return told
    # The index lists days that are gone: it bounds the days from above alone.
    refused = max(day for day, has_played in plays.items() if not has_played)
    listed = f"{len(run)} days are listed, but {refused.isoformat()} does not play"
    since = playable_since(run, plays)
    if since is None:
        lies = NotMeasured(Gap.CONTRADICTED, listed)
        return {**told, "continuous_days": lies, "unbroken_days": lies}
    days, detail = (today - since).days, f"{listed}; {since.isoformat()} does"
    if isinstance(unbroken, Measured):
        unbroken = Measured(min(strict.at_least, days), detail)
    return {**told, "continuous_days": Measured(days, detail), "unbroken_days": unbroken}


def _proved(history: History, yesterday: date) -> Reading:
    bounds = continuous(history.days, yesterday)
    if bounds.at_least == 0 and bounds.at_most != 0:
        return NotMeasured(Gap.UNCLEAR, "whether yesterday was recorded is not known")
    return Measured(bounds.at_least, f"by {history.source}")


def _most(bounds: Bounds, history: History) -> Reading:
    if bounds.at_most is None:
        return NotMeasured(Gap.NOT_ASKED, f"farther back than {history.first.isoformat()} was not looked")
    return Measured(bounds.at_most)


def _holes(
    history: History, now: datetime, zone: tzinfo, hole_s: float, day_hole_s: float
) -> dict[str, Reading]:
    """Return the holes since the oldest recording; what is not known of a day is no hole."""
    metrics = ("recording_holes", "longest_hole_h", "recording_holed_days")
    if history.spans is None:
        return dict.fromkeys(metrics, _NO_HOLES)
    if not history.spans:
        return dict.fromkeys(metrics, NotMeasured(Gap.UNSUPPORTED, "nothing is recorded"))
    oldest = history.spans[0].start
    until = now if history.records_now is not None else history.spans[-1].end
    found = holes_between(history.spans, Span(oldest, until), hole_s)
    holes = [one for one in found if not _touches_unknown(one, history, zone)]
    begun, today = local_day(oldest, zone), local_day(now, zone)
    inner = [day for day in sorted(history.days) if begun < day < today]
    holed = [
        day.isoformat()
        for day in inner
        if history.days[day].recorded and (history.days[day].longest_hole_s or 0.0) > day_hole_s
    ]
    return {
        "recording_holes": Measured(
            [[local_text(one.start, zone), local_text(one.end, zone)] for one in holes]
        ),
        "longest_hole_h": Measured(round(max((one.seconds for one in holes), default=0.0) / 3600, 2)),
        "recording_holed_days": Measured(holed, f"holes of more than {day_hole_s / 3600:g} h"),
    }


def _touches_unknown(hole: Span, history: History, zone: tzinfo) -> bool:
    day, last = local_day(hole.start, zone), local_day(hole.end, zone)
    while day <= last:
        if (told := history.days.get(day)) is not None and told.longest_hole_s is None:
            return True
        day += _DAY
    return False


async def _fetch_setting(channel: Channel, io: Io) -> Mapping[str, Reading]:
    """Return how the channel is set to be recorded: it proves nothing, and tells why days are missing."""
    recorder = await fetch_recorder(io)
    untold: Unsupported | Malformed = Unsupported("it names no way of recording for the channel")
    if recorder.vendor is not None:
        try:
            tracks = {one.number: one for one in await recorder.vendor.fetch_tracks(io)}
        except (Unsupported, Malformed) as error:
            tracks, untold = {}, error
        if (track := tracks.get(channel.number)) is not None:
            return _setting(track)
    if recorder.has_search:
        try:
            return await _retention_by_onvif(channel, io)
        except (Unsupported, Malformed) as error:
            untold = error
    return _not_set(untold)


def _setting(track: Track) -> Mapping[str, Reading]:
    mode: Reading = (
        Measured(track.mode) if track.mode else NotMeasured(Gap.UNSUPPORTED, "it does not say the mode")
    )
    if track.expiry_days is None:
        return {
            "recording_mode": mode,
            "recording_expiry_days": NO_LIMIT,
        }
    return {"recording_mode": mode, "recording_expiry_days": Measured(track.expiry_days)}


async def _retention_by_onvif(channel: Channel, io: Io) -> Mapping[str, Reading]:
    recording = await fetch_recording(io, channel)
    kept_s = (await profile_g.fetch_retentions(io)).get(recording.token)
    no_mode = NotMeasured(Gap.UNSUPPORTED, "ONVIF has no word for it")
    if kept_s is None:
        return {
            "recording_mode": no_mode,
            "recording_expiry_days": NO_LIMIT,
        }
    return {"recording_mode": no_mode, "recording_expiry_days": Measured(kept_s // 86400)}


def _not_set(error: Unsupported | Malformed) -> Mapping[str, Reading]:
    gap = NotMeasured(error.gap, str(error))
    return {"recording_mode": gap, "recording_expiry_days": gap}


PROBE: Probe[Channel] = Probe(
    id="record.retention", metrics=METRICS, seconds=75.0, measure=measure, of_recordings=True
)
