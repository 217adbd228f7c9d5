"""A recorder's channels as ONVIF shows them, put together with the recorder's own list of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from probe.model import Behind, Channel, StreamOffer
from probe.vendor.protocol import StreamPlace, Streams
from probe.wire.recorder import Input
from probe.wire.uri import Uri, parse_uri

PlaceOf = Callable[[str], StreamPlace | None]


def joined(channels: Sequence[Channel], inputs: Sequence[Input], place_of: PlaceOf) -> tuple[Channel, ...]:
    """Return one channel for each input that has a camera, in the recorder's numbers and names.

    A stream belongs to the channel that its address names: ONVIF pairs sources and profiles wrongly at times
    (agsh/onvif#369). Where addresses name none, names tie, and where those are not unique, the order does if
    there are as many of both.
    """
    cameras = [one for one in inputs if not one.is_slot]
    by_address = _by_address(channels, place_of)
    ties = by_address or _by_name(channels, cameras) or _by_order(channels, cameras)
    return tuple(described(ties.get(one.number, Channel(one.number)), one) for one in cameras)


def listed(
    channels: Sequence[Channel], inputs: Sequence[Input], streams: Streams, root: str
) -> tuple[Channel, ...]:
    """Return the inputs as channels; one without a stream has the maker's, at the server of `root`."""
    known = {one.number: one for one in channels}
    found = []
    for one in inputs:
        if one.is_slot:
            continue
        channel = described(known.get(one.number, Channel(one.number)), one)
        if not any(stream.role == "main" and stream.uri for stream in channel.streams):
            channel = replace(channel, streams=_placed(streams.get(one.number, ()), root))
        found.append(channel)
    return tuple(found)


def numbered(channels: Sequence[Channel], place_of: PlaceOf) -> tuple[Channel, ...]:
    """Return the channels that their addresses name, in the maker's numbers; the others are left out.

    ONVIF counts its sources: behind an empty slot, its third is the maker's fourth.
    """
    named = [one for one in channels if names_its_place(one, place_of)]
    found = _by_address(named, place_of)
    return tuple(replace(found[number], number=number) for number in sorted(found))


def names_its_place(channel: Channel, place_of: PlaceOf) -> bool:
    """Say whether every address of the channel names one of the maker's channels."""
    uris = [stream.uri for stream in channel.streams if stream.uri]
    return bool(uris) and all(place_of(uri) is not None for uri in uris)


def described(channel: Channel, one: Input) -> Channel:
    """Return the channel with what the recorder's list says of it."""
    behind = Behind(
        one.address,
        one.port,
        one.protocol,
        one.behind,
        one.mac,
        one.serial,
        one.model,
        one.brand,
        one.firmware,
    )
    return replace(
        channel,
        number=one.number,
        name=one.name or channel.name,
        kind=one.kind,
        online=one.online,
        why_offline=one.why_offline,
        camera=behind if behind != Behind() else None,
    )


def _by_address(channels: Sequence[Channel], place_of: PlaceOf) -> dict[int, Channel]:
    """Return number → channel with the streams whose addresses name it; nothing unless all of them do."""
    found: dict[int, Channel] = {}
    streams: dict[int, dict[str, StreamOffer]] = {}
    for channel in channels:
        for stream in channel.streams:
            if not stream.uri:
                continue
            place = place_of(stream.uri)
            if place is None:
                return {}
            # The first that names a place keeps it: the main stream of the channel that ONVIF means.
            streams.setdefault(place.number, {}).setdefault(place.role, replace(stream, role=place.role))
            if stream.role == "main" or place.number not in found:
                found[place.number] = channel
    return {
        number: replace(channel, streams=_main_first(streams[number])) for number, channel in found.items()
    }


def _main_first(streams: Mapping[str, StreamOffer]) -> tuple[StreamOffer, ...]:
    return tuple(streams[role] for role in ("main", "sub") if role in streams)


def _by_name(channels: Sequence[Channel], cameras: Sequence[Input]) -> dict[int, Channel]:
    names = Counter(one.name for one in cameras)
    numbers = {one.name: one.number for one in cameras if one.name and names[one.name] == 1}
    ties = {numbers[one.name]: one for one in channels if one.name in numbers}
    return ties if len(ties) == len(channels) else {}


def _by_order(channels: Sequence[Channel], cameras: Sequence[Input]) -> dict[int, Channel]:
    if len(channels) != len(cameras):
        return {}  # ONVIF counts what it shows: behind an empty slot, that is another channel's stream
    return {one.number: channel for one, channel in zip(cameras, channels, strict=True)}


def _placed(streams: Sequence[StreamOffer], root: str) -> tuple[StreamOffer, ...]:
    server = parse_uri(root)
    return tuple(
        replace(one, uri=str(Uri(server.scheme, server.host, server.port, one.uri))) for one in streams
    )
