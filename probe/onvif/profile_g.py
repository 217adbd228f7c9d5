"""What ONVIF Profile G tells of recordings: a range for each, whether a minute was recorded, and its replay.

It has no calendar: holes between the oldest and the newest minute show only where they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from probe.errors import DeviceError, Malformed, Unsupported
from probe.model import Behind, Channel, Io
from probe.wire import onvif_search
from probe.wire.onvif_replay import get_replay_uri, parse_replay_uri
from probe.wire.onvif_search import Recording, RecordingSummary
from probe.wire.uri import parse_uri

_MOST_PAGES = 64
_PAGE = 100
_EMPTY_PAGES = 3
_TRIES = 2


async def fetch_recordings(io: Io) -> tuple[Recording, ...]:
    """Return every recording of the device; a search that is forgotten in the middle begins anew."""
    return await io.once("onvif.recordings", lambda: _search(io))


async def fetch_summary(io: Io) -> RecordingSummary:
    said = await io.soap("search", "GetRecordingSummary", onvif_search.GET_RECORDING_SUMMARY)
    return onvif_search.parse_summary(said)


async def fetch_retentions(io: Io) -> dict[str, int]:
    """Return recording → seconds that it is set to keep, of those that are limited."""
    said = await io.soap("recording", "GetRecordings", onvif_search.GET_RECORDINGS)
    return {one.token: one.retention_s for one in onvif_search.parse_recordings(said) if one.retention_s}


async def fetch_recorded_at(io: Io, recordings: Sequence[str], at: datetime) -> frozenset[str]:
    """Return which of these recordings have a picture of that minute."""
    said = await io.soap("search", "GetMediaAttributes", onvif_search.get_media_attributes(recordings, at))
    return frozenset(one.recording for one in onvif_search.parse_media_attributes(said))


async def fetch_replay_uri(io: Io, recording: str) -> str:
    return parse_replay_uri(await io.soap("replay", "GetReplayUri", get_replay_uri(recording)))


def recording_of(
    channel: Channel, recordings: Sequence[Recording], channels: Sequence[Channel] = ()
) -> Recording:
    """Return the channel's recording: by its source, else by a name that no other channel or recording has.

    `channels`: all of the device, as far as they are known. Raise Unsupported where none is surely its.
    """
    if by_source := [one for one in recordings if channel.source and one.source == channel.source]:
        return max(by_source, key=lambda one: len(one.tracks))
    others = [one for one in channels if one.number != channel.number]
    taken = {one.source for one in others if one.source}
    by_name = [
        one
        for one in recordings
        if channel.name and channel.name in (one.source_name, one.content) and one.source not in taken
    ]
    sharing = sum(one.name == channel.name for one in others)
    if len(by_name) == 1 and not sharing:
        return by_name[0]
    if by_name:
        raise Unsupported(
            f"{len(by_name)} recordings and {sharing + 1} channels are named {channel.name[:40]!r}, "
            "and none names the channel's source"
        )
    raise Unsupported(f"none of {len(recordings)} recordings names the channel's source")


def with_source(channel: Channel, recordings: Sequence[Recording], channels: Sequence[Channel]) -> Channel:
    """Return the channel, one of `channels`, with the address that its recording names, if it does."""
    try:
        source = recording_of(channel, recordings, channels)
        address = parse_uri(source.address).host if source.address else ""
    except (Unsupported, Malformed):
        return channel
    return replace(
        channel,
        name=channel.name or source.source_name,
        kind="network" if address else channel.kind,
        camera=Behind(address=address) if address else channel.camera,
    )


async def _search(io: Io) -> tuple[Recording, ...]:
    last: DeviceError = Unsupported("not asked")
    for _ in range(_TRIES):
        token = onvif_search.parse_search_token(
            await io.soap("search", "FindRecordings", onvif_search.find_recordings())
        )
        try:
            return await _read(io, token)
        except (Unsupported, Malformed) as error:
            last = error
        finally:
            await _end(io, token)
    raise last


async def _read(io: Io, token: str) -> tuple[Recording, ...]:
    found: dict[str, Recording] = {}
    empty = 0
    for _ in range(_MOST_PAGES):
        page = onvif_search.parse_search_results(
            await io.soap(
                "search", "GetRecordingSearchResults", onvif_search.get_search_results(token, 2, _PAGE)
            )
        )
        found |= {one.token: one for one in page.recordings}
        if page.is_complete:
            return tuple(found.values())
        empty = 0 if page.recordings else empty + 1
        if empty >= _EMPTY_PAGES:
            raise Malformed("GetRecordingSearchResults: it is still searching, and gives nothing")
    raise Malformed(f"GetRecordingSearchResults: not at an end after {_MOST_PAGES} pages")


async def _end(io: Io, token: str) -> None:
    try:
        await io.soap("search", "EndSearch", onvif_search.end_search(token))
    except (Unsupported, Malformed):
        return  # it has ended by itself
