"""The media profiles of a device, from Media1 and Media2 together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from probe.errors import Malformed, Unsupported
from probe.model import Io
from probe.wire.onvif_media import MediaProfile, VideoEncoder, parse_profiles, parse_video_encoders

# Without a type, Media2 tells names and tokens alone.
EVERYTHING = "<tr2:Type>All</tr2:Type>"


async def fetch_profiles(io: Io) -> tuple[MediaProfile, ...]:
    """Return every profile once, Media1's order first. Raise what Media1 raised when there is none at all."""
    refused: Unsupported | Malformed | None = None
    first: tuple[MediaProfile, ...] = ()
    try:
        first = parse_profiles(await io.soap("media", "GetProfiles"))
    except (Unsupported, Malformed) as error:
        refused = error

    second: tuple[MediaProfile, ...] = ()
    encoders: tuple[VideoEncoder, ...] = ()
    try:
        second = parse_profiles(await io.soap("media2", "GetProfiles", EVERYTHING))
        if any(one.encoder is None for one in second) or not second:
            encoders = parse_video_encoders(await io.soap("media2", "GetVideoEncoderConfigurations"))
    except (Unsupported, Malformed) as error:
        refused = refused or error
    if not first and not second and refused is not None:
        raise refused
    return joined(first, second, {one.token: one for one in encoders})


def joined(
    first: Sequence[MediaProfile], second: Sequence[MediaProfile], encoders: Mapping[str, VideoEncoder]
) -> tuple[MediaProfile, ...]:
    """Join the profiles of both services by token. Media2 knows H.265, which Media1 hides or calls H264."""
    later = {one.token: one for one in second}
    both = [_joined(one, later.pop(one.token, None), encoders) for one in first]
    return (*both, *later.values())


def _joined(
    one: MediaProfile, two: MediaProfile | None, encoders: Mapping[str, VideoEncoder]
) -> MediaProfile:
    encoder = (two.encoder if two else None) or (encoders.get(one.encoder.token) if one.encoder else None)
    return replace(
        one,
        source=one.source or (two.source if two else ""),
        source_configuration=one.source_configuration or (two.source_configuration if two else ""),
        encoder=encoder if encoder is not None and encoder.codec else one.encoder,
    )
